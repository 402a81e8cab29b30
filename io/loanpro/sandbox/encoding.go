package sandbox

import (
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

const byteOrderMark = "\ufeff"

// encode returns the bytes that the tenant sends. By its standard, JSON is UTF-8
// without a byte order mark. That a tenant may send other bytes is assumed, after
// known faults of databases and proxies.
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

// windows1252 converts UTF-8 to Windows-1252. Characters outside it stay as they
// are, so the result can be a mixture.
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
