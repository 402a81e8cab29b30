package sandbox

import (
	"fmt"
	"strconv"
	"strings"
)

// householdSizes are how many of ten thousand people's households have 1, 2, 3,
// 4 and 5 adults of the lender's age (after the census, children left out).
func householdSizes() []int { return []int{3000, 3800, 1600, 1100, 500} }

// Shares of households of several people, in ten thousandths.
const (
	shareHomePhone   = 5000
	shareHomeEmail   = 1200
	shareHomeSurname = 8500 // each member's chance to bear the head's
)

// bond is how the first two of a household can be alike.
type bond struct {
	name  string
	share int // of households of several people, in ten thousandths
	tie   func(m *maker, head, second *Customer)
}

// bonds lists them all; a tenant begins with one of each. Parent and child of
// one name make 8 %, two of five with their suffix on record.
func bonds() []bond {
	return []bond{
		{"one name, with suffix", 320, func(m *maker, head, second *Customer) {
			m.namedAfter(head, second)
			m.generations(head, second)
		}},
		{"one name", 480, (*maker).namedAfter},
		{"twins, alike by name", 60, func(m *maker, head, second *Customer) {
			m.bornTogether(head, second)
			pair := pick(m.dice, alikeNames())
			head.FirstName, second.FirstName = pair[0], pair[1]
		}},
		{"twins", 90, (*maker).bornTogether},
	}
}

// alikeNames are what twins are called whose names are hard to tell apart.
func alikeNames() [][2]string {
	return [][2]string{
		{"Jon", "Jan"}, {"Jean", "Jane"}, {"Erin", "Erik"}, {"Mary", "Marie"}, {"Anna", "Anne"}, {"Karla", "Kayla"},
		{"Christina", "Christine"}, {"Marian", "Marion"}, {"Michele", "Michael"}, {"Daniel", "Danielle"}, {"Terri", "Terry"},
		{"Ronald", "Roland"}, {"Julia", "Julian"}, {"Darren", "Darrell"},
	}
}

// settle puts people into households; companies and second records stay alone.
func (m *maker) settle(order []int) {
	m.folk.homes = make([]int32, len(m.customers))
	var people []int
	for _, at := range order {
		m.folk.homes[at] = int32(at)
		if _, double := m.folk.doubles[at]; !double && m.customers[at].Kind == kindPerson {
			people = append(people, at)
		}
	}
	for number := 0; len(people) > 0; number++ {
		size := min(m.householdSize(number), len(people))
		m.moveIn(people[:size], number)
		people = people[size:]
	}
}

// householdSize draws how many live together; the first households have two.
func (m *maker) householdSize(number int) int {
	if number < len(bonds()) {
		return 2
	}
	roll := m.dice.below(10_000)
	for i, share := range householdSizes() {
		if roll -= share; roll < 0 {
			return i + 1
		}
	}
	return 1
}

// moveIn makes a household of people who were strangers so far.
func (m *maker) moveIn(members []int, number int) {
	if len(members) == 1 {
		return
	}
	head := &m.customers[members[0]]
	for i, at := range members[1:] {
		c := &m.customers[at]
		m.folk.homes[at] = int32(members[0])
		c.Address1, c.City, c.State, c.Zip = head.Address1, head.City, head.State, head.Zip
		if m.dice.chance(shareHomeSurname) {
			c.LastName = head.LastName
		}
		m.age(head, c, i == 0)
	}
	if b, ok := m.bond(number); ok {
		b.tie(m, head, &m.customers[members[1]])
	}
	m.shareLines(members)
}

// age makes the second of a household about as old as the head, and the others
// a generation younger.
func (m *maker) age(head, c *Customer, second bool) {
	if second {
		m.born(c, yearOf(head)+m.dice.between(-8, 8))
	} else {
		m.born(c, yearOf(head)+m.dice.between(19, 38))
	}
}

// yearOf returns the year of birth, a likely one when it is not on record.
func yearOf(c *Customer) int {
	year, err := strconv.Atoi(strings.SplitN(c.BirthDate, "-", 2)[0])
	if err != nil {
		return 1965
	}
	return year
}

// born moves a date of birth, where there is one, to a year in which adults
// were born.
func (m *maker) born(c *Customer, year int) {
	if c.BirthDate != "" {
		c.BirthDate = fmt.Sprint(min(max(year, 1925), 2007)) + c.BirthDate[4:]
	}
}

func (m *maker) bond(number int) (bond, bool) {
	all := bonds()
	if number < len(all) {
		return all[number], true
	}
	roll := m.dice.below(10_000)
	for _, b := range all {
		if roll -= b.share; roll < 0 {
			return b, true
		}
	}
	return bond{}, false
}

// namedAfter makes the second a child of the head's name, born in time.
func (m *maker) namedAfter(head, second *Customer) {
	m.born(head, min(yearOf(head), 1982))
	second.FirstName, second.LastName = head.FirstName, head.LastName
	head.Suffix, second.Suffix = "", ""
	m.born(second, yearOf(head)+m.dice.between(18, 35))
	if m.dice.chance(7000) { // a junior bears the middle name too
		second.MiddleName = head.MiddleName
	}
}

// generations puts their suffixes on record; the parent's half of the time.
func (m *maker) generations(head, second *Customer) {
	pair := pick(m.dice, [][2]string{{"Sr.", "Jr."}, {"Sr.", "Jr."}, {"Sr.", "Jr."}, {"", "II"}, {"Jr.", "III"}})
	second.Suffix = pair[1]
	if m.dice.chance(5000) {
		head.Suffix = pair[0]
	}
}

// bornTogether makes twins of two with different given names.
func (m *maker) bornTogether(head, second *Customer) {
	second.LastName, second.BirthDate = head.LastName, head.BirthDate
	for second.FirstName == head.FirstName {
		second.FirstName = m.names.given.draw(m.dice)
	}
}

// shareLines gives the household one phone, one email or none, and everybody
// else an email of the name they bear by now.
func (m *maker) shareLines(members []int) {
	phone, email := m.dice.chance(shareHomePhone), m.dice.chance(shareHomeEmail)
	head := &m.customers[members[0]]
	for _, at := range members {
		c := &m.customers[at]
		c.rename()
		if phone && c.Phone != "" && head.Phone != "" {
			c.Phone = head.Phone
		}
		if email && c.Email != "" && head.Email != "" {
			c.Email = head.Email
		}
	}
}

// rename makes the email, where there is one, fit the name.
func (c *Customer) rename() {
	if _, domain, ok := strings.Cut(c.Email, "@"); ok {
		c.Email = mailAddress(c, domain)
	}
}
