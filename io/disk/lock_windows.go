package disk

import (
	"errors"
	"io/fs"
	"math"
	"os"

	"golang.org/x/sys/windows"
)

// claim locks an open file, or returns a *HeldError at once. Other processes cannot
// read what is locked on Windows, so we lock a byte far beyond what is written.
func claim(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	beyond := &windows.Overlapped{OffsetHigh: math.MaxInt32}
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, beyond)
	switch {
	case errors.Is(err, windows.ERROR_LOCK_VIOLATION), errors.Is(err, windows.ERROR_IO_PENDING):
		return &HeldError{Path: f.Name()}
	case err != nil:
		return &os.PathError{Op: "LockFileEx", Path: f.Name(), Err: err}
	}
	return nil
}

// discard closes the file first, because Windows does not remove an open file. Where
// another run has opened it meanwhile, the file is that run's to remove.
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
