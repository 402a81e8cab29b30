//go:build !windows

package disk

import (
	"errors"
	"os"
	"syscall"
)

// claim locks an open file, or returns a *HeldError at once.
func claim(f *os.File) error {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return &HeldError{Path: f.Name()}
		case err != nil:
			return &os.PathError{Op: "flock", Path: f.Name(), Err: err}
		}
		return nil
	}
}

// discard removes the file while it is still locked: after that, the file at this
// name may be another run's.
func (l *Lock) discard() error {
	defer l.file.Close()
	if !l.inPlace() {
		return nil // another program has removed it
	}
	return os.Remove(l.path)
}
