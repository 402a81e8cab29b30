// Package sheettest has what the tests of package sheet and of those below it share.
package sheettest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

// Table is all that a Reader yields.
type Table struct {
	Header []string
	Rows   []sheet.Row
}

// Read opens an input and reads it to its end.
func Read(path string, opt sheet.Options) (Table, sheet.Source, error) {
	r, err := sheet.Open(path, opt)
	if err != nil {
		return Table{}, sheet.Source{}, err
	}
	defer r.Close()
	got, err := ReadFrom(r)
	return got, r.Source(), err
}

// ReadFrom reads an input that is open to its end.
func ReadFrom(r sheet.Reader) (Table, error) {
	got := Table{Header: r.Header()}
	for row, err := range r.Rows() {
		if err != nil {
			return got, err
		}
		got.Rows = append(got.Rows, row)
	}
	return got, nil
}

// MustRead is Read without an error.
func MustRead(t testing.TB, path string, opt sheet.Options) (Table, sheet.Source) {
	t.Helper()
	got, source, err := Read(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	return got, source
}

// Piped reads content as standard input.
func Piped(content []byte) (Table, error) {
	got, _, err := Read("-", sheet.Options{Stdin: bytes.NewReader(content)})
	return got, err
}

// File puts content into a file of that name, in a folder of its own.
func File(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Content returns what the file at path holds.
func Content(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Workbook makes a workbook, whose only sheet is Sheet1 to begin with.
func Workbook(t testing.TB, fill func(*excelize.File) error) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	if err := fill(book); err != nil {
		t.Fatal(err)
	}
	content, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return content.Bytes()
}

// Sheet1 fills Sheet1 from its first row on. An empty text makes no cell.
func Sheet1(rows ...[]string) func(*excelize.File) error {
	return func(book *excelize.File) error { return FillSheet(book, "Sheet1", rows) }
}

// FillSheet fills the sheet of that name from its first row on.
func FillSheet(book *excelize.File, name string, rows [][]string) error {
	for y, row := range rows {
		for x, text := range row {
			cell, err := excelize.CoordinatesToCellName(x+1, y+1)
			if err != nil {
				return err
			}
			if text == "" {
				continue
			}
			if err := book.SetCellStr(name, cell, text); err != nil {
				return err
			}
		}
	}
	return nil
}

// WantError checks that an error says what it should, in one line, and what
// the person can do.
func WantError(t testing.TB, err error, says, advises string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want %q", says)
	}
	known, ok := errors.AsType[*disk.Error](err)
	if !ok {
		t.Fatalf("%T: %v; want a *disk.Error", err, err)
	}
	if text := err.Error(); !strings.Contains(text, says) || strings.Contains(text, "\n") {
		t.Errorf("error %q; want %q in one line", text, says)
	}
	if advice := known.Advice(); advice == "" || !strings.Contains(advice, advises) {
		t.Errorf("advice %q; want %q", advice, advises)
	}
}

// WantSame compares two values.
func WantSame(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// WantEmpty checks that nothing is left in a folder.
func WantEmpty(t testing.TB, folder string) {
	t.Helper()
	WantSame(t, "files in "+filepath.Base(folder), []string(nil), FileNames(t, folder))
}

// FileNames lists what is in a folder.
func FileNames(t testing.TB, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// SHA256 returns a digest in hex.
func SHA256(content []byte) string {
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:])
}

// TempFolder makes a folder the place of temporary files. Such a test cannot
// run in parallel.
func TempFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	return folder
}

// OpenFiles counts the files that this process has open. It turns off what
// would close a file that is forgotten: the freeing of its memory.
func OpenFiles(t *testing.T) int {
	t.Helper()
	const list = "/proc/self/fd"
	if _, err := os.Stat(list); err != nil {
		t.Skip("this system does not list the open files")
	}
	percent := debug.SetGCPercent(-1)
	t.Cleanup(func() { debug.SetGCPercent(percent) })
	return len(FileNames(t, list))
}

// WantAdvice checks that an error is one line and says what to do.
func WantAdvice(t *testing.T, err error) {
	t.Helper()
	known, ok := errors.AsType[*disk.Error](err)
	if !ok || known.Advice() == "" || strings.ContainsAny(err.Error(), "\r\n") {
		t.Errorf("%q is not one line with advice", err)
	}
}

// WantFit checks that rows are as wide as the header and in order.
func WantFit(t *testing.T, got Table) {
	t.Helper()
	line := 0
	for _, row := range got.Rows {
		if len(row.Cells) != len(got.Header) || row.Line <= line {
			t.Errorf("after line %d: %+v under %q", line, row, got.Header)
		}
		line = row.Line
	}
}

// CellsOf returns the cells of all rows.
func CellsOf(t Table) [][]string {
	var rows [][]string
	for _, row := range t.Rows {
		rows = append(rows, row.Cells)
	}
	return rows
}

// ReadAll reads to the end.
func ReadAll(t testing.TB, from io.Reader) []byte {
	t.Helper()
	content, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// Tints are colors of statuses.
var Tints = map[string]string{
	"matched": "E2EFDA", "ambiguous": "FFF2CC", "not_found": "F8CBAD", "invalid": "D9D9D9", "failed": "FF9999",
}

// MustCommit commits what is written.
func MustCommit(t testing.TB, w interface{ Commit() error }) {
	t.Helper()
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
}
