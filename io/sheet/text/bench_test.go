package text_test

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"loanmap/io/disk"
	"loanmap/io/sheet"
	"loanmap/io/sheet/rows"
)

const csvBenchRows = 1_000_000

// benchFile is a file of a million rows, some of whose cells need quotes.
func benchFile(b *testing.B) string {
	b.Helper()
	path := filepath.Join(b.TempDir(), "in.csv")
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(file)
	fmt.Fprintln(w, "Display ID,Name,Email,Phone,City,Balance")
	for i := range csvBenchRows {
		name := fmt.Sprintf("Person %d", i)
		if i%10 == 0 {
			name = fmt.Sprintf(`"Person %d, Jr."`, i)
		}
		fmt.Fprintf(w, "L%07d,%s,person%d@example.com,+1 555 0100,Springfield,%d.%02d\n", i, name, i, i, i%100)
	}
	if err := errors.Join(w.Flush(), file.Close()); err != nil {
		b.Fatal(err)
	}
	return path
}

// standard reads path with encoding/csv, and writes what it reads to out unless
// that is empty. It returns how long that took.
func standard(b *testing.B, path, out string) time.Duration {
	b.Helper()
	start := time.Now()
	in, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	to := io.Discard
	if out != "" {
		file, err := os.Create(out)
		if err != nil {
			b.Fatal(err)
		}
		defer file.Close()
		to = file
	}
	r, w := csv.NewReader(bufio.NewReaderSize(in, 64<<10)), csv.NewWriter(bufio.NewWriterSize(to, 64<<10))
	r.ReuseRecord = true
	for {
		cells, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil && out != "" {
			err = w.Write(cells)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	if w.Flush(); w.Error() != nil {
		b.Fatal(w.Error())
	}
	return time.Since(start)
}

// ours does the same with this package. The output is not committed: that
// would measure the disk.
func ours(b *testing.B, path, out string) time.Duration {
	b.Helper()
	start := time.Now()
	r, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	var w sheet.Writer
	if out != "" {
		if w, err = sheet.Create(disk.Target{Path: out}, sheet.Layout{Header: r.Header(), Format: r.Source().Text.Format}); err != nil {
			b.Fatal(err)
		}
		defer w.Abort()
	}
	n := 0
	for row, err := range r.Rows() {
		if err == nil && out != "" {
			err = w.Write(row.Cells)
		}
		if err != nil {
			b.Fatal(err)
		}
		n++
	}
	if n != csvBenchRows {
		b.Fatalf("%d rows", n)
	}
	return time.Since(start)
}

// benchmarkRatio takes turns, so that a busy machine slows both.
func benchmarkRatio(b *testing.B, out string) {
	path := benchFile(b)
	if out != "" {
		out = filepath.Join(b.TempDir(), out)
	}
	var theirs, mine time.Duration
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		theirs += standard(b, path, out)
		b.StartTimer()
		mine += ours(b, path, out)
	}
	b.ReportMetric(float64(mine)/float64(theirs), "x-encoding/csv")
	b.ReportMetric(csvBenchRows*float64(b.N)/mine.Seconds(), "rows/s")
}

func BenchmarkCSVRead(b *testing.B) { benchmarkRatio(b, "") }
func BenchmarkCSVCopy(b *testing.B) { benchmarkRatio(b, "out.csv") }

// BenchmarkCSVWrite writes the same row a million times.
func BenchmarkCSVWrite(b *testing.B) {
	row := []string{"L0000007", "Person 7, Jr.", "person7@example.com", "+1 555 0100", "Springfield", "7.07"}
	var theirs, mine time.Duration
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		file, err := os.Create(filepath.Join(b.TempDir(), "out.csv"))
		if err != nil {
			b.Fatal(err)
		}
		start := time.Now()
		standard := csv.NewWriter(bufio.NewWriterSize(file, 64<<10))
		for range csvBenchRows {
			_ = standard.Write(row)
		}
		standard.Flush()
		theirs += time.Since(start)
		file.Close()
		b.StartTimer()
		start = time.Now()
		w, err := sheet.Create(disk.Target{Path: filepath.Join(b.TempDir(), "a.csv")}, sheet.Layout{Header: row, Format: rows.Format{LineEnd: rows.CRLF}, Added: 2})
		if err != nil {
			b.Fatal(err)
		}
		for range csvBenchRows {
			if err := w.Write(row); err != nil {
				b.Fatal(err)
			}
		}
		mine += time.Since(start)
		w.Abort()
	}
	b.ReportMetric(float64(mine)/float64(theirs), "x-encoding/csv")
	b.ReportMetric(csvBenchRows*float64(b.N)/mine.Seconds(), "rows/s")
}
