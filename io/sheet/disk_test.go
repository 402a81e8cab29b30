package sheet

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loanmap/io/disk"
)

// stagedDisk keeps the file in the making, so that a test can change it behind the
// writer's back.
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
					w, err := Create(Target{Path: path, Disk: system}, Layout{Header: []string{"ID"}})
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
func fill(w Writer, moment func(string)) (first error) {
	moment("before the first row")
	for range 2 * sampleRows {
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
func wantFailure(t *testing.T, w Writer, first error) error {
	t.Helper()
	err := w.Commit()
	if _, ok := errors.AsType[*Error](err); !ok {
		t.Fatalf("Commit: %v, want an *Error", err)
	}
	if first != nil && !errors.Is(err, first) {
		t.Errorf("Commit: %v, want %v as at first", err, first)
	}
	return err
}

// A full disk of temporary files is not taken for a damaged input, nor for a
// full disk of outputs.
func TestTemporaryFileThatFails(t *testing.T) {
	t.Parallel()
	s, err := newSpool("reading a.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = s.Write([]byte("x"))
	const want = "reading a.xlsx: a temporary file cannot be written: file already closed"
	for _, err := range []error{err, (&xlsxReader{in: &input{name: "a.xlsx"}}).damaged(err)} {
		if e, ok := errors.AsType[*Error](err); !ok || e.Error() != want || !strings.Contains(e.Hint, "TMPDIR") {
			t.Errorf("got %v", err)
		}
	}
}

// Writing a million rows to get there would take a minute.
func TestRowsBeyondTheLastOfAWorkbook(t *testing.T) {
	t.Parallel()
	w, err := Create(Target{Path: filepath.Join(t.TempDir(), "a.xlsx")}, Layout{Header: []string{"ID"}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for range sampleRows {
		if err := w.Write([]string{"x"}); err != nil {
			t.Fatal(err)
		}
	}
	w.(*xlsxWriter).rows.row = maxRows - 1
	if err := w.Write([]string{"the last"}); err != nil {
		t.Error(err)
	}
	tooMany, ok := errors.AsType[*Error](w.Write([]string{"one more"}))
	if !ok || !strings.Contains(tooMany.Error(), "more than 1048576 rows") || !strings.Contains(tooMany.Advice(), ".csv") {
		t.Errorf("got %v", tooMany)
	}
}

// Two counts that differ are an error with both numbers.
func TestRowsThatDoNotAddUp(t *testing.T) {
	t.Parallel()
	r, err := Open("../../testdata/corpus/book/plain.xlsx", Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.(*xlsxReader).census.rows = 7
	var last error
	for _, err := range r.Rows() {
		last = err
	}
	if last == nil || !strings.Contains(last.Error(), "3 rows were read, but it had 7 before") {
		t.Errorf("got %v", last)
	}
}

// Workbooks take 1900 for a leap year.
func TestFirstDates(t *testing.T) {
	t.Parallel()
	for serial, want := range map[float64]string{1: "1900-01-01", 59: "1900-02-28", 60: "", 61: "1900-03-01", 59.5: "1900-02-28 12:00:00"} {
		if got, ok := showDate(serial, false); got != want || ok != (want != "") {
			t.Errorf("%v is %q, %t; want %q", serial, got, ok, want)
		}
	}
}
