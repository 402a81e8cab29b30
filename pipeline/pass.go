package pipeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// pass is one reading of the input: every row goes its way from the sheet to the
// output. A run that starts over, or that asks once more for what was not found, makes
// a new pass.
type pass struct {
	*run
	in      *delivery.Reading
	summary *Summary
	total   int             // rows expected
	read    int             // rows read
	files   *delivery.Files // nil: none yet
	missing []*lookup.Asked // what was not found and is asked for once more

	counting sync.Mutex // guards answered, and the summary while rows are counted
	answered int        // rows that have their first answers
}

// newPass opens the input and begins an account of it.
func (r *run) newPass(started time.Time) (*pass, error) {
	in, err := r.openInput()
	if err != nil {
		return nil, err
	}
	p := &pass{run: r, in: in, total: in.Reader.Source().Estimate, summary: newSummary(r.Version, started)}
	s, c := p.summary, &in.Columns
	s.By, s.Key, s.Prefix = c.Kind.One, c.KeyName, c.Prefix
	s.LoanPro.Rate, s.LoanPro.Batch = r.Lookup.Rate, r.Lookup.Batch
	if c.People != nil {
		s.Evidence = c.People.Evidence.Names(in.Reader.Header())
	}
	return p, nil
}

// openInput opens the input and maps its columns.
func (r *run) openInput() (*delivery.Reading, error) {
	in := &delivery.Reading{NameOnly: r.Input.AcceptNameOnly, Options: sheet.Options{
		Sheet: r.Input.Sheet, HeaderRow: r.Input.HeaderRow, KnownHeaders: []string{answer.StatusColumn, answer.LineColumn},
		Encoding: r.Input.Encoding, Delimiter: r.Input.Delimiter, Stdin: r.Input.Stdin,
	}}
	if client := r.Lookup.Client; client != nil {
		in.Host, in.Tenant = client.Hostname(), client.TenantID()
	}
	var err error
	if in.Reader, err = sheet.Open(r.Input.Path, in.Options); err != nil {
		return nil, err
	}
	if err := r.mapColumns(in); err != nil {
		in.Reader.Close()
		return nil, aboutHeader(err, in.Reader.Source())
	}
	return in, nil
}

func (r *run) mapColumns(in *delivery.Reading) error {
	header := in.Reader.Header()
	kind, err := kindOfRows(r.Input.By, header)
	if err != nil {
		return err
	}
	page := r.Output.Page
	if in.Tenant != "" {
		page = strings.ReplaceAll(page, "{tenant}", in.Tenant)
	}
	return in.Map(question.Options{Kind: kind, Column: r.Input.Column, Prefix: r.Output.Prefix, Page: page, Evidence: r.Input.Evidence})
}

// aboutHeader adds to what is wrong with the columns of a workbook which row was
// taken for their names.
func aboutHeader(err error, source sheet.Source) error {
	if e, ok := errors.AsType[*question.UsageError](err); ok && source.Kind == sheet.XLSX {
		e.Hint += fmt.Sprintf("; row %d of sheet %q was taken for the header: --header-row and --sheet say another", source.HeaderRow, source.Sheet)
	}
	return err
}

// rereadable reports whether the input can be read once more.
func (p *pass) rereadable() bool { return p.in.Reader.Source().Reopenable }

// describe logs how the input was understood.
func (p *pass) describe() {
	source, c := p.in.Reader.Source(), &p.in.Columns
	p.Log.Info(fmt.Sprintf("reading %s: %s in column %s (%q)", source.Name, c.Kind.Many, question.ColumnLetter(c.Key), c.KeyName))
	if c.People != nil {
		p.Log.Info(c.People.Evidence.Describe(p.in.Reader.Header()))
	}
	p.Log.Info(describeSource(source))
	if p.Resume.RetryNotFoundAfter > 0 && !source.Reopenable {
		p.Log.Warn(fmt.Sprintf("%s can be read only once: what is not found is not asked for again, whatever --retry-not-found-after says", source.Name))
	}
	if c.Prefix != p.Output.Prefix {
		p.Log.Info(fmt.Sprintf("input already has a column with one of our names; added columns are prefixed %q", c.Prefix))
	}
}

// describeSource says in one line how a sheet is read.
func describeSource(source sheet.Source) string {
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
	if source.TotalsRow > 0 {
		line += fmt.Sprintf("; row %d has the totals of a table, and is not looked up", source.TotalsRow)
	}
	return line
}

// delivery returns what writes the files of the pass.
func (p *pass) delivery() *delivery.Delivery {
	return &delivery.Delivery{Request: p.request, In: p.in, Log: p.Log}
}

// batcher returns a batcher of the rows.
func (p *pass) batcher(size int) *lookup.Batcher {
	return lookup.NewBatcher(p.rowReader(), size, p.ledger.answerTo)
}

// rowReader returns a reader of the rows.
func (p *pass) rowReader() *question.Reader {
	reader := p.in.Rows(&p.in.Columns)
	reader.Decided = p.previous.Decided()
	return reader
}

// resolve asks and writes everything. Files that a failure leaves unfinished
// are removed.
func (p *pass) resolve(ctx context.Context) error {
	if err := p.createFiles(); err != nil {
		return err
	}
	defer func() { p.newest.files.Abort() }()
	known, err := p.lookup.Findings(ctx, p.in.Columns.Kind.Key)
	if err != nil {
		return err
	}
	todo := p.batcher(p.lookup.BatchSize(known))
	if err := p.resolveRows(ctx, todo, known); err != nil {
		return err
	}
	last := p
	if len(p.missing) > 0 {
		p.files.Abort()
		if last, err = p.retry(ctx, todo, known); err != nil {
			return err
		}
	}
	return last.finish(known)
}

func (p *pass) createFiles() (err error) {
	p.files, err = p.delivery().Create(p.targets, p.previous)
	p.summary.Run = p.files.Mark
	return err
}

// resolveRows sends every row its one way: asked, audited, written.
func (p *pass) resolveRows(ctx context.Context, todo *lookup.Batcher, known *loanpro.Findings) error {
	for b, err := range p.lookup.Resolve(ctx, known, todo.Batches(p.rows()), p.progress) {
		if err != nil {
			return err
		}
		if err := p.write(b); err != nil {
			return err
		}
	}
	return p.in.CheckRead(p.in.Reader.Source())
}

// retry waits, asks once more for what was not found, and sends every row its
// way again in a new pass, now that all answers are known.
func (p *pass) retry(ctx context.Context, todo *lookup.Batcher, known *loanpro.Findings) (*pass, error) {
	p.Log.Info(fmt.Sprintf("%d questions found nothing; they are asked again in %v, as --retry-not-found-after says", len(p.missing), p.Resume.RetryNotFoundAfter))
	select {
	case <-time.After(p.Resume.RetryNotFoundAfter):
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if err := p.checkInput(); err != nil {
		return nil, err
	}
	for some := range slices.Chunk(p.missing, max(1, todo.Size)) {
		if err := p.lookup.AskAgain(ctx, some); err != nil {
			return nil, err
		}
		if err := p.ledger.add(some, p.Lookup.Client.Baseline()); err != nil {
			return nil, err
		}
	}
	if err := p.nextPass(); err != nil {
		return nil, err
	}
	next := p.newest
	next.summary.Questions, next.summary.Resumed, next.summary.LoanPro = p.summary.Questions, p.summary.Resumed, p.summary.LoanPro
	if err := next.createFiles(); err != nil {
		return nil, err
	}
	return next, next.resolveRows(ctx, todo, known)
}

// finish checks the counts, and gives the files of the run their names.
func (p *pass) finish(known *loanpro.Findings) error {
	if !p.summary.reconciled(p.read) {
		return fmt.Errorf("counting: %d rows were read and %d written; this is a fault of loanmap", p.read, p.summary.Rows)
	}
	totals, err := p.files.Complete()
	p.account(known)
	p.summary.ImportReady, p.summary.Reconciliation = totals.ImportReady, totals.Reconciliation
	if err != nil {
		return err
	}
	if err := p.files.Commit(delivery.Accounts{Finished: p.summary.finished, Unfinished: p.summary.unfinished}); err != nil {
		return err
	}
	return p.ledger.discard()
}

// rows counts the rows as they are read.
func (p *pass) rows() iter.Seq2[sheet.Row, error] {
	return func(yield func(sheet.Row, error) bool) {
		for row, err := range p.in.Reader.Rows() {
			if err == nil {
				p.read++
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// write writes the rows of a batch, once its answers are in the journal: these are
// kept, whether or not there is room for the rows.
func (p *pass) write(b lookup.Batch) error {
	received := b.Questions
	if p.Resume.RetryNotFoundAfter > 0 && p.rereadable() {
		p.missing = append(p.missing, lookup.With(b.Questions, match.NotFound)...)
		received = slices.DeleteFunc(slices.Clone(received), func(q *lookup.Asked) bool { return q.Outcome.Status() == match.NotFound })
	}
	if err := p.ledger.add(received, p.Lookup.Client.Baseline()); err != nil {
		return err
	}
	written := make([]*answer.Outcome, len(b.Rows))
	for i, row := range b.Rows {
		var err error
		if written[i], err = p.files.Write(row.Row, row.Outcome); err != nil {
			return err
		}
	}
	p.counting.Lock()
	defer p.counting.Unlock()
	p.summary.Questions += len(b.Questions) + b.Resumed
	p.summary.Resumed += b.Resumed
	for _, o := range written {
		p.summary.count(o)
	}
	return nil
}

// progress reports n more rows looked up.
func (p *pass) progress(rows int) {
	p.counting.Lock()
	defer p.counting.Unlock()
	p.answered += rows
	p.Progress(Progress{Rows: p.answered, Total: p.total, Status: maps.Clone(p.summary.Status)})
}

// complete lists the files that were complete when the pass ended.
func (p *pass) complete() []delivery.Whole {
	if p.files == nil {
		return nil
	}
	return p.files.Whole
}

// account fills in what is known at the end.
func (p *pass) account(known *loanpro.Findings) {
	s, client := p.summary, p.Lookup.Client
	s.close(time.Now(), p.in.Reader.Source(), client.Stats())
	s.LoanPro.Host, s.LoanPro.Probe, s.LoanPro.Audited, s.LoanPro.Gaps = client.Host(), known, p.lookup.Audited(), client.Gaps()
	s.LoanPro.Batch, s.LoanPro.Tenant, s.LoanPro.Known = p.lookup.First(known).Size, client.TenantID(), p.known()
	s.Output, s.Errors, s.Path = p.targets.Output, p.targets.Report, p.targets.Summary
}
