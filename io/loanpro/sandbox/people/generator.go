package people

import (
	"fmt"
	"slices"
	"strconv"
)

// maxRecords is the most loans a tenant holds, and the most people without a
// loan.
const maxRecords = 1_000_000

// Config says what [Generate] makes.
type Config struct {
	Loans   int     // 1 to 1,000,000
	People  int     // people in addition to those with loans, 0 to 1,000,000
	Present float64 // share of all people who are customers, above 0; those with loans always are
	Seed    uint64  // the same seed gives the same tenant
	// Distinct: people who live together have different surnames, and no person has
	// two records.
	Distinct bool
}

// Check returns an error that names the first bad value. Zero values pass, so a
// caller can check before it fills in defaults.
func (c Config) Check() error {
	switch {
	case c.Loans < 0 || c.Loans > maxRecords:
		return fmt.Errorf("%d loans: ask for 1 to %d", c.Loans, maxRecords)
	case c.People < 0 || c.People > maxRecords:
		return fmt.Errorf("%d people: ask for 0 to %d", c.People, maxRecords)
	case !(c.Present >= 0 && c.Present <= 1): // also when it is not a number
		return fmt.Errorf("%v of the people present: give a share from 0 to 1", c.Present)
	}
	return nil
}

// Shares of loans, in ten thousandths.
const (
	shareArchived   = 800
	shareDeleted    = 200
	shareTemporary  = 30
	shareBlank      = 10  // a space before or after the display ID
	shareOtherTitle = 300 // the title is no longer the display ID
)

// firstRelations is how many loans of each relation come early in a tenant.
const firstRelations = 4

// generator makes up a tenant: first the loans with their customers, then the
// other people. The loans do not depend on how many other people there are.
type generator struct {
	random     random
	styles     []style
	weights    int   // sum of the styles' weights
	counters   []int // the last number that each style used
	relations  []relation
	loans      []Loan
	related    []bool     // loans whose display ID was copied, or must not be
	customers  []Customer // including the absent
	population population
	names      nameParts
	distinct   bool
}

// Generate makes up a tenant. c must have passed [Config.Check] and have no
// zero values but People.
func Generate(c Config) *Tenant {
	g := &generator{random: newRandom(c.Seed), styles: styles(), relations: relations(), names: newNameParts(), distinct: c.Distinct}
	g.loans = make([]Loan, 0, c.Loans)
	g.related = make([]bool, c.Loans)
	g.customers = make([]Customer, 0, c.Loans+c.People)
	for _, s := range g.styles {
		g.weights += s.weight
		g.counters = append(g.counters, s.first)
	}
	g.addLoans(c.Loans)
	for i := range g.loans {
		g.complete(&g.loans[i], i)
	}
	g.populate(c)
	numberStatuses(g.loans)
	t := newTenant(g.loans, g.population.present())
	t.population = g.population
	return t
}

// addLoans makes the loans: first one of every kind, then a mixture.
func (g *generator) addLoans(size int) {
	for _, fill := range g.firstLoans() {
		if len(g.loans) == size {
			return
		}
		fill(g.addLoan())
	}
	for len(g.loans) < size {
		g.fillIn(g.addLoan())
	}
}

// addLoan adds a loan with the next system ID.
func (g *generator) addLoan() *Loan {
	id := 1000
	if len(g.loans) > 0 {
		id = g.loans[len(g.loans)-1].ID + g.random.between(1, 7)
	}
	g.loans = append(g.loans, Loan{ID: id})
	return &g.loans[len(g.loans)-1]
}

// firstLoans returns functions that fill the loans at the start of every
// tenant.
func (g *generator) firstLoans() []func(*Loan) {
	var out []func(*Loan)
	for i := range g.styles {
		out = append(out, func(l *Loan) {
			l.DisplayID = g.nextDisplayID(i)
			g.related[len(g.loans)-1] = true // stays live and unique, as an example
		})
	}
	for _, id := range firstDisplayIDs() {
		out = append(out, func(l *Loan) { l.DisplayID = id })
	}
	for i := range firstRelations * len(g.relations) {
		out = append(out, func(l *Loan) { g.relate(g.relations[i%len(g.relations)], l) })
	}
	for _, set := range g.flagSetters() {
		out = append(out, func(l *Loan) {
			l.DisplayID = g.nextDisplayID(0)
			set(l)
		})
	}
	return out
}

func (g *generator) flagSetters() []func(*Loan) {
	return []func(*Loan){
		func(l *Loan) { l.Archived = true },
		func(l *Loan) { l.Deleted = true },
		func(l *Loan) { l.Deleted, l.Temporary = true, true },
		func(l *Loan) { l.DisplayID = " " + l.DisplayID },
		func(l *Loan) { l.DisplayID += " " },
	}
}

// fillIn draws what kind of loan l is.
func (g *generator) fillIn(l *Loan) {
	roll := g.random.intn(10_000)
	for _, r := range g.relations {
		if roll -= r.share; roll < 0 {
			g.relate(r, l)
			return
		}
	}
	l.DisplayID = g.nextDisplayID(g.drawStyle())
	l.Archived = g.random.chance(shareArchived)
	l.Temporary = g.random.chance(shareTemporary)
	l.Deleted = l.Temporary || g.random.chance(shareDeleted)
	if g.random.chance(shareBlank) && hasRoom(l) {
		l.DisplayID = pick(g.random, []string{" " + l.DisplayID, l.DisplayID + " "})
	}
}

// drawStyle draws a style by weight.
func (g *generator) drawStyle() int {
	roll := g.random.intn(g.weights)
	return slices.IndexFunc(g.styles, func(s style) bool {
		roll -= s.weight
		return roll < 0
	})
}

// nextDisplayID returns the style's next display ID.
func (g *generator) nextDisplayID(style int) string {
	n := g.counters[style]
	g.counters[style] += g.random.between(1, 3)
	return g.styles[style].form(g.random, n)
}

// relate gives l a display ID that follows from an older live loan's, which no
// other loan has used. After ten failed draws l gets an ordinary display ID.
func (g *generator) relate(r relation, l *Loan) {
	for range 10 {
		at := g.random.intn(len(g.loans))
		old := &g.loans[at]
		if old == l || g.related[at] || old.Deleted || old.Archived || r.fits != nil && !r.fits(old) {
			continue
		}
		g.related[at], g.related[len(g.loans)-1] = true, true
		r.apply(g.random, old, l)
		return
	}
	l.DisplayID = g.nextDisplayID(0)
}

// complete gives a loan its title, status and customers. Its flags are final.
func (g *generator) complete(l *Loan, at int) {
	l.Title = l.DisplayID
	if g.random.chance(shareOtherTitle) {
		l.Title = g.otherTitle(l)
	}
	switch {
	case l.Archived:
		l.Status = pick(g.random, []string{"Closed", "Paid Off", "Charged Off"})
	default:
		l.Status = pick(g.random, []string{"Open", "Open", "Open", "Open", "Open", "Open", "Originated", "Repossessed"})
	}
	g.addCustomers(l, at)
}

// otherTitle returns a title that is not the display ID, sometimes another
// loan's.
func (g *generator) otherTitle(l *Loan) string {
	switch g.random.intn(3) {
	case 0:
		return l.DisplayID + " (old)"
	case 1:
		return "Loan " + strconv.Itoa(l.ID)
	}
	return pick(g.random, g.loans).DisplayID
}
