package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
)

var added = []string{"match_status", "loan_id", "candidates"}

// styled is a workbook with all that is to be kept: Loans with a title, a
// filter, formats, formulas, widths and colors; Rates, to which its formulas
// refer; and Notes, hidden.
func styled(book *excelize.File) error {
	must := func(id int, err error) int {
		if err != nil {
			panic(err)
		}
		return id
	}
	zeros, money := "00000000", `"$"#,##0.00`
	head := must(book.NewStyle(&excelize.Style{
		Font: &excelize.Font{Bold: true, Color: "FFFFFF", Family: "Georgia", Size: 12}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F4E78"}},
		Border: []excelize.Border{{Type: "bottom", Style: 2, Color: "C00000"}},
	}))
	id := must(book.NewStyle(&excelize.Style{CustomNumFmt: &zeros, Font: &excelize.Font{Family: "Georgia", Size: 11}}))
	amount := must(book.NewStyle(&excelize.Style{CustomNumFmt: &money, Font: &excelize.Font{Family: "Georgia", Size: 11}}))
	red := must(book.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: "9C0006"}}))
	errs := []error{
		book.SetSheetName("Sheet1", "Loans"),
		book.SetCellStr("Loans", "A1", "Loans of the spring"), book.MergeCell("Loans", "A1", "D1"),
		book.SetSheetRow("Loans", "A3", &[]any{"Display ID", "Name", "Amount", "Due"}),
		book.SetCellStyle("Loans", "A3", "D3", head), book.SetRowHeight("Loans", 3, 24),
		book.SetColWidth("Loans", "A", "A", 17), book.SetColWidth("Loans", "B", "B", 31), book.SetColVisible("Loans", "F:XFD", false),
		book.AutoFilter("Loans", "A3:D9", nil),
		book.SetPanes("Loans", &excelize.Panes{Freeze: true, YSplit: 3, XSplit: 1, TopLeftCell: "B4", ActivePane: "bottomRight"}),
		book.SetConditionalFormat("Loans", "C4:C9", []excelize.ConditionalFormatOptions{{Type: "cell", Criteria: ">", Value: "500", Format: &red}}),
		book.AddDataValidation("Loans", validation()),
		book.SetDefinedName(&excelize.DefinedName{Name: "Rate", RefersTo: "Rates!$B$2", Scope: "Workbook"}),
	}
	for _, name := range []string{"Rates", "Notes"} {
		_, err := book.NewSheet(name)
		errs = append(errs, err)
	}
	errs = append(errs,
		book.SetSheetRow("Rates", "A1", &[]any{"Rate", 0.05}), book.SetSheetRow("Rates", "A2", &[]any{"Next", nil}),
		book.SetCellFormula("Rates", "B2", "SUM(Loans!C4:C9)*B1"), book.SetColWidth("Rates", "A", "A", 40),
		book.SetCellStr("Notes", "A1", "secret"), book.SetSheetVisible("Notes", false),
	)
	for row := 4; row <= 9; row++ {
		if row == 7 {
			continue // not stored
		}
		n := strconv.Itoa(row)
		errs = append(errs,
			book.SetCellInt("Loans", "A"+n, int64(200+row)), book.SetCellStyle("Loans", "A"+n, "A"+n, id),
			book.SetCellStr("Loans", "B"+n, "Person "+n), book.SetCellFloat("Loans", "C"+n, float64(row)*100.5, 2, 64),
			book.SetCellFormula("Loans", "D"+n, "C"+n+"*Rate"), book.SetCellStyle("Loans", "C"+n, "D"+n, amount),
		)
	}
	return errors.Join(errs...)
}

func validation() *excelize.DataValidation {
	v := excelize.NewDataValidation(true)
	v.Sqref = "B4:B9"
	_ = v.SetDropList([]string{"a", "b"})
	return v
}

// answers writes a workbook kept, with one answer a row, and returns its path.
func answers(t testing.TB, content []byte, opt sheet.Options, layout sheet.Layout) string {
	t.Helper()
	path, in := filepath.Join(t.TempDir(), "out.xlsx"), file(t, "in.xlsx", content)
	if err := keep(in, path, opt, layout); err != nil {
		t.Fatal(err)
	}
	sheettest.WantBook(t, path, in)
	return path
}

// keep goes through a workbook as the pipeline does.
func keep(in, out string, opt sheet.Options, layout sheet.Layout) error {
	return keepRows(in, out, opt, layout, func(row sheet.Row) []string {
		return append(without(row.Cells, layout.Replaced), answer(row.Line)...)
	})
}

// keepRows is keep with cells as they are wished.
func keepRows(in, out string, opt sheet.Options, layout sheet.Layout, cells func(sheet.Row) []string) error {
	r, err := sheet.Open(in, opt)
	if err != nil {
		return err
	}
	defer r.Close()
	layout.Keep = r
	if layout.Added == 0 {
		layout.Added, layout.Tints = len(added), tints
		layout.Header = append(without(r.Header(), layout.Replaced), added...)
	}
	w, err := sheet.Create(disk.Target{Path: out}, layout)
	if err != nil {
		return err
	}
	defer w.Abort()
	for row, err := range r.Rows() {
		if err != nil {
			return err
		}
		if err := w.Write(cells(row)); err != nil {
			return err
		}
	}
	return w.Commit()
}

func without(cells []string, replaced []int) []string {
	var kept []string
	for i, cell := range cells {
		if !slices.Contains(replaced, i) {
			kept = append(kept, cell)
		}
	}
	return kept
}

func answer(line int) []string {
	return []string{[]string{"matched", "ambiguous", "not_found"}[line%3], fmt.Sprintf("%08d", line), "<=&\" \v_x000B_"}
}

func opened(t testing.TB, path string) *excelize.File {
	t.Helper()
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = book.Close() })
	return book
}

func TestWorkbookIsKept(t *testing.T) {
	t.Parallel()
	content := workbook(t, styled)
	path := answers(t, content, sheet.Options{}, sheet.Layout{})
	was, is := opened(t, file(t, "in.xlsx", content)), opened(t, path)

	wantSame(t, "sheets", []string{"Loans", "Rates", "Notes"}, is.GetSheetList())
	wantSame(t, "other parts", []string{"xl/styles.xml", "xl/workbook.xml", sheetPart}, changedParts(t, content, contentOf(t, path)))
	for row := 1; row <= 9; row++ {
		for _, column := range []string{"A", "B", "C", "D"} {
			wantSameCell(t, was, is, column+strconv.Itoa(row))
		}
	}
	for column, want := range map[string]float64{"A": 17, "B": 31, "E": 15, "F": 10} {
		width, err := is.GetColWidth("Loans", column)
		wantSame(t, "width of "+column, fmt.Sprint(want, nil), fmt.Sprint(width, err))
	}
	for column, want := range map[string]bool{"A": true, "E": true, "G": true, "H": false, "XFD": false} {
		visible, err := is.GetColVisible("Loans", column)
		wantSame(t, column+" is visible", fmt.Sprint(want, nil), fmt.Sprint(visible, err))
	}
	xml := string(partNamed(t, contentOf(t, path), sheetPart))
	for _, kept := range []string{`<dimension ref="A1:G9"`, `<autoFilter ref="A3:G9"`, `<mergeCell ref="A1:D1"`, `<conditionalFormatting sqref="C4:C9"`, `<dataValidation`, `topLeftCell="B4"`, `ht="24"`} {
		if !strings.Contains(xml, kept) {
			t.Errorf("no %s", kept)
		}
	}
	wantSame(t, "area of the filter", []string{"!$A$3:$G$9"}, regexp.MustCompile(`!\$A\$3[^<]*`).FindAllString(string(partNamed(t, contentOf(t, path), "xl/workbook.xml")), -1))
}

func wantSameCell(t *testing.T, was, is *excelize.File, cell string) {
	t.Helper()
	describe := func(book *excelize.File) [4]any {
		raw, err := book.GetCellValue("Loans", cell, excelize.Options{RawCellValue: true})
		formula, err2 := book.GetCellFormula("Loans", cell)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		look := styleOf(t, book, cell)
		return [4]any{raw, formula, *look.Font, look.CustomNumFmt}
	}
	wantSame(t, cell, describe(was), describe(is))
}

func TestAddedCellsOfAKeptWorkbook(t *testing.T) {
	t.Parallel()
	book := opened(t, answers(t, workbook(t, styled), sheet.Options{}, sheet.Layout{}))
	rows, err := book.GetRows("Loans", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "names", added, rows[2][4:])
	for line := 4; line <= 9; line++ {
		wantSame(t, fmt.Sprintf("row %d", line), answer(line), rows[line-1][4:])
		status := "E" + strconv.Itoa(line)
		look := styleOf(t, book, status)
		wantSame(t, "color of "+status, []string{tints[answer(line)[0]]}, look.Fill.Color)
		wantSame(t, "font of "+status, "Georgia", look.Font.Family)
		for _, column := range []string{"E", "F", "G"} {
			cell := column + strconv.Itoa(line)
			kind, err := book.GetCellType("Loans", cell)
			formula, err2 := book.GetCellFormula("Loans", cell)
			if err := errors.Join(err, err2); err != nil || kind != excelize.CellTypeInlineString || formula != "" {
				t.Errorf("%s is of type %d, formula %q, %v", cell, kind, formula, err)
			}
			wantSame(t, "format of "+cell, 49, styleOf(t, book, cell).NumFmt)
		}
	}
	for _, cell := range []string{"E3", "F3", "G3"} {
		wantSame(t, "look of "+cell, styleOf(t, book, "D3"), styleOf(t, book, cell))
	}
}

func styleOf(t testing.TB, book *excelize.File, cell string) *excelize.Style {
	t.Helper()
	return styleIn(t, book, "Loans", cell)
}

func styleIn(t testing.TB, book *excelize.File, sheet, cell string) *excelize.Style {
	t.Helper()
	id, err := book.GetCellStyle(sheet, cell)
	if err != nil {
		t.Fatal(err)
	}
	style, err := book.GetStyle(id)
	if err != nil {
		t.Fatal(err)
	}
	return style
}

// changedParts lists the parts that two archives differ in.
func changedParts(t testing.TB, was, is []byte) []string {
	t.Helper()
	content := func(archive []byte) map[string]string {
		parts, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
		if err != nil {
			t.Fatal(err)
		}
		all := map[string]string{}
		for _, part := range parts.File {
			all[part.Name] = string(partOf(t, part))
		}
		return all
	}
	before, after := content(was), content(is)
	var changed []string
	for name := range after {
		if before[name] != after[name] {
			changed = append(changed, name)
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			changed = append(changed, "without "+name)
		}
	}
	slices.Sort(changed)
	return changed
}

// An output fed back in has the columns of its former run replaced.
func TestKeptWorkbookFedBackIn(t *testing.T) {
	t.Parallel()
	first := answers(t, workbook(t, styled), sheet.Options{}, sheet.Layout{})
	replaced := sheet.Layout{Replaced: []int{4, 5, 6}}
	second := answers(t, contentOf(t, first), sheet.Options{}, replaced)
	got, _ := mustRead(t, second, sheet.Options{})
	want, _ := mustRead(t, first, sheet.Options{})
	wantSame(t, "table", want, got)
	xml := string(partNamed(t, contentOf(t, second), sheetPart))
	wantSame(t, "cells of ours", strings.Count(string(partNamed(t, contentOf(t, first), sheetPart)), "<c "), strings.Count(xml, "<c "))
}

// Sorting a table would not move columns next to it.
func TestTableIsWidened(t *testing.T) {
	t.Parallel()
	content := workbook(t, func(book *excelize.File) error {
		return errors.Join(styledTable(book), book.AddTable("Sheet1", &excelize.Table{Range: "A1:B3", Name: "Loans"}))
	})
	path := answers(t, content, sheet.Options{}, sheet.Layout{})
	want := []excelize.Table{{Range: "A1:E3", Name: "Loans"}}
	got, err := opened(t, path).GetTables("Sheet1")
	if err != nil || len(got) != 1 || got[0].Range != want[0].Range || got[0].Name != want[0].Name {
		t.Errorf("tables %+v, %v", got, err)
	}
	part := string(partNamed(t, contentOf(t, path), "xl/tables/table1.xml"))
	columns := []string{"ID", "Name", "match_status", "loan_id", "candidates"}
	wantSame(t, "columns", columns, tableColumns(t, path))
	for _, holds := range []string{`<autoFilter ref="A1:E3"`, `<tableColumns count="5"`, `id="5"`} {
		if !strings.Contains(part, holds) {
			t.Errorf("no %s in %s", holds, part)
		}
	}
	again := answers(t, contentOf(t, path), sheet.Options{}, sheet.Layout{Replaced: []int{2, 3, 4}})
	wantSame(t, "columns, again", columns, tableColumns(t, again))
}

func tableColumns(t *testing.T, path string) []string {
	var names []string
	for _, match := range regexp.MustCompile(`<tableColumn [^>]*name="([^"]*)"`).FindAllSubmatch(partNamed(t, contentOf(t, path), "xl/tables/table1.xml"), -1) {
		names = append(names, string(match[1]))
	}
	return names
}

func styledTable(book *excelize.File) error {
	return cells([]string{"ID", "Name"}, []string{"L7", "Adams"}, []string{"L8", "Brown"})(book)
}

func TestWhatCannotBeKept(t *testing.T) {
	t.Parallel()
	plain := workbook(t, styledTable)
	table := func(area string) []byte {
		return workbook(t, func(book *excelize.File) error {
			return errors.Join(styledTable(book), book.SetCellStr("Sheet1", "C2", "note"), book.AddTable("Sheet1", &excelize.Table{Range: area, Name: "T"}))
		})
	}
	for _, c := range []struct {
		name    string
		content []byte
		says    string
	}{
		{"macros", repack(t, plain, "xl/_rels/workbook.xml.rels", func(xml []byte) []byte {
			return bytes.Replace(xml, []byte("</Relationships>"), []byte(`<Relationship Id="m" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" Target="vbaProject.bin"/></Relationships>`), 1)
		}), "it has macros"},
		{"a signature", repack(t, plain, "_rels/.rels", func(xml []byte) []byte {
			return bytes.Replace(xml, []byte("</Relationships>"), []byte(`<Relationship Id="s" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin" Target="_xmlsignatures/origin.sigs"/></Relationships>`), 1)
		}), "it is signed"},
		{"another encoding", repack(t, plain, sheetPart, func(xml []byte) []byte {
			return bytes.Replace(xml, []byte(`encoding="UTF-8"`), []byte(`encoding="ISO-8859-1"`), 1)
		}), "in the encoding"},
		{"very many merged areas", repack(t, plain, sheetPart, func(xml []byte) []byte {
			merges := "<mergeCells>" + strings.Repeat(`<mergeCell ref="A2:XFD2"/><mergeCell ref="A3:XFD3"/>`, 4200) + "</mergeCells>"
			return bytes.Replace(xml, []byte("</sheetData>"), []byte("</sheetData>"+merges), 1)
		}), "too many merged areas"},
		{"a table that is filled by a query", repack(t, table("A1:C3"), "xl/tables/table1.xml", func(xml []byte) []byte {
			return bytes.Replace(xml, []byte("<table "), []byte(`<table tableType="queryTable" `), 1)
		}), `its table "T" is filled by a query`},
		{"a table that ends too early", table("A1:B3"), `its table "T" does not end next to column D`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := sheet.Open(file(t, "a.xlsx", c.content), sheet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			layout := sheet.Layout{Keep: r, Header: append(slices.Clone(r.Header()), added...), Added: len(added)}
			wantError(t, sheet.Keepable(layout), c.says, "new workbook")
			folder := t.TempDir()
			_, err = sheet.Create(disk.Target{Path: filepath.Join(folder, "b.xlsx")}, layout)
			wantError(t, err, c.says, "new workbook")
			wantEmpty(t, folder)
		})
	}
}

func TestTextCannotBeKept(t *testing.T) {
	t.Parallel()
	r, err := sheet.Open(file(t, "a.csv", []byte("ID\n7\n")), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	wantError(t, sheet.Keepable(sheet.Layout{Keep: r}), "the input is not a workbook", "new workbook")
}

// A row that is not written would leave its columns empty.
func TestKeptWorkbookNeedsEveryRow(t *testing.T) {
	t.Parallel()
	r, err := sheet.Open(file(t, "a.xlsx", workbook(t, styledTable)), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w, err := sheet.Create(disk.Target{Path: filepath.Join(t.TempDir(), "b.xlsx")}, sheet.Layout{Keep: r, Header: []string{"ID", "Name", "x"}, Added: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if err := w.Write([]string{"L7", "Adams", "y"}); err != nil {
		t.Fatal(err)
	}
	wantError(t, w.Commit(), "1 rows were written of 2", "")
}

func TestKeptWorkbookWithErrorsSheet(t *testing.T) {
	t.Parallel()
	content := workbook(t, func(book *excelize.File) error {
		_, err := book.NewSheet("errors")
		return errors.Join(err, styled(book))
	})
	in := file(t, "a.xlsx", content)
	r, err := sheet.Open(in, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	path := filepath.Join(t.TempDir(), "b.xlsx")
	w, err := sheet.Create(disk.Target{Path: path}, sheet.Layout{Keep: r, Header: append(slices.Clone(r.Header()), added...), Added: len(added)})
	if err != nil {
		t.Fatal(err)
	}
	extra, err := sheet.AddSheet(w, "Errors", sheet.Layout{Header: []string{"Display ID", "error_row"}, Added: 1})
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range r.Rows() {
		if err := errors.Join(err, w.Write(append(row.Cells, answer(row.Line)...)), extra.Write([]string{row.Cells[0], strconv.Itoa(row.Line)})); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Seal(), extra.Seal(), w.Commit(), extra.Commit()); err != nil {
		t.Fatal(err)
	}
	sheettest.WantBook(t, path, in)
	book := opened(t, path)
	wantSame(t, "sheets", []string{"Loans", "errors", "Rates", "Notes", "Errors (2)"}, book.GetSheetList())
	got, err := book.GetRows("Errors (2)")
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "errors", [][]string{{"Display ID", "error_row"}, {"00000204", "4"}, {"00000205", "5"}, {"00000206", "6"}, {"", "7"}, {"00000208", "8"}, {"00000209", "9"}}, got)
	ours, _ := mustRead(t, path, sheet.Options{Sheet: "errors (2)"})
	wantSame(t, "rows", 6, len(ours.Rows))
}

// Prefixes, places left out, cells beyond, rows without cells: what other
// programs write is kept all the same.
func TestOddSheetsAreKept(t *testing.T) {
	t.Parallel()
	plain := workbook(t, cells([]string{"ID", "Name"}, []string{"L7", "Adams"}, nil, []string{"L8", "Brown"}))
	edit := func(change func(string) string) []byte {
		return repack(t, plain, sheetPart, func(xml []byte) []byte { return []byte(change(string(xml))) })
	}
	for name, content := range map[string][]byte{
		"as it is": plain,
		"prefixes": edit(func(xml string) string {
			xml = regexp.MustCompile(`<(/?)([a-z])`).ReplaceAllString(xml, "<${1}x:$2")
			return strings.ReplaceAll(xml, "xmlns=", "xmlns:x=")
		}),
		"no places": edit(func(xml string) string { return regexp.MustCompile(` r="[A-Z]\d+"`).ReplaceAllString(xml, "") }),
		"spans":     edit(func(xml string) string { return strings.ReplaceAll(xml, "<row ", `<row spans="1:2" `) }),
		"an empty row": edit(func(xml string) string {
			return strings.Replace(xml, `<row r="4"`, `<row spans='1:2' r="3" ht="30"/><row r="4"`, 1)
		}),
		"blank cells beyond": edit(func(xml string) string { return strings.ReplaceAll(xml, "</row>", `<c r="C$" s="0"/></row>`) }),
		"blank cells far beyond": edit(func(xml string) string {
			return regexp.MustCompile(`(?s)(<row r="(\d)".*?)</row>`).ReplaceAllString(xml, `$1<c r="J$2" s="0"/></row>`)
		}),
		"rows below the last": edit(func(xml string) string {
			return strings.Replace(xml, "</sheetData>", `<row r="9" ht="30"/></sheetData>`, 1)
		}),
		"line ends and comments": edit(func(xml string) string { return strings.ReplaceAll(xml, "><", ">\r\n<!-- < > --><") }),
	} {
		if name == "blank cells beyond" {
			for _, row := range []string{"1", "2", "4"} {
				content = repack(t, content, sheetPart, func(xml []byte) []byte {
					return bytes.Replace(xml, []byte("C$"), []byte("C"+row), 1)
				})
			}
		}
		path := answers(t, content, sheet.Options{}, sheet.Layout{})
		rows, err := opened(t, path).GetRows("Sheet1", excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		want := [][]string{
			append([]string{"ID", "Name"}, added...), append([]string{"L7", "Adams"}, answer(2)...),
			append([]string{"", ""}, answer(3)...), append([]string{"L8", "Brown"}, answer(4)...),
		}
		wantSame(t, name, want, rows[:4])
		got, _ := mustRead(t, path, sheet.Options{})
		wantSame(t, name+", by our reader", 3, len(got.Rows))
		if bytes.Contains(partNamed(t, contentOf(t, path), sheetPart), []byte("spans=")) {
			t.Errorf("%s: rows say to span fewer columns than they do", name)
		}
	}
}

// Kept or not, the same rows come out, whatever they hold.
func TestKeptRowsAreTheRows(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(cellTexts, rapid.Just("00012345"), rapid.Just(""))
	rapid.Check(t, func(rt *rapid.T) {
		rows := tables(text.Filter(func(s string) bool { return !strings.ContainsAny(s, "\r\v\x00") })).Draw(rt, "rows")
		rows[0][0], rows[0][len(rows[0])-1] = "ID", "ID" // a column needs a header
		path := filepath.Join(t.TempDir(), "a.xlsx")
		write(t, path, sheet.Layout{Header: rows[0]}, rows[1:])
		out := filepath.Join(t.TempDir(), "b.xlsx")
		if err := keep(path, out, sheet.Options{HeaderRow: 1}, sheet.Layout{}); err != nil {
			rt.Fatal(err)
		}
		sheettest.WantBook(t, out, path)
		was, _ := mustRead(t, path, sheet.Options{HeaderRow: 1})
		is, _ := mustRead(t, out, sheet.Options{HeaderRow: 1})
		if len(was.Rows) != len(is.Rows) {
			rt.Fatalf("%d rows of %d", len(is.Rows), len(was.Rows))
		}
		for i, row := range was.Rows {
			if !slices.Equal(append(row.Cells, answer(row.Line)...), is.Rows[i].Cells) {
				rt.Errorf("row %d is %q", i, is.Rows[i].Cells)
			}
		}
	})
}

// Our columns are next to merged areas, not in them.
func TestMergedAreasBeyondTheLastColumn(t *testing.T) {
	t.Parallel()
	content := workbook(t, func(book *excelize.File) error {
		return errors.Join(styledTable(book), book.MergeCell("Sheet1", "B2", "D3"))
	})
	rows, err := opened(t, answers(t, content, sheet.Options{}, sheet.Layout{})).GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "names", append([]string{"ID", "Name", "", ""}, added...), rows[0])
}

// A cell stays in its column where one before it is left out.
func TestCellsWithoutPlacesStay(t *testing.T) {
	t.Parallel()
	content := repack(t, workbook(t, styledTable), sheetPart, func(xml []byte) []byte {
		return regexp.MustCompile(` r="[A-Z]\d+"`).ReplaceAll(xml, nil)
	})
	path := answers(t, content, sheet.Options{}, sheet.Layout{Replaced: []int{0}})
	rows, err := opened(t, path).GetRows("Sheet1", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "row", append([]string{"", "Adams"}, answer(2)...), rows[1])
}
