package sheet

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Kind is what a sheet is stored as.
type Kind string

// The kinds of sheet that are read and written.
const (
	CSV  Kind = "csv"
	XLSX Kind = "xlsx"
)

// sniffLength is how much of the input is looked at to tell what it is.
const sniffLength = 8 << 10

var (
	utf8BOM = []byte("\xEF\xBB\xBF")
	// Workbooks are zip archives; Office files of before 2007, and encrypted
	// ones of today, are OLE containers.
	zipMagic  = []byte("PK\x03\x04")
	oleMagic  = []byte("\xD0\xCF\x11\xE0")
	gzipMagic = []byte("\x1F\x8B")
)

// input is the file behind a Reader. What is read from it is counted and
// digested on the way, so that both describe exactly the bytes that were used.
type input struct {
	*bufio.Reader
	name   string
	file   *os.File // nil for standard input
	size   int64
	digest hash.Hash
}

func openInput(path string, stdin io.Reader) (*input, error) {
	in := &input{name: "standard input", digest: sha256.New()}
	source := stdin
	if path != "-" {
		in.name = path
		file, err := openFile(path)
		if err != nil {
			return nil, err
		}
		in.file, source = file, file
	}
	in.Reader = bufio.NewReaderSize(io.TeeReader(source, in), sampleLength)
	return in, nil
}

func openFile(path string) (*os.File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, cannotOpen(path, err)
	}
	if stat, err := file.Stat(); err == nil && stat.IsDir() {
		_ = file.Close()
		return nil, &Error{
			Doing: "reading " + path, Problem: "it is a folder",
			Hint: "name the .csv or .xlsx file inside it",
		}
	}
	return file, nil
}

func cannotOpen(path string, err error) error {
	hint := "check that the file may be read"
	if errors.Is(err, fs.ErrNotExist) {
		hint = "check the path; a name with spaces needs quotes"
	}
	// The path is in Doing already.
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		err = inner.Err
	}
	return &Error{Doing: "reading " + path, Hint: hint, Err: err}
}

// Write takes note of bytes as they are read; it is the far side of the tee.
func (in *input) Write(p []byte) (int, error) {
	in.size += int64(len(p))
	return in.digest.Write(p)
}

func (in *input) sum() string { return hex.EncodeToString(in.digest.Sum(nil)) }

func (in *input) close() error {
	if in.file == nil {
		return nil
	}
	return in.file.Close()
}

// again returns a second reader of the whole file, or nil where the input can
// be read only once.
func (in *input) again() io.Reader {
	if n := in.length(); n >= 0 {
		return io.NewSectionReader(in.file, 0, n)
	}
	return nil
}

// fromStart reads the whole input from here on. A file is begun anew, without
// the buffer that its first bytes were looked at in.
func (in *input) fromStart() io.Reader {
	if in.length() < 0 {
		return in
	}
	in.size = 0
	in.digest.Reset()
	return io.TeeReader(io.NewSectionReader(in.file, 0, math.MaxInt64), in)
}

// length is how long the file is, or -1 where the input is no regular file.
func (in *input) length() int64 {
	if in.file == nil {
		return -1
	}
	stat, err := in.file.Stat()
	if err != nil || !stat.Mode().IsRegular() {
		return -1
	}
	return stat.Size()
}

// kind looks at the first bytes and refuses what is neither text nor workbook.
// An encoding that was asked for says that it is text.
func (in *input) kind(asked Encoding) (Kind, error) {
	head, err := in.Peek(sniffLength)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", in.unreadable(err)
	}
	switch {
	case len(head) == 0:
		return "", in.refuse("it is empty", "export it again, or check that the right file was named")
	case bytes.HasPrefix(head, zipMagic):
		return XLSX, nil
	case bytes.HasPrefix(head, oleMagic):
		return "", in.oldOrLocked()
	case bytes.HasPrefix(head, gzipMagic):
		return "", in.refuse("it is packed (gzip)", "unpack it first: gzip -d")
	case otherText(head, sheetMarkup) != "":
		return "", in.refuse(otherText(head, sheetMarkup), saveAsXLSX)
	case asked == "" && noText(head):
		return "", in.refuse("it is neither text nor a workbook", "give a .csv or .xlsx file")
	case otherText(head, documents) != "":
		return "", in.refuse(otherText(head, documents), saveAsXLSX)
	case named(in.name, ".xlsx") || named(in.name, ".xlsm"):
		return "", in.refuse("it is named like a workbook but holds text",
			"give it the ending .csv if it is one, or export the workbook again")
	}
	return CSV, nil
}

// noText reports whether a file that begins with head is no text. A text with
// some NUL bytes is one for now: it is refused by the line.
func noText(head []byte) bool {
	nul := bytes.Count(head, []byte{0})
	if _, mark := marked(head); nul == 0 || mark != nil || wide(head) != "" {
		return false
	}
	control := bytes.IndexFunc(head, func(r rune) bool { return r > 0 && r < '\t' || r > '\r' && r < ' ' })
	return control >= 0 || nul > len(head)/4
}

// beginning is how a text that is no table begins, behind white space.
type beginning struct {
	start   *regexp.Regexp
	problem string
}

// sheetMarkup is what spreadsheets also come in.
var sheetMarkup = []beginning{
	{regexp.MustCompile(`(?i)^(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body|table|meta|style)\b`), "it is a web page (HTML), whatever its name says"},
	{regexp.MustCompile(`(?s)^<\?xml\b.{0,400}(urn:schemas-microsoft-com:office:spreadsheet|progid="Excel\.Sheet")`), "it is a workbook in the XML of Excel 2003"},
	{regexp.MustCompile(`(?s)^<\?xml\b.{0,400}urn:oasis:names:tc:opendocument`), "it is a flat OpenDocument file (.fods)"},
}

// documents are other texts that are no table.
var documents = []beginning{
	{regexp.MustCompile(`(?i)^<\?xml`), "it is XML, whatever its name says"},
	{regexp.MustCompile(`(?i)^mime-version:`), "it is a saved web page (MHTML), whatever its name says"},
	{regexp.MustCompile(`(?i)^\{\\rtf`), "it is a document (RTF)"},
	{regexp.MustCompile(`(?i)^%pdf-`), "it is a document (PDF)"},
}

// otherText says which of known a text is, or nothing.
func otherText(head []byte, known []beginning) string {
	_, mark := marked(head)
	start := bytes.TrimLeft(head[len(mark):], " \t\r\n\f")
	for _, other := range known {
		if other.start.Match(start) {
			return other.problem
		}
	}
	return ""
}

// unreadable explains an error of reading, unless it explains itself.
func (in *input) unreadable(err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return known
	}
	return &Error{Doing: "reading " + in.name, Hint: "check that the file may be read", Err: err}
}

func (in *input) refuse(problem, hint string) error {
	return &Error{Doing: "reading " + in.name, Problem: problem, Hint: hint}
}

func named(path, ending string) bool { return strings.EqualFold(filepath.Ext(path), ending) }

// Digest returns the SHA-256 of the file at path, in hex. Errors are *Error.
func Digest(path string) (string, error) {
	file, err := openFile(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", cannotOpen(path, err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
