package text

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"loanmap/io/sheet/rows"
)

// maxUnnamed is how many columns without a name are added to a header for long rows.
// Every row is padded to the width of the header.
const maxUnnamed = 100

// reader reads a text file through a filter and encoding/csv. A file is surveyed as a
// whole before its first row is yielded. Of what can be read only once, the first
// PeekLength bytes are surveyed, and what contradicts them later is an error.
type reader struct {
	in          *rows.Input
	headerRow   int // by the Options
	dialect     *dialect
	filter      *filter
	records     *csv.Reader
	survey      *survey
	complete    bool  // the survey is of the whole input
	length      int64 // of the file when it was surveyed, or -1
	header      []string
	headerCells int // cells of the header in the file
	lastLine    int // the line on which the last row ends
	yielded     int // rows yielded
	emptySpans  []span
	slab        []string
}

const changedHint = "it changed while it was read"

// span is n lines from first on, each an empty row. At the end of the file they are not
// rows.
type span struct{ first, n int }

// maxEmptySpans is how many spans of empty rows wait for a row that follows, if the survey
// does not know whether one does. More are yielded as rows.
const maxEmptySpans = 1 << 16

// Open reads the dialect and the header of a text file. Closing the Reader closes in.
func Open(in *rows.Input, opt rows.Options) (rows.Reader, error) {
	r := &reader{in: in, headerRow: opt.HeaderRow}
	var err error
	if r.dialect, err = detectDialect(in, opt); err != nil {
		return nil, err
	}
	if err := r.surveyInput(); err != nil {
		return nil, err
	}
	if r.filter, err = r.dialect.filtered(in.Name, in.FromStart(), nil); err != nil {
		return nil, in.Unreadable(err)
	}
	r.records = r.filter.records()
	return r, r.readHeader()
}

// surveyInput surveys the whole file, or the head of what can be read only once.
func (r *reader) surveyInput() error {
	r.length = r.in.Length()
	source := r.in.SecondReader()
	if r.complete = source != nil; !r.complete {
		head, err := r.in.Peek(rows.PeekLength)
		r.complete = errors.Is(err, io.EOF)
		source = bytes.NewReader(head)
	}
	var invalid bool
	var err error
	r.survey, invalid, err = r.dialect.survey(r.in.Name, source)
	if invalid && r.length >= 0 && r.dialect.assumedUTF8() {
		head, _ := r.in.Peek(rows.PeekLength)
		if err = r.dialect.chooseEncoding(r.in, head); err != nil {
			return err
		}
		r.survey, _, err = r.dialect.survey(r.in.Name, r.in.SecondReader())
	}
	switch {
	case !r.complete:
		return nil
	case err != nil:
		return r.in.Unreadable(err)
	case r.survey.strayLine > 0:
		return r.strayQuoteError(r.survey.strayLine, r.survey.strayCells)
	}
	return nil
}

// strayQuoteError is a row with quotes inside its cells that is not as wide as the header:
// the quotes may hide a delimiter or a line end. It is the header itself if cells is 0.
func (r *reader) strayQuoteError(line, cells int) error {
	problem := fmt.Sprintf("line %d has a quote inside a cell, and %d cells where the header has %d", line, cells, r.survey.header)
	if cells == 0 {
		problem = fmt.Sprintf("line %d has a quote inside a name of the header", line)
	}
	hint := "look at its quotes: one that is part of the text is written twice, with quotes around the cell"
	if cells == 0 {
		hint += "; if the header is on another line, give --header-row"
	}
	return r.in.Refuse(problem, hint)
}

// readHeader reads the first row that is not empty.
func (r *reader) readHeader() error {
	r.lastLine = r.dialect.fileLine(0)
	for rows.Blank(r.header) {
		before := r.lastLine
		cells, line, err := r.readRecord()
		if errors.Is(err, io.EOF) {
			return r.in.Refuse("it holds no rows, not even a header", "check the name of the file")
		}
		if err != nil {
			return err
		}
		if hasStrayQuote(cells) {
			return r.strayQuoteError(line, 0)
		}
		r.dialect.HeaderLine = line
		r.dialect.Blank += line - before - 1
		if r.header = slices.Clone(cells); rows.Blank(cells) {
			r.dialect.Blank++
		}
	}
	r.filter.unmark(r.header)
	r.headerCells = len(r.header)
	return r.addUnnamed()
}

// addUnnamed widens the header to the widest row, by columns without a name.
func (r *reader) addUnnamed() error {
	r.dialect.Unnamed = max(0, r.survey.width-r.headerCells)
	if r.dialect.Unnamed > maxUnnamed {
		return r.in.Refuse(fmt.Sprintf("line %d has %d cells, the header has %d", r.survey.widest, r.survey.width, r.headerCells),
			"check that the file is a table, and that its --delimiter and --header-row are right")
	}
	r.header = append(r.header, make([]string, r.dialect.Unnamed)...)
	if r.dialect.header != "" {
		r.dialect.HeaderLine = 0
		for i := range r.header {
			r.header[i] = lettered(i)
		}
	}
	return nil
}

// Header returns the column names.
func (r *reader) Header() []string { return r.header }

// readRecord reads a row as it is in the file, marks included.
func (r *reader) readRecord() (cells []string, line int, err error) {
	cells, err = r.records.Read()
	if errors.Is(err, io.EOF) {
		return nil, 0, io.EOF
	}
	if err != nil {
		return nil, 0, r.in.Unreadable(err)
	}
	first, _ := r.records.FieldPos(0)
	last, _ := r.records.FieldPos(len(cells) - 1)
	r.lastLine = r.dialect.fileLine(last) + strings.Count(cells[len(cells)-1], "\n")
	return cells, r.dialect.fileLine(first), nil
}

// Rows yields the rows below the header.
func (r *reader) Rows() iter.Seq2[rows.Row, error] {
	return func(yield func(rows.Row, error) bool) {
		for {
			before := r.lastLine
			cells, line, err := r.readRecord()
			if errors.Is(err, io.EOF) {
				if err := r.checkComplete(); err != nil {
					yield(rows.Row{}, err)
				}
				return
			}
			if err != nil {
				yield(rows.Row{}, err)
				return
			}
			if !r.yieldRow(before, line, cells, yield) {
				return
			}
		}
	}
}

// yieldRow yields a row, after the empty rows before it. An empty row waits: it may be
// the last. It reports whether to continue.
func (r *reader) yieldRow(before, line int, cells []string, yield func(rows.Row, error) bool) bool {
	r.countBlank(before, line)
	if rows.Blank(cells) {
		r.holdEmpty(line, 1)
		return !r.complete && len(r.emptySpans) < maxEmptySpans || r.yieldEmpty(yield)
	}
	if !r.yieldEmpty(yield) {
		return false
	}
	row, err := r.toRow(line, cells)
	r.yielded++
	return yield(row, err) && err == nil
}

// countBlank counts the blank lines before a row. In a sheet of one column, a blank line
// is an empty cell, and so a row.
func (r *reader) countBlank(before, line int) {
	n := line - before - 1
	switch {
	case n <= 0:
	case r.headerCells == 1:
		r.holdEmpty(before+1, n)
	default:
		r.dialect.Blank += n
	}
}

// holdEmpty lets n empty rows wait: at the end of the file they are not rows.
func (r *reader) holdEmpty(line, n int) {
	if last := len(r.emptySpans) - 1; last >= 0 && r.emptySpans[last].first+r.emptySpans[last].n == line {
		r.emptySpans[last].n += n
		return
	}
	r.emptySpans = append(r.emptySpans, span{line, n})
}

// yieldEmpty yields the empty rows that wait, except for those after the last row that
// the survey has counted.
func (r *reader) yieldEmpty(yield func(rows.Row, error) bool) bool {
	for _, s := range r.emptySpans {
		for i := range s.n {
			if r.complete && r.yielded >= r.survey.rows {
				r.dialect.Blank++
				continue
			}
			r.yielded++
			if !yield(rows.Row{Line: s.first + i, Cells: r.newCells()}, nil) {
				return false
			}
		}
	}
	r.emptySpans = r.emptySpans[:0]
	return true
}

// newCells returns as many empty cells as the header has, from a slab: one allocation
// serves many rows.
func (r *reader) newCells() []string {
	width := len(r.header)
	if len(r.slab) < width {
		r.slab = make([]string, max(width, 2048/width*width))
	}
	cells := r.slab[:width:width]
	r.slab = r.slab[width:]
	return cells
}

// toRow turns a record into a Row of the width of the header.
func (r *reader) toRow(line int, read []string) (rows.Row, error) {
	if r.filter.strays > 0 && len(read) != r.headerCells && hasStrayQuote(read) {
		return rows.Row{}, r.strayQuoteError(line, len(read))
	}
	n := len(read)
	for n > r.headerCells && read[n-1] == "" {
		n--
	}
	switch {
	case n > len(r.header):
		return rows.Row{}, r.in.Refuse(fmt.Sprintf("line %d has %d cells, the header has %d", line, n, r.headerCells), r.longHint())
	case n > r.headerCells:
		if r.dialect.Long++; r.dialect.FirstLong == 0 {
			r.dialect.FirstLong = line
		}
	case n < r.headerCells:
		r.dialect.Short++
	}
	cells := r.newCells()
	copy(cells, read[:n])
	if r.filter.strays > 0 || r.filter.returns > 0 {
		r.filter.unmark(cells)
	}
	return rows.Row{Line: line, Cells: cells}, nil
}

// longHint is the hint for a row that is longer than the survey says.
func (r *reader) longHint() string {
	if r.complete {
		return changedHint
	}
	return "give the file instead of a pipe: then longer rows are seen in time, and kept"
}

// checkComplete checks at the end of the text that every row of the survey was yielded.
func (r *reader) checkComplete() error {
	for _, s := range r.emptySpans {
		r.dialect.Blank += s.n
	}
	r.dialect.Blank += r.filter.lastLine() - r.lastLine
	r.dialect.Filler = r.filter.filler
	if !r.complete {
		return nil
	}
	if r.length >= 0 && r.length != r.in.Size() {
		return r.in.Refuse(fmt.Sprintf("it had %d bytes, and %d were read", r.length, r.in.Size()), changedHint)
	}
	if r.yielded != r.survey.rows {
		return r.in.Refuse(fmt.Sprintf("it had %d rows, and %d were read", r.survey.rows, r.yielded), changedHint)
	}
	return nil
}

// hasStrayQuote reports whether a cell has a quote but does not start with one.
func hasStrayQuote(cells []string) bool {
	for _, cell := range cells {
		if strings.IndexByte(cell, markQuote) >= 0 {
			return true
		}
	}
	return false
}

// Source describes the file as far as it was read.
func (r *reader) Source() rows.Source {
	s := rows.Source{
		Reopenable: r.in.Length() >= 0,
		Name:       r.in.Name, Kind: rows.CSV, Text: r.dialect.Text, HeaderRow: r.headerRow,
		Size: r.in.Size(), SHA256: r.in.SHA256(),
	}
	if r.complete {
		s.Estimate = r.survey.rows
	}
	return s
}

// Close closes the file.
func (r *reader) Close() error { return r.in.Close() }
