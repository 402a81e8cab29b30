package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// scale is a job whose every answer is checked against the tenant's own files.
type scale struct {
	loans, rows, distinct, batch int
	// slack is how many searches more than one a batch there may be, as a share:
	// batches are audited, and some bring more near misses than fit on a page.
	slack float64
}

// The real binary, a tenant in another process, and the truth from a third
// place: rows that are all there, in order, unchanged, each with its own loan.
func TestEveryRowIsRight(t *testing.T) {
	t.Parallel()
	binary, err := exec.LookPath("loanmap") // the test binary, as a script has it
	if err != nil {
		t.Fatal(err)
	}
	s := scale{loans: 6_000, rows: 5_000, distinct: 3_000, batch: 200, slack: 0.5}
	s.run(t, binary)
}

// BenchmarkResolve prints rows/s, requests for 1,000 questions, the peak memory
// of the resolving process, and its time over that of a plain copy of the same
// file. The rate is no limit here; in real life it is.
func BenchmarkResolve(b *testing.B) {
	binary := filepath.Join(b.TempDir(), "loanmap")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	for _, s := range []scale{
		{loans: 200_000, rows: 100_000, distinct: 60_000, batch: 200, slack: 0.15},
		{loans: 1_000_000, rows: 1_000_000, distinct: 900_000, batch: 200, slack: 0.15},
	} {
		b.Run(fmt.Sprintf("%d distinct", s.distinct), func(b *testing.B) {
			for b.Loop() {
				ran := s.run(b, binary)
				b.ReportMetric(float64(s.rows)/ran.took.Seconds(), "rows/s")
				b.ReportMetric(1000*float64(ran.requests)/float64(s.distinct), "requests/1000questions")
				b.ReportMetric(float64(ran.requests), "requests")
				b.ReportMetric(float64(ran.peak)/(1<<20), "peakMiB")
				b.ReportMetric(ran.took.Seconds()/ran.copied.Seconds(), "x-plain-copy")
			}
		})
	}
}

type ran struct {
	took, copied time.Duration
	peak         int64 // bytes
	requests     int
}

func (s scale) run(tb testing.TB, binary string) ran {
	tb.Helper()
	dir := tb.TempDir()
	export := exec.Command(binary, "sandbox", "--loans", strconv.Itoa(s.loans), "--export", dir)
	if out, err := export.CombinedOutput(); err != nil {
		tb.Fatalf("%v\n%s", err, out)
	}
	loans := readTruth(tb, filepath.Join(dir, "loans.csv"))
	input := filepath.Join(dir, "in.csv")
	sheet := s.sheet(tb, input, loans)

	env, stop, err := startTenant(binary, dir, "--tenant-dir", dir)
	if err != nil {
		tb.Fatal(err)
	}
	defer stop()
	output := filepath.Join(dir, "out.csv")
	resolve := exec.Command(binary, "resolve", input, "-o", output, "--rate", "1000", "-q", "--plan", "search", "--batch", strconv.Itoa(s.batch))
	resolve.Env = append(os.Environ(), env...)
	var stderr strings.Builder
	resolve.Stderr = &stderr
	begin := time.Now()
	if err := resolve.Start(); err != nil {
		tb.Fatal(err)
	}
	peak := watchMemory(resolve.Process.Pid)
	err = resolve.Wait()
	r := ran{took: time.Since(begin), peak: <-peak}
	if code := resolve.ProcessState.ExitCode(); code != exitUnmatched {
		tb.Fatalf("exit code %d, %v\n%s", code, err, stderr.String())
	}
	checkTruth(tb, loans, sheet, output)
	r.requests = requestsOf(tb, filepath.Join(dir, "out.summary.json"))
	if most := s.most(); r.requests > most {
		tb.Errorf("%d requests for %d questions in batches of %d, more than %d", r.requests, s.distinct, s.batch, most)
	}
	r.copied = plainCopy(tb, input, filepath.Join(dir, "copy.csv"))
	return r
}

// most is how many requests there may be: the probe, the batches, and those
// asked single, which are few of the matches and of the misses 200 and a share.
func (s scale) most() int {
	misses := s.distinct / 100
	single := min(misses, 200) + misses/20 + 5 + s.distinct/1000
	return 12 + int(float64(s.distinct/s.batch)*(1+s.slack)) + single
}

// sheet writes rows that ask for distinct display IDs, one in a hundred of them
// unknown to the tenant, in random order and some of them again and again.
func (s scale) sheet(tb testing.TB, path string, loans []truth) [][]string {
	tb.Helper()
	dice := rand.New(rand.NewPCG(1, 2))
	var asked []string
	seen := map[string]bool{}
	for _, i := range dice.Perm(len(loans)) {
		id := loans[i].displayID
		if len(asked)%100 == 99 {
			id = "unknown " + id
			id = id[:min(len(id), 50)]
		}
		if key := strings.TrimSpace(id); !seen[key] && len(asked) < s.distinct && strings.ToValidUTF8(id, "") == id {
			seen[key] = true
			asked = append(asked, id)
		}
	}
	if len(asked) < s.distinct {
		tb.Fatalf("the tenant has only %d display IDs", len(asked))
	}
	rows := [][]string{{"No", "Display ID", "Borrower", "Note"}}
	for i := range s.rows {
		id := asked[i%len(asked)]
		if i >= len(asked) {
			id = asked[dice.IntN(len(asked))]
		}
		rows = append(rows, []string{strconv.Itoa(i), id, "Zoë \"Z\" Ødegård, " + strconv.Itoa(i%977), "line one\nline two"})
	}
	body := rows[1:]
	dice.Shuffle(len(body), func(a, b int) { body[a], body[b] = body[b], body[a] })
	file, err := os.Create(path)
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	if err := csv.NewWriter(file).WriteAll(rows); err != nil {
		tb.Fatal(err)
	}
	return rows
}

// truth is a loan as the tenant's own file has it.
type truth struct {
	id, displayID  string
	archived, live bool
}

func readTruth(tb testing.TB, path string) []truth {
	tb.Helper()
	var loans []truth
	for _, row := range readCSV(tb, path)[1:] {
		// id,display_id,title,status,archived,deleted,temporary,customers
		loans = append(loans, truth{id: row[0], displayID: row[1], archived: row[4] == "1", live: row[5] != "1" && row[6] != "1"})
	}
	return loans
}

// checkTruth compares every row of the output with the input and the truth.
func checkTruth(tb testing.TB, loans []truth, sheet [][]string, output string) {
	tb.Helper()
	exact, folded := map[string][]truth{}, map[string][]truth{}
	for _, loan := range loans {
		id := strings.TrimSpace(loan.displayID)
		exact[id] = append(exact[id], loan)
		folded[strings.ToLower(id)] = append(folded[strings.ToLower(id)], loan)
	}
	rows := readCSV(tb, output)
	if len(rows) != len(sheet) {
		tb.Fatalf("%d rows in, %d rows out", len(sheet), len(rows))
	}
	wrong, matched := 0, 0
	for i, row := range rows[1:] {
		in := sheet[i+1]
		id := strings.TrimSpace(in[1])
		status, loan := expected(exact[id], folded[strings.ToLower(id)])
		if !slices.Equal(row[:4], in) || row[4] != status || row[5] != loan {
			if wrong++; wrong < 5 {
				tb.Errorf("row %d: %q is %s %q, not %s %q", i+2, in, row[4], row[5], status, loan)
			}
		}
		if status == "matched" {
			matched++
		}
	}
	if wrong > 0 || matched < len(sheet)*8/10 {
		tb.Errorf("%d rows are wrong; %d of %d are matched", wrong, matched, len(sheet)-1)
	}
}

// expected says the law again, in other words than the program has for it.
func expected(exact, folded []truth) (status, loan string) {
	live := func(l truth) bool { return l.live }
	dead := func(l truth) bool { return !l.live }
	liveExact := slices.DeleteFunc(slices.Clone(exact), dead)
	liveFolded := slices.DeleteFunc(slices.Clone(folded), dead)
	switch {
	case len(liveExact) == 1:
		return "matched", liveExact[0].id
	case len(liveExact) > 1, len(liveFolded) > 1:
		return "ambiguous", ""
	case len(liveFolded) == 0:
		return "not_found", ""
	case len(slices.DeleteFunc(slices.Clone(exact), live)) > 0:
		return "ambiguous", ""
	}
	return "matched", liveFolded[0].id
}

// startTenant serves a tenant from dir until it is stopped, and returns how to
// reach it, as environment variables.
func startTenant(binary, dir string, flags ...string) (env []string, stop func(), err error) {
	serve := exec.Command(binary, append([]string{"sandbox", "--listen", "127.0.0.1:0"}, flags...)...)
	serve.Dir = dir
	out, err := serve.StdoutPipe()
	if err != nil {
		return nil, nil, err
	}
	if err := serve.Start(); err != nil {
		return nil, nil, err
	}
	stop = func() {
		_ = serve.Process.Signal(syscall.SIGINT)
		_ = serve.Wait()
	}
	for lines := bufio.NewScanner(out); len(env) < 3; {
		if !lines.Scan() {
			stop()
			return nil, nil, errors.New("the sandbox does not say where it is")
		}
		env = append(env, strings.ReplaceAll(strings.TrimPrefix(lines.Text(), "export "), "'", ""))
	}
	return env, stop, nil
}

// watchMemory sends the most memory that a process has held, in bytes, once it
// has ended; 0 where the system does not tell. What wait reports would include
// the memory of the test that started it.
func watchMemory(pid int) <-chan int64 {
	peak := make(chan int64, 1)
	go func() {
		var most int64
		for {
			status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
			_, rest, ok := strings.Cut(string(status), "VmHWM:")
			if err != nil || !ok {
				peak <- most << 10
				return
			}
			_, _ = fmt.Sscan(rest, &most)
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return peak
}

func requestsOf(tb testing.TB, path string) int {
	tb.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		tb.Fatal(err)
	}
	var summary struct {
		LoanPro struct {
			Requests int `json:"requests"`
		} `json:"loanpro"`
	}
	if err := json.Unmarshal(content, &summary); err != nil {
		tb.Fatal(err)
	}
	return summary.LoanPro.Requests
}

// plainCopy reads and writes a file with encoding/csv in one loop.
func plainCopy(tb testing.TB, from, to string) time.Duration {
	tb.Helper()
	begin := time.Now()
	in, err := os.Open(from)
	if err != nil {
		tb.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		tb.Fatal(err)
	}
	defer out.Close()
	reader, writer := csv.NewReader(bufio.NewReader(in)), csv.NewWriter(bufio.NewWriter(out))
	for {
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err == nil {
			err = writer.Write(record)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	writer.Flush()
	return time.Since(begin)
}
