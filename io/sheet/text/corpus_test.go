package text_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf16"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

const textCorpus = "../../../testdata/corpus/text"

// textFile is a file of the corpus: where it comes from, and what it holds
// where it is made here. A file that another program wrote is kept as it is.
type textFile struct {
	name, from, content string
}

// byHand files are written here, others by the program and command named.
const byHand = "by hand: "

var textFiles = []textFile{
	{"libreoffice_quoted_all.csv", "LibreOffice 7.4.7, Text CSV filter 44,34,76,1,,0,true,true from an .ods", ""},
	{"libreoffice_semicolon_1252.csv", "LibreOffice 7.4.7, Text CSV filter 59,34,1,1 from an .ods", ""},
	{"libreoffice_tab.tsv", "LibreOffice 7.4.7, Text CSV filter 9,34,76,1 from an .ods", ""},
	{"libreoffice_utf16.csv", "LibreOffice 7.4.7, Text CSV filter 44,34,65535,1 from an .ods", ""},
	{"libreoffice_html.xls", "LibreOffice 7.4.7, --convert-to html from an .ods, named .xls as web exports are", ""},
	{"sqlite.csv", "sqlite3 3.40, .mode csv", ""},
	{"sqlite_list.txt", "sqlite3 3.40, .mode list: pipes, and quotes that are not doubled", ""},
	{"sqlite.tsv", "sqlite3 3.40, .mode tabs", ""},
	{"python_one_column.csv", "Python 3.11, csv.writer, one column with empty cells", ""},
	{"python_quote_all.csv", "Python 3.11, csv.writer with QUOTE_ALL, encoding utf-8-sig", ""},
	{"python_utf16.csv", "Python 3.11, csv.writer, encoding utf-16", ""},
	{"python_windows.csv", "Python 3.11, csv.writer on a file opened without newline='' under Windows: CR CR LF", ""},

	{"plain.csv", byHand + "nothing special", "Display ID,Name\nL000212,Adams\n00012345,Brown\n"},
	{"bom_crlf.csv", byHand + "as Excel saves CSV UTF-8", "\ufeffDisplay ID,Name\r\nL000212,Zoë\r\n"},
	{"excel_sep.csv", byHand + "as report servers write for Excel", "sep=;\r\nDisplay ID;Name\r\nL000212;\"Adams; Bob\"\r\nL000213;a,b\r\n"},
	{"excel_sep_utf16.csv", byHand + "the same in UTF-16 with a mark", utf16Text("\ufeffsep=\t\r\nDisplay ID\tName\r\nL000212\tZoë\r\n", false)},
	{"decimal_commas.csv", byHand + "as a German Excel saves CSV", "Konto;Name;Betrag;Zins\r\nL000212;Müller, Jörg;1.234,50;3,75\r\nL000213;Groß;20,00;4,00\r\n"},
	{"decimal_commas_1252.csv", byHand + "the same in Windows-1252", latin("Konto;Name;Betrag;Zins\r\nL000212;Müller, Jörg;1.234,50 €;3,75\r\nL000213;Groß;20,00 €;4,00\r\n")},
	{"windows_1252.csv", byHand + "smart quotes, euro, ñ", latin("Display ID,Name,Note\r\nL000212,Núñez,“two” – ‘one’…\r\nL000213,O’Brien,5 € fee\r\n")},
	{"utf16le_no_mark.csv", byHand + "UTF-16, low byte first, no mark", utf16Text("Display ID,Name\r\nL000212,Zoë 😀\r\n", false)},
	{"utf16be_mark.csv", byHand + "UTF-16, high byte first, a mark", utf16Text("\ufeffDisplay ID,Name\nL000212,Łódź\n", true)},
	{"utf16be_no_mark.csv", byHand + "UTF-16, high byte first, no mark", utf16Text("Display ID,Name\nL000212,Łódź\n", true)},
	{"old_mac.csv", byHand + "as Excel for Mac saves CSV (Macintosh): CR, and LF inside a cell", "Display ID,Name\rL000212,\"Adams\nBob\"\rL000213,Brown\r"},
	{"crlf_in_quotes.csv", byHand + "CRLF, LF and CR inside quotes", "Display ID,Note\r\nL000212,\"one\r\ntwo\r\n\"\r\nL000213,\"a\nb\"\r\nL000214,\"a\rb\"\r\nL000215,\"\r\n\"\r\n"},
	{"mixed_line_ends.csv", byHand + "CRLF and LF in one file", "Display ID,Name\r\nL000212,Adams\nL000213,Brown\r\n"},
	{"no_last_line_end.csv", byHand + "no line end after the last row", "Display ID,Name\nL000212,Adams"},
	{"ragged.csv", byHand + "short and long rows, a long one in quotes", "Display ID,Name\nL000212\nL000213,Brown,x,,\nL000214,Cole,,,\"\"\nL000215,Dunn,,\"y\nz\"\n"},
	{"stray_quotes.csv", byHand + "inches and nicknames", "Display ID,Note\nL000212,5\" pipe\nL000213,Robert \"Bob\" Adams\nL000214,\"6\"\" pipe\"\nL000215,a\"\"b\n"},
	{"doubled_quotes.csv", byHand + "quotes written twice, cells of quotes alone", "Display ID,Note\nL000212,\"\"\"\"\nL000213,\"\"\"a\"\", \"\"b\"\"\"\nL000214,\"\"\n"},
	{"blank_block.csv", byHand + "as Excel saves a sheet whose format goes on: rows of delimiters, then blank lines", "Display ID,Name,\r\nL000212,Adams,\r\n,,\r\nL000213,Brown,\r\n,,\r\n,,\r\n\"\",,\r\n\r\n\r\n"},
	{"blank_lines.csv", byHand + "blank lines between rows", "\n\nDisplay ID,Name\n\nL000212,Adams\n\n\nL000213,Brown\n"},
	{"blank_above_header.csv", byHand + "rows of delimiters above the header", ",,\n,,\nDisplay ID,Name,\nL000212,Adams,\n"},
	{"one_column.csv", byHand + "one column, blank lines as a spreadsheet writes empty cells", "Display ID\nL000212\n\nL000213\n\n\n"},
	{"one_column_commas.csv", byHand + "a header of one column above rows of two", "Display ID\nL000212\nL000213,Brown\n"},
	{"header_only.csv", byHand + "a header and no rows", "Display ID;Name;Note\r\n"},
	{"header_names.csv", byHand + "repeated and empty names", "ID,Name,Name,,\nL000212,a,b,c,d\n"},
	{"header_over_lines.csv", byHand + "a name of two lines", "\"Display\nID\",Name\nL000212,Adams\n"},
	{"header_crlf.csv", byHand + "a name of two lines, CRLF between them", "\"Display\r\nID\",Name\r\nL000212,Adams\r\n"},
	{"pipe.txt", byHand + "pipes, commas inside", "Display ID|Name|City\nL000212|Adams, Bob|Reno, NV\nL000213|Cole, Ann|Provo, UT\n"},
	{"tab.txt", byHand + "as Excel saves Unicode Text: UTF-16, tabs", utf16Text("\ufeffDisplay ID\tName\tNote\r\nL000212\tZoë\t\"a \"\"b\"\"\"\r\n", false)},
	{"semicolons_in_commas.csv", byHand + "commas, lists with semicolons inside", "Display ID,Tags,City\nL000212,a;b;c,Reno\nL000213,a;b;c,Provo\n"},
	{"invisible.csv", byHand + "NBSP, zero-width, soft hyphen, smart dashes, spaces at the ends", "Display ID,Name\n\u00a0L000212\u00a0,Zoë\u200b\nL–000213,\u00adBob\n L000214 ,\u2003a\u2028b\n\ufeffL000215,x\n"},
	{"damaged_ids.csv", byHand + "what spreadsheets do to IDs, as text", "Display ID,Name\n1.23457E+15,a\n12345.0,b\n00012345,c\n\"1,234\",d\n#N/A,e\nNULL,f\n"},
	{"formulas.csv", byHand + "cells that a spreadsheet takes for formulas", "Display ID,Note\n=1+1,+1 555 0100\n@SUM(A1),-5\n\"=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",\"\tx\"\n"},
	{"very_wide.csv", byHand + "600 columns", wideText(600)},
	{"long_cell.csv", byHand + "a cell of 20,000 bytes with line ends", "Display ID,Note\nL000212,\"" + strings.Repeat("0123456789abcdef\r\n\"\"", 1000) + "\"\nL000213,b\n"},
	{"backslashes.csv", byHand + "backslashes are text", "Display ID,Note\nL000212,C:\\new\\\nL000213,\"a\\\"\nL000214,\\.\n"},
	{"control_characters.csv", byHand + "form feed, vertical tab, escape", "Display ID,Note\nL000212,a\x0bb\x0cc\x1bd\n"},
	{"json_lines.csv", byHand + "JSON inside quotes", "Display ID,Note\nL000212,\"{\"\"a\"\": [1, 2]}\"\n"},
	{"non_characters.csv", byHand + "U+FFFD and U+FFFF, which are UTF-8", "Display ID,Note\nL000212,a\ufffdb\nL000213,\uffff\n"},
	{"byte_values.csv", byHand + "þ and ÿ in Windows-1252, CRLF inside quotes", latin("Display ID,Note\r\nL000212,\"þ\r\nÿ\"\r\nL000213,5\" þÿ\r\n")},

	{"empty.csv", byHand + "nothing at all", "\x00"[:0]},
	{"only_blank.csv", byHand + "blank lines and delimiters alone", "\r\n,,\r\n\r\n"},
	{"unclosed_quote.csv", byHand + "a quote that is never closed", "Display ID,Name\nL000212,Adams\nL000213,\"Brown\nL000214,Cole\nL000215,Dunn\n"},
	{"unclosed_then_closed.csv", byHand + "one that meets the next", "Display ID,Name\nL000213,\"Brown\nL000214,\"Cole\"\n"},
	{"text_after_quote.csv", byHand + "text after a closing quote", "Display ID,Name\nL000212,Adams\nL000213,\"Robert\" Brown\n"},
	{"space_before_quote.csv", byHand + "a space between delimiter and quote", "Display ID, Name\nL000212, \"Adams, Bob\"\n"},
	{"stray_quotes_ragged.csv", byHand + "stray quotes around a delimiter", "Display ID,Name\nL000212,the \"Adams, Bob\" loan\n"},
	{"nul.csv", byHand + "a NUL in a cell", "Display ID,Name\nL000212,Ad\x00ams\nL000213,Brown\nL000214,Cole\n"},
	{"cut_utf16.csv", byHand + "UTF-16 cut within a character", utf16Text("\ufeffDisplay ID,Name\nL000212,Zoë\nL", false) + "0"},
	{"mixed_encodings.csv", byHand + "UTF-8 and Windows-1252 in one file", "Display ID,Name\nL000212,Zoë\nL000213,Núñez\nL000214," + latin("Müller") + "\n"},
	{"code_page_437.csv", byHand + "ü as MS-DOS writes it", "Display ID,Name\nL000212,M\x81ller\n"},
	{"carriage_return.csv", byHand + "a carriage return alone among LF", "Display ID,Name\nL000212,Adams\rL000213,Brown\nL000214,Cole\n"},
	{"two_delimiters.csv", byHand + "as many commas as semicolons", "Display ID;Name,First\nL000212;Adams,Bob\n"},
	{"page.xls", byHand + "a web page as billing systems name it", "\r\n<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table><tr><td>Display ID</td></tr></table></html>\r\n"},
	{"spreadsheetml.xls", byHand + "XML as Excel 2003 wrote it", "<?xml version=\"1.0\"?>\n<?mso-application progid=\"Excel.Sheet\"?>\n<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"/>\n"},
	{"text.xlsx", byHand + "text named like a workbook", "Display ID,Name\nL000212,Adams\n"},
	{"picture.csv", byHand + "the start of a PNG", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01"},
	{"too_long_row.csv", byHand + "a row of 150 cells under a header of two", "Display ID,Name\nL000212" + strings.Repeat(",x", 149) + "\n"},
}

// utf16Text spells text in UTF-16.
func utf16Text(text string, bigEndian bool) string {
	var b strings.Builder
	for _, unit := range utf16.Encode([]rune(text)) {
		high, low := byte(unit>>8), byte(unit)
		if !bigEndian {
			high, low = low, high
		}
		b.WriteByte(high)
		b.WriteByte(low)
	}
	return b.String()
}

// latin spells text in Windows-1252.
func latin(text string) string {
	others := map[rune]byte{'€': 0x80, '…': 0x85, '‘': 0x91, '’': 0x92, '“': 0x93, '”': 0x94, '–': 0x96}
	var b strings.Builder
	for _, r := range text {
		if other, ok := others[r]; ok {
			b.WriteByte(other)
		} else {
			b.WriteByte(byte(r))
		}
	}
	return b.String()
}

func wideText(n int) string {
	names, cells := make([]string, n), make([]string, n)
	for i := range n {
		names[i], cells[i] = fmt.Sprint("c", i+1), fmt.Sprint(i+1)
	}
	return strings.Join(names, ",") + "\n" + strings.Join(cells, ",") + "\n"
}

// TestTextCorpus compares each file with its golden reading, read as a file and
// from standard input.
func TestTextCorpus(t *testing.T) {
	t.Parallel()
	for _, file := range textFiles {
		t.Run(file.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(textCorpus, file.name)
			if *update && strings.HasPrefix(file.from, byHand) {
				rewrite(t, path, file.content)
			}
			content := contentOf(t, path)
			if strings.HasPrefix(file.from, byHand) {
				wantSame(t, "content", file.content, string(content))
			}
			if _, source, err := read(path, sheet.Options{}); err == nil && source.Size != int64(len(content)) {
				t.Errorf("%d of %d bytes were read", source.Size, len(content))
			}
			got := textReading(file.from, path, sheet.Options{})
			if *update {
				rewrite(t, path+".json", got)
			}
			if want := string(contentOf(t, path+".json")); got != want {
				wantSame(t, "reading (if it is intended: go test ./io/sheet/text -update)", strings.Split(want, "\n"), strings.Split(got, "\n"))
			}
			if file.name != "text.xlsx" { // refused by its name
				piped := textReading(file.from, "-", sheet.Options{Stdin: bytes.NewReader(content)})
				wantSame(t, "reading from standard input", strings.Split(got, "\n"), strings.Split(piped, "\n"))
			}
		})
	}
}

// Each file of the corpus is in the table, and the corpus is small.
func TestTextCorpusIsComplete(t *testing.T) {
	t.Parallel()
	var want []string
	for _, file := range textFiles {
		want = append(want, file.name, file.name+".json")
	}
	slices.Sort(want)
	wantSame(t, "files", want, names(t, textCorpus))
	size := 0
	for _, name := range want {
		size += len(contentOf(t, filepath.Join(textCorpus, name)))
	}
	if size > 300<<10 {
		t.Errorf("the corpus has %d bytes", size)
	}
}

func rewrite(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// textReading is all that can be said of a file, as JSON with a row per line.
func textReading(from, path string, opt sheet.Options) string {
	got, source, err := read(path, opt)
	var b strings.Builder
	fmt.Fprintf(&b, "{\n\"from\": %s", asJSON(from))
	text := source.Text
	if text.Encoding != "" {
		fmt.Fprintf(&b, ",\n\"dialect\": %s", asJSON(text.String()))
		fmt.Fprintf(&b, ",\n\"short\": %d, \"long\": %d, \"first_long\": %d, \"unnamed\": %d, \"blank\": %d",
			text.Short, text.Long, text.FirstLong, text.Unnamed, text.Blank)
		if text.Doubt != "" {
			fmt.Fprintf(&b, ",\n\"doubt\": %s", asJSON(text.Doubt))
		}
	}
	if got.Header != nil {
		fmt.Fprintf(&b, ",\n\"header\": %s", asJSON(got.Header))
		fmt.Fprint(&b, ",\n\"rows\": [")
		for i, row := range got.Rows {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "\n  {\"line\": %d, \"cells\": %s}", row.Line, asJSON(row.Cells))
		}
		fmt.Fprint(&b, "\n]")
	}
	if known, ok := errors.AsType[*disk.Error](err); ok {
		known.Doing = "reading"
		fmt.Fprintf(&b, ",\n\"error\": %s,\n\"hint\": %s", asJSON(known.Error()), asJSON(known.Advice()))
	}
	b.WriteString("\n}\n")
	return b.String()
}

// asJSON is JSON in which every character can be seen.
func asJSON(value any) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err)
	}
	var seen strings.Builder
	for _, r := range strings.TrimSuffix(b.String(), "\n") {
		if unicode.IsPrint(r) {
			seen.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			fmt.Fprintf(&seen, `\u%04x`, unit)
		}
	}
	return seen.String()
}
