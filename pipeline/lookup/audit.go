package lookup

import (
	"context"
	"hash/maphash"
	"math"
	"sync"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// How much of what a batch said is asked again. Everything it did not find is
// asked in batches of another form and another size, which are filled up with
// what it did match. Then questions are asked one by one.
const (
	// The first missesAlone misses that remain are all asked alone, and then a
	// share. If of the misses a share f exists after all, none of them is noticed
	// with probability (1-f)^n, n being those asked alone: with the first 200 a
	// share of 1.5 % or more is noticed in 95 of 100 runs, with 1,200 (of 50,200)
	// one of 0.25 %.
	missesAlone = 200
	missesShare = 0.02
	// Matches are asked alone for a second live loan that the batch held back.
	// The first few show at once a form that loses much; a share f of hidden
	// seconds is noticed with probability 1-(1-f)^n, as above.
	matchesAlone = 5
	matchesShare = 0.00025
	// maxLate is how many searches may have missed records that later ones find, as
	// they miss new ones, before batches are not believed.
	maxLate = 3
	// maxLooks is how often questions are asked anew because the index had gaps
	// meanwhile. Each time, searches with controls prove themselves.
	maxLooks = 4
	// manyMissing are enough to check that the index is complete before each is asked
	// for again.
	manyMissing = 20
)

// audits is what the audits of a run have counted.
type audits struct {
	// chance returns a number from 0 to 1 by which a question is drawn, always the same
	// for the same question.
	chance func(q *Asked) float64

	mu sync.Mutex
	Audited
	misses, matches int // that could be drawn to be asked alone
	// late are the searches that missed records, by what they asked for.
	late map[*loanpro.Value]bool
}

func newAudits() *audits {
	seed := maphash.MakeSeed()
	return &audits{
		chance: func(q *Asked) float64 { return float64(maphash.String(seed, q.Name())) / math.MaxUint64 },
		late:   map[*loanpro.Value]bool{},
	}
}

// Audited counts questions that were asked again.
type Audited struct {
	Second   int `json:"rechecked"` // in batches of another form
	Alone    int `json:"rechecked_alone"`
	Late     int `json:"found_late"`        // records that only a later search found
	Anew     int `json:"asked_anew"`        // because the index had gaps meanwhile
	Database int `json:"found_in_database"` // records that no search found
}

// Plus returns the counts of two lookups together.
func (a Audited) Plus(b Audited) Audited {
	return Audited{a.Second + b.Second, a.Alone + b.Alone, a.Late + b.Late, a.Anew + b.Anew, a.Database + b.Database}
}

// Audited returns the counts so far.
func (l *Lookup) Audited() Audited {
	l.audits.mu.Lock()
	defer l.audits.mu.Unlock()
	return l.audits.Audited
}

// draws reports whether q is among those asked alone: the first of them all,
// and then by chance, the same in whatever order they come.
func (a *audits) draws(q *Asked, counter *int, all int, share float64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	*counter++
	return *counter <= all || a.chance(q) < share
}

func (a *audits) add(to *int, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*to += n
}

// missed counts the searches that missed records, and reports whether the one for
// these values is known to be one of them.
func (a *audits) missed(values []loanpro.Value) (searches int, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	known = a.late[&values[0]]
	a.late[&values[0]] = true
	return len(a.late), known
}

// settle audits questions, and then applies what people have decided on them: decisions
// come after every doubt about a search. gaps is as audit takes it.
func (l *Lookup) settle(ctx context.Context, questions []*Asked, gaps int64) error {
	if err := l.audit(ctx, questions, gaps); err != nil {
		return err
	}
	return l.applyReviews(ctx, questions)
}

// audit asks again what batches have said, until nothing suggests that the index had
// gaps while they were asked: what was answered meanwhile is void. gaps is how many
// answers with gaps there were when the first question was asked.
func (l *Lookup) audit(ctx context.Context, questions []*Asked, gaps int64) error {
	if questions = l.searched(questions); len(questions) == 0 {
		return nil
	}
	for look := 1; ; look++ {
		err := l.auditWhole(ctx, questions, gaps, look == maxLooks)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && stops(err):
			return err
		case err != nil && (look == maxLooks || classOf(err) == loanpro.Partial):
			for _, q := range questions {
				q.giveUp(err)
			}
			return nil
		case err == nil && (l.tenant.Gaps() == gaps || look == maxLooks):
			return l.finish(ctx, questions)
		}
		gaps = l.tenant.Gaps()
		l.audits.add(&l.audits.Anew, len(questions))
		for _, q := range questions {
			q.void()
		}
		if err := l.answer(ctx, questions); err != nil {
			return err
		}
	}
}

// auditWhole audits questions, and checks before, if many were not found, and after
// that the index is complete. It leaves the audit out if the index has had gaps since
// questions were asked, as all are asked anew then, unless this is the last look.
func (l *Lookup) auditWhole(ctx context.Context, questions []*Asked, gaps int64, last bool) error {
	if !last && l.tenant.Gaps() != gaps {
		return nil
	}
	if !last && len(With(questions, match.NotFound)) >= manyMissing {
		if err := l.confirm(ctx); err != nil || l.tenant.Gaps() != gaps {
			return err
		}
	}
	if err := l.auditOnce(ctx, questions); err != nil {
		return err
	}
	return l.confirm(ctx)
}

// confirm checks that the index is complete, unless each search has shown it.
func (l *Lookup) confirm(ctx context.Context) error {
	if l.probes.proveThemselves() {
		return nil
	}
	return l.tenant.Confirm(ctx)
}

// auditOnce asks again what has been answered.
func (l *Lookup) auditOnce(ctx context.Context, questions []*Asked) error {
	return l.auditEach(ctx, questions, func(a *audit, some []*Asked) error {
		if err := a.fuzzy(ctx, some); err != nil {
			return err
		}
		if err := a.second(ctx, some); err != nil {
			return err
		}
		return a.askAlone(ctx, some)
	})
}

// finish looks elsewhere for what no search has found.
func (l *Lookup) finish(ctx context.Context, questions []*Asked) error {
	return l.auditEach(ctx, questions, func(a *audit, some []*Asked) error {
		if err := a.database(ctx, With(some, match.NotFound)); err != nil {
			return err
		}
		a.unsearchable(With(some, match.NotFound))
		a.remember(some)
		return a.repair(ctx, With(some, match.NotFound))
	})
}

func (l *Lookup) auditEach(ctx context.Context, questions []*Asked, work func(*audit, []*Asked) error) error {
	return l.eachKind(questions, func(kind *question.Kind, some []*Asked) error {
		if l.directoryFor(kind) != nil {
			return nil
		}
		known, err := l.Findings(ctx, kind.Key)
		if err != nil {
			return err
		}
		return work(&audit{Lookup: l, known: known}, some)
	})
}
