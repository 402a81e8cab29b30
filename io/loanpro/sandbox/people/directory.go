package people

import (
	"fmt"
	"strings"
)

// directory is an index of a population, made before rows are generated.
type directory struct {
	tenant       *Tenant
	population   *population
	people       []int32           // positions of all people and companies, without second records
	households   map[int32][]int32 // by position of the head; only of more than one person
	names        map[string]int    // how many records have a first and last name
	duplicates   map[int][]int     // system IDs of the second records, by position of the first
	displayIDs   map[string]bool   // in lower case
	withCustomID int               // people with a custom ID, per ten thousand
	withLoan     int               // people with a loan, per ten thousand
}

// index returns the directory of the tenant's population, built on first use.
func (t *Tenant) index() *directory {
	t.indexed.Do(func() { t.directory = newDirectory(t) })
	return t.directory
}

func newDirectory(t *Tenant) *directory {
	d := &directory{
		tenant: t, population: &t.population,
		households: make(map[int32][]int32), names: make(map[string]int), duplicates: make(map[int][]int),
		displayIDs: make(map[string]bool, len(t.Loans)),
	}
	for i := range t.Loans {
		d.displayIDs[strings.ToLower(t.Loans[i].DisplayID)] = true
	}
	for at := range d.population.all {
		d.add(at)
	}
	for head, members := range d.households {
		if len(members) == 1 {
			delete(d.households, head)
		}
	}
	if all := len(d.people); all > 0 {
		d.withCustomID, d.withLoan = d.withCustomID*10_000/all, d.withLoan*10_000/all
	}
	return d
}

// add indexes one record. Until all are added, withCustomID and withLoan are
// counts.
func (d *directory) add(at int) {
	person := &d.population.all[at]
	d.names[nameKey(person)]++
	if first, duplicate := d.population.duplicates[at]; duplicate {
		d.duplicates[first] = append(d.duplicates[first], person.ID)
		return
	}
	d.people = append(d.people, int32(at))
	if person.Kind == kindPerson {
		head := d.population.heads[at]
		d.households[head] = append(d.households[head], int32(at))
	}
	if person.CustomID != "" {
		d.withCustomID++
	}
	if d.loanOf(at) != "" {
		d.withLoan++
	}
}

func nameKey(c *Customer) string {
	return strings.ToLower(c.CompanyName + "|" + c.FirstName + "|" + c.LastName)
}

// sameName counts the records with that person's first and last name.
func (d *directory) sameName(person *Customer) int { return d.names[nameKey(person)] }

// housemates returns the positions of the others in a person's household.
func (d *directory) housemates(at int) []int32 {
	var out []int32
	for _, other := range d.households[d.population.heads[at]] {
		if int(other) != at {
			out = append(out, other)
		}
	}
	return out
}

// loanOf returns the display ID of a person's loan, "" when there is none. Some
// absent people have a loan from another lender.
func (d *directory) loanOf(at int) string {
	id := d.population.all[at].ID
	if d.population.isAbsent(at) {
		elsewhere := fmt.Sprintf("L%06d", 500_000+id)
		if Scramble(uint64(id))%10 < 6 && !d.displayIDs[strings.ToLower(elsewhere)] {
			return elsewhere
		}
		return ""
	}
	position, _ := d.tenant.CustomerAt(id)
	for _, loan := range d.tenant.LoansOf(position) {
		if l := &d.tenant.Loans[loan]; !l.Deleted {
			return l.DisplayID
		}
	}
	return ""
}

// completed returns a person with the missing values filled in, always the
// same: an export can have what the tenant lacks.
func (d *directory) completed(at int) Customer {
	p := d.population.all[at]
	r := newRandom(Scramble(uint64(p.ID)))
	email, phone, birth, ssn := mailAddress(&p, mailDomain(r)), phoneNumber(r), birthDate(r), socialSecurity(r)
	setIfEmpty(&p.Email, email, "none@none.com")
	setIfEmpty(&p.Phone, phone, "")
	if p.Kind == kindPerson {
		setIfEmpty(&p.BirthDate, birth, "1900-01-01")
		setIfEmpty(&p.SSN, ssn, "000000000")
	}
	return p
}

// setIfEmpty replaces a field that is empty or a placeholder.
func setIfEmpty(field *string, to, placeholder string) {
	if *field == "" || *field == placeholder {
		*field = to
	}
}
