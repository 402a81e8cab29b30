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
	"os"
	"path/filepath"
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
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte("\xD0\xCF\x11\xE0")
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
	in := &input{name: path, digest: sha256.New()}
	source := stdin
	if path != "-" {
		file, err := openFile(path)
		if err != nil {
			return nil, err
		}
		in.file, source = file, file
	}
	in.Reader = bufio.NewReaderSize(io.TeeReader(source, in), 64<<10)
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

// again reports whether the input can be opened a second time: to do so with a
// pipe would wait for somebody to write.
func (in *input) again() bool {
	if in.file == nil {
		return false
	}
	stat, err := in.file.Stat()
	return err == nil && stat.Mode().IsRegular()
}

// kind looks at the first bytes and refuses what is neither text nor workbook.
func (in *input) kind() (Kind, error) {
	head, err := in.Peek(sniffLength)
	if err != nil && !errors.Is(err, io.EOF) {
		return "", &Error{Doing: "reading " + in.name, Hint: "check that the file may be read", Err: err}
	}
	switch {
	case len(head) == 0:
		return "", in.refuse("it is empty", "export it again, or check that the right file was named")
	case bytes.HasPrefix(head, zipMagic):
		return XLSX, nil
	case bytes.HasPrefix(head, oleMagic):
		return "", in.refuse("it is an encrypted workbook or an old .xls one",
			"open it in Excel or LibreOffice and save it, without a password, as .xlsx")
	case bytes.HasPrefix(head, []byte("\xFF\xFE")), bytes.HasPrefix(head, []byte("\xFE\xFF")):
		return "", in.refuse("it is text in UTF-16", `save it as "CSV UTF-8"`)
	case bytes.IndexByte(head, 0) >= 0:
		return "", in.refuse("it is neither text nor a workbook", "give a .csv or .xlsx file")
	case bytes.IndexByte(head, '\r') >= 0 && bytes.IndexByte(head, '\n') < 0:
		// Such a file would be read as one long header and no rows.
		return "", in.refuse("its lines end in carriage returns alone", `save it as "CSV UTF-8"`)
	case named(in.name, ".xlsx") || named(in.name, ".xlsm"):
		return "", in.refuse("it is named like a workbook but holds text",
			"give it the ending .csv if it is one, or export the workbook again")
	}
	return CSV, nil
}

func (in *input) refuse(problem, hint string) error {
	return &Error{Doing: "reading " + in.name, Problem: problem, Hint: hint}
}

func named(path, ending string) bool { return strings.EqualFold(filepath.Ext(path), ending) }
