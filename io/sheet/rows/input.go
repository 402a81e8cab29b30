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

// PeekLength is how many bytes of an Input can be peeked at.
const PeekLength = 1 << 20

// HintSaveAsXLSX is the hint for a file of a format that is not read.
const HintSaveAsXLSX = "open it in Excel or LibreOffice and save it as .xlsx"

// Input is the file behind a Reader, or standard input. Every byte that is read from
// it is counted and digested, so that size and digest are of the bytes that were used.
type Input struct {
	*bufio.Reader
	// Name is the path as it was given, or "standard input".
	Name string
	file *os.File // nil for standard input
	read tally
}

// tally counts and digests the bytes that are written to it.
type tally struct {
	size   int64
	digest hash.Hash
}

func (t *tally) Write(p []byte) (int, error) {
	t.size += int64(len(p))
	return t.digest.Write(p)
}

// OpenInput opens the file at path, or takes stdin for "-".
func OpenInput(path string, stdin io.Reader) (*Input, error) {
	in := &Input{Name: "standard input", read: tally{digest: sha256.New()}}
	source := stdin
	if path != "-" {
		in.Name = path
		file, err := openFile(path)
		if err != nil {
			return nil, err
		}
		in.file, source = file, file
	}
	in.Reader = bufio.NewReaderSize(io.TeeReader(source, &in.read), PeekLength)
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
	hint := "check the permissions of the file"
	if errors.Is(err, fs.ErrNotExist) {
		hint = "check the path; a name with spaces needs quotes"
	}
	return &disk.Error{Doing: "reading " + path, Hint: hint, Err: disk.WithoutPath(err)}
}

// Size is how many bytes have been read.
func (in *Input) Size() int64 { return in.read.size }

// SHA256 is the digest, in hex, of the bytes that have been read.
func (in *Input) SHA256() string { return hex.EncodeToString(in.read.digest.Sum(nil)) }

// Close closes the file.
func (in *Input) Close() error {
	if in.file == nil {
		return nil
	}
	return in.file.Close()
}

// SecondReader returns another reader of the whole file, or nil if the input can be
// read only once. What it reads is not counted.
func (in *Input) SecondReader() io.Reader {
	if n := in.Length(); n >= 0 {
		return io.NewSectionReader(in.file, 0, n)
	}
	return nil
}

// FromStart returns a reader of the whole input. A file is read again from its start,
// and the count begins again, too.
func (in *Input) FromStart() io.Reader {
	if in.Length() < 0 {
		return in
	}
	in.read = tally{digest: sha256.New()}
	return io.TeeReader(io.NewSectionReader(in.file, 0, math.MaxInt64), &in.read)
}

// ReadAt reads from any offset of an input that has a Length. What it reads is not
// counted.
func (in *Input) ReadAt(p []byte, offset int64) (int, error) { return in.file.ReadAt(p, offset) }

// Length is the length of the file in bytes, or -1 if the input is not a regular file.
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

// Unreadable returns an error of reading as a disk.Error with a hint.
func (in *Input) Unreadable(err error) error {
	if err == nil {
		return nil
	}
	if known, ok := errors.AsType[*disk.Error](err); ok {
		return known
	}
	return &disk.Error{Doing: "reading " + in.Name, Hint: "check the permissions of the file", Err: err}
}

// Refuse returns the error for an input that cannot be used: what is wrong with it, and
// what the person can do.
func (in *Input) Refuse(problem, hint string) error {
	return &disk.Error{Doing: "reading " + in.Name, Problem: problem, Hint: hint}
}

// HasEnding reports whether the name of a file ends in ending, such as ".csv", in any
// case.
func HasEnding(path, ending string) bool { return strings.EqualFold(filepath.Ext(path), ending) }

// Digest returns the SHA-256 of the file at path, in hex. Errors are disk.Error.
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
