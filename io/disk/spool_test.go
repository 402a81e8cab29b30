package disk

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// The spool has no name, so that a kill leaves nothing.
func TestSpoolHasNoName(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows removes the name when the file is closed")
	}
	temp := tempFolder(t)
	s, err := NewSpool("reading a.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	wantFiles(t, temp)
	if _, err := s.Write([]byte("0123456789")); err != nil {
		t.Fatal(err)
	}
	part := make([]byte, 3)
	_, err = s.ReadAt(part, 4)
	wantSame(t, "error", nil, err)
	wantSame(t, "read at 4", "456", string(part))
	if _, err := s.Seek(7, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	_, err = s.Read(part)
	wantSame(t, "error", nil, err)
	wantSame(t, "read from 7", "789", string(part))
}

func TestSpoolNeedsATemporaryFolder(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "gone"))
	t.Setenv("TMP", filepath.Join(t.TempDir(), "gone")) // on Windows
	_, err := NewSpool("reading a.xlsx")
	wantError(t, err, "reading a.xlsx: a temporary file cannot be written: ", "TMPDIR")
}

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
// sync files. A spool works on such a file system, too.
func TestSpoolThatCannotBeSynced(t *testing.T) {
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
