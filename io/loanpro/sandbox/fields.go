package sandbox

import "time"

// loanIndex lists what of a loan can be searched. No mapping is published:
// that texts are analysed and flags are numbers is assumed.
func (t *tenant) loanIndex(shape *Shape) *index {
	return newIndex(len(t.loans), append(t.signFields(shape),
		t.loanText("displayId", func(l *Loan) string { return l.DisplayID }),
		t.loanText("title", func(l *Loan) string { return l.Title }),
		t.loanText("loanStatusText", func(l *Loan) string { return l.Status }),
		t.loanText("primaryCustomerName", func(l *Loan) string { return t.inRole(l, rolePrimary) }),
		t.loanText("secondaryCustomerName", func(l *Loan) string { return t.inRole(l, roleSecondary) }),
		t.borrowerText("customers.firstName", func(c *Customer) string { return c.FirstName }),
		t.borrowerText("customers.lastName", func(c *Customer) string { return c.LastName }),
		t.borrowerText("customers.email", func(c *Customer) string { return c.Email }),
		numberField("customers.id", t.borrowerIDs),
		t.loanNumber("id", func(l *Loan) float64 { return float64(l.ID) }),
		t.loanNumber("archived", func(l *Loan) float64 { return oneIf(l.Archived) }),
		t.loanNumber("loanStatusId", func(l *Loan) float64 { return float64(l.StatusID) }),
		t.loanNumber("principalBalance", func(l *Loan) float64 { return figuresOf(l.ID).balance.units() }),
		t.loanNumber("loanAmount", func(l *Loan) float64 { return figuresOf(l.ID).amount.units() }),
		t.loanNumber("nextPaymentAmount", func(l *Loan) float64 { return figuresOf(l.ID).payment.units() }),
		t.loanNumber("daysPastDue", func(l *Loan) float64 { return float64(figuresOf(l.ID).daysPastDue) }),
		t.loanDate("contractDate", func(l *Loan) stamp { return figuresOf(l.ID).contract }),
		t.loanDate("created", func(l *Loan) stamp { return figuresOf(l.ID).created }),
		t.loanDate("nextPaymentDate", func(l *Loan) stamp { return figuresOf(l.ID).due }),
	)...)
}

// customerIndex lists what of a customer can be searched.
func (t *tenant) customerIndex() *index {
	return newIndex(len(t.customers),
		t.customerText("customerName", (*Customer).FullName),
		t.customerText("firstName", func(c *Customer) string { return c.FirstName }),
		t.customerText("middleName", func(c *Customer) string { return c.MiddleName }),
		t.customerText("lastName", func(c *Customer) string { return c.LastName }),
		t.customerText("companyName", func(c *Customer) string { return c.CompanyName }),
		t.customerText("customId", func(c *Customer) string { return c.CustomID }),
		t.customerText("customerType", func(c *Customer) string { return c.Kind }),
		t.customerText("status", func(*Customer) string { return "Active" }),
		t.customerText("email", func(c *Customer) string { return c.Email }),
		t.customerText("ssn", func(c *Customer) string { return masked(c.SSN) }),
		t.customerText("primaryPhone", func(c *Customer) string { return c.Phone }),
		t.customerText("primaryAddress.address1", func(c *Customer) string { return c.Address1 }),
		t.customerText("primaryAddress.city", func(c *Customer) string { return c.City }),
		t.customerText("primaryAddress.state", stateOf),
		t.customerText("primaryAddress.zipcode", func(c *Customer) string { return c.Zip }),
		t.customerText("city", func(c *Customer) string { return c.City }), // these three also without the path (documented)
		t.customerText("state", stateOf),
		t.customerText("zipcode", func(c *Customer) string { return c.Zip }),
		numberField("id", func(at int, yield func(float64)) { yield(float64(t.customers[at].ID)) }),
		numberField("loansCount", func(at int, yield func(float64)) { yield(float64(len(t.loansOf(at)))) }),
		dateField("created", func(at int, yield func(float64)) { yield(float64(joinedOn(&t.customers[at]))) }),
		dateField("birthDate", t.birthDates),
	)
}

func (t *tenant) loanText(name string, of func(*Loan) string) *field {
	return textField(name, func(at int, yield func(string)) { yield(of(&t.loans[at])) })
}

func (t *tenant) loanNumber(name string, of func(*Loan) float64) *field {
	return numberField(name, func(at int, yield func(float64)) { yield(of(&t.loans[at])) })
}

func (t *tenant) loanDate(name string, of func(*Loan) stamp) *field {
	return dateField(name, func(at int, yield func(float64)) { yield(float64(of(&t.loans[at]))) })
}

func (t *tenant) customerText(name string, of func(*Customer) string) *field {
	return textField(name, func(at int, yield func(string)) { yield(of(&t.customers[at])) })
}

// borrowerText is a text of each of a loan's customers.
func (t *tenant) borrowerText(name string, of func(*Customer) string) *field {
	return textField(name, func(at int, yield func(string)) {
		for _, link := range t.loans[at].Customers {
			yield(of(t.customer(link.CustomerID)))
		}
	})
}

func (t *tenant) borrowerIDs(at int, yield func(float64)) {
	for _, link := range t.loans[at].Customers {
		yield(float64(link.CustomerID))
	}
}

func (t *tenant) birthDates(at int, yield func(float64)) {
	if date, err := time.Parse(time.DateOnly, t.customers[at].BirthDate); err == nil {
		yield(float64(date.Unix()))
	}
}

func (m money) units() float64 { return float64(m) / 100 }

func oneIf(flag bool) float64 {
	if flag {
		return 1
	}
	return 0
}
