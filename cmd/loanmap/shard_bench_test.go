package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var benchRows = flag.Int("bench-rows", 1_000_000, "how many rows BenchmarkShards has, 3 in 10 of them distinct questions: 10,000,000 for the full size")

// BenchmarkShards does a large job in 8 shards, one after another, and merges them. It
// prints the peak memory of each shard and of the merge, and checks every row of the
// merged output against the tenant's own files. A third of the questions have a loan.
func BenchmarkShards(b *testing.B) {
	const of = 8
	dir := b.TempDir()
	binary := filepath.Join(dir, "loanmap")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	loans := min(1_000_000, *benchRows/10)
	if out, err := exec.Command(binary, "sandbox", "--loans", strconv.Itoa(loans), "--export", dir).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	truths := readTruth(b, filepath.Join(dir, "loans.csv"))
	writeMany(b, filepath.Join(dir, "in.csv"), truths, *benchRows, *benchRows*3/10)
	env, stop, err := startTenant(binary, dir, "--tenant-dir", dir)
	if err != nil {
		b.Fatal(err)
	}
	defer stop()
	run := func(name string, args ...string) {
		begun := time.Now()
		command := exec.Command(binary, args...)
		command.Dir, command.Env = dir, append(os.Environ(), env...)
		var stderr strings.Builder
		command.Stderr = &stderr
		if err := command.Start(); err != nil {
			b.Fatal(err)
		}
		peak := watchMemory(command.Process.Pid)
		if err := command.Wait(); command.ProcessState.ExitCode() != exitUnmatched {
			b.Fatalf("%s: %v\n%s", name, err, stderr.String())
		}
		b.Logf("%s: %.1f s, %d MiB", name, time.Since(begun).Seconds(), <-peak>>20)
	}
	for b.Loop() {
		for i := range of {
			shard := fmt.Sprintf("%d/%d", i+1, of)
			run("shard "+shard, "resolve", "in.csv", "-o", "out.csv", "--rate", "1000", "--workers", "8", "--shard", shard, "--fresh", "-q")
		}
		run("merge", "merge", "out.csv.*-of-8.part", "--force", "-q")
		checkMany(b, truths, filepath.Join(dir, "in.csv"), filepath.Join(dir, "out.csv"))
		b.ReportMetric(float64(requestsOf(b, filepath.Join(dir, "out.summary.json"))), "requests")
	}
}

// writeMany writes a sheet of many rows, of which distinct ask something of their own.
func writeMany(b *testing.B, path string, loans []truth, rows, distinct int) {
	b.Helper()
	file, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	text, dice := bufio.NewWriter(file), rand.New(rand.NewPCG(5, 6))
	w := csv.NewWriter(text)
	write := func(i, of int) {
		id := "no loan " + strconv.Itoa(of)
		if of < len(loans) {
			id = loans[of].displayID
		}
		if err := w.Write([]string{strconv.Itoa(i), id}); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Write([]string{"No", "Display ID"}); err != nil {
		b.Fatal(err)
	}
	for i := range rows {
		if i%10 < 3 {
			write(i, (i/10*3+i%10)*7919%distinct) // each once: 7919 is prime
		} else {
			write(i, dice.IntN(distinct))
		}
	}
	w.Flush()
	if err := errors.Join(w.Error(), text.Flush()); err != nil {
		b.Fatal(err)
	}
}

// checkMany reads input and output side by side.
func checkMany(b *testing.B, loans []truth, input, output string) {
	b.Helper()
	exact, folded := map[string][]truth{}, map[string][]truth{}
	for _, loan := range loans {
		id := strings.TrimSpace(loan.displayID)
		exact[id] = append(exact[id], loan)
		folded[strings.ToLower(id)] = append(folded[strings.ToLower(id)], loan)
	}
	in, out := openCSV(b, input), openCSV(b, output)
	rows, matched := 0, 0
	for ; ; rows++ {
		asked, inErr := in.Read()
		row, outErr := out.Read()
		if errors.Is(inErr, io.EOF) && errors.Is(outErr, io.EOF) {
			break
		}
		if inErr != nil || outErr != nil {
			b.Fatal(inErr, outErr)
		}
		id := strings.TrimSpace(asked[1])
		status, loan := expected(exact[id], folded[strings.ToLower(id)])
		if !slices.Equal(row[:2], asked) || rows > 0 && (row[2] != status && row[2] != "invalid" || row[3] != loan) {
			b.Fatalf("row %d: %q is %q, not %s %s", rows, asked, row, status, loan)
		}
		if row[2] == "matched" {
			matched++
		}
	}
	if matched < rows/5 {
		b.Errorf("%d of %d rows are matched", matched, rows)
	}
}

func openCSV(b *testing.B, path string) *csv.Reader {
	b.Helper()
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = file.Close() })
	return csv.NewReader(bufio.NewReaderSize(file, 1<<20))
}
