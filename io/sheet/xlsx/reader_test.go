package xlsx_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
	"loanmap/io/sheet/xlsx"
)

const (
	sheetPart   = "xl/worksheets/sheet1.xml"
	stringsPart = "xl/sharedStrings.xml"
)

// threeSheets has the sheets Old (hidden), Loans, and 1, a name that looks like
// a number.
func threeSheets(book *excelize.File) error {
	for _, name := range []string{"Loans", "1"} {
		if _, err := book.NewSheet(name); err != nil {
			return err
		}
		if err := fillSheet(book, name, [][]string{{"ID"}, {"on " + name}}); err != nil {
			return err
		}
	}
	book.SetActiveSheet(1) // the active sheet cannot be hidden
	return errors.Join(
		book.SetSheetName("Sheet1", "Old"),
		fillSheet(book, "Old", [][]string{{"ID"}, {"on Old"}}),
		book.SetSheetVisible("Old", false),
	)
}

func TestSheetIsPicked(t *testing.T) {
	t.Parallel()
	content := workbook(t, threeSheets)
	for _, c := range []struct{ name, by, want string }{
		{"by name", "Loans", "Loans"},
		{"by name in any case", "lOANS", "Loans"},
		{"by number", "2", "Loans"},
		{"by name before number", "1", "1"},
		{"by number where no name is", "3", "1"},
		{"the first visible one unless said otherwise", "", "Loans"},
		{"a hidden one if named", "Old", "Old"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, source, err := read("-", sheet.Options{Sheet: c.by, Stdin: bytes.NewReader(content)})
			if err != nil {
				t.Fatal(err)
			}
			wantSame(t, "sheet", c.want, source.Sheet)
			wantSame(t, "rows", []sheet.Row{{Line: 2, Cells: []string{"on " + c.want}}}, got.Rows)
		})
	}
}

func TestUnknownSheetListsThoseThereAre(t *testing.T) {
	t.Parallel()
	content := workbook(t, threeSheets)
	for _, by := range []string{"Loan", "0", "4", "-1", " Loans"} {
		_, _, err := read("-", sheet.Options{Sheet: by, Stdin: bytes.NewReader(content)})
		wantError(t, err, "it has no sheet "+strconv.Quote(by), "Old, Loans, 1")
	}
}

func TestReadXLSX(t *testing.T) {
	t.Parallel()
	header := []string{"ID", "Name"}
	for _, c := range []struct {
		name   string
		fill   func(*excelize.File) error
		header []string
		rows   []sheet.Row
	}{
		{
			"header and rows",
			cells(header, []string{"L7", "Adams"}, []string{"L8", "Brown"}),
			header, []sheet.Row{{Line: 2, Cells: []string{"L7", "Adams"}}, {Line: 3, Cells: []string{"L8", "Brown"}}},
		},
		{"a header alone", cells(header), header, nil},
		{
			"the header is the first row that is not empty, lines are row numbers",
			cells(nil, nil, header, []string{"L7", "Adams"}),
			header, []sheet.Row{{Line: 4, Cells: []string{"L7", "Adams"}}},
		},
		{
			"empty rows between others are rows",
			cells(header, nil, []string{"L7"}, nil, nil, []string{"L8"}),
			header, []sheet.Row{
				{Line: 2, Cells: []string{"", ""}}, {Line: 3, Cells: []string{"L7", ""}}, {Line: 4, Cells: []string{"", ""}}, {Line: 5, Cells: []string{"", ""}}, {Line: 6, Cells: []string{"L8", ""}},
			},
		},
		{
			"empty rows at the end are not, though formatted",
			func(book *excelize.File) error {
				style, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
				return errors.Join(err, cells(header, []string{"L7"})(book), book.SetCellStyle("Sheet1", "A1", "D9", style))
			},
			header, []sheet.Row{{Line: 2, Cells: []string{"L7", ""}}},
		},
		{"a short row is padded", cells(header, []string{"L7"}), header, []sheet.Row{{Line: 2, Cells: []string{"L7", ""}}}},
		{"an empty cell before others", cells(header, []string{"", "Adams"}), header, []sheet.Row{{Line: 2, Cells: []string{"", "Adams"}}}},
		{
			"columns left of the header are columns",
			cells([]string{"", "ID"}, []string{"x", "L7"}),
			[]string{"", "ID"}, []sheet.Row{{Line: 2, Cells: []string{"x", "L7"}}},
		},
		{
			"text is returned as it is",
			cells(header, []string{" 00012345\u00a0", "a\nb\r\nc\t<&>\" 😀"}),
			header, []sheet.Row{{Line: 2, Cells: []string{" 00012345\u00a0", "a\nb\r\nc\t<&>\" 😀"}}},
		},
		{
			"hidden rows and columns are read",
			func(book *excelize.File) error {
				return errors.Join(cells(header, []string{"L7", "Adams"})(book),
					book.SetRowVisible("Sheet1", 2, false), book.SetColVisible("Sheet1", "A", false))
			},
			header, []sheet.Row{{Line: 2, Cells: []string{"L7", "Adams"}}},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			content := workbook(t, c.fill)
			path := file(t, "loans.xlsx", content)
			got, source := mustRead(t, path, sheet.Options{})
			wantSame(t, "table", table{Header: c.header, Rows: c.rows}, got)
			wantSame(t, "source", sheet.Source{
				Name: path, Kind: sheet.XLSX, Reopenable: true, Sheet: "Sheet1", HeaderRow: source.HeaderRow, Estimate: source.Estimate,
				Size: int64(len(content)), SHA256: sum(content),
			}, source)

			fromStdin, err := piped(content)
			if err != nil {
				t.Fatal(err)
			}
			wantSame(t, "from standard input", got, fromStdin)
		})
	}
}

// An ID must come out as the person sees it: with the zeros that a number
// format shows, and text untouched by any format.
func TestCellsAreReadAsShown(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		value  any
		format string
		want   string
	}{
		{"a number", 8890, "", "8890"},
		{"a number with leading zeros", 12345, "00000000", "00012345"},
		{"a number with a prefix", 12345, `"LN-"0`, "LN-12345"},
		{"a number of 15 digits", 123456789012345, "", "123456789012345"},
		{"text of digits", "00012345", "", "00012345"},
		{"text of digits under a number format", "00012345", "0", "00012345"},
		{"text of digits under a text format", "00012345", "@", "00012345"},
		{"text like an exponent", "1E5", "0.00", "1E5"},
		{"text like a date", "1-2", "yyyy-mm-dd", "1-2"},
		{"text like a formula", "=1+1", "", "=1+1"},
		{"a truth value", true, "", "TRUE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := piped(workbook(t, func(book *excelize.File) error {
				style, err := book.NewStyle(&excelize.Style{CustomNumFmt: &c.format})
				if c.format == "" {
					style, err = 0, nil
				}
				return errors.Join(err, book.SetCellStr("Sheet1", "A1", "ID"),
					book.SetCellValue("Sheet1", "A2", c.value), book.SetCellStyle("Sheet1", "A2", "A2", style))
			}))
			if err != nil {
				t.Fatal(err)
			}
			wantSame(t, "rows", []sheet.Row{{Line: 2, Cells: []string{c.want}}}, got.Rows)
		})
	}
}

// A column without a name is a column.
func TestContentBeyondTheHeaderOfASheet(t *testing.T) {
	t.Parallel()
	got, err := piped(workbook(t, cells([]string{"ID", "Name"}, []string{"L7"}, nil, []string{"L8", "B", "", "note"}, []string{"L9"})))
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "table", table{Header: []string{"ID", "Name", "", ""}, Rows: []sheet.Row{
		{Line: 2, Cells: []string{"L7", "", "", ""}}, {Line: 3, Cells: []string{"", "", "", ""}},
		{Line: 4, Cells: []string{"L8", "B", "", "note"}}, {Line: 5, Cells: []string{"L9", "", "", ""}},
	}}, got)
}

func TestEstimateOfXLSX(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "loans.xlsx")
	save(t, path, slices.Repeat([][]string{{"ID", "Name"}}, 251), 0)
	book, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if err := errors.Join(book.SetSheetDimension("Resolved", "A1:B251"), book.Save()); err != nil {
		t.Fatal(err)
	}
	_, source := mustRead(t, path, sheet.Options{})
	wantSame(t, "estimate", 250, source.Estimate)

	for _, dimension := range []string{"A1", "B251:B", "nonsense", "A1:", "A1:XFD1048576"} {
		content := repack(t, contentOf(t, path), sheetPart, func(xml []byte) []byte {
			return bytes.Replace(xml, []byte(`"A1:B251"`), []byte(strconv.Quote(dimension)), 1)
		})
		_, source := mustRead(t, file(t, "a.xlsx", content), sheet.Options{})
		wantSame(t, "rows, whatever it says of itself: "+dimension, 250, source.Estimate)
	}
}

// sample is a small workbook, shared strings and gaps included, and what it holds.
func sample(t testing.TB) ([]byte, table) {
	content := workbook(t, cells([]string{"ID", "Name"}, []string{"L7", "Adams"}, nil, []string{"L8", "Brown"}, []string{"L9", "Adams"}))
	want, err := piped(content)
	if err != nil || len(want.Rows) != 4 {
		t.Fatalf("%d rows, %v", len(want.Rows), err)
	}
	return content, want
}

// The library takes the start of a damaged workbook for the whole of it: rows
// would be lost without a word.
func TestDamagedXLSX(t *testing.T) {
	t.Parallel()
	whole, _ := sample(t)
	replace := func(part, old, changed string) []byte {
		return repack(t, whole, part, func(xml []byte) []byte {
			if !bytes.Contains(xml, []byte(old)) {
				t.Errorf("%s does not hold %s", part, old)
			}
			return bytes.Replace(xml, []byte(old), []byte(changed), 1)
		})
	}
	for _, c := range []struct {
		name    string
		content []byte
		says    string
	}{
		{"cut in half", whole[:len(whole)/2], "it is not a whole workbook"},
		{"without its last byte", whole[:len(whole)-1], "it is not a whole workbook"},
		{"its first bytes alone", whole[:4], "it is not a whole workbook"},
		{"a zip archive of something else", archive(t, "notes.txt", "hello"), "it is a zip archive, not a workbook"},
		{"an empty zip archive with a part in front", append([]byte("PK\x03\x04"), archive(t, "", "")...), "it is a zip archive, not a workbook"},
		{"a stray ampersand in a row", replace(sheetPart, `<row r="4"`, `& <row r="4"`), "it is damaged"},
		{"tags that cross", replace(sheetPart, `</c></row><row r="4"`, `</row></c><row r="4"`), "it is damaged"},
		{"a control character", replace(sheetPart, `<row r="4"`, "\x01<row r=\"4\""), "it is damaged"},
		{"strings cut short", replace(stringsPart, `</sst>`, ``), "it is damaged"},
		{"a string that is not there", replace(sheetPart, `<v>3</v>`, `<v>7</v>`), "it is damaged"},
		{"a string without a number", replace(sheetPart, `<v>3</v>`, `<v>three</v>`), "it is damaged"},
		{"a string before the first", replace(sheetPart, `<v>3</v>`, `<v>-1</v>`), "it is damaged"},
		{"a row number beyond the last there can be", replace(sheetPart, `<row r="5"`, `<row r="2000000000"`), "it is damaged"},
		{"an end of something else", replace(sheetPart, `</worksheet>`, `</workshop>`), "it has </workshop> where that is not open"},
		{"a cell of another row", replace(sheetPart, `r="A4"`, `r="A5"`), "row 4: a cell is at \"A5\""},
		{"a cell without a place", replace(sheetPart, `r="A4"`, `r="4A"`), "it is damaged"},
		{"so large a number of its only row", repack(t, workbook(t, cells([]string{"ID"})), sheetPart, func(xml []byte) []byte {
			return bytes.Replace(xml, []byte(`<row r="1"`), []byte(`<row r="2000000000"`), 1)
		}), "it is damaged"},
		{"rows out of order", replace(sheetPart, `<row r="4"`, `<row r="2"`), "row 2 follows row 2"},
		{"a row without a number", replace(sheetPart, `<row r="4"`, `<row r="four"`), "a row has no number"},
		{"cells out of order", replace(sheetPart, `r="A4"`, `r="C4"`), "row 4: column 2 follows column 3"},
		{"two cells in one place", replace(sheetPart, `r="A4"`, `r="B4"`), "row 4: column 2 follows column 2"},
		{"a column beyond the last there can be", replace(sheetPart, `r="A4"`, `r="ZZZ4"`), "it is damaged"},
		{"names with line ends", replace("xl/_rels/workbook.xml.rels", `Id="rId1"`, "Id=\"x\""), `its sheet "Sheet1" is missing`},
		{"a sheet that is listed but missing", replace("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml"), ""},
		{"no sheets", replace("xl/workbook.xml", `<sheet name="Sheet1"`, `<shed name="Sheet1"`), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := piped(c.content)
			wantError(t, err, c.says, "")
		})
	}
}

// Some programs leave out where rows and cells are: they are counted.
func TestRowsAndCellsWithoutPlaces(t *testing.T) {
	t.Parallel()
	whole := workbook(t, cells([]string{"ID", "Name"}, []string{"L7", "Adams"}, []string{"L8", "Brown"}))
	got, err := piped(repack(t, whole, sheetPart, func(xml []byte) []byte {
		return regexp.MustCompile(` r="[A-Z]?\d+"`).ReplaceAll(xml, nil)
	}))
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "table", table{Header: []string{"ID", "Name"}, Rows: []sheet.Row{{Line: 2, Cells: []string{"L7", "Adams"}}, {Line: 3, Cells: []string{"L8", "Brown"}}}}, got)
}

func TestSheetWithoutRows(t *testing.T) {
	t.Parallel()
	_, err := piped(workbook(t, cells()))
	wantError(t, err, `sheet "Sheet1" holds no rows`, "--sheet")
}

func TestWorkbookWithoutVisibleSheet(t *testing.T) {
	t.Parallel()
	whole, _ := sample(t)
	_, err := piped(repack(t, whole, "xl/workbook.xml", func(xml []byte) []byte {
		return bytes.Replace(xml, []byte(`<sheet name=`), []byte(`<sheet state="hidden" name=`), 1)
	}))
	wantError(t, err, "it has no visible sheet", "--sheet")
}

// Cut anywhere, and with sums that fit, a part is refused or loses nothing.
func TestCutPartLosesNoRows(t *testing.T) {
	t.Parallel()
	whole, want := sample(t)
	rapid.Check(t, func(rt *rapid.T) {
		part := rapid.SampledFrom([]string{sheetPart, stringsPart}).Draw(rt, "part")
		got, err := piped(repack(t, whole, part, func(xml []byte) []byte {
			return xml[:rapid.IntRange(0, len(xml)-1).Draw(rt, "length")]
		}))
		if err == nil && !cmp.Equal(want, got) {
			rt.Errorf("read %+v without an error", got)
		}
	})
}

// A bit that flips inside a part does not change what is read unnoticed.
func TestFlippedBitIsNoticed(t *testing.T) {
	t.Parallel()
	whole, want := sample(t)
	parts, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.SampledFrom(parts.File).Draw(t, "part")
		offset, err := part.DataOffset()
		if err != nil {
			t.Fatal(err)
		}
		bit := rapid.Int64Range(0, int64(part.CompressedSize64)*8-1).Draw(t, "bit")
		flipped := slices.Clone(whole)
		flipped[offset+bit/8] ^= 1 << (bit % 8)
		if got, err := piped(flipped); err == nil && !cmp.Equal(want, got) {
			t.Errorf("read %+v without an error", got)
		}
	})
}

// archive makes a zip archive of one part, or of none.
func archive(t testing.TB, name, content string) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	if name != "" {
		part, err := w.Create(name)
		if err == nil {
			_, err = part.Write([]byte(content))
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

// Archives that lie about the size of a part are refused before it is
// unpacked, or as soon as it gets too long.
func TestSizesThatCannotBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		size uint64
		says string
	}{
		{"a bomb", 3 << 30, "not an ordinary workbook: it would unpack to more than 2 GiB"},
		{"a smaller bomb", 1 << 30, "would unpack to"},
		{"a size below zero", 1 << 63, "not an ordinary workbook"},
		{"the largest size", 1<<64 - 1, "not an ordinary workbook"},
		{"more than said", 1, "it is damaged"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := piped(sized(t, c.size))
			wantError(t, err, c.says, "")
		})
	}
}

// sized makes an archive whose sheet claims a length in bytes.
func sized(t testing.TB, size uint64) []byte {
	t.Helper()
	whole, _ := sample(t)
	return lie(t, whole, sheetPart, func(header *zip.FileHeader) { header.UncompressedSize64 = size })
}

func TestWrongSumOfAnyPart(t *testing.T) {
	t.Parallel()
	whole, _ := sample(t)
	parts, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range parts.File {
		_, err := piped(lie(t, whole, part.Name, func(header *zip.FileHeader) { header.CRC32++ }))
		wantError(t, err, "it is damaged: part "+strconv.Quote(part.Name), "save it again")
	}
}

// lie makes an archive with a wrong header for a part.
func lie(t testing.TB, whole []byte, name string, change func(*zip.FileHeader)) []byte {
	t.Helper()
	parts, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, part := range parts.File {
		raw, err := part.OpenRaw()
		if err != nil {
			t.Fatal(err)
		}
		header := part.FileHeader
		if part.Name == name {
			change(&header)
		}
		to, err := w.CreateRaw(&header)
		if err == nil {
			_, err = to.Write(allOf(t, raw))
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

func TestPartInAnotherEncoding(t *testing.T) {
	t.Parallel()
	whole, want := sample(t)
	got, err := piped(repack(t, whole, stringsPart, func(xml []byte) []byte {
		_, xml, _ = bytes.Cut(xml, []byte("?>"))
		return slices.Concat([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?>`), bytes.ReplaceAll(xml, []byte("Adams"), []byte("\xc1dams")))
	}))
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range want.Rows {
		want.Rows[i].Cells[1] = strings.Replace(row.Cells[1], "Adams", "Ádams", 1)
	}
	wantSame(t, "table", want, got)
}

// What is too large for memory is unpacked to files, with customers' data in
// them. They have no names, so that nothing can leave them behind.
func TestNothingIsLeftOfALargeWorkbook(t *testing.T) {
	content, want := sample(t)
	temp := tempFolder(t)
	before := openFiles(t)
	r, err := xlsx.OpenSpilled(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	got, err := sheettest.ReadFrom(r)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "table", want, got)
	wantEmpty(t, temp)
	wantSame(t, "open files", before+3, openFiles(t)) // the input, the texts, and where each ends
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	wantSame(t, "open files after Close", before, openFiles(t))
}

func TestNothingIsLeftOfARefusedWorkbook(t *testing.T) {
	temp := tempFolder(t)
	whole, _ := sample(t)
	for _, c := range []struct {
		content []byte
		sheet   string
	}{{whole, "Loans"}, {whole[:len(whole)/2], ""}, {workbook(t, cells()), ""}, {sized(t, 1<<63), ""}} {
		if _, err := sheet.Open("-", sheet.Options{Sheet: c.sheet, Stdin: bytes.NewReader(c.content)}); err == nil {
			t.Error("no error")
		}
		wantEmpty(t, temp)
	}
}

func TestNowhereToUnpack(t *testing.T) {
	whole, _ := sample(t)
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	_, err := piped(whole)
	wantError(t, err, "no such file", "TMPDIR")
}
