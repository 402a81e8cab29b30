package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
)

// withCalcChain adds the order in which a spreadsheet calculates the formulas.
func withCalcChain(t *testing.T, book []byte) []byte {
	t.Helper()
	book = repack(t, book, "[Content_Types].xml", func(xml []byte) []byte {
		return bytes.Replace(xml, []byte("</Types>"), []byte(`<Override PartName="/xl/calcChain.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"/></Types>`), 1)
	})
	book = repack(t, book, "xl/_rels/workbook.xml.rels", func(xml []byte) []byte {
		return bytes.Replace(xml, []byte("</Relationships>"), []byte(`<Relationship Id="cc" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain" Target="calcChain.xml"></Relationship></Relationships>`), 1)
	})
	parts, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range parts.File {
		err = errors.Join(err, w.Copy(part))
	}
	to, err2 := w.Create("xl/calcChain.xml")
	if err := errors.Join(err, err2); err != nil {
		t.Fatal(err)
	}
	_, err = to.Write([]byte(`<calcChain xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="D9" i="1"/></calcChain>`))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// The sheet has other columns and fewer rows then; all else of the workbook stays.
func TestASheetIsWrittenAnew(t *testing.T) {
	t.Parallel()
	content := withCalcChain(t, workbook(t, func(book *excelize.File) error {
		return errors.Join(styled(book), book.AddComment("Loans", excelize.Comment{Cell: "B4", Author: "x", Text: "y"}))
	}))
	in := file(t, "a.xlsx", content)
	r, err := sheet.Open(in, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	layout := sheet.Layout{Keep: r, RewriteSheet: true, Header: []string{"Display ID", "error_row"}, Added: 1}
	if err := sheet.Keepable(layout); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "b.xlsx")
	w, err := sheet.Create(disk.Target{Path: path}, layout)
	if err != nil {
		t.Fatal(err)
	}
	want := [][]string{{"Display ID", "error_row"}, {"00000204", "4"}, {"=1+1", "9"}}
	if err := errors.Join(w.Write(want[1]), w.Write(want[2]), w.Commit()); err != nil {
		t.Fatal(err)
	}
	sheettest.WantBook(t, path, in)
	book := opened(t, path)
	wantSame(t, "sheets", []string{"Loans", "Rates", "Notes"}, book.GetSheetList())
	rows, err := book.GetRows("Loans")
	formula, err2 := book.GetCellFormula("Rates", "B2")
	visible, err3 := book.GetSheetVisible("Notes")
	width, err4 := book.GetColWidth("Rates", "A")
	if err := errors.Join(err, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	wantSame(t, "rows", want, rows)
	wantSame(t, "the other sheets", []any{"SUM(Loans!C4:C9)*B1", false, 40.0}, []any{formula, visible, width})
	ours, _ := mustRead(t, path, sheet.Options{})
	wantSame(t, "rows, by our reader", 2, len(ours.Rows))
	wantNothingLinked(t, contentOf(t, path))
}

// wantNothingLinked checks that nothing links to what the sheet had and has no more.
func wantNothingLinked(t *testing.T, book []byte) {
	t.Helper()
	parts, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range parts.File {
		if part.Name == "xl/calcChain.xml" || strings.HasPrefix(part.Name, "xl/worksheets/_rels/sheet1") {
			t.Errorf("it still has %s", part.Name)
		}
		text := string(partOf(t, part))
		if strings.HasSuffix(part.Name, ".rels") && strings.Contains(text, "calcChain") || part.Name == "[Content_Types].xml" && strings.Contains(text, "calcChain") {
			t.Errorf("%s links to the order of formulas", part.Name)
		}
		if part.Name == "xl/workbook.xml" && (strings.Contains(text, "_FilterDatabase") || !strings.Contains(text, "Rates!$B$2")) {
			t.Errorf("the workbook has the filter of the sheet, or lacks a name: %s", text)
		}
	}
}

func TestASheetOfASignedWorkbookIsNotWrittenAnew(t *testing.T) {
	t.Parallel()
	content := repack(t, workbook(t, styledTable), "_rels/.rels", func(xml []byte) []byte {
		return bytes.Replace(xml, []byte("</Relationships>"), []byte(`<Relationship Id="s" Type="http://schemas.openxmlformats.org/package/2006/relationships/digital-signature/origin" Target="_xmlsignatures/origin.sigs"/></Relationships>`), 1)
	})
	r, err := sheet.Open(file(t, "a.xlsx", content), sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	layout := sheet.Layout{Keep: r, RewriteSheet: true, Header: []string{"ID"}}
	wantError(t, sheet.Keepable(layout), "it is signed", "")
	folder := t.TempDir()
	_, err = sheet.Create(disk.Target{Path: filepath.Join(folder, "b.xlsx")}, layout)
	wantError(t, err, "it is signed", "")
	wantEmpty(t, folder)
}

// A formula that names a table of the sheet would name nothing.
func TestASheetWhoseTableIsReadIsNotWrittenAnew(t *testing.T) {
	t.Parallel()
	for formula, says := range map[string]string{"SUM(T1[Amount])": `formulas refer to its table "T1"`, "SUM(Loans!C2:C4)": ""} {
		content := repack(t, caseBook(t, "exceljs_table.xlsx"), "xl/worksheets/sheet2.xml", func(xml []byte) []byte {
			return bytes.Replace(xml, []byte("SUM(Loans!C2:C4)"), []byte(formula), 1)
		})
		content = repack(t, content, sheetPart, func(xml []byte) []byte {
			return bytes.Replace(xml, []byte("SUBTOTAL(109,T1[Amount])"), []byte("SUBTOTAL(109,C2:C4)"), 1)
		})
		r, err := sheet.Open(file(t, "a.xlsx", content), sheet.Options{})
		if err != nil {
			t.Fatal(err)
		}
		err = sheet.Keepable(sheet.Layout{Keep: r, RewriteSheet: true, Header: []string{"ID"}})
		if says != "" {
			wantError(t, err, says, "")
		} else if err != nil {
			t.Error(err)
		}
		_ = r.Close()
	}
}
