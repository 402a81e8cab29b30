package sheet_test

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
)

// The caller may use the same cells again for the next row.
func TestRowsMayShareTheirCells(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.csv", "a.xlsx"} {
		path := filepath.Join(t.TempDir(), name)
		w, err := sheet.Create(disk.Target{Path: path}, sheet.Layout{Header: []string{"ID"}})
		if err != nil {
			t.Fatal(err)
		}
		cells := make([]string, 1)
		for _, cells[0] = range []string{"L7", "L8"} {
			if err := w.Write(cells); err != nil {
				t.Fatal(err)
			}
		}
		mustCommit(t, w)
		got, _ := mustRead(t, path, sheet.Options{})
		wantSame(t, name, []sheet.Row{{Line: 2, Cells: []string{"L7"}}, {Line: 3, Cells: []string{"L8"}}}, got.Rows)
	}
}

// A run that is killed and run again must give the same bytes.
func TestSameRowsSameBytes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"a.csv", "a.xlsx"} {
		var files [4][]byte
		for i := range files {
			path := filepath.Join(t.TempDir(), name)
			sheettest.WriteTable(t, disk.Target{Path: path},
				append([][]string{{"ID", "match_status"}}, slices.Repeat([][]string{{"L7", "matched"}}, 1_009)...),
				sheet.Layout{Added: 1, Tints: tints})
			files[i] = contentOf(t, path)
		}
		for _, other := range files[1:] {
			if !bytes.Equal(files[0], other) {
				t.Errorf("two files %s differ", name)
			}
		}
	}
}

func TestNothingIsLeftOfASheet(t *testing.T) {
	temp := tempFolder(t)
	for _, end := range []func(unfinished){
		func(w unfinished) { mustCommit(t, w) },
		func(w unfinished) { w.Abort() },
		func(w unfinished) { _ = w.Seal(); w.Abort() },
	} {
		w, err := makeSheet(disk.Target{Path: filepath.Join(t.TempDir(), "a.xlsx")})
		if err != nil {
			t.Fatal(err)
		}
		end(w)
		wantEmpty(t, temp)
	}
}
