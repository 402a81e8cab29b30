package xlsx

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"loanmap/io/disk"
)

// maxStringsInMemory is how many bytes the shared strings may have to be kept in memory.
// More go to temporary files, which Close removes.
const maxStringsInMemory = 96 << 20

// sharedStrings are the strings of a workbook that its cells refer to by number.
type sharedStrings struct {
	count int
	// In memory, string i ends at ends[i] of all.
	all  string
	ends []uint32
	// In temporary files: the strings, and where each starts, in 8 bytes each.
	spilled, index *window
}

// stringSink stores strings, one after the other.
type stringSink interface {
	add(text string) error
	done() (*sharedStrings, error)
}

// readSharedStrings reads the part of that name. The name "" is a workbook without one. A
// part of more than inMemory bytes goes to temporary files.
func readSharedStrings(p *parts, name, doing string, inMemory int64) (*sharedStrings, error) {
	if name == "" {
		return &sharedStrings{}, nil
	}
	var sink stringSink = new(memorySink)
	if part := p.byName[partName(name)]; part != nil && part.UncompressedSize64 > uint64(inMemory) {
		spill, err := newSpillSink(doing)
		if err != nil {
			return nil, err
		}
		sink = spill
	}
	var rich richText
	err := p.scan(name, func(t *token) error {
		if t.depth == 1 && t.kind == startTag && string(t.name) != "sst" {
			return fmt.Errorf("it holds <%.40s>, not shared strings", t.name)
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

// get returns string i.
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
	s.ends = append(s.ends, uint32(s.all.Len())) // less than maxStringsInMemory
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

// markEnd records where a string ends and the next starts.
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

// window reads from a file at any offset, but mostly onwards.
type window struct {
	file     *disk.Spool
	from     int64
	buffered []byte
}

// bytes returns n bytes, which are valid until the next call.
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

// richText joins the runs of a text, without its phonetic runs.
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
