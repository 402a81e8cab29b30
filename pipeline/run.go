package pipeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// run is one execution of a Job.
type run struct {
	*Job
	reader  sheet.Reader
	again   bool   // the input can be read once more
	digest  string // of the input when the run began; empty: it can be read only once
	columns question.Columns
	layout  layout
	// previous is what was found before; nil: nothing is compared.
	previous *before
	summary  *Summary
	total    int // rows expected
	read     int // rows read

	locks   locks
	ledger  ledger
	missing []*asked // what was not found and is to be asked for again
	whole   []Whole  // files that are complete

	counting sync.Mutex // guards asked, and the summary while rows are counted
	asked    int        // rows

	singly   bool // ask every question alone
	restarts int  // because the index had gaps when the run began
	recalled knownRecords
	audits   audits

	probing sync.Mutex
	probed  map[loanpro.Key]*loanpro.Findings
}

// open opens the input and begins an account of it.
func (r *run) open(started time.Time) error {
	reader, err := sheet.Open(r.Input.Path, r.inputOptions())
	if err != nil {
		return err
	}
	r.reader, r.again = reader, reader.Source().Again
	page := r.Output.Page
	if r.Lookup.Client != nil {
		page = strings.ReplaceAll(page, "{tenant}", r.Lookup.Client.TenantID())
	}
	by := question.KindOf(r.Input.By)
	if r.Input.By == "" {
		by = question.DetectKind(r.reader.Header())
	}
	if by == nil {
		r.reader.Close()
		return question.Usage(fmt.Sprintf("there is no kind of ID called %q", r.Input.By), "--by knows "+strings.Join(question.Flags(), ", "))
	}
	r.columns, err = question.Map(r.reader.Header(), question.Options{Kind: by, Column: r.Input.Column, Prefix: r.Output.Prefix, Page: page, Evidence: r.Input.Evidence})
	if err != nil {
		r.reader.Close()
		return aboutHeader(err, reader.Source())
	}
	r.layout = newLayout(r.reader.Header(), &r.columns, page)
	r.summary = newSummary(r.Version, started)
	r.total, r.read, r.asked = r.reader.Source().Estimate, 0, 0
	s := r.summary
	s.By, s.Key, s.Prefix = by.One, r.columns.KeyName, r.columns.Prefix
	s.LoanPro.Rate, s.LoanPro.Batch = r.Lookup.Rate, r.Lookup.Batch
	if r.columns.People != nil {
		s.Evidence = r.columns.People.Evidence.Names(r.reader.Header())
	}
	return nil
}

func (r *run) inputOptions() sheet.Options {
	return sheet.Options{
		Sheet: r.Input.Sheet, HeaderRow: r.Input.HeaderRow, HeaderHolds: []string{answer.StatusColumn, answer.LineColumn},
		Encoding: r.Input.Encoding, Delimiter: r.Input.Delimiter, Stdin: r.Input.Stdin,
	}
}

// aboutHeader adds to what is wrong with the columns of a workbook which row was
// taken for their names.
func aboutHeader(err error, source sheet.Source) error {
	if e, ok := errors.AsType[*question.UsageError](err); ok && source.Kind == sheet.XLSX {
		e.Hint += fmt.Sprintf("; row %d of sheet %q was taken for the header: --header-row and --sheet say another", source.HeaderRow, source.Sheet)
	}
	return err
}

// describe says how the input was understood.
func (r *run) describe() {
	source := r.reader.Source()
	r.Log.Info(fmt.Sprintf("reading %s: %s in column %s (%q)", source.Name, r.columns.Kind.Many, question.ColumnLetter(r.columns.Key), r.columns.KeyName))
	if r.columns.People != nil {
		r.Log.Info(r.columns.People.Evidence.Describe(r.reader.Header()))
	}
	r.Log.Info(told(source))
	if r.Resume.RetryNotFoundAfter > 0 && !source.Again {
		r.Log.Warn(fmt.Sprintf("%s can be read only once: what is not found is not asked for again, whatever --retry-not-found-after says", source.Name))
	}
	if r.columns.Prefix != r.Output.Prefix {
		r.Log.Info(fmt.Sprintf("the input has a column named like one of the output's, which therefore begin with %s", r.columns.Prefix))
	}
}

// told says in one line what the input was told to be.
func told(source sheet.Source) string {
	if source.Kind == sheet.CSV {
		line := "it is " + source.Text.String()
		if source.Text.Encoding != sheet.UTF8 {
			line += "; what is written is UTF-8"
		}
		if source.Text.Unnamed > 0 {
			line += fmt.Sprintf("; some rows are longer than the header, which gets nameless columns for them: %d", source.Text.Unnamed)
		}
		return line
	}
	line := fmt.Sprintf("it is a workbook, sheet %q", source.Sheet)
	if source.HeaderRow > 1 {
		line += fmt.Sprintf(", header in row %d; the rows above it are left out", source.HeaderRow)
	}
	return line
}

// batcher returns a batcher of the rows.
func (r *run) batcher(size int) *batcher {
	reader := r.rowReader(&r.columns)
	if r.previous != nil && r.previous.decisions != nil {
		reader.Decided = r.previous.decisions.of
	}
	return &batcher{reader: reader, size: size, known: map[string]*answer.Outcome{}, nothing: map[question.Reason]*answer.Outcome{}, cached: r.cached}
}

// rowReader returns a reader of rows with these columns.
func (r *run) rowReader(c *question.Columns) *question.Reader {
	host, tenant := "", ""
	if r.Lookup.Client != nil {
		host, tenant = r.Lookup.Client.Hostname(), r.Lookup.Client.TenantID()
	}
	return question.NewReader(c, host, tenant, r.Input.AcceptNameOnly)
}

// rehearsedProbe is how many requests a probe is expected to take.
const rehearsedProbe = 6

// rehearse reads everything and counts what would be asked.
func (r *run) rehearse(ctx context.Context) error {
	requests := int64(rehearsedProbe)
	for b, err := range r.batcher(r.Lookup.Batch).batches(r.rows()) {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if len(b.questions) > 0 {
			requests++
		}
		r.summary.Questions += len(b.questions)
		for _, row := range b.rows {
			if row.outcome.Status() == match.Invalid {
				r.summary.count(row.outcome)
			} else {
				r.summary.Rows++ // nothing is known of it
			}
		}
	}
	r.summary.close(time.Now(), r.reader.Source(), loanpro.Stats{Requests: requests})
	r.summary.LoanPro.Expected = time.Duration(float64(requests) / r.Lookup.Rate * float64(time.Second))
	return nil
}

// resolve asks and writes everything. Files that a failure leaves unfinished
// are removed.
func (r *run) resolve(ctx context.Context, targets targets) error {
	files, err := r.create(targets)
	if err != nil {
		return err
	}
	defer func() { files.abort() }()
	known, err := r.findings(ctx, r.columns.Kind.Key)
	if err != nil {
		return err
	}
	todo := r.batcher(max(r.first(known).Size, smallestBatch))
	if err := r.pass(ctx, files, todo, known); err != nil {
		return err
	}
	if len(r.missing) > 0 {
		files.abort()
		if files, err = r.retry(ctx, targets, todo, known); err != nil {
			return err
		}
	}
	if !r.summary.reconciled(r.read) {
		return fmt.Errorf("counting: %d rows were read and %d written; this is a fault of loanmap", r.read, r.summary.Rows)
	}
	if files.into != nil {
		if err := files.into.rewrite(); err != nil {
			return err
		}
	}
	r.account(targets, known)
	if files.ready != nil {
		r.summary.ImportReady = &files.ready.ImportReady
	}
	if files.changes != nil {
		if r.summary.Reconciliation, err = files.changes.finish(); err != nil {
			return err
		}
		r.summary.ChangesFile = targets.changes
	}
	if err := r.commit(files, targets); err != nil {
		return err
	}
	return r.ledger.discard()
}

// pass sends every row its one way: asked, audited, written.
func (r *run) pass(ctx context.Context, files *files, todo *batcher, known *loanpro.Findings) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	audit := func(ctx context.Context, g group) (group, error) {
		g, err := r.audit(ctx, g)
		if err != nil {
			stop(err) // the questions under way, too
		}
		return g, err
	}
	answered := ordered(ctx, todo.batches(r.rows()), r.Lookup.Workers, r.Lookup.Workers*windowPerWorker, func(ctx context.Context, b batch) (batch, error) {
		b, err := r.answer(ctx, b)
		r.progress(len(b.rows))
		return b, err
	})
	audited := ordered(ctx, groups(answered, max(known.Second.Size, smallestGroup)), r.auditors(), r.auditors(), audit)
	for g, err := range audited {
		if err != nil {
			return err
		}
		for _, b := range g.batches {
			if err := r.write(files, b); err != nil {
				return err
			}
		}
	}
	return r.checkRead(r.reader.Source())
}

// A batch has at least smallestBatch questions, also where each is asked alone,
// and a group at least smallestGroup that were not found, where it has as many:
// each audit looks whether the index is whole.
const (
	smallestBatch = 4
	smallestGroup = 100
)

// windowPerWorker is how many batches per worker may wait for one that is slow.
const windowPerWorker = 2

// auditors is how many audits are under way at once. What waits for an audit is
// asked again after a kill, so that there are few.
func (r *run) auditors() int { return (r.Lookup.Workers + 1) / 2 }

// recall has probes wait until the index shows the records that the last run knew,
// by its summary: an outage that ended it may last.
func (r *run) recall(t targets) {
	before := readAccount(t.summary)
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

// known is what the next run is to recall: what this one has learned, if anything.
func (r *run) known() knownRecords {
	known := knownRecords{}
	for records, ids := range r.Lookup.Client.Known() {
		known[records] = ids
	}
	if len(known) == 0 {
		return r.recalled
	}
	return known
}

// maxRestarts is how often a run begins anew because the index had gaps when it
// began.
const maxRestarts = 2

// resolveAll resolves everything, and anew where what was answered cannot be
// believed: batches lose records, or the index had gaps from the start.
func (r *run) resolveAll(ctx context.Context, targets targets) error {
	for {
		err := r.resolve(ctx, targets)
		switch {
		case errors.Is(err, errDoubt) && !r.singly:
			if !r.again {
				return &DoubtError{r.reader.Source().Name}
			}
			r.Log.Warn(errDoubt.Error() + " here: starting over, one question at a time")
			r.singly = true
		case classOf(err) == loanpro.Restored && r.restarts < maxRestarts && r.again:
			r.Log.Warn("LoanPro's search shows records that it did not show when the run began: starting over")
			r.restarts++
			r.Lookup.Client.Forget()
			r.probed = map[loanpro.Key]*loanpro.Findings{}
		default:
			return err
		}
		if err := r.startOver(); err != nil {
			return err
		}
	}
}

// startOver begins anew, and believes nothing that was answered before.
func (r *run) startOver() error {
	r.missing = nil
	if err := r.ledger.restart(r.singly); err != nil {
		return err
	}
	if err := r.reopen(); err != nil {
		return err
	}
	r.summary.LoanPro.StartedOver = r.singly
	return nil
}

// DoubtError is a run that would have to start over and cannot.
type DoubtError struct{ input string }

func (e *DoubtError) Error() string {
	return fmt.Sprintf("%s here, and %s can be read only once", errDoubt, e.input)
}

// Advice returns what the person can do about it.
func (e *DoubtError) Advice() string {
	return "nothing was written; run again with a file as input"
}

// findings returns how key can be asked for, and finds out the first time.
func (r *run) findings(ctx context.Context, key loanpro.Key) (*loanpro.Findings, error) {
	r.probing.Lock()
	defer r.probing.Unlock()
	if known := r.probed[key]; known != nil {
		return known, nil
	}
	// Also where each question is asked alone, controls go with it.
	known, err := r.Lookup.Client.Probe(ctx, key, max(r.Lookup.Batch, smallestBatch), r.Lookup.VerifyMissing)
	if err != nil {
		return nil, err
	}
	if key == r.columns.Kind.Key {
		if err := unusable(known); err != nil {
			return nil, err
		}
	}
	r.probed[key] = known
	r.say(known)
	return known, nil
}

// unusable returns an error where a tenant's search is of no use: of an index
// that shows nothing, or that does not find what it shows, nothing is known.
func unusable(known *loanpro.Findings) error {
	switch {
	case known.Blank():
		return &SearchError{
			"LoanPro's search shows no records at all, so it cannot tell what exists",
			"check LOANPRO_TENANT_ID, and that the token's user may see the records; if LoanPro is building its index anew, run again later",
		}
	case known.Deaf:
		return &SearchError{
			fmt.Sprintf("LoanPro's search finds none of the %ss that it shows, so it cannot tell what exists", known.Key),
			"something on the way may answer from a cache, or LoanPro's index may be in trouble: run loanmap check, and again later",
		}
	}
	return nil
}

// SearchError is a search that is of no use.
type SearchError struct{ Problem, Hint string }

func (e *SearchError) Error() string { return e.Problem }

// Advice returns what the person can do about it.
func (e *SearchError) Advice() string { return e.Hint }

// say tells what was found out.
func (r *run) say(known *loanpro.Findings) {
	switch {
	case known.Empty() && known.Key != r.columns.Kind.Key:
		r.Log.Info(fmt.Sprintf("the tenant shows no %s", known.Key))
	case known.Empty():
		r.Log.Warn(fmt.Sprintf("the tenant shows no records with a %s", known.Key))
	case known.Batches() && known.Key == loanpro.Name:
		r.Log.Info(fmt.Sprintf("the tenant takes names of %d words in all in a request (%s)", known.Batch.Size, known.Batch.Form))
	case known.Batches():
		r.Log.Info(fmt.Sprintf("the tenant takes %d %ss in a request (%s)", known.Batch.Size, known.Key, known.Batch.Form))
	case r.Lookup.Batch > 1:
		r.Log.Warn(fmt.Sprintf("the tenant takes one %s in a request: no form for several brings up every loan", known.Key))
	}
	if r.Lookup.VerifyMissing && !known.Database {
		r.Log.Warn(fmt.Sprintf("the tenant's database does not answer for %ss: what is missing is verified by searches alone", known.Key))
	}
}

// rows counts the rows as they are read.
func (r *run) rows() iter.Seq2[sheet.Row, error] {
	return func(yield func(sheet.Row, error) bool) {
		for row, err := range r.reader.Rows() {
			if err == nil {
				r.read++
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// write writes the rows of a batch, once its answers are in the journal: they are
// paid for, whether or not there is room for the rows.
func (r *run) write(files *files, b batch) error {
	answered := b.questions
	if r.Resume.RetryNotFoundAfter > 0 && r.again {
		r.missing = append(r.missing, with(b.questions, match.NotFound)...)
		answered = slices.DeleteFunc(slices.Clone(answered), func(q *asked) bool { return q.outcome.Status() == match.NotFound })
	}
	if err := r.ledger.add(answered, r.Lookup.Client.Baseline()); err != nil {
		return err
	}
	for i := range b.rows {
		if err := files.write(&r.layout, &b.rows[i]); err != nil {
			return err
		}
	}
	r.counting.Lock()
	defer r.counting.Unlock()
	r.summary.Questions += len(b.questions) + b.resumed
	r.summary.Resumed += b.resumed
	for _, row := range b.rows {
		r.summary.count(row.outcome)
	}
	return nil
}

// progress tells that so many more rows were asked for.
func (r *run) progress(rows int) {
	r.counting.Lock()
	defer r.counting.Unlock()
	r.asked += rows
	r.Progress(Progress{Rows: r.asked, Total: r.total, Status: r.summary.Status})
}

// account fills in what is known at the end.
func (r *run) account(targets targets, known *loanpro.Findings) {
	s := r.summary
	s.close(time.Now(), r.reader.Source(), r.Lookup.Client.Stats())
	s.LoanPro.Host, s.LoanPro.Probe, s.LoanPro.Audited, s.LoanPro.Gaps = r.Lookup.Client.Host(), known, r.audits.Audited, r.Lookup.Client.Gaps()
	s.LoanPro.Batch, s.LoanPro.Tenant, s.LoanPro.Known = r.first(known).Size, r.Lookup.Client.TenantID(), r.known()
	s.Output, s.Errors, s.Path, s.Finished = targets.output, targets.report, targets.summary, true
}

// accountFor writes the account of a run that has failed, for whoever looks at
// its summary and not at its messages. The failure is what counts: that its
// account cannot be written is not.
func (r *run) accountFor(ctx context.Context, targets targets, failure error) {
	if ctx.Err() != nil {
		failure = context.Cause(ctx)
	}
	s := r.summary
	s.close(time.Now(), r.reader.Source(), r.Lookup.Client.Stats())
	s.LoanPro.Host, s.LoanPro.Tenant, s.LoanPro.Known = r.Lookup.Client.Host(), r.Lookup.Client.TenantID(), r.known()
	s.Finished, s.Failure = false, brief(failure)
	_ = r.writeUnfinished(targets, *s)
}

// brief says why a run has failed, without what LoanPro said: that may quote
// what was asked.
func brief(failure error) string {
	if e, ok := errors.AsType[*loanpro.Error](failure); ok {
		return e.Brief()
	}
	return failure.Error()
}
