package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"loanmap/io/disk"
	"loanmap/io/loanpro"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
	"loanmap/pipeline/review"
)

// run is one execution of a Job. What belongs to one reading of the input is in a
// pass; a run may take several.
type run struct {
	*Job
	started  time.Time
	digest   string // of the input when the run began; empty: it can be read only once
	request  *delivery.Request
	targets  delivery.Targets
	previous *delivery.Previous // what was found before; nil: nothing is compared
	former   *delivery.Former   // what the output that is filled in says of its run; nil: nothing
	lookup   *lookup.Lookup
	ledger   ledger
	// decisions are those of people in reviews; nil: there are none.
	decisions *review.Decisions
	recalled  delivery.KnownRecords // by the summary of the run before
	planned   *lookup.Lookup        // whose records are planned; nil: none yet
	doubted   bool                  // another shard has found that batches miss records
	restarts  int                   // because the index had gaps when the run began
	progress  *progress
	// tenantHost and tenantID are of the tenant that is asked, or was asked for the answers
	// that are merged; empty in a dry run.
	tenantHost, tenantID string
	newest               *pass // the newest pass, whose counts are the account of the run
}

// Run does the job and returns its account. A row that cannot be resolved is
// part of the account; an error means that nothing was written. Errors are of
// sheet, loanpro or one of the rooms of pipeline, or the cause of ctx's end.
func (j *Job) Run(ctx context.Context) (*Summary, error) {
	job := *j // the run changes its own copy
	job.Output.Disk = disk.Lenient(j.Output.Disk, j.Log)
	r := newRun(&job)
	if err := r.begin(); err != nil {
		return nil, err
	}
	defer func() { r.newest.in.Reader.Close() }()
	if err := r.checkShard(); err != nil {
		return nil, err
	}
	r.newest.describe()
	if j.DryRun {
		return r.rehearse(ctx)
	}
	err := r.runLocked(ctx)
	return r.newest.summary, err
}

func newRun(j *Job) *run {
	j.Input.Sheet, j.Output.Into = delivery.SheetsOf(j.Input.Path, j.Input.Sheet, j.Output.Into)
	if shard := &j.Lookup.Shard; !shard.Whole() {
		if j.Lookup.Plan == lookup.Auto { // all must do the same, and a shard knows only its own questions
			j.Lookup.Plan = lookup.Search
		}
		shard.Together = j.Lookup.Plan == lookup.Scan
	}
	r := &run{
		Job: j, started: time.Now(), progress: &progress{report: j.Progress},
		request: &delivery.Request{Output: j.Output, Input: j.Input.Path, Stdin: j.Input.Stdin, Shard: j.Lookup.Shard, Kept: review.Files(j.Decisions)},
	}
	if client := j.Lookup.Client; client != nil {
		r.tenantHost, r.tenantID = client.Host(), client.TenantID()
	}
	return r
}

// runLocked runs with the files of the run locked.
func (r *run) runLocked(ctx context.Context) (err error) {
	if r.targets, err = r.request.Targets(r.newest.in.Reader.Source().Kind); err != nil {
		return err
	}
	locks, err := r.request.Hold(r.targets)
	defer locks.Release()
	if err != nil {
		if locks.MayAccount(r.targets, err) {
			r.accountFor(ctx, err)
		}
		return err
	}
	if err := r.findPrevious(); err != nil {
		return err
	}
	if before, err := r.finishedBefore(); before != nil || err != nil {
		r.newest.summary = cmp.Or(before, r.newest.summary)
		return err
	}
	defer r.ledger.close()
	if err := r.openLedger(r.newest); err != nil {
		return err
	}
	if err := r.heedDoubt(); err != nil {
		return err
	}
	r.recall()
	err = r.resolveAll(ctx)
	if _, usage := errors.AsType[*question.UsageError](err); err != nil && !usage { // after wrong usage nothing is written
		r.accountFor(ctx, err)
	}
	return err
}

// findPrevious reads what was found before, for a run that is compared with it.
func (r *run) findPrevious() (err error) {
	if with := r.Output.Reconcile; with != nil {
		r.progress.read(cmp.Or(with.Against, r.Input.Path))
	}
	r.previous, err = r.newest.delivery().FindPrevious()
	return err
}

// begin opens the input, and takes its digest: what is read of it must have that. A
// dry run reads once, and uses no answers.
func (r *run) begin() (err error) {
	if r.newest, err = r.newPass(r.started); err != nil {
		return err
	}
	if err := r.readDecisions(); err != nil {
		r.newest.in.Reader.Close()
		return err
	}
	r.lookup = lookup.New(r.Lookup, r.newest.in.Columns.Kind, r.Log, r.progress.add)
	if r.DryRun {
		return nil
	}
	if r.digest, err = delivery.InputDigest(r.Input.Path); err != nil {
		r.newest.in.Reader.Close()
	}
	r.newest.in.Digest = r.digest
	return err
}

// readDecisions reads what people have decided in reviews.
func (r *run) readDecisions() (err error) {
	if r.Decisions == "" {
		return nil
	}
	in := r.newest.in
	r.decisions, err = review.Read(r.Decisions, review.Options{Host: in.Host, Tenant: in.Tenant})
	return err
}

// rehearse reads everything and counts what would be asked.
func (r *run) rehearse(ctx context.Context) (*Summary, error) {
	p := r.newest
	if err := r.findPrevious(); err != nil {
		return p.summary, err
	}
	r.progress.read(r.Input.Path)
	estimate, err := lookup.NewEstimate(ctx, r.Lookup, p.in.Columns.Kind, r.Resume.RetryNotFoundAfter > 0 && p.rereadable())
	if err != nil {
		return p.summary, err
	}
	p.todo = p.batcher(estimate.BatchSize())
	for b, err := range p.todo.Batches(p.rows()) {
		switch {
		case err != nil:
			return p.summary, err
		case ctx.Err() != nil:
			return p.summary, context.Cause(ctx)
		}
		p.countRead(b)
		if err := estimate.Add(ctx, b); err != nil {
			return p.summary, err
		}
		r.progress.add(lookup.Step{Rows: len(b.Rows)})
	}
	cost, err := estimate.Cost(ctx)
	p.summary.close(time.Now(), p.in.Reader.Source(), loanpro.Stats{Requests: cost.Requests})
	p.summary.LoanPro.Cost, p.summary.LoanPro.Batch, p.summary.DryRun = cost, estimate.SearchSize(), true
	return p.summary, err
}

// countRead counts the rows of a batch of which only the input is known.
func (p *pass) countRead(b lookup.Batch) {
	p.summary.Questions += len(b.Questions)
	for _, row := range b.Rows {
		if row.Outcome.Status() == match.Invalid {
			p.summary.count(row.Outcome)
		} else {
			p.summary.Rows++
		}
	}
}

// recall has probes wait until the index shows the records that the last run knew,
// by its summary: an outage that ended it may last.
func (r *run) recall() {
	before := delivery.ReadAccount(r.targets.Summary)
	if before == nil || r.Resume.Fresh || before.LoanPro.Host != r.Lookup.Client.Host() || before.LoanPro.Tenant != r.Lookup.Client.TenantID() {
		return
	}
	r.recalled = before.LoanPro.Known
	required := map[string][]int64{}
	for records, ids := range r.recalled {
		required[records] = ids
	}
	r.Lookup.Client.Require(required)
}

// known is what the next run recalls: what this one has learned, if anything.
func (r *run) known() delivery.KnownRecords {
	known := delivery.KnownRecords{}
	for records, ids := range r.Lookup.Client.Known() {
		known[records] = ids
	}
	if len(known) == 0 {
		return r.recalled
	}
	return known
}

// maxRestarts is how often a run starts over because the index had gaps when it
// began.
const maxRestarts = 2

// resolveAll resolves everything. It starts over if what was answered cannot be
// believed: batches miss records, or the index had gaps from the start.
func (r *run) resolveAll(ctx context.Context) error {
	for {
		err := r.newest.resolve(ctx)
		switch {
		case errors.Is(err, lookup.ErrDoubt) && !r.lookup.Unbatched:
			if !r.newest.rereadable() {
				return &lookup.SearchError{
					Problem: fmt.Sprintf("%s here, and %s can be read only once", lookup.ErrDoubt, r.newest.in.Reader.Source().Name),
					Hint:    "nothing was written; run again with a file as input",
				}
			}
			r.Log.Warn("batch searches miss loans here: starting over, one question per request", "event", "fallback_unbatched")
			r.lookup = r.lookup.WithoutBatches()
		case lookup.Restored(err) && r.restarts < maxRestarts && r.newest.rereadable():
			r.Log.Warn("LoanPro's search shows records that it did not show when the run began: starting over", "event", "index_restored")
			r.restarts++
			r.Lookup.Client.Forget()
			r.lookup = r.lookup.Anew()
		default:
			return err
		}
		if err := r.startOver(); err != nil {
			return err
		}
	}
}

// startOver begins a new pass, and believes nothing that was answered before.
func (r *run) startOver() error {
	if err := r.ledger.restart(r.lookup.Unbatched); err != nil {
		return err
	}
	return r.nextPass()
}

// fallBack has a run ask every question by itself, as the run did from which it
// resumes.
func (r *run) fallBack(p *pass) {
	r.lookup = r.lookup.WithoutBatches()
	p.summary.LoanPro.Unbatched = true
}

// nextPass begins another pass, if the input has not changed since the run began.
func (r *run) nextPass() error {
	if err := r.checkInput(); err != nil {
		return err
	}
	r.newest.in.Reader.Close()
	next, err := r.newPass(r.newest.summary.Started)
	if err != nil {
		return err
	}
	next.in.Digest = r.digest
	next.summary.LoanPro.Unbatched = r.lookup.Unbatched
	r.newest = next
	return nil
}

// checkInput refuses an input that is not what it was when the run began: its
// columns may have moved.
func (r *run) checkInput() error {
	digest, err := delivery.InputDigest(r.Input.Path)
	if err == nil && digest != r.digest {
		return &delivery.ChangedError{File: r.Input.Path}
	}
	return err
}

// accountFor writes the account of a run that has failed, for whoever looks at
// its summary and not at its messages. It does not matter if that fails, too.
func (r *run) accountFor(ctx context.Context, failure error) {
	if ctx.Err() != nil {
		failure = context.Cause(ctx)
	}
	s := r.newest.summary
	s.close(time.Now(), r.newest.in.Reader.Source(), r.Lookup.Client.Stats())
	s.LoanPro.Host, s.LoanPro.Tenant, s.LoanPro.Known = r.Lookup.Client.Host(), r.Lookup.Client.TenantID(), r.known()
	s.Finished, s.Failure, s.Whole = false, brief(failure), r.newest.complete()
	_ = r.request.WriteAccount(r.targets.Summary, s)
}

// brief says why a run has failed, without what LoanPro said: that may quote
// what was asked.
func brief(failure error) string {
	if e, ok := errors.AsType[*loanpro.Error](failure); ok {
		return e.Brief()
	}
	return failure.Error()
}

// kindOfRows returns the kind of ID that the rows hold.
func kindOfRows(by string, header []string) (*question.Kind, error) {
	if by == "" {
		return question.DetectKind(header), nil
	}
	if kind := question.KindOf(by); kind != nil {
		return kind, nil
	}
	return nil, question.Usage(fmt.Sprintf("there is no kind of ID called %q", by), fmt.Sprintf("--by takes one of %v", question.Flags()))
}
