package xlsx

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// escapeLength is the length of _xHHHH_, as which workbooks write characters that XML
// cannot hold.
const escapeLength = len("_x0000_")

// unescape resolves such characters. Half of a surrogate pair stays as it is.
func unescape(text string) string {
	i := strings.Index(text, "_x")
	if i < 0 {
		return text
	}
	out := []byte(text[:i])
	for i < len(text) {
		r, ok := escaped(text[i:])
		if !ok {
			out = append(out, text[i])
			i++
			continue
		}
		i += escapeLength
		if utf16.IsSurrogate(r) {
			low, _ := escaped(text[i:])
			pair := utf16.DecodeRune(r, low)
			if pair == utf8.RuneError {
				out = append(out, text[i-escapeLength:i]...)
				continue
			}
			r, i = pair, i+escapeLength
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// escaped reads the _xHHHH_ that text starts with.
func escaped(text string) (rune, bool) {
	if len(text) < escapeLength || text[0] != '_' || text[1] != 'x' || text[escapeLength-1] != '_' {
		return 0, false
	}
	n, err := strconv.ParseUint(text[2:escapeLength-1], 16, 16)
	return rune(n), err == nil
}

// escape writes what XML cannot hold as _xHHHH_, and escapes what already looks like that,
// so that unescape returns every text unchanged.
func escape(text string) string {
	var out []byte
	from := 0
	for i := 0; i < len(text); i++ {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		// A parser of XML turns carriage returns into line feeds.
		special := notInXML(r) || r == '\r'
		if r == '_' && len(text)-i >= escapeLength {
			_, special = escaped(text[i : i+escapeLength])
		}
		if special {
			out = append(out, text[from:i]...)
			out = fmt.Appendf(out, "_x%04X_", r)
			from = i + size
		}
		i += size - 1
	}
	if from == 0 {
		return text
	}
	return string(append(out, text[from:]...))
}
