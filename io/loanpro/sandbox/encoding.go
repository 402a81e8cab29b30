package sandbox

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

const byteOrderMark = "\ufeff"

// encode returns the body of an answer in the bytes that the tenant sends. JSON
// is UTF-8 without a mark by its standard; that a tenant may do otherwise is
// assumed, after what databases and proxies are known to do.
func (s *Shape) encode(answer *reply) []byte {
	body := answer.encode()
	if s.Latin1 {
		body = windows1252(body)
	}
	if s.BOM {
		body = append([]byte(byteOrderMark), body...)
	}
	return body
}

// windows1252 turns text from UTF-8 into Windows-1252; characters outside of it
// stay as they are, so that the result may be neither.
func windows1252(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, r := range string(text) {
		if b, ok := charmap.Windows1252.EncodeRune(r); ok {
			out = append(out, b)
		} else {
			out = utf8.AppendRune(out, r)
		}
	}
	return out
}
