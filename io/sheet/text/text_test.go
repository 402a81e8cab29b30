package text_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"loanmap/io/sheet"
	"loanmap/io/sheet/rows"
	"loanmap/io/sheet/text"
)

func TestReadCSV(t *testing.T) {
	t.Parallel()
	header := []string{"ID", "Name"}
	for _, c := range []struct {
		name, content string
		header        []string
		rows          []sheet.Row
	}{
		{
			"header and rows", "ID,Name\nL7,Adams\nL8,Brown\n",
			header, []sheet.Row{{Line: 2, Cells: []string{"L7", "Adams"}}, {Line: 3, Cells: []string{"L8", "Brown"}}},
		},
		{"no line end after the last row", "ID,Name\nL7,Adams", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "Adams"}}}},
		{"line ends of Windows", "ID,Name\r\nL7,Adams\r\n", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "Adams"}}}},
		{"a header alone", "ID,Name\n", header, nil},
		{"a header alone without line end", "ID,Name", header, nil},
		{"a BOM is not part of the header", "\ufeffID,Name\nL7,Adams\n", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "Adams"}}}},
		{"a BOM before a quote", "\ufeff\"ID\",Name\n", header, nil},
		{
			"cells are returned as read", "ID,Name\n 00012345 ,=1+1\n\"a,\"\"b\"\"\",\u00a0N/A\n",
			header, []sheet.Row{{Line: 2, Cells: []string{" 00012345 ", "=1+1"}}, {Line: 3, Cells: []string{`a,"b"`, "\u00a0N/A"}}},
		},
		{"line ends inside quotes too", "ID,Name\r\nL7,\"A\r\nB\rC\nD\"\r\n", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "A\r\nB\rC\nD"}}}},
		{"bytes that are not UTF-8 are Windows-1252", "ID,Name\nL7,Jos\xe9\n", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "José"}}}},
		{"a stray quote is text", "ID,Name\nL7,5\" pipe\n", header, []sheet.Row{{Line: 2, Cells: []string{"L7", `5" pipe`}}}},
		{
			"a row's line is where it starts", "ID,Name\nL7,\"A\nB\"\n\"L\n8\",C\nL9,D\n",
			header, []sheet.Row{{Line: 2, Cells: []string{"L7", "A\nB"}}, {Line: 4, Cells: []string{"L\n8", "C"}}, {Line: 6, Cells: []string{"L9", "D"}}},
		},
		{"lines count a header that spans two", "ID,\"Full\nname\"\nL7,A\n", []string{"ID", "Full\nname"}, []sheet.Row{{Line: 3, Cells: []string{"L7", "A"}}}},
		{
			"blank lines are not rows but count as lines", "\nID,Name\n\nL7,A\n\r\n\nL8,B\n\n",
			header, []sheet.Row{{Line: 4, Cells: []string{"L7", "A"}}, {Line: 7, Cells: []string{"L8", "B"}}},
		},
		{"empty cells are a row", "ID,Name\n,\nL7,A\n", header, []sheet.Row{{Line: 2, Cells: []string{"", ""}}, {Line: 3, Cells: []string{"L7", "A"}}}},
		{"but not at the end", "ID,Name\nL7,A\n,\n\n\"\",\n", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "A"}}}},
		{"empty cells above the header are not the header", ",,\nID,Name\nL7,A\n", header, []sheet.Row{{Line: 3, Cells: []string{"L7", "A"}}}},
		{"a short row is padded", "ID,Name\nL7\n", header, []sheet.Row{{Line: 2, Cells: []string{"L7", ""}}}},
		{"a long row loses empty cells", "ID,Name\nL7,A,,\n", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "A"}}}},
		{
			"content beyond the header keeps its place", "ID,Name\nL7,A,,x,,\nL8\n",
			[]string{"ID", "Name", "", ""}, []sheet.Row{{Line: 2, Cells: []string{"L7", "A", "", "x"}}, {Line: 3, Cells: []string{"L8", "", "", ""}}},
		},
		{"a blank line is a row of one column", "ID\n\nL7\n\n\nL8\n\n", []string{"ID"}, []sheet.Row{{Line: 2, Cells: []string{""}}, {Line: 3, Cells: []string{"L7"}}, {Line: 4, Cells: []string{""}}, {Line: 5, Cells: []string{""}}, {Line: 6, Cells: []string{"L8"}}}},
		{"line ends of old Macs", "ID,Name\rL7,\"A\rB\"\r\rL8,C", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "A\rB"}}, {Line: 4, Cells: []string{"L8", "C"}}}},
		{"and of Windows among them", "ID,Name\rL7,A\r\nL8,B\rL9,C\r", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "A"}}, {Line: 3, Cells: []string{"L8", "B"}}, {Line: 4, Cells: []string{"L9", "C"}}}},
		{"Windows-1252 to the last byte", "ID,Name\nL7,Jos\xe9", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "José"}}}},
		{"line ends translated twice", "ID,Name\r\r\nL7,A\r\r\n", header, []sheet.Row{{Line: 2, Cells: []string{"L7", "A"}}}},
		{"a line that names the delimiter", "sep=;\r\nID;Name\r\nL7;A,B\r\n", header, []sheet.Row{{Line: 3, Cells: []string{"L7", "A,B"}}}},
		{"one column", "ID\nL7\n\"\"\nL8\n", []string{"ID"}, []sheet.Row{{Line: 2, Cells: []string{"L7"}}, {Line: 3, Cells: []string{""}}, {Line: 4, Cells: []string{"L8"}}}},
		{"columns of the same name", "ID,ID\nL7,L8\n", []string{"ID", "ID"}, []sheet.Row{{Line: 2, Cells: []string{"L7", "L8"}}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			path := file(t, "loans.csv", []byte(c.content))
			got, source := mustRead(t, path, sheet.Options{})
			wantSame(t, "table", table{Header: c.header, Rows: c.rows}, got)
			wantSame(t, "source", sheet.Source{
				Name: path, Kind: sheet.CSV, Text: source.Text, Reopenable: true, Estimate: len(c.rows),
				Size: int64(len(c.content)), SHA256: sum([]byte(c.content)),
			}, source)

			fromStdin, err := piped([]byte(c.content))
			if err != nil {
				t.Fatal(err)
			}
			wantSame(t, "from standard input", got, fromStdin)
		})
	}
}

// What cannot be read for certain is refused, before the first row is yielded.
func TestTextIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, content string
		opt           sheet.Options
		says, advises string
	}{
		{"a quote that is never closed", "ID,Name\nL7,A\nL8,\"B\nL9,C\n", sheet.Options{}, "line 3 opens a quote that is never closed", "from line 3 on"},
		{"one that meets the next", "ID,Name\nL7,\"A\nL8,\"B\"\n", sheet.Options{}, "line 3 has text after a closing quote of a cell that starts on line 2", "written twice"},
		{"text after a closing quote", "ID,Name\n\"L7\"8,A\n", sheet.Options{}, "line 2 has text after a closing quote", "written twice"},
		{"a space before a quote", "ID,Name\nL7, \"Adams, Bob\"\n", sheet.Options{}, "line 2 has a space before a quote", "delimiter"},
		{"stray quotes that may hide a delimiter", "ID,Name\nL7,the \"A, B\" pipe\n", sheet.Options{}, "line 2 has a quote inside a cell, and 3 cells where the header has 2", "written twice"},
		{"stray quotes that may hide a line end", "ID,Name\n\"A\",a \"b\nc\" d\n", sheet.Options{}, "line 3 has a quote inside a cell, and 1 cells", "written twice"},
		{"a stray quote in the header", "ID,5\" pipe\nL7,A\n", sheet.Options{}, "line 1 has a quote inside a name", "written twice"},
		{"a NUL", "ID,Name\nL7,A\nL8,B\x00\n", sheet.Options{}, "line 3 has a NUL byte", "export it again"},
		{"a carriage return alone", "ID,Name\nL7,A\rL8,B\nL9,C\n", sheet.Options{}, "line 2 holds a carriage return alone", "CSV UTF-8"},
		{"one before a quote", "ID,Name\nL7,A\r\"L8\",B\nL9,C\n", sheet.Options{}, "line 2 holds a carriage return alone", "CSV UTF-8"},
		{"a line feed after a quote", "ID,Name\r\"L7\",\"A\"\r\"L8\"\nB\r", sheet.Options{}, "line 3 ends in a line feed", "CSV UTF-8"},
		{"a space before the first quote of a row", "ID,Name\nL6,5\" pipe\n \"L7\",A\n", sheet.Options{}, "line 3 has a space before a quote", "delimiter"},
		{"stray quotes after a cell of two lines", "ID,Name\n\"a\nb\",x\nL7,5\" a,b\n", sheet.Options{}, "line 4 has a quote inside a cell", "written twice"},
		{"a line feed among carriage returns", "ID,Name\rL7,A\rL8,B\nL9,C\r", sheet.Options{}, "line 3 ends in a line feed", "CSV UTF-8"},
		{"a byte that is not UTF-8, after some that are", "ID,Name\nL7,José\nL8,Jos\xe9\n", sheet.Options{}, "line 3 has bytes that are not UTF-8", "--encoding windows-1252"},
		{"a mark of UTF-8 that is wrong", "\ufeffID,Name\nL7,Jos\xe9\n", sheet.Options{}, "line 2 has bytes that are not UTF-8", "--encoding windows-1252"},
		{"bytes that are not UTF-8 as asked", "ID,Name\nL7,Jos\xe9\n", sheet.Options{Encoding: sheet.UTF8}, "line 2 has bytes that are not UTF-8", "leave out --encoding"},
		{"bytes that no code page has", "ID,Name\nL7,a\x81\x81\x81b\n", sheet.Options{}, "line 2: it holds a byte", "--encoding"},
		{"half a pair of UTF-16", "I\x00D\x00\n\x00\x00\xd87\x00", sheet.Options{Encoding: rows.UTF16}, "line 2: it is not UTF-16", "--encoding"},
		{"half a unit of UTF-16", "I\x00D\x00\n\x007", sheet.Options{Encoding: rows.UTF16LE}, "line 2: it is not UTF-16", "--encoding"},
		{"no such encoding", "ID\n", sheet.Options{Encoding: "latin-99"}, `no encoding "latin-99"`, "usual name"},
		{"no such delimiter", "ID\n", sheet.Options{Delimiter: '"'}, "cannot be a delimiter", "semicolon"},
		{"two delimiters fit", "ID;Name,First\nL7;Adams,Bob\n", sheet.Options{}, "comma or semicolon", "--delimiter"},
		{"a row far beyond the header", "ID,Name\nL7,A" + strings.Repeat(",x", 200) + "\n", sheet.Options{}, "line 2 has 202 cells, the header has 2", "--delimiter"},
		{"more cells than can be", "ID,Name\n" + strings.Repeat(",", 1<<17) + "\n", sheet.Options{}, "line 2 has more than 65536 cells", "--delimiter"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := read(file(t, "loans.csv", []byte(c.content)), c.opt)
			wantError(t, err, c.says, c.advises)
			c.opt.Stdin = strings.NewReader(c.content)
			_, _, err = read("-", c.opt)
			wantError(t, err, c.says, c.advises)
		})
	}
}

// What can be read only once is looked at as far as it is held: what comes
// later may contradict, and then is an error and never a guess.
func TestPipeThatContradictsItself(t *testing.T) {
	t.Parallel()
	head := "ID,Name\n" + strings.Repeat("L7,Adams\n", text.SampleLength/9)
	rows := text.SampleLength / 9
	for _, c := range []struct{ name, tail, says, advises string }{
		{"a longer row", "L8,B,C\n\"", "has 3 cells, the header has 2", "instead of a pipe"},
		{"bytes that are not UTF-8", "L8,Jos\xe9\n", "has bytes that are not UTF-8, though what comes before is", "--encoding windows-1252"},
		{"stray quotes", "L8,the \"A, B\" loan\n", "has a quote inside a cell, and 3 cells where the header has 2", "written twice"},
		{"a NUL", "L8,\x00\n", "has a NUL", "export it again"},
		{"an open quote", "L8,\"B\n", "opens a quote", "look at the quotes"},
		{"a carriage return", "L8,B\rL9,C\n", "carriage return alone", "CSV UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, source, err := read("-", sheet.Options{Stdin: strings.NewReader(head + c.tail)})
			wantError(t, err, fmt.Sprintf("line %d ", rows+2), "")
			wantError(t, err, c.says, c.advises)
			wantSame(t, "rows before the error", rows, len(got.Rows))
			wantSame(t, "estimate", 0, source.Estimate)
		})
	}
}

// An error is yielded once and last, even for a loop that continues.
func TestErrorIsTheLastOfTheRowsOfAText(t *testing.T) {
	t.Parallel()
	rows := text.SampleLength / 3
	content := "ID\n" + strings.Repeat("L7\n", rows) + "2,x\n3\n4,x\n"
	r, err := sheet.Open("-", sheet.Options{Stdin: strings.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
	good, bad := 0, 0
	for _, err := range r.Rows() {
		if err != nil {
			bad++
		} else if good++; bad > 0 {
			t.Fatal("a row comes after the error")
		}
	}
	wantSame(t, "rows", rows, good)
	wantSame(t, "errors", 1, bad)
}

func TestEstimateOfCSV(t *testing.T) {
	t.Parallel()
	content := "ID,Name\n" + strings.Repeat("L7,\"Adams\nor so\"\n", 100_000) + ",\n\n"
	_, source := mustRead(t, file(t, "loans.csv", []byte(content)), sheet.Options{})
	wantSame(t, "estimate", 100_000, source.Estimate)

	_, source = mustRead(t, file(t, "loans.csv", []byte("ID\n")), sheet.Options{})
	wantSame(t, "estimate for a header alone", 0, source.Estimate)

	_, source, err := read("-", sheet.Options{Stdin: strings.NewReader(content)})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "estimate for standard input", 0, source.Estimate)
	wantSame(t, "digest of standard input", sum([]byte(content)), source.SHA256)
}

// Not one byte more than encoding/csv needs: no BOM, no quotes without cause.
func TestWriteCSV(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "loans.csv")
	save(t, path, [][]string{{"ID", "Name"}, {"00012345", "=1+1"}, {" L7", "a \"b\",\nc"}, {"", ""}}, 0)
	wantSame(t, "file", "ID,Name\n00012345,=1+1\n\" L7\",\"a \"\"b\"\",\nc\"\n,\n", string(contentOf(t, path)))
}

func TestWriteOneColumn(t *testing.T) {
	t.Parallel()
	rows := [][]string{{"ID"}, {"L7"}, {""}, {"L8"}}
	wantSame(t, "text", "ID\nL7\n\"\"\nL8\n", string(writeText(t, rows, sheet.Layout{})))
}

// The caller may append to a row.
func TestRowsDoNotShareTheirCells(t *testing.T) {
	t.Parallel()
	r, err := sheet.Open("-", sheet.Options{Stdin: strings.NewReader("ID\nL1\nL2\nL3\n")})
	if err != nil {
		t.Fatal(err)
	}
	var got [][]string
	for row, err := range r.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, row.Cells)
		_ = append(row.Cells, "x")
	}
	_ = append(got[0], "x")
	wantSame(t, "rows", [][]string{{"L1"}, {"L2"}, {"L3"}}, got)
}

// What can be read only once may be cut within a character where it is held.
func TestCharacterAtTheEndOfTheSample(t *testing.T) {
	t.Parallel()
	first := "ID\n" + strings.Repeat("1234567\n", text.SampleLength/8-1) + "1234é\n" // the first beyond ASCII
	got, source, err := read("-", sheet.Options{Stdin: strings.NewReader(first)})
	if err != nil || source.Text.Encoding != sheet.UTF8 || got.Rows[len(got.Rows)-1].Cells[0] != "1234é" {
		t.Errorf("detected %s, %v", source.Text, err)
	}
	for _, start := range []string{"ID,N\n", "ID,Na\n"} {
		content := start + strings.Repeat("é,éé\n\n", text.SampleLength/5)
		content = strings.ReplaceAll(content, "\n\n", "x\n")
		got, _, err := read("-", sheet.Options{Stdin: strings.NewReader(content)})
		if err != nil || len(got.Rows) != text.SampleLength/5 || got.Rows[7].Cells[1] != "ééx" {
			t.Errorf("%d rows, %v", len(got.Rows), err)
		}
	}
}

// The encoding of a file is detected from the whole file.
func TestWindows1252BeyondTheSample(t *testing.T) {
	t.Parallel()
	content := "ID,Name\n" + strings.Repeat("L7,Adams\n", text.SampleLength/9) + "L8,Jos\xe9\n"
	got, source := mustRead(t, file(t, "a.csv", []byte(content)), sheet.Options{})
	wantSame(t, "encoding", sheet.Windows1252, source.Text.Encoding)
	wantSame(t, "last row", []string{"L8", "José"}, got.Rows[len(got.Rows)-1].Cells)

	content = strings.Replace(content, "Adams", "Adäms", 1)
	_, err := sheet.Open(file(t, "a.csv", []byte(content)), sheet.Options{})
	wantError(t, err, fmt.Sprintf("line %d has bytes that are not UTF-8", text.SampleLength/9+2), "--encoding windows-1252")
}
