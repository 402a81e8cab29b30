package xlsx

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"loanmap/io/disk"
)

// heldTexts is how large the part of shared texts may be to be held in memory,
// in bytes; a larger one goes to temporary files that Close removes.
const maxStringsInMemory = 96 << 20

// texts are the shared texts of a workbook, to which its cells refer by number.
type sharedStrings struct {
	count int
	// In memory, text i ends at ends[i] of all.
	all  string
	ends []uint32
	// Otherwise these hold the same: texts, and where they end in 8 bytes each.
	spilled, index *window
}

// textSink takes in texts, one after the other.
type stringSink interface {
	add(text string) error
	done() (*sharedStrings, error)
}

// readTexts reads the part of that name; "" is a workbook without one.
func readSharedStrings(p *parts, name, doing string, held int64) (*sharedStrings, error) {
	if name == "" {
		return &sharedStrings{}, nil
	}
	var sink stringSink = new(memorySink)
	if part := p.byName[partName(name)]; part != nil && part.UncompressedSize64 > uint64(held) {
		spill, err := newSpillSink(doing)
		if err != nil {
			return nil, err
		}
		sink = spill
	}
	var rich richText
	err := p.scan(name, func(t *token) error {
		if t.depth == 1 && t.kind == startTag && string(t.name) != "sst" {
			return fmt.Errorf("it holds <%.40s>, not shared texts", t.name)
		}
		if t.depth != 2 || t.kind == textToken || string(t.name) != "si" {
			return rich.feed(t)
		}
		if t.kind == endTag || t.empty {
			defer rich.reset()
			return sink.add(unescape(string(rich.text)))
		}
		return nil
	})
	found, failed := sink.done()
	if err = errors.Join(err, failed); err != nil && found != nil {
		found.close()
	}
	return found, err
}

// get returns text i.
func (t *sharedStrings) get(i int) (string, error) {
	if t.spilled != nil {
		return t.read(i)
	}
	from := uint32(0)
	if i > 0 {
		from = t.ends[i-1]
	}
	return t.all[from:t.ends[i]], nil
}

func (t *sharedStrings) read(i int) (string, error) {
	ends, err := t.index.bytes(int64(i)*8, 16)
	if err != nil {
		return "", err
	}
	from, to := binary.LittleEndian.Uint64(ends), binary.LittleEndian.Uint64(ends[8:])
	text, err := t.spilled.bytes(int64(from), int(to-from))
	return string(text), err
}

func (t *sharedStrings) close() {
	if t != nil && t.spilled != nil {
		_ = t.spilled.file.Close()
		_ = t.index.file.Close()
	}
}

type memorySink struct {
	all  strings.Builder
	ends []uint32
}

func (s *memorySink) add(text string) error {
	s.all.WriteString(text)
	s.ends = append(s.ends, uint32(s.all.Len())) // below heldTexts
	return nil
}

func (s *memorySink) done() (*sharedStrings, error) {
	return &sharedStrings{count: len(s.ends), all: s.all.String(), ends: s.ends}, nil
}

type spillSink struct {
	content, index *disk.Spool
	text, end      *bufio.Writer
	count          int
	length         uint64
}

func newSpillSink(doing string) (*spillSink, error) {
	text, err := disk.NewSpool(doing)
	if err != nil {
		return nil, err
	}
	index, err := disk.NewSpool(doing)
	if err != nil {
		_ = text.Close()
		return nil, err
	}
	s := &spillSink{content: text, index: index, text: bufio.NewWriterSize(text, 64<<10), end: bufio.NewWriterSize(index, 64<<10)}
	return s, s.markEnd()
}

// mark notes where the next text starts.
func (s *spillSink) markEnd() error {
	return binary.Write(s.end, binary.LittleEndian, s.length)
}

func (s *spillSink) add(text string) error {
	s.count++
	s.length += uint64(len(text))
	_, err := s.text.WriteString(text)
	return errors.Join(err, s.markEnd())
}

func (s *spillSink) done() (*sharedStrings, error) {
	err := errors.Join(s.text.Flush(), s.end.Flush())
	return &sharedStrings{count: s.count, spilled: &window{file: s.content}, index: &window{file: s.index}}, err
}

// window reads from a file here and there, but mostly onwards.
type window struct {
	file     *disk.Spool
	from     int64
	buffered []byte
}

// bytes returns n bytes, which hold until the next call.
func (w *window) bytes(at int64, n int) ([]byte, error) {
	if at < w.from || at+int64(n) > w.from+int64(len(w.buffered)) {
		if cap(w.buffered) < n {
			w.buffered = make([]byte, 0, max(n, 16<<10))
		}
		got, err := w.file.ReadAt(w.buffered[:cap(w.buffered)], at)
		if w.from, w.buffered = at, w.buffered[:got]; got < n {
			return nil, errors.Join(err, io.ErrUnexpectedEOF)
		}
	}
	return w.buffered[at-w.from:][:n], nil
}

// richText joins the runs of a text, without what is written above it to say
// how it is read aloud.
type richText struct {
	text     []byte
	inText   bool
	phonetic bool
}

func (r *richText) reset() { *r = richText{text: r.text[:0]} }

func (r *richText) feed(t *token) (err error) {
	switch {
	case t.kind == textToken:
		if r.inText && !r.phonetic {
			r.text, err = appendText(r.text, t.raw)
		}
	case t.kind == otherToken || t.empty:
	case string(t.name) == "t":
		r.inText = t.kind == startTag
	case string(t.name) == "rPh":
		r.phonetic = t.kind == startTag
	}
	return err
}

// escapeLength is the length of _xHHHH_, in which workbooks write characters
// that XML has no place for.
const escapeLength = len("_x0000_")

// unescape resolves such characters. Half of a pair of characters is
// left as it is.
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

// escape writes what XML has no place for as _xHHHH_, and what already looks
// like that so that it is read as it is: nothing is lost.
func escape(text string) string {
	var out []byte
	from := 0
	for i := 0; i < len(text); i++ {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(text[i:])
		}
		// XML turns carriage returns into line feeds.
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
