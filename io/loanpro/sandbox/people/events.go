package people

import "strings"

// event is a change in a person's life, or a fault of their record.
type event struct {
	name  string
	share int // of all people, in ten thousandths
	apply func(g *generator, at int)
}

// events returns all of them. A tenant begins with one of each.
func events() []event {
	return []event{
		{"moved, on record", 600, func(g *generator, at int) { g.move(at, true) }},
		{"moved, not on record", 600, func(g *generator, at int) { g.move(at, false) }},
		{"married, on record", 75, func(g *generator, at int) { g.marry(at, func(c *Customer, to string) { c.LastName = to }) }},
		{"married, not on record", 75, func(g *generator, at int) {
			g.population.addFacts(at, facts{lastName: g.names.family.draw(g.random)})
		}},
		{"married, with a hyphen", 75, func(g *generator, at int) { g.marry(at, (*Customer).hyphenate) }},
		{"married, old name as middle name", 75, func(g *generator, at int) {
			g.marry(at, func(c *Customer, to string) { c.MiddleName, c.LastName = c.LastName, to })
		}},
		{"placeholder birth date", 17, func(g *generator, at int) { g.customers[at].BirthDate = "1900-01-01" }},
		{"placeholder email", 17, func(g *generator, at int) { g.customers[at].Email = "none@none.com" }},
		{"placeholder SSN", 16, func(g *generator, at int) { g.customers[at].SSN = "000000000" }},
	}
}

// firstEvent is the position of the first person with an event of their own.
// The people before form the first households.
const firstEvent = 9

func (g *generator) applyEvents() {
	all := events()
	for at := range g.customers {
		if _, duplicate := g.population.duplicates[at]; duplicate || g.customers[at].Kind != kindPerson {
			continue
		}
		for i, e := range all {
			if g.random.chance(e.share) || at == firstEvent+i {
				e.apply(g, at)
			}
		}
	}
}

// nameSiblingFunds gives every other numbered fund the name of the fund before
// it, with the next number: they differ by that number only.
func (g *generator) nameSiblingFunds() {
	next := strings.NewReplacer("Fund 1", "Fund 2", "Fund 2", "Fund 3", "Fund 3", "Fund 1")
	previous := ""
	for at := range g.customers {
		c := &g.customers[at]
		switch {
		case !strings.Contains(c.CompanyName, "Fund "):
		case previous == "":
			previous = c.CompanyName
		default:
			c.CompanyName, previous = next.Replace(previous), ""
			c.updateEmail()
		}
	}
}

// addFacts adds to the other facts of a person.
func (p *population) addFacts(at int, more facts) {
	f := p.otherFacts[at]
	if more.lastName != "" {
		f.lastName = more.lastName
	}
	if more.zip != "" {
		f.zip, f.phone = more.zip, more.phone
	}
	p.otherFacts[at] = f
}

// move gives a person another address and phone, on record or not.
func (g *generator) move(at int, recorded bool) {
	before := g.customers[at]
	after := before
	g.addAddress(&after)
	after.Phone = phoneNumber(g.random)
	if !recorded {
		g.population.addFacts(at, facts{zip: after.Zip, phone: after.Phone})
		return
	}
	if before.Phone == "" {
		after.Phone = ""
	}
	g.customers[at] = after
	g.population.addFacts(at, facts{zip: before.Zip, phone: before.Phone})
}

// marry changes the recorded name by a new surname. The email stays.
func (g *generator) marry(at int, rename func(c *Customer, to string)) {
	c := &g.customers[at]
	g.population.addFacts(at, facts{lastName: c.LastName})
	rename(c, g.names.family.draw(g.random))
}

func (c *Customer) hyphenate(to string) {
	if !strings.ContainsAny(c.LastName+to, "- ") {
		to = c.LastName + "-" + to
	}
	c.LastName = to
}

// fillDuplicates copies the first record into each second one, with small
// differences.
func (g *generator) fillDuplicates() {
	for at := range g.customers { // in a fixed order, unlike the map
		first, duplicate := g.population.duplicates[at]
		if !duplicate {
			continue
		}
		c := g.customers[first]
		c.ID, c.CustomID = g.customers[at].ID, g.customers[at].CustomID
		g.misspell(&c)
		g.customers[at] = c
		g.population.heads[at] = g.population.heads[first]
		if f, ok := g.population.otherFacts[first]; ok {
			g.population.otherFacts[at] = f
		}
	}
}

// misspell changes a name slightly and removes some of the other values.
func (g *generator) misspell(c *Customer) {
	switch g.random.intn(4) {
	case 0:
		c.MiddleName, c.Suffix = initial(c.MiddleName), ""
	case 1:
		c.FirstName = shortName(g.random, c.FirstName)
	case 2:
		c.LastName = mistyped(g.random, c.LastName)
	default:
		c.FirstName, c.LastName = strings.ToUpper(c.FirstName), strings.ToUpper(c.LastName)
	}
	if g.random.chance(3000) {
		c.Phone = ""
	}
	if g.random.chance(3000) {
		c.Email = ""
	}
	if g.random.chance(3000) {
		c.SSN = ""
	}
}
