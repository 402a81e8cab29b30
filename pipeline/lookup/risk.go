package lookup

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"loanmap/pipeline/lookup/directory"
	"loanmap/pipeline/match"
)

// What agrees between a row and a customer proves more in one tenant than in another:
// where no father and son share a name, name and phone are enough. So the risk of a
// match is measured on the tenant's own customers. Each of them is left out in turn and
// asked for by the name and the evidence that agrees. Whoever would be matched then is
// the wrong one. The share of customers for whom that happens is the risk of a row about
// a person who is not in the tenant; for other rows it is lower.
//
// Customers who lack the evidence say nothing of a row that has it, so they are not counted.
// Evidence that differs does not lower the risk: in a row it may be outdated, which it is
// not between two records. Rows may lack middle names and suffixes, so those of the
// customer left out are not used. A record of the same person is not a wrong match, so it
// is left out, too. Names of customers differ by no typing error, but rows do. So for a name
// that may have an error, each customer is asked for by a name with one.

// DefaultMaxRisk is the largest risk of a tier that is enough for a match: 1 in 2,000.
const DefaultMaxRisk Chance = 1.0 / 2000

// Chance is a probability, from 0 to 1.
type Chance float64

// UnmarshalText takes a chance such as 1/2000 or 0.0005; 0 means never.
func (c *Chance) UnmarshalText(text []byte) error {
	one, in, isFraction := strings.Cut(string(text), "/")
	chance, err := strconv.ParseFloat(one, 64)
	if isFraction && err == nil {
		var all float64
		all, err = strconv.ParseFloat(in, 64)
		chance /= all
	}
	if err != nil || !(chance >= 0 && chance <= 1) {
		return fmt.Errorf("%q is not a chance: give one such as 1/2000, or 0 for none", text)
	}
	*c = Chance(chance)
	return nil
}

// UnmarshalJSON reads a chance from a summary.
func (c *Chance) UnmarshalJSON(text []byte) error { return json.Unmarshal(text, (*float64)(c)) }

// String returns a chance as UnmarshalText takes it.
func (c Chance) String() string {
	if c == 0 {
		return "0"
	}
	return "1/" + strconv.FormatFloat(math.Floor(1/float64(c)), 'f', -1, 64)
}

// Risk is how often a row would be matched to the wrong customer by one tier.
type Risk struct {
	Tier     string `json:"tier"`  // what agrees
	Wrong    int    `json:"wrong"` // customers left out for whom another was matched
	Of       int    `json:"of"`    // customers left out, who have the evidence
	Bound    Chance `json:"bound"` // with 95 % confidence, the share is not above it
	Accepted bool   `json:"accepted"`
	// ByRelatives says that the bound rests on how few relatives are customers, and on the
	// assumption that few relatives are twins.
	ByRelatives bool `json:"by_relatives,omitempty"`
	Rows        int  `json:"questions"` // matched by this tier
}

// risks measures the risks of a directory of customers. It is safe for concurrent use.
type risks struct {
	people *directory.Directory
	most   Chance // the largest bound that is accepted; 0: nothing is

	mu        sync.Mutex
	drawn     []leftOut  // nil: not yet known
	inexact   []leftOut  // the same, asked for by names with errors; nil: not yet known
	relatives *relatives // of those left out; nil: not yet needed
	known     map[match.Tier]*tierRisk
}

// tierRisk is what has been measured of a tier, and which questions it has matched.
type tierRisk struct {
	wrong int
	of    int // customers who have the evidence
	bound Chance
	// byRelatives says that the bound is that of relatives.
	byRelatives bool
	matched     map[uint64]bool // by number
}

func newRisks(people *directory.Directory, most Chance) *risks {
	return &risks{people: people, most: most, known: map[match.Tier]*tierRisk{}}
}

// accepts returns what says of each tier whether it is enough for q to match.
func (r *risks) accepts(ctx context.Context, q *Asked) func(match.Tier) bool {
	if r.most <= 0 || q.Person.Loan != "" {
		return nil
	}
	return func(t match.Tier) bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		measured := r.measured(ctx, t)
		if measured == nil || measured.bound > r.most {
			return false
		}
		measured.matched[q.Number] = true
		return true
	}
}

// measured returns the risk of a tier; nil: ctx has ended.
func (r *risks) measured(ctx context.Context, t match.Tier) *tierRisk {
	if known := r.known[t]; known != nil {
		return known
	}
	drawn, err := r.leftOut(ctx, t.Inexact())
	if err != nil {
		return nil
	}
	found := &tierRisk{matched: map[uint64]bool{}}
	for _, customer := range drawn {
		if t.Agrees()&^customer.has != 0 {
			continue
		}
		found.of++
		if slices.ContainsFunc(customer.others, func(o []match.Candidate) bool { return takenBy(o, t) }) {
			found.wrong++
		}
	}
	r.setBound(t, found, len(drawn))
	r.known[t] = found
	return found
}

// setBound sets the risk of a tier that is not exceeded with 95 % confidence; drawn is how many
// customers were left out.
func (r *risks) setBound(t match.Tier, measured *tierRisk, drawn int) {
	measured.bound = boundOfPairs(measured.wrong, measured.of, float64(drawn)/float64(r.people.Len()))
	if _, _, part := t.PartOfName(); !part || measured.wrong > 0 || drawn == maxDrawn {
		return
	}
	if r.relatives == nil {
		r.relatives = newRelatives(r.people, drawCustomers(r.people))
	}
	if bound := r.relatives.bound(t); bound < measured.bound {
		measured.bound, measured.byRelatives = bound, true
	}
}

// boundOfPairs returns the share that is not exceeded with 95 % confidence, if wrong of all
// were wrong, and a share of the tenant's customers was drawn. Who is taken for another is
// mostly mistaken for in turn. So if all customers are drawn, wrong matches come in pairs,
// and there are half as many events as customers.
func boundOfPairs(wrong, all int, drawn float64) Chance {
	each := 1 + drawn
	return upperBound(int(math.Ceil(float64(wrong)/each)), int(float64(all)/each))
}

// upperBound returns the share that is not exceeded with 95 % confidence, if wrong of all
// were wrong (Clopper and Pearson).
func upperBound(wrong, all int) Chance {
	if all == 0 || wrong >= all {
		return 1
	}
	low, high := 0.0, 1.0
	for range 60 { // each halves the interval
		share := (low + high) / 2
		if atMost(wrong, all, share) > 0.05 {
			low = share
		} else {
			high = share
		}
	}
	return Chance(high)
}

// atMost is the probability that at most wrong of all are wrong, if each is with
// probability share.
func atMost(wrong, all int, share float64) float64 {
	log := float64(all) * math.Log1p(-share) // of the probability of none
	sum := math.Exp(log)
	for n := 1; n <= wrong; n++ {
		log += math.Log(float64(all-n+1)) - math.Log(float64(n)) + math.Log(share) - math.Log1p(-share)
		sum += math.Exp(log)
	}
	return sum
}

// Risks returns what has been measured, the riskiest tier last.
func (l *Lookup) Risks() []Risk {
	if l.risks == nil {
		return nil
	}
	l.risks.mu.Lock()
	defer l.risks.mu.Unlock()
	var list []Risk
	for t, measured := range l.risks.known {
		accepted := measured.bound <= l.risks.most
		list = append(list, Risk{t.String(), measured.wrong, measured.of, measured.bound, accepted, measured.byRelatives, len(measured.matched)})
	}
	slices.SortFunc(list, Risk.compare)
	return list
}

func (r Risk) compare(other Risk) int {
	return cmp.Or(cmp.Compare(r.Bound, other.Bound), cmp.Compare(r.Tier, other.Tier))
}

// AddRisks returns the risks of two lookups together, each with the questions of both.
func AddRisks(some, others []Risk) []Risk {
	all := slices.Clone(some)
	for _, other := range others {
		at := slices.IndexFunc(all, func(r Risk) bool { return r.Tier == other.Tier })
		if at < 0 {
			all = append(all, other)
		} else {
			all[at].Rows += other.Rows
		}
	}
	slices.SortFunc(all, Risk.compare)
	return all
}
