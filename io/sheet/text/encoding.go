package text

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/transform"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

var (
	utf8BOM    = []byte("\xEF\xBB\xBF")
	utf16LEBOM = []byte("\xFF\xFE")
	utf16BEBOM = []byte("\xFE\xFF")
)

// marked returns the encoding that a mark at the start of a file stands for, and
// the mark; both are empty where there is none.
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

// wide tells UTF-16 without a mark by where the NUL bytes stand: each character
// of ASCII has one, on the same side. It is empty for anything else.
func sniffUTF16(head []byte) rows.Encoding {
	const most = 4             // some other characters have a NUL on the other side
	var left, right, plain int // pairs of bytes by where the NUL is; plain ones are two letters of ASCII
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

// sniff returns the encoding that head shows by its mark, or by its NUL bytes, and the
// mark; both are empty where it shows none.
func Sniff(head []byte) (rows.Encoding, []byte) {
	own, mark := byteOrderMark(head)
	return cmp.Or(own, sniffUTF16(head)), mark
}

// resolveEncoding says how to read a file that begins with head: as asked, else
// by its mark, else by its NUL bytes. What is left is UTF-8 until a byte of it
// says otherwise. The mark is returned to be skipped; one of another encoding
// than was asked for is text, but for that of UTF-8, which some programs put
// before anything.
func resolveEncoding(asked rows.Encoding, head []byte) (rows.Encoding, []byte) {
	own, mark := byteOrderMark(head)
	switch asked {
	case "":
		return cmp.Or(own, sniffUTF16(head), rows.UTF8), mark
	case rows.UTF16:
		if own == rows.UTF16LE || own == rows.UTF16BE {
			return own, mark
		}
		return cmp.Or(sniffUTF16(head), rows.UTF16LE), nil // as Windows writes it
	case rows.Windows1252:
		if own == rows.UTF8 {
			return asked, mark
		}
		return asked, nil
	default:
		if own == asked {
			return asked, mark
		}
		return asked, nil
	}
}

// decoded returns source, which is past its mark, as UTF-8. What claims to be
// UTF-8 is handed on unchecked.
func decode(source io.Reader, encoding rows.Encoding) io.Reader {
	switch encoding {
	case rows.UTF16LE, rows.UTF16BE:
		return transform.NewReader(source, &utf16Decoder{bigEndian: encoding == rows.UTF16BE})
	case rows.Windows1252:
		return transform.NewReader(source, transform.Chain(definedBytes{}, charmap.Windows1252.NewDecoder()))
	default:
		return source
	}
}

var (
	errUTF16     = errors.New("it is not UTF-16: half a character stands there")
	errUndefined = errors.New("it holds a byte that Windows-1252 has no character for")
)

// fromUTF16 is a transform.Transformer. The library's own puts U+FFFD where half
// a character is missing, which hides the damage.
type utf16Decoder struct {
	transform.NopResetter
	bigEndian bool
}

func (f *utf16Decoder) unit(src []byte) rune {
	if f.bigEndian {
		return rune(src[0])<<8 | rune(src[1])
	}
	return rune(src[1])<<8 | rune(src[0])
}

// next reads one character and says of how many bytes it is; 0 means that src
// ends within it.
func (f *utf16Decoder) nextRune(src []byte) (rune, int, error) {
	if len(src) < 2 {
		return 0, 0, nil
	}
	r := f.unit(src)
	if !utf16.IsSurrogate(r) {
		return r, 2, nil
	}
	if len(src) < 4 {
		return 0, 0, nil
	}
	if r = utf16.DecodeRune(r, f.unit(src[2:])); r == utf8.RuneError {
		return 0, 0, errUTF16
	}
	return r, 4, nil
}

func (f *utf16Decoder) Transform(dst, src []byte, atEOF bool) (nDst, nSrc int, err error) {
	for nSrc < len(src) {
		r, size, err := f.nextRune(src[nSrc:])
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

// defined is a transform.Transformer that refuses the five bytes that have no
// character in Windows-1252: a file with one is in another code page.
type definedBytes struct{ transform.NopResetter }

func (definedBytes) Transform(dst, src []byte, _ bool) (nDst, nSrc int, err error) {
	n := min(len(dst), len(src))
	for i, b := range src[:n] {
		if b >= 0x81 && b <= 0x9D && (b == 0x81 || b == 0x8D || b == 0x8F || b == 0x90 || b == 0x9D) {
			return copy(dst, src[:i]), i, errUndefined
		}
	}
	copy(dst, src[:n])
	if n < len(src) {
		return n, n, transform.ErrShortDst
	}
	return n, n, nil
}

// weigh counts the characters of several bytes that are good UTF-8, and the
// bytes that are not. Text in Windows-1252 has hardly any of the former.
func countRunes(source io.Reader) (good, bad int, err error) {
	r := bufio.NewReaderSize(source, 64<<10)
	for {
		c, size, err := r.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return good, bad, nil
		case err != nil:
			return good, bad, err
		case c == utf8.RuneError && size == 1:
			bad++
		case size > 1:
			good++
		}
	}
}

// whole drops the bytes of a character that is cut at the end.
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

// badAt returns where the first NUL, or byte that is not UTF-8, stands in p, or
// -1.
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

// checkEncoding refuses an encoding that is not read.
func checkEncoding(in *rows.Input, asked rows.Encoding) error {
	if asked == "" {
		return nil
	}
	if err := new(rows.Encoding).UnmarshalText([]byte(asked)); err != nil {
		return &disk.Error{Doing: "reading " + in.Name, Problem: fmt.Sprintf("there is no encoding %q", asked), Hint: "give --encoding utf-8, utf-16, utf-16le, utf-16be or windows-1252"}
	}
	return nil
}
