package lookup

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"sync"

	"loanmap/io/loanpro"
	"loanmap/pipeline/question"
)

// Lookup asks the questions of a run. It holds no question: it can be used for one
// pass after another, as long as its findings and its trust in batches hold.
type Lookup struct {
	Options
	tenant    tenant
	kind      *question.Kind // of the rows
	log       *slog.Logger
	report    func(Step)
	Unbatched bool // every question is asked by itself
	audits    *audits
	probes    *probes
	foldings  *foldings
	plans     []Plan
	scanned   directories
	risks     *risks // of the customers that were scanned; nil: none were
}

// Step is what a lookup has done, to be added to the progress of its run.
type Step struct {
	Rows    int // that have their first answers
	Asked   int // of these: answered because this run has asked, see Batch.asked
	Misses  int // that an audit asks again; below 0: an audit has ended
	Audited int // of these: asked again; below 0 likewise
	Probes  int // 1: one begins; -1: one ends
	ToScan  int // records that a scan will read; below 0: it has ended
	Scanned int // records that a scan has read
}

// New returns a lookup of which nothing is known yet. It calls report with what it has
// done; several may call it at once.
func New(options Options, kind *question.Kind, log *slog.Logger, report func(Step)) *Lookup {
	return &Lookup{Options: options, tenant: options.Client, kind: kind, log: log, report: report, audits: newAudits(), probes: newProbes(), foldings: newFoldings()}
}

// WithoutBatches returns a lookup of the same tenant that asks every question by
// itself.
func (l *Lookup) WithoutBatches() *Lookup {
	other := *l
	other.Unbatched = true
	return &other
}

// Careful returns the lookup of the same tenant to continue with if this one has ended
// with ErrDoubt. The searches of few questions are tried beforehand then.
func (l *Lookup) Careful() *Lookup {
	if !l.Few {
		return l.WithoutBatches()
	}
	other := l.Anew()
	other.Few = false
	return other
}

// Anew returns a lookup of the same tenant that finds out again what it understands, and
// has scanned nothing.
func (l *Lookup) Anew() *Lookup {
	other := *l
	other.probes, other.foldings, other.plans, other.scanned, other.risks = newProbes(), newFoldings(), nil, nil, nil
	return &other
}

// Searching returns a lookup of the same tenant that answers nothing from a scan.
func (l *Lookup) Searching() *Lookup {
	other := *l
	other.scanned, other.risks = nil, nil
	return &other
}

// ErrDoubt ends a pass whose batches miss records.
var ErrDoubt = errors.New("batch searches miss loans")

// windowPerWorker is how many batches per worker may wait for one that is slow.
const windowPerWorker = 2

// auditors is how many audits are in flight at once. What waits for an audit is
// asked again after a kill, so there are few.
func (l *Lookup) auditors() int { return (l.Workers + 1) / 2 }

// Resolve answers and audits batches, several at once, and yields them in order. The
// last error is ErrDoubt if batches miss records.
func (l *Lookup) Resolve(ctx context.Context, known *loanpro.Findings, batches iter.Seq2[Batch, error]) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		ctx, stop := context.WithCancelCause(ctx)
		defer stop(nil)
		audit := func(ctx context.Context, g group) (group, error) {
			err := l.settle(ctx, g.questions(), g.gaps())
			if err != nil {
				stop(err) // the questions in flight, too
			}
			return g, err
		}
		first := ordered(ctx, batches, l.Workers, l.Workers*windowPerWorker, func(ctx context.Context, b Batch) (Batch, error) {
			b.gaps = l.tenant.Gaps()
			err := l.answer(ctx, b.Questions)
			l.report(Step{Rows: len(b.Rows), Asked: b.asked()})
			return b, err
		})
		audited := ordered(ctx, groups(first, l.newGrouper(known)), l.auditors(), l.auditors(), audit)
		for g, err := range audited {
			if err != nil {
				yield(Batch{}, err)
				return
			}
			for _, b := range g.batches {
				if !yield(b, nil) {
					return
				}
			}
		}
	}
}

// AskAgain asks questions as if for the first time.
func (l *Lookup) AskAgain(ctx context.Context, questions []*Asked) error {
	gaps := l.tenant.Gaps()
	if err := l.answer(ctx, questions); err != nil {
		return err
	}
	return l.settle(ctx, questions, gaps)
}

// probes keeps what a tenant understands, by the key that is asked for.
type probes struct {
	turn chan struct{} // held by the one that probes: a channel, so that who waits can give up

	mu    sync.Mutex
	known map[loanpro.Key]*loanpro.Findings
}

func newProbes() *probes {
	return &probes{turn: make(chan struct{}, 1), known: map[loanpro.Key]*loanpro.Findings{}}
}

func (p *probes) of(key loanpro.Key) *loanpro.Findings {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.known[key]
}

func (p *probes) keep(key loanpro.Key, known *loanpro.Findings) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.known[key] = known
}

// proveThemselves reports whether each search of every key proves itself.
func (p *probes) proveThemselves() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, known := range p.known {
		if !known.ProvesItself() {
			return false
		}
	}
	return true
}

// BatchSize is how many questions fill a batch.
func (l *Lookup) BatchSize(known *loanpro.Findings) int {
	return max(l.First(known).Size, smallestBatch)
}

// Restored reports whether a pass has ended because the index shows records that it did
// not show when the run began.
func Restored(err error) bool { return classOf(err) == loanpro.Restored }

// Findings returns how key can be asked for. The first time it asks the tenant.
func (l *Lookup) Findings(ctx context.Context, key loanpro.Key) (*loanpro.Findings, error) {
	if known := l.probes.of(key); known != nil {
		return known, nil
	}
	select {
	case l.probes.turn <- struct{}{}:
		defer func() { <-l.probes.turn }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if known := l.probes.of(key); known != nil { // another has probed meanwhile
		return known, nil
	}
	l.report(Step{Probes: 1})
	known, err := l.probe(ctx, key)
	l.report(Step{Probes: -1})
	if err != nil {
		return nil, err
	}
	if key == l.kind.Key || l.Few {
		if err := unusable(known); err != nil {
			return nil, err
		}
	}
	l.probes.keep(key, known)
	l.logFindings(known)
	return known, nil
}

// probe asks the tenant how key can be asked for.
func (l *Lookup) probe(ctx context.Context, key loanpro.Key) (*loanpro.Findings, error) {
	if l.Few {
		if known, err := l.Client.ProbeFew(ctx, key); err != nil || known.ProvesItself() {
			return known, err
		}
	}
	// If questions are asked one by one, controls go with them all the same.
	return l.tenant.Probe(ctx, key, max(l.Batch, smallestBatch), l.VerifyMissing)
}

// SearchError says that a tenant's search cannot be relied on. Nothing was written.
type SearchError struct{ Problem, Hint string }

func (e *SearchError) Error() string { return e.Problem }

// Advice returns what the person can do about it.
func (e *SearchError) Advice() string { return e.Hint }

// unusable returns an error if nothing can be learned from a tenant's search: its
// index shows nothing, or does not find what it shows.
func unusable(known *loanpro.Findings) error {
	switch {
	case known.ShowsNothing():
		return &SearchError{
			"LoanPro's search shows no records at all, so it cannot tell what exists",
			"check LOANPRO_TENANT_ID, and that the token's user may see the records; if LoanPro is rebuilding its index, run again later",
		}
	case known.FindsNothing:
		return &SearchError{
			fmt.Sprintf("LoanPro's search finds none of the %ss that it shows, so it cannot tell what exists", known.Key),
			"a proxy may answer from a cache, or LoanPro's index may be damaged: run loanmap check, then run again later",
		}
	}
	return nil
}

// logFindings logs what a tenant understands.
func (l *Lookup) logFindings(known *loanpro.Findings) {
	of := known.Key.String()
	switch {
	case known.Empty():
		level := slog.LevelInfo
		if known.Key == l.kind.Key {
			level = slog.LevelWarn
		}
		l.log.Log(context.Background(), level, "LoanPro shows no records with {of}s", "event", "no_records", "of", of)
	case known.ProvesItself():
	case known.Batches() && known.Key == loanpro.Name:
		l.log.Info("using batches of names with up to {words} words in all", "event", "name_batches", "words", known.Batch.Size)
	case known.Batches():
		l.log.Info("using batches of {size} {of}s", "event", "batches", "size", known.Batch.Size, "of", of)
	case l.Batch > 1:
		l.log.Warn("batch search is not reliable here; sending one {of} per request", "event", "no_batches", "of", of)
	}
	if known.Batches() {
		l.log.Debug("batches", "event", "batch_form", "of", of, "form", known.Batch.Form)
	}
	if l.VerifyMissing && !known.Database {
		l.log.Warn("LoanPro's database does not answer for {of}s, so --verify-missing has no effect", "event", "no_database", "of", of)
	}
}
