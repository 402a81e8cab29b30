package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// optional is a text that is null in JSON when it is empty.
type optional string

func (o optional) MarshalJSON() ([]byte, error) {
	if o == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(o))
}

// stamp is a time as LoanPro writes it: Unix seconds, not milliseconds
// (documented).
type stamp int64

func (s stamp) MarshalJSON() ([]byte, error) {
	return json.Marshal(fmt.Sprintf("/Date(%d)/", int64(s)))
}

// flag is 0 or 1 in JSON.
type flag bool

func (f flag) MarshalJSON() ([]byte, error) { return []byte(flagText(bool(f))), nil }

// money is cents, written as a string of units (seen in public code).
type money int64

func (m money) MarshalJSON() ([]byte, error) { return json.Marshal(m.String()) }

func (m money) String() string { return fmt.Sprintf("%d.%02d", m/100, m%100) }

// figures are the sums and dates of a loan. They follow from its system ID
// alone, so that a tenant read back from files has the same.
type figures struct {
	amount, balance, payment money
	daysPastDue              int
	created, contract, due   stamp
}

func figuresOf(id int) figures {
	draw := scramble(uint64(id))
	part := func(n uint64) int64 { // the next of several independent draws below n
		draw = scramble(draw)
		return int64(draw % n)
	}
	f := figures{amount: money(100_000 + part(4_900_000))}
	f.balance = f.amount * money(part(100)) / 100
	f.payment = f.amount/48 + 1
	if part(7) == 0 {
		f.daysPastDue = int(1 + part(120))
	}
	f.contract = dayOf(2015) + stamp(day*part(3600))
	f.created = f.contract + stamp(part(day))
	f.due = dayOf(2026) + stamp(day*part(60))
	return f
}

// dayOf returns the first second of a year.
func dayOf(year int) stamp { return stamp(time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC).Unix()) }

// loanHit is a loan as a search shows it. LoanPro publishes no whole sample:
// names of fields were seen in its documents and in public code, types are
// those after the move to OpenSearch (documented: numbers and null).
type loanHit struct {
	ID               number         `json:"id"`
	DisplayID        any            `json:"displayId,omitempty"` // nil leaves it out
	Title            string         `json:"title"`
	Active           number         `json:"active"`
	Archived         number         `json:"archived"`
	Deleted          *number        `json:"deleted,omitempty"`
	DeletedAt        **stamp        `json:"deletedAt,omitempty"` // null when it points to nil; nil leaves it out
	TemporaryAccount *number        `json:"temporaryAccount,omitempty"`
	Temporary        *number        `json:"temporary,omitempty"`
	StatusID         number         `json:"loanStatusId"`
	Status           string         `json:"loanStatusText"`
	Primary          optional       `json:"primaryCustomerName"`
	Secondary        optional       `json:"secondaryCustomerName"`
	Balance          money          `json:"principalBalance"`
	Amount           json.Number    `json:"loanAmount"`
	DaysPastDue      int            `json:"daysPastDue"`
	ContractDate     stamp          `json:"contractDate"`
	NextDate         stamp          `json:"nextPaymentDate"`
	NextAmount       money          `json:"nextPaymentAmount"`
	Created          stamp          `json:"created"`
	Customers        *[]borrower    `json:"customers,omitempty"` // null when there is none; nil leaves it out
	Expanded         *nestedRecords `json:"Customers,omitempty"`
}

// borrower is a customer inside a loan that a search shows.
type borrower struct {
	ID        number   `json:"id"`
	FirstName optional `json:"firstName"`
	LastName  optional `json:"lastName"`
	Email     optional `json:"email"`
}

func (t *tenant) loanHit(at int, shape *Shape) loanHit {
	l := &t.loans[at]
	f, signs := figuresOf(l.ID), shape.signs(l)
	hit := loanHit{
		ID: shape.id(l.ID), DisplayID: shape.displayID(l), Title: l.Title, Active: shape.flag(signs.active),
		Archived: shape.flag(l.Archived), Deleted: shape.flagOrNone(signs.deleted), DeletedAt: signs.deletedAt,
		TemporaryAccount: shape.flagOrNone(signs.temporaryAccount), Temporary: shape.flagOrNone(signs.temporary),
		StatusID: shape.id(l.StatusID), Status: l.Status,
		Primary: optional(t.inRole(l, rolePrimary)), Secondary: optional(t.inRole(l, roleSecondary)),
		Balance: f.balance, Amount: json.Number(f.amount.String()), DaysPastDue: f.daysPastDue,
		ContractDate: f.contract, NextDate: f.due, NextAmount: f.payment, Created: f.created,
	}
	if !shape.NoCustomers {
		hit.Customers = t.borrowers(l, shape)
	}
	return hit
}

// borrowers returns a loan's customers; of none, the list is nil or empty.
func (t *tenant) borrowers(l *Loan, shape *Shape) *[]borrower {
	var out []borrower
	if shape.Empties == EmptiesList {
		out = []borrower{}
	}
	for _, link := range l.Customers {
		c := t.customer(link.CustomerID)
		out = append(out, borrower{shape.id(c.ID), optional(c.FirstName), optional(c.LastName), optional(c.Email)})
	}
	return &out
}

// customerHit is a customer as a search shows it. Its id is a string, and
// customerId is the number of a government paper, not the system ID (seen in
// LoanPro's own connectors).
type customerHit struct {
	ID          string         `json:"id"`
	CustomID    any            `json:"customId"`
	CustomerID  optional       `json:"customerId"`
	Kind        string         `json:"customerType"`
	Status      string         `json:"status"`
	FullName    string         `json:"customerName"`
	FirstName   optional       `json:"firstName"`
	MiddleName  optional       `json:"middleName"`
	LastName    optional       `json:"lastName"`
	CompanyName optional       `json:"companyName"`
	ContactName optional       `json:"contactName"`
	Email       optional       `json:"email"`
	SSN         optional       `json:"ssn"`
	BirthDate   *stamp         `json:"birthDate"`
	Phone       optional       `json:"primaryPhone"`
	LoansCount  int            `json:"loansCount"`
	Custom      struct{}       `json:"customFields"`
	Dynamic     *[]struct{}    `json:"dynamicProperties"`
	Created     stamp          `json:"created"`
	Address     address        `json:"primaryAddress"`
	Loans       *nestedRecords `json:"Loans,omitempty"`
}

type address struct {
	Address1   optional `json:"address1"`
	City       optional `json:"city"`
	State      optional `json:"state"`
	Zip        optional `json:"zipcode"`
	Country    string   `json:"country"`
	IsVerified string   `json:"isVerified"`
}

func (t *tenant) customerHit(at int, shape *Shape) customerHit {
	c := &t.customers[at]
	hit := customerHit{
		ID: strconv.Itoa(c.ID), CustomID: shape.customID(c), Kind: c.Kind, Status: "Active", FullName: c.FullName(),
		FirstName: optional(c.FirstName), MiddleName: optional(c.MiddleName), LastName: optional(c.LastName),
		CompanyName: optional(c.CompanyName), Email: optional(c.Email), SSN: optional(masked(c.SSN)),
		BirthDate: birthStamp(c), Phone: optional(c.Phone), LoansCount: len(t.loansOf(at)), Created: joinedOn(c),
		Address: address{optional(c.Address1), optional(c.City), optional(stateOf(c)), optional(c.Zip), "company.country.usa", "0"},
	}
	if shape.Empties == EmptiesList {
		hit.Dynamic = &[]struct{}{}
	}
	return hit
}

// masked hides all but the last four characters of a social security number.
func masked(ssn string) string {
	if len(ssn) < 4 {
		return ""
	}
	return "XXXXX" + ssn[len(ssn)-4:]
}

// birthStamp returns the day of birth, nil when it is not known.
func birthStamp(c *Customer) *stamp {
	date, err := time.Parse(time.DateOnly, c.BirthDate)
	if err != nil {
		return nil
	}
	s := stamp(date.Unix())
	return &s
}

func stateOf(c *Customer) string {
	if c.State == "" {
		return ""
	}
	return "geo.state." + c.State
}

// joinedOn returns when the customer was entered.
func joinedOn(c *Customer) stamp { return dayOf(2015) + stamp(scramble(uint64(c.ID))%(3600*day)) }
