package xlsx_test

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
)

// ours are the columns of the workbooks of testdata/cases, as a run without page_url has
// them.
var ours = []string{
	"match_status", "loan_id", "customer_id", "matched_value", "match_confidence", "match_reasons", "candidates",
	"other_customer_ids", "loan_status", "loan_archived", "error_key",
}

// renew writes a workbook as a run does: with our columns, of which those that are there
// are renewed. It returns the path of the output.
func renew(t *testing.T, content []byte) string {
	t.Helper()
	in, out := file(t, "in.xlsx", content), filepath.Join(t.TempDir(), "out.xlsx")
	if err := renewed(in, out, sheet.Options{}); err != nil {
		t.Fatal(err)
	}
	sheettest.WantBook(t, out, in)
	return out
}

// renewed is keep with our columns renewed. The cell of column c in row 7 is c7.
func renewed(in, out string, opt sheet.Options) error {
	opt.KnownHeaders = ours[:1]
	r, err := sheet.Open(in, opt)
	if err != nil {
		return err
	}
	header := slices.Clone(r.Header())
	_ = r.Close()
	layout := sheet.Layout{Added: len(ours), Tints: tints}
	for i, name := range header {
		if slices.Contains(ours, name) || name == "page_url" {
			layout.Replaced = append(layout.Replaced, i)
		}
	}
	layout.Header = append(without(header, layout.Replaced), ours...)
	return keepRows(in, out, opt, layout, func(row sheet.Row) []string {
		cells := without(row.Cells, layout.Replaced)
		for _, name := range ours {
			cells = append(cells, fmt.Sprint(name, row.Line))
		}
		return cells
	})
}

func caseBook(t *testing.T, name string) []byte {
	t.Helper()
	return contentOf(t, filepath.Join("../../../testdata/cases", name))
}

// cellsOf returns the cells of the first sheet, by their names.
func cellsOf(t *testing.T, path string) map[string]string {
	t.Helper()
	book := opened(t, path)
	name := book.GetSheetName(0)
	rows, err := book.GetRows(name, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]string{}
	for y, row := range rows {
		for x, text := range row {
			at, _ := excelize.CoordinatesToCellName(x+1, y+1)
			if formula, err := book.GetCellFormula(name, at); err != nil {
				t.Fatal(err)
			} else if formula != "" {
				text = "=" + formula
			}
			if text != "" {
				cells[at] = text
			}
		}
	}
	return cells
}

func wantCells(t *testing.T, path string, want map[string]string) {
	t.Helper()
	got := cellsOf(t, path)
	for at, text := range want {
		wantSame(t, filepath.Base(path)+": "+at, text, got[at])
	}
}

// hasPart reports whether a workbook has a part.
func hasPart(t *testing.T, path, part string) bool {
	t.Helper()
	return slices.Contains(changedParts(t, caseBook(t, "far_col.xlsx"), contentOf(t, path)), part)
}

// Formulas of the user's in our columns are overwritten, and the calculation chain that
// names them is left out.
func TestCalculationChainIsLeftOut(t *testing.T) {
	t.Parallel()
	out := renew(t, caseBook(t, "calcchain.xlsx"))
	wantCells(t, out, map[string]string{"A2": "L000212", "C1": "loan_id", "C2": "loan_id2", "K4": "loan_archived4", "L1": "error_key", "L3": "error_key3"})
	for _, part := range []string{"[Content_Types].xml", "xl/_rels/workbook.xml.rels"} {
		if strings.Contains(string(partNamed(t, contentOf(t, out), part)), "calcChain") {
			t.Errorf("%s still names the calculation chain", part)
		}
	}
	if hasPart(t, out, "xl/calcChain.xml") {
		t.Error("the calculation chain is still there")
	}
	if book := string(partNamed(t, contentOf(t, out), "xl/workbook.xml")); !strings.Contains(book, `fullCalcOnLoad="1"`) {
		t.Errorf("formulas that read our columns are not calculated: %s", book)
	}
}

// Without formulas in our columns it stays.
func TestCalculationChainStays(t *testing.T) {
	t.Parallel()
	content := repack(t, caseBook(t, "calcchain.xlsx"), sheetPart, func(xml []byte) []byte {
		text := strings.ReplaceAll(string(xml), `<c r="A3" t="inlineStr"><is><t xml:space="preserve">L000213</t></is></c>`, `<c r="A3" t="str"><f>"L0002"&amp;"13"</f><v>L000213</v></c>`)
		return regexp.MustCompile(`<c r="C\d" t="str">.*?</c>`).ReplaceAll([]byte(text), nil)
	})
	content = repack(t, content, "xl/calcChain.xml", func([]byte) []byte {
		return []byte(`<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A3" i="1"/></calcChain>`)
	})
	out := renew(t, content)
	wantCells(t, out, map[string]string{"A3": `="L0002"&"13"`, "C3": "loan_id3"})
	if !hasPart(t, out, "xl/calcChain.xml") || !strings.Contains(string(partNamed(t, contentOf(t, out), "xl/calcChain.xml")), `r="A3"`) {
		t.Error("the calculation chain is lost")
	}
}

// Where the first cell of a shared formula is overwritten, the others get the formula.
func TestSharedFormulasAreHandedOn(t *testing.T) {
	t.Parallel()
	wantCells(t, renew(t, caseBook(t, "shared.xlsx")), map[string]string{
		"K2": "loan_archived2", "L1": "Check", "L2": "=LEN(B2)", "L3": "=LEN(B3)", "L4": "=LEN(B4)", "M1": "error_key", "M4": "error_key4",
	})
	for name, c := range map[string]struct{ first, other, want string }{
		"down":             {`<f t="shared" ref="K2:K4" si="7">LEN($A2)</f>`, `<f t="shared" si="7"/>`, ""},
		"an absolute cell": {`<f t="shared" ref="K2:L4" si="7">$A$1&amp;A$1&amp;$A1</f>`, `<f t="shared" si="7"></f>`, "=$A$1&B$1&$A2"},
		"another sheet":    {`<f t="shared" ref="K2:L4" si="7">'A&amp;B''s'!A1+Map!A:A+Map!1:1</f>`, `<f t="shared" si="7"/>`, "='A&B''s'!B2+Map!B:B+Map!2:2"},
		"text and names":   {`<f t="shared" ref="K2:L4" si="7">LOG10(A1)&amp;"A1""B1"&amp;T1[A1]&amp;A1.B&amp;TRUE</f>`, `<f t="shared" si="7"/>`, `=LOG10(B2)&"A1""B1"&T1[A1]&A1.B&TRUE`},
		"ranges":           {`<f t="shared" ref="K2:L4" si="7">SUM(A1:$C$9,A1:B2)*1.5E+10</f>`, `<f t="shared" si="7"/>`, `=SUM(B2:$C$9,B2:C3)*1.5E+10`},
		"errors":           {`<f t="shared" ref="K2:L4" si="7">IFERROR(A1,#REF!)&amp;#N/A&amp;A1#</f>`, `<f t="shared" si="7"/>`, `=IFERROR(B2,#REF!)&#N/A&B2#`},
	} {
		content := repack(t, caseBook(t, "shared.xlsx"), sheetPart, func(xml []byte) []byte {
			text := regexp.MustCompile(`<f [^>]*>LEN\(A2\)</f>`).ReplaceAllString(string(xml), strings.ReplaceAll(c.first, "$", "$$"))
			text = regexp.MustCompile(`<c r="K[34]">.*?</c>`).ReplaceAllString(text, "")
			text = regexp.MustCompile(`<c r="L2">.*?</c>`).ReplaceAllString(text, "")
			text = regexp.MustCompile(`<c r="L4">.*?</c>`).ReplaceAllString(text, "")
			return []byte(regexp.MustCompile(`<f t="shared" si="1"/>`).ReplaceAllString(text, strings.ReplaceAll(c.other, "$", "$$")))
		})
		if name == "down" { // the others are ours, too
			content = repack(t, content, sheetPart, func(xml []byte) []byte {
				return regexp.MustCompile(`<c r="L3">.*?</c>`).ReplaceAll(xml, nil)
			})
		}
		if got := cellsOf(t, renew(t, content))["L3"]; got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
}

// A table ends with our columns, and its filter names none that is no more.
func TestFilterOfATableFollows(t *testing.T) {
	t.Parallel()
	out := renew(t, caseBook(t, "filter_last.xlsx"))
	wantCells(t, out, map[string]string{"L1": "loan_archived", "M1": "error_key", "M2": "error_key2", "N1": ""})
	table := string(partNamed(t, contentOf(t, out), "xl/tables/table1.xml"))
	if !strings.Contains(table, `<autoFilter ref="A1:M4">`) || strings.Contains(table, "filterColumn") || strings.Contains(table, "page_url") {
		t.Error(table)
	}
	kept := repack(t, caseBook(t, "filter_last.xlsx"), "xl/tables/table1.xml", func(xml []byte) []byte {
		return []byte(strings.ReplaceAll(string(xml), `colId="12"`, `colId="1"`))
	})
	if table := string(partNamed(t, contentOf(t, renew(t, kept)), "xl/tables/table1.xml")); !strings.Contains(table, `<filterColumn colId="1">`) {
		t.Errorf("the filter on a column of the user's is lost: %s", table)
	}
}

// A column of ours that a formula reads keeps its place and its name.
func TestColumnsThatAreReadStay(t *testing.T) {
	t.Parallel()
	for name, formula := range map[string]string{
		"a cell": "M2", "a column": "COUNTA($M:$M)", "a range": "COUNTA(K2:M2)", "the sheet": "Loans!M3", "the table": "T1[page_url]",
		"columns of the table": "COUNTA(T1[[Name]:[loan_id]])", "a row of the table": "T1[[#This Row],[page_url]]",
	} {
		content := repack(t, caseBook(t, "filter_last.xlsx"), sheetPart, func(xml []byte) []byte {
			return []byte(strings.Replace(string(xml), `<row r="2">`, `<row r="2"><c r="B2"><f>`+formula+`</f><v>1</v></c>`, 1))
		})
		content = repack(t, content, sheetPart, func(xml []byte) []byte {
			text := strings.Replace(string(xml), `<c r="A2" t="inlineStr"><is><t xml:space="preserve">L000212</t></is></c><c r="B2" t="inlineStr"><is><t xml:space="preserve">n</t></is></c>`, "", 1)
			return []byte(strings.Replace(text, `<row r="2"><c r="B2">`, `<row r="2"><c r="A2" t="inlineStr"><is><t>L000212</t></is></c><c r="B2">`, 1))
		})
		got := cellsOf(t, renew(t, content))
		want := map[string]string{"M1": "page_url", "M2": "", "B2": "=" + formula, "N1": "error_key", "N2": "error_key2"}
		for at, text := range want {
			wantSame(t, name+": "+at, text, got[at])
		}
	}
}

// Columns of the user's to the right of ours stay where they are, and read what they read.
func TestColumnsAreRenewedInPlace(t *testing.T) {
	t.Parallel()
	out := renew(t, caseBook(t, "refeed.xlsx"))
	wantCells(t, out, map[string]string{
		"C1": "match_status", "C2": "match_status2", "D4": "loan_id4", "L4": "loan_archived4", "M1": "Link", "M2": `="https://x.example/"&D2`,
		"M4": `="https://x.example/"&D4`, "N1": "error_key", "N4": "error_key4",
	})
	first := contentOf(t, out)
	again := renew(t, first)
	wantSame(t, "cells after another run", cellsOf(t, out), cellsOf(t, again))
	styles := func(content []byte) string { return string(partNamed(t, content, "xl/styles.xml")) }
	wantSame(t, "styles after another run", styles(first), styles(contentOf(t, again)))
}

// What must not change does not.
func TestRichWorkbookIsKept(t *testing.T) {
	t.Parallel()
	was := caseBook(t, "rich.xlsx")
	out := renew(t, was)
	wantSame(t, "changed parts", []string{"xl/styles.xml", "xl/tables/table1.xml", sheetPart}, changedParts(t, was, contentOf(t, out)))
	wantSame(t, "totals", map[string]string{"E9": "", "F9": ""}, map[string]string{"E9": cellsOf(t, out)["E9"], "F9": cellsOf(t, out)["F9"]})
	tail := func(content []byte) string {
		_, text, _ := strings.Cut(string(partNamed(t, content, sheetPart)), "</sheetData>")
		return text
	}
	wantSame(t, "what follows the rows", tail(was), tail(contentOf(t, out)))
}

// Totals ask nothing.
func TestTotalsAreNoRow(t *testing.T) {
	t.Parallel()
	content := caseBook(t, "totals.xlsx")
	got, source := mustRead(t, file(t, "a.xlsx", content), sheet.Options{})
	wantSame(t, "rows", 5, len(got.Rows))
	wantSame(t, "estimate and row of the totals", []int{5, 7}, []int{source.Estimate, source.TotalsRow})
	out := renew(t, content)
	wantCells(t, out, map[string]string{"A7": "Total", "C7": "=SUBTOTAL(109,C2:C6)", "D6": "match_status6", "D7": "", "E7": "", "N7": "", "D8": ""})
	wantSame(t, "after another run", cellsOf(t, out), cellsOf(t, renew(t, contentOf(t, out))))

	below := repack(t, content, sheetPart, func(xml []byte) []byte {
		return []byte(strings.Replace(string(xml), "</sheetData>", `<row r="9"><c r="B9" t="inlineStr"><is><t>L9</t></is></c></row></sheetData>`, 1))
	})
	got, _ = mustRead(t, file(t, "a.xlsx", below), sheet.Options{})
	wantSame(t, "rows around the totals", []int{2, 3, 4, 5, 6, 8, 9}, lines(got))
	wantCells(t, renew(t, below), map[string]string{"D6": "match_status6", "D7": "", "D8": "match_status8", "D9": "match_status9"})

	beyond := repack(t, content, sheetPart, func(xml []byte) []byte {
		return []byte(strings.Replace(string(xml), "</row></sheetData>", `<c r="D7" t="inlineStr"><is><t>L9</t></is></c></row></sheetData>`, 1))
	})
	got, _ = mustRead(t, file(t, "a.xlsx", beyond), sheet.Options{})
	wantSame(t, "rows, where the totals have a cell outside of the table", 6, len(got.Rows))
	none := repack(t, content, "xl/tables/table1.xml", func(xml []byte) []byte {
		return []byte(strings.Replace(string(xml), `totalsRowCount="1"`, `totalsRowShown="0"`, 1))
	})
	got, _ = mustRead(t, file(t, "a.xlsx", none), sheet.Options{})
	wantSame(t, "rows of a table without totals", 6, len(got.Rows))
}

func lines(t table) []int {
	var all []int
	for _, row := range t.Rows {
		all = append(all, row.Line)
	}
	return all
}

// What an added style refers to is added.
func TestPoorStylesAreCompleted(t *testing.T) {
	t.Parallel()
	for name, styles := range map[string]string{
		"as it is":    `<fonts><font/></fonts><fills><fill/></fills><cellXfs><xf/></cellXfs>`,
		"only styles": `<cellXfs count="1"><xf/></cellXfs>`,
		"empty lists": `<fonts/><fills count="0"/><borders></borders><cellStyleXfs/><cellXfs><xf/></cellXfs>`,
		"others":      `<numFmts/><cellXfs><xf/></cellXfs><cellStyles/><dxfs count="0"/><tableStyles/><colors/><extLst/>`,
		"no styles":   `<fonts><font/></fonts>`,
	} {
		content := repack(t, caseBook(t, "poor_styles.xlsx"), "xl/styles.xml", func(xml []byte) []byte {
			head, _, _ := strings.Cut(string(xml), "<fonts>")
			return []byte(head + styles + "</styleSheet>")
		})
		out := renew(t, content)
		if name != "no styles" {
			wantSame(t, name+": number format", 49, styleAt(t, out, "C2").NumFmt)
		}
	}
	prefixed := repack(t, caseBook(t, "poor_styles.xlsx"), "xl/styles.xml", func(xml []byte) []byte {
		text := regexp.MustCompile(`<(/?)([a-z])`).ReplaceAllString(string(xml), "<${1}x:$2")
		return []byte(strings.ReplaceAll(text, "xmlns=", "xmlns:x="))
	})
	renew(t, prefixed)
}

func styleAt(t *testing.T, path, cell string) *excelize.Style {
	t.Helper()
	book := opened(t, path)
	return styleIn(t, book, book.GetSheetName(0), cell)
}

// White space far off makes no columns and no rows; anything else there is named.
func TestStrayCells(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	for name, c := range map[string]struct {
		cell string
		rows int
		says string
	}{
		"a blank at the far right":     {`<c r="XFD2" t="inlineStr"><is><t> </t></is></c>`, 1, ""},
		"a wide blank":                 {`<c r="XFD2" t="inlineStr"><is><t>` + "\u00a0" + `</t></is></c>`, 1, ""},
		"a blank in the last row":      {`<row r="1048576"><c r="A1048576" t="inlineStr"><is><t> </t></is></c></row>`, 1, ""},
		"a formula that shows nothing": {`<row r="900000"><c r="A900000" t="str"><f>""</f><v></v></c></row>`, 1, ""},
		"formulas that show nothing":   {`<row r="3"><c r="A3" t="str"><f>""</f><v></v></c></row><row r="4"><c r="C4" t="str"><f>""</f><v></v></c></row>`, 1, ""},
		"text in the last row":         {`<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>`, 0, "cell A1048576 is 1048573 empty rows below the others"},
		"text in a row far down":       {`<row r="20003"><c r="C20003" t="inlineStr"><is><t>x</t></is></c></row>`, 0, "cell C20003"},
		"text in a row not far down":   {`<row r="2000"><c r="C2000" t="inlineStr"><is><t>x</t></is></c></row>`, 1999, ""},
	} {
		content := repack(t, caseBook(t, "far_col.xlsx"), sheetPart, func(xml []byte) []byte {
			cell, rows := c.cell, ""
			if strings.HasPrefix(cell, "<row") {
				cell, rows = "", c.cell
			}
			return []byte(strings.Replace(string(xml), `</row></sheetData>`, cell+`</row>`+rows+`</sheetData>`, 1))
		})
		got, source, err := read(file(t, "a.xlsx", content), sheet.Options{})
		if c.says != "" {
			wantError(t, err, c.says, "clear that cell")
			continue
		}
		if err != nil {
			t.Fatal(name, err)
		}
		wantSame(t, name+": rows", []int{c.rows, c.rows}, []int{len(got.Rows), source.Estimate})
	}
	out := renew(t, caseBook(t, "far_col.xlsx"))
	wantCells(t, out, map[string]string{"B1": "match_status", "B2": "match_status2", "L2": "error_key2", "XFD1": " "})
}

// Workbooks of other programs are kept, too: of ExcelJS, SheetJS and LibreOffice.
func TestWorkbooksOfOtherPrograms(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]map[string]string{
		"exceljs_table.xlsx":  {"A5": "Total", "C5": "=SUBTOTAL(109,T1[Amount])", "D1": "match_status", "D4": "match_status4", "D5": ""},
		"exceljs_output.xlsx": {"D2": "loan_id2", "M2": "error_key2", "M3": "error_key3", "N2": `="https://x/"&D2`, "O1": "Check", "O4": "=LEN(D4)"},
		"libreoffice_output.xlsx": {
			"D2": "loan_id2", "M4": "error_key4", "N4": `="https://x/"&D4`, "O4": "=LEN(D4)",
		},
		"sheetjs_output.xlsx":   {"A1": "Title", "C4": "match_status4", "C6": "match_status6", "P4": `=D4&"/"&A4`, "P5": "=COUNTA(C$4:C5)", "Q1": ""},
		"libreoffice_rich.xlsx": {"A9": "Total", "E3": "match_status", "E8": "match_status8", "E9": ""},
	} {
		content := caseBook(t, name)
		out := renew(t, content)
		wantCells(t, out, want)
		was, is := cellsOf(t, file(t, "in.xlsx", content)), cellsOf(t, out)
		for at, text := range was {
			if got := is[at]; got != text && !isOursNow(got) {
				t.Errorf("%s: %s is %q and was %q", name, at, got, text)
			}
		}
		again := renew(t, contentOf(t, out))
		wantSame(t, name+" after another run", is, cellsOf(t, again))
		keepWithErrors(t, file(t, "in.xlsx", content), filepath.Join(t.TempDir(), "errors.xlsx"))
	}
}
