package sheet_test

import (
	"bytes"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, content string
		says, advises       string
	}{
		{"an empty file", "a.csv", "", "it is empty", "export it again"},
		{"blank lines alone", "a.csv", "\n\n\r\n", "it holds no rows", "name of the file"},
		{"a BOM alone", "a.csv", "\ufeff", "it holds no rows", "name of the file"},
		{"empty cells alone", "a.csv", ",,\n,,\n", "it holds no rows", "name of the file"},
		{"a picture", "a.csv", "\x89PNG\r\n\x1a\n\x00\x00", "neither text nor a workbook", ".csv or .xlsx"},
		{"an old workbook", "a.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "it is an old Excel file (.xls)", "save it as .xlsx"},
		{"text named like a workbook", "a.XLSX", "ID\n1\n", "named like a workbook but holds text", ".csv"},
		{"text named like a workbook with macros", "a.xlsm", "a <html>", "named like a workbook but holds text", ".csv"},
		{"a web page", "a.xls", "\ufeff \n<!-- x --><HTML xmlns:o='x'>", "it is a web page (HTML)", ".xlsx"},
		{"a web page named like a workbook", "a.xls", "\n<HTML><table>", "it is a web page (HTML)", ".xlsx"},
		{"XML", "a.csv", "\ufeff<?xml version=\"1.0\"?>", "it is XML", "save it as .xlsx"},
		{"a document", "a.csv", "%PDF-1.7", "it is a document (PDF)", "save it as .xlsx"},
		{"a packed file", "a.csv.gz", "\x1f\x8b\x08\x00", "it is compressed", "decompress"},
		{"zeros", "a.csv", "\x00\x00\x00", "neither text nor a workbook", ".csv or .xlsx"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := sheet.Open(file(t, c.file, []byte(c.content)), sheet.Options{})
			wantError(t, err, c.says, c.advises)
		})
	}
}

func TestOpenRefusesFolder(t *testing.T) {
	t.Parallel()
	_, err := sheet.Open(t.TempDir(), sheet.Options{})
	wantError(t, err, "it is a folder", "inside it")
}

func TestOpenNamesMissingFileOnce(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "my loans.csv")
	_, err := sheet.Open(path, sheet.Options{})
	wantError(t, err, "no such file", "quotes")
	if n := strings.Count(err.Error(), path); n != 1 {
		t.Errorf("%q names the path %d times", err, n)
	}
}

func TestTextHasNoSheets(t *testing.T) {
	t.Parallel()
	_, err := sheet.Open(file(t, "a.csv", []byte("ID\n1\n")), sheet.Options{Sheet: "Loans"})
	wantError(t, err, "it is a text file, which has no sheets", "--sheet")
}

// The content says what a file is, not its name.
func TestWorkbookUnderAnyName(t *testing.T) {
	t.Parallel()
	content := workbook(t, cells([]string{"ID"}, []string{"7"}))
	for _, name := range []string{"a.csv", "a", "a.xlsx", "a.xlsm"} {
		got, source := mustRead(t, file(t, name, content), sheet.Options{})
		wantSame(t, name, table{Header: []string{"ID"}, Rows: []sheet.Row{{Line: 2, Cells: []string{"7"}}}}, got)
		wantSame(t, name, sheet.XLSX, source.Kind)
	}
}

// An input that breaks off is an error, and never an input with fewer rows.
func TestInputThatBreaksOff(t *testing.T) {
	t.Parallel()
	text := []byte("ID,Name\n" + strings.Repeat("7,Adams\n", 20_000))
	book := workbook(t, cells([]string{"ID"}, []string{"7"}))
	for _, c := range []struct {
		name    string
		content []byte
	}{
		{"text, at once", nil},
		{"text, in the part looked at first", text[:24]},
		{"text, between two lines", text[:len(text)/2]},
		{"text, at its end", text},
		{"a workbook", book[:len(book)/2]},
		{"a workbook, at its end", book},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			broken := errors.New("connection lost")
			stdin := io.MultiReader(bytes.NewReader(c.content), iotest.ErrReader(broken))
			_, _, err := read("-", sheet.Options{Stdin: stdin})
			wantError(t, err, "reading standard input: ", "")
			if !errors.Is(err, broken) {
				t.Errorf("%v hides its cause", err)
			}
		})
	}
}

// A loop may stop anywhere, also between two rows of a gap.
func TestLoopThatStops(t *testing.T) {
	t.Parallel()
	for name, content := range map[string][]byte{
		"a.csv":  []byte("ID\n1\n\"\"\n\"\"\n2\n"),
		"a.xlsx": workbook(t, cells([]string{"ID"}, []string{"1"}, nil, nil, []string{"2"})),
	} {
		for last := 2; last <= 5; last++ {
			r, err := sheet.Open(file(t, name, content), sheet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			line := 0
			for row, err := range r.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				if line = row.Line; line == last {
					break
				}
			}
			wantSame(t, "last line", last, line)
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// Whatever is opened is closed, whether it is read to its end, cut short or refused.
func TestNothingStaysOpen(t *testing.T) {
	book := workbook(t, cells([]string{"ID", "Name"}, []string{"L7", "Adams"}))
	inputs := []string{
		file(t, "a.csv", []byte("ID\n7\n")), file(t, "a.xlsx", book),
		file(t, "broken.csv", []byte("ID\n\"")), file(t, "empty.csv", nil), file(t, "broken.xlsx", book[:99]), t.TempDir(),
	}
	output := t.TempDir()
	visit := func() {
		for _, path := range inputs {
			_, _, _ = read(path, sheet.Options{})
		}
		for _, name := range sheetNames {
			w, err := makeSheet(disk.Target{Path: filepath.Join(output, name)})
			if err != nil {
				t.Fatal(err)
			}
			mustCommit(t, w)
			if w, err = makeSheet(disk.Target{Path: filepath.Join(output, name)}); err != nil {
				t.Fatal(err)
			}
			w.Abort()
		}
	}
	before := openFiles(t)
	visit()
	wantSame(t, "open files", before, openFiles(t))
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	for want, err := range map[string]*disk.Error{
		"doing: problem":        {Doing: "doing", Problem: "problem"},
		"doing: cause":          {Doing: "doing", Err: cause},
		"doing: problem: cause": {Doing: "doing", Problem: "problem", Err: cause},
	} {
		wantSame(t, "text", want, err.Error())
		if errors.Is(err, cause) != strings.Contains(want, "cause") {
			t.Errorf("%v does not unwrap to its cause", err)
		}
	}
}
