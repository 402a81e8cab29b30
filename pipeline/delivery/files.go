package delivery

import (
	"fmt"
	"path/filepath"
	"strings"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// tints make the statuses of a workbook easy to scan.
var tints = map[string]string{
	string(match.Matched):   "E2EFDA",
	string(match.Ambiguous): "FFF2CC",
	string(match.NotFound):  "F8CBAD",
	string(match.Invalid):   "D9D9D9",
	string(match.Failed):    "FF9999",
}

// Files are what a run writes. They appear together or not at all.
type Files struct {
	*Delivery
	targets        Targets
	output, report sheet.Writer
	part           *partWriter // of a shard, in place of all other files; nil: none
	summary        *disk.File
	reported       *report
	errors         errorsSheets
	ready          *importReady // nil: none
	changes        *comparison  // nil: none
	into           *correction  // of an existing output; nil: the output is a new one
	Mark           string       // of the run, in its row keys
	row            []string     // being written
	Whole          []Whole      // files that are complete
}

// Create begins all files of a pass. A text file looks like the one that was
// read, and a workbook is kept where that is possible.
func (d *Delivery) Create(t Targets, p *Previous) (_ *Files, err error) {
	f := &Files{Delivery: d, targets: t}
	defer func() {
		if err != nil {
			f.Abort()
		}
	}()
	if d.Part != nil {
		return f, f.createPart()
	}
	if d.Into == nil {
		if f.Mark, err = d.In.mark(); err != nil {
			return f, err
		}
	}
	source := d.In.Reader.Source()
	reported, report, err := d.reportLayout(t, source)
	if err != nil {
		return f, err
	}
	if err := f.createOutput(source); err != nil {
		return f, err
	}
	f.reported = reported
	if err := f.errors.begin(f); err != nil {
		return f, err
	}
	if t.Report != "" {
		if f.report, err = sheet.Create(d.target(t.Report), report); err != nil {
			return f, err
		}
	}
	if t.Ready != "" {
		if f.ready, err = newImportReady(d.target(t.Ready), d.In.layout.outputHeader(), len(d.In.layout.added)); err != nil {
			return f, err
		}
	}
	if d.Reconcile != nil {
		if f.changes, err = d.compare(t.Changes, p); err != nil {
			return f, err
		}
	}
	f.summary, err = disk.Create(d.target(t.Summary))
	return f, err
}

// createPart begins the files of a shard.
func (f *Files) createPart() (err error) {
	if f.part, err = createPart(f.target(f.targets.Output), f.Part); err == nil {
		f.summary, err = disk.Create(f.target(f.targets.Summary))
	}
	return err
}

// reportLayout is how the report is written. Where it replaces a report that is a
// workbook, the other sheets of that stay.
func (d *Delivery) reportLayout(t Targets, source sheet.Source) (*report, sheet.Layout, error) {
	reported, book := d.In.layout.textReport(), isBook(t.Report)
	if book {
		reported = d.In.layout.reviewReport()
	}
	layout := reported.sheetLayout()
	layout.Format, layout.GuardInput = source.Text.Format, d.GuardFormulas
	if d.Into == nil || source.Kind != sheet.XLSX || !same(t.Report, d.Input) {
		return reported, layout, nil
	}
	layout.Keep, layout.RewriteSheet = d.In.Reader, true
	err := sheet.Keepable(layout)
	if !book {
		err = fmt.Errorf("%s is a workbook, but its name does not end in .xlsx", t.Report)
	}
	if err != nil {
		return reported, layout, question.Usage(err.Error(), "write the report to another file, with --errors")
	}
	return reported, layout, nil
}

func (f *Files) createOutput(source sheet.Source) (err error) {
	if f.Into != nil {
		if f.into, err = f.correct(f.targets); err == nil {
			f.output = f.into.writer
		}
		return err
	}
	f.output, err = sheet.Create(f.target(f.targets.Output), f.outputLayout(f.targets, source))
	return err
}

func (d *Delivery) outputLayout(t Targets, source sheet.Source) sheet.Layout {
	layout := sheet.Layout{
		Header: d.In.layout.outputHeader(), Added: len(d.In.layout.added), Tints: tints,
		Format: source.Text.Format, GuardInput: d.GuardFormulas, Rows: source.Estimate,
		Looks: d.In.layout.outputLooks(),
	}
	if strings.EqualFold(filepath.Ext(t.Output), ".tsv") {
		layout.Format.Delimiter = sheet.Tab
	}
	kind, err := sheet.KindOf(t.Output)
	if err != nil || kind != sheet.XLSX || source.Kind != sheet.XLSX {
		return layout
	}
	kept := layout
	kept.Keep, kept.Replaced = d.In.Reader, d.In.Columns.Dropped
	if err := sheet.Keepable(kept); err != nil {
		d.Log.Warn("{reason}; the output is a new workbook with only the rows", "event", "workbook_not_kept", "reason", err.Error())
		return layout
	}
	return kept
}

// Write writes a row wherever it belongs. A row that belongs into an existing output
// waits for its turn there. It returns the outcome with which the row was written.
func (f *Files) Write(row sheet.Row, outcome *answer.Outcome) (*answer.Outcome, error) {
	if f.part != nil {
		return outcome, f.part.write(row.Line, outcome)
	}
	e := entry{Row: row, outcome: outcome}
	err := f.writeEntry(&e)
	return e.outcome, err
}

// entry is a row as it is written.
type entry struct {
	sheet.Row
	outcome *answer.Outcome
	key     rowKey // of an open row
}

func (f *Files) writeEntry(e *entry) error {
	if f.into != nil {
		if err := f.into.assign(e); err != nil {
			return err
		}
	} else if e.outcome.Status() != match.Matched {
		e.key = f.In.layout.keyOf(e, f.Mark)
	}
	l := &f.In.layout
	own, answered := l.appendKept(f.row[:0], e.Cells), l.answered(e)
	f.row = answer.AppendValues(own, l.added, answered)
	if f.into == nil {
		if err := f.output.Write(f.row); err != nil {
			return err
		}
	}
	if f.changes != nil {
		if err := f.changes.add(*e); err != nil {
			return err
		}
	}
	if e.outcome.Status() != match.Matched {
		return f.writeReport(own, answered)
	}
	if f.ready != nil {
		return f.ready.write(f.row)
	}
	return nil
}

func (f *Files) writeReport(own []string, row *answer.Row) error {
	if err := f.errors.write(own, row); err != nil || f.report == nil {
		return err
	}
	return f.report.Write(f.reported.cells(own, row))
}

// Totals is what the files of a pass have counted.
type Totals struct {
	ImportReady    *ImportReady    // nil: there is no such file
	Reconciliation *Reconciliation // nil: nothing was compared
}

// Complete writes what is left when every row has been written. The error may be a
// *BrakeError; then the totals are complete.
func (f *Files) Complete() (t Totals, err error) {
	if f.into != nil {
		if err := f.into.rewrite(); err != nil {
			return t, err
		}
		if err := f.errors.renew(f.into); err != nil {
			return t, err
		}
	}
	if f.ready != nil {
		t.ImportReady = &f.ready.ImportReady
	}
	if f.changes == nil {
		return t, nil
	}
	if t.Reconciliation, err = f.changes.finish(); err == nil {
		t.Reconciliation.ChangesFile = f.targets.Changes
	}
	return t, err
}

// Abort removes what is unfinished.
func (f *Files) Abort() {
	f.errors.release()
	if f.into != nil {
		f.into.abort()
	}
	if f.part != nil {
		f.part.file.Abort()
	}
	if f.output != nil {
		f.output.Abort()
	}
	if f.report != nil {
		f.report.Abort()
	}
	if f.ready != nil {
		f.ready.writer.Abort()
	}
	if f.changes != nil {
		f.changes.writer.Abort()
	}
	if f.summary != nil {
		f.summary.Abort()
	}
}

// importReady is a file as LoanPro's own import takes it: commas, UTF-8 without
// a mark, no blanks in the names of columns, no line ends in cells (LoanPro
// help, import).
type importReady struct {
	writer sheet.Writer
	ImportReady
}

// ImportReady is the account of a file for LoanPro's import.
type ImportReady struct {
	Path    string `json:"file"`
	Rows    int    `json:"rows"`
	Headers int    `json:"headers_changed"`
	Cells   int    `json:"cells_changed"` // line ends made blanks
}

// newImportReady begins the file. header is the output's, the last of which are added.
func newImportReady(target disk.Target, header []string, added int) (*importReady, error) {
	header, added = withoutKey(header), added-1
	r := &importReady{ImportReady: ImportReady{Path: target.Path}}
	names := make([]string, len(header))
	seen := map[string]bool{}
	for i, name := range header { // those that fit already go first
		if name == plainName(name) && !seen[name] && name != "" {
			names[i], seen[name] = name, true
		}
	}
	for i, name := range header {
		if names[i] != "" {
			continue
		}
		if names[i] = importName(name, i, seen); names[i] != name {
			r.Headers++
		}
	}
	var err error
	if r.writer, err = sheet.Create(target, sheet.Layout{Header: names, Added: added}); err != nil {
		return nil, err
	}
	return r, nil
}

// plainName is a name without blanks.
func plainName(name string) string { return strings.Join(strings.Fields(match.Clean(name)), "_") }

// importName is a name without blanks that no other column has.
func importName(name string, column int, seen map[string]bool) string {
	name = plainName(name)
	if name == "" {
		name = "column_" + question.ColumnLetter(column)
	}
	for unique, n := name, 2; ; n++ {
		if !seen[unique] {
			seen[unique] = true
			return unique
		}
		unique = fmt.Sprintf("%s_%d", name, n)
	}
}

// withoutKey leaves the row keys out, the last column of an output: no row here is open.
func withoutKey(cells []string) []string { return cells[:len(cells)-1] }

// write writes a row of the output.
func (r *importReady) write(cells []string) error {
	cells = withoutKey(cells)
	for i, cell := range cells {
		if strings.ContainsAny(cell, "\r\n") {
			cells[i] = strings.Join(strings.FieldsFunc(cell, lineEnd), " ")
			r.Cells++
		}
	}
	r.Rows++
	return r.writer.Write(cells)
}

func lineEnd(c rune) bool { return c == '\r' || c == '\n' }
