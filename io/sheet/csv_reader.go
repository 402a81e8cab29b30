package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
)

// maxUnnamed is how many columns without a name a header gets for the sake of
// long rows. Each row is padded to its width.
const maxUnnamed = 100

// csvReader reads a text file: encoding/csv behind a filter. Of a file, the
// whole is looked at before the first row; of what can be read only once, the
// first sampleLength bytes, and what contradicts them later is an error.
type csvReader struct {
	in      *input
	told    *told
	text    *filter
	records *csv.Reader
	survey  *survey
	sure    bool  // the survey is of all there is
	length  int64 // of the file surveyed, or -1
	header  []string
	named   int // cells of the header as it stands in the file
	end     int // the line on which the last row ends
	rows    int // yielded
	held    []span
	slab    []string
}

const changedHint = "it changed while it was read: read it again"

// span is a run of lines, each a row of empty cells that may be the last one.
type span struct{ first, n int }

// maxHeld is how many spans of empty rows are held back where no survey says
// whether rows follow; more are taken for rows.
const maxHeld = 1 << 16

func newCSVReader(in *input, opt Options) (*csvReader, error) {
	r := &csvReader{in: in}
	var err error
	if r.told, err = tell(in, opt); err != nil {
		return nil, err
	}
	if err := r.lookAhead(); err != nil {
		return nil, err
	}
	if r.text, err = r.told.open(in.name, in.fromStart(), nil); err != nil {
		return nil, in.unreadable(err)
	}
	r.records = r.text.records()
	return r, r.readHeader()
}

// lookAhead surveys what there is to survey.
func (r *csvReader) lookAhead() error {
	r.length = r.in.length()
	source := r.in.again()
	if r.sure = source != nil; !r.sure {
		head, err := r.in.Peek(sampleLength)
		r.sure = errors.Is(err, io.EOF)
		source = bytes.NewReader(head)
	}
	var invalid bool
	var err error
	r.survey, invalid, err = r.told.look(r.in.name, source)
	if invalid && r.length >= 0 && r.told.doubtful() {
		if r.told.Encoding, err = weighed(r.in, nil); err != nil {
			return err
		}
		r.survey, _, err = r.told.look(r.in.name, r.in.again())
	}
	switch {
	case !r.sure:
		return nil
	case err != nil:
		return r.in.unreadable(err)
	case r.survey.doubt > 0:
		return r.doubt(r.survey.doubt, r.survey.doubtful)
	}
	return nil
}

// doubt refuses a row with quotes inside its cells that is not as wide as the
// header, as they may hide a delimiter or a line end, and the header, with no
// cells, that has them.
func (r *csvReader) doubt(line, cells int) error {
	problem := fmt.Sprintf("line %d has a quote inside a cell, and %d cells where the header has %d", line, cells, r.survey.header)
	if cells == 0 {
		problem = fmt.Sprintf("line %d has a quote inside a name of the header", line)
	}
	return r.in.refuse(problem, "look at its quotes: one that is part of the text is written twice, with quotes around the cell")
}

func (r *csvReader) readHeader() error {
	r.end = r.told.lineOf(0)
	for blank(r.header) {
		before := r.end
		cells, line, err := r.next()
		if errors.Is(err, io.EOF) {
			return r.in.refuse("it holds no rows, not even a header", "check that the right file was named")
		}
		if err != nil {
			return err
		}
		if stray(cells) {
			return r.doubt(line, 0)
		}
		r.told.Blank += line - before - 1
		if r.header = slices.Clone(cells); blank(cells) {
			r.told.Blank++
		}
	}
	r.text.unmark(r.header)
	r.named = len(r.header)
	return r.widen()
}

// widen gives the header columns without a name, as many as the widest row
// needs.
func (r *csvReader) widen() error {
	r.told.Unnamed = max(0, r.survey.width-r.named)
	if r.told.Unnamed > maxUnnamed {
		return r.in.refuse(fmt.Sprintf("line %d has %d cells, the header has %d", r.survey.widest, r.survey.width, r.named),
			"check that it is a table, and its --delimiter")
	}
	r.header = append(r.header, make([]string, r.told.Unnamed)...)
	return nil
}

func (r *csvReader) Header() []string { return r.header }

// next reads a row as it stands in the file.
func (r *csvReader) next() (cells []string, line int, err error) {
	cells, err = r.records.Read()
	if errors.Is(err, io.EOF) {
		return nil, 0, io.EOF
	}
	if err != nil {
		return nil, 0, r.in.unreadable(err)
	}
	first, _ := r.records.FieldPos(0)
	last, _ := r.records.FieldPos(len(cells) - 1)
	r.end = r.told.lineOf(last) + strings.Count(cells[len(cells)-1], "\n")
	return cells, r.told.lineOf(first), nil
}

func (r *csvReader) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for {
			before := r.end
			cells, line, err := r.next()
			if errors.Is(err, io.EOF) {
				if err := r.finish(); err != nil {
					yield(Row{}, err)
				}
				return
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			if !r.pass(before, line, cells, yield) {
				return
			}
		}
	}
}

// pass yields a row, after the empty ones before it, or holds it back if it is
// empty and may be the last. It reports whether to go on.
func (r *csvReader) pass(before, line int, cells []string, yield func(Row, error) bool) bool {
	r.skip(before, line)
	if blank(cells) {
		r.hold(line, 1)
		return !r.sure && len(r.held) < maxHeld || r.release(yield)
	}
	if !r.release(yield) {
		return false
	}
	row, err := r.row(line, cells)
	r.rows++
	return yield(row, err) && err == nil
}

// skip takes note of the blank lines before a row. A spreadsheet of one column
// writes an empty cell as a blank line; that of several never does.
func (r *csvReader) skip(before, line int) {
	n := line - before - 1
	switch {
	case n <= 0:
	case r.named == 1:
		r.hold(before+1, n)
	default:
		r.told.Blank += n
	}
}

// hold keeps empty rows back: at the end of the file they are none.
func (r *csvReader) hold(line, n int) {
	if last := len(r.held) - 1; last >= 0 && r.held[last].first+r.held[last].n == line {
		r.held[last].n += n
		return
	}
	r.held = append(r.held, span{line, n})
}

// release yields the empty rows held back, but for those that the survey knows
// to be after the last row.
func (r *csvReader) release(yield func(Row, error) bool) bool {
	for _, s := range r.held {
		for i := range s.n {
			if r.sure && r.rows >= r.survey.rows {
				r.told.Blank++
				continue
			}
			r.rows++
			if !yield(Row{Line: s.first + i, Cells: r.cells()}, nil) {
				return false
			}
		}
	}
	r.held = r.held[:0]
	return true
}

// cells returns empty cells, as many as the header has, cut from a slab: one
// allocation makes many rows.
func (r *csvReader) cells() []string {
	width := len(r.header)
	if len(r.slab) < width {
		r.slab = make([]string, max(width, 2048/width*width))
	}
	cells := r.slab[:width:width]
	r.slab = r.slab[width:]
	return cells
}

// row makes a Row of what was read.
func (r *csvReader) row(line int, read []string) (Row, error) {
	if r.text.strays > 0 && len(read) != r.named && stray(read) {
		return Row{}, r.doubt(line, len(read))
	}
	n := len(read)
	for n > r.named && read[n-1] == "" {
		n--
	}
	switch {
	case n > len(r.header):
		return Row{}, r.in.refuse(fmt.Sprintf("line %d has %d cells, the header has %d", line, n, r.named), r.longHint())
	case n > r.named:
		if r.told.Long++; r.told.FirstLong == 0 {
			r.told.FirstLong = line
		}
	case n < r.named:
		r.told.Short++
	}
	cells := r.cells()
	copy(cells, read[:n])
	if r.text.strays > 0 || r.text.returns > 0 {
		r.text.unmark(cells)
	}
	return Row{Line: line, Cells: cells}, nil
}

func (r *csvReader) longHint() string {
	if r.sure {
		return changedHint
	}
	return "give the file itself, not a pipe: then longer rows are seen in time, and kept"
}

// finish checks at the end of the text that all of it was handed over: the
// survey has counted the rows without encoding/csv.
func (r *csvReader) finish() error {
	for _, s := range r.held {
		r.told.Blank += s.n
	}
	r.told.Blank += r.text.ended() - r.end
	if !r.sure {
		return nil
	}
	if r.length >= 0 && r.length != r.in.size {
		return r.in.refuse(fmt.Sprintf("it had %d bytes, and %d were read", r.length, r.in.size), changedHint)
	}
	if r.rows != r.survey.rows {
		return r.in.refuse(fmt.Sprintf("it had %d rows, and %d were read", r.survey.rows, r.rows), changedHint)
	}
	return nil
}

// stray reports whether cells hold a quote that did not begin them.
func stray(cells []string) bool {
	for _, cell := range cells {
		if strings.IndexByte(cell, markQuote) >= 0 {
			return true
		}
	}
	return false
}

func (r *csvReader) Source() Source {
	s := Source{
		Again: r.in.length() >= 0,
		Name:  r.in.name, Kind: CSV, Text: r.told.Text,
		Size: r.in.size, SHA256: r.in.sum(),
	}
	if r.sure {
		s.Estimate = r.survey.rows
	}
	return s
}

func (r *csvReader) Close() error { return r.in.close() }
