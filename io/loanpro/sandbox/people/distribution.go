package people

import (
	"sort"
	"strings"
)

// distribution draws names, the common ones more often.
type distribution struct {
	names      []string
	cumulative []int // sum of the weights up to and including each name
}

// The weight of a name falls with its rank, as 1/(rank+spread). In a census
// about 1.6 people of a hundred are called James and 0.9 Smith.
const (
	givenSpread  = 15
	familySpread = 12
	topWeight    = 1_000_000
)

// rareWeight is the weight of each surname below the ranked ones. Together
// these surnames cover two in five people. In the United States it is one in
// three, so equal names are a little more frequent here.
const rareWeight = 1_200

func (d *distribution) add(name string, weight int) {
	sum := weight
	if n := len(d.cumulative); n > 0 {
		sum += d.cumulative[n-1]
	}
	d.names = append(d.names, name)
	d.cumulative = append(d.cumulative, sum)
}

// draw uses up exactly one random number.
func (d *distribution) draw(r random) string {
	roll := r.intn(d.cumulative[len(d.cumulative)-1])
	return d.names[sort.SearchInts(d.cumulative, roll+1)]
}

// byRank makes a distribution of names that are sorted by frequency.
func byRank(names []string, spread int) distribution {
	var d distribution
	for rank, name := range names {
		d.add(name, topWeight/(rank+spread))
	}
	return d
}

// surnames returns the common surnames and several thousand rare ones.
func surnames() distribution {
	common := strings.Split(strings.ReplaceAll(familyNames, "\n", "")+"|"+surnamesOfSeveralWords, "|")
	d := byRank(common, familySpread)
	for _, parts := range composedSurnames() {
		for begin := range strings.FieldsSeq(parts.begins) {
			for end := range strings.FieldsSeq(parts.ends) {
				d.add(begin+end, rareWeight)
			}
		}
	}
	return d
}
