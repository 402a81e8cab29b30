package main

import (
	"archive/zip"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/xuri/excelize/v2"
)

// A workbook goes through the real program, and comes back: what the user had in
// it is as it was, and what is added stands at the right of it.
func TestWorkbookIsKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := filepath.Join(dir, "in.xlsx")
	writeBook(t, in)
	resolve := program(t, nil, "resolve", in, "-o", filepath.Join(dir, "out.xlsx"), "--errors-sheet", "--sandbox", "--rate", "100")
	stderr, err := resolve.CombinedOutput()
	if code := resolve.ProcessState.ExitCode(); code != exitUnmatched {
		t.Fatalf("exit code %d, %v\n%s", code, err, stderr)
	}
	checkBooks(t, dir)
	before, after := openBook(t, in), openBook(t, filepath.Join(dir, "out.xlsx"))

	if got, want := after.GetSheetList(), append(before.GetSheetList(), "Errors"); !slices.Equal(got, want) {
		t.Errorf("sheets %q, not %q", got, want)
	}
	for _, sheet := range before.GetSheetList() {
		sameSheet(t, before, after, sheet)
	}
	if got, _ := after.GetSheetVisible("Notes"); got {
		t.Error("a hidden sheet is shown")
	}
	if got := after.GetDefinedName(); !slices.ContainsFunc(got, func(n excelize.DefinedName) bool { return n.Name == "Rate" && n.RefersTo == "Rates!$B$1" }) {
		t.Errorf("the names are %+v", got)
	}
	answersAreRight(t, after)
	filterCovers(t, filepath.Join(dir, "out.xlsx"), "A3:Q9")
	errorsSheetIsTheReport(t, after, openBook(t, filepath.Join(dir, "out.errors.xlsx")))
}

const headerRow, lastRow, userColumns = 3, 9, 5

// writeBook writes three styled sheets: Loans with a title, a frozen header, a
// filter, formats, formulas, widths and colours; Rates, which they refer to; and
// Notes, hidden.
func writeBook(t *testing.T, path string) {
	t.Helper()
	book := excelize.NewFile()
	style := func(s *excelize.Style) int {
		id, err := book.NewStyle(s)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	zeros, money := "00000000", `"$"#,##0.00`
	head := style(&excelize.Style{
		Font: &excelize.Font{Bold: true, Color: "FFFFFF", Family: "Georgia", Size: 12},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F4E78"}},
	})
	title := style(&excelize.Style{Font: &excelize.Font{Italic: true, Size: 18}})
	number := style(&excelize.Style{CustomNumFmt: &zeros})
	amount := style(&excelize.Style{CustomNumFmt: &money, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"FFFF00"}}})
	errs := []error{
		book.SetSheetName("Sheet1", "Loans"),
		book.SetCellStr("Loans", "A1", "Loans of the spring"), book.SetCellStyle("Loans", "A1", "A1", title),
		book.SetSheetRow("Loans", "A3", &[]any{"Display ID", "No", "Name", "Amount", "Due"}),
		book.SetCellStyle("Loans", "A3", "E3", head), book.SetRowHeight("Loans", 3, 24),
		book.SetColWidth("Loans", "A", "A", 17), book.SetColWidth("Loans", "C", "C", 31), book.SetColVisible("Loans", "B", false),
		book.SetRowVisible("Loans", 6, false),
		book.AutoFilter("Loans", "A3:E9", nil),
		book.SetPanes("Loans", &excelize.Panes{Freeze: true, YSplit: 3, XSplit: 1, TopLeftCell: "B4", ActivePane: "bottomRight"}),
	}
	for _, name := range []string{"Rates", "Notes"} {
		_, err := book.NewSheet(name)
		errs = append(errs, err)
	}
	errs = append(errs,
		book.SetDefinedName(&excelize.DefinedName{Name: "Rate", RefersTo: "Rates!$B$1"}),
		book.SetSheetRow("Rates", "A1", &[]any{"Rate", 0.05}), book.SetCellFormula("Rates", "B2", "SUM(Loans!D4:D9)*B1"),
		book.SetColWidth("Rates", "A", "A", 40), book.SetCellStyle("Rates", "B1", "B2", amount), book.MergeCell("Rates", "A4", "C5"),
		book.SetCellStr("Notes", "A1", "a note"), book.SetCellStyle("Notes", "A1", "A1", title), book.SetSheetVisible("Notes", false),
	)
	for i, id := range []string{"L000212", "nope", "L000214", "", "l000214", "=1+1"} {
		n := strconv.Itoa(headerRow + 1 + i)
		errs = append(errs,
			book.SetCellStr("Loans", "A"+n, id),
			book.SetCellInt("Loans", "B"+n, int64(200+i)), book.SetCellStyle("Loans", "B"+n, "B"+n, number),
			book.SetCellStr("Loans", "C"+n, "Person "+n), book.SetCellFloat("Loans", "D"+n, float64(i)*100.5, 2, 64),
			book.SetCellFormula("Loans", "E"+n, "D"+n+"*Rate"), book.SetCellStyle("Loans", "D"+n, "E"+n, amount),
		)
	}
	if err := errors.Join(append(errs, book.SaveAs(path))...); err != nil {
		t.Fatal(err)
	}
}

func openBook(t *testing.T, path string) *excelize.File {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

// sameSheet compares what a user has in a sheet: cells, formulas, looks, widths,
// heights, what is hidden and merged, and what is frozen.
func sameSheet(t *testing.T, before, after *excelize.File, sheet string) {
	t.Helper()
	for row := 1; row <= lastRow+1; row++ {
		for column := 1; column <= userColumns; column++ {
			cell, _ := excelize.CoordinatesToCellName(column, row)
			if got, want := describeCell(t, after, sheet, cell), describeCell(t, before, sheet, cell); got != want {
				t.Errorf("%s!%s is\n%s, not\n%s", sheet, cell, got, want)
			}
		}
		was, _ := before.GetRowHeight(sheet, row)
		if is, _ := after.GetRowHeight(sheet, row); is != was {
			t.Errorf("%s: row %d is %v high, not %v", sheet, row, is, was)
		}
		seen, _ := before.GetRowVisible(sheet, row)
		if is, _ := after.GetRowVisible(sheet, row); is != seen {
			t.Errorf("%s: row %d is seen: %v, not %v", sheet, row, is, seen)
		}
	}
	for column := 1; column <= userColumns; column++ {
		name, _ := excelize.ColumnNumberToName(column)
		was, _ := before.GetColWidth(sheet, name)
		if is, _ := after.GetColWidth(sheet, name); is != was {
			t.Errorf("%s: column %s is %v wide, not %v", sheet, name, is, was)
		}
		shown, _ := before.GetColVisible(sheet, name)
		if is, _ := after.GetColVisible(sheet, name); is != shown {
			t.Errorf("%s: column %s is seen: %v, not %v", sheet, name, is, shown)
		}
	}
	was, _ := before.GetPanes(sheet)
	if is, _ := after.GetPanes(sheet); fmt.Sprintf("%+v", is) != fmt.Sprintf("%+v", was) {
		t.Errorf("%s: panes %+v, not %+v", sheet, is, was)
	}
	merged, _ := before.GetMergeCells(sheet)
	if is, _ := after.GetMergeCells(sheet); fmt.Sprint(is) != fmt.Sprint(merged) {
		t.Errorf("%s: merged %v, not %v", sheet, is, merged)
	}
}

// describeCell says what is in a cell, how it is stored and how it looks.
func describeCell(t *testing.T, book *excelize.File, sheet, cell string) string {
	t.Helper()
	shown, err1 := book.GetCellValue(sheet, cell)
	raw, err2 := book.GetCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	formula, err3 := book.GetCellFormula(sheet, cell)
	kind, err4 := book.GetCellType(sheet, cell)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%q %q formula %q, type %d, %s", shown, raw, formula, kind, describeStyle(t, book, sheet, cell))
}

func describeStyle(t *testing.T, book *excelize.File, sheet, cell string) string {
	t.Helper()
	id, err1 := book.GetCellStyle(sheet, cell)
	s, err2 := book.GetStyle(id)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	looks, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(looks)
}

// answersAreRight looks at the columns at the right of the user's: named and
// styled as the header next to them, all of them text.
func answersAreRight(t *testing.T, book *excelize.File) {
	t.Helper()
	names := []string{
		"match_status", "loan_id", "customer_id", "matched_value", "match_confidence", "match_reasons", "candidates",
		"other_customer_ids", "loan_status", "loan_archived",
	}
	for i, name := range names {
		cell, _ := excelize.CoordinatesToCellName(userColumns+1+i, headerRow)
		if got, _ := book.GetCellValue("Loans", cell); got != name {
			t.Errorf("%s is %q, not %q", cell, got, name)
		}
		if got, want := describeStyle(t, book, "Loans", cell), describeStyle(t, book, "Loans", "E3"); got != want {
			t.Errorf("%s looks like\n%s, not\n%s", cell, got, want)
		}
		column, _ := excelize.ColumnNumberToName(userColumns + 1 + i)
		if width, _ := book.GetColWidth("Loans", column); width < float64(len(name)) {
			t.Errorf("column %s is %v wide, too narrow for %q", column, width, name)
		}
		for _, row := range []int{1, 2, lastRow + 1} {
			cell, _ := excelize.CoordinatesToCellName(userColumns+1+i, row)
			if got, _ := book.GetCellValue("Loans", cell); got != "" {
				t.Errorf("%s holds %q", cell, got)
			}
		}
	}
	statuses := []string{"matched", "not_found", "matched", "invalid", "matched", "not_found"}
	for i, want := range statuses {
		n := strconv.Itoa(headerRow + 1 + i)
		if got, _ := book.GetCellValue("Loans", "F"+n); got != want {
			t.Errorf("F%s is %q, not %q", n, got, want)
		}
		for _, column := range []string{"G", "H"} {
			got, _ := book.GetCellValue("Loans", column+n)
			kind, _ := book.GetCellType("Loans", column+n)
			if text := kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString; got != "" && !text {
				t.Errorf("%s%s holds %q as type %d, not as text", column, n, got, kind)
			}
			if got == "" && column == "G" && want == "matched" {
				t.Errorf("%s%s is empty", column, n)
			}
		}
	}
	if got, _ := book.GetCellValue("Loans", "G4"); got != "1000" {
		t.Errorf("G4 is %q, not 1000", got)
	}
}

// filterCovers looks at the filter, which the library does not tell of.
func filterCovers(t *testing.T, path, want string) {
	t.Helper()
	book, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	content, err := fs.ReadFile(book, "xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`<autoFilter ref="([^"]*)"`).FindAllSubmatch(content, -1)
	if len(found) != 1 || string(found[0][1]) != want {
		t.Errorf("filters %q, not %s", found, want)
	}
}

func errorsSheetIsTheReport(t *testing.T, book, report *excelize.File) {
	t.Helper()
	want, err := report.GetRows(report.GetSheetName(0))
	got, err2 := book.GetRows("Errors")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	if len(got) != len(want) {
		t.Fatalf("sheet Errors has %d rows, the report %d", len(got), len(want))
	}
	for i := range want {
		if !slices.Equal(got[i], want[i]) {
			t.Errorf("row %d of sheet Errors is\n%q, not\n%q", i+1, got[i], want[i])
		}
		for column := range want[i] {
			cell, _ := excelize.CoordinatesToCellName(column+1, i+1)
			if formula, _ := book.GetCellFormula("Errors", cell); formula != "" {
				t.Errorf("Errors!%s has become a formula: %s", cell, formula)
			}
		}
	}
}
