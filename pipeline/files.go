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
	output, report sheet.Writer
	summary        *sheet.File
	beside         sheet.Writer // the report as a sheet of the output; nil: none
	ready          *importReady // nil: none
	changes        *comparison  // nil: none
	into           *correction  // of an output that there is; nil: it is a new one
	mark           string       // of the run, in its row keys
	row            []string     // being written
}

// create begins all files of a run. A text file looks like the one that was
// read, and a workbook is kept where that can be.
func (r *run) create(t targets) (_ *files, err error) {
	f := new(files)
	defer func() {
		if err != nil {
			f.abort()
		}
	}()
	if r.Output.Into == nil {
		if f.mark, err = r.runMark(); err != nil {
			return f, err
		}
		r.summary.Run = f.mark
	}
	source := r.reader.Source()
	report, err := r.reportLayout(t, source)
	if err != nil {
		return f, err
	}
	if err := f.createOutput(r, t, source); err != nil {
		return f, err
	}
	if r.Output.ErrorsSheet {
		if f.beside, err = sheet.Beside(f.output, "Errors", report); err != nil {
			return f, err
		}
	}
	if f.report, err = sheet.Create(r.target(t.report), report); err != nil {
		return f, err
	}
	if t.ready != "" {
		if f.ready, err = newImportReady(r.target(t.ready), r.layout.outputHeader(), len(r.layout.added)); err != nil {
			return f, err
		}
	}
	if r.Output.Reconcile != nil {
		if f.changes, err = r.compare(t.changes); err != nil {
			return f, err
		}
	}
	f.summary, err = sheet.CreateFile(r.target(t.summary))
	return f, err
}

// reportLayout is how the report is written. Where it replaces a report that is a
// workbook, the other sheets of that stay.
func (r *run) reportLayout(t targets, source sheet.Source) (sheet.Layout, error) {
	layout := sheet.Layout{
		Header: r.layout.reportHeader(), Added: len(answer.ReportColumns),
		Format: source.Text.Format, GuardInput: r.Output.GuardFormulas,
	}
	if r.Output.Into == nil || source.Kind != sheet.XLSX || !same(t.report, r.Input.Path) {
		return layout, nil
	}
	layout.Keep, layout.Anew = r.reader, true
	err := sheet.Keepable(layout)
	if kind, _ := (sheet.Target{Path: t.report}).Kind(); kind != sheet.XLSX {
		err = fmt.Errorf("%s is a workbook, and its name does not end in .xlsx", t.report)
	}
	if err != nil {
		return layout, question.Usage(err.Error(), "write the report to another file, with --errors")
	}
	return layout, nil
}

func (f *files) createOutput(r *run, t targets, source sheet.Source) (err error) {
	if r.Output.Into != nil {
		if f.into, err = r.correct(t); err == nil {
			f.output = f.into.writer
		}
		return err
	}
	f.output, err = sheet.Create(r.target(t.output), r.outputLayout(t, source))
	return err
}

func (r *run) outputLayout(t targets, source sheet.Source) sheet.Layout {
	layout := sheet.Layout{
		Header: r.layout.outputHeader(), Added: len(r.layout.added), Tints: tints,
		Format: source.Text.Format, GuardInput: r.Output.GuardFormulas, Rows: source.Estimate,
	}
	if strings.EqualFold(filepath.Ext(t.output), ".tsv") {
		layout.Format.Delimiter = sheet.Tab
	}
	kind, err := sheet.Target{Path: t.output}.Kind()
	if err != nil || kind != sheet.XLSX || source.Kind != sheet.XLSX {
		return layout
	}
	kept := layout
	kept.Keep, kept.Replaced = r.reader, r.columns.Dropped
	if err := sheet.Keepable(kept); err != nil {
		r.Log.Warn(fmt.Sprintf("%v: the output is a new workbook with the rows alone", err))
		return layout
	}
	return kept
}

// write writes a row wherever it belongs. A row that belongs into an output that
// there is waits for its turn there.
func (f *files) write(l *layout, row *entry) error {
	if f.into != nil {
		if err := f.into.place(row); err != nil {
			return err
		}
	} else if row.outcome.Status() != match.Matched {
		row.key = l.keyOf(row, f.mark)
	}
	own, answered := l.appendKept(f.row[:0], row.Cells), l.answered(row)
	f.row = answer.AppendValues(own, l.added, answered)
	if f.into == nil {
		if err := f.output.Write(f.row); err != nil {
			return err
		}
	}
	if f.changes != nil {
		if err := f.changes.add(*row); err != nil {
			return err
		}
	}
	if row.outcome.Status() == match.Matched {
		if f.ready == nil {
			return nil
		}
		return f.ready.write(f.row)
	}
	reported := answer.AppendValues(own, answer.ReportColumns, answered)
	if f.beside != nil {
		if err := f.beside.Write(reported); err != nil {
			return err
		}
	}
	return f.report.Write(reported)
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
