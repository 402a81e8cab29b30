package people

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// borrowers are the roles of the customers of one loan.
type borrowers struct {
	share int // of all loans, in ten thousandths
	roles []string
}

// borrowerLists returns the combinations of roles. The first loans of a tenant
// have one of each.
func borrowerLists() []borrowers {
	return []borrowers{
		{6600, []string{RolePrimary}},
		{1900, []string{RolePrimary, RoleSecondary}},
		{400, []string{RolePrimary, RoleSecondary, roleAdditional}},
		{500, nil},
		{200, []string{RoleSecondary}},
		{60, []string{roleAdditional}},
		{20, []string{roleUnassigned}},
		{150, []string{RoleSecondary, roleAdditional}},
		{60, []string{RolePrimary, RolePrimary}},
		{110, []string{RoleSecondary, RolePrimary}},
	}
}

// Shares in ten thousandths: how often a customer of a loan is new, and how
// often each part of a record is filled.
const (
	shareNew         = 6300 // makes about eight customers for ten loans
	shareWithoutLoan = 200
	shareCompany     = 300
	shareCustomID    = 7000
	shareMiddle      = 4000
	shareSuffix      = 300
	shareEmail       = 9000
	sharePhone       = 9500
	shareBirth       = 9500
	shareSSN         = 9000
)

// addCustomers puts customers on the loan at position at.
func (g *generator) addCustomers(l *Loan, at int) {
	all := borrowerLists()
	chosen := at % len(all)
	if at >= len(all) {
		roll := g.random.intn(10_000)
		chosen = slices.IndexFunc(all, func(b borrowers) bool {
			roll -= b.share
			return roll < 0
		})
	}
	for _, role := range all[chosen].roles {
		l.Customers = append(l.Customers, Link{g.borrowerFor(l), role})
	}
}

// borrowerFor returns the system ID of a customer who is not on the loan yet.
func (g *generator) borrowerFor(l *Loan) int {
	if len(g.customers) > len(l.Customers) && !g.random.chance(shareNew) {
		id := pick(g.random, g.customers).ID
		if !slices.ContainsFunc(l.Customers, func(link Link) bool { return link.CustomerID == id }) {
			return id
		}
	}
	return g.addCustomer().ID
}

// addWithoutLoan adds customers without a loan.
func (g *generator) addWithoutLoan() {
	for range 1 + len(g.customers)*shareWithoutLoan/10_000 {
		g.addCustomer()
	}
}

// addCustomer adds a person or, sometimes, a company.
func (g *generator) addCustomer() *Customer {
	id := 700
	if n := len(g.customers); n > 0 {
		id = g.customers[n-1].ID + g.random.between(1, 5)
	}
	c := Customer{ID: id}
	if g.random.chance(shareCustomID) {
		c.CustomID = fmt.Sprintf("CUST-%04d", len(g.customers)+1)
	}
	if g.random.chance(shareCompany) || len(g.customers) == 2 {
		g.fillCompany(&c)
	} else {
		g.fillPerson(&c)
	}
	g.addAddress(&c)
	g.customers = append(g.customers, c)
	return &g.customers[len(g.customers)-1]
}

func (g *generator) fillPerson(c *Customer) {
	r := g.random
	c.Kind = kindPerson
	c.FirstName, c.LastName = g.names.given.draw(r), g.names.family.draw(r)
	if r.chance(shareMiddle) {
		c.MiddleName = g.names.given.draw(r)
		if r.chance(5000) {
			c.MiddleName = initial(c.MiddleName)
		}
	}
	if r.chance(shareSuffix) {
		c.Suffix = pick(r, []string{"Jr.", "Sr.", "II", "III", "IV"})
	}
	if r.chance(shareBirth) {
		c.BirthDate = birthDate(r)
	}
	if r.chance(shareSSN) {
		c.SSN = socialSecurity(r)
	}
	g.addContacts(c)
}

// initial returns the first letter of a name.
func initial(name string) string {
	for _, r := range name {
		return string(r)
	}
	return ""
}

func birthDate(r random) string {
	return fmt.Sprintf("%d-%02d-%02d", r.between(1940, 2005), r.between(1, 12), r.between(1, 28))
}

// socialSecurity returns nine digits from 900 up, which are never issued.
func socialSecurity(r random) string {
	return fmt.Sprintf("9%02d%02d%04d", r.intn(100), r.between(1, 49), r.between(1, 9999))
}

func (g *generator) fillCompany(c *Customer) {
	c.Kind = kindCompany
	name, trade, legal := g.names.family.draw(g.random), pick(g.random, g.names.trades), pick(g.random, g.names.legal)
	if strings.HasSuffix(trade, "Trust") {
		legal = ""
	}
	c.CompanyName = joinNonEmpty(name, trade, legal)
	g.addContacts(c)
}

// addContacts sets email and phone. Their domain and exchange are reserved, so
// they belong to no real person.
func (g *generator) addContacts(c *Customer) {
	if g.random.chance(shareEmail) {
		c.Email = mailAddress(c, mailDomain(g.random))
	}
	if g.random.chance(sharePhone) {
		c.Phone = phoneNumber(g.random)
	}
}

func phoneNumber(r random) string {
	return fmt.Sprintf("%d55501%02d", r.between(201, 989), r.intn(100))
}

func mailDomain(r random) string { return "example." + pick(r, []string{"com", "net", "org"}) }

// mailAddress builds an address from the name, and from the system ID, which
// separates equal names.
func mailAddress(c *Customer, domain string) string {
	name := c.FirstName + "." + c.LastName
	if c.CompanyName != "" {
		name = "office." + c.CompanyName
	}
	return mailbox(name) + fmt.Sprint(c.ID%1000) + "@" + domain
}

// mailbox keeps the characters that a mailbox name may have.
func mailbox(name string) string {
	keep := func(r rune) rune {
		if r == '.' || r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToLower(r)
		}
		return -1
	}
	return strings.Map(keep, name)
}

func (g *generator) addAddress(c *Customer) {
	r := g.random
	c.Address1 = fmt.Sprintf("%d %s %s", r.between(1, 9999), pick(r, g.names.streets), pick(r, g.names.ways))
	town := pick(r, g.names.towns)
	c.City, c.State = town.city, town.state
	c.Zip = fmt.Sprintf("%05d", town.zip+r.intn(20))
}
