package text

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"

	"loanmap/io/sheet/rows"
)

var (
	utf8BOM    = []byte("\xEF\xBB\xBF")
	utf16LEBOM = []byte("\xFF\xFE")
	utf16BEBOM = []byte("\xFE\xFF")
)

// byteOrderMark returns the byte order mark at the start of a file and the encoding that
// it means. Both are empty without a mark.
func byteOrderMark(head []byte) (rows.Encoding, []byte) {
	switch {
	case bytes.HasPrefix(head, utf8BOM):
		return rows.UTF8, utf8BOM
	case bytes.HasPrefix(head, utf16LEBOM):
		return rows.UTF16LE, utf16LEBOM
	case bytes.HasPrefix(head, utf16BEBOM):
		return rows.UTF16BE, utf16BEBOM
	}
	return "", nil
}

// sniffUTF16 recognizes UTF-16 without a mark: each ASCII character has a NUL byte, always
// on the same side. It returns "" for anything else.
func sniffUTF16(head []byte) rows.Encoding {
	head = bytes.TrimRight(head, "\x00") // filler, or half of the last character
	const most = 4                       // a few other characters have a NUL on the other side
	var left, right, plain int           // pairs of bytes with a NUL on the left, on the right, and of two ASCII letters
	for i := 0; i+1 < len(head); i += 2 {
		a, b := head[i], head[i+1]
		switch {
		case a == 0 && b == 0:
			return ""
		case a == 0:
			left++
		case b == 0:
			right++
		case a >= ' ' && a < 0x7F && b >= ' ' && b < 0x7F:
			plain++
		}
	}
	switch {
	case right > plain && right > most*left:
		return rows.UTF16LE
	case left > plain && left > most*right:
		return rows.UTF16BE
	}
	return ""
}

// Sniff returns the encoding of a file that starts with head, if its byte order mark or
// its NUL bytes show it, and the mark. Both are empty otherwise.
func Sniff(head []byte) (rows.Encoding, []byte) {
	own, mark := byteOrderMark(head)
	return cmp.Or(own, sniffUTF16(head)), mark
}

// resolveEncoding returns the encoding of a file that starts with head: the one that is
// named, else that of its mark, else that of its NUL bytes, else UTF-8 for now. It also
// returns the mark, which is skipped. The mark of another encoding than the named one is
// text, except for that of UTF-8, which some programs put before anything.
func resolveEncoding(named rows.Encoding, head []byte) (rows.Encoding, []byte) {
	own, mark := byteOrderMark(head)
	if named == "" {
		return cmp.Or(own, sniffUTF16(head), rows.UTF8), mark
	}
	if named == rows.UTF16 {
		if own == rows.UTF16LE || own == rows.UTF16BE {
			return own, mark
		}
		return cmp.Or(sniffUTF16(head), rows.UTF16LE), nil // as Windows writes it
	}
	if own == named || own == rows.UTF8 && named.Charset() != nil {
		return named, mark
	}
	return named, nil
}

// decode returns source, which starts after its mark, as UTF-8. UTF-8 itself passes
// unchecked: the filter checks it.
func decode(source io.Reader, encoding rows.Encoding) io.Reader {
	set := encoding.Charset()
	if encoding == rows.UTF16LE || encoding == rows.UTF16BE {
		return transform.NewReader(source, &utf16Decoder{bigEndian: encoding == rows.UTF16BE})
	}
	if set == nil {
		return source
	}
	if page, ok := set.(*charmap.Charmap); ok {
		return transform.NewReader(source, newPageDecoder(codePage{encoding: encoding, set: page}))
	}
	return transform.NewReader(source, transform.Chain(set.NewDecoder(), noReplacement{encoding: encoding}))
}

var errUTF16 = errors.New("it is not UTF-16: half of a character is missing")

// undefinedError is a byte or a sequence of bytes without a character.
type undefinedError struct{ encoding rows.Encoding }

func (e *undefinedError) Error() string {
	return fmt.Sprintf("it holds a byte that %s has no character for", e.encoding)
}

// utf16Decoder is a transform.Transformer that fails where half of a character is
// missing. That of x/text puts U+FFFD there, which hides the damage.
type utf16Decoder struct {
	transform.NopResetter
	bigEndian bool
}

// unit reads one unit of UTF-16.
func (d *utf16Decoder) unit(src []byte) rune {
	if d.bigEndian {
		return rune(src[0])<<8 | rune(src[1])
	}
	return rune(src[1])<<8 | rune(src[0])
}

// nextRune reads one character and returns its length in bytes, or 0 if src ends within
// it.
func (d *utf16Decoder) nextRune(src []byte) (rune, int, error) {
	if len(src) < 2 {
		return 0, 0, nil
	}
	r := d.unit(src)
	if !utf16.IsSurrogate(r) {
		return r, 2, nil
	}
	if len(src) < 4 {
		return 0, 0, nil
	}
	if r = utf16.DecodeRune(r, d.unit(src[2:])); r == utf8.RuneError {
		return 0, 0, errUTF16
	}
	return r, 4, nil
}

// Transform turns UTF-16 into UTF-8.
func (d *utf16Decoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		r, size, err := d.nextRune(src[nSrc:])
		switch {
		case err != nil:
			return nDst, nSrc, err
		case size == 0 && atEOF:
			return nDst, nSrc, errUTF16
		case size == 0:
			return nDst, nSrc, transform.ErrShortSrc
		case nDst+utf8.UTFMax > len(dst):
			return nDst, nSrc, transform.ErrShortDst
		}
		nDst += utf8.EncodeRune(dst[nDst:], r)
		nSrc += size
	}
	return nDst, nSrc, nil
}

func isUndefined(err error) bool {
	_, is := errors.AsType[*undefinedError](err)
	return is
}

// pageDecoder is a transform.Transformer that fails at a byte without a character: the
// file is in another encoding. That of x/text puts U+FFFD there.
type pageDecoder struct {
	transform.NopResetter
	encoding rows.Encoding
	chars    [256]rune // U+FFFD for a byte without a character
}

func newPageDecoder(p codePage) *pageDecoder {
	d := &pageDecoder{encoding: p.encoding}
	for b := range d.chars {
		d.chars[b] = p.char(byte(b))
	}
	return d
}

// Transform turns bytes into UTF-8.
func (d *pageDecoder) Transform(dst, src []byte, _ bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		r := d.chars[src[nSrc]]
		switch {
		case nDst+utf8.UTFMax > len(dst):
			return nDst, nSrc, transform.ErrShortDst
		case r < utf8.RuneSelf:
			dst[nDst] = byte(r)
			nDst++
		case r == utf8.RuneError:
			return nDst, nSrc, &undefinedError{d.encoding}
		default:
			nDst += utf8.EncodeRune(dst[nDst:], r)
		}
		nSrc++
	}
	return nDst, nSrc, nil
}

// noReplacement is a transform.Transformer that fails at U+FFFD, which decoders of x/text
// put where bytes have no character.
type noReplacement struct {
	transform.NopResetter
	encoding rows.Encoding
}

var replacement = []byte("\uFFFD")

// Transform copies src up to the first U+FFFD.
func (n noReplacement) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	size := len(src)
	if !atEOF {
		size = len(trimPartialRune(src))
	}
	if at := bytes.Index(src[:size], replacement); at >= 0 {
		size, err = at, &undefinedError{n.encoding}
	} else if size < len(src) {
		err = transform.ErrShortSrc
	}
	if size > len(dst) {
		size, err = len(dst), transform.ErrShortDst
	}
	return copy(dst, src[:size]), size, err
}

// trimPartialRune drops the bytes of a character that is cut at the end.
func trimPartialRune(p []byte) []byte {
	for n := 1; n < utf8.UTFMax && n <= len(p); n++ {
		if tail := p[len(p)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				return p[:len(p)-n]
			}
			break
		}
	}
	return p
}

// indexInvalid returns the index of the first byte in p that is NUL or not UTF-8, or -1.
func indexInvalid(p []byte) int {
	nul := bytes.IndexByte(p, 0)
	if nul >= 0 {
		p = p[:nul]
	}
	if utf8.Valid(p) {
		return nul
	}
	for i := 0; ; {
		c, size := utf8.DecodeRune(p[i:])
		if c == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
}

// checkEncoding refuses an encoding that is not supported.
func checkEncoding(in *rows.Input, named rows.Encoding) error {
	if named == "" {
		return nil
	}
	if named.Charset() == nil && !slices.Contains([]rows.Encoding{rows.UTF8, rows.UTF16, rows.UTF16LE, rows.UTF16BE}, named) {
		return in.Refuse(fmt.Sprintf("there is no encoding %q", named), "give --encoding a usual name, such as utf-8, utf-16, windows-1252 or macintosh")
	}
	return nil
}
