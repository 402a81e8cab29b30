package rows

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"loanmap/io/disk"
)

// sampleLength is how much of an input can be looked at before it is read.
const PeekLength = 1 << 20

// saveAsXLSX is what to do with a file of a kind that is not read.
const HintSaveAsXLSX = "open it in Excel or LibreOffice and save it as .xlsx"

// input is the file behind a Reader. What is read from it is counted and
// digested on the way, so that both describe exactly the bytes that were used.
type Input struct {
	*bufio.Reader
	Name   string
	file   *os.File // nil for standard input
	Size   int64
	digest hash.Hash
}

func OpenInput(path string, stdin io.Reader) (*Input, error) {
	in := &Input{Name: "standard input", digest: sha256.New()}
	source := stdin
	if path != "-" {
		in.Name = path
		file, err := openFile(path)
		if err != nil {
			return nil, err
		}
		in.file, source = file, file
	}
	in.Reader = bufio.NewReaderSize(io.TeeReader(source, in), PeekLength)
	return in, nil
}

func openFile(path string) (*os.File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, cannotOpen(path, err)
	}
	if stat, err := file.Stat(); err == nil && stat.IsDir() {
		_ = file.Close()
		return nil, &disk.Error{
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
	return &disk.Error{Doing: "reading " + path, Hint: hint, Err: err}
}

// Write takes note of bytes as they are read; it is the far side of the tee.
func (in *Input) Write(p []byte) (int, error) {
	in.Size += int64(len(p))
	return in.digest.Write(p)
}

func (in *Input) SHA256() string { return hex.EncodeToString(in.digest.Sum(nil)) }

func (in *Input) Close() error {
	if in.file == nil {
		return nil
	}
	return in.file.Close()
}

// again returns a second reader of the whole file, or nil where the input can
// be read only once.
func (in *Input) SecondReader() io.Reader {
	if n := in.Length(); n >= 0 {
		return io.NewSectionReader(in.file, 0, n)
	}
	return nil
}

// fromStart reads the whole input from here on. A file is begun anew, without
// the buffer that its first bytes were looked at in.
func (in *Input) FromStart() io.Reader {
	if in.Length() < 0 {
		return in
	}
	in.Size = 0
	in.digest.Reset()
	return io.TeeReader(io.NewSectionReader(in.file, 0, math.MaxInt64), in)
}

// ReadAt reads from anywhere in an input that has a length, and takes no note of it.
func (in *Input) ReadAt(p []byte, at int64) (int, error) { return in.file.ReadAt(p, at) }

// length is how long the file is, or -1 where the input is no regular file.
func (in *Input) Length() int64 {
	if in.file == nil {
		return -1
	}
	stat, err := in.file.Stat()
	if err != nil || !stat.Mode().IsRegular() {
		return -1
	}
	return stat.Size()
}

// unreadable explains an error of reading, unless it explains itself.
func (in *Input) Unreadable(err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*disk.Error](err); ok {
		return known
	}
	return &disk.Error{Doing: "reading " + in.Name, Hint: "check that the file may be read", Err: err}
}

func (in *Input) Refuse(problem, hint string) error {
	return &disk.Error{Doing: "reading " + in.Name, Problem: problem, Hint: hint}
}

func HasEnding(path, ending string) bool { return strings.EqualFold(filepath.Ext(path), ending) }

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
