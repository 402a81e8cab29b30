package xlsx

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

const (
	// maxToken is how many bytes a tag or a text may have, and so the memory for one. A
	// cell has 32,767 characters at most.
	maxToken = 4 << 20
	// maxDepth is how deep elements may be nested.
	maxDepth = 1000
)

// utf8BOM is the byte order mark of UTF-8.
var utf8BOM = []byte("\xEF\xBB\xBF")

type tokenKind byte

const (
	startTag tokenKind = iota + 1 // <a> or <a/>
	endTag                        // </a>
	textToken
	otherToken // a comment or an instruction
)

// token is a piece of XML. Its slices are valid until the next one is read.
type token struct {
	kind   tokenKind
	raw    []byte // as it is in the file
	prefix []byte // of the name, with its colon
	name   []byte // without its prefix
	attrs  []byte // what follows the name
	empty  bool   // <a/>, which has no end tag
	depth  int    // of the element, 1 for the root
}

// scanner reads the XML of one part in constant memory. A part that is cut short or not
// well formed ends in an error. It is as strict as encoding/xml and ten times as fast.
type scanner struct {
	from   io.Reader
	buf    []byte
	at     int // where the next token starts
	end    int // of what was read
	ended  bool
	open   []byte // the names of the open elements, joined
	starts []int  // where each name starts
	rooted bool
	token  token
}

func newScanner(from io.Reader) (*scanner, error) {
	decoded, err := decodeXML(from)
	if err != nil {
		return nil, err
	}
	return &scanner{from: decoded, buf: make([]byte, 64<<10)}, nil
}

// decodeXML returns a part as UTF-8, whatever its encoding.
func decodeXML(from io.Reader) (io.Reader, error) {
	buffered := bufio.NewReaderSize(from, 32<<10)
	head, err := buffered.Peek(200)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	label := encodingOf(head)
	if label == "" || strings.EqualFold(label, "utf-8") {
		_, _ = buffered.Discard(len(head) - len(bytes.TrimPrefix(head, utf8BOM)))
		return buffered, nil
	}
	encoding, err := htmlindex.Get(label)
	if err != nil {
		return nil, fmt.Errorf("its encoding %.20q is not known", label)
	}
	if bytes.HasPrefix(head, []byte("\xFF\xFE")) || bytes.HasPrefix(head, []byte("\xFE\xFF")) {
		_, _ = buffered.Discard(2)
	}
	return encoding.NewDecoder().Reader(buffered), nil
}

// encodingOf returns the encoding that the head of a part declares, or "" for UTF-8.
func encodingOf(head []byte) string {
	switch {
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("<\x00")):
		return "utf-16le"
	case bytes.HasPrefix(head, []byte("\xFE\xFF")), bytes.HasPrefix(head, []byte("\x00<")):
		return "utf-16be"
	}
	declaration, _, ok := bytes.Cut(bytes.TrimPrefix(head, utf8BOM), []byte("?>"))
	if !ok || !bytes.HasPrefix(declaration, []byte("<?xml")) {
		return ""
	}
	label, _, _ := attribute(declaration[len("<?xml"):], "encoding")
	return string(label)
}

// next reads a token. At the end of a whole document it returns io.EOF.
func (s *scanner) next() error {
	if s.at == s.end && !s.fill() {
		return s.finish()
	}
	if s.buf[s.at] != '<' {
		return s.text()
	}
	s.ensure(9)
	switch rest := s.buf[s.at:s.end]; {
	case len(rest) > 1 && rest[1] == '/':
		return s.endTag()
	case len(rest) > 1 && rest[1] == '?':
		return s.skipTo("?>")
	case bytes.HasPrefix(rest, []byte("<!--")):
		return s.skipTo("-->")
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return s.cdata()
	case len(rest) > 1 && rest[1] == '!':
		return errors.New("it has a document type definition, which may hide anything")
	}
	return s.startTag()
}

func (s *scanner) finish() error {
	switch err := s.failure(); {
	case !errors.Is(err, io.EOF):
		return err
	case !s.rooted:
		return errors.New("it is empty")
	case len(s.starts) > 0:
		return fmt.Errorf("it ends inside of <%.40s>", s.open[s.starts[len(s.starts)-1]:])
	}
	return io.EOF
}

// failure returns why reading ended: io.EOF if nothing is wrong.
func (s *scanner) failure() error {
	if failed, ok := s.from.(*failedReader); ok {
		return failed.err
	}
	return io.EOF
}

// failedReader remembers the error of a reader.
type failedReader struct{ err error }

func (f *failedReader) Read([]byte) (int, error) { return 0, f.err }

// fill reads more, and reports whether there was any.
func (s *scanner) fill() bool {
	if s.ended {
		return false
	}
	if s.at > 0 && s.end > len(s.buf)/2 {
		s.end = copy(s.buf, s.buf[s.at:s.end])
		s.at = 0
	}
	if s.end == len(s.buf) {
		if s.end >= maxToken {
			s.ended, s.from = true, &failedReader{errors.New("it has a text of more than 4 MiB")}
			return false
		}
		s.buf = slices.Grow(s.buf, len(s.buf))[:2*len(s.buf)]
	}
	for {
		n, err := s.from.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.ended, s.from = true, &failedReader{err}
		}
		if n > 0 || err != nil {
			return n > 0
		}
	}
}

// ensure reads until n bytes of the next token are there, or the input ends.
func (s *scanner) ensure(n int) {
	for s.end-s.at < n && s.fill() {
		continue
	}
}

// take makes the next n bytes the token.
func (s *scanner) take(kind tokenKind, n int) {
	s.token = token{kind: kind, raw: s.buf[s.at : s.at+n], depth: len(s.starts)}
	s.at += n
}

// until returns the length of the next token, which ends with mark.
func (s *scanner) until(mark string) (int, error) {
	for from := 0; ; {
		rest := s.buf[s.at:s.end]
		if i := bytes.Index(rest[from:], []byte(mark)); i >= 0 {
			return from + i + len(mark), nil
		}
		from = max(0, len(rest)-len(mark)+1)
		if !s.fill() {
			return 0, s.truncated()
		}
	}
}

func (s *scanner) truncated() error {
	if err := s.failure(); !errors.Is(err, io.EOF) {
		return err
	}
	return errors.New("it ends inside of a tag")
}

func (s *scanner) skipTo(mark string) error {
	n, err := s.until(mark)
	if err == nil {
		s.take(otherToken, n)
	}
	return err
}

func (s *scanner) text() error {
	n := 0
	for {
		if i := bytes.IndexByte(s.buf[s.at+n:s.end], '<'); i >= 0 {
			n += i
			break
		}
		n = s.end - s.at
		if !s.fill() {
			break
		}
	}
	s.take(textToken, n)
	if len(s.starts) == 0 && !isSpace(s.token.raw) {
		return errors.New("it has text outside of its elements")
	}
	return checkText(s.token.raw)
}

func (s *scanner) cdata() error {
	n, err := s.until("]]>")
	if err != nil {
		return err
	}
	s.take(textToken, n)
	return checkText(s.token.raw)
}

// tagLength returns the length of a tag, which may have > inside quotes.
func (s *scanner) tagLength() (int, error) {
	quote := byte(0)
	for n := 1; ; {
		for i, c := range s.buf[s.at+n : s.end] {
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '>':
				return n + i + 1, nil
			case c == '"' || c == '\'':
				quote = c
			case c == '<':
				return 0, errors.New("it has a < inside of a tag")
			}
		}
		n = s.end - s.at
		if !s.fill() {
			return 0, s.truncated()
		}
	}
}

func (s *scanner) startTag() error {
	n, err := s.tagLength()
	if err != nil {
		return err
	}
	s.take(startTag, n)
	t := &s.token
	body := t.raw[1 : n-1]
	if t.empty = bytes.HasSuffix(body, []byte("/")); t.empty {
		body = body[:len(body)-1]
	}
	full := body[:nameLength(body)]
	t.attrs = body[len(full):]
	if t.prefix, t.name = splitName(full); len(t.name) == 0 {
		return errors.New("it has a tag without a name")
	}
	if len(s.starts) == 0 && s.rooted {
		return errors.New("it continues after its end")
	}
	s.rooted, t.depth = true, len(s.starts)+1
	if t.empty {
		return nil
	}
	if t.depth > maxDepth {
		return errors.New("its elements are nested too deep")
	}
	s.starts = append(s.starts, len(s.open))
	s.open = append(s.open, full...)
	return nil
}

func (s *scanner) endTag() error {
	n, err := s.tagLength()
	if err != nil {
		return err
	}
	s.take(endTag, n)
	t := &s.token
	full := bytes.TrimRight(t.raw[2:n-1], " \t\r\n")
	last := len(s.starts) - 1
	if last < 0 || string(s.open[s.starts[last]:]) != string(full) {
		return fmt.Errorf("it has </%.40s> where that is not open", full)
	}
	t.prefix, t.name = splitName(full)
	s.open, s.starts = s.open[:s.starts[last]], s.starts[:last]
	return nil
}

func isSpace(text []byte) bool { return len(bytes.TrimLeft(text, " \t\r\n")) == 0 }

func (t *token) is(kind tokenKind, name string) bool {
	return t.kind == kind && string(t.name) == name
}
