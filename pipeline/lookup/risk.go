package lookup

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"loanmap/io/loanpro"
	"loanmap/pipeline/lookup/directory"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
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

// maxDrawn is how many customers are left out at most. If none of them is matched wrongly,
// the bound is 1 in 3,300 to 6,700.
const maxDrawn = 20_000

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

// leftOut is a customer who is left out.
type leftOut struct {
	has    match.EvidenceKinds
	others [][]match.Candidate // who may be taken for that customer, by each name in a row
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

// takenBy reports whether one of others would be matched by a tier, if the row had only its
// evidence. An error may make a name just another's, so then any match counts.
func takenBy(others []match.Candidate, t match.Tier) (is bool) {
	if len(others) == 0 {
		return false
	}
	masked := make([]match.Candidate, len(others))
	for i, other := range others {
		masked[i] = other
		masked[i].Comparison = other.Comparison.Only(t.Agrees())
	}
	match.Customer(new(match.Person), masked, match.CustomerOptions{Accepts: func(by match.Tier) bool {
		is = by == t || t.Inexact()
		return true
	}})
	return is
}

// leftOut returns who may be taken for each customer drawn, by the right name or by names with
// errors.
func (r *risks) leftOut(ctx context.Context, inexact bool) ([]leftOut, error) {
	known, leave := &r.drawn, leaveOut
	if inexact {
		known, leave = &r.inexact, leaveOutWithErrors
	}
	if *known == nil {
		drawn, err := r.draw(ctx, leave)
		if err != nil {
			return nil, err
		}
		*known = drawn
	}
	return *known, nil
}

// draw leaves customers out and finds who may be taken for each of them.
func (r *risks) draw(ctx context.Context, leave func(*directory.Directory, uint32) leftOut) ([]leftOut, error) {
	const each = 500 // customers that one worker takes at once
	drawn := make([]leftOut, 0, maxDrawn)
	work := func(_ context.Context, some []uint32) (found []leftOut, _ error) {
		for _, record := range some {
			found = append(found, leave(r.people, record))
		}
		return found, nil
	}
	chunks := withoutErrors(slices.Chunk(drawCustomers(r.people), each))
	for some, err := range ordered(ctx, chunks, riskWorkers, riskWorkers, work) {
		if err != nil {
			return nil, err
		}
		drawn = append(drawn, some...)
	}
	return drawn, nil
}

// riskWorkers is how many customers are left out at once.
const riskWorkers = 4

func withoutErrors[T any](in iter.Seq[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for value := range in {
			if !yield(value, nil) {
				return
			}
		}
	}
}

// drawCustomers returns live customers, all of them or maxDrawn that are always the same.
func drawCustomers(people *directory.Directory) []uint32 {
	type draft struct {
		record uint32
		order  uint64
	}
	var all []draft
	for record := range uint32(people.Len()) {
		if hit := people.Hit(record); !hit.Deleted {
			all = append(all, draft{record, scramble(uint64(hit.ID))})
		}
	}
	slices.SortFunc(all, func(a, b draft) int { return cmp.Compare(a.order, b.order) })
	records := make([]uint32, min(len(all), maxDrawn))
	for i := range records {
		records[i] = all[i].record
	}
	return records
}

// scramble spreads numbers evenly (the finalizer of SplitMix64).
func scramble(n uint64) uint64 {
	n ^= n >> 30
	n *= 0xbf58476d1ce4e5b9
	n ^= n >> 27
	n *= 0x94d049bb133111eb
	return n ^ n>>31
}

// leaveOut finds the customers who may be taken for one who is left out.
func leaveOut(people *directory.Directory, record uint32) leftOut {
	own := people.Hit(record)
	left := personOf(&own)
	all, _ := people.People(whoIs(&left, match.NewNameFilter(left.Name.SearchTerms())))
	others := newRecordCache().read(people.Hits(all))
	return leftOut{left.Evidence.Kinds(), [][]match.Candidate{whoIsTakenFor(&left, &left, own.ID, others)}}
}

// leaveOutWithErrors does so for names with errors, among those who have the email or the
// phone: one of them agrees then.
func leaveOutWithErrors(people *directory.Directory, record uint32) leftOut {
	own := people.Hit(record)
	left := personOf(&own)
	all, _ := people.People(&directory.Query{Evidence: match.Evidence{Emails: left.Evidence.Emails, Phones: left.Evidence.Phones}})
	others := newRecordCache().read(people.Hits(all))
	found := leftOut{has: left.Evidence.Kinds()}
	for _, name := range briefName(&own).WithErrors(scramble(uint64(own.ID))) {
		asked := match.Person{Name: match.ReadName(name), Evidence: left.Evidence}
		found.others = append(found.others, whoIsTakenFor(&left, &asked, own.ID, others))
	}
	return found
}

// whoIsTakenFor returns who may be taken for a customer by what a row asks for. That is not the
// customer's own record or another one of the same person.
func whoIsTakenFor(left, asked *match.Person, own int64, others []*record) (taken []match.Candidate) {
	for _, other := range others {
		compared := other.compare(asked)
		same := compared
		if asked != left {
			same = other.compare(left)
		}
		if other.hit.ID != own && compared.Plausible() && !same.SamePerson() {
			taken = append(taken, match.Candidate{ID: other.hit.ID, Comparison: compared, Live: !other.hit.Deleted})
		}
	}
	return taken
}

// personOf returns a customer as a row describes one.
func personOf(hit *loanpro.Hit) match.Person {
	return match.Person{Name: match.ReadName(briefName(hit)), Evidence: question.EvidenceOf(&hit.Details)}
}

// briefName returns a customer's name without middle name and suffix.
func briefName(hit *loanpro.Hit) match.NameParts {
	p := question.NamePartsOf(&hit.Details)
	if p.First == "" || p.Last == "" {
		return p
	}
	return match.NameParts{First: p.First, Last: p.Last, Company: p.Company}
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
