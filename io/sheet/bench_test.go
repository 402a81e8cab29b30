package sheet_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

const benchRows = 20_000

var benchHeader = []string{"Display ID", "Name", "Email", "Phone", "match_status", "loan_id"}

func benchRow(i int) []string {
	return []string{
		fmt.Sprintf("L%06d", i), fmt.Sprintf("Person %d, Jr.", i), fmt.Sprintf("person%d@example.com", i),
		"+1 555 0100", "matched", fmt.Sprint(8_000 + i),
	}
}

func writeBench(b *testing.B, path string) {
	w, err := sheet.Create(disk.Target{Path: path}, sheet.Layout{Header: benchHeader, Added: 2, Tints: tints})
	if err != nil {
		b.Fatal(err)
	}
	for i := range benchRows {
		if err := w.Write(benchRow(i)); err != nil {
			b.Fatal(err)
		}
	}
	mustCommit(b, w)
}

func benchmarkWrite(b *testing.B, name string) {
	path := filepath.Join(b.TempDir(), name)
	b.ReportAllocs()
	for b.Loop() {
		writeBench(b, path)
	}
	reportRows(b)
}

func benchmarkRead(b *testing.B, path string) {
	b.ReportAllocs()
	for b.Loop() {
		r, err := sheet.Open(path, sheet.Options{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err := range r.Rows() {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if err := r.Close(); err != nil || n != benchRows {
			b.Fatalf("%d rows, %v", n, err)
		}
	}
	reportRows(b)
}

func reportRows(b *testing.B) {
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkWriteCSV(b *testing.B)  { benchmarkWrite(b, "loans.csv") }
func BenchmarkWriteXLSX(b *testing.B) { benchmarkWrite(b, "loans.xlsx") }

func BenchmarkReadCSV(b *testing.B) {
	path := filepath.Join(b.TempDir(), "loans.csv")
	writeBench(b, path)
	benchmarkRead(b, path)
}

// BenchmarkReadXLSX reads shared strings, as Excel writes them, not the inline
// ones of our own writer.
func BenchmarkReadXLSX(b *testing.B) {
	rows := [][]string{benchHeader}
	for i := range benchRows {
		rows = append(rows, benchRow(i))
	}
	path := file(b, "loans.xlsx", workbook(b, cells(rows...)))
	benchmarkRead(b, path)
}
