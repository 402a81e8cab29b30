package sandbox

import (
	"sort"
	"strings"
)

// lottery draws names, some more often than others.
type lottery struct {
	names []string
	upTo  []int // sums of the weights up to each name
}

// How the weight of a name falls with its rank, as 1/(rank+spread): a census
// has about 1.6 people of a hundred called James and 0.9 called Smith.
const (
	givenSpread  = 15
	familySpread = 12
	topWeight    = 1_000_000
)

// rareWeight is the weight of each surname below the ranked ones, which make up
// two in five of all people: in the United States they are one in three, so
// that names here are a little denser.
const rareWeight = 1_200

func (l *lottery) add(name string, weight int) {
	sum := weight
	if n := len(l.upTo); n > 0 {
		sum += l.upTo[n-1]
	}
	l.names = append(l.names, name)
	l.upTo = append(l.upTo, sum)
}

// draw takes one number of the dice, whatever name comes of it.
func (l *lottery) draw(d dice) string {
	roll := d.below(l.upTo[len(l.upTo)-1])
	return l.names[sort.SearchInts(l.upTo, roll+1)]
}

// rankedLottery holds names that stand in the order of how frequent they are.
func rankedLottery(names []string, spread int) lottery {
	var l lottery
	for rank, name := range names {
		l.add(name, topWeight/(rank+spread))
	}
	return l
}

// familyLottery holds the surnames everybody knows and several thousand that
// few people bear.
func familyLottery() lottery {
	common := strings.Split(strings.ReplaceAll(familyNames, "\n", "")+"|"+partedNames, "|")
	l := rankedLottery(common, familySpread)
	for _, kin := range composedNames() {
		for begin := range strings.FieldsSeq(kin.begins) {
			for end := range strings.FieldsSeq(kin.ends) {
				l.add(begin+end, rareWeight)
			}
		}
	}
	return l
}
