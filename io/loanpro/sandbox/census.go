package sandbox

import (
	"fmt"
	"strings"
)

// census is what is to be known of all people before rows are written.
type census struct {
	tenant     *tenant
	folk       *folk
	people     []int32           // positions of all, second records left out
	households map[int32][]int32 // by position of the head; of several people only
	names      map[string]int    // how many have a first and last name
	doubles    map[int][]int     // system IDs of the second records, by position of the first
	displayIDs map[string]bool   // in lower case
	numbered   int               // of ten thousand people, those with a custom ID
	borrowing  int               // of ten thousand people, those with a loan
}

func newCensus(t *tenant) *census {
	c := &census{
		tenant: t, folk: &t.folk,
		households: make(map[int32][]int32), names: make(map[string]int), doubles: make(map[int][]int),
		displayIDs: make(map[string]bool, len(t.loans)),
	}
	for i := range t.loans {
		c.displayIDs[strings.ToLower(t.loans[i].DisplayID)] = true
	}
	for at := range c.folk.all {
		c.count(at)
	}
	for head, members := range c.households {
		if len(members) == 1 {
			delete(c.households, head)
		}
	}
	if all := len(c.people); all > 0 {
		c.numbered, c.borrowing = c.numbered*10_000/all, c.borrowing*10_000/all
	}
	return c
}

func (c *census) count(at int) {
	person := &c.folk.all[at]
	c.names[nameKey(person)]++
	if first, double := c.folk.doubles[at]; double {
		c.doubles[first] = append(c.doubles[first], person.ID)
		return
	}
	c.people = append(c.people, int32(at))
	if person.Kind == kindPerson {
		c.households[c.folk.homes[at]] = append(c.households[c.folk.homes[at]], int32(at))
	}
	c.numbered += int(oneIf(person.CustomID != ""))
	c.borrowing += int(oneIf(c.loanOf(at) != ""))
}

func nameKey(c *Customer) string {
	return strings.ToLower(c.CompanyName + "|" + c.FirstName + "|" + c.LastName)
}

// bearing counts who has the name of that person, first and last.
func (c *census) bearing(person *Customer) int { return c.names[nameKey(person)] }

// kin returns the others of a person's household, nobody twice.
func (c *census) kin(at int) []int32 {
	var out []int32
	for _, other := range c.households[c.folk.homes[at]] {
		if int(other) != at {
			out = append(out, other)
		}
	}
	return out
}

// loanOf returns the display ID of a person's loan, "" when there is none. Some
// of the absent have a loan elsewhere.
func (c *census) loanOf(at int) string {
	id := c.folk.all[at].ID
	if c.folk.isAbsent(at) {
		if elsewhere := fmt.Sprintf("L%06d", 500_000+id); scramble(uint64(id))%10 < 6 && !c.displayIDs[strings.ToLower(elsewhere)] {
			return elsewhere
		}
		return ""
	}
	position, _ := c.tenant.customerAt(id)
	for _, loan := range c.tenant.loansOf(position) {
		if l := &c.tenant.loans[loan]; !l.Deleted {
			return l.DisplayID
		}
	}
	return ""
}

// whole returns a person with what their record lacks filled in, always alike:
// that the tenant does not have it does not mean that an export has not.
func (c *census) whole(at int) Customer {
	p := c.folk.all[at]
	d := newDice(scramble(uint64(p.ID)))
	email, phone, birth, ssn := mailAddress(&p, mailDomain(d)), phoneNumber(d), birthDate(d), socialSecurity(d)
	fill(&p.Email, email, "none@none.com")
	fill(&p.Phone, phone, "")
	if p.Kind == kindPerson {
		fill(&p.BirthDate, birth, "1900-01-01")
		fill(&p.SSN, ssn, "000000000")
	}
	return p
}

// fill replaces what is empty or stands for nothing.
func fill(field *string, with, nothing string) {
	if *field == "" || *field == nothing {
		*field = with
	}
}
