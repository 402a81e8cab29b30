package sandbox

import "strings"

// history is what can have become of a person since somebody wrote them down.
type history struct {
	name  string
	share int // of all people, in ten thousandths
	write func(m *maker, at int)
}

// histories lists them all; a tenant begins with one of each.
func histories() []history {
	return []history{
		{"moved, on record", 600, func(m *maker, at int) { m.move(at, true) }},
		{"moved, not on record", 600, func(m *maker, at int) { m.move(at, false) }},
		{"married, on record", 75, func(m *maker, at int) { m.marry(at, func(c *Customer, to string) { c.LastName = to }) }},
		{"married, not on record", 75, func(m *maker, at int) { m.folk.change(at, life{lastName: m.names.family.draw(m.dice)}) }},
		{"married, with a hyphen", 75, func(m *maker, at int) { m.marry(at, (*Customer).hyphenate) }},
		{"married, the old name in the middle", 75, func(m *maker, at int) {
			m.marry(at, func(c *Customer, to string) { c.MiddleName, c.LastName = c.LastName, to })
		}},
		{"no true birth date", 17, func(m *maker, at int) { m.customers[at].BirthDate = "1900-01-01" }},
		{"no true email", 17, func(m *maker, at int) { m.customers[at].Email = "none@none.com" }},
		{"no true SSN", 16, func(m *maker, at int) { m.customers[at].SSN = "000000000" }},
	}
}

// openingLife is the position of the first whom something happens to: those
// before are the first households.
const openingLife = 9

// live lets happen to people what does.
func (m *maker) live() {
	all := histories()
	for at := range m.customers {
		if _, double := m.folk.doubles[at]; double || m.customers[at].Kind != kindPerson {
			continue
		}
		for i, h := range all {
			if m.dice.chance(h.share) || at == openingLife+i {
				h.write(m, at)
			}
		}
	}
}

// siblings gives every other numbered fund the name of the one before it, with
// the next number: the number is all that tells them apart.
func (m *maker) siblings() {
	next := strings.NewReplacer("Fund 1", "Fund 2", "Fund 2", "Fund 3", "Fund 3", "Fund 1")
	elder := ""
	for at := range m.customers {
		c := &m.customers[at]
		switch {
		case !strings.Contains(c.CompanyName, "Fund "):
		case elder == "":
			elder = c.CompanyName
		default:
			c.CompanyName, elder = next.Replace(elder), ""
			c.rename()
		}
	}
}

// change adds to what else has been true of somebody.
func (f *folk) change(at int, to life) {
	l := f.lives[at]
	if to.lastName != "" {
		l.lastName = to.lastName
	}
	if to.zip != "" {
		l.zip, l.phone = to.zip, to.phone
	}
	f.lives[at] = l
}

// move gives somebody another address and phone, on record or not.
func (m *maker) move(at int, recorded bool) {
	was := m.customers[at]
	to := was
	m.address(&to)
	to.Phone = phoneNumber(m.dice)
	if !recorded {
		m.folk.change(at, life{zip: to.Zip, phone: to.Phone})
		return
	}
	if was.Phone == "" {
		to.Phone = ""
	}
	m.customers[at] = to
	m.folk.change(at, life{zip: was.Zip, phone: was.Phone})
}

// marry changes the name on record to one that follows from a new surname;
// the email stays.
func (m *maker) marry(at int, rename func(c *Customer, to string)) {
	c := &m.customers[at]
	m.folk.change(at, life{lastName: c.LastName})
	rename(c, m.names.family.draw(m.dice))
}

func (c *Customer) hyphenate(to string) {
	if !strings.ContainsAny(c.LastName+to, "- ") {
		to = c.LastName + "-" + to
	}
	c.LastName = to
}

// writeDoubles fills the second records in: the same person, once more, by
// another hand.
func (m *maker) writeDoubles() {
	for at := range m.customers { // in order, as a map is in none
		first, double := m.folk.doubles[at]
		if !double {
			continue
		}
		c := m.customers[first]
		c.ID, c.CustomID = m.customers[at].ID, m.customers[at].CustomID
		m.misspell(&c)
		m.customers[at] = c
		m.folk.homes[at] = m.folk.homes[first]
		if l, ok := m.folk.lives[first]; ok {
			m.folk.lives[at] = l
		}
	}
}

// misspell writes somebody's name slightly otherwise, and forgets some of the rest.
func (m *maker) misspell(c *Customer) {
	switch m.dice.below(4) {
	case 0:
		c.MiddleName, c.Suffix = initial(c.MiddleName), ""
	case 1:
		c.FirstName = shortName(m.dice, c.FirstName)
	case 2:
		c.LastName = mistyped(m.dice, c.LastName)
	default:
		c.FirstName, c.LastName = strings.ToUpper(c.FirstName), strings.ToUpper(c.LastName)
	}
	if m.dice.chance(3000) {
		c.Phone = ""
	}
	if m.dice.chance(3000) {
		c.Email = ""
	}
	if m.dice.chance(3000) {
		c.SSN = ""
	}
}
