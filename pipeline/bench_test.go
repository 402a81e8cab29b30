package pipeline

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"testing"
	"time"
	"unique"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
)

// BenchmarkRows sends a million rows of six columns through a run in which every
// question is answered already, from CSV to CSV, and prints its time over that
// of reading and writing the same file with encoding/csv in one loop, and how
// much more memory it holds at most than the answers take.
func BenchmarkRows(b *testing.B) {
	const rows = 1_000_000
	debug.SetGCPercent(40) // as the command does
	for _, distinct := range []int{10_000, rows} {
		b.Run(fmt.Sprint(distinct, " distinct"), func(b *testing.B) {
			dir := b.TempDir()
			input := filepath.Join(dir, "in.csv")
			writeRows(b, input, rows, distinct)
			known := answers(distinct)
			var took, copied time.Duration
			var peak uint64
			for b.Loop() {
				copied += copyRows(b, input, filepath.Join(dir, "copy.csv"))
				runtime.GC()
				stop := watchHeap()
				begin := time.Now()
				passRows(b, input, known)
				took += time.Since(begin)
				peak = max(peak, stop())
			}
			b.ReportMetric(took.Seconds()/copied.Seconds(), "x-plain-copy")
			b.ReportMetric(float64(b.N*rows)/took.Seconds(), "rows/s")
			b.ReportMetric(float64(peak)/(1<<20), "MiB-beyond-answers")
		})
	}
}

func writeRows(b *testing.B, path string, rows, distinct int) {
	b.Helper()
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriter(file)
	fmt.Fprintln(out, "Branch,Loan Number,Borrower,Opened,Principal,Note")
	for i := range rows {
		fmt.Fprintf(out, "Reno,L%07d,\"Adams, Brett\",2021-03-%02d,%d.25,row %d\n", i%distinct, 1+i%28, 1500+i%40_000, i)
	}
	if err := errors.Join(out.Flush(), file.Close()); err != nil {
		b.Fatal(err)
	}
}

// answers are outcomes as a run leaves them.
func answers(n int) map[string]*outcome {
	known := make(map[string]*outcome, n)
	for i := range n {
		id := fmt.Sprintf("L%07d", i)
		known[id] = &outcome{
			said:  unique.Make(verdict{match.Matched, "", match.Exact, "by: +display_id(exact)"}),
			found: found{loan: int64(1000 + i), customer: int64(700 + i), value: id, status: "Open"},
		}
	}
	return known
}

// passRows is Run without questions to ask.
func passRows(b *testing.B, input string, known map[string]*outcome) {
	b.Helper()
	dir := b.TempDir()
	r := &run{Job: &Job{
		Input: input, Output: filepath.Join(dir, "out.csv"), Workers: 4, Rate: 5, Batch: 200,
		Log: slog.New(slog.DiscardHandler), Progress: func(Progress) {},
	}}
	if err := r.open(time.Now()); err != nil {
		b.Fatal(err)
	}
	defer r.reader.Close()
	files, err := r.create(r.targets("csv"))
	if err != nil {
		b.Fatal(err)
	}
	defer files.abort()
	r.probed = map[loanpro.Key]*loanpro.Findings{loanpro.DisplayID: {}}
	todo := r.batcher(200)
	todo.known = known
	if err := r.pass(b.Context(), files, todo, r.probed[loanpro.DisplayID]); err != nil {
		b.Fatal(err)
	}
	if r.summary.Status[match.Matched] != r.read {
		b.Fatalf("%v of %d rows", r.summary.Status, r.read)
	}
	if err := errors.Join(files.output.Seal(), files.output.Commit()); err != nil {
		b.Fatal(err)
	}
}

func copyRows(b *testing.B, from, to string) time.Duration {
	b.Helper()
	begin := time.Now()
	in, err := os.Open(from)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		b.Fatal(err)
	}
	defer out.Close()
	reader, buffer := csv.NewReader(bufio.NewReader(in)), bufio.NewWriter(out)
	writer := csv.NewWriter(buffer)
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = writer.Write(record)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	writer.Flush()
	if err := errors.Join(writer.Error(), buffer.Flush()); err != nil {
		b.Fatal(err)
	}
	return time.Since(begin)
}

// watchHeap returns a function that stops watching and says by how much the
// heap has grown at most.
func watchHeap() func() uint64 {
	var before, now runtime.MemStats
	runtime.ReadMemStats(&before)
	var most uint64
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for {
			runtime.ReadMemStats(&now)
			if now.HeapInuse > before.HeapInuse {
				most = max(most, now.HeapInuse-before.HeapInuse)
			}
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	return func() uint64 {
		close(done)
		<-ended
		return most
	}
}
