package xlsx_test

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"loanmap/io/sheet"
)

// FuzzXLSX changes the parts of a workbook, whose sums fit. It is refused, or it
// is read, and kept with every cell as it was; in bounded time and memory.
func FuzzXLSX(f *testing.F) {
	for _, name := range []string{
		"plain.xlsx", "title.xlsx", "dates.xlsx", "numbers_of_money.xlsx", "rich_text_inline.xlsx", "prefixes.xlsx",
		"without_places.xlsx", "escaped_characters.xlsx", "comments_and_line_ends.xlsx", "utf16.xlsx", "blank_rows.xlsx",
	} {
		content, err := os.ReadFile(filepath.Join(bookCorpus, name))
		if err != nil {
			f.Fatal(err)
		}
		if !slices.Contains(namesOfParts(f, content), stringsPart) {
			f.Fatalf("%s has no shared strings", name)
		}
		parts := partsNamed(f, content, fuzzed)
		f.Add(parts[0], parts[1], parts[2], parts[3])
	}
	small, _ := sample(f)
	frame := partsNamed(f, small, framed)
	f.Fuzz(func(t *testing.T, rows, texts, book, styles []byte) {
		start := time.Now()
		wantReadOrKept(t, assemble(t, slices.Concat(fuzzed, framed), append([][]byte{rows, texts, book, styles}, frame...)))
		if took := time.Since(start); took > 20*time.Second {
			t.Errorf("it took %v", took)
		}
		var now runtime.MemStats
		if runtime.ReadMemStats(&now); now.HeapInuse > 256<<20 {
			t.Errorf("%d MiB are in use", now.HeapInuse>>20)
		}
	})
}

func wantReadOrKept(t *testing.T, content []byte) {
	t.Helper()
	r, err := sheet.Open("-", sheet.Options{Stdin: bytes.NewReader(content)})
	if err != nil {
		wantAdvice(t, err)
		return
	}
	rows, cells := r.Source().Estimate, len(r.Header())*r.Source().Estimate
	_ = r.Close()
	if rows > 2_000 || cells > 200_000 { // gaps between rows are rows
		return
	}
	want, err := piped(content)
	if err != nil {
		wantAdvice(t, err)
		return
	}
	in, out := file(t, "in.xlsx", content), filepath.Join(t.TempDir(), "out.xlsx")
	if err := keep(in, out, sheet.Options{}, sheet.Layout{}); err != nil {
		wantAdvice(t, err)
		return
	}
	source := sourceOf(t, in)
	got, _ := mustRead(t, out, sheet.Options{Sheet: source.Sheet, HeaderRow: source.HeaderRow})
	if len(got.Rows) != len(want.Rows) {
		t.Fatalf("%d rows of %d are kept", len(got.Rows), len(want.Rows))
	}
	for i, row := range want.Rows {
		kept := got.Rows[i].Cells
		if !slices.Equal(row.Cells, kept[:len(row.Cells)]) || !slices.Equal(answer(row.Line), kept[len(kept)-len(added):]) {
			t.Errorf("row %d is %q, was %q", i, kept, row.Cells)
		}
	}
}

func sourceOf(t *testing.T, path string) sheet.Source {
	t.Helper()
	_, source := mustRead(t, path, sheet.Options{})
	return source
}
