package lookup

import (
	"context"
	"fmt"
	"slices"

	"loanmap/io/loanpro"
	"loanmap/pipeline/lookup/directory"
	"loanmap/pipeline/question"
)

// Access is how records are looked up.
type Access string

// The kinds of access, and Auto: the one that takes fewer requests. The zero value is
// Search.
const (
	Auto   Access = "auto"
	Search Access = "search" // question by question, in batches
	Scan   Access = "scan"   // all records are read, and questions are answered from memory
)

// Plan is how the records of one kind are looked up, and why.
type Plan struct {
	Of      string `json:"of"` // loans or customers
	Access  Access `json:"access"`
	Records int    `json:"records"` // that the tenant has
	// The requests that a scan and searches are expected to take.
	ScanRequests   int   `json:"scan_requests"`
	SearchRequests int64 `json:"search_requests"`
	// Why says why records are not scanned although that would take fewer requests.
	Why string `json:"why,omitempty"`
	// Scanned is the account of the scan; nil: there was none.
	Scanned *loanpro.Scan `json:"scan,omitempty"`

	record question.Record
	size   loanpro.Size
}

// worthAPlan is how many requests searches must take before the size of the tenant is
// asked for: to learn it and to scan a small tenant takes about as many.
const worthAPlan = 40

// Searches counts the requests that searches take for questions, by kind of record.
type Searches struct {
	*rehearsal
	times *float64 // the questions that were counted
}

// NewSearches begins an estimate for the rows of a run.
func (l *Lookup) NewSearches(ctx context.Context) (Searches, error) {
	r, err := newRehearsal(ctx, l.Options, l.kind, UsualMisses)
	if err == nil {
		r.Unbatched = l.Unbatched
	}
	return Searches{r, new(float64)}, err
}

// BatchSize is how many questions fill a batch.
func (s Searches) BatchSize() int { return s.rehearsal.BatchSize(s.known) }

// Add counts what the questions of the next batch cost.
func (s Searches) Add(ctx context.Context, b Batch) error { return s.add(ctx, b.Questions) }

// End counts what remains, once the last batch is added. There are as many questions
// times as were added.
func (s Searches) End(ctx context.Context, times float64) error {
	*s.times = times
	return s.end(ctx)
}

// of returns the requests for one kind of record.
func (s Searches) of(record question.Record) int64 {
	return int64(float64(s.counted.RequestsFor(systemKey(record))) * max(*s.times, 1))
}

// systemKey is the key of a kind of record's system IDs.
func systemKey(record question.Record) loanpro.Key {
	if record == question.Loans {
		return loanpro.LoanID
	}
	return loanpro.CustomerID
}

// recordNames are what plans call the kinds of record.
var recordNames = map[question.Record]string{question.Loans: "loans", question.Customers: "customers"}

// Decide decides how records are looked up. Of every kind that takes many searches it
// asks how many the tenant has. Those that an earlier run has scanned, by the names of
// plans, are scanned again, and no others; nil: there was no such run.
func (l *Lookup) Decide(ctx context.Context, searches Searches, before []string) error {
	l.plans = nil
	for _, record := range []question.Record{question.Loans, question.Customers} {
		cost, of := searches.of(record), recordNames[record]
		access := l.Plan
		switch {
		case cost == 0, before != nil && !slices.Contains(before, of):
			continue
		case before != nil:
			access = Scan
		case access == Auto && cost < worthAPlan, l.kind.Record == record && l.kind.Scanned == question.No:
			continue
		}
		size, err := l.Client.Size(ctx, systemKey(record))
		if err != nil {
			if ctx.Err() != nil || stops(err) {
				return err
			}
			size.Scannable, size.Why = false, "its size cannot be found out: "+err.Error()
		}
		p := Plan{Of: of, Access: Search, Records: size.Total, ScanRequests: size.ScanRequests(), SearchRequests: cost, record: record, size: size}
		p.choose(access)
		l.plans = append(l.plans, p)
	}
	return nil
}

// choose sets the access of a plan.
func (p *Plan) choose(access Access) {
	switch {
	case access == Auto && int64(p.ScanRequests) >= p.SearchRequests:
	case !p.size.Scannable:
		p.Why = p.size.Why
	case p.size.Total > directory.MaxRecords:
		p.Why = tooManyRecords
	default:
		p.Access = Scan
	}
}

// tooManyRecords is why a tenant is searched that is too large for this machine's memory.
var tooManyRecords = fmt.Sprintf("there are more than %d records, which would take too much memory", directory.MaxRecords)

// Plans returns how records are looked up; none: they are searched.
func (l *Lookup) Plans() []Plan { return slices.Clone(l.plans) }

// CarryOut reads what is to be scanned. A scan that is not proved complete is not used, and
// those records are searched.
func (l *Lookup) CarryOut(ctx context.Context) error {
	for i := range l.plans {
		if p := &l.plans[i]; p.Access == Scan && l.scanned[p.record] == nil {
			if err := l.scan(ctx, p); err != nil {
				return err
			}
		}
	}
	return nil
}

// scan reads all records of one kind into a directory.
func (l *Lookup) scan(ctx context.Context, p *Plan) error {
	d := newDirectory(p.record)
	l.report(Step{ToScan: p.Records})
	account, err := l.Client.Scan(ctx, p.size, func(hits []loanpro.Hit) {
		d.Add(hits)
		l.report(Step{Scanned: len(hits)})
	})
	l.report(Step{ToScan: -p.Records})
	p.Scanned = account
	switch {
	case err != nil && (ctx.Err() != nil || classOf(err) != loanpro.NotComplete):
		return err
	case err != nil:
		p.Access, p.Why = Search, "the scan is not proved complete: "+err.Error()
	case d.Len() != account.Read:
		p.Access, p.Why = Search, tooManyRecords
	default:
		d.Complete()
		l.use(d, p)
	}
	return nil
}

// use answers questions for one kind of record from a directory.
func (l *Lookup) use(d *directory.Directory, p *Plan) {
	if l.scanned == nil {
		l.scanned = directories{}
	}
	l.scanned[p.record] = d
	if p.record == question.Customers {
		l.risks = newRisks(d, l.MaxRisk)
	}
	if n := withoutText(d, question.DisplayIDs); n > 0 && l.kind != question.LoanIDs && p.record == question.Loans {
		p.Access, p.Why = Search, fmt.Sprintf("%d loans have no display ID there, and may be those that are asked for", n)
	}
}
