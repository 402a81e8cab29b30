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

// dialect is how a text file is read, and what precedes its header.
type dialect struct {
	rows.Text
	named      rows.Encoding // by the Options
	markLength int           // bytes of the byte order mark
	sepLength  int           // decoded bytes of a first line that names the delimiter
}

// detectDialect detects what the Options leave open. The sample is the first PeekLength
// bytes: what can be read only once cannot be looked at any further.
func detectDialect(in *rows.Input, opt rows.Options) (*dialect, error) {
	if err := checkEncoding(in, opt.Encoding); err != nil {
		return nil, err
	}
	if opt.Delimiter != 0 && !opt.Delimiter.Valid() {
		return nil, in.Refuse(fmt.Sprintf("%q cannot be a delimiter", rune(opt.Delimiter)), "give --delimiter comma, semicolon, tab, pipe or another ASCII sign")
	}
	head, err := in.Peek(rows.PeekLength)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, in.Unreadable(err)
	}
	d := &dialect{named: opt.Encoding}
	whole := errors.Is(err, io.EOF)
	encoding, mark := resolveEncoding(opt.Encoding, head)
	d.Encoding, d.markLength, d.BOM = encoding, len(mark), mark != nil
	if d.assumedUTF8() {
		if d.Encoding, err = detectUTF8(in, head, whole); err != nil {
			return nil, err
		}
	}
	sample, _ := io.ReadAll(decode(bytes.NewReader(head[d.markLength:]), d.Encoding)) // an error is that of a cut character
	return d, d.detectFormat(in, opt, sample, whole)
}

// detectUTF8 chooses between UTF-8 and Windows-1252 by the head of the input, which may be
// the whole of it. Bytes after a head of UTF-8 may still be Windows-1252.
func detectUTF8(in *rows.Input, head []byte, whole bool) (rows.Encoding, error) {
	if !whole {
		head = trimPartialRune(head)
	}
	if utf8.Valid(head) {
		return rows.UTF8, nil
	}
	return chooseEncoding(in, head)
}

// chooseEncoding chooses where some bytes are not UTF-8, by the whole of a file, or by the
// head of what can be read only once.
func chooseEncoding(in *rows.Input, head []byte) (rows.Encoding, error) {
	valid, invalid, err := countRunes(cmp.Or[io.Reader](in.SecondReader(), bytes.NewReader(head)))
	if err != nil {
		return "", in.Unreadable(err)
	}
	if valid >= invalid {
		return rows.UTF8, nil // it is damaged: the filter names the line
	}
	return rows.Windows1252, nil
}

// detectFormat detects the line end and the delimiter from a sample of the text.
func (d *dialect) detectFormat(in *rows.Input, opt rows.Options, sample []byte, whole bool) error {
	d.LineEnd = detectLineEnd(sample)
	d.Delimiter, d.sepLength = sepDelimiter(sample)
	if opt.Delimiter != 0 {
		d.Delimiter = opt.Delimiter
	}
	if d.Delimiter != 0 {
		return nil
	}
	fallback := rows.Comma
	if rows.HasEnding(in.Name, ".tsv") || rows.HasEnding(in.Name, ".tab") {
		fallback = rows.Tab
	}
	var found []rows.Delimiter
	if found = detectDelimiter(sample, d.LineEnd, whole); len(found) > 1 {
		return in.Refuse(fmt.Sprintf("its delimiter may be %s or %s", found[0], found[1]), "give the right one with --delimiter")
	}
	d.Delimiter = cmp.Or(append(found, fallback)...)
	return nil
}

// sepDelimiter reads a first line such as sep=; which Excel writes and obeys, and returns
// its length.
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

// detectLineEnd returns the most frequent line end outside quotes. Stray quotes make the
// counts inexact, but seldom change which is the largest.
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

// delimiterScore is how well a delimiter fits the rows of a sample.
type delimiterScore struct {
	delimiter rows.Delimiter
	width     int     // cells of the header
	uniform   float64 // share of the rows that are as wide as the header
	spaces    int     // cells that start with a space, as prose has them after a comma
	badQuotes bool    // quotes start or end within cells
}

// detectDelimiter returns the delimiter that fits the rows of a sample best: none if the
// header has none, several if they fit equally well. whole means that the sample is the
// whole text.
func detectDelimiter(sample []byte, end rows.LineEnd, whole bool) []rows.Delimiter {
	var scores []delimiterScore
	for _, d := range delimiters {
		if !bytes.ContainsRune(sample, rune(d)) {
			continue
		}
		if s := scoreDelimiter(sample, d, end, whole); s.width > 1 {
			scores = append(scores, s)
		}
	}
	if len(scores) == 0 {
		return nil
	}
	slices.SortStableFunc(scores, func(a, b delimiterScore) int { return -a.compare(b) })
	found := []rows.Delimiter{scores[0].delimiter}
	for _, other := range scores[1:] {
		if scores[0].compare(other) == 0 {
			found = append(found, other.delimiter)
		}
	}
	return found
}

// compare is positive if a fits better than b. It decides by the first that differs: the
// quotes fit, most rows are as wide as the header, the header has more cells, more rows
// are as wide, fewer cells start with a space.
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

// scoreDelimiter reads the first rows of a sample with a delimiter.
func scoreDelimiter(sample []byte, d rows.Delimiter, end rows.LineEnd, whole bool) delimiterScore {
	f := newFilter("", bytes.NewReader(sample), rows.Format{Delimiter: d, LineEnd: end}, 1)
	records := f.records()
	score := delimiterScore{delimiter: d}
	count, uniform := 0, 0
	for count < sampledRows {
		cells, err := records.Read()
		if err != nil {
			cut := f.eof && !whole
			score.badQuotes = !errors.Is(err, io.EOF) && !cut
			break
		}
		if rows.Blank(cells) {
			continue
		}
		if count == 0 {
			score.width = len(cells)
		}
		count++
		if len(cells) == score.width {
			uniform++
		}
		score.spaces += countLeadingSpaces(cells)
	}
	if count > 0 {
		score.uniform = float64(uniform) / float64(count)
	}
	return score
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

// records returns the standard reader of the filtered text. The cells that it reads must
// be unmarked.
func (f *filter) records() *csv.Reader {
	r := csv.NewReader(f)
	r.Comma = rune(f.comma)
	r.FieldsPerRecord = -1 // rows may differ in width
	r.ReuseRecord = true
	return r
}

// assumedUTF8 reports whether nothing but the valid bytes so far shows that the text is
// UTF-8.
func (d *dialect) assumedUTF8() bool {
	return d.named == "" && d.Encoding == rows.UTF8 && !d.BOM
}

// fileLine returns which line of the file is line n of the filtered text.
func (d *dialect) fileLine(n int) int {
	if d.sepLength > 0 {
		return n + 1
	}
	return n
}

// filtered returns the filtered text of source, from the header on.
func (d *dialect) filtered(name string, source io.Reader, s *survey) (*filter, error) {
	if _, err := io.CopyN(io.Discard, source, int64(d.markLength)); err != nil {
		return nil, err
	}
	text := decode(source, d.Encoding)
	if _, err := io.CopyN(io.Discard, text, int64(d.sepLength)); err != nil {
		return nil, err
	}
	f := newFilter(name, text, d.Format, d.fileLine(1))
	f.named, f.survey = d.named, s
	return f, nil
}

// survey surveys source to its end. Its error is one that reading the rows meets, too;
// invalid means that the error is a byte that is not UTF-8.
func (d *dialect) survey(name string, source io.Reader) (_ *survey, invalid bool, _ error) {
	s := &survey{comma: byte(d.Delimiter), line: d.fileLine(1), rowLine: d.fileLine(1)}
	f, err := d.filtered(name, source, s)
	if err != nil {
		return s, false, err
	}
	_, err = io.Copy(io.Discard, f)
	return s, f.invalid, err
}
