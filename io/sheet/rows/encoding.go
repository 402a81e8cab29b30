package rows

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
)

// Encoding is how a text file spells its characters as bytes: a name that UnmarshalText
// gives.
type Encoding string

// The encodings that are detected, and UTF16, which takes the byte order from the byte
// order mark, or from the content if there is no mark. A file may be in others if the
// Options name them: see Charset.
const (
	UTF8        Encoding = "utf-8"
	UTF16       Encoding = "utf-16"
	UTF16LE     Encoding = "utf-16le"
	UTF16BE     Encoding = "utf-16be"
	Windows1252 Encoding = "windows-1252"
	Macintosh   Encoding = "macintosh"
	IBM850      Encoding = "ibm850"
)

// unicodeNames are names of the encodings that are not character sets, in the form that
// foldName gives.
var unicodeNames = map[string]Encoding{
	"utf8": UTF8, "utf8sig": UTF8, "utf8bom": UTF8, "csvutf8": UTF8,
	"utf16": UTF16, "unicode": UTF16, "ucs2": UTF16,
	"utf16le": UTF16LE, "ucs2le": UTF16LE, "utf16be": UTF16BE, "ucs2be": UTF16BE,
}

// usualNames are names that people use and the indexes of x/text do not know.
var usualNames = map[string]string{
	"macroman": "macintosh", "xmacroman": "macintosh", "macosroman": "macintosh", "maccyrillic": "x-mac-cyrillic",
	"ansi": "windows-1252", "latin": "windows-1252", "western": "windows-1252", "oem": "ibm437", "dos": "ibm437", "msdos": "ibm437",
	"cp858": "ibm00858", "ibm858": "ibm00858", "858": "ibm00858",
	"latin0": "iso-8859-15", "latin9": "iso-8859-15", "sjis": "shift_jis", "cp932": "shift_jis", "cp936": "gbk", "cp949": "euc-kr", "cp950": "big5",
	"shiftjis": "shift_jis", "eucjp": "euc-jp", "euckr": "euc-kr", "iso2022jp": "iso-2022-jp", "koi8r": "koi8-r", "koi8u": "koi8-u",
}

// numbered are ways to write a numbered character set, and its name in the indexes.
var numbered = []struct {
	written *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`^(?:windows|win|cp|codepage|ms|x?ansi)?(874|125[0-8])$`), "windows-$1"},
	{regexp.MustCompile(`^x?(?:ibm|cp|codepage|dos|oem|pc)?0?([4-8]\d\d)$`), "ibm$1"},
	{regexp.MustCompile(`^(?:iso)?8859(\d{1,2})$`), "iso-8859-$1"},
	{regexp.MustCompile(`^l(?:atin)?(\d{1,2})$`), "latin$1"},
}

// UnmarshalText takes the name of an encoding in any usual spelling, so that a flag may
// be an Encoding: latin1, ISO-8859-1, cp1252, mac-roman, cp850. It fails for other names.
func (e *Encoding) UnmarshalText(text []byte) error {
	folded := foldName(string(text))
	if unicode := unicodeNames[folded]; unicode != "" {
		*e = unicode
		return nil
	}
	names := []string{usualNames[folded], strings.ToLower(strings.TrimSpace(string(text))), folded}
	for _, form := range numbered {
		if form.written.MatchString(folded) {
			names = append(names, form.written.ReplaceAllString(folded, form.name))
		}
	}
	for _, name := range names {
		if canonical, set := findCharset(name); set != nil {
			*e = canonical
			return nil
		}
	}
	return fmt.Errorf("%q is not a supported encoding: give utf-8, utf-16, utf-16le, utf-16be, windows-1252, macintosh, cp850, iso-8859-2, shift_jis or another usual name", text)
}

// Charset returns the character set of the encoding; nil for UTF-8 and UTF-16, which have
// all characters, and for what is not an Encoding.
func (e Encoding) Charset() encoding.Encoding {
	_, set := findCharset(string(e))
	return set
}

// foldName reduces a name to its letters and digits in lower case.
func foldName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}

// findCharset returns the character set that the indexes of x/text have at a name, and
// its first name there. As in browsers, Latin-1 is Windows-1252, which has more
// characters. EBCDIC is left out: its line ends are not those of text files.
func findCharset(name string) (Encoding, encoding.Encoding) {
	if set, err := htmlindex.Get(name); err == nil {
		canonical, err := htmlindex.Name(set)
		if err != nil || strings.HasPrefix(canonical, "utf-") || canonical == "replacement" || canonical == "x-user-defined" {
			return "", nil
		}
		return Encoding(canonical), set
	}
	set, err := ianaindex.IANA.Encoding(name)
	if err != nil || set == nil || !spellsASCII(set) {
		return "", nil
	}
	canonical, err := ianaindex.IANA.Name(set)
	if err != nil {
		return "", nil
	}
	return Encoding(strings.ToLower(canonical)), set
}

// spellsASCII reports whether the bytes of ASCII mean in set what they mean in ASCII.
func spellsASCII(set encoding.Encoding) bool {
	const signs = "A,;\t\"\r\n0"
	decoded, err := set.NewDecoder().String(signs)
	return err == nil && decoded == signs
}
