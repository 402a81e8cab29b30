package sandbox

import (
	"cmp"
	"slices"
	"sort"
)

// maxDisplayID is how many characters LoanPro's column holds (documented).
const maxDisplayID = 50

// The roles a customer can have on a loan (documented).
const (
	rolePrimary    = "loan.customerRole.primary"
	roleSecondary  = "loan.customerRole.secondary"
	roleAdditional = "loan.customerRole.additional"
	roleUnassigned = "loan.customerRole.unassigned"
)

// The kinds of customer a tenant holds (documented).
const (
	kindPerson  = "customer.type.individual"
	kindCompany = "customer.type.company"
)

// Loan is the truth about one loan, whatever a search says of it. ID is the
// system ID; DisplayID has 1 to 50 characters and may repeat. Status is the
// text LoanPro shows, StatusID its number.
type Loan struct {
	ID        int
	DisplayID string
	Title     string
	Status    string
	StatusID  int
	Archived  bool
	Deleted   bool
	Temporary bool
	Customers []Link // not to be changed
}

// Link ties a customer, by system ID, to a loan. Role is one of LoanPro's
// loan.customerRole values.
type Link struct {
	CustomerID int
	Role       string
}

// Customer is one made-up person or company; ID is the system ID, CustomID the
// lender's own and may be empty, as may all the rest. Kind is
// customer.type.individual or customer.type.company; BirthDate is yyyy-mm-dd;
// SSN is nine digits in a range that is never issued.
type Customer struct {
	ID          int
	CustomID    string
	FirstName   string
	MiddleName  string
	LastName    string
	Suffix      string
	CompanyName string
	Kind        string
	Email       string
	Phone       string
	BirthDate   string
	SSN         string
	Address1    string
	City        string
	State       string
	Zip         string
}

// FullName returns the name a search shows: first, last and suffix, or the
// company's (not documented; assumed).
func (c *Customer) FullName() string {
	if c.CompanyName != "" {
		return c.CompanyName
	}
	return joined(c.FirstName, c.LastName, c.Suffix)
}

// joined puts spaces between the parts that are not empty.
func joined(parts ...string) string {
	out := ""
	for _, part := range parts {
		if out != "" && part != "" {
			out += " "
		}
		out += part
	}
	return out
}

// tenant is all records, each kind in the order of its system IDs.
type tenant struct {
	loans     []Loan
	customers []Customer
	first     []int32 // where each customer's loans start in held
	held      []int32 // positions of loans, customer after customer
	folk      folk
}

// newTenant sorts the records and ties customers to their loans. Every link
// must name a known customer.
func newTenant(loans []Loan, customers []Customer) *tenant {
	slices.SortFunc(loans, func(a, b Loan) int { return cmp.Compare(a.ID, b.ID) })
	slices.SortFunc(customers, func(a, b Customer) int { return cmp.Compare(a.ID, b.ID) })
	t := &tenant{loans: loans, customers: customers, first: make([]int32, len(customers)+1)}
	t.eachLink(func(_, customer int) { t.first[customer+1]++ })
	for i := range customers {
		t.first[i+1] += t.first[i]
	}
	t.held = make([]int32, t.first[len(customers)])
	next := slices.Clone(t.first)
	t.eachLink(func(loan, customer int) {
		t.held[next[customer]] = int32(loan)
		next[customer]++
	})
	return t
}

// eachLink calls visit with the positions of each loan and customer tied.
func (t *tenant) eachLink(visit func(loan, customer int)) {
	for i := range t.loans {
		for _, link := range t.loans[i].Customers {
			if at, ok := t.customerAt(link.CustomerID); ok {
				visit(i, at)
			}
		}
	}
}

// loansOf returns the positions of a customer's loans.
func (t *tenant) loansOf(customer int) []int32 {
	return t.held[t.first[customer]:t.first[customer+1]]
}

func (t *tenant) loanAt(id int) (int, bool) {
	return sort.Find(len(t.loans), func(i int) int { return cmp.Compare(id, t.loans[i].ID) })
}

func (t *tenant) customerAt(id int) (int, bool) {
	return sort.Find(len(t.customers), func(i int) int { return cmp.Compare(id, t.customers[i].ID) })
}

// customer returns the customer of a link, nil when it is unknown.
func (t *tenant) customer(id int) *Customer {
	if at, ok := t.customerAt(id); ok {
		return &t.customers[at]
	}
	return nil
}

// inRole returns the name of the loan's first customer in that role, "" when
// there is none.
func (t *tenant) inRole(l *Loan, role string) string {
	for _, link := range l.Customers {
		if link.Role == role {
			return t.customer(link.CustomerID).FullName()
		}
	}
	return ""
}

// statusIDs numbers the statuses a lender usually has; the numbers are
// invented.
func statusIDs() map[string]int {
	return map[string]int{
		"Originated": 1, "Open": 2, "Closed": 3, "Paid Off": 4, "Charged Off": 5, "Repossessed": 6,
	}
}

// numberStatuses sets the StatusID of each loan; statuses not known get the
// next numbers in order of appearance.
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
