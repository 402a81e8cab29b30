package disk

import (
	"errors"
	"os"
	"runtime"
)

const (
	// deleteOnClose is Windows' FILE_FLAG_DELETE_ON_CLOSE.
	deleteOnClose = 0x04000000
	// tempHint is what to do where temporary files cannot be made.
	tempHint = "set TMPDIR to a folder that can be written, on a disk with room"
)

// Spool is a temporary file that no death of the process leaves behind. Errors
// of writing it are *Error.
type Spool struct {
	file  *os.File
	doing string
}

// NewSpool makes one, readable by its owner alone, for what is being done.
func NewSpool(doing string) (*Spool, error) {
	file, err := nameless()
	if err != nil {
		return nil, noRoom(doing, err)
	}
	return &Spool{file, doing}, nil
}

// nameless makes a temporary file whose name is gone at once. Windows removes no
// file that is open, but removes this one when it is closed, by whomever.
func nameless() (*os.File, error) {
	file, err := os.CreateTemp("", "loanmap-*") // mode 0600
	if err != nil {
		return nil, err
	}
	if runtime.GOOS == "windows" {
		_ = file.Close()
		return os.OpenFile(file.Name(), os.O_RDWR|deleteOnClose, 0o600)
	}
	if err := os.Remove(file.Name()); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

func noRoom(doing string, err error) error {
	return &Error{Doing: doing, Problem: "a temporary file cannot be written", Hint: tempHint, Err: WithoutPath(err)}
}

func (s *Spool) Write(p []byte) (int, error) {
	n, err := s.file.Write(p)
	if err != nil {
		err = noRoom(s.doing, err)
	}
	return n, err
}

// Sync fails where the disk does. A spool need not outlast a power cut, so it may
// be on a file system that cannot sync it.
func (s *Spool) Sync() error {
	if err := s.file.Sync(); !Unsupported(err) {
		return err
	}
	return nil
}

func (s *Spool) Close() error                             { return s.file.Close() }
func (s *Spool) Read(p []byte) (int, error)               { return s.file.Read(p) }
func (s *Spool) ReadAt(p []byte, at int64) (int, error)   { return s.file.ReadAt(p, at) }
func (s *Spool) Seek(at int64, whence int) (int64, error) { return s.file.Seek(at, whence) }
