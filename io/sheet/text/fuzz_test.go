package text_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/io/sheet/rows"
)

// FuzzCSV reads anything. What is refused is refused with advice; what is
// accepted is whole, the same when written and read again, and what encoding/csv
// reads from it.
func FuzzCSV(f *testing.F) {
	for _, seed := range []string{
		"ID,Name\nL7,Adams\n", "\ufeffID\n\n1\n\"\"\n", "ID;Name\r\nL7\r\nL8;B;;\r\nL9;C;D\r\n", ",,\nID,\"a\r\nb\"\r\n\"c\"\"d\",e\n",
		"ID\n\"open\n", "\xff\xfeI\x00\n\x00", "PK\x03\x04", "\xd0\xcf\x11\xe0", "a\rb\r", "\x00", "", "sep=|\nID|5\"\n7|5\" pipe\n",
		"a\tb\nJos\xe9\t1,5\n\t\n\n", "a,b\r\r\n1,2\r\r\n", "a, \"b\"\n",
	} {
		f.Add([]byte(seed), "")
		f.Add([]byte(seed), ",")
	}
	f.Fuzz(func(t *testing.T, content []byte, delimiter string) {
		opt := sheet.Options{Stdin: bytes.NewReader(content)}
		if len(delimiter) == 1 && strings.Contains(",;\t|", delimiter) {
			opt.Delimiter = sheet.Delimiter(delimiter[0])
		}
		if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
			return // another fuzz target's
		}
		got, source, err := read("-", opt)
		wantFit(t, got)
		if err != nil {
			wantAdvice(t, err)
		} else {
			if source.Size != int64(len(content)) || source.Estimate != len(got.Rows) {
				t.Errorf("%d of %d bytes and %d of %d rows were read", source.Size, len(content), len(got.Rows), source.Estimate)
			}
			wantBack(t, got, source.Text.Format)
		}
		if opt.Delimiter == sheet.Comma {
			wantAsStandard(t, content, got, err)
		}
	})
}

// wantBack checks that a table is the same when written and read again.
func wantBack(t *testing.T, want table, format rows.Format) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "back.csv")
	w, err := sheet.Create(disk.Target{Path: path}, sheet.Layout{Header: want.Header, Format: format})
	for _, row := range want.Rows {
		if err == nil {
			err = w.Write(row.Cells)
		}
	}
	if err == nil {
		err = w.Commit()
	}
	if err != nil {
		t.Fatal(err)
	}
	got, source := mustRead(t, path, sheet.Options{Delimiter: format.Delimiter})
	wantSame(t, "header", want.Header, got.Header)
	wantSame(t, "rows", cellsOf(want), cellsOf(got))
	if source.Text.BOM != format.BOM || source.Text.Encoding != sheet.UTF8 {
		t.Errorf("written as %s, BOM %t", source.Text, format.BOM)
	}
}

// wantAsStandard compares with encoding/csv, as far as it reads the content
// without error and without changing a cell.
func wantAsStandard(t *testing.T, content []byte, got table, err error) {
	t.Helper()
	text := bytes.TrimPrefix(content, []byte("\ufeff"))
	if !utf8.Valid(text) || bytes.ContainsAny(text, "\r\x00") || bytes.HasPrefix(text, []byte("sep=")) || foreign(text) {
		return
	}
	records, ok := recordsOf(text)
	if !ok || len(records) == 0 || len(records[0]) == 1 {
		return // of one column, blank lines are rows
	}
	if err != nil {
		for _, record := range records {
			if len(record) > len(records[0])+100 {
				return
			}
		}
		t.Fatalf("encoding/csv reads %q: %v", records, err)
	}
	if len(got.Rows)+1 != len(records) {
		t.Fatalf("%d rows of %d records", len(got.Rows), len(records))
	}
	for i, cells := range slices.Insert(cellsOf(got), 0, got.Header) {
		if !slices.Equal(trimmed(records[i]), trimmed(cells)) {
			t.Errorf("row %d is %q, want %q", i, cells, records[i])
		}
	}
}

// foreign reports what is refused by its first bytes.
func foreign(text []byte) bool {
	start := bytes.ToLower(bytes.TrimLeft(text, " \t\r\n"))
	for _, other := range []string{"<!doctype html", "<html", "<table", "<?xml", "mime-version:", `{\rtf`, "%pdf-"} {
		if bytes.HasPrefix(start, []byte(other)) {
			return true
		}
	}
	return bytes.HasPrefix(text, []byte("\x1f\x8b"))
}

// recordsOf returns the header and the rows of a CSV file as encoding/csv reads
// them, without empty ones at the end, and whether it reads them all.
func recordsOf(content []byte) (records [][]string, ok bool) {
	r := csv.NewReader(bytes.NewReader(content))
	r.FieldsPerRecord = -1
	for {
		record, err := r.Read()
		if err != nil {
			for n := len(records); n > 0 && len(trimmed(records[n-1])) == 0; n-- {
				records = records[:n-1]
			}
			return records, errors.Is(err, io.EOF)
		}
		if len(records) > 0 || strings.Join(record, "") != "" {
			records = append(records, record)
		}
	}
}

// trimmed drops empty cells at the end.
func trimmed(cells []string) []string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}
