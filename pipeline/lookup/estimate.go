package lookup

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"slices"
	"sort"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/lookup/directory"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// The shares of misses that an estimate presumes: 1 question in this many is not found.
const (
	UsualMisses = 20
	ManyMisses  = 5
)

// Cost is how many requests a run takes in a calm tenant, see [loanpro.Rehearsal].
type Cost struct {
	Requests int64 `json:"requests"` // if 1 question in UsualMisses is not found
	Least    int64 `json:"least"`    // if all are found
	Most     int64 `json:"most"`     // if 1 in ManyMisses is not found
	// ScanBelow is how many Records (loans or customers) a tenant may have to be scanned
	// instead; 0: it is searched.
	ScanBelow int    `json:"scan_below,omitempty"`
	Records   string `json:"scanned_records,omitempty"`
}

// scanBelow is how many records a tenant may have so that a scan of them takes fewer
// requests than searches; 0: so few that a scan is not tried.
func scanBelow(searches int64) int {
	if searches < worthAPlan {
		return 0
	}
	return sort.Search(directory.MaxRecords, func(records int) bool {
		return int64(loanpro.Size{Total: records, Page: loanpro.MaxPage}.ScanRequests()) >= searches
	})
}

// PerThousand returns how many requests searches for 1,000 rows of a kind usually take.
func PerThousand(ctx context.Context, kind *question.Kind) (int64, error) {
	const rows = 1000
	r, err := newRehearsal(ctx, Options{Batch: loanpro.MaxBatch, Workers: 1, Rate: 1}, kind, UsualMisses)
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(madeUp(kind, rows), r.BatchSize(r.known)) {
		if err := r.add(ctx, some); err != nil {
			return 0, err
		}
	}
	err = r.end(ctx)
	return r.counted.Requests(), err
}

// madeUp returns different questions of a kind. People have a birth date.
func madeUp(kind *question.Kind, n int) []*Asked {
	list := make([]*Asked, n)
	for i := range list {
		q := question.Question{Kind: kind, Text: fmt.Sprintf("L%06d", i)}
		if kind.Agreement == question.ByPerson {
			q.Person = &question.Person{Person: match.Person{
				Name:     match.ReadName(match.NameParts{First: "Ann", Last: "Sample" + string(rune('a'+i%26))}),
				Evidence: match.Evidence{Birth: match.Date{Year: 1980, Month: 1, Day: 2}},
			}}
			q.Person.Prepare()
		}
		list[i] = newAsked(q)
		list[i].Number = uint64(i)
	}
	return list
}

// Estimate counts the requests of a run, and sends none. The questions go their usual
// way, but their answers are presumed: misses cost most, and nothing is known of them.
type Estimate struct{ least, usual, most *rehearsal }

// NewEstimate begins an estimate of a run that looks rows of a kind up. retries says that
// what is not found is asked for once more at the end.
func NewEstimate(ctx context.Context, options Options, kind *question.Kind, retries bool) (e Estimate, err error) {
	for _, c := range []struct {
		of     **rehearsal
		misses uint64
	}{{&e.least, 0}, {&e.usual, UsualMisses}, {&e.most, ManyMisses}} {
		if *c.of, err = newRehearsal(ctx, options, kind, c.misses); err != nil {
			return e, err
		}
		(*c.of).retries = retries
	}
	return e, nil
}

// BatchSize is how many questions fill a batch.
func (e Estimate) BatchSize() int { return e.usual.BatchSize(e.usual.known) }

// SearchSize is the most that a search asks for: questions, or words of names.
func (e Estimate) SearchSize() int { return e.usual.First(e.usual.known).Size }

// Add counts what the questions of the next batch cost.
func (e Estimate) Add(ctx context.Context, b Batch) error {
	for _, r := range []*rehearsal{e.least, e.usual, e.most} {
		if err := r.add(ctx, b.Questions); err != nil {
			return err
		}
	}
	return nil
}

// Cost returns what all batches cost, once they are added.
func (e Estimate) Cost(ctx context.Context) (Cost, error) {
	for _, r := range []*rehearsal{e.least, e.usual, e.most} {
		if err := r.end(ctx); err != nil {
			return Cost{}, err
		}
	}
	c := Cost{Requests: e.usual.counted.Requests(), Least: e.least.counted.Requests(), Most: e.most.counted.Requests()}
	if record := e.usual.kind.Record; e.usual.Plan == Auto {
		c.ScanBelow, c.Records = scanBelow(e.usual.counted.RequestsFor(systemKey(record))), recordNames[record]
	}
	return c, nil
}

// rehearsal is a lookup whose requests are counted. All answers are presumed.
type rehearsal struct {
	*Lookup
	counted *loanpro.Rehearsal
	known   *loanpro.Findings
	misses  uint64 // 1 question in this many is not found; 0: all are found
	groups  *grouper
	retries bool     // misses are asked for once more
	missing []*Asked // that are
}

func newRehearsal(ctx context.Context, options Options, kind *question.Kind, misses uint64) (*rehearsal, error) {
	counted := new(loanpro.Rehearsal)
	l := New(options, kind, slog.New(slog.DiscardHandler), func(Step) {})
	l.tenant, l.audits.chance = counted, evenly
	known, err := l.Findings(ctx, kind.Key)
	if err != nil {
		return nil, err
	}
	return &rehearsal{Lookup: l, counted: counted, known: known, misses: misses, groups: l.newGrouper(known)}, nil
}

// evenly draws questions evenly, so that each estimate of a sheet is the same: the
// multiples of an irrational number are spread evenly.
func evenly(q *Asked) float64 {
	_, fraction := math.Modf(float64(q.Number) * math.Phi)
	return fraction
}

// add asks the questions of a batch, and audits them once their group is complete.
func (r *rehearsal) add(ctx context.Context, questions []*Asked) error {
	r.presume(questions)
	if err := r.answer(ctx, questions); err != nil {
		return err
	}
	if r.retries {
		r.missing = append(r.missing, With(questions, match.NotFound)...)
	}
	if complete, ok := r.groups.add(Batch{Questions: questions}); ok {
		return r.auditGroup(ctx, complete)
	}
	return nil
}

// end audits the last group, and asks for misses once more.
func (r *rehearsal) end(ctx context.Context) error {
	if err := r.auditGroup(ctx, r.groups.next); err != nil {
		return err
	}
	for some := range slices.Chunk(r.missing, r.BatchSize(r.known)) {
		r.presume(some)
		if err := r.AskAgain(ctx, some); err != nil {
			return err
		}
	}
	return nil
}

func (r *rehearsal) auditGroup(ctx context.Context, g group) error {
	r.presume(g.questions()) // another rehearsal may have presumed other answers since
	return r.audit(ctx, g.questions(), 0)
}

// presume gives questions the outcomes that they will have.
func (r *rehearsal) presume(questions []*Asked) {
	for _, q := range questions {
		q.presumed = r.outcomeOf(q)
		q.decide()
	}
}

// The outcomes that are presumed.
var (
	presumedMissing   = answer.New(answer.Verdict{Status: match.NotFound, Code: match.CodeNotFound}, "")
	presumedMatched   = answer.New(answer.Verdict{Status: match.Matched, Confidence: match.Exact}, "")
	presumedNameOnly  = answer.New(answer.Verdict{Status: match.Matched, Confidence: match.NameOnly}, "")
	presumedAmbiguous = answer.New(answer.Verdict{Status: match.Ambiguous, Code: match.CodeNameOnly}, "")
)

// outcomeOf presumes the outcome of a question. The first miss comes after half as many
// questions as the others, so that their number is rounded.
func (r *rehearsal) outcomeOf(q *Asked) *answer.Outcome {
	switch {
	case r.misses > 0 && q.Number%r.misses == r.misses/2:
		return &presumedMissing
	case q.Person == nil || q.Person.Confirmable():
		return &presumedMatched
	case q.Person.NameOnly:
		return &presumedNameOnly
	}
	return &presumedAmbiguous
}
