package xlsx

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// A full disk of temporary files is not taken for a damaged input, nor for a
// full disk of outputs.
func TestTemporaryFileThatFails(t *testing.T) {
	t.Parallel()
	s, err := disk.NewSpool("reading a.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = s.Write([]byte("x"))
	const want = "reading a.xlsx: a temporary file cannot be written: file already closed"
	for _, err := range []error{err, (&reader{in: &rows.Input{Name: "a.xlsx"}}).damaged(err)} {
		if e, ok := errors.AsType[*disk.Error](err); !ok || e.Error() != want || !strings.Contains(e.Hint, "TMPDIR") {
			t.Errorf("got %v", err)
		}
	}
}

// Writing a million rows to get there would take a minute.
func TestRowsBeyondTheLastOfAWorkbook(t *testing.T) {
	t.Parallel()
	file, err := disk.Create(disk.Target{Path: filepath.Join(t.TempDir(), "a.xlsx")})
	if err != nil {
		t.Fatal(err)
	}
	w, err := Create(file, rows.Layout{Header: []string{"ID"}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	for range sampleRows {
		if err := w.Write([]string{"x"}); err != nil {
			t.Fatal(err)
		}
	}
	w.(*writer).rows.row = maxRows - 1
	if err := w.Write([]string{"the last"}); err != nil {
		t.Error(err)
	}
	tooMany, ok := errors.AsType[*disk.Error](w.Write([]string{"one more"}))
	if !ok || !strings.Contains(tooMany.Error(), "more than 1048576 rows") || !strings.Contains(tooMany.Advice(), ".csv") {
		t.Errorf("got %v", tooMany)
	}
}

// Two counts that differ are an error with both numbers.
func TestRowsThatDoNotAddUp(t *testing.T) {
	t.Parallel()
	in, err := rows.OpenInput("../../../testdata/corpus/book/plain.xlsx", nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(in, rows.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	r.(*reader).extent.rows = 7
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
		if got, ok := formatDate(serial, false); got != want || ok != (want != "") {
			t.Errorf("%v is %q, %t; want %q", serial, got, ok, want)
		}
	}
}
