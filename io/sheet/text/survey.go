package text

import "bytes"

// survey counts what must be known before the first row is yielded: how wide the rows are
// and how many there are. It counts the text that encoding/csv gets, without encoding/csv,
// and so also checks that every row was read.
type survey struct {
	comma byte
	line  int // the line being read

	header int // cells of the first row that is not empty
	width  int // cells of the widest row, without empty ones at its end
	widest int // the line on which it starts
	rows   int // below the header, without the empty ones at the end
	// strayLine is the first line whose stray quotes may hide a delimiter or a line
	// end, because it has more or fewer cells than the header. strayCells is how many
	// it has, or 0 for the header itself.
	strayLine, strayCells int

	cells     int  // of the row being read, so far
	filled    int  // the last of them that is not empty, from 1
	rowLine   int  // the line on which the row starts
	notBlank  bool // the row is not a blank line
	stray     bool // the row has a quote inside a cell
	emptyRows int  // empty rows since the last row that is not
}

// text counts text outside quotes.
func (s *survey) text(text []byte) {
	for {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			s.part(text)
			return
		}
		s.part(text[:i])
		s.endRow()
		text = text[i+1:]
	}
}

// part counts text outside quotes within one row.
func (s *survey) part(text []byte) {
	if len(text) == 0 {
		return
	}
	s.notBlank = true
	end := len(text)
	for end > 0 && text[end-1] == s.comma {
		end--
	}
	if end > 0 {
		s.filled = s.cells + bytes.Count(text[:end], []byte{s.comma}) + 1
		s.cells = s.filled - 1
	}
	s.cells += len(text) - end
}

// quote counts the start of a quoted cell.
func (s *survey) quote() { s.notBlank = true }

// fill counts content inside quotes, with a number of line ends.
func (s *survey) fill(lines int) {
	s.line += lines
	s.filled = s.cells + 1
}

// strayQuote counts a quote inside a cell that does not start with one.
func (s *survey) strayQuote() {
	s.stray = true
	s.fill(0)
}

func (s *survey) endRow() {
	s.checkStray()
	if s.filled > s.width {
		s.width, s.widest = s.filled, s.rowLine
	}
	switch {
	case s.header == 0:
		if s.filled > 0 {
			s.header = s.cells + 1
		}
	case s.filled > 0:
		s.rows += s.emptyRows + 1
		s.emptyRows = 0
	case s.notBlank || s.header == 1:
		s.emptyRows++
	}
	s.line++
	s.cells, s.filled, s.notBlank, s.stray, s.rowLine = 0, 0, false, false, s.line
}

// checkStray records the row if a stray quote may hide a delimiter or a line end in it.
func (s *survey) checkStray() {
	switch {
	case !s.stray || s.strayLine > 0:
	case s.header == 0:
		s.strayLine, s.strayCells = s.rowLine, 0
	case s.cells+1 != s.header:
		s.strayLine, s.strayCells = s.rowLine, s.cells+1
	}
}

// end ends the last row, which may lack a line end.
func (s *survey) end(last byte) {
	if last != '\n' {
		s.endRow()
	}
}
