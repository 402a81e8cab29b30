package sandbox

import "fmt"

// maxNested is the length at which LoanPro silently cuts each nested collection
// (seen in public test tools).
const maxNested = 50

// nestedRecords is a collection inside a record.
type nestedRecords struct {
	Results []any `json:"results"`
}

// metadata comes first in every single record.
type metadata struct {
	URI  string `json:"uri"`
	Type string `json:"type"`
}

// deferred replaces a collection that the request did not expand.
type deferred struct {
	Deferred struct {
		URI string `json:"uri"`
	} `json:"__deferred"`
}

func deferredTo(format string, id int) deferred {
	var d deferred
	d.Deferred.URI = fmt.Sprintf(format, id)
	return d
}

// loanRecord is a loan in the answer to a read (keys seen in public code).
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

func (d documents) loanRecord(at int) loanRecord {
	l := &d.Loans[at]
	signs := d.shape.signs(l)
	r := loanRecord{
		Metadata: metadata{fmt.Sprintf("%s/odata.svc/Loans(id=%d)", apiPath, l.ID), "Entity.Loan"},
		ID:       l.ID, DisplayID: l.DisplayID, Title: l.Title, SettingsID: l.ID, SetupID: l.ID,
		Created: stamp(l.Figures().Created), Active: flag(signs.active), Archived: flag(l.Archived),
		TemporaryAccount: (*flag)(signs.temporaryAccount), Temporary: (*flag)(signs.temporary), Deleted: (*flag)(signs.deleted),
	}
	if d.shape.DeletedAs != deletedAsActive {
		r.DeletedAt = deletedAt(l)
	}
	return r
}

// customerRecord is a customer in the answer to a read or inside a loan, where
// loanRole is set (keys from LoanPro's own SDK).
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

func (d documents) customerRecord(at int, role string) customerRecord {
	c := &d.Customers[at]
	return customerRecord{
		Metadata: metadata{fmt.Sprintf("%s/odata.svc/Customers(id=%d)", apiPath, c.ID), "Entity.Customer"},
		ID:       c.ID, CustomID: optional(c.CustomID), Kind: c.Kind, Status: customerStatus,
		FirstName: optional(c.FirstName), LastName: optional(c.LastName), MiddleName: optional(c.MiddleName),
		BirthDate: birthStamp(c), Generation: generation(c.Suffix), Email: optional(c.Email), SSN: optional(c.SSN),
		CompanyName: optional(c.CompanyName), IDType: "customer.idType.ssn",
		Active: 1, Role: optional(role), Created: stamp(c.Created()),
	}
}

// generation returns LoanPro's code for a suffix. Only the one of no suffix is
// documented, the others are assumed.
func generation(suffix string) string {
	codes := map[string]string{"Jr.": "jr", "Sr.": "sr", "II": "ii", "III": "iii", "IV": "iv"}
	if code := codes[suffix]; code != "" {
		return "customer.generationCode." + code
	}
	return "customer.generationCode.none"
}

// loanRead is a loan with its customers, or with their address.
func (d documents) loanRead(at int, expand bool) loanRecord {
	record := d.loanRecord(at)
	record.Customers = deferredTo("Loans(id=%d)/Customers", record.ID)
	if expand {
		record.Customers = d.customersOn(at)
	}
	return record
}

// customerRead is a customer with their loans, or with the address of these.
func (d documents) customerRead(at int, expand bool) customerRecord {
	record := d.customerRecord(at, "")
	record.Loans = deferredTo("Customers(id=%d)/Loans", record.ID)
	if expand {
		record.Loans = d.loansWith(at)
	}
	return record
}

// customersOn returns a loan's customers with their roles, cut at maxNested.
func (d documents) customersOn(loan int) *nestedRecords {
	out := nestedRecords{Results: []any{}}
	for _, link := range d.Loans[loan].Customers {
		if at, ok := d.CustomerAt(link.CustomerID); ok && len(out.Results) < maxNested {
			out.Results = append(out.Results, d.customerRecord(at, link.Role))
		}
	}
	return &out
}

// loansWith returns a customer's loans, cut at maxNested.
func (d documents) loansWith(customer int) *nestedRecords {
	out := nestedRecords{Results: []any{}}
	for _, at := range d.LoansOf(customer) {
		if len(out.Results) < maxNested {
			out.Results = append(out.Results, d.loanRecord(int(at)))
		}
	}
	return &out
}
