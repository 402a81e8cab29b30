package sandbox

import "math"

// folk is everybody: those who are in the tenant, and people it does not know
// of, who stand in exports all the same. People are known by position.
type folk struct {
	all     []Customer   // by system ID; the absent have one too, that nobody else has
	absent  []bool       // who is not in the tenant; nil when all are
	homes   []int32      // position of the head of each one's household
	lives   map[int]life // of those who moved or married
	doubles map[int]int  // positions of second records, and of the first of the same person
}

// life is what of somebody has been true at another time than what their
// record says, before or after it. What is empty did not change.
type life struct{ lastName, phone, zip string }

// ofFolk takes the customers of a tenant for all people there are.
func ofFolk(customers []Customer) folk {
	f := folk{all: customers, homes: make([]int32, len(customers))}
	heads := make(map[[2]string]int32)
	for at := range customers {
		c := &customers[at]
		home := [2]string{c.Address1, c.Zip}
		if _, known := heads[home]; !known || c.Address1 == "" || c.Kind == kindCompany {
			heads[home] = int32(at)
		}
		f.homes[at] = heads[home]
	}
	return f
}

// present returns the customers of the tenant.
func (f *folk) present() []Customer {
	if f.absent == nil {
		return f.all
	}
	var out []Customer
	for at, c := range f.all {
		if !f.absent[at] {
			out = append(out, c)
		}
	}
	return out
}

func (f *folk) isAbsent(at int) bool { return f.absent != nil && f.absent[at] }

// shareDouble is how many of the tenant's customers are there a second time.
const shareDouble = 50

// populate adds the people without a loan, and gives everybody a household and
// a life. It comes when the loans are made, so that these do not depend on it.
func (m *maker) populate(o Options) {
	withLoan := len(m.customers)
	m.strangers()
	known := len(m.customers)
	for range o.People {
		m.customer()
	}
	m.folk = folk{all: m.customers, lives: make(map[int]life), doubles: make(map[int]int)}
	m.leaveOut(known, o.Present)
	m.chooseDoubles(withLoan)
	m.settle(m.mixed(known))
	m.live()
	m.siblings()
	m.writeDoubles()
}

// leaveOut settles which of the people from position known on are absent.
func (m *maker) leaveOut(known int, present float64) {
	all := len(m.customers)
	gone := min(int(math.Round(float64(all)*(1-present))), all-known)
	if gone == 0 {
		return
	}
	m.folk.absent = make([]bool, all)
	for at := known; at < all; at++ {
		if m.dice.below(all-at) < gone {
			m.folk.absent[at] = true
			gone--
		}
	}
}

// mixed returns all positions, those with and without a loan evenly mixed but
// in their order, so that who shares a loan is likely to share a household.
func (m *maker) mixed(known int) []int {
	out := make([]int, 0, len(m.customers))
	next, extra := 0, known
	for left := len(m.customers); left > 0; left-- {
		if m.dice.below(left) < known-next {
			out = append(out, next)
			next++
		} else {
			out = append(out, extra)
			extra++
		}
	}
	return out
}

// chooseDoubles makes some of those without a loan the second record of
// somebody who stands before them; at least one.
func (m *maker) chooseDoubles(withLoan int) {
	var free []int
	present := withLoan
	for at := withLoan; at < len(m.customers); at++ {
		if !m.folk.isAbsent(at) {
			free = append(free, at)
			present++
		}
	}
	wanted := max(1, present*shareDouble/10_000)
	for i, at := range free {
		if m.dice.below(len(free)-i) >= wanted {
			continue
		}
		wanted--
		if first, ok := m.original(at); ok {
			m.folk.doubles[at] = first
		}
	}
}

// original draws a person of the tenant before position at who is no double.
func (m *maker) original(at int) (int, bool) {
	for range 20 {
		first := m.dice.below(max(at, 1))
		_, double := m.folk.doubles[first]
		if first != at && !double && !m.folk.isAbsent(first) && m.customers[first].Kind == kindPerson {
			return first, true
		}
	}
	return 0, false
}
