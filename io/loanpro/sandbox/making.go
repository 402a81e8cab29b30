package sandbox

import (
	"slices"
	"strconv"
)

// Shares of loans, in ten thousandths.
const (
	shareArchived  = 800
	shareDeleted   = 200
	shareTemporary = 30
	shareBlank     = 10  // a space before or behind the display ID
	shareDrifted   = 300 // a title that is no longer the display ID
)

// openingKin is how many loans of each kinship stand early in a tenant.
const openingKin = 4

// maker makes up a tenant.
type maker struct {
	dice      dice
	styles    []style
	weights   int   // sum of the styles' weights
	counters  []int // what each style wrote last
	kinships  []kinship
	loans     []Loan
	related   []bool     // loans whose display ID another has followed
	customers []Customer // also those who come to be absent
	folk      folk
	names     names
}

// makeUp returns a tenant of so many loans and people; the same seed gives the
// same one.
func makeUp(o Options) *tenant {
	m := &maker{dice: newDice(o.Seed), styles: styles(), kinships: kinships(), names: newNames()}
	m.loans = make([]Loan, 0, o.Loans)
	m.related = make([]bool, o.Loans)
	m.customers = make([]Customer, 0, o.Loans+o.People)
	for _, s := range m.styles {
		m.weights += s.weight
		m.counters = append(m.counters, s.first)
	}
	m.fill(o.Loans)
	for i := range m.loans {
		m.finish(&m.loans[i], i)
	}
	m.populate(o)
	numberStatuses(m.loans)
	t := newTenant(m.loans, m.folk.present())
	t.folk = m.folk
	return t
}

// fill makes the loans up to size: first one of everything, then a mixture.
func (m *maker) fill(size int) {
	for _, begin := range m.beginning() {
		if len(m.loans) == size {
			return
		}
		begin(m.next())
	}
	for len(m.loans) < size {
		m.ordinary(m.next())
	}
}

// next adds a loan with the next system ID.
func (m *maker) next() *Loan {
	id := 1000
	if len(m.loans) > 0 {
		id = m.loans[len(m.loans)-1].ID + m.dice.between(1, 7)
	}
	m.loans = append(m.loans, Loan{ID: id})
	return &m.loans[len(m.loans)-1]
}

// beginning lists the makers of the loans that stand early in every tenant.
func (m *maker) beginning() []func(*Loan) {
	var out []func(*Loan)
	for i := range m.styles {
		out = append(out, func(l *Loan) {
			l.DisplayID = m.write(i)
			m.related[len(m.loans)-1] = true // stays live and alone, as an example
		})
	}
	for _, id := range opening() {
		out = append(out, func(l *Loan) { l.DisplayID = id })
	}
	for i := range openingKin * len(m.kinships) {
		out = append(out, func(l *Loan) { m.follow(m.kinships[i%len(m.kinships)], l) })
	}
	for _, mark := range m.marks() {
		out = append(out, func(l *Loan) {
			l.DisplayID = m.write(0)
			mark(l)
		})
	}
	return out
}

func (m *maker) marks() []func(*Loan) {
	return []func(*Loan){
		func(l *Loan) { l.Archived = true },
		func(l *Loan) { l.Deleted = true },
		func(l *Loan) { l.Deleted, l.Temporary = true, true },
		func(l *Loan) { l.DisplayID = " " + l.DisplayID },
		func(l *Loan) { l.DisplayID += " " },
	}
}

func (m *maker) ordinary(l *Loan) {
	roll := m.dice.below(10_000)
	for _, k := range m.kinships {
		if roll -= k.share; roll < 0 {
			m.follow(k, l)
			return
		}
	}
	l.DisplayID = m.write(m.style())
	l.Archived = m.dice.chance(shareArchived)
	l.Temporary = m.dice.chance(shareTemporary)
	l.Deleted = l.Temporary || m.dice.chance(shareDeleted)
	if m.dice.chance(shareBlank) && hasRoom(l) {
		l.DisplayID = pick(m.dice, []string{" " + l.DisplayID, l.DisplayID + " "})
	}
}

// style draws one by weight.
func (m *maker) style() int {
	roll := m.dice.below(m.weights)
	return slices.IndexFunc(m.styles, func(s style) bool {
		roll -= s.weight
		return roll < 0
	})
}

// write returns the style's next display ID.
func (m *maker) write(style int) string {
	n := m.counters[style]
	m.counters[style] += m.dice.between(1, 3)
	return m.styles[style].form(m.dice, n)
}

// follow gives l a display ID by that kinship to an older live loan which no
// other follows. Should ten draws find none, it gets one like any other.
func (m *maker) follow(k kinship, l *Loan) {
	for range 10 {
		at := m.dice.below(len(m.loans))
		old := &m.loans[at]
		if old == l || m.related[at] || old.Deleted || old.Archived || k.fits != nil && !k.fits(old) {
			continue
		}
		m.related[at], m.related[len(m.loans)-1] = true, true
		k.make(m.dice, old, l)
		return
	}
	l.DisplayID = m.write(0)
}

// finish gives a loan its title, status and customers, once its flags stand.
func (m *maker) finish(l *Loan, at int) {
	l.Title = l.DisplayID
	if m.dice.chance(shareDrifted) {
		l.Title = m.drifted(l)
	}
	switch {
	case l.Archived:
		l.Status = pick(m.dice, []string{"Closed", "Paid Off", "Charged Off"})
	default:
		l.Status = pick(m.dice, []string{"Open", "Open", "Open", "Open", "Open", "Open", "Originated", "Repossessed"})
	}
	m.tie(l, at)
}

// drifted returns a title that is not the display ID: now and then it is
// another loan's.
func (m *maker) drifted(l *Loan) string {
	switch m.dice.below(3) {
	case 0:
		return l.DisplayID + " (old)"
	case 1:
		return "Loan " + strconv.Itoa(l.ID)
	}
	return pick(m.dice, m.loans).DisplayID
}
