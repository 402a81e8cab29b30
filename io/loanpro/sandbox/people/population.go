package people

import "math"

// population is all people: the customers of the tenant, and absent people, who
// occur in exports but not in the tenant. A person is known by position.
type population struct {
	all        []Customer    // by system ID; the absent have unique ones too
	absent     []bool        // who is not in the tenant; nil when all are
	heads      []int32       // position of the head of each person's household
	otherFacts map[int]facts // of people who moved or married
	duplicates map[int]int   // position of a second record to that of the first
}

// facts were or will be true of a person at another time than their record. An
// empty field did not change.
type facts struct{ lastName, phone, zip string }

// populationOf returns a population of exactly the customers of a tenant.
func populationOf(customers []Customer) population {
	p := population{all: customers, heads: make([]int32, len(customers))}
	heads := make(map[[2]string]int32)
	for at := range customers {
		c := &customers[at]
		home := [2]string{c.Address1, c.Zip}
		if _, known := heads[home]; !known || c.Address1 == "" || c.Kind == kindCompany {
			heads[home] = int32(at)
		}
		p.heads[at] = heads[home]
	}
	return p
}

// present returns the customers of the tenant.
func (p *population) present() []Customer {
	if p.absent == nil {
		return p.all
	}
	var out []Customer
	for at, c := range p.all {
		if !p.absent[at] {
			out = append(out, c)
		}
	}
	return out
}

func (p *population) isAbsent(at int) bool { return p.absent != nil && p.absent[at] }

// shareDuplicate is how many customers, of ten thousand, have a second record.
const shareDuplicate = 50

// populate adds the people without a loan, and makes households and histories. It
// runs after the loans are made, so they do not depend on it.
func (g *generator) populate(c Config) {
	withLoan := len(g.customers)
	g.addWithoutLoan()
	known := len(g.customers)
	for range c.People {
		g.addCustomer()
	}
	g.population = population{all: g.customers, otherFacts: make(map[int]facts), duplicates: make(map[int]int)}
	g.chooseAbsent(known, c.Present)
	if !g.distinct {
		g.chooseDuplicates(withLoan)
	}
	g.makeHouseholds(g.interleaved(known))
	g.applyEvents()
	g.nameSiblingFunds()
	g.fillDuplicates()
}

// chooseAbsent decides which of the people from position known on are absent.
func (g *generator) chooseAbsent(known int, present float64) {
	all := len(g.customers)
	left := min(int(math.Round(float64(all)*(1-present))), all-known)
	if left == 0 {
		return
	}
	g.population.absent = make([]bool, all)
	for at := known; at < all; at++ {
		if g.random.intn(all-at) < left {
			g.population.absent[at] = true
			left--
		}
	}
}

// interleaved returns all positions. It mixes people before and after known
// evenly but keeps the order within each part, so people who share a loan often
// share a household.
func (g *generator) interleaved(known int) []int {
	out := make([]int, 0, len(g.customers))
	next, extra := 0, known
	for left := len(g.customers); left > 0; left-- {
		if g.random.intn(left) < known-next {
			out = append(out, next)
			next++
		} else {
			out = append(out, extra)
			extra++
		}
	}
	return out
}

// chooseDuplicates turns some customers without a loan, at least one, into
// second records of earlier customers.
func (g *generator) chooseDuplicates(withLoan int) {
	var free []int
	present := withLoan
	for at := withLoan; at < len(g.customers); at++ {
		if !g.population.isAbsent(at) {
			free = append(free, at)
			present++
		}
	}
	wanted := max(1, present*shareDuplicate/10_000)
	for i, at := range free {
		if g.random.intn(len(free)-i) >= wanted {
			continue
		}
		wanted--
		if first, ok := g.original(at); ok {
			g.population.duplicates[at] = first
		}
	}
}

// original draws a customer before position at who is a person and not a second
// record.
func (g *generator) original(at int) (int, bool) {
	for range 20 {
		first := g.random.intn(max(at, 1))
		_, duplicate := g.population.duplicates[first]
		if first != at && !duplicate && !g.population.isAbsent(first) && g.customers[first].Kind == kindPerson {
			return first, true
		}
	}
	return 0, false
}
