package text_test

import (
	"fmt"
	"strings"
	"testing"

	"loanmap/io/sheet"
	"loanmap/io/sheet/internal/sheettest"
)

// readBoth reads content as a file and from standard input, which must give the same.
func readBoth(t *testing.T, content string, opt sheet.Options) ([][]string, []int, sheet.Text) {
	t.Helper()
	got, source := mustRead(t, file(t, "loans.csv", []byte(content)), opt)
	opt.Stdin = strings.NewReader(content)
	piped, pipedSource, err := read("-", opt)
	if err != nil {
		t.Fatalf("%q from standard input: %v", content, err)
	}
	wantSame(t, "from standard input", got, piped)
	wantSame(t, "dialect from standard input", source.Text, pipedSource.Text)
	var lines []int
	for _, row := range got.Rows {
		lines = append(lines, row.Line)
	}
	return append([][]string{got.Header}, cellsOf(got)...), lines, source.Text
}

// What old programs put at the end of a file is no row, and nothing of a row is lost.
func TestFillerAtTheEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, end string
		filler    int
	}{
		{"nothing", "\n", 0},
		{"Ctrl-Z", "\n\x1a", 1},
		{"Ctrl-Z of Windows", "\r\n\x1a", 1},
		{"Ctrl-Z and a line end", "\r\n\x1a\r\n", 3},
		{"Ctrl-Z right after the text", "\x1a", 1},
		{"a block of Ctrl-Z", "\r\n" + strings.Repeat("\x1a", 127), 127},
		{"Ctrl-Z and NULs", "\n\x1a" + strings.Repeat("\x00", 90), 91},
		{"Ctrl-Z right after the text, and NULs", "\x1a\x00\x00", 3},
		{"NULs to the end of a block", "\n" + strings.Repeat("\x00", 480), 480},
		{"NULs to the end of a page", "\r\n" + strings.Repeat("\x00", 4000), 4000},
		{"a form feed", "\n\f", 1},
		{"a form feed right after the text", "\f", 1},
		{"a form feed and a line end", "\r\n\f\r\n", 3},
		{"a form feed and Ctrl-Z", "\r\n\f\x1a", 2},
		{"blank lines and Ctrl-Z", "\r\n\r\n\r\n\x1a", 1},
		{"the line end of old Macs", "\r\x1a\x1a", 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			end := c.end
			for _, last := range []string{"L8,b", `"L8","b"`} {
				content := "ID,Name\nL7,a\n" + last + end
				if strings.Contains(end, "\r") {
					content = strings.ReplaceAll("ID,Name\nL7,a\n", "\n", strings.TrimRight(end[:min(2, len(end))], "\x1a")) + last + end
				}
				if strings.HasPrefix(last, `"`) && !strings.ContainsAny(end[:1], "\r\n") {
					continue // text after a closing quote, as far as the block is not the last
				}
				got, _, text := readBoth(t, content, sheet.Options{})
				wantSame(t, fmt.Sprintf("%q", content), [][]string{{"ID", "Name"}, {"L7", "a"}, {"L8", "b"}}, got)
				wantSame(t, "filler", c.filler, text.Filler)
			}
		})
	}
}

// Filler is filler at the end alone: elsewhere it is text, or damage.
func TestFillerElsewhere(t *testing.T) {
	t.Parallel()
	got, _, text := readBoth(t, "ID,Name\nL7,Jos\x1a\nL8,a\x0cb\nL9,c\x1a\n", sheet.Options{})
	wantSame(t, "rows", [][]string{{"ID", "Name"}, {"L7", "Jos\x1a"}, {"L8", "a\x0cb"}, {"L9", "c\x1a"}}, got)
	wantSame(t, "filler", 0, text.Filler)
	for _, c := range []struct{ content, says string }{
		{"ID,Name\nL7,a\nL8,b\x00\x00\x00", "line 3 has a NUL byte"}, // a row that was cut
		{"ID,Name\nL7,a\n\x00\x00L8,b\n", "line 3 has a NUL byte"},
		{"ID,Name\nL7,\"a\n\x1a", "line 2 opens a quote"},
		{"ID,Name\nL7,a\n\x1a\nL8,\x00b\n", "neither text nor a workbook"},
	} {
		_, _, err := read(file(t, "a.csv", []byte(c.content)), sheet.Options{})
		wantError(t, err, c.says, "")
	}
	long := "ID,Name\n" + strings.Repeat("L7,Adams\n", 10_000)
	_, _, err := read(file(t, "a.csv", []byte(long+strings.Repeat("\x00", 100_000))), sheet.Options{})
	wantError(t, err, "line 10002 has a NUL byte", "")
	for pad := range 12 { // filler across the blocks of the filter
		content := long[:65536/9*9-63+9*pad] + strings.Repeat("\x1a", 200)
		got, _ := readText(t, []byte(content), sheet.Options{})
		wantSame(t, "rows", strings.Count(content, "\n")+1, len(got))
	}
	utf16 := utf16Text("\ufeffID,Name\r\nL7,José\r\n\x1a", false)
	got, _, _ = readBoth(t, utf16, sheet.Options{})
	wantSame(t, "UTF-16", [][]string{{"ID", "Name"}, {"L7", "José"}}, got)
	plain := utf16Text("ID,Name\r\nL7,José\r\n", true) + strings.Repeat("\x00", 100)
	got, _, _ = readBoth(t, plain, sheet.Options{})
	wantSame(t, "UTF-16 without a mark", [][]string{{"ID", "Name"}, {"L7", "José"}}, got)
}

// A row that is filler comes back as it was written.
func TestRowOfFiller(t *testing.T) {
	t.Parallel()
	for _, cell := range []string{"\x1a", "\f", "\x1a\f"} {
		want := [][]string{{"ID"}, {"L7"}, {cell}}
		got, _ := readText(t, writeText(t, want, sheet.Layout{}), sheet.Options{})
		wantSame(t, "rows", want, got)
	}
}

// A first line that names the delimiter is obeyed in every form, and is never a header.
func TestLineThatNamesTheDelimiter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		line, delimiter string
	}{
		{"sep=;", ";"},
		{"SEP=;", ";"},
		{"Sep=;", ";"},
		{`"sep=;"`, ";"},
		{`"SEP=;"`, ";"},
		{"sep=\t", "\t"},
		{"\"sep=\t\"", "\t"},
		{`sep=\t`, "\t"},
		{`"sep=\t"`, "\t"},
		{"sep=|", "|"},
		{"sep=,", ","},
		{"sep=^", "^"},
		{"sep=;;;;", ";"},
		{"sep=; ", ";"},
	} {
		for _, mark := range []string{"", "\ufeff"} {
			for _, end := range []string{"\r\n", "\n", "\r"} {
				content := mark + c.line + end + "ID" + c.delimiter + "Name" + end + "L7" + c.delimiter + "a b" + end
				got, lines, text := readBoth(t, content, sheet.Options{})
				wantSame(t, fmt.Sprintf("%q", content), [][]string{{"ID", "Name"}, {"L7", "a b"}}, got)
				wantSame(t, "lines", []int{3}, lines)
				wantSame(t, "delimiter", sheet.Delimiter(c.delimiter[0]), text.Delimiter)
				got, _, _ = readBoth(t, utf16Text("\ufeff"+strings.TrimPrefix(content, mark), true), sheet.Options{})
				wantSame(t, "in UTF-16", [][]string{{"ID", "Name"}, {"L7", "a b"}}, got)
			}
		}
	}
	for content, header := range map[string][]string{
		"\"sep=;\"\nL7,x\n":       {"sep=;", ""},      // the line below says that it is not
		"sep,Name\na,b\n":         {"sep", "Name"},    // a header
		"sep=;x,Name\na,b\n":      {"sep=;x", "Name"}, // one, too
		"sep=a\nL7\n":             {"sep=a"},          // not a delimiter
		"\"sep=;\nID\",Name\na,b": {"sep=;\nID", "Name"},
	} {
		got, _, _ := readBoth(t, content, sheet.Options{})
		wantSame(t, fmt.Sprintf("header of %q", content), header, got[0])
	}
}

// The header is on the line that the Options name. What is above may be anything.
func TestHeaderRowOfText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, content string
		row           int
		line          int // of the first row
	}{
		{"titles", "Report: open loans\r\nRun by,someone\r\n\r\nID,Name\r\nL7,a\r\n", 4, 5},
		{"the first line", "ID,Name\nL7,a\n", 1, 2},
		{"quotes above", "Report for \"Acme\", Inc\n\"open\nID,Name\nL7,a\n", 3, 4},
		{"many cells above", strings.Repeat("x,", 300) + "\nID,Name\nL7,a\n", 2, 3},
		{"the line ends of old Macs", "Title\r\rID,Name\rL7,a\r", 3, 4},
		{"other delimiters above", "a;b;c;d\n;;;\nID,Name\nL7,a\n", 3, 4},
		{"below a line that names the delimiter", "sep=,\nTitle;x;y\nID,Name\nL7,a\n", 3, 4},
		{"a mark", "\ufeffTitle\nID,Name\nL7,a\n", 2, 3},
		{"a blank line below it", "Title\n\nID,Name\nL7,a\n", 2, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, content := range []string{c.content, utf16Text("\ufeff"+strings.TrimPrefix(c.content, "\ufeff"), false)} {
				got, lines, text := readBoth(t, content, sheet.Options{HeaderRow: c.row})
				wantSame(t, "rows", [][]string{{"ID", "Name"}, {"L7", "a"}}, got)
				wantSame(t, "lines", []int{c.line}, lines)
				wantSame(t, "line of the header", c.line-1, text.HeaderLine)
			}
		})
	}
	for _, c := range []struct {
		content string
		row     int
		says    string
	}{
		{"ID\nL7\n", 4, "it has no line 4: its last one is 2"},
		{"ID\nL7", 3, "it has no line 3: its last one is 2"},
		{"ID\nL7\n", 3, "it has no line 3"},
		{strings.Repeat("L7,x\n", 1<<18), 1 << 18, "is not among its first"},
	} {
		_, _, err := read(file(t, "a.csv", []byte(c.content)), sheet.Options{HeaderRow: c.row})
		wantError(t, err, c.says, "")
	}
	_, err := sheet.Open(file(t, "a.csv", []byte("ID\n")), sheet.Options{Sheet: "Loans"})
	wantError(t, err, "a text file, which has no sheets", "--sheet")
}

// A file without a header has all its rows, and columns with names that say which they are.
func TestTextWithoutHeader(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, content string
		want          [][]string
		lines         []int
	}{
		{"two columns", "L7,a\nL8,b\n", [][]string{{"Column A", "Column B"}, {"L7", "a"}, {"L8", "b"}}, []int{1, 2}},
		{"one column", "L7\r\n\r\nL8\r\n", [][]string{{"Column A"}, {"L7"}, {""}, {"L8"}}, []int{1, 2, 3}},
		{"semicolons", "L7;a\rL8;b\r", [][]string{{"Column A", "Column B"}, {"L7", "a"}, {"L8", "b"}}, []int{1, 2}},
		{"a longer row", "L7,a\nL8,b,c,d\n", [][]string{{"Column A", "Column B", "Column C", "Column D"}, {"L7", "a", "", ""}, {"L8", "b", "c", "d"}}, []int{1, 2}},
		{"a blank line on top", "\nL7,a\n", [][]string{{"Column A", "Column B"}, {"L7", "a"}}, []int{2}},
		{"a quote on top", "\"L\n7\",a\n", [][]string{{"Column A", "Column B"}, {"L\n7", "a"}}, []int{1}},
		{"a stray quote on top", "L7,5\" pipe\n", [][]string{{"Column A", "Column B"}, {"L7", "5\" pipe"}}, []int{1}},
		{"a line that names the delimiter", "sep=;\nL7;a,b\n", [][]string{{"Column A", "Column B"}, {"L7", "a,b"}}, []int{2}},
		{"a mark", "\ufeffL7,a", [][]string{{"Column A", "Column B"}, {"L7", "a"}}, []int{1}},
		{"28 columns", strings.Repeat("x,", 27) + "y", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, lines, text := readBoth(t, c.content, sheet.Options{NoHeader: true})
			wantSame(t, "line of the header", 0, text.HeaderLine)
			if c.want == nil {
				wantSame(t, "last name", "Column AB", got[0][27])
				return
			}
			wantSame(t, "rows", c.want, got)
			wantSame(t, "lines", c.lines, lines)
		})
	}
	_, _, err := read(file(t, "a.csv", []byte("\n\n")), sheet.Options{NoHeader: true})
	wantError(t, err, "it holds no rows", "")
	book := sheettest.Workbook(t, sheettest.Sheet1([]string{"L7", "a"}))
	_, err = sheet.Open(file(t, "a.xlsx", book), sheet.Options{NoHeader: true})
	wantError(t, err, "it is a workbook", "insert a row")
}
