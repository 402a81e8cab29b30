package loanpro

import (
	"bytes"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// readable returns body as UTF-8 without a byte order mark. Bytes that are not
// UTF-8 are decoded as Windows-1252, so that names keep their letters; foreign
// reports whether there were any.
func readable(body []byte) (text []byte, foreign bool) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if utf8.Valid(body) {
		return body, false
	}
	text = make([]byte, 0, len(body)+len(body)/8)
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		if r == utf8.RuneError && size == 1 {
			if r = charmap.Windows1252.DecodeByte(body[0]); r == utf8.RuneError {
				r = rune(body[0]) // the five undefined bytes, decoded as browsers do
			}
		}
		text = utf8.AppendRune(text, r)
		body = body[size:]
	}
	return text, true
}
