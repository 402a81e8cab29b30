package text

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// Limits on what is read, so that no file fills the memory.
const (
	maxCell  = 16 << 20 // bytes of one cell
	maxRow   = 64 << 20 // bytes of one row
	maxCells = 1 << 16  // cells of one row
)

// Marks replace in the filtered text what encoding/csv would change or refuse. No UTF-8
// has these bytes, so unmark can find them in the cells.
const (
	markCR    = 0xFE // a carriage return inside quotes
	markQuote = 0xFF // a quote inside a cell that does not start with one
)

// filter is a reader between a text file and encoding/csv. It refuses what cannot be read
// for certain, and names the line; it turns every line end outside quotes into LF; and it
// puts marks where encoding/csv would change a cell.
type filter struct {
	name   string
	source io.Reader
	comma  byte
	end    rows.LineEnd
	named  rows.Encoding // by the Options; for hints
	survey *survey       // may be nil

	buffer   []byte // read, not yet filtered; between blocks, at most a part of a character
	out      []byte // filtered
	consumed int    // how much of out was read
	eof      bool
	err      error // the first problem, after which nothing is read

	line        int  // the line being read, from 1
	last        byte // the last byte of out; '\n' before the first
	hasText     bool // the cell being read has more than spaces
	quoted      bool // inside quotes
	closing     bool // after a quote inside quotes, which may be the closing one
	afterReturn bool // after a carriage return outside quotes
	quoteLine   int  // the line of the opening quote

	cell, row, cells int  // bytes of the cell, bytes and cells of the row being read
	returns, strays  int  // marks made of each kind
	filler           int  // bytes at the end that are not text
	invalid          bool // the problem is a byte that is not UTF-8
}

// filterBlock is how many bytes are filtered at a time.
const filterBlock = 64 << 10

func newFilter(name string, source io.Reader, format rows.Format, line int) *filter {
	return &filter{
		name: name, source: source, comma: byte(format.Delimiter), end: format.LineEnd,
		buffer: make([]byte, 0, filterBlock), out: make([]byte, 0, filterBlock+1), line: line, last: '\n',
	}
}

// Read returns filtered text.
func (f *filter) Read(p []byte) (int, error) {
	for f.consumed == len(f.out) {
		if f.err != nil {
			return 0, f.err
		}
		f.out, f.consumed = f.out[:0], 0
		f.err = f.fill()
	}
	n := copy(p, f.out[f.consumed:])
	f.consumed += n
	return n, nil
}

// fill filters another block. Its error is returned after what is in out.
func (f *filter) fill() error {
	n, err := f.source.Read(f.buffer[len(f.buffer):cap(f.buffer)])
	f.buffer = f.buffer[:len(f.buffer)+n]
	f.eof = errors.Is(err, io.EOF)
	block := f.buffer
	if !f.eof {
		block = trimPartialRune(block)
	}
	block = block[:f.fillerStart(block)]
	rest := f.buffer[len(block):]
	if f.eof {
		f.filler, rest = len(rest), nil
	}
	if err := f.process(block); err != nil {
		return err
	}
	f.buffer = append(f.buffer[:0], rest...)
	switch {
	case f.eof:
		return f.finish()
	case err != nil:
		return f.explain(err)
	}
	return nil
}

// maxFiller is how many bytes of filler a file may end with. Old programs fill the last
// block of a file.
const maxFiller = 32 << 10

// fillerStart returns where the filler begins that block ends with: what old programs put
// at the end of a file and is not text. It begins a line, or ends the last one. NUL bytes
// within a line are no filler: they show that the file is damaged.
func (f *filter) fillerStart(block []byte) int {
	start, lineEnds := len(block), false
	for i := len(block) - 1; i >= 0 && len(block)-i <= maxFiller; i-- {
		before := f.last
		if i > 0 {
			before = block[i-1]
		}
		startsLine := before == '\n' || before == '\r'
		switch b := block[i]; {
		case b == '\n', b == '\r':
			lineEnds = true
		case b != 0 && b != ctrlZ && b != '\f':
			return start
		case startsLine, b != 0 && !lineEnds:
			start = i
		}
	}
	return start
}

const (
	ctrlZ  = 0x1A     // ends the text of a file for CP/M and MS-DOS
	filler = "\x1a\f" // what is filler in a line, too
)

// explain turns an error of the source into one with a line and a hint.
func (f *filter) explain(err error) error {
	problem := fmt.Sprintf("line %d", f.line)
	switch {
	case errors.Is(err, errUTF16):
		return &disk.Error{Doing: "reading " + f.name, Problem: problem, Err: err, Hint: "it is cut or damaged: save it again as \"CSV UTF-8\", or name its encoding with --encoding"}
	case isUndefined(err):
		return &disk.Error{Doing: "reading " + f.name, Problem: problem, Err: err, Hint: "save it again as \"CSV UTF-8\", or name its encoding with --encoding"}
	}
	return &disk.Error{Doing: "reading " + f.name, Hint: "check the permissions of the file", Err: err}
}

// process filters a block up to its first problem.
func (f *filter) process(block []byte) error {
	bad := indexInvalid(block)
	good := block
	if bad >= 0 {
		good = block[:bad]
	}
	for len(good) > 0 {
		var err error
		switch {
		case f.closing:
			err = f.afterQuote(&good)
		case f.quoted:
			err = f.inside(&good)
		default:
			err = f.outside(&good)
		}
		if err != nil {
			return err
		}
	}
	if bad >= 0 {
		return f.badByte(block[bad])
	}
	return nil
}

// badByte refuses a NUL byte or one that is not UTF-8.
func (f *filter) badByte(b byte) error {
	if b == 0 {
		return f.refuse(f.line, "has a NUL byte, which text never has",
			"export it again: the file is damaged, or not a text file")
	}
	f.invalid = true
	if f.named == rows.UTF8 {
		return f.refuse(f.line, "has bytes that are not UTF-8",
			"leave out --encoding, or give --encoding windows-1252; or save it again as \"CSV UTF-8\"")
	}
	return f.refuse(f.line, "has bytes that are not UTF-8, though what comes before is",
		"if it is a file of Windows, give --encoding windows-1252; otherwise save it again as \"CSV UTF-8\"")
}

// outside filters text outside quotes, up to and including the next quote.
func (f *filter) outside(p *[]byte) error {
	text, rest, found := bytes.Cut(*p, []byte{'"'})
	*p = rest
	if err := f.plain(text); err != nil || !found {
		return err
	}
	if f.afterReturn && f.end != rows.CR {
		return f.loneCR()
	}
	f.afterReturn = false
	switch {
	case f.last == '\n' || f.last == f.comma:
		f.quoted, f.quoteLine, f.cell = true, f.line, 0
		f.emit('"')
		if f.survey != nil {
			f.survey.quote()
		}
		return nil
	case !f.hasText:
		return f.refuse(f.line, "has a space before a quote: the quote may be part of the text or around it",
			"write the quoted cell right after the delimiter")
	}
	f.strays++
	f.emit(markQuote)
	if f.survey != nil {
		f.survey.strayQuote()
	}
	return nil
}

// emit writes one byte of the current cell.
func (f *filter) emit(b byte) {
	f.out, f.last = append(f.out, b), b
	f.cell++
}

// inside filters text inside quotes, up to and including the next quote.
func (f *filter) inside(p *[]byte) error {
	text, rest, found := bytes.Cut(*p, []byte{'"'})
	*p = rest
	lines := bytes.Count(text, []byte{'\n'})
	f.line += lines
	f.cell += len(text)
	if f.survey != nil && len(text) > 0 {
		f.survey.fill(lines)
	}
	for cut := true; cut; {
		var piece []byte
		if piece, text, cut = bytes.Cut(text, []byte{'\r'}); cut {
			f.returns++
			f.out = append(append(f.out, piece...), markCR)
		} else {
			f.out = append(f.out, piece...)
		}
	}
	if found {
		f.emit('"')
		f.closing = true
	}
	return f.checkLimits(f.quoteLine)
}

// afterQuote decides by the next byte whether a quote inside quotes closes the cell.
func (f *filter) afterQuote(p *[]byte) error {
	f.closing = false
	switch b := (*p)[0]; b {
	case '"':
		f.emit('"')
		*p = (*p)[1:]
		if f.survey != nil {
			f.survey.fill(0)
		}
	case f.comma, '\n', '\r':
		f.quoted = false
		f.row += f.cell
	default:
		return f.refuse(f.line, "has text after a closing quote"+f.startedOn(), "look at its quotes: one that is part of the text is written twice, with quotes around the cell")
	}
	return nil
}

// startedOn says where the cell starts if that is on another line.
func (f *filter) startedOn() string {
	if f.quoteLine == f.line {
		return ""
	}
	return fmt.Sprintf(" of a cell that starts on line %d", f.quoteLine)
}

// plain filters text without quotes.
func (f *filter) plain(text []byte) error {
	from := len(f.out)
	err := f.lines(text)
	text = f.out[from:]
	if len(text) == 0 {
		return err
	}
	f.last = text[len(text)-1]
	if f.survey != nil {
		f.survey.text(text)
	}
	f.measure(text)
	if err != nil {
		return err
	}
	return f.checkLimits(f.line)
}

// lines writes text with LF for each of its line ends.
func (f *filter) lines(text []byte) error {
	for len(text) > 0 {
		if f.afterReturn {
			if err := f.endReturn(&text); err != nil {
				return err
			}
		}
		line, rest, found := bytes.Cut(text, []byte{'\r'})
		text = rest
		if err := f.appendLine(line); err != nil {
			return err
		}
		if found && f.end == rows.CR {
			f.out = append(f.out, '\n')
			f.line++
		}
		f.afterReturn = found
	}
	return nil
}

// appendLine writes text without carriage returns.
func (f *filter) appendLine(text []byte) error {
	if n := bytes.Count(text, []byte{'\n'}); n > 0 {
		if f.end == rows.CR {
			return f.refuse(f.line, "ends in a line feed, where others end in a carriage return",
				"save it again as \"CSV UTF-8\", so that all lines end alike")
		}
		f.line += n
	}
	f.out = append(f.out, text...)
	return nil
}

// endReturn decides by the next byte what a carriage return outside quotes was. Several
// before a line feed are one line end: programs that translate line ends twice write them.
func (f *filter) endReturn(text *[]byte) error {
	f.afterReturn = false
	switch b := (*text)[0]; {
	case f.end == rows.CR:
		if b == '\n' {
			*text = (*text)[1:]
		}
	case b != '\n' && b != '\r':
		return f.loneCR()
	}
	return nil
}

func (f *filter) loneCR() error {
	return f.refuse(f.line, "holds a carriage return alone: it may end the line or be part of the text",
		"save it again as \"CSV UTF-8\", so that all lines end alike")
}

// measure updates the sizes of the cell and the row at the end of text.
func (f *filter) measure(text []byte) {
	if i := bytes.LastIndexByte(text, '\n'); i >= 0 {
		text = text[i+1:]
		f.row, f.cell, f.cells, f.hasText = 0, 0, 0, false
	}
	f.row += len(text)
	f.cells += bytes.Count(text, []byte{f.comma})
	if i := bytes.LastIndexByte(text, f.comma); i >= 0 {
		text = text[i+1:]
		f.cell, f.hasText = 0, false
	}
	f.cell += len(text)
	f.hasText = f.hasText || len(bytes.TrimLeft(text, " ")) > 0
}

// checkLimits refuses a cell or a row that is too large.
func (f *filter) checkLimits(line int) error {
	switch {
	case f.cell > maxCell:
		problem := fmt.Sprintf("has a cell of more than %d MB", maxCell>>20)
		if f.quoted {
			problem += ", or a quote that is never closed"
		}
		return f.refuse(line, problem, "look at the quotes on that line")
	case f.row > maxRow:
		return f.refuse(f.line, fmt.Sprintf("is part of a row of more than %d MB", maxRow>>20), "check that the file is a table, and that its --delimiter is right")
	case f.cells >= maxCells:
		return f.refuse(f.line, fmt.Sprintf("has more than %d cells", maxCells), "check that the file is a table, and that its --delimiter is right")
	}
	return nil
}

// finish checks that the file may end here.
func (f *filter) finish() error {
	if f.quoted && !f.closing {
		return f.refuse(f.quoteLine, "opens a quote that is never closed", fmt.Sprintf("look at the quotes from line %d on: close it, or write a quote that is part of the text twice", f.quoteLine))
	}
	if f.survey != nil {
		f.survey.end(f.last)
	}
	return io.EOF
}

// lastLine returns the number of the last line.
func (f *filter) lastLine() int {
	if f.last == '\n' {
		return f.line - 1
	}
	return f.line
}

// refuse returns an error that names the line.
func (f *filter) refuse(line int, problem, hint string) error {
	return &disk.Error{Doing: "reading " + f.name, Problem: fmt.Sprintf("line %d %s", line, problem), Hint: hint}
}

// unmark replaces the marks in cells by what was in the file.
func (f *filter) unmark(cells []string) {
	for i, cell := range cells {
		cells[i] = restoreByte(restoreByte(cell, markCR, '\r'), markQuote, '"')
	}
}

// restoreByte replaces the byte mark by another.
func restoreByte(cell string, mark byte, by byte) string {
	if strings.IndexByte(cell, mark) < 0 {
		return cell
	}
	b := []byte(cell)
	for i := range b {
		if b[i] == mark {
			b[i] = by
		}
	}
	return string(b)
}
