package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
	"loanmap/io/sheet/xlsx"
)

const resolved = "Resolved" // the sheet that is written

// written writes a workbook and opens it with another reader than ours.
func written(t testing.TB, layout sheet.Layout, rows [][]string) (*excelize.File, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "loans.xlsx")
	write(t, path, layout, rows)
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book, path
}

func write(t testing.TB, path string, layout sheet.Layout, rows [][]string) {
	t.Helper()
	w, err := sheet.Create(disk.Target{Path: path}, layout)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	sheettest.WantBook(t, path, "")
}

// get calls a getter of the library, which takes a sheet, and wants no error.
func get[V any](t testing.TB, getter func(sheet, cell string) (V, error), cell string) V {
	t.Helper()
	v, err := getter(resolved, cell)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestEveryCellIsText(t *testing.T) {
	t.Parallel()
	texts := []string{
		"00012345", "8890", "-5", "1E5", "3.10", "TRUE", "2024-01-01", "=1+1", "@SUM(A1)", "+1 555", "#N/A", "'7", "_x000D_", " 7 ", "a\r\nb",
	}
	layout := sheet.Layout{Header: []string{"ID", "loan_id"}, Added: 1}
	var rows [][]string
	for _, text := range texts {
		rows = append(rows, []string{text, text})
	}
	book, _ := written(t, layout, rows)
	for i, text := range texts {
		for _, column := range []string{"A", "B"} {
			cell := column + strconv.Itoa(i+2)
			raw := func(name, cell string) (string, error) {
				return book.GetCellValue(name, cell, excelize.Options{RawCellValue: true})
			}
			wantSame(t, "value of "+cell, text, get(t, raw, cell))
			wantSame(t, "formula of "+cell, "", get(t, book.GetCellFormula, cell))
			if kind := get(t, book.GetCellType, cell); kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
				t.Errorf("%s, %q, is of type %d, not text", cell, text, kind)
			}
		}
	}
}

func TestXLSXComesBackAsWritten(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "loans.xlsx")
	text := rapid.OneOf(cellTexts, rapid.Just("\r\n"), rapid.Just("00012345")).Filter(utf8.ValidString)
	rapid.Check(t, func(t *rapid.T) {
		want := tables(text).Draw(t, "table")
		if last := len(want[0]) - 1; strings.TrimSpace(want[0][last]) == "" {
			want[0][last] = "ID" // a column needs a header
		}
		save(t, path, want, 0)
		table, _, err := read(path, sheet.Options{HeaderRow: 1})
		if err != nil {
			t.Fatal(err)
		}
		got := [][]string{table.Header}
		for _, row := range table.Rows {
			got = append(got, row.Cells)
		}
		for len(want) > 1 && strings.TrimSpace(strings.Join(want[len(want)-1], "")) == "" {
			want = want[:len(want)-1] // blank rows at the end are not read
		}
		if !slices.EqualFunc(want, got, slices.Equal) {
			t.Errorf("wrote %q, read %q", want, got)
		}
	})
}

// The library cuts or replaces what a workbook cannot hold. We do not.
func TestWhatAWorkbookCannotHold(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 32_767)
	wide := strings.Repeat("😀", 16_383) // two of Excel's characters each
	for _, c := range []struct{ name, text, says string }{
		{"as long as can be", long, ""},
		{"as long as can be, in characters of several bytes", strings.Repeat("é", 32_767), ""},
		{"as long as can be, in wide characters", wide + "x", ""},
		{"one longer", long + "x", "more than 32767 characters"},
		{"one longer, in wide characters", wide + "😀", "more than 32767 characters"},
		{"control characters", "a\x0bb", ""},
		{"a NUL", "a\x00b", ""},
		{"what looks like a control character", "_x000B__x005F_x000D_", ""},
		{"bytes that are not UTF-8", "Jos\xe9", "not UTF-8"},
		{"no character", "\uffff", ""},
		{"a replacement character in the input", "Jos\ufffd", ""},
		{"tabs and line ends", "a\tb\r\nc", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			path := filepath.Join(folder, "loans.xlsx")
			w, err := sheet.Create(disk.Target{Path: path}, sheet.Layout{Header: []string{"ID", "Note"}})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Write([]string{"L7", ""}); err != nil {
				t.Fatal(err)
			}
			if err := w.Write([]string{"L8", c.text}); err != nil {
				t.Fatal(err) // the first rows wait
			}
			err = w.Commit()
			if c.says == "" {
				if err != nil {
					t.Fatal(err)
				}
				got, _ := mustRead(t, path, sheet.Options{})
				wantSame(t, "text", c.text, got.Rows[1].Cells[1])
				return
			}
			wantError(t, err, c.says, ".csv")
			wantError(t, err, "row 3", "")
			if err := w.Commit(); err == nil {
				t.Error("committed without the row")
			}
			w.Abort()
			wantEmpty(t, folder)
		})
	}
}

func TestHeaderThatAWorkbookCannotHold(t *testing.T) {
	t.Parallel()
	w, err := sheet.Create(disk.Target{Path: filepath.Join(t.TempDir(), "a.xlsx")}, sheet.Layout{Header: []string{"I\xffD"}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	wantError(t, w.Commit(), "row 1", ".csv")
}

// A row after the first ones, which wait, is refused at once, and the file with it.
func TestRefusedRowIsNotLeftOut(t *testing.T) {
	t.Parallel()
	w, err := sheet.Create(disk.Target{Path: filepath.Join(t.TempDir(), "a.xlsx")}, sheet.Layout{Header: []string{"ID"}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	row := fmt.Sprintf("row %d has", xlsx.SampleRows+2)
	for range xlsx.SampleRows {
		if err := w.Write([]string{"L7"}); err != nil {
			t.Fatal(err)
		}
	}
	wantError(t, w.Write([]string{"\xff"}), row, "")
	_ = w.Write([]string{"L8"}) // even if its error went unseen
	wantError(t, w.Commit(), row, "")
}

// The first rows wait: none may be lost around their number.
func TestRowsAroundTheSample(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, xlsx.SampleRows - 1, xlsx.SampleRows, xlsx.SampleRows + 1, 2*xlsx.SampleRows + 50} {
		t.Run(strconv.Itoa(n), func(t *testing.T) {
			t.Parallel()
			want := [][]string{{"ID", "match_status"}}
			for i := range n {
				want = append(want, []string{fmt.Sprintf("%08d", i), "matched"})
			}
			book, path := written(t, sheet.Layout{Header: want[0], Added: 1, Tints: tints}, want[1:])
			got, err := book.GetRows(resolved)
			if err != nil {
				t.Fatal(err)
			}
			wantSame(t, "rows", want, got)
			wantLook(t, path, n)
			wantTints(t, book, n)
		})
	}
}

// wantLook checks the filter, and that the parts of the sheet are in the only
// order that Excel takes.
func wantLook(t testing.TB, path string, rows int) {
	t.Helper()
	xml := string(partNamed(t, contentOf(t, path), sheetPart))
	if filter := fmt.Sprintf(`<autoFilter ref="A1:B%d"`, rows+1); !strings.Contains(xml, filter) {
		t.Errorf("no %s in %.300s", filter, xml)
	}
	at := -1
	for _, element := range []string{"<sheetViews", "<cols", "<sheetData", "<autoFilter", "<conditionalFormatting"} {
		if next := strings.Index(xml, element); next >= 0 && next < at {
			t.Errorf("%s is too early", element)
		} else {
			at = max(at, next)
		}
	}
	if a, b := strings.Index(xml, `<col min="1"`), strings.Index(xml, `<col min="2"`); a < 0 || b < a {
		t.Error("the columns' widths are not in the order of the columns")
	}
}

func wantTints(t testing.TB, book *excelize.File, rows int) {
	t.Helper()
	formats, err := book.GetConditionalFormats(resolved)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, rule := range formats[fmt.Sprintf("B2:B%d", rows+1)] {
		style, err := book.GetConditionalStyle(*rule.Format)
		if err != nil {
			t.Fatal(err)
		}
		got[rule.Value] = style.Fill.Color[0]
	}
	want := map[string]string{}
	for value, color := range tints {
		if rows > 0 {
			want[strconv.Quote(value)] = color
		}
	}
	wantSame(t, "tints", want, got)
}

func partNamed(t testing.TB, archive []byte, name string) []byte {
	t.Helper()
	parts, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(parts.File, func(part *zip.File) bool { return part.Name == name })
	if i < 0 {
		t.Fatalf("no part %s", name)
	}
	return partOf(t, parts.File[i])
}

func TestHeaderIsFrozenBoldAndSetApart(t *testing.T) {
	t.Parallel()
	book, _ := written(t, sheet.Layout{Header: []string{"ID", "Name", "match_status", "loan_id"}, Added: 2}, [][]string{{"1", "2", "3", "4"}})
	wantSame(t, "sheets", []string{resolved}, book.GetSheetList())
	panes, err := book.GetPanes(resolved)
	if err != nil {
		t.Fatal(err)
	}
	if !panes.Freeze || panes.YSplit != 1 || panes.XSplit != 0 || panes.TopLeftCell != "A2" {
		t.Errorf("panes are %+v, want the first row frozen", panes)
	}
	var colors []string
	for _, cell := range []string{"A1", "B1", "C1", "D1"} {
		style, err := book.GetStyle(get(t, book.GetCellStyle, cell))
		if err != nil {
			t.Fatal(err)
		}
		if !style.Font.Bold {
			t.Errorf("%s is not bold", cell)
		}
		colors = append(colors, style.Fill.Color[0])
	}
	if colors[0] != colors[1] || colors[1] == colors[2] || colors[2] != colors[3] {
		t.Errorf("the headers' colors are %v: ours are not set apart", colors)
	}
}

func TestColumnWidths(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, header, text string
		want               float64
	}{
		{"narrow", "ID", "7", 9},
		{"by its cells", "ID", strings.Repeat("x", 20), 21},
		{"in characters, not bytes", "ID", strings.Repeat("é", 20), 21},
		{"by its header, with room for the filter", strings.Repeat("x", 20), "7", 23},
		{"never wider than a screen", "ID", strings.Repeat("x", 200), 60},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			book, _ := written(t, sheet.Layout{Header: []string{"other", c.header}}, [][]string{{"", ""}, {"", c.text}})
			for column, want := range map[string]float64{"A": 9, "B": c.want} {
				got, err := book.GetColWidth(resolved, column)
				if err != nil {
					t.Fatal(err)
				}
				wantSame(t, "width of "+column, want, got)
			}
		})
	}
}

func TestMoreColumnsThanAWorkbookHolds(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, err := sheet.Create(disk.Target{Path: filepath.Join(folder, "loans.xlsx")}, sheet.Layout{Header: make([]string, excelize.MaxColumns+1)})
	wantError(t, err, "cannot hold 16385 columns", ".csv")
	wantEmpty(t, folder)
}

func TestNoTintsNoRules(t *testing.T) {
	t.Parallel()
	_, path := written(t, sheet.Layout{Header: []string{"ID", "error_row"}, Added: 1}, [][]string{{"1", "2"}})
	if xml := string(partNamed(t, contentOf(t, path), sheetPart)); strings.Contains(xml, "conditionalFormatting") {
		t.Error("there are rules for colors")
	}
}

// A second sheet waits in a file until the first is done. It has no name, so
// that nothing can leave it behind.
func TestNothingIsLeftOfASecondSheet(t *testing.T) {
	temp := tempFolder(t)
	before := openFiles(t)
	for _, end := range []func(sheet.Writer){
		func(w sheet.Writer) { mustCommit(t, w) },
		func(w sheet.Writer) { w.Abort() },
		func(w sheet.Writer) { _ = w.Seal(); w.Abort() },
	} {
		w, err := sheet.Create(disk.Target{Path: filepath.Join(t.TempDir(), "a.xlsx")}, sheet.Layout{Header: []string{"ID"}})
		if err != nil {
			t.Fatal(err)
		}
		extra, err := sheet.AddSheet(w, "Errors", sheet.Layout{Header: []string{"ID", "error_code"}})
		if err != nil {
			t.Fatal(err)
		}
		for range xlsx.SampleRows + 1 {
			if err := extra.Write([]string{"7", strings.Repeat("x", 170)}); err != nil {
				t.Fatal(err)
			}
		}
		wantEmpty(t, temp)
		end(w)
		wantEmpty(t, temp)
	}
	wantSame(t, "open files", before, openFiles(t))
}

func TestNowhereToPutASecondSheet(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	w, err := sheet.Create(disk.Target{Path: filepath.Join(folder, "a.xlsx")}, sheet.Layout{Header: []string{"ID"}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = sheet.AddSheet(w, "Errors", sheet.Layout{Header: []string{"ID"}})
	wantError(t, err, "writing "+folder, "TMPDIR")
	w.Abort()
	wantEmpty(t, folder)
}

func TestSecondSheet(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "loans.xlsx")
	w, err := sheet.Create(disk.Target{Path: path}, sheet.Layout{Header: []string{"ID", "match_status"}, Added: 1, Tints: tints})
	if err != nil {
		t.Fatal(err)
	}
	extra, err := sheet.AddSheet(w, "Errors", sheet.Layout{Header: []string{"ID", "error_code"}, Added: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]string{{"L7", "matched"}, {"L8", "not_found"}} {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := extra.Write([]string{"L8", "missing"}); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(w.Seal(), extra.Seal(), w.Commit(), extra.Commit()); err != nil {
		t.Fatal(err)
	}
	sheettest.WantBook(t, path, "")
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	for name, want := range map[string][][]string{
		resolved: {{"ID", "match_status"}, {"L7", "matched"}, {"L8", "not_found"}},
		"Errors": {{"ID", "error_code"}, {"L8", "missing"}},
	} {
		got, err := book.GetRows(name)
		if err != nil {
			t.Fatal(err)
		}
		wantSame(t, name, want, got)
	}
}

func TestSecondSheetOfText(t *testing.T) {
	t.Parallel()
	w, err := sheet.Create(disk.Target{Path: filepath.Join(t.TempDir(), "a.csv")}, sheet.Layout{Header: []string{"ID"}})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	_, err = sheet.AddSheet(w, "Errors", sheet.Layout{Header: []string{"ID"}})
	wantError(t, err, "not a workbook", ".xlsx")
}

func TestMoreRowsThanAWorkbookHolds(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	_, err := sheet.Create(disk.Target{Path: filepath.Join(folder, "loans.xlsx")}, sheet.Layout{Header: []string{"ID"}, Rows: 1_048_576})
	wantError(t, err, "more than 1048576 rows", ".csv")
	wantEmpty(t, folder)
}
