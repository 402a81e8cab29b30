package match

// nameUnits are the indivisible parts of a name: words joined by a hyphen or a particle
// are one unit.
type nameUnits struct {
	bounds [maxUnits + 1]int8
	count  int
}

// maxUnits is how many units are distinguished; the last one holds the rest.
const maxUnits = 7

// units finds the units of a span. A particle in front may be a given name, unless
// surnames lead.
func (n *Name) units(s span, surnameLeads bool) nameUnits {
	var u nameUnits
	u.bounds[0] = s.from
	for at := s.from + 1; at < s.to && u.count < maxUnits-1; at++ {
		before := n.words[at-1].text
		tied := n.words[at].hyphenated || isParticle(before) && (at-1 > s.from || surnameLeads && at+1 < s.to)
		if tied || n.words[at].text == "y" && at+1 < s.to {
			continue
		}
		u.count++
		u.bounds[u.count] = at
	}
	if s.size() > 0 {
		u.count++
		u.bounds[u.count] = s.to
	}
	return u
}

// of returns the words of a range of units.
func (u *nameUnits) of(from, to int) span { return span{u.bounds[from], u.bounds[to]} }

// from returns the units from a position on.
func (u *nameUnits) from(at int) nameUnits {
	rest := nameUnits{count: u.count - at}
	copy(rest.bounds[:], u.bounds[at:])
	return rest
}
