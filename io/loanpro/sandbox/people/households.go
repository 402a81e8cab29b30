package people

import (
	"fmt"
	"strconv"
	"strings"
)

// householdSizes is how many of ten thousand households have 1, 2, 3, 4 and 5
// adults of the lender's age (after the census, without children).
func householdSizes() []int { return []int{3000, 3800, 1600, 1100, 500} }

// Shares of households of more than one person, in ten thousandths.
const (
	shareHomePhone   = 5000
	shareHomeEmail   = 1200
	shareHomeSurname = 8500 // of each member: the surname of the head
)

// householdPair is a way in which the first two of a household can be alike.
type householdPair struct {
	name  string
	share int // of households of more than one person, in ten thousandths
	apply func(g *generator, head, second *Customer)
}

// householdPairs returns all of them. A tenant begins with one of each. Parent
// and child of one name make up 8 %; two of five have their suffix on record.
func householdPairs() []householdPair {
	return []householdPair{
		{"one name, with suffix", 320, func(g *generator, head, second *Customer) {
			g.nameAfter(head, second)
			g.addSuffixes(head, second)
		}},
		{"one name", 480, (*generator).nameAfter},
		{"twins with similar names", 60, func(g *generator, head, second *Customer) {
			g.makeTwins(head, second)
			pair := pick(g.random, similarNames())
			head.FirstName, second.FirstName = pair[0], pair[1]
		}},
		{"twins", 90, (*generator).makeTwins},
	}
}

// similarNames returns names of twins that are hard to tell apart.
func similarNames() [][2]string {
	return [][2]string{
		{"Jon", "Jan"}, {"Jean", "Jane"}, {"Erin", "Erik"}, {"Mary", "Marie"}, {"Anna", "Anne"}, {"Karla", "Kayla"},
		{"Christina", "Christine"}, {"Marian", "Marion"}, {"Michele", "Michael"}, {"Daniel", "Danielle"}, {"Terri", "Terry"},
		{"Ronald", "Roland"}, {"Julia", "Julian"}, {"Darren", "Darrell"},
	}
}

// makeHouseholds groups people into households. Companies and second records
// stay alone.
func (g *generator) makeHouseholds(order []int) {
	g.population.heads = make([]int32, len(g.customers))
	var people []int
	for _, at := range order {
		g.population.heads[at] = int32(at)
		if _, duplicate := g.population.duplicates[at]; !duplicate && g.customers[at].Kind == kindPerson {
			people = append(people, at)
		}
	}
	for number := 0; len(people) > 0; number++ {
		size := min(g.householdSize(number), len(people))
		g.moveIn(people[:size], number)
		people = people[size:]
	}
}

// householdSize draws how many people live together. The first households have
// two.
func (g *generator) householdSize(number int) int {
	if number < len(householdPairs()) {
		return 2
	}
	roll := g.random.intn(10_000)
	for i, share := range householdSizes() {
		if roll -= share; roll < 0 {
			return i + 1
		}
	}
	return 1
}

// moveIn makes a household of the people at these positions.
func (g *generator) moveIn(members []int, number int) {
	if len(members) == 1 {
		return
	}
	head := &g.customers[members[0]]
	for i, at := range members[1:] {
		c := &g.customers[at]
		g.population.heads[at] = int32(members[0])
		c.Address1, c.City, c.State, c.Zip = head.Address1, head.City, head.State, head.Zip
		if g.random.chance(shareHomeSurname) && !g.distinct {
			c.LastName = head.LastName
		}
		g.setAge(head, c, i == 0)
	}
	if pair, ok := g.drawPair(number); ok && !g.distinct {
		pair.apply(g, head, &g.customers[members[1]])
	}
	g.shareContacts(members)
}

// setAge makes the second of a household about as old as the head, and the
// others a generation younger.
func (g *generator) setAge(head, c *Customer, second bool) {
	if second {
		g.setBirthYear(c, birthYear(head)+g.random.between(-8, 8))
	} else {
		g.setBirthYear(c, birthYear(head)+g.random.between(19, 38))
	}
}

// birthYear returns the year of birth, a plausible one when it is not on
// record.
func birthYear(c *Customer) int {
	year, err := strconv.Atoi(strings.SplitN(c.BirthDate, "-", 2)[0])
	if err != nil {
		return 1965
	}
	return year
}

// setBirthYear moves a date of birth, if there is one, to a year in which an
// adult can be born.
func (g *generator) setBirthYear(c *Customer, year int) {
	if c.BirthDate != "" {
		c.BirthDate = fmt.Sprint(min(max(year, 1925), 2007)) + c.BirthDate[4:]
	}
}

func (g *generator) drawPair(number int) (householdPair, bool) {
	all := householdPairs()
	if number < len(all) {
		return all[number], true
	}
	roll := g.random.intn(10_000)
	for _, pair := range all {
		if roll -= pair.share; roll < 0 {
			return pair, true
		}
	}
	return householdPair{}, false
}

// nameAfter makes the second a child with the head's name, and old enough.
func (g *generator) nameAfter(head, second *Customer) {
	g.setBirthYear(head, min(birthYear(head), 1982))
	second.FirstName, second.LastName = head.FirstName, head.LastName
	head.Suffix, second.Suffix = "", ""
	g.setBirthYear(second, birthYear(head)+g.random.between(18, 35))
	if g.random.chance(7000) { // a junior has the same middle name too
		second.MiddleName = head.MiddleName
	}
}

// addSuffixes records the child's suffix, and the parent's half of the time.
func (g *generator) addSuffixes(head, second *Customer) {
	pair := pick(g.random, [][2]string{{"Sr.", "Jr."}, {"Sr.", "Jr."}, {"Sr.", "Jr."}, {"", "II"}, {"Jr.", "III"}})
	second.Suffix = pair[1]
	if g.random.chance(5000) {
		head.Suffix = pair[0]
	}
}

// makeTwins gives both one birth date and surname, and different given names.
func (g *generator) makeTwins(head, second *Customer) {
	second.LastName, second.BirthDate = head.LastName, head.BirthDate
	for second.FirstName == head.FirstName {
		second.FirstName = g.names.given.draw(g.random)
	}
}

// shareContacts gives the household a common phone, a common email, both or
// neither. The other emails follow the final names.
func (g *generator) shareContacts(members []int) {
	phone, email := g.random.chance(shareHomePhone), g.random.chance(shareHomeEmail)
	head := &g.customers[members[0]]
	for _, at := range members {
		c := &g.customers[at]
		c.updateEmail()
		if phone && c.Phone != "" && head.Phone != "" {
			c.Phone = head.Phone
		}
		if email && c.Email != "" && head.Email != "" {
			c.Email = head.Email
		}
	}
}

// updateEmail makes the email, if there is one, follow the name.
func (c *Customer) updateEmail() {
	if _, domain, ok := strings.Cut(c.Email, "@"); ok {
		c.Email = mailAddress(c, domain)
	}
}
