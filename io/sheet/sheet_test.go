package sheet_test

import (
	"archive/zip"
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

	"loanmap/io/sheet"
)

// table is all that a Reader yields.
type table struct {
	Header []string
	Rows   []sheet.Row
}

// read opens an input and reads it to its end.
func read(path string, opt sheet.Options) (table, sheet.Source, error) {
	r, err := sheet.Open(path, opt)
	if err != nil {
		return table{}, sheet.Source{}, err
	}
	defer r.Close()
	got := table{Header: r.Header()}
	for row, err := range r.Rows() {
		if err != nil {
			return got, r.Source(), err
		}
		got.Rows = append(got.Rows, row)
	}
	return got, r.Source(), nil
}

func mustRead(t testing.TB, path string, opt sheet.Options) (table, sheet.Source) {
	t.Helper()
	got, source, err := read(path, opt)
	if err != nil {
		t.Fatal(err)
	}
	return got, source
}

// piped reads content as standard input.
func piped(content []byte) (table, error) {
	got, _, err := read("-", sheet.Options{Stdin: bytes.NewReader(content)})
	return got, err
}

// file puts content into a file of that name, in a folder of its own.
func file(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func contentOf(t testing.TB, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// workbook makes a workbook, whose only sheet is Sheet1 to begin with.
func workbook(t testing.TB, fill func(*excelize.File) error) []byte {
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

// cells fills Sheet1 from its first row on. An empty text makes no cell.
func cells(rows ...[]string) func(*excelize.File) error {
	return func(book *excelize.File) error { return fillSheet(book, "Sheet1", rows) }
}

func fillSheet(book *excelize.File, name string, rows [][]string) error {
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

// repack changes one part of a zip archive, with sums that fit again.
func repack(t testing.TB, archive []byte, name string, change func([]byte) []byte) []byte {
	t.Helper()
	parts, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	found := false
	for _, part := range parts.File {
		content := partOf(t, part)
		if part.Name == name {
			content, found = change(content), true
		}
		to, err := w.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Store})
		if err == nil {
			_, err = to.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil || !found {
		t.Fatalf("repacking %s: found %t, %v", name, found, err)
	}
	return out.Bytes()
}

func partOf(t testing.TB, part *zip.File) []byte {
	t.Helper()
	from, err := part.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	return allOf(t, from)
}

func allOf(t testing.TB, from io.Reader) []byte {
	t.Helper()
	content, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// wantError checks that an error says what it should, in one line, and what
// the person can do.
func wantError(t testing.TB, err error, says, advises string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want %q", says)
	}
	known, ok := errors.AsType[*sheet.Error](err)
	if !ok {
		t.Fatalf("%T: %v; want a *sheet.Error", err, err)
	}
	if text := err.Error(); !strings.Contains(text, says) || strings.Contains(text, "\n") {
		t.Errorf("error %q; want %q in one line", text, says)
	}
	if advice := known.Advice(); advice == "" || !strings.Contains(advice, advises) {
		t.Errorf("advice %q; want %q", advice, advises)
	}
}

func wantSame(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// wantEmpty checks that nothing is left in a folder.
func wantEmpty(t testing.TB, folder string) {
	t.Helper()
	wantSame(t, "files in "+filepath.Base(folder), []string(nil), names(t, folder))
}

func names(t testing.TB, folder string) []string {
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

func sum(content []byte) string {
	digest := sha256.Sum256(content)
	return hex.EncodeToString(digest[:])
}

// tempFolder makes a folder the place of temporary files. Such a test cannot
// run in parallel.
func tempFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	return folder
}

// openFiles counts the files that this process has open. It turns off what
// would close a file that is forgotten: the freeing of its memory.
func openFiles(t *testing.T) int {
	t.Helper()
	const list = "/proc/self/fd"
	if _, err := os.Stat(list); err != nil {
		t.Skip("there is no telling which files are open")
	}
	percent := debug.SetGCPercent(-1)
	t.Cleanup(func() { debug.SetGCPercent(percent) })
	return len(names(t, list))
}
