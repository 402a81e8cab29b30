package text

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"loanmap/io/sheet/rows"
)

// sampledRows is how many rows are read to find the delimiter.
const sampledRows = 200

var delimiters = []rows.Delimiter{rows.Comma, rows.Semicolon, rows.Tab, rows.Pipe}

// told is what a text file was told to be, and what stands before its header.
type dialect struct {
	rows.Text
	asked      rows.Encoding
	markLength int // bytes of the mark
	sepLength  int // decoded bytes of a first line that names the delimiter
}

// tell finds out how a text file is to be read.
func detectDialect(in *rows.Input, opt rows.Options) (*dialect, error) {
	if err := checkEncoding(in, opt.Encoding); err != nil {
		return nil, err
	}
	if opt.Delimiter != 0 && !opt.Delimiter.Valid() {
		return nil, in.Refuse(fmt.Sprintf("%q cannot be a delimiter", rune(opt.Delimiter)), "give --delimiter comma, semicolon, tab, pipe or another sign of ASCII")
	}
	head, err := in.Peek(rows.PeekLength)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, in.Unreadable(err)
	}
	t := &dialect{asked: opt.Encoding}
	all := errors.Is(err, io.EOF)
	encoding, mark := resolveEncoding(opt.Encoding, head)
	t.Encoding, t.markLength, t.BOM = encoding, len(mark), mark != nil
	if t.assumedUTF8() {
		if t.Encoding, err = detectUTF8(in, head, all); err != nil {
			return nil, err
		}
	}
	sample, _ := io.ReadAll(decode(bytes.NewReader(head[t.markLength:]), t.Encoding)) // a cut character is no matter here
	return t, t.detectFormat(in, opt, sample, all)
}

// tellUTF8 decides between UTF-8 and Windows-1252 by the head of the input,
// which is all of it or cut. What follows a head that is UTF-8 may say otherwise.
func detectUTF8(in *rows.Input, head []byte, all bool) (rows.Encoding, error) {
	if !all {
		head = trimPartialRune(head)
	}
	if utf8.Valid(head) {
		return rows.UTF8, nil
	}
	return chooseEncoding(in, head)
}

// weighed decides where some bytes are not UTF-8: by the whole of a file, by the
// head of what can be read only once.
func chooseEncoding(in *rows.Input, head []byte) (rows.Encoding, error) {
	good, bad, err := countRunes(cmp.Or[io.Reader](in.SecondReader(), bytes.NewReader(head)))
	if err != nil {
		return "", in.Unreadable(err)
	}
	if good >= bad {
		return rows.UTF8, nil // damaged: the filter will name the line
	}
	return rows.Windows1252, nil
}

// tellFormat finds the line end and the delimiter in a sample of the text.
func (t *dialect) detectFormat(in *rows.Input, opt rows.Options, sample []byte, all bool) error {
	t.LineEnd = detectLineEnd(sample)
	t.Delimiter, t.sepLength = sepDelimiter(sample)
	if opt.Delimiter != 0 {
		t.Delimiter = opt.Delimiter
	}
	if t.Delimiter != 0 {
		return nil
	}
	fallback := rows.Comma
	if rows.HasEnding(in.Name, ".tsv") || rows.HasEnding(in.Name, ".tab") {
		fallback = rows.Tab
	}
	var found []rows.Delimiter
	if found = detectDelimiter(sample, t.LineEnd, all); len(found) > 1 {
		return in.Refuse(fmt.Sprintf("its cells may be divided by %s or by %s", found[0], found[1]), "say which with --delimiter")
	}
	t.Delimiter = cmp.Or(append(found, fallback)...)
	return nil
}

// namedDelimiter reads a first line such as sep=; which Excel writes and obeys,
// and says how long it is.
func sepDelimiter(sample []byte) (rows.Delimiter, int) {
	rest, found := bytes.CutPrefix(sample, []byte("sep="))
	if !found || len(rest) == 0 || !rows.Delimiter(rest[0]).Valid() {
		return 0, 0
	}
	line := rest[1:]
	for _, end := range []string{"\r\n", "\n", "\r"} {
		if bytes.HasPrefix(line, []byte(end)) {
			return rows.Delimiter(rest[0]), len("sep=;") + len(end)
		}
	}
	return 0, 0
}

// tellLineEnd counts line ends outside quotes. Where quotes do not pair the
// count is off, but seldom the greatest of the three.
func detectLineEnd(sample []byte) rows.LineEnd {
	counts := map[rows.LineEnd]int{}
	for i, part := range bytes.Split(sample, []byte{'"'}) {
		if i%2 == 1 {
			continue
		}
		crlf := bytes.Count(part, []byte("\r\n"))
		counts[rows.CRLF] += crlf
		counts[rows.LF] += bytes.Count(part, []byte{'\n'}) - crlf
		counts[rows.CR] += bytes.Count(part, []byte{'\r'}) - crlf
	}
	end := rows.LF
	for _, other := range []rows.LineEnd{rows.CRLF, rows.CR} {
		if counts[other] > counts[end] {
			end = other
		}
	}
	return end
}

// candidate is how well the rows of a sample fit a delimiter.
type delimiterScore struct {
	delimiter rows.Delimiter
	width     int     // cells of the header
	uniform   float64 // of the rows that are as wide
	spaces    int     // cells that begin with a space: prose has them after a comma
	badQuotes bool    // its quotes do not fit
}

// tellDelimiter returns the delimiter that the rows of a sample fit best. It
// returns none where the header holds none, and several where they fit equally
// well. all says that the sample is not cut.
func detectDelimiter(sample []byte, end rows.LineEnd, all bool) []rows.Delimiter {
	var known []delimiterScore
	for _, d := range delimiters {
		if !bytes.ContainsRune(sample, rune(d)) {
			continue
		}
		if c := scoreDelimiter(sample, d, end, all); c.width > 1 {
			known = append(known, c)
		}
	}
	if len(known) == 0 {
		return nil
	}
	slices.SortStableFunc(known, func(a, b delimiterScore) int { return -a.compare(b) })
	found := []rows.Delimiter{known[0].delimiter}
	for _, other := range known[1:] {
		if known[0].compare(other) == 0 {
			found = append(found, other.delimiter)
		}
	}
	return found
}

// compare is positive where a fits better than b: its quotes fit, most rows are
// as wide as the header, the header has more cells, more rows are as wide, fewer
// cells begin with a space.
func (a delimiterScore) compare(b delimiterScore) int {
	const most = 0.8
	return cmp.Or(
		-compareBool(a.badQuotes, b.badQuotes),
		compareBool(a.uniform >= most, b.uniform >= most),
		cmp.Compare(a.width, b.width),
		cmp.Compare(a.uniform, b.uniform),
		-cmp.Compare(a.spaces, b.spaces),
	)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// try reads the first rows of a sample with a delimiter.
func scoreDelimiter(sample []byte, d rows.Delimiter, end rows.LineEnd, all bool) delimiterScore {
	f := newFilter("", bytes.NewReader(sample), rows.Format{Delimiter: d, LineEnd: end}, 1)
	records := f.records()
	c := delimiterScore{delimiter: d}
	count, alike := 0, 0
	for count < sampledRows {
		cells, err := records.Read()
		if err != nil {
			cut := f.eof && !all
			c.badQuotes = !errors.Is(err, io.EOF) && !cut
			break
		}
		if rows.Blank(cells) {
			continue
		}
		if count == 0 {
			c.width = len(cells)
		}
		count++
		if len(cells) == c.width {
			alike++
		}
		c.spaces += countLeadingSpaces(cells)
	}
	if count > 0 {
		c.uniform = float64(alike) / float64(count)
	}
	return c
}

func countLeadingSpaces(cells []string) int {
	n := 0
	for _, cell := range cells {
		if len(cell) > 0 && cell[0] == ' ' {
			n++
		}
	}
	return n
}

// records returns the standard reader of what f lets through. Its rows must be
// unmarked.
func (f *filter) records() *csv.Reader {
	r := csv.NewReader(f)
	r.Comma = rune(f.comma)
	r.FieldsPerRecord = -1 // a ragged row is no error
	r.ReuseRecord = true
	return r
}

// doubtful reports whether the text is taken for UTF-8 for want of better.
func (t *dialect) assumedUTF8() bool {
	return t.asked == "" && t.Encoding == rows.UTF8 && !t.BOM
}

// lineOf returns the line of the file that is the nth of the filtered text.
func (t *dialect) fileLine(n int) int {
	if t.sepLength > 0 {
		return n + 1
	}
	return n
}

// open returns the filtered text of source, from the header on.
func (t *dialect) filtered(name string, source io.Reader, s *survey) (*filter, error) {
	if _, err := io.CopyN(io.Discard, source, int64(t.markLength)); err != nil {
		return nil, err
	}
	text := decode(source, t.Encoding)
	if _, err := io.CopyN(io.Discard, text, int64(t.sepLength)); err != nil {
		return nil, err
	}
	f := newFilter(name, text, t.Format, t.fileLine(1))
	f.asked, f.survey = t.asked, s
	return f, nil
}

// look surveys source to its end. An error is one that the rows will meet, too;
// invalid says that it is about a byte that is not UTF-8.
func (t *dialect) survey(name string, source io.Reader) (_ *survey, invalid bool, _ error) {
	s := &survey{comma: byte(t.Delimiter), line: t.fileLine(1), rowLine: t.fileLine(1)}
	f, err := t.filtered(name, source, s)
	if err != nil {
		return s, false, err
	}
	_, err = io.Copy(io.Discard, f)
	return s, f.invalid, err
}
