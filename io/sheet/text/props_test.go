package text_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/io/sheet/rows"
	"loanmap/io/sheet/text"
)

// anyText is a cell of any text: of what must be quoted, of what the filter marks, of
// anything in UTF-8.
var anyText = rapid.OneOf(
	rapid.StringOf(rapid.SampledFrom([]rune("\",\n\r ;\t|'=07aé\u00a0\ufeff😀\\.þÿ"))),
	rapid.String(),
	rapid.Just(""), rapid.Just("\r\n"), rapid.Just("sep=;"),
).Filter(func(s string) bool { return !strings.Contains(s, "\x00") })

// narrowText is one that Windows-1252 can spell as latin does.
var narrowText = rapid.StringOf(rapid.SampledFrom([]rune("\",\n\r ;aéñ€“þÿ")))

var formats = rapid.Custom(func(t *rapid.T) rows.Format {
	return rows.Format{
		Delimiter: rapid.SampledFrom([]sheet.Delimiter{sheet.Comma, sheet.Semicolon, sheet.Tab, rows.Pipe, '~'}).Draw(t, "delimiter"),
		LineEnd:   rapid.SampledFrom([]rows.LineEnd{rows.LF, rows.CRLF, rows.CR}).Draw(t, "line end"),
		BOM:       rapid.Bool().Draw(t, "BOM"),
	}
})

// writeText writes a table as text and returns its bytes.
func writeText(t rapid.TB, rows [][]string, layout sheet.Layout) []byte {
	var out bytes.Buffer
	writeTable(t, disk.Target{Path: "-", Stream: &out}, rows, layout)
	return out.Bytes()
}

// readText reads text and returns the table and its dialect.
func readText(t rapid.TB, content []byte, opt sheet.Options) ([][]string, sheet.Text) {
	opt.Stdin = bytes.NewReader(content)
	got, source, err := read("-", opt)
	if err != nil {
		t.Fatalf("%q: %v", content, err)
	}
	return append([][]string{got.Header}, cellsOf(got)...), source.Text
}

// withoutTail drops empty rows at the end, which are not read.
func withoutTail(rows [][]string) [][]string {
	for len(rows) > 1 && strings.Join(rows[len(rows)-1], "") == "" {
		rows = rows[:len(rows)-1]
	}
	return rows
}

func wantTable(t rapid.TB, want, got [][]string, content []byte) {
	if !slices.EqualFunc(withoutTail(want), got, slices.Equal) {
		t.Fatalf("%q is read as %q, want %q", content, got, want)
	}
}

func TestTextComesBackAsWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want, format := tables(anyText).Draw(t, "table"), formats.Draw(t, "format")
		content := writeText(t, want, sheet.Layout{Format: format})
		got, text := readText(t, content, sheet.Options{Delimiter: format.Delimiter})
		wantTable(t, want, got, content)
		if text.BOM != format.BOM || text.LineEnd != format.LineEnd {
			t.Fatalf("detected %s, BOM %t, written as %+v", text, text.BOM, format)
		}
	})
}

func TestTextComesBackFromEveryEncoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		format := formats.Draw(t, "format")
		format.BOM = false
		encoding := rapid.SampledFrom([]sheet.Encoding{sheet.UTF8, rows.UTF16, rows.UTF16LE, rows.UTF16BE, sheet.Windows1252}).Draw(t, "encoding")
		text := anyText
		if encoding == sheet.Windows1252 {
			text = narrowText
		}
		want := tables(text).Draw(t, "table")
		content := string(writeText(t, want, sheet.Layout{Format: format}))
		switch encoding {
		case rows.UTF16:
			content = utf16Text("\ufeff"+content, rapid.Bool().Draw(t, "big"))
		case rows.UTF16LE, rows.UTF16BE:
			content = utf16Text(content, encoding == rows.UTF16BE)
		case sheet.Windows1252:
			content = latin(content)
		default: // it is UTF-8
		}
		got, _ := readText(t, []byte(content), sheet.Options{Encoding: encoding, Delimiter: format.Delimiter})
		wantTable(t, want, got, []byte(content))
	})
}

// If the header has plain names, the format is detected as it was written, whatever the
// cells are.
func TestFormatIsDetected(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		format := formats.Filter(func(f rows.Format) bool { return f.Delimiter != '~' }).Draw(t, "format")
		want := tables(anyText).Filter(func(rows [][]string) bool { return len(rows[0]) > 1 }).Draw(t, "table")
		for i := range want[0] {
			want[0][i] = fmt.Sprint("Column ", i+1)
		}
		content := writeText(t, want, sheet.Layout{Format: format})
		got, text := readText(t, content, sheet.Options{})
		wantTable(t, want, got, content)
		if text.Format != format || text.Encoding != sheet.UTF8 {
			t.Fatalf("detected %s, written as %+v", text, format)
		}
	})
}

// What encoding/csv reads without loss is read as it reads it.
func TestAsEncodingCSV(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(4, 4))
	pieces := []string{"a", "b", ",", ",", "\n", "\n", `"`, `""`, `"x,`, `",`, "\"\n", ";", " ", "é", "\ufeff"}
	for range 1000 {
		var b strings.Builder
		b.WriteString("h1,h2\n")
		for range random.IntN(30) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		content := []byte(b.String())
		got, _, err := read("-", sheet.Options{Stdin: bytes.NewReader(content), Delimiter: sheet.Comma})
		wantAsStandard(t, content, got, err)
		if err == nil {
			wantFit(t, got)
		}
	}
}

// A file cut inside a quoted cell is an error that names the line.
func TestCutsInsideQuotes(t *testing.T) {
	t.Parallel()
	var content strings.Builder
	content.WriteString("Display ID,Note\r\n")
	var places []int // inside quotes
	for i := range 300 {
		fmt.Fprintf(&content, "L%06d,", i)
		cell := fmt.Sprintf("\"one, \r\ntwo; %d\r\n\r\nthree\"", i)
		for j := 1; j < len(cell); j++ {
			places = append(places, content.Len()+j)
		}
		content.WriteString(cell + "\r\n")
	}
	random := rand.New(rand.NewPCG(50, 50))
	for range 50 {
		cut := content.String()[:places[random.IntN(len(places))]]
		line := 1 + strings.Count(cut[:strings.LastIndex(cut, "\"")], "\n")
		_, _, err := read(file(t, "cut.csv", []byte(cut)), sheet.Options{})
		wantError(t, err, fmt.Sprintf("line %d opens a quote that is never closed", line), fmt.Sprintf("from line %d on", line))
	}
}

// What was read is all of the file, byte for byte, in every encoding and beyond
// every buffer.
func TestAllBytesAreRead(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("Display ID,Name,Note\r\n")
	const rows = 60_000
	for i := range rows {
		fmt.Fprintf(&b, "L%06d,Núñez %d,\"a\r\nb, \"\"%d\"\"\"\r\n", i, i, i)
	}
	b.WriteString(",,\r\n\r\n")
	text := b.String()
	for name, content := range map[string]string{
		"utf-8": text, "utf-8 with BOM": "\ufeff" + text, "windows-1252": latin(text),
		"utf-16le with BOM": utf16Text("\ufeff"+text, false), "utf-16be": utf16Text(text, true),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := file(t, "a.csv", []byte(content))
			got, source := mustRead(t, path, sheet.Options{})
			wantSame(t, "dialect", name+", delimiter comma, line ends CRLF", source.Text.String())
			wantSame(t, "size", int64(len(content)), source.Size)
			wantSame(t, "digest", sum([]byte(content)), source.SHA256)
			wantSame(t, "rows", rows, len(got.Rows))
			wantSame(t, "blank", 2, source.Text.Blank)
			for i, row := range got.Rows {
				if want := []string{fmt.Sprintf("L%06d", i), fmt.Sprintf("Núñez %d", i), fmt.Sprintf("a\r\nb, \"%d\"", i)}; !slices.Equal(want, row.Cells) || row.Line != 2+2*i {
					t.Fatalf("row %d is %+v, want %q", i, row, want)
				}
			}
			piped, err := piped([]byte(content))
			if err != nil || len(piped.Rows) != rows || !slices.EqualFunc(piped.Rows, got.Rows, equalRows) {
				t.Errorf("from standard input: %d rows, %v", len(piped.Rows), err)
			}
		})
	}
}

func equalRows(a, b sheet.Row) bool { return a.Line == b.Line && slices.Equal(a.Cells, b.Cells) }

// Empty rows are rows if another row follows, and not at the end, however many there are and
// wherever the input comes from.
func TestBlocksOfEmptyRows(t *testing.T) {
	t.Parallel()
	for name, block := range map[string]string{"one span": ",\n", "many spans": ",\n\n"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const n = 30_000
			filler := strings.Repeat("L7,Adams\n", text.SampleLength/9)
			content := "ID,Name\n" + filler + strings.Repeat(block, n) + "L8,Brown\n" + strings.Repeat(block, n)
			rows := text.SampleLength/9 + n + 1
			got, source := mustRead(t, file(t, "a.csv", []byte(content)), sheet.Options{})
			wantSame(t, "rows", rows, len(got.Rows))
			wantSame(t, "blank", n+2*n*(len(block)-len(",\n")), source.Text.Blank)
			fromPipe, piped, err := read("-", sheet.Options{Stdin: strings.NewReader(content)})
			if err != nil || !slices.EqualFunc(fromPipe.Rows, got.Rows, equalRows) {
				t.Errorf("from standard input: %d rows, %v", len(fromPipe.Rows), err)
			}
			wantSame(t, "dialect of standard input", source.Text, piped.Text)
		})
	}
}

// A file that changes between the look ahead and the reading is an error.
func TestFileThatChanges(t *testing.T) {
	t.Parallel()
	content := "ID,Name\n" + strings.Repeat("L7,Adams\n", text.SampleLength/4)
	for name, change := range map[string]func(*os.File) error{
		"grows by a row":      func(f *os.File) error { _, err := f.WriteString("L8,Brown\n"); return err },
		"grows by blank":      func(f *os.File) error { _, err := f.WriteString("\n"); return err },
		"grows by a long row": func(f *os.File) error { _, err := f.WriteString("L8,Brown,x\n"); return err },
		"shrinks":             func(f *os.File) error { return f.Truncate(int64(len(content) - 9)) },
		"shrinks in a row":    func(f *os.File) error { return f.Truncate(int64(len(content) - 3)) },
		"is rewritten":        func(f *os.File) error { _, err := f.WriteAt([]byte("L7\nAdams\n"), int64(len(content)-9)); return err },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := file(t, "a.csv", []byte(content))
			r, err := sheet.Open(path, sheet.Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			f, err := os.OpenFile(path, os.O_RDWR, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if name != "is rewritten" {
				_, _ = f.Seek(0, 2)
			}
			if err := change(f); err != nil {
				t.Fatal(err)
			}
			var last error
			for _, err := range r.Rows() {
				last = err
			}
			wantError(t, last, "", "it changed while it was read")
		})
	}
}

func TestLongCells(t *testing.T) {
	t.Parallel()
	long := strings.Repeat(strings.Repeat("0123456789abcdef", 63)+"0123456789abcde\n", 10<<20/1024)
	got, _ := mustRead(t, file(t, "a.csv", []byte("ID,Note\nL7,\""+long+"\"\nL8,"+strings.ReplaceAll(long, "\n", "x")+"\n")), sheet.Options{})
	if len(got.Rows) != 2 || got.Rows[0].Cells[1] != long || len(got.Rows[1].Cells[1]) != len(long) {
		t.Error("a cell of 10 MB is not read as it is")
	}
	for name, c := range map[string]struct{ start, end, says string }{
		"quoted": {"L7,\"", "\"\n", "line 2 has a cell of more than 16 MB, or a quote that is never closed"},
		"bare":   {"L7,", "\n", "line 2 has a cell of more than 16 MB"},
	} {
		content := "ID,Note\n" + c.start + strings.Repeat("x", text.MaxCell+text.FilterBlock) + c.end
		_, err := sheet.Open(file(t, "a.csv", []byte(content)), sheet.Options{})
		wantError(t, err, c.says, "line")
		if name == "bare" && strings.Contains(err.Error(), "quote") {
			t.Errorf("%v speaks of quotes", err)
		}
	}
}

// endless is an input that never ends, of one letter.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'x'
	}
	e.read += len(p)
	return len(p), nil
}

func TestEndlessCellIsNotReadForever(t *testing.T) {
	t.Parallel()
	var rest endless
	_, _, err := read("-", sheet.Options{Stdin: io.MultiReader(strings.NewReader("ID,Note\nL7,\""), &rest)})
	wantError(t, err, "line 2 has a cell of more than 16 MB", "")
	if rest.read > text.MaxCell+4*text.SampleLength {
		t.Errorf("%d bytes were read", rest.read)
	}
}

func TestFormats(t *testing.T) {
	t.Parallel()
	written := [][]string{{"ID", "Note"}, {"L7", "a;b, \"c\"\r\nd"}, {"L8", ""}}
	for want, format := range map[string]rows.Format{
		"ID,Note\nL7,\"a;b, \"\"c\"\"\r\nd\"\nL8,\n":             {},
		"\ufeffID,Note\r\nL7,\"a;b, \"\"c\"\"\r\nd\"\r\nL8,\r\n": {Delimiter: sheet.Comma, LineEnd: rows.CRLF, BOM: true},
		"ID;Note\rL7;\"a;b, \"\"c\"\"\r\nd\"\rL8;\r":             {Delimiter: sheet.Semicolon, LineEnd: rows.CR},
		"ID\tNote\nL7\t\"a;b, \"\"c\"\"\r\nd\"\nL8\t\n":          {Delimiter: sheet.Tab, LineEnd: rows.LF},
		"\ufeffID|Note\r\nL7|\"a;b, \"\"c\"\"\r\nd\"\r\nL8|\r\n": {Delimiter: rows.Pipe, LineEnd: rows.CRLF, BOM: true},
	} {
		wantSame(t, fmt.Sprintf("%+v", format), want, string(writeText(t, written, sheet.Layout{Format: format})))
	}
}

// A header that would be taken for something else is written in quotes.
func TestMisleadingHeaders(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"sep=;", "\ufeffID", "<html>", "%PDF-", "PK\x03\x04", `{\rtf`, "MIME-Version:", "\x1fID", `<a "b">`} {
		for _, header := range [][]string{{name}, {name, "Name"}} {
			want := [][]string{header, append([]string{"L7"}, header[1:]...)}
			content := writeText(t, want, sheet.Layout{})
			got, _ := readText(t, content, sheet.Options{Delimiter: sheet.Comma})
			wantTable(t, want, got, content)
		}
	}
}

func TestFormulaGuard(t *testing.T) {
	t.Parallel()
	cells := []string{"=1+1", "+1", "-1.50", "+1,234.5", "-", "@A1", "\tx", "\rx", "+1 555", "-L7", "--1", "'=1", " =1", "L=1", "", "1+1"}
	guarded := []string{"'=1+1", "+1", "-1.50", "+1,234.5", "-", "'@A1", "'\tx", "'\rx", "'+1 555", "'-L7", "'--1", "'=1", " =1", "L=1", "", "1+1"}
	for i, cell := range cells {
		before := []string{cell, cell}
		for _, c := range []struct {
			layout sheet.Layout
			want   []string
		}{
			{sheet.Layout{}, []string{cell, cell}},
			{sheet.Layout{Added: 1}, []string{cell, guarded[i]}},
			{sheet.Layout{GuardInput: true}, []string{guarded[i], guarded[i]}},
			{sheet.Layout{Added: 1, GuardInput: true}, []string{guarded[i], guarded[i]}},
		} {
			content := writeText(t, [][]string{{"ID", "loan_id"}, before, {"end", "end"}}, c.layout)
			got, _ := readText(t, content, sheet.Options{Delimiter: sheet.Comma})
			wantSame(t, fmt.Sprintf("%q under %+v", cell, c.layout), c.want, got[1])
		}
		wantSame(t, "the caller's cells", []string{cell, cell}, before)
	}
	content := writeText(t, [][]string{{"=ID", "=loan_id"}}, sheet.Layout{Added: 1})
	wantSame(t, "header", "=ID,'=loan_id\n", string(content))
}

func TestNamesOfEncodingsAndDelimiters(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]sheet.Delimiter{
		"comma": ',', "Semicolon": ';', "TAB": '\t', `\t`: '\t', "\t": '\t', "pipe": '|', "|": '|', ",": ',', ":": ':', "~": '~',
	} {
		var got sheet.Delimiter
		if err := got.UnmarshalText([]byte(name)); err != nil || got != want {
			t.Errorf("%q is %v, %v", name, got, err)
		}
		text, _ := got.MarshalText()
		if err := got.UnmarshalText(text); err != nil || got != want {
			t.Errorf("%s comes back as %v, %v", text, got, err)
		}
	}
	for _, name := range []string{"", "a", "7", `"`, "'", ".", "-", "+", "=", "@", "\n", "\r", "\x00", " ", "é", ",,", "commas", "\xff"} {
		if err := new(sheet.Delimiter).UnmarshalText([]byte(name)); err == nil {
			t.Errorf("%q is a delimiter", name)
		}
	}
}

// Options prevail over what the content says.
func TestOptionsPrevail(t *testing.T) {
	t.Parallel()
	got, text := readText(t, []byte("a;b,c\n1;2,3\n"), sheet.Options{Delimiter: sheet.Comma})
	wantSame(t, "table", [][]string{{"a;b", "c"}, {"1;2", "3"}}, got)
	wantSame(t, "delimiter", sheet.Comma, text.Delimiter)
	got, _ = readText(t, []byte("sep=;\na;b,c\n1;2,3\n"), sheet.Options{Delimiter: sheet.Comma})
	wantSame(t, "table", [][]string{{"a;b", "c"}, {"1;2", "3"}}, got)
	got, text = readText(t, []byte("a,b\nZoë,x\n"), sheet.Options{Encoding: sheet.Windows1252})
	wantSame(t, "table", [][]string{{"a", "b"}, {"ZoÃ«", "x"}}, got)
	wantSame(t, "encoding", sheet.Windows1252, text.Encoding)
	got, text = readText(t, []byte("\xff\xfea\x00\n\x00b\x00"), sheet.Options{Encoding: rows.UTF16})
	wantSame(t, "table", [][]string{{"a"}, {"b"}}, got)
	wantSame(t, "encoding", rows.UTF16LE, text.Encoding)
	got, text = readText(t, []byte("\ufeffa,b\nJos\xe9,\n"), sheet.Options{Encoding: sheet.Windows1252})
	wantSame(t, "table", [][]string{{"a", "b"}, {"José", ""}}, got)
	wantSame(t, "BOM", true, text.BOM)
	got, text = readText(t, []byte("\xfe\xff,b\n1,2\n"), sheet.Options{Encoding: sheet.Windows1252})
	wantSame(t, "table", [][]string{{"þÿ", "b"}, {"1", "2"}}, got)
	wantSame(t, "BOM", false, text.BOM)
	path := filepath.Join(t.TempDir(), "a.tsv")
	if err := os.WriteFile(path, []byte("ID\n1,5\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, source := mustRead(t, path, sheet.Options{})
	wantSame(t, "delimiter of a .tsv of one column", sheet.Tab, source.Text.Delimiter)
}
