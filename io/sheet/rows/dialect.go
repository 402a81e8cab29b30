package rows

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Delimiter is the character between two cells of a row. 0 means that it is detected
// when reading, and a comma when writing.
type Delimiter rune

// The delimiters that are detected.
const (
	Comma     Delimiter = ','
	Semicolon Delimiter = ';'
	Tab       Delimiter = '\t'
	Pipe      Delimiter = '|'
)

var delimiterNames = map[Delimiter]string{Comma: "comma", Semicolon: "semicolon", Tab: "tab", Pipe: "pipe"}

// String returns the delimiter's name, or the character in quotes.
func (d Delimiter) String() string {
	if name, ok := delimiterNames[d]; ok {
		return name
	}
	return fmt.Sprintf("%q", rune(d))
}

// MarshalText gives what UnmarshalText takes.
func (d Delimiter) MarshalText() ([]byte, error) {
	if _, ok := delimiterNames[d]; ok {
		return []byte(d.String()), nil
	}
	return []byte(string(d)), nil
}

// UnmarshalText takes a name (comma, semicolon, tab, pipe), \t, or the character
// itself, so that a flag may be a Delimiter. It fails for a character that is not
// Valid.
func (d *Delimiter) UnmarshalText(text []byte) error {
	name := strings.ToLower(string(text))
	if name == `\t` {
		name = "tab"
	}
	for known, its := range delimiterNames {
		if name == its {
			*d = known
			return nil
		}
	}
	if c, size := utf8.DecodeRune(text); size == len(text) && Delimiter(c).Valid() {
		*d = Delimiter(c)
		return nil
	}
	return fmt.Errorf("%q cannot be a delimiter: give comma, semicolon, tab, pipe or another ASCII sign", text)
}

// Valid reports whether the delimiter is an ASCII sign that is not part of words,
// numbers, quotes or line ends.
func (d Delimiter) Valid() bool {
	switch {
	case d == Tab:
		return true
	case d <= ' ', d >= 0x7F, d >= '0' && d <= '9', d >= 'A' && d <= 'Z', d >= 'a' && d <= 'z':
		return false
	}
	return !strings.ContainsRune(`"'.+-=@`, rune(d))
}

// LineEnd is what ends the rows of a text file.
type LineEnd string

// The line ends of Unix, of Windows, and of Macs before 2001.
const (
	LF   LineEnd = "LF"
	CRLF LineEnd = "CRLF"
	CR   LineEnd = "CR"
)

// Format is how a text file is written, always in UTF-8. The zero value is what
// encoding/csv writes: commas, LF, no byte order mark.
type Format struct {
	Delimiter Delimiter `json:"delimiter"`
	LineEnd   LineEnd   `json:"line_end"` // empty is LF
	BOM       bool      `json:"bom"`      // the byte order mark, by which Excel recognizes UTF-8
}

// Text is the dialect of a text file, detected or set by the Options, and how well its
// rows fit the header. Its JSON is part of a run's summary.
type Text struct {
	Encoding Encoding `json:"encoding"`
	// Doubt says why the encoding is in doubt: the words after "it is read as" and its
	// name, with one character that shows the difference. Empty: there is no doubt.
	Doubt string `json:"encoding_doubt,omitempty"`
	// Format is the input's: a file written with it looks like the input, except
	// for the encoding.
	Format
	// Short counts the rows with fewer cells than the header, which were padded.
	// Long counts the rows with content beyond the header's last column, and
	// FirstLong is the line of the first. Both are of the rows yielded so far.
	Short     int `json:"rows_padded"`
	Long      int `json:"rows_longer_than_header"`
	FirstLong int `json:"first_longer_line,omitempty"`
	// Unnamed is how many columns without a name were added to the end of the
	// header, so that it is as wide as the widest row.
	Unnamed int `json:"-"`
	// Blank counts the lines that are not rows: blank lines, and lines of empty
	// cells at the end of the file. It is known once Rows has ended.
	Blank int `json:"blank_lines"`
	// Filler counts the bytes at the end of the file that are not text: Ctrl-Z, NUL,
	// form feed and the line ends among them. It is known once Rows has ended.
	Filler int `json:"filler_bytes,omitempty"`
	// HeaderLine is the line of the header, from 1; 0: the file has no header.
	HeaderLine int `json:"-"`
}

// String describes the dialect in a few words.
func (t Text) String() string {
	mark := ""
	if t.BOM {
		mark = " with BOM"
	}
	return fmt.Sprintf("%s%s, delimiter %s, line ends %s", t.Encoding, mark, t.Delimiter, t.LineEnd)
}
