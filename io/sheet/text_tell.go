package sheet

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"
)

const (
	// sampleLength is how much of a text file its format is told from. What can
	// be read only once is held for it, and is known to be UTF-8 or not, and
	// how wide its rows are, only so far.
	sampleLength = 1 << 20
	// sampledRows is how many rows tell the delimiter.
	sampledRows = 200
)

// told is what a text file was told to be, and what stands before its header.
type told struct {
	Text
	asked Encoding
	mark  int // bytes of the mark
	sep   int // decoded bytes of a first line that names the delimiter
}

// tell finds out how a text file is to be read.
func tell(in *input, opt Options) (*told, error) {
	if err := checkEncoding(in, opt.Encoding); err != nil {
		return nil, err
	}
	if opt.Delimiter != 0 && !opt.Delimiter.valid() {
		return nil, in.refuse(fmt.Sprintf("%q cannot be a delimiter", rune(opt.Delimiter)), "give --delimiter comma, semicolon, tab, pipe or another sign of ASCII")
	}
	head, err := in.Peek(sampleLength)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, in.unreadable(err)
	}
	t := &told{asked: opt.Encoding}
	all := errors.Is(err, io.EOF)
	encoding, mark := resolveEncoding(opt.Encoding, head)
	t.Encoding, t.mark, t.BOM = encoding, len(mark), mark != nil
	if t.doubtful() {
		if t.Encoding, err = tellUTF8(in, head, all); err != nil {
			return nil, err
		}
	}
	sample, _ := io.ReadAll(decoded(bytes.NewReader(head[t.mark:]), t.Encoding)) // a cut character is no matter here
	return t, t.tellFormat(in, opt, sample, all)
}

// tellUTF8 decides between UTF-8 and Windows-1252 by the head of the input,
// which is all of it or cut. What follows a head that is UTF-8 may say otherwise.
func tellUTF8(in *input, head []byte, all bool) (Encoding, error) {
	if !all {
		head = whole(head)
	}
	if utf8.Valid(head) {
		return UTF8, nil
	}
	return weighed(in, head)
}

// weighed decides where some bytes are not UTF-8: by the whole of a file, by the
// head of what can be read only once.
func weighed(in *input, head []byte) (Encoding, error) {
	good, bad, err := weigh(cmp.Or[io.Reader](in.again(), bytes.NewReader(head)))
	if err != nil {
		return "", in.unreadable(err)
	}
	if good >= bad {
		return UTF8, nil // damaged: the filter will name the line
	}
	return Windows1252, nil
}

// tellFormat finds the line end and the delimiter in a sample of the text.
func (t *told) tellFormat(in *input, opt Options, sample []byte, all bool) error {
	t.LineEnd = tellLineEnd(sample)
	t.Delimiter, t.sep = namedDelimiter(sample)
	if opt.Delimiter != 0 {
		t.Delimiter = opt.Delimiter
	}
	if t.Delimiter != 0 {
		return nil
	}
	fallback := Comma
	if named(in.name, ".tsv") || named(in.name, ".tab") {
		fallback = Tab
	}
	var found []Delimiter
	if found = tellDelimiter(sample, t.LineEnd, all); len(found) > 1 {
		return in.refuse(fmt.Sprintf("its cells may be divided by %s or by %s", found[0], found[1]), "say which with --delimiter")
	}
	t.Delimiter = cmp.Or(append(found, fallback)...)
	return nil
}

// namedDelimiter reads a first line such as sep=; which Excel writes and obeys,
// and says how long it is.
func namedDelimiter(sample []byte) (Delimiter, int) {
	rest, found := bytes.CutPrefix(sample, []byte("sep="))
	if !found || len(rest) == 0 || !Delimiter(rest[0]).valid() {
		return 0, 0
	}
	line := rest[1:]
	for _, end := range []string{"\r\n", "\n", "\r"} {
		if bytes.HasPrefix(line, []byte(end)) {
			return Delimiter(rest[0]), len("sep=;") + len(end)
		}
	}
	return 0, 0
}

// tellLineEnd counts line ends outside quotes. Where quotes do not pair the
// count is off, but seldom the greatest of the three.
func tellLineEnd(sample []byte) LineEnd {
	counts := map[LineEnd]int{}
	for i, part := range bytes.Split(sample, []byte{'"'}) {
		if i%2 == 1 {
			continue
		}
		crlf := bytes.Count(part, []byte("\r\n"))
		counts[CRLF] += crlf
		counts[LF] += bytes.Count(part, []byte{'\n'}) - crlf
		counts[CR] += bytes.Count(part, []byte{'\r'}) - crlf
	}
	end := LF
	for _, other := range []LineEnd{CRLF, CR} {
		if counts[other] > counts[end] {
			end = other
		}
	}
	return end
}

// candidate is how well the rows of a sample fit a delimiter.
type candidate struct {
	delimiter Delimiter
	width     int     // cells of the header
	share     float64 // of the rows that are as wide
	spaces    int     // cells that begin with a space: prose has them after a comma
	broken    bool    // its quotes do not fit
}

// tellDelimiter returns the delimiter that the rows of a sample fit best. It
// returns none where the header holds none, and several where they fit equally
// well. all says that the sample is not cut.
func tellDelimiter(sample []byte, end LineEnd, all bool) []Delimiter {
	var known []candidate
	for _, d := range delimiters {
		if !bytes.ContainsRune(sample, rune(d)) {
			continue
		}
		if c := try(sample, d, end, all); c.width > 1 {
			known = append(known, c)
		}
	}
	if len(known) == 0 {
		return nil
	}
	slices.SortStableFunc(known, func(a, b candidate) int { return -a.compare(b) })
	found := []Delimiter{known[0].delimiter}
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
func (a candidate) compare(b candidate) int {
	const most = 0.8
	return cmp.Or(
		-compareBool(a.broken, b.broken),
		compareBool(a.share >= most, b.share >= most),
		cmp.Compare(a.width, b.width),
		cmp.Compare(a.share, b.share),
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
func try(sample []byte, d Delimiter, end LineEnd, all bool) candidate {
	f := newFilter("", bytes.NewReader(sample), Format{Delimiter: d, LineEnd: end}, 1)
	records := f.records()
	c := candidate{delimiter: d}
	rows, alike := 0, 0
	for rows < sampledRows {
		cells, err := records.Read()
		if err != nil {
			cut := f.eof && !all
			c.broken = !errors.Is(err, io.EOF) && !cut
			break
		}
		if blank(cells) {
			continue
		}
		if rows == 0 {
			c.width = len(cells)
		}
		rows++
		if len(cells) == c.width {
			alike++
		}
		c.spaces += spaced(cells)
	}
	if rows > 0 {
		c.share = float64(alike) / float64(rows)
	}
	return c
}

func spaced(cells []string) int {
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
func (t *told) doubtful() bool {
	return t.asked == "" && t.Encoding == UTF8 && !t.BOM
}

// lineOf returns the line of the file that is the nth of the filtered text.
func (t *told) lineOf(n int) int {
	if t.sep > 0 {
		return n + 1
	}
	return n
}

// open returns the filtered text of source, from the header on.
func (t *told) open(name string, source io.Reader, s *survey) (*filter, error) {
	if _, err := io.CopyN(io.Discard, source, int64(t.mark)); err != nil {
		return nil, err
	}
	text := decoded(source, t.Encoding)
	if _, err := io.CopyN(io.Discard, text, int64(t.sep)); err != nil {
		return nil, err
	}
	f := newFilter(name, text, t.Format, t.lineOf(1))
	f.asked, f.survey = t.asked, s
	return f, nil
}

// look surveys source to its end. An error is one that the rows will meet, too;
// invalid says that it is about a byte that is not UTF-8.
func (t *told) look(name string, source io.Reader) (_ *survey, invalid bool, _ error) {
	s := &survey{comma: byte(t.Delimiter), line: t.lineOf(1), began: t.lineOf(1)}
	f, err := t.open(name, source, s)
	if err != nil {
		return s, false, err
	}
	_, err = io.Copy(io.Discard, f)
	return s, f.invalid, err
}
