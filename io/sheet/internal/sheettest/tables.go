package sheettest

import (
	"strings"

	"pgregory.net/rapid"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

// CellTexts are cells of any text, more often of what CSV must quote. Not among
// them: NUL, as no text file has it, and \r, which XML has no way to write.
var CellTexts = rapid.OneOf(
	rapid.StringOf(rapid.SampledFrom([]rune("\",\n ;\t'=07aé\u00a0\ufeff😀\\."))),
	rapid.String(),
	rapid.Just(""),
).Filter(func(s string) bool { return !strings.ContainsAny(s, "\r\x00") })

// Tables generates a header and rows of the same width.
func Tables(cell *rapid.Generator[string]) *rapid.Generator[[][]string] {
	return rapid.Custom(func(t *rapid.T) [][]string {
		width := rapid.IntRange(1, 5).Draw(t, "width")
		row := rapid.SliceOfN(cell, width, width)
		header := row.Filter(func(cells []string) bool { return strings.Join(cells, "") != "" }).Draw(t, "header")
		return append([][]string{header}, rapid.SliceOfN(row, 0, 6).Draw(t, "rows")...)
	})
}

// Save writes a table to path and returns what is read back from there.
func Save(t rapid.TB, path string, rows [][]string, added int) [][]string {
	WriteTable(t, disk.Target{Path: path}, rows, sheet.Layout{Added: added})
	got, _, err := Read(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	back := [][]string{got.Header}
	for _, row := range got.Rows {
		back = append(back, row.Cells)
	}
	return back
}

// WriteTable writes a table, the first row of which is its header.
func WriteTable(t rapid.TB, target disk.Target, rows [][]string, layout sheet.Layout) {
	layout.Header = rows[0]
	w, err := sheet.Create(target, layout)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(target.Path, ".xlsx") {
		if err := CheckBook(target.Path, ""); err != nil {
			t.Error(err)
		}
	}
}
