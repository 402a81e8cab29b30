package sandbox

import "fmt"

// maxNested is where LoanPro silently cuts each nested collection (seen in
// public test tools).
const maxNested = 50

// nestedRecords is a collection inside a record.
type nestedRecords struct {
	Results []any `json:"results"`
}

// metadata leads every single record.
type metadata struct {
	URI  string `json:"uri"`
	Type string `json:"type"`
}

// deferred stands for a collection that was not asked for.
type deferred struct {
	Deferred struct {
		URI string `json:"uri"`
	} `json:"__deferred"`
}

func postponed(format string, id int) deferred {
	var d deferred
	d.Deferred.URI = fmt.Sprintf(format, id)
	return d
}

// loanRecord is a loan as a read by ID shows it (keys seen in public code).
type loanRecord struct {
	Metadata         metadata `json:"__metadata"`
	Customers        any      `json:"Customers,omitempty"`
	ID               int      `json:"id"`
	DisplayID        string   `json:"displayId"`
	Title            string   `json:"title"`
	SettingsID       int      `json:"settingsId"`
	SetupID          int      `json:"setupId"`
	LinkedLoan       *int     `json:"linkedLoan"`
	ModID            *int     `json:"modId"`
	ModTotal         int      `json:"modTotal"`
	Created          stamp    `json:"created"`
	Active           flag     `json:"active"`
	Archived         flag     `json:"archived"`
	LoanAlert        *string  `json:"loanAlert"`
	TemporaryAccount *flag    `json:"temporaryAccount,omitempty"`
	Temporary        *flag    `json:"temporary,omitempty"`
	Deleted          *flag    `json:"deleted,omitempty"`
	DeletedAt        *stamp   `json:"deletedAt"`
}

func (t *tenant) loanRecord(at int, shape *Shape) loanRecord {
	l := &t.loans[at]
	signs := shape.signs(l)
	r := loanRecord{
		Metadata: metadata{fmt.Sprintf("%s/odata.svc/Loans(id=%d)", apiPath, l.ID), "Entity.Loan"},
		ID:       l.ID, DisplayID: l.DisplayID, Title: l.Title, SettingsID: l.ID, SetupID: l.ID,
		Created: figuresOf(l.ID).created, Active: flag(signs.active), Archived: flag(l.Archived),
		TemporaryAccount: (*flag)(signs.temporaryAccount), Temporary: (*flag)(signs.temporary), Deleted: (*flag)(signs.deleted),
	}
	if shape.DeletedAs != DeletedAsActive {
		r.DeletedAt = l.deletedAt()
	}
	return r
}

// customerRecord is a customer as a read by ID shows it, or inside a loan,
// where loanRole says what they are to it (keys from LoanPro's own SDK).
type customerRecord struct {
	Metadata    metadata `json:"__metadata"`
	Loans       any      `json:"Loans,omitempty"`
	ID          int      `json:"id"`
	CustomID    optional `json:"customId"`
	Kind        string   `json:"customerType"`
	Status      string   `json:"status"`
	FirstName   optional `json:"firstName"`
	LastName    optional `json:"lastName"`
	MiddleName  optional `json:"middleName"`
	BirthDate   *stamp   `json:"birthDate"`
	Generation  string   `json:"generationCode"`
	Email       optional `json:"email"`
	SSN         optional `json:"ssn"`
	CompanyName optional `json:"companyName"`
	ContactName optional `json:"contactName"`
	IDType      string   `json:"customerIdType"`
	CustomerID  optional `json:"customerId"`
	Active      int      `json:"active"`
	Role        optional `json:"loanRole"`
	Created     stamp    `json:"created"`
}

func (t *tenant) customerRecord(at int, role string) customerRecord {
	c := &t.customers[at]
	return customerRecord{
		Metadata: metadata{fmt.Sprintf("%s/odata.svc/Customers(id=%d)", apiPath, c.ID), "Entity.Customer"},
		ID:       c.ID, CustomID: optional(c.CustomID), Kind: c.Kind, Status: "Active",
		FirstName: optional(c.FirstName), LastName: optional(c.LastName), MiddleName: optional(c.MiddleName),
		BirthDate: birthStamp(c), Generation: generation(c.Suffix), Email: optional(c.Email), SSN: optional(c.SSN),
		CompanyName: optional(c.CompanyName), IDType: "customer.idType.ssn",
		Active: 1, Role: optional(role), Created: joinedOn(c),
	}
}

// generation returns LoanPro's code for a suffix; only none is documented, the
// others are assumed.
func generation(suffix string) string {
	codes := map[string]string{"Jr.": "jr", "Sr.": "sr", "II": "ii", "III": "iii", "IV": "iv"}
	if code := codes[suffix]; code != "" {
		return "customer.generationCode." + code
	}
	return "customer.generationCode.none"
}

// loanRead is a loan with its customers, or where they are.
func (t *tenant) loanRead(at int, expand bool, shape *Shape) loanRecord {
	record := t.loanRecord(at, shape)
	record.Customers = postponed("Loans(id=%d)/Customers", record.ID)
	if expand {
		record.Customers = t.customersOn(at)
	}
	return record
}

// customerRead is a customer with their loans, or where they are.
func (t *tenant) customerRead(at int, expand bool, shape *Shape) customerRecord {
	record := t.customerRecord(at, "")
	record.Loans = postponed("Customers(id=%d)/Loans", record.ID)
	if expand {
		record.Loans = t.loansWith(at, shape)
	}
	return record
}

// customersOn returns a loan's customers with their roles, cut at maxNested.
func (t *tenant) customersOn(loan int) *nestedRecords {
	out := nestedRecords{Results: []any{}}
	for _, link := range t.loans[loan].Customers {
		if at, ok := t.customerAt(link.CustomerID); ok && len(out.Results) < maxNested {
			out.Results = append(out.Results, t.customerRecord(at, link.Role))
		}
	}
	return &out
}

// loansWith returns a customer's loans, cut at maxNested.
func (t *tenant) loansWith(customer int, shape *Shape) *nestedRecords {
	out := nestedRecords{Results: []any{}}
	for _, at := range t.loansOf(customer) {
		if len(out.Results) < maxNested {
			out.Results = append(out.Results, t.loanRecord(int(at), shape))
		}
	}
	return &out
}
