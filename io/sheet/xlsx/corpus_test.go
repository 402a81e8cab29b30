package xlsx_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

var updateBooks = flag.Bool("update-books", false, "rewrite the workbooks of the corpus and their golden readings")

const bookCorpus = "../../../testdata/corpus/book"

// reading is what is read of a file, as its golden copy has it.
type reading struct {
	Sheet     string       `json:"sheet,omitempty"`
	HeaderRow int          `json:"header_row,omitempty"`
	Header    []string     `json:"header,omitempty"`
	Rows      []readingRow `json:"rows,omitempty"`
	Error     string       `json:"error,omitempty"`
	Hint      string       `json:"hint,omitempty"`
}

type readingRow struct {
	Line    int            `json:"line"`
	Cells   []string       `json:"cells"`
	Damaged []sheet.Damage `json:"damaged,omitempty"`
}

// goldenOf reads a file as a golden copy has it.
func goldenOf(path string) reading {
	var got reading
	table, source, err := read(path, sheet.Options{})
	got.Sheet, got.HeaderRow, got.Header = source.Sheet, source.HeaderRow, table.Header
	for _, row := range table.Rows {
		got.Rows = append(got.Rows, readingRow{row.Line, row.Cells, row.Damaged})
	}
	if known, ok := errors.AsType[*disk.Error](err); ok {
		got.Error, got.Hint = strings.ReplaceAll(known.Error(), path, filepath.Base(path)), known.Hint
	} else if err != nil {
		got.Error = err.Error()
	}
	return got
}

// TestBookCorpus reads every file there is, also those that other programs have
// made, and compares with what was read before and looked at.
func TestBookCorpus(t *testing.T) {
	if *updateBooks {
		for _, b := range books {
			content := b.make(t)
			if err := os.WriteFile(filepath.Join(bookCorpus, b.name), content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	entries, err := os.ReadDir(bookCorpus)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, entry := range entries {
		name := entry.Name()
		if ending := filepath.Ext(name); entry.IsDir() || ending == ".json" || ending == ".md" {
			continue
		}
		found++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantGolden(t, filepath.Join(bookCorpus, name))
		})
	}
	if found < 60 {
		t.Errorf("%d files in the corpus", found)
	}
}

func wantGolden(t *testing.T, path string) {
	t.Helper()
	golden := path + ".json"
	got := goldenOf(path)
	if got.Error != "" && got.Hint == "" {
		t.Errorf("no hint for %q", got.Error)
	}
	if *updateBooks {
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("", " ")
		if err := errors.Join(encoder.Encode(got), os.WriteFile(golden, text.Bytes(), 0o644)); err != nil {
			t.Fatal(err)
		}
		return
	}
	var want reading
	if err := json.Unmarshal(contentOf(t, golden), &want); err != nil {
		t.Fatal(err)
	}
	wantSame(t, "reading", want, got)
}

// The files that are made here are those in the corpus: what makes them tells
// what they hold.
func TestBooksAreThoseOfTheCorpus(t *testing.T) {
	t.Parallel()
	for _, b := range books {
		path := filepath.Join(bookCorpus, b.name)
		if b.name == "encrypted.xlsx" || b.name == "chart_first.xlsx" { // they differ each time
			continue
		}
		if !bytes.Equal(contentOf(t, path), b.make(t)) {
			t.Errorf("%s is not as it is made", b.name)
		}
	}
}

// book is a file of the corpus and how it is made.
type book struct {
	name string
	make func(testing.TB) []byte
}

// made fills a workbook through the library.
func made(name string, fill ...func(*excelize.File) error) book {
	return book{name, func(t testing.TB) []byte {
		return workbook(t, func(f *excelize.File) error {
			var errs []error
			for _, fill := range fill {
				errs = append(errs, fill(f))
			}
			return errors.Join(errs...)
		})
	}}
}

// edited changes the XML of one part of a workbook, or of all where part is "".
func edited(name, part string, edit func(string) string, fill ...func(*excelize.File) error) book {
	return book{name, func(t testing.TB) []byte {
		content := made(name, fill...).make(t)
		parts := []string{part}
		if part == "" {
			parts = namesOfParts(t, content)
		}
		for _, part := range parts {
			content = repack(t, content, part, func(xml []byte) []byte { return []byte(edit(string(xml))) })
		}
		return pack(t, content)
	}}
}

// pack compresses the parts of an archive.
func pack(t testing.TB, content []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	from, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range from.File {
		to, err := w.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Deflate})
		if err == nil {
			_, err = to.Write(partOf(t, part))
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

func namesOfParts(t testing.TB, content []byte) []string {
	t.Helper()
	parts, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, part := range parts.File {
		all = append(all, part.Name)
	}
	return all
}

func replaced(old, changed string) func(string) string {
	return func(xml string) string { return strings.ReplaceAll(xml, old, changed) }
}

// zipped makes an archive of files that are not a workbook.
func zipped(name string, files ...string) book {
	return book{name, func(t testing.TB) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for i := 0; i < len(files); i += 2 {
			to, err := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: zip.Deflate})
			if err == nil {
				_, err = to.Write([]byte(files[i+1]))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}}
}

func bytesOf(name, content string) book {
	return book{name, func(testing.TB) []byte { return []byte(content) }}
}

// row fills a row with values of any type.
func row(cell string, values ...any) func(*excelize.File) error {
	return func(f *excelize.File) error { return f.SetSheetRow("Sheet1", cell, &values) }
}

// shown puts a number format on cells.
func shown(cells, format string) func(*excelize.File) error {
	return func(f *excelize.File) error {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		first, last, _ := strings.Cut(cells, ":")
		if last == "" {
			last = first
		}
		return errors.Join(err, f.SetCellStyle("Sheet1", first, last, style))
	}
}

// builtin puts a number format that has but a number on cells.
func builtin(cell string, id int) func(*excelize.File) error {
	return func(f *excelize.File) error {
		style, err := f.NewStyle(&excelize.Style{NumFmt: id})
		return errors.Join(err, f.SetCellStyle("Sheet1", cell, cell, style))
	}
}

func formula(cell, text string) func(*excelize.File) error {
	return func(f *excelize.File) error { return f.SetCellFormula("Sheet1", cell, text) }
}

func sheets(names ...string) func(*excelize.File) error {
	return func(f *excelize.File) error {
		var errs []error
		for _, name := range names {
			_, err := f.NewSheet(name)
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	}
}

func on(name string, rows ...[]string) func(*excelize.File) error {
	return func(f *excelize.File) error { return fillSheet(f, name, rows) }
}

// values are the cells of A2 and so on in a sheet whose XML is edited.
func cellsXML(cells string) func(string) string {
	return func(xml string) string {
		return regexp.MustCompile(`(?s)<row r="2".*?</row>`).ReplaceAllString(xml, `<row r="2">`+strings.ReplaceAll(cells, "$", "$$")+`</row>`)
	}
}

var (
	two   = cells([]string{"ID", "Name"}, []string{"L7", "Adams"}, []string{"L8", "Brown"})
	three = cells([]string{"Loan Number", "Name", "Email"}, []string{"L000212", "Ann Adams", "ann@example.com"}, []string{"L000213", "Bob Brown", "bob@example.com"})
)

func titled(top ...func(*excelize.File) error) []func(*excelize.File) error {
	return append(top,
		row("A5", "Loan Number", "Name", "Balance", "Opened"),
		row("A6", "L000212", "Ann Adams", 12.5, 45292), row("A7", "L000213", "Bob Brown", 80, 45293),
		row("A8", "L000214", "Cid Clark", 7, 45294), shown("D6:D8", "yyyy-mm-dd"))
}

var books = []book{
	made("plain.xlsx", three),
	made("header_alone.xlsx", cells([]string{"ID", "Name"})),
	made("one_column.xlsx", cells([]string{"Display ID"}, []string{"L000212"}, []string{"L000213"})),
	made("blank_rows.xlsx", cells(nil, nil, []string{"ID", "Name"}, []string{"L7", "Adams"}, nil, nil, []string{"L8"})),
	made("formatted_rows_below.xlsx", two, shown("A4:D40", "0")),
	made("column_without_name.xlsx", cells([]string{"ID", "Name"}, []string{"L7", "Adams", "", "note"}, []string{"L8", "Brown"})),
	made("names_repeated_or_empty.xlsx", cells([]string{"ID", "", "Name", "Name", "id "}, []string{"L7", "x", "A", "B", "C"})),
	made("title.xlsx", titled(row("A1", "Portfolio of the spring"))...),
	made("title_and_date.xlsx", titled(row("A1", "Portfolio of the spring"), row("A2", "As of", 45292), shown("B2", "d-mmm-yy"), row("A3", "Confidential"))...),
	made("title_merged.xlsx", append(titled(row("A1", "Portfolio of the spring")), func(f *excelize.File) error { return f.MergeCell("Sheet1", "A1", "D2") })...),
	made("two_header_rows.xlsx", row("A1", nil, "Borrower"), row("A2", "Loan Number", "First", "Last", "Email"), row("A3", "L1", "Ann", "Adams", "a@x.com"), row("A4", "L2", "Bob", "Brown", "b@x.com")),
	made("narrow_header_over_wide_rows.xlsx", cells([]string{"ID"}, []string{"L7", "Adams", "x"}, []string{"L8", "Brown", "y"}, []string{"L9", "Clark", "z"})),
	made("hidden_rows_and_columns.xlsx", three, func(f *excelize.File) error {
		return errors.Join(f.SetRowVisible("Sheet1", 2, false), f.SetColVisible("Sheet1", "B", false))
	}),
	made("merged_cells.xlsx", three, func(f *excelize.File) error { return f.MergeCell("Sheet1", "A2", "A3") }),
	made("first_sheet_empty.xlsx", sheets("Loans", "More"), on("Loans", []string{"ID"}, []string{"on Loans"}), on("More", []string{"ID"})),
	made("first_sheet_hidden.xlsx", threeSheets),
	made("chart_first.xlsx", func(f *excelize.File) error {
		return f.AddChartSheet("Chart", &excelize.Chart{Type: excelize.Col, Series: []excelize.ChartSeries{{Values: "Loans!$A$2"}}})
	}, sheets("Loans"), on("Loans", []string{"ID"}, []string{"L7"})),
	made("filter_and_table.xlsx", two, func(f *excelize.File) error {
		return f.AddTable("Sheet1", &excelize.Table{Range: "A1:B3", Name: "T"})
	}),
	made("text_of_many_kinds.xlsx", cells([]string{"ID", "Text"}, []string{"1", "Ñandú 😀 ☃"}, []string{"2", "line one\nline two"}, []string{"3", " padded\u00a0"}, []string{"4", "<a href=\"x\">&amp;</a>"}, []string{"5", "=1+1"}, []string{"6", "_x000D_"}, []string{"7", "00012345"}, []string{"8", "1E5"}, []string{"9", "\u200bzero width"})),
	made("numbers_plain.xlsx", row("A1", "ID"), row("A2", 8890), row("A3", 123456789012), row("A4", 123456789012345), row("A5", -7), row("A6", 1.5), row("A7", 0)),
	made("numbers_with_zeros.xlsx", row("A1", "ID"), row("A2", 12345), row("A3", 0), row("A4", 123456789), row("A5", "00000077"), shown("A2:A5", "00000000")),
	made("numbers_with_prefix.xlsx", row("A1", "ID"), row("A2", 12345), row("A3", 7), shown("A2", `"LN-"0`), shown("A3", `\L0000`)),
	made("numbers_with_signs_between.xlsx", row("A1", "SSN", "Phone", "Account"), row("A2", 123456789, 5550100123, 1234567), row("A3", 1234567, 15550100123, 7), shown("A2:A3", "000-00-0000"), shown("B2:B3", "(000) 000-0000"), shown("C2:C3", `000\.00-00`)),
	made("numbers_too_long.xlsx", row("A1", "ID"), row("A2", 1234567890123456), row("A3", "1234567890123456"), row("A4", 1.23457e15), row("A5", 0.30000000000000004), row("A6", 12345678901.23456), row("A7", 999999999999999), shown("A4", "0")),
	made("numbers_scientific.xlsx", row("A1", "ID"), row("A2", 12345678), row("A3", 5), row("A4", "1.23E+07"), shown("A2:A2", "0.00E+00"), builtin("A3", 48), shown("A4", "0.00E+00")),
	made("numbers_of_money.xlsx", row("A1", "A", "B", "C", "D", "E"),
		row("A2", 1234.5, 1234.5, -1234.5, 0.05, 0), row("A3", 1234.567, 1234567, -5, 0.0555, 0.5),
		shown("A2:A3", `"$"#,##0.00`), shown("B2:B3", `_("$"* #,##0.00_);_("$"* (#,##0.00);_("$"* "-"??_);_(@_)`),
		shown("C2:C3", `#,##0.00;[Red](#,##0.00)`), shown("D2:D3", "0%"), shown("E2:E3", `#,##0.00;-#,##0.00;"-"`)),
	made("numbers_not_shown_whole.xlsx", row("A1", "A", "B", "C", "D", "E"),
		row("A2", 1.5, 12345, 1.25, 12345, 7), row("A3", 2, 1234567, 0.5, 7, -7),
		shown("A2:A3", "0"), shown("B2:B3", "#,##0,"), shown("C2:C3", "# ?/?"), shown("D2:D3", "[>100]0;0.0"), shown("E2:E3", "0;;")),
	made("numbers_built_in.xlsx", row("A1", "1", "3", "4", "10", "39", "49"), row("A2", 7, 1234, 1234.5, 0.055, -1234.5, 12345),
		builtin("A2", 1), builtin("B2", 3), builtin("C2", 4), builtin("D2", 10), builtin("E2", 39), builtin("F2", 49)),
	edited("numbers_as_stored.xlsx", sheetPart, cellsXML(`<c r="A2"><v>4.3499999999999996</v></c><c r="B2"><v>12345.0</v></c><c r="C2"><v>1.5E+3</v></c><c r="D2"><v>1.23457E+15</v></c><c r="E2" t="n"><v>x7</v></c><c r="F2"><v>007</v></c><c r="G2"><v>-0</v></c>`),
		row("A1", "a", "b", "c", "d", "e", "f", "g"), row("A2", 1)),
	made("dates.xlsx", row("A1", "date", "short", "time", "both", "elapsed", "month"),
		row("A2", 45292, 45292, 0.5, 45292.75, 1.5, 45292), row("A3", 1, 60, 0.999988425925926, 45292.0000115741, 0.25, 2958465), row("A4", -1, 3000000, 0, 45292.5, 0, 61),
		shown("A2:A4", "yyyy-mm-dd"), builtin("B2", 14), builtin("B3", 14), builtin("B4", 14), shown("C2:C4", "h:mm AM/PM"), builtin("D2", 22), shown("D3:D4", `[$-409]d\-mmm\-yy hh:mm;@`), shown("E2:E4", "[h]:mm:ss"), shown("F2:F4", "mmmm")),
	edited("dates_from_1904.xlsx", "xl/workbook.xml", replaced("<workbookPr", `<workbookPr date1904="1"`), row("A1", "date"), row("A2", 43830), row("A3", 0), shown("A2:A3", "yyyy-mm-dd"), func(f *excelize.File) error { return f.SetWorkbookProps(&excelize.WorkbookPropsOptions{}) }),
	edited("dates_as_text.xlsx", sheetPart, cellsXML(`<c r="A2" t="d"><v>2024-01-01T00:00:00Z</v></c><c r="B2" t="d"><v>2024-01-01T10:30:00</v></c><c r="C2" t="d"><v>10:30:00</v></c><c r="D2" t="d"><v>soon</v></c>`),
		row("A1", "a", "b", "c", "d"), row("A2", 1)),
	made("booleans.xlsx", row("A1", "ID", "Active"), row("A2", "L7", true), row("A3", "L8", false)),
	edited("errors.xlsx", sheetPart, cellsXML(`<c r="A2" t="e"><v>#N/A</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>`), row("A1", "ID", "Ratio"), row("A2", 1)),
	edited("formulas.xlsx", sheetPart, cellsXML(`<c r="A2" t="str"><f>"L"&amp;7</f><v>L7</v></c><c r="B2"><f>1+1</f><v>2</v></c><c r="C2" t="b"><f>TRUE()</f><v>1</v></c><c r="D2" t="str"><f>""</f><v></v></c><c r="E2"><f>B2*2</f></c>`),
		row("A1", "a", "b", "c", "d", "e"), row("A2", 1)),
	made("formulas_not_calculated.xlsx", row("A1", "ID", "Name"), row("A2", nil, "Adams"), formula("A2", `"L"&7`)),
	made("rich_text.xlsx", row("A1", "ID", "Name"), row("A2", "L7"), func(f *excelize.File) error {
		return f.SetCellRichText("Sheet1", "B2", []excelize.RichTextRun{{Text: "Ann "}, {Text: "Ad", Font: &excelize.Font{Bold: true}}, {Text: "ams"}})
	}),
	edited("rich_text_inline.xlsx", sheetPart, cellsXML(`<c r="A2" t="inlineStr"><is><r><t>L0</t></r><r><rPr><b/></rPr><t xml:space="preserve">0 7 </t></r></is></c><c r="B2" t="inlineStr"><is><t><![CDATA[<Adams> & Co]]></t></is></c><c r="C2" t="inlineStr"><is/></c>`),
		row("A1", "ID", "Name", "x"), row("A2", 1)),
	edited("phonetic.xlsx", stringsPart, replaced("<t>Adams</t>", `<t>Adams</t><rPh sb="0" eb="1"><t>spoken</t></rPh><phoneticPr fontId="1"/>`), two),
	edited("escaped_characters.xlsx", stringsPart, replaced("Adams", "a_x000D_b_x0041_c_x005F_x000D__xD83D__xDE00__xD83D_&#13;&#x1F600;"), two),
	edited("prefixes.xlsx", sheetPart, func(xml string) string {
		return strings.ReplaceAll(regexp.MustCompile(`<(/?)([a-z])`).ReplaceAllString(xml, "<${1}x:$2"), "xmlns=", "xmlns:x=")
	}, two),
	edited("strict.xlsx", "", func(xml string) string {
		xml = strings.ReplaceAll(xml, "http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
		return strings.ReplaceAll(xml, "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships")
	}, two),
	edited("without_places.xlsx", sheetPart, func(xml string) string { return regexp.MustCompile(` r="[A-Z]?\d+"`).ReplaceAllString(xml, "") }, two),
	edited("utf16.xlsx", stringsPart, func(xml string) string {
		out := "\xff\xfe"
		for _, unit := range utf16.Encode([]rune(strings.Replace(xml, "UTF-8", "UTF-16", 1))) {
			out += string([]byte{byte(unit), byte(unit >> 8)})
		}
		return out
	}, cells([]string{"ID", "Name"}, []string{"L7", "Ádám 😀"})),
	edited("latin1.xlsx", stringsPart, func(xml string) string {
		return strings.Replace(strings.Replace(xml, "UTF-8", "ISO-8859-1", 1), "Adams", "\xc1dams", 1)
	}, two),
	edited("comments_and_line_ends.xlsx", sheetPart, replaced("><", ">\r\n<!-- <row> --><?pi > ?><"), two),
	edited("links_of_another_form.xlsx", "xl/_rels/workbook.xml.rels", func(xml string) string {
		return regexp.MustCompile(`Target="[^"]*sheet1.xml"`).ReplaceAllString(xml, `Target="\xl\.\Worksheets\Sheet1.xml"`)
	}, two),
	made("macros.xlsm", two),

	{"encrypted.xlsx", func(t testing.TB) []byte {
		var out bytes.Buffer
		f := excelize.NewFile()
		defer f.Close()
		if err := errors.Join(two(f), f.Write(&out, excelize.Options{Password: "secret"})); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}},
	bytesOf("page.xls", "\n<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table><tr><td>ID</td></tr></table></html>"),
	bytesOf("nothing.xlsx", ""),
	bytesOf("text.xlsx", "ID,Name\nL7,Adams\n"),
	zipped("numbers_app.xlsx", "Index/Document.iwa", "x", "Metadata/Properties.plist", "x"),
	zipped("binary.xlsb", "[Content_Types].xml", "<Types/>", "xl/workbook.bin", "x"),
	zipped("letter.xlsx", "[Content_Types].xml", "<Types/>", "word/document.xml", "<w/>"),
	zipped("csv_in_zip.xlsx", "loans.csv", "ID\n7\n"),
	zipped("points_out.xlsx", "[Content_Types].xml", "<Types/>", "../../etc/passwd", "x"),
	zipped("workbook_nowhere.xlsx", "[Content_Types].xml", "<Types/>", "_rels/.rels", "<Relationships/>"),
	{"cut.xlsx", func(t testing.TB) []byte { content := made("", two).make(t); return content[:len(content)*2/3] }},
	{"part_twice.xlsx", func(t testing.TB) []byte {
		return bytes.ReplaceAll(made("", two, sheets("B")).make(t), []byte("sheet2.xml"), []byte("sheet1.xml"))
	}},
	{"wrong_sum.xlsx", func(t testing.TB) []byte {
		return lie(t, made("", two).make(t), sheetPart, func(h *zip.FileHeader) { h.CRC32++ })
	}},
	{"bomb.xlsx", func(t testing.TB) []byte {
		return lie(t, made("", two).make(t), sheetPart, func(h *zip.FileHeader) { h.UncompressedSize64 = 1 << 30 })
	}},
	{"part_encrypted.xlsx", func(t testing.TB) []byte {
		return lie(t, made("", two).make(t), sheetPart, func(h *zip.FileHeader) { h.Flags |= 1 })
	}},
	edited("stray_ampersand.xlsx", sheetPart, replaced(`<row r="3"`, `& <row r="3"`), two),
	edited("cut_short.xlsx", sheetPart, func(xml string) string { return xml[:strings.Index(xml, `<row r="3"`)] }, two),
	edited("entity.xlsx", stringsPart, replaced("<sst", `<!DOCTYPE sst [<!ENTITY e SYSTEM "file:///etc/passwd">]><sst`), two),
	edited("entity_unknown.xlsx", stringsPart, replaced("Adams", "&e;"), two),
	edited("row_too_far.xlsx", sheetPart, replaced(`<row r="3"`, `<row r="2000000000"`), two),
	edited("column_too_far.xlsx", sheetPart, replaced(`r="B3"`, `r="XFE3"`), two),
	edited("rows_out_of_order.xlsx", sheetPart, replaced(`<row r="3"`, `<row r="1"`), two),
	edited("text_not_there.xlsx", sheetPart, replaced("<v>5</v>", "<v>55</v>"), two),
	edited("text_below_zero.xlsx", sheetPart, replaced("<v>5</v>", "<v>-1</v>"), two),
	edited("sheet_missing.xlsx", "xl/_rels/workbook.xml.rels", replaced("sheet1.xml", "sheet9.xml"), two),
	edited("sheet_outside.xlsx", "xl/_rels/workbook.xml.rels", replaced(`Id="rId1"`, `Id="rId1" TargetMode="External"`), two),
	edited("style_not_there.xlsx", sheetPart, replaced(`r="B3"`, `r="B3" s="99"`), two),
	made("all_empty.xlsx", sheets("B")),
}

func TestBookNamesDiffer(t *testing.T) {
	t.Parallel()
	var names []string
	for _, b := range books {
		names = append(names, b.name)
	}
	slices.Sort(names)
	if len(slices.Compact(names)) < len(books) {
		t.Error("two files of the corpus have one name")
	}
}
