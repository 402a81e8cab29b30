package xlsx_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
)

// reviewed is a layout of a report with two candidates.
func reviewed() sheet.Layout {
	link := func(id string) string { return "https://example.com/a?b=\"1\"&id=" + id }
	return sheet.Layout{
		Header: []string{"name", "choose", "one", "two", "three", "why"}, Review: true, Name: "Errors",
		Looks: []sheet.Look{
			{Width: 20},
			{Ours: true, Width: 12, Offers: [2]int{3, 5}, Prompt: "Pick <one>"},
			{Ours: true, Width: 10, Spare: true, Link: link},
			{Ours: true, Width: 10, Spare: true, Link: func(string) string { return "javascript:alert(1)" }},
			{Ours: true, Width: 10, Spare: true},
			{Ours: true, Width: 20},
		},
	}
}

var reviewedRows = [][]string{
	{"Ann", "", "751", "752", "", strings.Repeat("several words ", 10)},
	{"Bob", "", "", "", "", "one\ntwo"},
}

// A report can be decided on as it is: links, a drop-down that takes other values, too,
// wrapped cells, and pages to print.
func TestReportsAreForReview(t *testing.T) {
	t.Parallel()
	book, path := written(t, reviewed(), reviewedRows)
	rules, err := book.GetDataValidations("Errors")
	if err != nil || len(rules) != 1 {
		t.Fatalf("the drop-downs are %v, %v", rules, err)
	}
	rule := rules[0]
	wantSame(t, "cells that offer something", "B2:B3", rule.Sqref)
	wantSame(t, "what they offer", "OFFSET($C2,0,0,1,MAX(1,COUNTA($C2:$E2)))", strings.NewReplacer("<formula1>", "", "</formula1>", "").Replace(rule.Formula1))
	if rule.ErrorStyle == nil || *rule.ErrorStyle != "warning" || rule.Prompt == nil || *rule.Prompt != "Pick <one>" {
		t.Errorf("the drop-down is %+v", rule)
	}
	formula, _ := book.GetCellFormula("Errors", "C2")
	wantSame(t, "link", `HYPERLINK("https://example.com/a?b=""1""&id=751","751")`, formula)
	if script, _ := book.GetCellFormula("Errors", "D2"); script != "" {
		t.Errorf("D2 leads to what is no page: %s", script)
	}
	page, err := book.GetPageLayout("Errors")
	if err != nil || page.Orientation == nil || *page.Orientation != "landscape" || *page.FitToWidth != 1 || *page.FitToHeight != 0 {
		t.Errorf("the page is %+v, %v", page, err)
	}
	names := fmt.Sprint(book.GetDefinedName())
	if !strings.Contains(names, "Print_Titles") || !strings.Contains(names, "'Errors'!$1:$1") {
		t.Errorf("the names are %s", names)
	}
	again, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	i := 0
	for row, err := range again.Rows() {
		if err != nil || len(row.Damaged) > 0 {
			t.Fatal(err, row.Damaged)
		}
		wantSame(t, "row", reviewedRows[i], row.Cells)
		i++
	}
}

// Rows are as high as what they show, and columns without anything are hidden.
func TestReportsShowAllOfTheirText(t *testing.T) {
	t.Parallel()
	book, _ := written(t, reviewed(), reviewedRows)
	for row, least := range map[int]float64{2: 8 * 15, 3: 2 * 15} {
		if height, err := book.GetRowHeight("Errors", row); err != nil || height < least || height > least+3*15 {
			t.Errorf("row %d is %v points high, %v; want about %v", row, height, err, least)
		}
	}
	for column, want := range map[string]bool{"C": true, "D": true, "E": false} {
		shown, err := book.GetColVisible("Errors", column)
		if err != nil || shown != want {
			t.Errorf("column %s is shown: %v, %v", column, shown, err)
		}
	}
	for _, cell := range []string{"A2", "B2", "C2", "F2"} {
		id, _ := book.GetCellStyle("Errors", cell)
		style, err := book.GetStyle(id)
		if err != nil || style.Alignment == nil || !style.Alignment.WrapText {
			t.Errorf("%s is not wrapped", cell)
		}
	}
}

// A sheet that replaces another one of a kept workbook has its place and its looks; what the
// sheet was is gone, and the other sheets are as they were.
func TestSheetsOfErrorsAreReplaced(t *testing.T) {
	t.Parallel()
	plain, path := written(t, sheet.Layout{Header: []string{"ID"}, Name: "Data"}, [][]string{{"7"}})
	_ = plain
	first := path + ".first.xlsx"
	second := path + ".second.xlsx"
	keep := func(from, to string, layout sheet.Layout, rows [][]string) {
		t.Helper()
		reader, err := sheet.Open(from, sheet.Options{Sheet: "Data"})
		if err != nil {
			t.Fatal(err)
		}
		defer reader.Close()
		if layout.RewriteSheet {
			before, err := sheet.Open(from, sheet.Options{Sheet: "Errors"})
			if err != nil {
				t.Fatal(err)
			}
			defer before.Close()
			layout.Keep = before
		}
		writeTwo(t, to, sheet.Layout{Header: []string{"ID", "loan_id"}, Added: 1, Keep: reader, Replaced: replacedIn(reader)}, [][]string{{"7", "70"}}, layout, rows)
	}
	keep(path, first, reviewed(), reviewedRows)
	replacing := reviewed()
	replacing.RewriteSheet = true
	keep(first, second, replacing, reviewedRows[1:])
	book, err := excelize.OpenFile(second)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	wantSame(t, "sheets", []string{"Data", "Errors"}, book.GetSheetList())
	rows, _ := book.GetRows("Errors")
	if len(rows) != 2 || rows[1][0] != "Bob" {
		t.Errorf("the sheet of errors holds %v", rows)
	}
	id, _ := book.GetCellStyle("Errors", "A2")
	if style, err := book.GetStyle(id); err != nil || style.Alignment == nil || !style.Alignment.WrapText {
		t.Errorf("its cells have lost their looks: %+v, %v", style, err)
	}
}

// writeTwo writes a workbook with a second sheet.
func writeTwo(t *testing.T, path string, layout sheet.Layout, rows [][]string, second sheet.Layout, more [][]string) {
	t.Helper()
	w, err := sheet.Create(disk.Target{Path: path}, layout)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	extra, err := sheet.AddSheet(w, "Errors", second)
	if err != nil {
		t.Fatal(err)
	}
	for to, list := range map[sheet.Writer][][]string{w: rows, extra: more} {
		for _, row := range list {
			if err := to.Write(row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Commit(); err != nil {
		t.Fatal(err)
	}
	sheettest.WantBook(t, path, "")
}

// replacedIn lists the columns of ours that a sheet has.
func replacedIn(reader sheet.Reader) []int {
	if at := slices.Index(reader.Header(), "loan_id"); at >= 0 {
		return []int{at}
	}
	return nil
}
