package sheet

import (
	"cmp"
	"encoding/csv"
	"strings"
)

// csvWriter writes a text file with encoding/csv, row by row, so that a row may
// end otherwise than in LF while the line ends inside cells stay as they are.
type csvWriter struct {
	*File
	layout  Layout
	row     lines
	records *csv.Writer
	guarded []string
}

// lines holds rows not yet written to the file.
type lines struct{ text []byte }

func (l *lines) Write(p []byte) (int, error) {
	l.text = append(l.text, p...)
	return len(p), nil
}

const writeBlock = 128 << 10

func newCSVWriter(file *File, layout Layout) (*csvWriter, error) {
	w := &csvWriter{File: file, layout: layout}
	w.layout.Format.Delimiter = cmp.Or(layout.Format.Delimiter, Comma)
	w.records = csv.NewWriter(&w.row)
	w.records.Comma = rune(w.layout.Format.Delimiter)
	file.Buffer(func() error { w.records.Flush(); return w.empty() }, func() {})
	if layout.Format.BOM {
		w.row.text = append(w.row.text, utf8BOM...)
	}
	return w, w.write(w.guard(layout.Header), misleading(layout.Header))
}

func (w *csvWriter) Write(cells []string) error {
	// A row of one empty cell needs quotes: a blank line is not read as a row.
	return w.write(w.guard(cells), len(cells) == 1 && cells[0] == "")
}

// write writes a row, the first cell in quotes even where encoding/csv sees no
// need for them.
func (w *csvWriter) write(cells []string, quoted bool) error {
	if quoted {
		w.records.Flush()
		w.quote(cells[0], len(cells) > 1)
		cells = cells[1:]
	}
	if len(cells) > 0 {
		if err := w.records.Write(cells); err != nil {
			return w.Fail(err)
		}
	}
	w.endLine()
	if len(w.row.text) < writeBlock {
		return nil
	}
	return w.empty()
}

func (w *csvWriter) quote(cell string, more bool) {
	w.row.text = append(w.row.text, '"')
	w.row.text = append(w.row.text, strings.ReplaceAll(cell, `"`, `""`)...)
	w.row.text = append(w.row.text, '"')
	if more {
		w.row.text = append(w.row.text, byte(w.layout.Format.Delimiter))
		return
	}
	w.row.text = append(w.row.text, '\n')
}

// endLine puts the line end of the format where a row has LF.
func (w *csvWriter) endLine() {
	if end := w.layout.Format.LineEnd; end == CRLF || end == CR {
		w.records.Flush()
		w.row.text = append(w.row.text[:len(w.row.text)-1], end.bytes()...)
	}
}

// empty hands the rows held to the file.
func (w *csvWriter) empty() error {
	_, err := w.File.Write(w.row.text)
	w.row.text = w.row.text[:0]
	return err
}

// misleading reports whether a header would not be read as one: as the line
// that names a delimiter, as a mark, as a web page.
func misleading(header []string) bool {
	for _, start := range []string{"sep=", "\ufeff", "<", "%", "{", "PK", "MIME", "\x1f"} {
		if len(header) > 0 && strings.HasPrefix(strings.TrimLeft(header[0], " "), start) {
			return true
		}
	}
	return false
}

// guard puts an apostrophe before the cells that are to be guarded and would
// start a formula. It leaves the caller's cells alone.
func (w *csvWriter) guard(cells []string) []string {
	first := len(cells) - w.layout.Added
	if w.layout.GuardInput {
		first = 0
	}
	clean := true
	for _, cell := range cells[max(first, 0):] {
		clean = clean && !formula(cell)
	}
	if clean {
		return cells
	}
	w.guarded = append(w.guarded[:0], cells...)
	for i := max(first, 0); i < len(cells); i++ {
		w.guarded[i] = Guarded(cells[i])
	}
	return w.guarded
}

// Guarded takes a cell and returns it as text files hold those of the added
// columns: with an apostrophe in front if a spreadsheet may take it for a formula.
func Guarded(cell string) string {
	if formula(cell) {
		return "'" + cell
	}
	return cell
}

// formula reports whether a spreadsheet that opens a text file may take a cell
// for a formula: it begins with = + - @, a tab or a carriage return. Plain
// numbers, such as -5 or +1.5, and a sign alone are none.
func formula(cell string) bool {
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return false
	}
	if cell[0] != '+' && cell[0] != '-' {
		return true
	}
	return strings.Trim(cell[1:], "0123456789.,") != ""
}
