package sheet_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

// stagedDisk remembers the staged file, so that a test can change it.
type stagedDisk struct {
	disk.System
	*staged
}

type staged struct {
	disk.Handle
	readOnly *os.File // takes the writes, where it is set
}

func (d *stagedDisk) CreateTemp(folder, pattern string) (_ disk.Handle, err error) {
	d.Handle, err = d.System.CreateTemp(folder, pattern)
	return d.staged, err
}

func (s *staged) Write(p []byte) (int, error) {
	if s.readOnly != nil {
		return s.readOnly.Write(p)
	}
	return s.Handle.Write(p)
}

func (s *staged) remove(t *testing.T) {
	if err := os.Remove(s.Name()); err != nil {
		t.Fatal(err)
	}
}

func (s *staged) close(t *testing.T) {
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func (s *staged) allowNoWrite(t *testing.T) {
	readOnly, err := os.Open(s.Name())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = readOnly.Close() })
	s.readOnly = readOnly
}

func TestDiskThatFails(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.csv", "a.xlsx"} {
		for how, sabotage := range map[string]func(*staged, *testing.T){"gone": (*staged).close, "full": (*staged).allowNoWrite} {
			for _, when := range []string{"before the first row", "after the last row", "after Seal"} {
				if how == "full" && when == "after Seal" {
					continue // all is written
				}
				t.Run(strings.Join([]string{name, how, when}, " "), func(t *testing.T) {
					t.Parallel()
					path := filepath.Join(t.TempDir(), name)
					system := &stagedDisk{disk.Real(), &staged{}}
					w, err := sheet.Create(disk.Target{Path: path, Disk: system}, sheet.Layout{Header: []string{"ID"}})
					if err != nil {
						t.Fatal(err)
					}
					first := fill(w, func(moment string) {
						switch {
						case moment != when:
						case when == "after Seal":
							system.remove(t)
						default:
							sabotage(system.staged, t)
						}
					})
					if first == nil && when != "after Seal" {
						t.Error("neither Write nor Seal failed")
					}
					first = wantFailure(t, w, first)
					w.Abort()
					wantFailure(t, w, first)
					if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) > 0 {
						t.Errorf("%v is left, %v", left, err)
					}
				})
			}
		}
	}
}

// fill writes more than any buffer holds. It returns the first error there was.
func fill(w sheet.Writer, moment func(string)) (first error) {
	moment("before the first row")
	for range 2_000 {
		if err := w.Write([]string{strings.Repeat("x", 200)}); err != nil && first == nil {
			first = err
		}
	}
	moment("after the last row")
	if first == nil {
		first = w.Seal()
	}
	moment("after Seal")
	return first
}

// wantFailure checks that Commit fails, with the error that came first if there
// was one. It returns that error.
func wantFailure(t *testing.T, w sheet.Writer, first error) error {
	t.Helper()
	err := w.Commit()
	if _, ok := errors.AsType[*disk.Error](err); !ok {
		t.Fatalf("Commit: %v, want an *Error", err)
	}
	if first != nil && !errors.Is(err, first) {
		t.Errorf("Commit: %v, want %v as at first", err, first)
	}
	return err
}
