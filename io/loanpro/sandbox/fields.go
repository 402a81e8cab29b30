package sandbox

import (
	"time"

	"loanmap/io/loanpro/sandbox/engine"
	"loanmap/io/loanpro/sandbox/people"
)

// loanFields returns the searchable fields of loans. No mapping is published: it
// is assumed that texts are analyzed and that flags are numbers.
func (d documents) loanFields() []engine.Field {
	fields := append(d.signFields(),
		d.loanText(engine.Key, "displayId", func(l *people.Loan) string { return l.DisplayID }),
		d.loanText(engine.Code, "title", func(l *people.Loan) string { return l.Title }),
		d.loanText(engine.Code, "loanStatusText", func(l *people.Loan) string { return l.Status }),
		d.loanText(engine.Text, "primaryCustomerName", func(l *people.Loan) string { return d.NameInRole(l, people.RolePrimary) }),
		d.loanText(engine.Text, "secondaryCustomerName", func(l *people.Loan) string { return d.NameInRole(l, people.RoleSecondary) }),
		d.loanNumber("id", func(l *people.Loan) float64 { return float64(l.ID) }),
		d.loanNumber("archived", func(l *people.Loan) float64 { return float64(oneIf(l.Archived)) }),
		d.loanNumber("loanStatusId", func(l *people.Loan) float64 { return float64(l.StatusID) }),
		d.loanNumber("principalBalance", func(l *people.Loan) float64 { return float64(l.Figures().Balance) / 100 }),
		d.loanNumber("loanAmount", func(l *people.Loan) float64 { return float64(l.Figures().Amount) / 100 }),
		d.loanNumber("nextPaymentAmount", func(l *people.Loan) float64 { return float64(l.Figures().Payment) / 100 }),
		d.loanNumber("daysPastDue", func(l *people.Loan) float64 { return float64(l.Figures().DaysPastDue) }),
		d.loanDate("contractDate", func(l *people.Loan) int64 { return l.Figures().Contract }),
		d.loanDate("created", func(l *people.Loan) int64 { return l.Figures().Created }),
		d.loanDate("nextPaymentDate", func(l *people.Loan) int64 { return l.Figures().Due }),
	)
	if d.shape.NoCustomers {
		return fields
	}
	return append(fields,
		d.borrowerText(engine.Text, "customers.firstName", func(c *people.Customer) string { return c.FirstName }),
		d.borrowerText(engine.Text, "customers.lastName", func(c *people.Customer) string { return c.LastName }),
		d.borrowerText(engine.Code, "customers.email", func(c *people.Customer) string { return c.Email }),
		engine.Number("customers.id", d.borrowerIDs),
	)
}

// customerFields returns the searchable fields of customers. Which texts are
// codes is assumed.
func (d documents) customerFields() []engine.Field {
	zip := func(c *people.Customer) string { return c.Zip }
	city := func(c *people.Customer) string { return c.City }
	return []engine.Field{
		d.customerText(engine.Text, "customerName", (*people.Customer).FullName),
		d.customerText(engine.Text, "firstName", func(c *people.Customer) string { return c.FirstName }),
		d.customerText(engine.Text, "middleName", func(c *people.Customer) string { return c.MiddleName }),
		d.customerText(engine.Text, "lastName", func(c *people.Customer) string { return c.LastName }),
		d.customerText(engine.Text, "companyName", func(c *people.Customer) string { return c.CompanyName }),
		d.customerText(engine.Code, "customId", func(c *people.Customer) string { return c.CustomID }),
		d.customerText(engine.Code, "customerType", func(c *people.Customer) string { return c.Kind }),
		d.customerText(engine.Code, "status", func(*people.Customer) string { return customerStatus }),
		d.customerText(engine.Code, "email", func(c *people.Customer) string { return c.Email }),
		d.customerText(engine.Code, "ssn", func(c *people.Customer) string { return masked(c.SSN) }),
		d.customerText(engine.Code, "primaryPhone", func(c *people.Customer) string { return c.Phone }),
		d.customerText(engine.Text, "primaryAddress.address1", func(c *people.Customer) string { return c.Address1 }),
		d.customerText(engine.Text, "primaryAddress.city", city),
		d.customerText(engine.Code, "primaryAddress.state", stateOf),
		d.customerText(engine.Code, "primaryAddress.zipcode", zip),
		d.customerText(engine.Text, "city", city), // these three also without the path (documented)
		d.customerText(engine.Code, "state", stateOf),
		d.customerText(engine.Code, "zipcode", zip),
		engine.Number("id", func(at int, yield func(float64)) { yield(float64(d.Customers[at].ID)) }),
		engine.Number("loansCount", func(at int, yield func(float64)) { yield(float64(len(d.LoansOf(at)))) }),
		engine.Date("created", func(at int, yield func(float64)) { yield(float64(d.Customers[at].Created())) }),
		engine.Date("birthDate", d.birthDates),
	}
}

// textKind is engine.Text, engine.Code or engine.Key.
type textKind func(name string, texts engine.Texts) engine.Field

func (d documents) loanText(kind textKind, name string, of func(*people.Loan) string) engine.Field {
	return kind(name, func(at int, yield func(string)) { yield(of(&d.Loans[at])) })
}

func (d documents) loanNumber(name string, of func(*people.Loan) float64) engine.Field {
	return engine.Number(name, func(at int, yield func(float64)) { yield(of(&d.Loans[at])) })
}

func (d documents) loanDate(name string, of func(*people.Loan) int64) engine.Field {
	return engine.Date(name, func(at int, yield func(float64)) { yield(float64(of(&d.Loans[at]))) })
}

func (d documents) customerText(kind textKind, name string, of func(*people.Customer) string) engine.Field {
	return kind(name, func(at int, yield func(string)) { yield(of(&d.Customers[at])) })
}

// borrowerText is a text of each of a loan's customers.
func (d documents) borrowerText(kind textKind, name string, of func(*people.Customer) string) engine.Field {
	return kind(name, func(at int, yield func(string)) {
		for _, link := range d.Loans[at].Customers {
			yield(of(d.Customer(link.CustomerID)))
		}
	})
}

func (d documents) borrowerIDs(at int, yield func(float64)) {
	for _, link := range d.Loans[at].Customers {
		yield(float64(link.CustomerID))
	}
}

func (d documents) birthDates(at int, yield func(float64)) {
	if date, err := time.Parse(time.DateOnly, d.Customers[at].BirthDate); err == nil {
		yield(float64(date.Unix()))
	}
}

func oneIf(flag bool) int {
	if flag {
		return 1
	}
	return 0
}
