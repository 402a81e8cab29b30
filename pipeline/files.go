package pipeline

import (
	"fmt"
	"path/filepath"
	"strings"

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

// files are what a run writes. They appear together or not at all.
type files struct {
	*delivery
	targets        targets
	output, report sheet.Writer
	summary        *sheet.File
	errorsSheet    sheet.Writer // the report as a sheet of the output; nil: none
	ready          *importReady // nil: none
	changes        *comparison  // nil: none
	into           *correction  // of an existing output; nil: the output is a new one
	mark           string       // of the run, in its row keys
	row            []string     // being written
	whole          []Whole      // files that are complete
}

// create begins all files of a pass. A text file looks like the one that was
// read, and a workbook is kept where that is possible.
func (d *delivery) create(t targets, p *previous) (_ *files, err error) {
	f := &files{delivery: d, targets: t}
	defer func() {
		if err != nil {
			f.abort()
		}
	}()
	if d.Into == nil {
		if f.mark, err = d.in.mark(); err != nil {
			return f, err
		}
	}
	source := d.in.reader.Source()
	report, err := d.reportLayout(t, source)
	if err != nil {
		return f, err
	}
	if err := f.createOutput(source); err != nil {
		return f, err
	}
	if d.ErrorsSheet {
		if f.errorsSheet, err = sheet.Beside(f.output, "Errors", report); err != nil {
			return f, err
		}
	}
	if f.report, err = sheet.Create(d.target(t.report), report); err != nil {
		return f, err
	}
	if t.ready != "" {
		if f.ready, err = newImportReady(d.target(t.ready), d.in.layout.outputHeader(), len(d.in.layout.added)); err != nil {
			return f, err
		}
	}
	if d.Reconcile != nil {
		if f.changes, err = d.compare(t.changes, p); err != nil {
			return f, err
		}
	}
	f.summary, err = sheet.CreateFile(d.target(t.summary))
	return f, err
}

// reportLayout is how the report is written. Where it replaces a report that is a
// workbook, the other sheets of that stay.
func (d *delivery) reportLayout(t targets, source sheet.Source) (sheet.Layout, error) {
	layout := sheet.Layout{
		Header: d.in.layout.reportHeader(), Added: len(answer.ReportColumns),
		Format: source.Text.Format, GuardInput: d.GuardFormulas,
	}
	if d.Into == nil || source.Kind != sheet.XLSX || !same(t.report, d.Input) {
		return layout, nil
	}
	layout.Keep, layout.Anew = d.in.reader, true
	err := sheet.Keepable(layout)
	if kind, _ := (sheet.Target{Path: t.report}).Kind(); kind != sheet.XLSX {
		err = fmt.Errorf("%s is a workbook, and its name does not end in .xlsx", t.report)
	}
	if err != nil {
		return layout, question.Usage(err.Error(), "write the report to another file, with --errors")
	}
	return layout, nil
}

func (f *files) createOutput(source sheet.Source) (err error) {
	if f.Into != nil {
		if f.into, err = f.correct(f.targets); err == nil {
			f.output = f.into.writer
		}
		return err
	}
	f.output, err = sheet.Create(f.target(f.targets.output), f.outputLayout(f.targets, source))
	return err
}

func (d *delivery) outputLayout(t targets, source sheet.Source) sheet.Layout {
	layout := sheet.Layout{
		Header: d.in.layout.outputHeader(), Added: len(d.in.layout.added), Tints: tints,
		Format: source.Text.Format, GuardInput: d.GuardFormulas, Rows: source.Estimate,
	}
	if strings.EqualFold(filepath.Ext(t.output), ".tsv") {
		layout.Format.Delimiter = sheet.Tab
	}
	kind, err := sheet.Target{Path: t.output}.Kind()
	if err != nil || kind != sheet.XLSX || source.Kind != sheet.XLSX {
		return layout
	}
	kept := layout
	kept.Keep, kept.Replaced = d.in.reader, d.in.columns.Dropped
	if err := sheet.Keepable(kept); err != nil {
		d.log.Warn(fmt.Sprintf("%v: the output is a new workbook with the rows alone", err))
		return layout
	}
	return kept
}

// write writes a row wherever it belongs. A row that belongs into an existing output
// waits for its turn there. It returns the outcome with which the row was written.
func (f *files) write(row sheet.Row, outcome *answer.Outcome) (*answer.Outcome, error) {
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

func (f *files) writeEntry(e *entry) error {
	if f.into != nil {
		if err := f.into.place(e); err != nil {
			return err
		}
	} else if e.outcome.Status() != match.Matched {
		e.key = f.in.layout.keyOf(e, f.mark)
	}
	l := &f.in.layout
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
		return f.writeReport(answer.AppendValues(own, answer.ReportColumns, answered))
	}
	if f.ready != nil {
		return f.ready.write(f.row)
	}
	return nil
}

func (f *files) writeReport(cells []string) error {
	if f.errorsSheet != nil {
		if err := f.errorsSheet.Write(cells); err != nil {
			return err
		}
	}
	return f.report.Write(cells)
}

func (f *files) abort() {
	if f.into != nil {
		f.into.abort()
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
func newImportReady(target sheet.Target, header []string, added int) (*importReady, error) {
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
