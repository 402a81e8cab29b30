package disk

import (
	"errors"
	"os"
	"runtime"
	"syscall"
	"testing"
)

// A full disk of temporary files is reported as such.
func TestSpoolThatFails(t *testing.T) {
	t.Parallel()
	s, err := NewSpool("reading a.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = s.Write([]byte("x"))
	const want = "reading a.xlsx: a temporary file cannot be written: file already closed"
	for _, err := range []error{err, (&File{}).explain(err)} {
		if e, ok := errors.AsType[*Error](err); !ok || e.Error() != want || e.Hint != tempHint {
			t.Errorf("got %v", err)
		}
	}
}

// Linux cannot sync a pipe, and says so with the error of a file system that cannot
// sync files. A spool on such a file system works all the same.
func TestFilesThatCannotBeSynced(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such error")
	}
	from, to, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	if err := to.Sync(); !Unsupported(err) {
		t.Errorf("of a pipe: %v", err)
	}
	s := &Spool{to, "writing -"}
	if err := s.Sync(); err != nil {
		t.Errorf("of a spool: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Sync(); !errors.Is(err, os.ErrClosed) {
		t.Errorf("of a spool that is closed: %v", err)
	}
}

func TestUnsupported(t *testing.T) {
	t.Parallel()
	inPath := func(err error) error { return &os.PathError{Op: "sync", Path: "out", Err: err} }
	for _, err := range []error{syscall.EINVAL, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.ENOSYS, syscall.ENOTTY} {
		if !Unsupported(err) || !Unsupported(inPath(err)) {
			t.Errorf("%v counts as a failure", err)
		}
	}
	for _, err := range []error{nil, syscall.EIO, syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EBADF, syscall.EACCES, os.ErrClosed} {
		if Unsupported(err) || Unsupported(inPath(err)) {
			t.Errorf("%v counts as unsupported", err)
		}
	}
}
