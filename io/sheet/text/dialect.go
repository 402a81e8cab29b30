package text

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

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
	skipped    int           // decoded bytes above the header
	firstLine  int           // the line of the file that follows them
	header     string        // the line that a file without a header gets; or empty
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
		if err = d.detectUTF8(in, head, whole); err != nil {
			return nil, err
		}
	}
	sample, _ := io.ReadAll(decode(bytes.NewReader(head[d.markLength:]), d.Encoding)) // an error is that of a cut character
	if err := d.skipLines(in, opt, &sample, whole); err != nil {
		return nil, err
	}
	if err := d.detectDelimiter(in, sample, whole); err != nil {
		return nil, err
	}
	if opt.NoHeader {
		d.makeHeader(sample, whole)
	}
	return d, nil
}

// detectUTF8 chooses between UTF-8 and code pages by the head of the input, which may be
// the whole of it. Bytes after a head of UTF-8 may still be of a code page.
func (d *dialect) detectUTF8(in *rows.Input, head []byte, whole bool) error {
	if !whole {
		head = trimPartialRune(head)
	}
	if utf8.Valid(head) {
		return nil
	}
	return d.chooseEncoding(in, head)
}

// chooseEncoding chooses where some bytes are not UTF-8, by the whole of a file, or by the
// head of what can be read only once.
func (d *dialect) chooseEncoding(in *rows.Input, head []byte) error {
	high, err := countHighBytes(cmp.Or[io.Reader](in.SecondReader(), bytes.NewReader(head)))
	if err != nil {
		return in.Unreadable(err)
	}
	if high.valid < high.invalid { // else it is damaged UTF-8: the filter names the line
		d.Encoding, d.Doubt = high.choose(detectLineEnd(head) == rows.CR)
	}
	return nil
}

// skipLines detects the line end, and skips what precedes the header: the lines above
// Options.HeaderRow, or a first line that names the delimiter.
func (d *dialect) skipLines(in *rows.Input, opt rows.Options, sample *[]byte, whole bool) error {
	d.LineEnd = detectLineEnd(*sample)
	above := 0
	if d.Delimiter = sepDelimiter(*sample, d.LineEnd, opt.Delimiter); d.Delimiter != 0 {
		above = 1
	}
	if opt.Delimiter != 0 {
		d.Delimiter = opt.Delimiter
	}
	above = max(above, opt.HeaderRow-1)
	rest := *sample
	for line := range above {
		end := lineLength(rest, d.LineEnd)
		if end == len(rest) && whole {
			return in.Refuse(fmt.Sprintf("it has no line %d: its last one is %d", above+1, line+1), "give --header-row the line of the names, counted from 1")
		} else if end == len(rest) {
			return in.Refuse(fmt.Sprintf("line %d is not among its first %d bytes", above+1, rows.PeekLength), "give --header-row the line of the names, counted from 1")
		}
		rest = rest[end:]
	}
	d.skipped, d.firstLine, *sample = len(*sample)-len(rest), above+1, rest
	return nil
}

// lineLength returns how many bytes the first line of text has, with its line end.
func lineLength(text []byte, end rows.LineEnd) int {
	sign := byte('\n')
	if end == rows.CR {
		sign = '\r'
	}
	at := bytes.IndexByte(text, sign) + 1
	if at == 0 {
		return len(text)
	}
	if end == rows.CR && at < len(text) && text[at] == '\n' {
		at++
	}
	return at
}

// detectDelimiter detects the delimiter from a sample of the text, unless it is known.
func (d *dialect) detectDelimiter(in *rows.Input, sample []byte, whole bool) error {
	if d.Delimiter != 0 {
		return nil
	}
	fallback := rows.Comma
	if rows.HasEnding(in.Name, ".tsv") || rows.HasEnding(in.Name, ".tab") {
		fallback = rows.Tab
	}
	var found []rows.Delimiter
	if found = fittingDelimiters(sample, d.LineEnd, whole); len(found) > 1 {
		return in.Refuse(fmt.Sprintf("its delimiter may be %s or %s", found[0], found[1]), "give the right one with --delimiter")
	}
	d.Delimiter = cmp.Or(append(found, fallback)...)
	return nil
}

// makeHeader makes a header for a file without one, as wide as its first row.
func (d *dialect) makeHeader(sample []byte, whole bool) {
	width := scoreDelimiter(sample, d.Delimiter, d.LineEnd, whole).width
	if width == 0 {
		return // no row: the error says so
	}
	names := make([]string, width)
	for i := range names {
		names[i] = lettered(i)
	}
	d.header = strings.Join(names, string(rune(d.Delimiter))) + lineEndBytes(d.LineEnd)
	d.firstLine--
}

// lettered names a column, from 0, by the letter that spreadsheets show above it. The word
// before the letter keeps it from being taken for a name, such as ID.
func lettered(column int) string {
	letter, _ := excelize.ColumnNumberToName(column + 1)
	return "Column " + cmp.Or(letter, fmt.Sprint(column+1)) // a number beyond the last column of workbooks
}

// sepLine is a first line that names the delimiter, as Excel obeys it: in quotes, or with
// the delimiters of other columns that a spreadsheet has added behind it.
var sepLine = regexp.MustCompile(`^(?:(?i:sep)=(\\t|[^"\r\n])[,;|\t ]*|"(?i:sep)=(\\t|[^"\r\n])")$`)

// inQuotes finds quoted cells.
var inQuotes = regexp.MustCompile(`"[^"]*"`)

// sepDelimiter returns the delimiter that a first line such as sep=; names, or 0. In
// quotes it may be a header of that name: the line below decides.
func sepDelimiter(sample []byte, end rows.LineEnd, known rows.Delimiter) rows.Delimiter {
	length := lineLength(sample, end)
	line := bytes.TrimRight(sample[:length], "\r\n")
	found := sepLine.FindSubmatch(line)
	if found == nil || len(line) == length {
		return 0
	}
	named := cmp.Or(string(found[1]), string(found[2]))
	delimiter := rows.Delimiter(named[0])
	if named == `\t` {
		delimiter = rows.Tab
	}
	below := inQuotes.ReplaceAll(sample[length:][:lineLength(sample[length:], end)], nil)
	quoted := len(found[2]) > 0
	if !delimiter.Valid() || quoted && (cmp.Or(known, delimiter) != delimiter || !bytes.ContainsRune(below, rune(delimiter))) {
		return 0
	}
	return delimiter
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

// fittingDelimiters returns the delimiter that fits the rows of a sample best: none if the
// header has none, several if they fit equally well. whole means that the sample is the
// whole text.
func fittingDelimiters(sample []byte, end rows.LineEnd, whole bool) []rows.Delimiter {
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
func (d *dialect) fileLine(n int) int { return n + d.firstLine - 1 }

// filtered returns the filtered text of source, from the header on.
func (d *dialect) filtered(name string, source io.Reader, s *survey) (*filter, error) {
	if _, err := io.CopyN(io.Discard, source, int64(d.markLength)); err != nil {
		return nil, err
	}
	text := decode(source, d.Encoding)
	if _, err := io.CopyN(io.Discard, text, int64(d.skipped)); err != nil {
		return nil, err
	}
	if d.header != "" {
		text = io.MultiReader(strings.NewReader(d.header), text)
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
