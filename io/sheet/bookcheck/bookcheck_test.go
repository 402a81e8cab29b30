package bookcheck

import (
	"archive/zip"
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// caseFile is a workbook of testdata/cases.
func caseFile(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("../../../testdata/cases", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// changed returns a workbook in which a text of a part is another one. The part "+NAME" is
// added, and the text "" stands for all of the part.
func changed(t *testing.T, book []byte, part, from, to string) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	done := false
	put := func(name, content string) {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, f := range archive.File {
		content, err := readAll(f)
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		if f.Name == part {
			if !strings.Contains(text, from) {
				t.Fatalf("%s has no %q", part, from)
			}
			if text, done = strings.Replace(text, from, to, 1), true; from == "" {
				if text = to; to == "" {
					continue
				}
			}
		}
		put(f.Name, text)
	}
	if name, ok := strings.CutPrefix(part, "+"); ok {
		put(name, to)
		done = true
	}
	if err := errors.Join(w.Close()); err != nil || !done {
		t.Fatal(part, err)
	}
	return out.Bytes()
}

func TestWholeWorkbooksHaveNoProblems(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../testdata/cases/*.xlsx")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	// What other programs have written wrongly.
	known := map[string]string{
		"exceljs_table.xlsx":    "<tableParts>",
		"libreoffice_rich.xlsx": "its filter is not",
	}
	for _, file := range files {
		problems := Problems(caseFile(t, filepath.Base(file)))
		says, ok := known[filepath.Base(file)]
		if ok != (len(problems) == 1) || !strings.Contains(strings.Join(problems, " "), says) {
			t.Errorf("%s: %q", file, problems)
		}
	}
}

// Each rule finds a workbook that breaks it.
func TestEveryRuleFindsItsProblem(t *testing.T) {
	t.Parallel()
	const (
		sheet, book, styles, types = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"
		links, bookLinks, table    = "xl/worksheets/_rels/sheet1.xml.rels", "xl/_rels/workbook.xml.rels", "xl/tables/table1.xml"
	)
	for _, c := range []struct{ file, part, from, to, says string }{
		{"rich", "+XL/workbook.xml", "", "<a/>", "is there twice"},
		{"rich", sheet, "</worksheet>", "", "cut short"},
		{"rich", sheet, "</sheetData>", "</sheetDate>", "ends what is not open"},
		{"rich", book, ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`, "", "is not declared"},
		{"rich", sheet, `<row r="1"`, `<row r="1" r="1"`, "attribute r is there twice"},
		{"rich", types, "", "", "no [Content_Types].xml"},
		{"rich", types, `PartName="/xl/styles.xml"`, `PartName="/xl/none.xml"`, "there is a type of xl/none.xml"},
		{"rich", "+xl/unknown.part", "", "x", "xl/unknown.part has no type"},
		{"rich", types, "worksheet+xml", "chartsheet+xml", "is of type"},
		{"rich", styles, "", "", "leads to xl/styles.xml, which is missing"},
		{"rich", links, `Id="rId2"`, `Id="rId1"`, "the ID rId1 twice"},
		{"rich", links, `Id="rId4"`, `Id="rId9"`, "has the link rId4, which is missing"},
		{"rich", book, `r:id="rId2"`, `r:id="rId99"`, "has no part"},
		{"rich", book, `sheetId="2"`, `sheetId="1"`, "two sheets have the ID 1"},
		{"rich", book, `name="Other's sheet"`, `name="LOANS"`, `two sheets are named "LOANS"`},
		{"rich", book, `name="Other's sheet"`, `name="a/b"`, `a sheet is named "a/b"`},
		{"rich", book, `localSheetId="0"`, `localSheetId="7"`, "is of sheet 7, which is missing"},
		{"rich", book, "<definedNames>", `<definedNames><definedName name="x">None!$A$1:$B$2</definedName>`, `is of sheet "None"`},
		{"rich", book, "<definedNames>", `<definedNames><definedName name="x">1</definedName><definedName name="X">1</definedName>`, "is defined twice"},
		{"rich", book, "<sheets>", "<calcPr/><sheets>", "<sheets> is after <calcPr>"},
		{"refeed", book, "$A$1:$L$4", "$A$1:$K$4", "its filter is A1:L4"},
		{"rich", sheet, `<pageMargins`, `<sheetProtection/><pageMargins`, "<sheetProtection> is after <hyperlinks>"},
		{"rich", sheet, `<headerFooter>`, `<pageSetup/><headerFooter>`, "<pageSetup> is there twice"},
		{"rich", sheet, `<row r="4"`, `<row r="3"`, "row 3 is after row 3"},
		{"rich", sheet, `r="B4"`, `r="B5"`, "row 4 has a cell B5"},
		{"rich", sheet, `r="C4"`, `r="A4"`, "A4 is after column 2"},
		{"rich", sheet, `r="D4"`, `r="XFE4"`, "row 4 has a cell XFE4"},
		{"rich", sheet, `spans="1:8"`, `spans="1:2"`, "spans 1:2"},
		{"rich", sheet, `s="3"`, `s="999"`, "has style 999"},
		{"rich", sheet, `t="s"><v>15`, `t="s"><v>15000`, "has shared string 15000"},
		{"rich", sheet, `t="s"><v>15`, `t="inlineStr"><v>15`, "text in a wrong place"},
		{"rich", sheet, `t="s"><v>15`, `t="x"><v>15`, `is of type "x"`},
		{"rich", sheet, `ref="A1:H9"`, `ref="A1:B9"`, "its dimension leaves cells out"},
		{"rich", sheet, `<col min="6"`, `<col min="3"`, "after column 3"},
		{"rich", sheet, `max="16384"`, `max="16385"`, "it has widths"},
		{"far_col", sheet, "<sheetData>", "<cols/><sheetData>", "cols is empty"},
		{"far_col", sheet, "<sheetData>", `<cols><col min="1" max="1" style="9"/></cols><sheetData>`, "columns have style 9"},
		{"rich", sheet, `<mergeCell ref="B1:H1"/>`, `<mergeCell ref="B1:H1"/><mergeCell ref="H1:I1"/>`, "meet others"},
		{"rich", sheet, `<mergeCell ref="B1:H1"/>`, "", "<mergeCells> is empty"},
		{"rich", sheet, `dataValidations count="2"`, `dataValidations count="3"`, "count 3"},
		{"rich", sheet, `sqref="D4:D8"`, `sqref=""`, "is about nothing"},
		{"rich", sheet, `sqref="D4:D8"`, `sqref="D8:D4"`, "is about D8:D4"},
		{"rich", sheet, `dxfId="1"`, `dxfId="44"`, "dxfId 44"},
		{"refeed", sheet, `<autoFilter ref="A1:L4"/>`, `<autoFilter ref="A1:L4"><filterColumn colId="12"/></autoFilter>`, "has a column 12"},
		{"refeed", sheet, `<autoFilter ref="A1:L4"/>`, `<autoFilter ref="A1:L4"><sortState ref="A2:M4"/></autoFilter>`, "is not within"},
		{"refeed", sheet, `<autoFilter ref="A1:L4"/>`, `<autoFilter ref="A1:L4"><sortState ref="A2:L4"><sortCondition ref="M2:M4"/></sortState></autoFilter>`, "is by M2:M4"},
		{"refeed", sheet, `<autoFilter ref="A1:L4"/>`, `<autoFilter ref="4A"/>`, `a filter is of "4A"`},
		{"shared", sheet, ` ref="K2:L2"`, "", "which no cell has had"},
		{"shared", sheet, ` ref="K2:L2"`, ` ref="K2:K2"`, "which is that of other cells"},
		{"shared", sheet, `LEN(A2)`, "", "shared formula 0 is empty"},
		{"shared", sheet, ` ref="K2:L2"`, ` ref="M2:N2"`, "is that of M2:N2"},
		{"refeed", sheet, `<f>"https://x.example/"&amp;D2</f>`, "<f/>", "is empty"},
		{"refeed", sheet, `<f>`, `<f t="array">`, "has no area"},
		{"refeed", sheet, `<f>`, `<f t="array" ref="M2:M4">`, "inside of an array"},
		{"calcchain", "xl/calcChain.xml", `<c r="C2" i="1"/>`, `<c r="B2" i="1"/>`, "calcChain names B2"},
		{"calcchain", "xl/calcChain.xml", `<c r="C2" i="1"/><c r="C3" i="1"/><c r="C4" i="1"/>`, "", "calcChain is empty"},
		{"rich", styles, "<cellStyleXfs ", "<dxfs/><cellStyleXfs ", "is after <dxfs>"},
		{"rich", styles, `<fonts count="`, `<fonts count="1`, "<fonts> says count"},
		{"rich", styles, `<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>`, `<xf fontId="99"/>`, "fontId 99"},
		{"rich", styles, `<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>`, `<xf numFmtId="199"/>`, "number format 199"},
		{"rich", styles, `<cellStyle name="Normal" xfId="0"`, `<cellStyle name="Normal" xfId="4"`, "has xfId 4"},
		{"filter_last", table, `ref="A1:M4"`, `ref="A1:L4"`, "and has 13 columns"},
		{"filter_last", table, `ref="A1:M4"`, `ref="A:M"`, `it is of "A:M"`},
		{"filter_last", table, `tableColumns count="13"`, `tableColumns count="12"`, "count 12"},
		{"filter_last", table, `id="13"`, `id="12"`, "with ID 12 is there twice"},
		{"filter_last", table, `name="Name"`, `name="LOAN number"`, "is there twice"},
		{"filter_last", table, `name="Name"`, `name="Names"`, `has "Name" in its header`},
		{"filter_last", table, `<autoFilter ref="A1:M4"`, `<autoFilter ref="A1:M3"`, "its filter is not"},
		{"filter_last", table, `colId="12"`, `colId="13"`, "has a column 13"},
		{"filter_last", table, `</autoFilter>`, `</autoFilter><sortState ref="A2:N4"/>`, "is not within"},
		{"filter_last", sheet, `<tableParts count="1"><tablePart r:id="rId1"/></tableParts>`, "", "lists 0 tables"},
		{"totals", table, `totalsRowCount="1"`, "", "its filter is not"},
	} {
		content := changed(t, caseFile(t, c.file+".xlsx"), c.part, c.from, c.to)
		if problems := strings.Join(Problems(content), "\n"); !strings.Contains(problems, c.says) {
			t.Errorf("%s: %s: %q for %q: no problem %q, but: %s", c.file, c.part, c.to, c.from, c.says, problems)
		}
	}
	if problems := Problems([]byte("x")); len(problems) != 1 {
		t.Errorf("no archive: %q", problems)
	}
}
