package xlsx_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

// bookRows is how many rows the benchmarks of workbooks go over; LOANMAP_BENCH_ROWS
// sets another number.
func bookRows(b *testing.B) int {
	if text := os.Getenv("LOANMAP_BENCH_ROWS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		return n
	}
	return 100_000
}

// benchBook makes a workbook of six columns as Excel stores it: shared strings,
// a column of numbers with zeros in front, one of dates.
func benchBook(b *testing.B, rows int) string {
	b.Helper()
	book := excelize.NewFile()
	defer book.Close()
	zeros, date := "00000000", "yyyy-mm-dd"
	id, err := book.NewStyle(&excelize.Style{CustomNumFmt: &zeros})
	day, err2 := book.NewStyle(&excelize.Style{CustomNumFmt: &date})
	errs := []error{err, err2, book.SetSheetRow("Sheet1", "A1", &[]any{"Loan Number", "Account", "Name", "Email", "Opened", "Phone"})}
	for i := 2; i <= rows+1; i++ {
		n := strconv.Itoa(i)
		errs = append(errs, book.SetSheetRow("Sheet1", "A"+n, &[]any{
			fmt.Sprintf("L%06d", i), i, fmt.Sprintf("Person %d, Jr.", i%10_000), fmt.Sprintf("person%d@example.com", i), 45_000 + i%900, "+1 555 0100",
		}), book.SetCellStyle("Sheet1", "B"+n, "B"+n, id), book.SetCellStyle("Sheet1", "E"+n, "E"+n, day))
	}
	path := filepath.Join(b.TempDir(), "in.xlsx")
	if err := errors.Join(append(errs, book.SaveAs(path))...); err != nil {
		b.Fatal(err)
	}
	return path
}

// throughLibrary reads and writes as little as the library can.
func throughLibrary(in, out string) error {
	from, err := excelize.OpenFile(in)
	if err != nil {
		return err
	}
	defer from.Close()
	rows, err := from.Rows("Sheet1")
	if err != nil {
		return err
	}
	to := excelize.NewFile()
	defer to.Close()
	stream, err := to.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	for n := 1; rows.Next(); n++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		values := make([]any, len(cells))
		for i, cell := range cells {
			values[i] = cell
		}
		if err := stream.SetRow("A"+strconv.Itoa(n), values); err != nil {
			return err
		}
	}
	return errors.Join(stream.Flush(), to.SaveAs(out))
}

// throughOurs reads a workbook and writes its rows to a new one, or into a copy
// of it.
func throughOurs(in, out string, kept bool) error {
	if kept {
		return keep(in, out, sheet.Options{}, sheet.Layout{})
	}
	r, err := sheet.Open(in, sheet.Options{})
	if err != nil {
		return err
	}
	defer r.Close()
	w, err := sheet.Create(disk.Target{Path: out}, sheet.Layout{Header: r.Header()})
	if err != nil {
		return err
	}
	defer w.Abort()
	for row, err := range r.Rows() {
		if err := errors.Join(err, w.Write(row.Cells)); err != nil {
			return err
		}
	}
	return w.Commit()
}

// BenchmarkBooks compares with the library: the time of ours over its own.
func BenchmarkBooks(b *testing.B) {
	rows := bookRows(b)
	in := benchBook(b, rows)
	var library time.Duration
	for _, c := range []struct {
		name string
		do   func(in, out string) error
	}{
		{"library", throughLibrary},
		{"new", func(in, out string) error { return throughOurs(in, out, false) }},
		{"kept", func(in, out string) error { return throughOurs(in, out, true) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			out := filepath.Join(b.TempDir(), "out.xlsx")
			peak := peakOf(func() {
				for b.Loop() {
					if err := c.do(in, out); err != nil {
						b.Fatal(err)
					}
				}
			})
			took := b.Elapsed() / time.Duration(b.N)
			if c.name == "library" {
				library = took
			} else if library > 0 {
				b.ReportMetric(float64(took)/float64(library), "of-library")
			}
			b.ReportMetric(float64(rows)/took.Seconds(), "rows/s")
			b.ReportMetric(float64(peak)/(1<<20), "peak-MiB")
		})
	}
}

// peakOf returns the most memory of the heap in use meanwhile, in bytes.
func peakOf(do func()) uint64 {
	runtime.GC()
	var highest atomic.Uint64
	stop, stopped := make(chan bool), make(chan bool)
	go func() {
		defer close(stopped)
		var now runtime.MemStats
		for {
			runtime.ReadMemStats(&now)
			highest.Store(max(highest.Load(), now.HeapInuse))
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	do()
	close(stop)
	<-stopped
	return highest.Load()
}
