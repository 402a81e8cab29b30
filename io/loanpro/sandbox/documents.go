package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"loanmap/io/loanpro/sandbox/people"
)

// documents shows the records of a tenant as searches and reads do. Records are
// known by position, and positions ascend with system IDs.
type documents struct {
	*people.Tenant
	shape *Shape
}

// optional is a text that is null in JSON when it is empty.
type optional string

func (o optional) MarshalJSON() ([]byte, error) {
	if o == "" {
		return []byte("null"), nil
	}
	return json.Marshal(string(o))
}

// stamp is a time in LoanPro's format: Unix seconds, not milliseconds
// (documented).
type stamp int64

func (s stamp) MarshalJSON() ([]byte, error) {
	return json.Marshal(fmt.Sprintf("/Date(%d)/", int64(s)))
}

// flag is 0 or 1 in JSON.
type flag bool

func (f flag) MarshalJSON() ([]byte, error) { return fmt.Append(nil, oneIf(bool(f))), nil }

// money is an amount in cents, written as a string of units (seen in public
// code).
type money int64

func (m money) MarshalJSON() ([]byte, error) { return json.Marshal(m.String()) }

func (m money) String() string { return fmt.Sprintf("%d.%02d", m/100, m%100) }

// number is a whole number in JSON, or the same in quotes.
type number struct {
	value  int
	quoted bool
}

func (n number) MarshalJSON() ([]byte, error) {
	if n.quoted {
		return fmt.Appendf(nil, "%q", fmt.Sprint(n.value)), nil
	}
	return fmt.Append(nil, n.value), nil
}

// loanHit is a loan in the answer to a search. LoanPro publishes no complete
// sample. The names of the fields were seen in its documents and in public
// code. The types are those after the move to OpenSearch (documented: numbers
// and null).
type loanHit struct {
	ID               number         `json:"id"`
	DisplayID        any            `json:"displayId,omitempty"` // nil omits it
	Title            string         `json:"title"`
	Active           number         `json:"active"`
	Archived         number         `json:"archived"`
	Deleted          *number        `json:"deleted,omitempty"`
	DeletedAt        **stamp        `json:"deletedAt,omitempty"` // null when it points to nil; nil omits it
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
	Customers        *[]borrower    `json:"customers,omitempty"` // null when the list is nil; a nil pointer omits it
	Expanded         *nestedRecords `json:"Customers,omitempty"`
}

// borrower is a customer inside a loanHit.
type borrower struct {
	ID        number   `json:"id"`
	FirstName optional `json:"firstName"`
	LastName  optional `json:"lastName"`
	Email     optional `json:"email"`
}

func (d documents) loanHit(at int) loanHit {
	l := &d.Loans[at]
	f, signs, shape := l.Figures(), d.shape.signs(l), d.shape
	hit := loanHit{
		ID: shape.id(l.ID), DisplayID: shape.displayID(l), Title: l.Title, Active: shape.flag(signs.active),
		Archived: shape.flag(l.Archived), Deleted: shape.optionalFlag(signs.deleted), DeletedAt: signs.deletedAt,
		TemporaryAccount: shape.optionalFlag(signs.temporaryAccount), Temporary: shape.optionalFlag(signs.temporary),
		StatusID: shape.id(l.StatusID), Status: l.Status,
		Primary: optional(d.NameInRole(l, people.RolePrimary)), Secondary: optional(d.NameInRole(l, people.RoleSecondary)),
		Balance: money(f.Balance), Amount: json.Number(money(f.Amount).String()), DaysPastDue: f.DaysPastDue,
		ContractDate: stamp(f.Contract), NextDate: stamp(f.Due), NextAmount: money(f.Payment), Created: stamp(f.Created),
	}
	if !shape.NoCustomers {
		hit.Customers = d.borrowers(l)
	}
	return hit
}

// borrowers returns a loan's customers. The shape decides whether an empty list
// is nil.
func (d documents) borrowers(l *people.Loan) *[]borrower {
	var out []borrower
	if d.shape.Empties == emptiesList {
		out = []borrower{}
	}
	for _, link := range l.Customers {
		c := d.Customer(link.CustomerID)
		out = append(out, borrower{d.shape.id(c.ID), optional(c.FirstName), optional(c.LastName), optional(c.Email)})
	}
	return &out
}

// customerHit is a customer in the answer to a search. Its id is a string, and
// customerId is the number of an identity document, not the system ID (seen in
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

func (d documents) customerHit(at int) customerHit {
	c := &d.Customers[at]
	hit := customerHit{
		ID: strconv.Itoa(c.ID), CustomID: d.shape.customID(c), Kind: c.Kind, Status: customerStatus, FullName: c.FullName(),
		FirstName: optional(c.FirstName), MiddleName: optional(c.MiddleName), LastName: optional(c.LastName),
		CompanyName: optional(c.CompanyName), Email: optional(c.Email), SSN: optional(masked(c.SSN)),
		BirthDate: birthStamp(c), Phone: optional(c.Phone), LoansCount: len(d.LoansOf(at)), Created: stamp(c.Created()),
		Address: address{optional(c.Address1), optional(c.City), optional(stateOf(c)), optional(c.Zip), "company.country.usa", "0"},
	}
	if d.shape.Empties == emptiesList {
		hit.Dynamic = &[]struct{}{}
	}
	return hit
}

// customerStatus is the status of every customer here.
const customerStatus = "Active"

// masked hides all but the last four characters of a social security number.
func masked(ssn string) string {
	if len(ssn) < 4 {
		return ""
	}
	return "XXXXX" + ssn[len(ssn)-4:]
}

// birthStamp returns the day of birth, nil when it is not known.
func birthStamp(c *people.Customer) *stamp {
	date, err := time.Parse(time.DateOnly, c.BirthDate)
	if err != nil {
		return nil
	}
	return new(stamp(date.Unix()))
}

func stateOf(c *people.Customer) string {
	if c.State == "" {
		return ""
	}
	return "geo.state." + c.State
}
