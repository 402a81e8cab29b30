package disk

import (
	"errors"
	"io/fs"
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// claim locks an open file, or returns a *HeldError at once. Windows keeps others
// from reading what is locked, so it is a byte far beyond what is written.
func claim(f *os.File) error {
	const how = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	beyond := &windows.Overlapped{OffsetHigh: math.MaxInt32}
	err := windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, beyond)
	switch {
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return &HeldError{Path: f.Name()}
	case err != nil:
		return &os.PathError{Op: "LockFileEx", Path: f.Name(), Err: err}
	}
	return nil
}

// discard closes the file first: Windows does not remove what is open. Where
// another run has opened it meanwhile it is that run's, and stays or is gone.
func (l *Lock) discard() error {
	if err := l.file.Close(); err != nil {
		return err
	}
	err := os.Remove(l.path)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
