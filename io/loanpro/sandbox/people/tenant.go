package people

import (
	"cmp"
	"slices"
	"sort"
	"sync"
)

// maxDisplayID is how many characters LoanPro's column holds (documented).
const maxDisplayID = 50

// The roles of a customer on a loan (documented).
const (
	RolePrimary    = "loan.customerRole.primary"
	RoleSecondary  = "loan.customerRole.secondary"
	roleAdditional = "loan.customerRole.additional"
	roleUnassigned = "loan.customerRole.unassigned"
)

// The kinds of customer (documented).
const (
	kindPerson  = "customer.type.individual"
	kindCompany = "customer.type.company"
)

// Loan is the truth about one loan, whatever a search shows of it. ID is the
// system ID. DisplayID has 1 to 50 characters and may repeat. Status is the
// text that LoanPro shows, StatusID its number.
type Loan struct {
	ID        int
	DisplayID string
	Title     string
	Status    string
	StatusID  int
	Archived  bool
	Deleted   bool
	Temporary bool
	Customers []Link
}

// Link ties a customer, by system ID, to a loan. Role is one of LoanPro's
// loan.customerRole values.
type Link struct {
	CustomerID int
	Role       string
}

// Customer is the truth about one generated person or company. ID is the system
// ID. CustomID is the lender's own number; it and all that follows may be
// empty. Kind is customer.type.individual or customer.type.company, BirthDate
// is yyyy-mm-dd, and SSN has nine digits in a range that is never issued. The
// tags are the columns of customers.csv.
type Customer struct {
	ID          int    `csv:"-"`
	CustomID    string `csv:"custom_id"`
	FirstName   string `csv:"first_name"`
	MiddleName  string `csv:"middle_name"`
	LastName    string `csv:"last_name"`
	Suffix      string `csv:"suffix"`
	CompanyName string `csv:"company_name"`
	Kind        string `csv:"-"`
	Email       string `csv:"email"`
	Phone       string `csv:"phone"`
	BirthDate   string `csv:"birth_date"`
	SSN         string `csv:"ssn"`
	Address1    string `csv:"address1"`
	City        string `csv:"city"`
	State       string `csv:"state"`
	Zip         string `csv:"zip"`
}

// FullName returns the name that a search shows: first name, last name and
// suffix, or the company's name (not documented; assumed).
func (c *Customer) FullName() string {
	if c.CompanyName != "" {
		return c.CompanyName
	}
	return joinNonEmpty(c.FirstName, c.LastName, c.Suffix)
}

// joinNonEmpty puts spaces between the parts that are not empty.
func joinNonEmpty(parts ...string) string {
	out := ""
	for _, part := range parts {
		if out != "" && part != "" {
			out += " "
		}
		out += part
	}
	return out
}

// Tenant holds all records of a lender. Its slices are sorted by system ID and
// must not be changed. Several goroutines can use a Tenant.
type Tenant struct {
	Loans     []Loan
	Customers []Customer

	firstLoan     []int32 // where each customer's loans start in loanPositions
	loanPositions []int32 // customer after customer
	population    population

	indexed   sync.Once
	directory *directory // see Tenant.index
}

// newTenant sorts the records and links customers to their loans. Every link
// must name a known customer.
func newTenant(loans []Loan, customers []Customer) *Tenant {
	slices.SortFunc(loans, func(a, b Loan) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(customers, func(a, b Customer) int { return cmp.Compare(a.ID, b.ID) })
	t := &Tenant{Loans: loans, Customers: customers, firstLoan: make([]int32, len(customers)+1)}
	t.eachLink(func(_, customer int) { t.firstLoan[customer+1]++ })
	for i := range customers {
		t.firstLoan[i+1] += t.firstLoan[i]
	}
	t.loanPositions = make([]int32, t.firstLoan[len(customers)])
	next := slices.Clone(t.firstLoan)
	t.eachLink(func(loan, customer int) {
		t.loanPositions[next[customer]] = int32(loan)
		next[customer]++
	})
	return t
}

// eachLink calls visit with the positions of each linked loan and customer.
func (t *Tenant) eachLink(visit func(loan, customer int)) {
	for i := range t.Loans {
		for _, link := range t.Loans[i].Customers {
			if at, ok := t.CustomerAt(link.CustomerID); ok {
				visit(i, at)
			}
		}
	}
}

// LoansOf returns the positions in Loans of a customer's loans. customer is a
// position in Customers. The result must not be changed.
func (t *Tenant) LoansOf(customer int) []int32 {
	return t.loanPositions[t.firstLoan[customer]:t.firstLoan[customer+1]]
}

// LoanAt returns the position in Loans of a system ID.
func (t *Tenant) LoanAt(id int) (int, bool) {
	return sort.Find(len(t.Loans), func(i int) int { return cmp.Compare(id, t.Loans[i].ID) })
}

// CustomerAt returns the position in Customers of a system ID.
func (t *Tenant) CustomerAt(id int) (int, bool) {
	return sort.Find(len(t.Customers), func(i int) int { return cmp.Compare(id, t.Customers[i].ID) })
}

// Customer returns the customer of a link, nil when the system ID is unknown.
func (t *Tenant) Customer(id int) *Customer {
	if at, ok := t.CustomerAt(id); ok {
		return &t.Customers[at]
	}
	return nil
}

// NameInRole returns the name of the loan's first customer in that role, ""
// when it has none.
func (t *Tenant) NameInRole(l *Loan, role string) string {
	for _, link := range l.Customers {
		if link.Role == role {
			return t.Customer(link.CustomerID).FullName()
		}
	}
	return ""
}

// statusIDs numbers the usual statuses of a lender. The numbers are invented.
func statusIDs() map[string]int {
	return map[string]int{
		"Originated": 1, "Open": 2, "Closed": 3, "Paid Off": 4, "Charged Off": 5, "Repossessed": 6,
	}
}

// numberStatuses sets the StatusID of each loan. Other statuses get the next
// numbers in order of appearance.
func numberStatuses(loans []Loan) {
	ids := statusIDs()
	for i := range loans {
		status := loans[i].Status
		if ids[status] == 0 {
			ids[status] = len(ids) + 1
		}
		loans[i].StatusID = ids[status]
	}
}
