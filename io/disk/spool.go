package disk

import (
	"errors"
	"os"
	"runtime"
)

const (
	// deleteOnClose is FILE_FLAG_DELETE_ON_CLOSE of Windows.
	deleteOnClose = 0x04000000
	// tempHint is the advice where temporary files cannot be written.
	tempHint = "set TMPDIR to a folder where you may create files, on a disk with free space"
)

// Spool is a temporary file that is gone when it is closed or its process ends, also by
// a kill. On Unix it has no name; on Windows it is opened with
// FILE_FLAG_DELETE_ON_CLOSE. Errors of Write are *Error, which say that it is the
// temporary folder that is full; other errors are those of os.File.
type Spool struct {
	file  *os.File
	doing string
}

// NewSpool makes an empty spool with mode 0600 in os.TempDir. doing is how its errors
// begin, such as "reading loans.xlsx". An error is an *Error.
func NewSpool(doing string) (*Spool, error) {
	file, err := createNameless()
	if err != nil {
		return nil, spoolError(doing, err)
	}
	return &Spool{file, doing}, nil
}

// createNameless makes a temporary file and removes its name at once. Windows does not
// remove an open file, but removes this one when it is closed.
func createNameless() (*os.File, error) {
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

func spoolError(doing string, err error) error {
	return &Error{Doing: doing, Problem: "a temporary file cannot be written", Hint: tempHint, Err: WithoutPath(err)}
}

// Write writes at the current offset.
func (s *Spool) Write(p []byte) (int, error) {
	n, err := s.file.Write(p)
	if err != nil {
		err = spoolError(s.doing, err)
	}
	return n, err
}

// Sync reports a disk that fails. A spool need not survive a power cut, so it may be
// on a file system that does not support fsync.
func (s *Spool) Sync() error {
	if err := s.file.Sync(); !Unsupported(err) {
		return err
	}
	return nil
}

// Read is that of os.File.
func (s *Spool) Read(p []byte) (int, error) { return s.file.Read(p) }

// ReadAt is that of os.File.
func (s *Spool) ReadAt(p []byte, at int64) (int, error) { return s.file.ReadAt(p, at) }

// Seek is that of os.File.
func (s *Spool) Seek(offset int64, whence int) (int64, error) { return s.file.Seek(offset, whence) }

// Close removes the spool.
func (s *Spool) Close() error { return s.file.Close() }
