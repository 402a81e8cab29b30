package xlsx_test

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
)

// tailed puts elements behind the rows of a workbook of testdata/cases.
func tailed(t *testing.T, name, elements string) []byte {
	t.Helper()
	return repack(t, caseBook(t, name), sheetPart, func(xml []byte) []byte {
		text := string(xml)
		if i := strings.Index(text, "</sheetData>") + len("</sheetData>"); i > 0 {
			text = text[:i] + elements + text[i:]
		}
		return []byte(text)
	})
}

func sheetOf(t *testing.T, path string) string {
	t.Helper()
	return string(partNamed(t, contentOf(t, path), sheetPart))
}

// What is said about a column that is no more is left out, and nothing else.
func TestRulesOfRemovedColumnsAreLeftOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ has, want, gone string }{
		"a conditional format of its own":  {`<conditionalFormatting sqref="M2:M9"><cfRule type="duplicateValues" priority="9"/></conditionalFormatting>`, "", "conditionalFormatting"},
		"a conditional format of several":  {`<conditionalFormatting sqref="A2:M9 M1"><cfRule type="duplicateValues" priority="9"/></conditionalFormatting>`, `<conditionalFormatting sqref="A2:L9">`, ":M"},
		"one around it":                    {`<conditionalFormatting sqref="K2:P9"><cfRule type="duplicateValues" priority="9"/></conditionalFormatting>`, `sqref="K2:L9 N2:P9"`, "K2:P9"},
		"a validation":                     {`<dataValidations count="1"><dataValidation type="list" sqref="M2:M4"><formula1>"a,b"</formula1></dataValidation></dataValidations>`, "", "dataValidation"},
		"one of two validations":           {`<dataValidations count="2"><dataValidation type="list" sqref="M2:M4"><formula1>"a"</formula1></dataValidation><dataValidation type="list" sqref="B2"><formula1>"b"</formula1></dataValidation></dataValidations>`, `<dataValidations><dataValidation type="list" sqref="B2">`, `"a"`},
		"a link":                           {`<hyperlinks><hyperlink ref="M2" location="A1"/></hyperlinks>`, "", "hyperlink"},
		"a link of the user's":             {`<hyperlinks><hyperlink ref="M2" location="A1"/><hyperlink ref="B2" location="A2"/></hyperlinks>`, `<hyperlinks><hyperlink ref="B2" location="A2"/></hyperlinks>`, `"M2"`},
		"a link on a cell that is renewed": {`<hyperlinks><hyperlink ref="D2" location="A1"/></hyperlinks>`, "", "hyperlink"},
		"a link on several cells":          {`<hyperlinks><hyperlink ref="A2:D2" location="A1"/></hyperlinks>`, `<hyperlinks><hyperlink ref="A2:B2" location="A1"/></hyperlinks>`, "A2:D2"},
		"a link on the header of ours":     {`<hyperlinks><hyperlink ref="D1" location="A1"/></hyperlinks>`, `ref="D1"`, "ref=\"D2"},
		"ignored errors":                   {`<ignoredErrors><ignoredError sqref="M2:M4" numberStoredAsText="1"/></ignoredErrors>`, "", "ignoredError"},
	} {
		got := sheetOf(t, renew(t, tailed(t, "filter_last.xlsx", c.has)))
		_, tail, _ := strings.Cut(got, "</sheetData>")
		if !strings.Contains(tail, c.want) || strings.Contains(tail, c.gone) {
			t.Errorf("%s: %s", name, tail)
		}
	}
}

// A rule whose formula reads a column of an earlier run keeps it where it is.
func TestRulesKeepColumns(t *testing.T) {
	t.Parallel()
	for name, elements := range map[string]string{
		"a conditional format": `<conditionalFormatting sqref="B2:B4"><cfRule type="expression" priority="9"><formula>$M2="x"</formula></cfRule></conditionalFormatting>`,
		"one to its left":      `<conditionalFormatting sqref="A2:B4"><cfRule type="expression" priority="9"><formula>L2="x"</formula></cfRule></conditionalFormatting>`,
		"a validation":         `<dataValidations count="1"><dataValidation type="custom" sqref="B2:B4"><formula1>LEN(M2)>0</formula1></dataValidation></dataValidations>`,
		"an extension": `<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}">` +
			`<x14:dataValidations count="1"><x14:dataValidation type="list"><x14:formula1><xm:f>$M$2:$M$4</xm:f></x14:formula1><xm:sqref>B2</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>`,
	} {
		content := tailed(t, "filter_last.xlsx", elements)
		if strings.HasPrefix(elements, "<extLst>") {
			content = repack(t, caseBook(t, "filter_last.xlsx"), sheetPart, func(xml []byte) []byte {
				return bytes.Replace(xml, []byte("</worksheet>"), []byte(elements+"</worksheet>"), 1)
			})
		}
		got := cellsOf(t, renew(t, content))
		wantSame(t, name, []string{"page_url", "", "error_key"}, []string{got["M1"], got["M2"], got["N1"]})
	}
	for name, defined := range map[string]string{
		"a name":       `<definedName name="x">Loans!$M$2:$M$4</definedName>`,
		"a large name": `<definedName name="x">OFFSET('Loans'!$L$1,1,0):Loans!$M$9</definedName>`,
	} {
		content := repack(t, caseBook(t, "filter_last.xlsx"), "xl/workbook.xml", func(xml []byte) []byte {
			return bytes.Replace(xml, []byte("</sheets>"), []byte("</sheets><definedNames>"+defined+"</definedNames>"), 1)
		})
		wantSame(t, name, "page_url", cellsOf(t, renew(t, content))["M1"])
	}
}

// What cannot follow is said.
func TestWhatCannotFollow(t *testing.T) {
	t.Parallel()
	rowsFormula := func(formula string) []byte {
		return repack(t, caseBook(t, "far_col.xlsx"), sheetPart, func(xml []byte) []byte {
			return bytes.Replace(xml, []byte("</row></sheetData>"), []byte(`<c r="B2"><f>`+formula+`</f><v>1</v></c></row></sheetData>`), 1)
		})
	}
	inOurs := func(cell string) []byte {
		return repack(t, caseBook(t, "shared.xlsx"), sheetPart, func(xml []byte) []byte {
			xml = regexp.MustCompile(`<c r="L2">.*?</c>`).ReplaceAll(xml, nil)
			return regexp.MustCompile(`<c r="K2">.*?</c>`).ReplaceAll(xml, []byte(cell))
		})
	}
	for name, c := range map[string]struct {
		content []byte
		says    string
	}{
		"a formula that reads whole rows": {rowsFormula("COUNTA(Loans!2:2)"), "a formula reads whole rows of it"},
		"a formula that reads all":        {rowsFormula("COUNTA(A1:XFD9)"), "a formula reads whole rows of it"},
		"an array in ours":                {inOurs(`<c r="K2"><f t="array" ref="K2:L2">A2:B2</f><v>7</v></c>`), "a formula in column K that several cells share"},
		"an array from the left of ours":  {inOurs(`<c r="K2"><f t="array" ref="K2:K4">A2:A4</f><v>7</v></c>`), "several cells share"},
		"merged cells in ours":            {tailed(t, "shared.xlsx", `<mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells>`), "merged cells in column C"},
		"a shared formula out of order":   {inOurs(`<c r="K2"><f t="shared" si="1"/><v>7</v></c>`), "a shared formula that is not in the first of its cells"},
	} {
		out := filepath.Join(t.TempDir(), "out.xlsx")
		err := renewed(file(t, "in.xlsx", c.content), out, sheet.Options{})
		wantError(t, err, c.says, "new workbook")
		if t.Failed() {
			t.Fatal(name)
		}
	}
	wantCells(t, renew(t, rowsFormula("COUNTA(B1:D2,Map!1:1,'[1]Loans'!1:1,[2]Loans!A:XFD)")), map[string]string{"D1": "", "E1": "match_status", "E2": "match_status2"})
}

// The sheet that is added is found whatever prefixes the workbook declares, and wherever.
func TestAddedSheetDeclaresItsPrefix(t *testing.T) {
	t.Parallel()
	const transitional = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	edit := func(part string, change func(string) string) func([]byte) []byte {
		return func(book []byte) []byte {
			return repack(t, book, part, func(xml []byte) []byte { return []byte(change(string(xml))) })
		}
	}
	for name, change := range map[string]func([]byte) []byte{
		"on the sheet": func(book []byte) []byte { return book },
		"another prefix on the sheet": edit("xl/workbook.xml", func(xml string) string {
			return strings.NewReplacer("xmlns:r=", "xmlns:rel=", "r:id=", "rel:id=").Replace(xml)
		}),
		"r for the elements": edit("xl/workbook.xml", func(xml string) string {
			xml = strings.NewReplacer("xmlns:r=", "xmlns:q=", "r:id=", "q:id=", "xmlns=", "xmlns:r=").Replace(xml)
			return regexp.MustCompile(`<(/?)([a-z])`).ReplaceAllString(xml, "<${1}r:$2")
		}),
		"r for something else": edit("xl/workbook.xml", func(xml string) string {
			return strings.NewReplacer("xmlns:r=", "xmlns:q=", "r:id=", "q:id=", "<workbook ", `<workbook xmlns:r="urn:x" `).Replace(xml)
		}),
		"its link's ID is taken": edit("xl/_rels/workbook.xml.rels", func(xml string) string {
			return strings.Replace(xml, "</Relationships>", `<Relationship Id="rIdAdded2" Type="urn:x" Target="http://example.com" TargetMode="External"/></Relationships>`, 1)
		}),
		"strict": func(book []byte) []byte {
			for _, part := range []string{"xl/workbook.xml", sheetPart, "xl/_rels/workbook.xml.rels", "_rels/.rels"} {
				book = edit(part, func(xml string) string {
					return strings.NewReplacer(transitional, "http://purl.oclc.org/ooxml/officeDocument/relationships",
						"http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main").Replace(xml)
				})(book)
			}
			return book
		},
	} {
		in, out := file(t, "in.xlsx", change(caseBook(t, "openpyxl_plain.xlsx"))), filepath.Join(t.TempDir(), "out.xlsx")
		keepWithErrors(t, in, out)
		sheettest.WantBook(t, out, in)
		if name != "r for the elements" { // which the library cannot read
			wantSame(t, name, []string{"Loans", "Errors"}, opened(t, out).GetSheetList())
		}
		got, _ := mustRead(t, out, sheet.Options{Sheet: "Errors"})
		wantSame(t, name+": rows of errors", 1, len(got.Rows))
		if text := string(partNamed(t, contentOf(t, out), "xl/workbook.xml")); name == "strict" && strings.Contains(text, transitional) {
			t.Errorf("a strict workbook is linked as one that is not: %s", text)
		}
	}
}

// keepWithErrors keeps a workbook, with one row on a sheet of errors.
func keepWithErrors(t *testing.T, in, out string) {
	t.Helper()
	r, err := sheet.Open(in, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w, err := sheet.Create(disk.Target{Path: out}, sheet.Layout{Keep: r, Header: append(without(r.Header(), nil), added...), Added: len(added)})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	extra, err := sheet.AddSheet(w, "Errors", sheet.Layout{Header: []string{"ID", "error_row"}, Added: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := extra.Write([]string{"L7", "2"}); err != nil {
		t.Fatal(err)
	}
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Write(append(row.Cells, answer(row.Line)...)); err != nil {
			t.Fatal(err)
		}
	}
	mustCommit(t, w)
}

// A cell that takes the last column leaves no room, and is named; one far off leaves room
// before it.
func TestRoomForColumns(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	stray := func(cells string) []byte {
		return repack(t, caseBook(t, "far_col.xlsx"), sheetPart, func(xml []byte) []byte {
			return bytes.Replace(xml, []byte("</row></sheetData>"), []byte(cells+"</row></sheetData>"), 1)
		})
	}
	text := func(ref string) string { return `<c r="` + ref + `" t="inlineStr"><is><t>x</t></is></c>` }
	wantCells(t, renew(t, stray(text("XFD2"))), map[string]string{"B1": "match_status", "L2": "error_key2", "XFD2": "x"})
	wantCells(t, renew(t, stray(text("M2"))), map[string]string{"B1": "match_status", "L1": "error_key", "M2": "x"})
	wantCells(t, renew(t, stray(text("L2"))), map[string]string{"B1": "", "M1": "match_status", "W1": "error_key"})
	var full strings.Builder
	for column := 7; column <= 16_384; column += 7 {
		full.WriteString(text(columnOf(column) + "2"))
	}
	full.WriteString(text("XFD2"))
	err := renewed(file(t, "in.xlsx", stray(full.String())), filepath.Join(t.TempDir(), "out.xlsx"), sheet.Options{})
	wantError(t, err, "no 11 free columns next to each other: its last cell is XFD2", "new workbook")
}

func columnOf(n int) string { return strings.TrimRight(at(n, 1), "1") }

// A row that is written as nil stays as it is.
func TestRowsThatStay(t *testing.T) {
	t.Parallel()
	in, out := file(t, "in.xlsx", tailed(t, "calcchain.xlsx", `<hyperlinks><hyperlink ref="C2" location="A1"/><hyperlink ref="C3" location="A1"/></hyperlinks>`)), filepath.Join(t.TempDir(), "out.xlsx")
	names := ours[:len(ours)-1]
	layout := sheet.Layout{Header: append([]string{"Loan Number"}, names...), Added: len(names), Tints: tints}
	for i := range names {
		layout.Replaced = append(layout.Replaced, i+1)
	}
	if err := keepRows(in, out, sheet.Options{}, layout, func(row sheet.Row) []string {
		if row.Line != 3 {
			return nil
		}
		return row.Cells
	}); err != nil {
		t.Fatal(err)
	}
	sheettest.WantBook(t, out, in)
	wantCells(t, out, map[string]string{"C2": "=VLOOKUP(A2,Map!A:B,2,0)", "C3": "9999", "C4": "=VLOOKUP(A4,Map!A:B,2,0)"})
	if xml := sheetOf(t, out); !strings.Contains(xml, `ref="C2" location`) || strings.Contains(xml, `ref="C3" location`) {
		t.Error("the links of rows that stay are lost, or those of others are not")
	}
	wantSame(t, "row 2", rowOf(sheetOf(t, in), 2), rowOf(sheetOf(t, out), 2))
}

// rowOf returns a row as XML.
func rowOf(sheet string, row int) string {
	return regexp.MustCompile(`<row r="` + strconv.Itoa(row) + `".*?</row>`).FindString(sheet)
}
