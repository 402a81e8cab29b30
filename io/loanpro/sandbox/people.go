package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// tie lists the roles of the customers of one loan.
type tie struct {
	share int // of all loans, in ten thousandths
	roles []string
}

// ties lists who stands on a loan; a tenant begins with one of each.
func ties() []tie {
	return []tie{
		{6600, []string{rolePrimary}},
		{1900, []string{rolePrimary, roleSecondary}},
		{400, []string{rolePrimary, roleSecondary, roleAdditional}},
		{500, nil},
		{200, []string{roleSecondary}},
		{60, []string{roleAdditional}},
		{20, []string{roleUnassigned}},
		{150, []string{roleSecondary, roleAdditional}},
		{60, []string{rolePrimary, rolePrimary}},
		{110, []string{roleSecondary, rolePrimary}},
	}
}

// Shares in ten thousandths: how often a customer of a loan is new, and what
// of a customer is there.
const (
	shareNew      = 6300 // makes about eight customers for ten loans
	shareStranger = 200
	shareCompany  = 300
	shareCustomID = 7000
	shareMiddle   = 4000
	shareSuffix   = 300
	shareEmail    = 9000
	sharePhone    = 9500
	shareBirth    = 9500
	shareSSN      = 9000
)

// tie puts customers on the loan at position at.
func (m *maker) tie(l *Loan, at int) {
	all := ties()
	chosen := at % len(all)
	if at >= len(all) {
		roll := m.dice.below(10_000)
		chosen = slices.IndexFunc(all, func(t tie) bool {
			roll -= t.share
			return roll < 0
		})
	}
	for _, role := range all[chosen].roles {
		l.Customers = append(l.Customers, Link{m.someone(l), role})
	}
}

// someone returns the system ID of a customer who is not on the loan yet.
func (m *maker) someone(l *Loan) int {
	if len(m.customers) > len(l.Customers) && !m.dice.chance(shareNew) {
		id := pick(m.dice, m.customers).ID
		if !slices.ContainsFunc(l.Customers, func(link Link) bool { return link.CustomerID == id }) {
			return id
		}
	}
	return m.customer().ID
}

// strangers adds customers without a loan.
func (m *maker) strangers() {
	for range 1 + len(m.customers)*shareStranger/10_000 {
		m.customer()
	}
}

// customer adds a person or, now and then, a company.
func (m *maker) customer() *Customer {
	id := 700
	if n := len(m.customers); n > 0 {
		id = m.customers[n-1].ID + m.dice.between(1, 5)
	}
	c := Customer{ID: id}
	if m.dice.chance(shareCustomID) {
		c.CustomID = fmt.Sprintf("CUST-%04d", len(m.customers)+1)
	}
	if m.dice.chance(shareCompany) || len(m.customers) == 2 {
		m.company(&c)
	} else {
		m.person(&c)
	}
	m.address(&c)
	m.customers = append(m.customers, c)
	return &m.customers[len(m.customers)-1]
}

func (m *maker) person(c *Customer) {
	d := m.dice
	c.Kind = kindPerson
	c.FirstName, c.LastName = m.names.given.draw(d), m.names.family.draw(d)
	if d.chance(shareMiddle) {
		c.MiddleName = m.names.given.draw(d)
		if d.chance(5000) {
			c.MiddleName = initial(c.MiddleName)
		}
	}
	if d.chance(shareSuffix) {
		c.Suffix = pick(d, []string{"Jr.", "Sr.", "II", "III", "IV"})
	}
	if d.chance(shareBirth) {
		c.BirthDate = birthDate(d)
	}
	if d.chance(shareSSN) {
		c.SSN = socialSecurity(d)
	}
	m.reach(c)
}

// initial returns the first letter of a name.
func initial(name string) string {
	for _, r := range name {
		return string(r)
	}
	return ""
}

func birthDate(d dice) string {
	return fmt.Sprintf("%d-%02d-%02d", d.between(1940, 2005), d.between(1, 12), d.between(1, 28))
}

// socialSecurity returns nine digits from 900 up, which are never issued.
func socialSecurity(d dice) string {
	return fmt.Sprintf("9%02d%02d%04d", d.below(100), d.between(1, 49), d.between(1, 9999))
}

func (m *maker) company(c *Customer) {
	c.Kind = kindCompany
	name, trade, legal := m.names.family.draw(m.dice), pick(m.dice, m.names.trades), pick(m.dice, m.names.legal)
	if strings.HasSuffix(trade, "Trust") {
		legal = ""
	}
	c.CompanyName = joined(name, trade, legal)
	m.reach(c)
}

// reach gives email and phone, both of kinds that reach nobody.
func (m *maker) reach(c *Customer) {
	if m.dice.chance(shareEmail) {
		c.Email = mailAddress(c, mailDomain(m.dice))
	}
	if m.dice.chance(sharePhone) {
		c.Phone = phoneNumber(m.dice)
	}
}

func phoneNumber(d dice) string { return fmt.Sprintf("%d55501%02d", d.between(201, 989), d.below(100)) }

func mailDomain(d dice) string { return "example." + pick(d, []string{"com", "net", "org"}) }

// mailAddress is made of a name, and of the system ID that tells namesakes apart.
func mailAddress(c *Customer, domain string) string {
	name := c.FirstName + "." + c.LastName
	if c.CompanyName != "" {
		name = "office." + c.CompanyName
	}
	return mailbox(name) + fmt.Sprint(c.ID%1000) + "@" + domain
}

// mailbox keeps what a mailbox may be called by.
func mailbox(name string) string {
	keep := func(r rune) rune {
		if r == '.' || r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToLower(r)
		}
		return -1
	}
	return strings.Map(keep, name)
}

func (m *maker) address(c *Customer) {
	d := m.dice
	c.Address1 = fmt.Sprintf("%d %s %s", d.between(1, 9999), pick(d, m.names.streets), pick(d, m.names.ways))
	town := pick(d, m.names.towns)
	c.City, c.State = town.city, town.state
	c.Zip = fmt.Sprintf("%05d", town.zip+d.below(20))
}
