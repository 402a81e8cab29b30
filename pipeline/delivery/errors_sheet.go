package delivery

import (
	"slices"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
)

// errorsSheets is the report as a sheet of the output.
type errorsSheets struct {
	writer sheet.Writer // nil: there is no such sheet
	report *report      // nil: rows of the run are not written to it
	before sheet.Reader // the sheet that is replaced; nil: it is a new one
}

// begin begins the sheet of errors of an output, if it has one or is to have one. A
// sheet of an earlier run is replaced.
func (s *errorsSheets) begin(f *Files) (err error) {
	path, wanted := f.Input, f.ErrorsSheet
	if f.Into != nil {
		path = f.Into.Output
	}
	if !wanted && (f.into == nil || !isBook(f.targets.Output)) {
		return nil
	}
	s.before = f.earlierErrors(path)
	if s.before == nil && !wanted {
		return nil
	}
	s.report = f.In.layout.reviewReport()
	layout := s.report.sheetLayout()
	if f.Into != nil && !f.isOwnReport() {
		s.report = nil
		layout = f.In.layout.reportOf(s.before.Header()).sheetLayout()
	}
	name := errorsSheet
	if s.before != nil {
		layout.Keep, layout.RewriteSheet = s.before, true
		name = s.before.Source().Sheet
	}
	s.writer, err = sheet.AddSheet(f.output, name, layout)
	return err
}

// earlierErrors opens the sheet of errors that the workbook at path has from an earlier
// run; nil: it has none.
func (d *Delivery) earlierErrors(path string) sheet.Reader {
	name := errorsSheet
	if d.isOwnReport() {
		name = d.In.Reader.Source().Sheet
	}
	reader, err := sheet.Open(path, sheet.Options{Sheet: name, KnownHeaders: []string{answer.LineColumn}})
	if err != nil {
		return nil
	}
	if question.ReportColumns(reader.Header()) == nil {
		reader.Close()
		return nil
	}
	return reader
}

// write writes an open row of the run.
func (s *errorsSheets) write(own []string, row *answer.Row) error {
	if s.writer == nil || s.report == nil {
		return nil
	}
	return s.writer.Write(s.report.cells(own, row))
}

// renew writes the rows of the earlier sheet again, but for those that are matched now.
func (s *errorsSheets) renew(c *correction) error {
	if s.writer == nil || s.report != nil || s.before == nil {
		return nil
	}
	key := slices.Index(s.before.Header(), answer.KeyColumn)
	for row, err := range s.before.Rows() {
		if err != nil {
			return err
		}
		if key >= 0 && c.closed[readRowKey(row.Cells[key])] {
			continue
		}
		if err := s.writer.Write(row.Cells); err != nil {
			return err
		}
	}
	return nil
}

// release closes the sheet that is replaced.
func (s *errorsSheets) release() {
	if s.before != nil {
		s.before.Close()
	}
}
