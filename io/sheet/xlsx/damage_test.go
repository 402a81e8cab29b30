package xlsx_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"loanmap/io/sheet"
)

// fiveBooks are made by three programs: the library, LibreOffice and our own
// writer, which also has kept one of them.
func fiveBooks(t *testing.T) map[string][]byte {
	ours := filepath.Join(t.TempDir(), "ours.xlsx")
	var rows [][]string
	for i := range 300 {
		rows = append(rows, []string{fmt.Sprintf("L%06d", i), fmt.Sprintf("Person %d", i*i)})
	}
	write(t, ours, sheet.Layout{Header: []string{"ID", "Name"}, Added: 1, Tints: tints}, rows)
	many := func(book *excelize.File) error {
		return cells(append([][]string{{"ID", "Name"}}, rows...)...)(book)
	}
	return map[string][]byte{
		"styled":      workbook(t, styled),
		"kept":        contentOf(t, answers(t, workbook(t, styled), sheet.Options{}, sheet.Layout{})),
		"many rows":   workbook(t, many),
		"ours":        contentOf(t, ours),
		"LibreOffice": contentOf(t, filepath.Join(bookCorpus, "lo_hidden_merged.xlsx")),
	}
}

// Nothing is dropped in silence: a workbook with a wrong bit, or cut, gives the
// right rows or an error.
func TestWrongBitsAndCuts(t *testing.T) {
	t.Parallel()
	for name, whole := range fiveBooks(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := piped(whole)
			if err != nil || len(want.Rows) == 0 {
				t.Fatalf("%d rows, %v", len(want.Rows), err)
			}
			random := rand.New(rand.NewPCG(4, uint64(len(name))))
			refused := 0
			for i := range 250 {
				damaged := slices.Clone(whole)
				at := random.IntN(len(whole))
				if i < 200 {
					damaged[at] ^= 1 << random.IntN(8)
				} else {
					damaged = damaged[:at]
				}
				got, err := piped(damaged)
				if err != nil {
					refused++
				} else if !cmp.Equal(want, got) {
					t.Errorf("damage %d at byte %d: other rows without an error (-want +got):\n%s", i, at, cmp.Diff(want, got))
				}
			}
			if refused < 150 { // a flipped bit may be in a date or a comment
				t.Errorf("only %d of 250 are refused", refused)
			}
		})
	}
}

// A workbook that changes while it is read is not taken for a smaller one.
func TestWorkbookThatChanges(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	rows := [][]string{{"ID", "Name"}}
	for range 20_000 {
		rows = append(rows, []string{fmt.Sprint(random.Uint64()), fmt.Sprint(random.Uint64())})
	}
	path := filepath.Join(t.TempDir(), "a.xlsx")
	save(t, path, rows, 0)
	r, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	var failed []error
	for _, err := range r.Rows() {
		failed = append(failed, err)
	}
	last := failed[len(failed)-1]
	wantError(t, last, "reading "+path, "")
	for _, err := range failed[:len(failed)-1] {
		if err != nil {
			t.Errorf("%v is not the last", err)
		}
	}
}

// within fails a test that takes too long or too much memory, which is sampled.
func within(t *testing.T, limit time.Duration, memory uint64, do func()) {
	t.Helper()
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	highest := peakOf(do)
	if took := time.Since(start); took > limit {
		t.Errorf("it took %v", took)
	}
	if used := highest - min(before.HeapInuse, highest); used > memory {
		t.Errorf("it took %d MiB", used>>20)
	}
}

// Hostile workbooks cost little time and memory. These tests do not run in parallel, so that
// both can be measured.
func TestHostileWorkbooks(t *testing.T) {
	for _, c := range []struct {
		name string
		path func(*testing.T) string
		says string
	}{
		{"a sheet of 4 GiB in 4 MB", bomb("xl/worksheets/sheet1.xml", 4<<30, " "), "it would unpack to more than 2 GiB"},
		{"shared strings of 1 GiB", bomb("xl/sharedStrings.xml", 1<<30, "<si/>"), "would unpack to"},
		{"styles of 1 GiB", bomb("xl/styles.xml", 1<<30, "<xf/>"), "would unpack to"},
		{"styles of 3 MiB", bombIn("xl/styles.xml", "</cellXfs>", 3<<20, "<xf/>"), "more than 65536 styles"},
		{"links of 3 MiB", bomb("xl/_rels/workbook.xml.rels", 3<<20, "<Relationship/>"), "more than 20000 links"},
		{"shared strings of 10 MiB, all empty", bomb("xl/sharedStrings.xml", 10<<20, "<si/>"), ""},
		{"a file of 2 GiB with nothing in it", sparse(""), "neither text nor a workbook"},
		{"a file of 2 GiB that starts like a workbook", sparse("PK\x03\x04"), "it is not a whole workbook"},
		{"a file of 2 GiB that starts like an old one", sparse("\xd0\xcf\x11\xe0"), "it is an old Excel file"},
		{"nested deep", nested, "nested too deep"},
		{"a text of 5 MiB", longText, "a text of more than 4 MiB"},
		{"a row of 36 MiB", longRow, "row 2 holds more than 32 MiB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := c.path(t)
			within(t, 30*time.Second, 128<<20, func() { // a bomb takes minutes; a busy machine, seconds
				_, _, err := read(path, sheet.Options{})
				if c.says == "" && err != nil {
					t.Error(err)
				} else if c.says != "" {
					wantError(t, err, c.says, "")
				}
			})
		})
	}
}

// bomb makes a workbook with a part that is filled up to size.
func bomb(name string, size int64, filling string) func(*testing.T) string {
	return bombIn(name, "</", size, filling)
}

// bombIn fills a part in front of the last tag that starts like that.
func bombIn(name, tag string, size int64, filling string) func(*testing.T) string {
	return func(t *testing.T) string {
		whole := workbook(t, two)
		path := filepath.Join(t.TempDir(), "bomb.xlsx")
		to, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		defer to.Close()
		w := zip.NewWriter(to)
		from, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range from.File {
			if part.Name != name {
				if err := w.Copy(part); err != nil {
					t.Fatal(err)
				}
				continue
			}
			content := string(partOf(t, part))
			end := strings.LastIndex(content, tag)
			wantPart(t, w, part.Name, io.MultiReader(strings.NewReader(content[:end]), fillingOf(filling, size), strings.NewReader(content[end:])), size)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

// wantPart adds a part. One that is too large to make is but said to be so.
func wantPart(t *testing.T, w *zip.Writer, name string, content io.Reader, size int64) {
	t.Helper()
	header := &zip.FileHeader{Name: name, Method: zip.Deflate, UncompressedSize64: uint64(size), CompressedSize64: 4 << 20}
	if size > 64<<20 {
		to, err := w.CreateRaw(header)
		if err == nil {
			_, err = to.Write(make([]byte, 4<<20))
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	to, err := w.Create(name)
	if err == nil {
		_, err = io.Copy(to, content)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func fillingOf(text string, size int64) io.Reader {
	return strings.NewReader(strings.Repeat(text, int(min(size, 64<<20))/len(text)))
}

// sparse makes a file of 2 GiB that takes no room on the disk.
func sparse(head string) func(*testing.T) string {
	return func(t *testing.T) string {
		path := file(t, "sparse.xlsx", []byte(head))
		if err := os.Truncate(path, 2<<30); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func nested(t *testing.T) string {
	return file(t, "a.xlsx", repack(t, workbook(t, two), sheetPart, func(xml []byte) []byte {
		return bytes.Replace(xml, []byte("<sheetData>"), []byte(strings.Repeat("<a>", 100_000)), 1)
	}))
}

func longText(t *testing.T) string {
	return file(t, "a.xlsx", repack(t, workbook(t, two), stringsPart, func(xml []byte) []byte {
		return bytes.Replace(xml, []byte("Adams"), bytes.Repeat([]byte("x"), 5<<20), 1)
	}))
}

func longRow(t *testing.T) string {
	cell := []byte(`<c t="inlineStr"><is><t>` + strings.Repeat("x", 3<<20) + `</t></is></c>`)
	return file(t, "a.xlsx", repack(t, workbook(t, cells([]string{"ID"}, []string{"L7"})), sheetPart, func(xml []byte) []byte {
		return bytes.Replace(xml, []byte(`<row r="2">`), append([]byte(`<row r="2">`), bytes.Repeat(cell, 12)...), 1)
	}))
}
