package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"loanmap/io/sheet"
)

// FuzzOpenXLSX changes whole archives: what is damaged is an error, no panic.
func FuzzOpenXLSX(f *testing.F) {
	small, _ := sample(f)
	f.Add(small)
	f.Add(small[:len(small)/2])
	f.Add(sized(f, 1<<63))
	f.Add(sized(f, 1))
	f.Add(archive(f, "xl/workbook.xml", "<workbook/>"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if !bytes.HasPrefix(content, []byte("PK\x03\x04")) {
			return
		}
		wantRead(t, content)
	})
}

// fuzzed are the parts that FuzzOpenParts changes, framed those that every
// workbook needs in addition.
var (
	fuzzed = []string{sheetPart, stringsPart, "xl/workbook.xml", "xl/styles.xml"}
	framed = []string{"[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels"}
)

// FuzzOpenParts changes the parts of an archive whose sums fit, which gets
// deeper than FuzzOpenXLSX.
func FuzzOpenParts(f *testing.F) {
	for _, seed := range []func(*excelize.File) error{
		cells([]string{"ID", "Name"}, []string{"L7", "Adams"}, nil, []string{"L8", "Brown"}),
		dressed, threeSheets,
	} {
		parts := partsNamed(f, workbook(f, seed), fuzzed)
		f.Add(parts[0], parts[1], parts[2], parts[3])
	}
	small, _ := sample(f)
	frame := partsNamed(f, small, framed)
	f.Fuzz(func(t *testing.T, rows, texts, book, styles []byte) {
		parts := append([][]byte{rows, texts, book, styles}, frame...)
		wantRead(t, assemble(t, slices.Concat(fuzzed, framed), parts))
	})
}

func partsNamed(t testing.TB, archive []byte, names []string) [][]byte {
	t.Helper()
	var parts [][]byte
	for _, name := range names {
		parts = append(parts, partNamed(t, archive, name))
	}
	return parts
}

// dressed has a cell of each type and some formats.
func dressed(book *excelize.File) error {
	format := "00000000"
	style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &format})
	return errors.Join(err,
		book.SetSheetRow("Sheet1", "A1", &[]any{"ID", "n", "b", "f"}),
		book.SetSheetRow("Sheet1", "A2", &[]any{12345, 1.5, true, nil}),
		book.SetCellFormula("Sheet1", "D2", "A2*2"),
		book.SetCellStyle("Sheet1", "A2", "B2", style),
		book.MergeCell("Sheet1", "A3", "B4"),
	)
}

// assemble puts parts into an archive as they are.
func assemble(t testing.TB, names []string, parts [][]byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for i, name := range names {
		part, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err == nil {
			_, err = part.Write(parts[i])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// wantRead reads a workbook, up to some thousand rows: gaps between rows are
// rows, and a damaged one may have a million.
func wantRead(t *testing.T, content []byte) {
	t.Helper()
	r, err := sheet.Open("-", sheet.Options{Stdin: bytes.NewReader(content)})
	if err != nil {
		wantAdvice(t, err)
		return
	}
	defer r.Close()
	got := table{Header: r.Header()}
	for row, err := range r.Rows() {
		if err != nil {
			wantAdvice(t, err)
			break
		}
		if got.Rows = append(got.Rows, row); len(got.Rows) > 2_000 {
			break
		}
	}
	wantFit(t, got)
	if source := r.Source(); source.Estimate < 0 || source.Size != int64(len(content)) {
		t.Errorf("source is %+v", source)
	}
}
