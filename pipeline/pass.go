package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"
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
	in       *delivery.Reading
	summary  *Summary
	read     int                      // rows read
	todo     *lookup.Batcher          // of the rows; nil: none yet
	files    *delivery.Files          // nil: none yet
	missing  []*lookup.Asked          // what was not found and is asked for once more
	reviewed map[*answer.Outcome]bool // of questions on which people have decided in reviews
}

// newPass opens the input and begins an account of it.
func (r *run) newPass(started time.Time) (*pass, error) {
	r.progress.begin(r.Input.Path)
	in, err := r.openInput()
	if err != nil {
		return nil, err
	}
	r.progress.change(func(now *Progress) { now.Total = r.partOf(in.Reader.Source().Estimate) })
	p := &pass{run: r, in: in, summary: newSummary(r.Version, started), reviewed: map[*answer.Outcome]bool{}}
	if r.Decisions != "" {
		p.summary.Decisions = &Decisions{File: r.Decisions}
	}
	s, c := p.summary, &in.Columns
	s.By, s.Key, s.Prefix, s.Shard = c.Kind.One, c.KeyName, c.Prefix, r.Lookup.Shard.String()
	s.LoanPro.Rate, s.LoanPro.Batch = r.Lookup.Rate, r.Lookup.Batch
	s.NamesPeople = question.NamesPeople(in.Reader.Header())
	if c.People != nil {
		s.Evidence = c.People.Evidence.Names(in.Reader.Header())
	}
	return p, nil
}

// openInput opens the input and maps its columns.
func (r *run) openInput() (*delivery.Reading, error) {
	in := &delivery.Reading{NameOnly: r.Input.AcceptNameOnly, Options: sheet.Options{
		Sheet: r.Input.Sheet, HeaderRow: r.Input.HeaderRow, NoHeader: r.Input.NoHeader, KnownHeaders: []string{answer.StatusColumn, answer.LineColumn},
		Encoding: r.Input.Encoding, Delimiter: r.Input.Delimiter, Stdin: r.Input.Stdin,
	}}
	in.Host, in.Tenant = delivery.Hostname(r.tenantHost), r.tenantID
	var err error
	if in.Reader, err = sheet.Open(r.Input.Path, in.Options); err != nil {
		return nil, err
	}
	if err := r.mapColumns(in); err != nil {
		in.Reader.Close()
		return nil, err
	}
	return in, nil
}

func (r *run) mapColumns(in *delivery.Reading) error {
	header := in.Reader.Header()
	asking := question.Options{Column: r.Input.Column, Prefix: r.Output.Prefix, Page: r.Output.Page, Evidence: r.Input.Evidence,
		HeaderGiven: r.Input.HeaderRow > 0 || r.Input.NoHeader}
	by, err := r.asBefore(header, &asking)
	if err != nil {
		return err
	}
	if asking.Kind, err = kindOfRows(by, header); err != nil {
		return r.aboutHeader(err, in.Reader)
	}
	asking.MadeUp = r.request.MarksMadeUp(in.Reader.Source().Kind)
	if in.Tenant != "" {
		asking.Page = strings.ReplaceAll(asking.Page, "{tenant}", in.Tenant)
	}
	if err := in.Map(asking); err != nil {
		return r.aboutHeader(err, in.Reader)
	}
	return cmp.Or(r.former.CheckTenant(in.Host, in.Tenant), r.former.CheckColumn(header, &in.Columns))
}

// asBefore returns by which kind of ID the rows are asked for. Those of a corrected report
// are asked for as they were in the run that has written its output.
func (r *run) asBefore(header []string, asking *question.Options) (by string, err error) {
	if r.Output.Into == nil {
		return r.Input.By, nil
	}
	if r.newest == nil { // later passes are made as the first
		r.former = r.request.ReadFormer()
	}
	former := r.former
	if by, err = former.Settle(r.Input.By); err != nil || former == nil {
		return by, err
	}
	if by == "" && asking.Column != "" {
		by = question.DisplayIDs.Flag
	}
	if asking.Column == "" && slices.Contains(header, former.Column) && len(asking.Evidence) == 0 {
		asking.Column = former.Column
	}
	asking.Page = cmp.Or(asking.Page, former.Page)
	if former.NoPage && asking.Page == "" && r.newest == nil {
		r.Log.Warn("page_url stays empty: no row of the output says how addresses are made; give --url-template", "event", "no_page_template")
	}
	return by, nil
}

// aboutHeader adds to what is wrong with the columns which row was taken for their names.
func (r *run) aboutHeader(err error, in sheet.Reader) error {
	e, ok := errors.AsType[*question.UsageError](err)
	source := in.Source()
	switch {
	case !ok:
	case source.Kind == sheet.XLSX:
		e.Hint += fmt.Sprintf("; row %d of sheet %q was read as the header%s; choose another with --header-row or --sheet", source.HeaderRow, source.Sheet, r.columnsOf(in))
	case !r.Input.NoHeader:
		e.Hint += "; " + r.aboutTextHeader(in)
	}
	return err
}

// aboutTextHeader says which line of a text file was taken for the header, and which other
// may be it.
func (r *run) aboutTextHeader(in sheet.Reader) string {
	line, header := in.Source().Text.HeaderLine, in.Header()
	hint := fmt.Sprintf("line %d was read as the header%s", line, r.columnsOf(in))
	if kind, err := kindOfRows(r.Input.By, header); err == nil && r.Input.HeaderRow == 0 && r.Input.Column == "" {
		if column := kind.LikeData(header); column >= 0 {
			return hint + fmt.Sprintf("; it looks like data: if there is no header, give --no-header --column %s", question.ColumnLetter(column))
		}
	}
	if other := r.headerBelow(in); other > 0 {
		return hint + fmt.Sprintf("; line %[1]d looks like it: give --header-row %[1]d", other)
	}
	return hint + "; choose another with --header-row"
}

// columnsOf lists the columns of the input, those first that may be the one that was asked
// for.
func (r *run) columnsOf(in sheet.Reader) string {
	wanted := r.Input.Column
	if kind, err := kindOfRows(r.Input.By, in.Header()); wanted == "" && err == nil {
		wanted = kind.Example
	}
	shown := question.ShownHeader(in.Header(), wanted)
	if shown == "" {
		return ""
	}
	return "; its columns, nearest first: " + shown
}

// linesAbove is how many rows are searched for the header, if the first is not it.
const linesAbove = 20

// headerBelow returns the line of the first row of in that names the columns as asked; 0:
// none of the first rows does.
func (r *run) headerBelow(in sheet.Reader) int {
	searched := 0
	for row, err := range in.Rows() {
		if err != nil || searched == linesAbove {
			break
		}
		kind, err := kindOfRows(r.Input.By, row.Cells)
		if err == nil {
			_, err = question.Map(row.Cells, question.Options{Kind: kind, Column: r.Input.Column, Evidence: r.Input.Evidence})
		}
		if err == nil {
			return row.Line
		}
		searched++
	}
	return 0
}

// rereadable reports whether the input can be read once more.
func (p *pass) rereadable() bool { return p.in.Reader.Source().Reopenable }

// describe logs how the input was understood.
func (p *pass) describe() {
	source, c := p.in.Reader.Source(), &p.in.Columns
	p.Log.Info(`reading {path}: {kind} in column {column} ("{header}")`,
		"event", "reading", "path", source.Name, "kind", c.Kind.Many, "column", question.ColumnLetter(c.Key), "header", c.KeyName)
	if c.People != nil {
		header := p.in.Reader.Header()
		p.Log.Info(c.People.Evidence.Describe(header), "event", "evidence", "columns", c.People.Evidence.Names(header))
	}
	if c.ReadAsIDs(p.in.Reader.Header()) {
		p.Log.Warn(`column {column} is named like one of names, and is looked up as {kind}`, "event", "names_as_ids", "column", question.ColumnLetter(c.Key), "kind", c.Kind.Many,
			"hint", "if it holds names, give --by "+question.Names.Flag)
	}
	p.describeSource(source)
	if p.Resume.RetryNotFoundAfter > 0 && !source.Reopenable {
		p.Log.Warn("{path} can be read only once, so --retry-not-found-after has no effect", "event", "no_retry_not_found", "path", source.Name)
	}
	if c.Prefix != p.Output.Prefix {
		p.Log.Info(`input already has a column with one of our names; added columns are prefixed "{prefix}"`, "event", "columns_prefixed", "prefix", c.Prefix)
	}
}

// describeSource logs how a sheet is read.
func (p *pass) describeSource(source sheet.Source) {
	text := source.Text
	if source.Kind == sheet.CSV {
		sentence := "it is " + text.String()
		switch {
		case text.HeaderLine == 0:
			sentence += ", without a header"
		case source.HeaderRow > 1:
			sentence += ", header in line {header_row}; the lines above it are left out"
		}
		p.Log.Info(sentence, "event", "text_file",
			"encoding", text.Encoding, "delimiter", text.Delimiter, "line_end", text.LineEnd, "bom", text.BOM, "header_row", text.HeaderLine)
	} else {
		sentence := `it is a workbook, sheet "{sheet}"`
		if source.HeaderRow > 1 {
			sentence += ", header in row {header_row}; the rows above it are left out"
		}
		p.Log.Info(sentence, "event", "workbook", "sheet", source.Sheet, "header_row", source.HeaderRow)
	}
	if source.Kind == sheet.CSV && text.Encoding != sheet.UTF8 {
		p.Log.Info("the output will be in UTF-8", "event", "encoding_changed")
	}
	if text.Doubt != "" {
		p.Log.Warn("the encoding of {path} is in doubt: it is read as {encoding}, {doubt}; check the names in the output, and give the right one with --encoding",
			"event", "encoding_in_doubt", "path", source.Name, "encoding", text.Encoding, "doubt", text.Doubt)
	}
	if text.Unnamed > 0 {
		p.Log.Info("some rows are longer than the header; {columns|column|columns} without a name keep their cells", "event", "columns_without_name", "columns", text.Unnamed)
	}
	if source.TotalsRow > 0 {
		p.Log.Info("row {row} has the totals of a table, and is not looked up", "event", "totals_row", "row", source.TotalsRow)
	}
}

// delivery returns what writes the files of the pass.
func (p *pass) delivery() *delivery.Delivery {
	return &delivery.Delivery{Request: p.request, In: p.in, Log: p.Log}
}

// batcher returns a batcher of the rows.
func (p *pass) batcher(size int) *lookup.Batcher {
	b := lookup.NewBatcher(p.rowReader(), size, p.ledger.answerTo)
	b.Shard = p.Lookup.Shard
	return b
}

// own is how many of the rows that were read belong to the run.
func (p *pass) own() int {
	if p.todo == nil {
		return p.read
	}
	return p.read - p.todo.Others
}

// rowReader returns a reader of the rows.
func (p *pass) rowReader() *question.Reader {
	reader := p.in.Rows(&p.in.Columns)
	reader.Decided = p.decided(p.previous.Decided())
	return reader
}

// decided returns what finds the decision of a person on a row: in a review, or else before
// a previous run; nil: there are no decisions.
func (p *pass) decided(before question.FindDecision) question.FindDecision {
	if p.decisions == nil {
		return before
	}
	return func(row sheet.Row, own *question.Question, why question.Reason) (question.Decision, bool) {
		if why.Code == "" {
			if d, known := p.decisions.Decided(own); known {
				return d, d.By != question.Undecided
			}
		}
		if before == nil {
			return question.Decision{}, false
		}
		return before(row, own, why)
	}
}

// resolve asks and writes everything. Files that a failure leaves unfinished
// are removed.
func (p *pass) resolve(ctx context.Context) error {
	if err := p.createFiles(); err != nil {
		return err
	}
	defer func() { p.newest.files.Abort() }()
	p.progress.enter(Asking)
	known, err := p.lookup.Findings(ctx, p.in.Columns.Kind.Key)
	if err != nil {
		return err
	}
	if err := p.plan(ctx); err != nil {
		return err
	}
	p.todo = p.batcher(p.lookup.BatchSize(known))
	if err := p.resolveRows(ctx, known); err != nil {
		return err
	}
	last := p
	if len(p.missing) > 0 {
		p.files.Abort()
		if last, err = p.retry(ctx, known); err != nil {
			return err
		}
	}
	return last.finish(func() { last.account(known) })
}

func (p *pass) createFiles() (err error) {
	d := p.delivery()
	if d.Part, err = p.partHead(); err != nil {
		return err
	}
	p.files, err = d.Create(p.targets, p.previous)
	p.summary.Run = p.files.Mark
	return err
}

// resolveRows sends every row its one way: asked, audited, written.
func (p *pass) resolveRows(ctx context.Context, known *loanpro.Findings) error {
	for b, err := range p.lookup.Resolve(ctx, known, p.todo.Batches(p.rows())) {
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
func (p *pass) retry(ctx context.Context, known *loanpro.Findings) (*pass, error) {
	p.Log.Info("{questions|question|questions} found nothing; asking again in {wait} (--retry-not-found-after)", "event", "retry_not_found", "questions", len(p.missing), "wait", p.Resume.RetryNotFoundAfter)
	p.progress.change(func(now *Progress) {
		now.Phase, now.Until, now.Repeats = Waiting, time.Now().Add(p.Resume.RetryNotFoundAfter), len(p.missing)
	})
	select {
	case <-time.After(p.Resume.RetryNotFoundAfter):
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	if err := p.checkInput(); err != nil {
		return nil, err
	}
	p.progress.enter(Repeating)
	search := p.lookup.Searching() // what was scanned is as old as the misses
	for some := range slices.Chunk(p.missing, max(1, p.todo.Size)) {
		if err := search.AskAgain(ctx, some); err != nil {
			return nil, err
		}
		if err := p.ledger.add(some, p.Lookup.Client.Baseline()); err != nil {
			return nil, err
		}
		p.progress.change(func(now *Progress) { now.Repeated += len(some) })
	}
	if err := p.nextPass(); err != nil {
		return nil, err
	}
	next := p.newest
	next.todo = p.todo
	next.summary.Questions, next.summary.Resumed, next.summary.LoanPro = p.summary.Questions, p.summary.Resumed, p.summary.LoanPro
	if err := next.createFiles(); err != nil {
		return nil, err
	}
	next.progress.enter(Writing)
	return next, next.resolveRows(ctx, known)
}

// finish checks the counts, and gives the files of the run their names. account fills in
// the account of the run.
func (p *pass) finish(account func()) error {
	if !p.summary.reconciled(p.own()) {
		return fmt.Errorf("%d rows were read, but %d were written: this is a fault of loanmap", p.own(), p.summary.Rows)
	}
	p.progress.enter(Writing)
	totals, err := p.files.Complete()
	account()
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
		p.progress.change(func(now *Progress) { now.Total, now.exhausted = p.own(), true })
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
		if row.Reviewed {
			p.countReviewed(row.Outcome)
		}
		var err error
		if written[i], err = p.files.Write(row.Row, row.Outcome); err != nil {
			return err
		}
	}
	p.summary.Questions += len(b.Questions) + b.Resumed
	p.summary.Resumed += b.Resumed
	for _, o := range written {
		p.summary.count(o)
	}
	p.progress.change(func(now *Progress) { now.Status = maps.Clone(p.summary.Status) })
	return nil
}

// countReviewed counts the decision of a review that a row is about, with its first row.
func (p *pass) countReviewed(o *answer.Outcome) {
	if p.reviewed[o] {
		return
	}
	p.reviewed[o] = true
	switch {
	case o.Code() == answer.CodeStale:
		p.summary.Decisions.Stale++
	case o.Verdict().Confidence == match.Chosen, o.Code() == answer.CodeDecidedNone:
		p.summary.Decisions.Applied++
	}
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
	s.LoanPro.Plans, s.Risks = p.lookup.Plans(), p.lookup.Risks()
	s.LoanPro.Batch, s.LoanPro.Tenant, s.LoanPro.Known = p.lookup.First(known).Size, client.TenantID(), p.known()
	p.namesFiles()
}

// namesFiles fills in where the files of the run are.
func (p *pass) namesFiles() {
	s := p.summary
	s.Output, s.Errors, s.Path = p.targets.Output, cmp.Or(p.targets.Report, p.targets.Output), p.targets.Summary
	if s.Shard != "" { // its part is no sheet
		s.Errors = ""
	}
}
