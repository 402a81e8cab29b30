package text

import (
	"cmp"
	"encoding/csv"
	"strings"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// writer writes a text file with encoding/csv, row by row, so that rows can end in CRLF or
// CR while the line ends inside cells stay as they are.
type writer struct {
	*disk.File
	layout  rows.Layout
	buffer  rowBuffer
	records *csv.Writer
	guarded []string
}

// rowBuffer has the rows that are not yet written to the file.
type rowBuffer struct{ text []byte }

func (l *rowBuffer) Write(p []byte) (int, error) {
	l.text = append(l.text, p...)
	return len(p), nil
}

const writeBlock = 128 << 10

// Create writes the header of a text file. The Writer commits or aborts file.
func Create(file *disk.File, layout rows.Layout) (rows.Writer, error) {
	w := &writer{File: file, layout: layout}
	w.layout.Format.Delimiter = cmp.Or(layout.Format.Delimiter, rows.Comma)
	w.records = csv.NewWriter(&w.buffer)
	w.records.Comma = rune(w.layout.Format.Delimiter)
	file.Buffer(func() error { w.records.Flush(); return w.flushBuffer() }, func() {})
	if layout.Format.BOM {
		w.buffer.text = append(w.buffer.text, utf8BOM...)
	}
	return w, w.write(w.guard(layout.Header), misleading(layout.Header))
}

// Write adds a row.
func (w *writer) Write(cells []string) error {
	// A row of one empty cell needs quotes: other programs skip a blank line. So does one
	// that is filler at the end of a file.
	return w.write(w.guard(cells), len(cells) == 1 && strings.Trim(cells[0], filler) == "")
}

// write writes a row, with the first cell in quotes if quoted, even where encoding/csv
// needs none.
func (w *writer) write(cells []string, quoted bool) error {
	if quoted {
		w.records.Flush()
		w.appendQuoted(cells[0], len(cells) > 1)
		cells = cells[1:]
	}
	if len(cells) > 0 {
		if err := w.records.Write(cells); err != nil {
			return w.Fail(err)
		}
	}
	w.endLine()
	if len(w.buffer.text) < writeBlock {
		return nil
	}
	return w.flushBuffer()
}

// appendQuoted writes a cell in quotes, and what follows it.
func (w *writer) appendQuoted(cell string, more bool) {
	w.buffer.text = append(w.buffer.text, '"')
	w.buffer.text = append(w.buffer.text, strings.ReplaceAll(cell, `"`, `""`)...)
	w.buffer.text = append(w.buffer.text, '"')
	if more {
		w.buffer.text = append(w.buffer.text, byte(w.layout.Format.Delimiter))
		return
	}
	w.buffer.text = append(w.buffer.text, '\n')
}

// endLine replaces the LF at the end of a row by the line end of the format.
func (w *writer) endLine() {
	if end := w.layout.Format.LineEnd; end == rows.CRLF || end == rows.CR {
		w.records.Flush()
		w.buffer.text = append(w.buffer.text[:len(w.buffer.text)-1], lineEndBytes(end)...)
	}
}

// lineEndBytes returns the bytes of a line end.
func lineEndBytes(e rows.LineEnd) string {
	switch e {
	case rows.CRLF:
		return "\r\n"
	case rows.CR:
		return "\r"
	default:
		return "\n"
	}
}

// flushBuffer writes the buffered rows to the file.
func (w *writer) flushBuffer() error {
	_, err := w.File.Write(w.buffer.text)
	w.buffer.text = w.buffer.text[:0]
	return err
}

// misleading reports whether a header would be read as something else: as a line that
// names the delimiter, as a byte order mark, as a web page.
func misleading(header []string) bool {
	for _, start := range []string{"sep=", "\ufeff", "<", "%", "{", "PK", "MIME", "\x1f"} {
		if len(header) > 0 && strings.HasPrefix(strings.TrimLeft(header[0], " "), start) {
			return true
		}
	}
	return false
}

// guard returns cells with an apostrophe in front of those that the Layout guards and a
// spreadsheet may take for a formula. It does not change the caller's slice.
func (w *writer) guard(cells []string) []string {
	first := len(cells) - w.layout.Added
	if w.layout.GuardInput {
		first = 0
	}
	clean := true
	for _, cell := range cells[max(first, 0):] {
		clean = clean && !isFormula(cell)
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

// Guarded returns a cell as it is written in the added columns: with an apostrophe in
// front if a spreadsheet may take it for a formula.
func Guarded(cell string) string {
	if isFormula(cell) {
		return "'" + cell
	}
	return cell
}

// isFormula reports whether a spreadsheet that opens a text file may take a cell for a
// formula: it starts with = + - @, a tab or a carriage return, and is not a plain number,
// such as -5 or +1.5, or a sign alone.
func isFormula(cell string) bool {
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return false
	}
	if cell[0] != '+' && cell[0] != '-' {
		return true
	}
	return strings.Trim(cell[1:], "0123456789.,") != ""
}
