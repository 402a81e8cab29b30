package pipeline

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/io/pace"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// BenchmarkRows sends a million rows of six columns through a run in which every
// question is answered already, from CSV to CSV, and prints its time over that
// of reading and writing the same file with encoding/csv in one loop, and how
// much more memory it holds at most than the answers take: mostly the index of their
// names.
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
func answers(n int) map[string]*answer.Outcome {
	known := make(map[string]*answer.Outcome, n)
	for i := range n {
		id := fmt.Sprintf("L%07d", i)
		o := answer.New(answer.Verdict{Status: match.Matched, Confidence: match.Exact, Reasons: "by: +display_id(exact)", LoanStatus: "Open"}, "")
		o.Found = answer.Found{Loan: int64(1000 + i), Customer: int64(700 + i), Value: id}
		known[id] = &o
	}
	return known
}

// unasked returns a client of a tenant that is asked nothing.
func unasked(b *testing.B) *loanpro.Client {
	b.Helper()
	token, err := loanpro.NewToken(sandbox.DefaultToken)
	if err != nil {
		b.Fatal(err)
	}
	client, err := loanpro.New(loanpro.Config{BaseURL: "http://127.0.0.1:1/api", TenantID: "1", Token: token, Pace: pace.NewLocal(1), Workers: 1, Timeout: time.Second, Patience: time.Second})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(client.Close)
	return client
}

// passRows is Run without questions to ask.
func passRows(b *testing.B, input string, known map[string]*answer.Outcome) {
	b.Helper()
	dir := b.TempDir()
	client := unasked(b)
	r := newRun(&Job{
		Input: Input{Path: input, By: question.DisplayIDs.Flag}, Output: delivery.Output{Path: filepath.Join(dir, "out.csv")}, Lookup: lookup.Options{Client: client, Workers: 4, Rate: 5, Batch: 200},
		Log: slog.New(slog.DiscardHandler), Progress: func(Progress) {},
	})
	if err := r.begin(); err != nil {
		b.Fatal(err)
	}
	p := r.newest
	defer p.in.Reader.Close()
	var err error
	if r.targets, err = r.request.Targets(sheet.CSV); err != nil {
		b.Fatal(err)
	}
	if err := p.createFiles(); err != nil {
		b.Fatal(err)
	}
	defer p.files.Abort()
	p.todo = lookup.NewBatcher(p.rowReader(), 200, func(_ uint64, q *question.Question) *answer.Outcome { return known[q.Text] })
	if err := p.resolveRows(b.Context(), new(loanpro.Findings)); err != nil {
		b.Fatal(err)
	}
	if p.summary.Status[match.Matched] != p.read {
		b.Fatalf("%v of %d rows", p.summary.Status, p.read)
	}
	if err := p.files.Commit(delivery.Accounts{Finished: p.summary.finished, Unfinished: p.summary.unfinished}); err != nil {
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

// BenchmarkCandidates resolves people of whom each has fifty namesakes, against
// a tenant in a process of its own, so that a profile shows what loanmap does:
//
//	go test ./pipeline -run ^$ -bench Candidates -cpuprofile cpu.out && go tool pprof -top -cum cpu.out
func BenchmarkCandidates(b *testing.B) {
	const names, namesakes = 40, 50
	dir := b.TempDir()
	input := filepath.Join(dir, "in.csv")
	writeNamesakes(b, dir, input, names, namesakes)
	base := serve(b, "--tenant-dir", dir)
	for b.Loop() {
		token, err := loanpro.NewToken(sandbox.DefaultToken)
		if err != nil {
			b.Fatal(err)
		}
		client, err := loanpro.New(loanpro.Config{
			BaseURL: base, TenantID: sandbox.DefaultTenantID, Token: token, Pace: pace.NewLocal(1e5), Workers: 4, Timeout: 10 * time.Second,
		})
		if err != nil {
			b.Fatal(err)
		}
		summary, err := (&Job{
			Input: Input{Path: input, By: question.Names.Flag}, Lookup: lookup.Options{Client: client, Batch: 200, Workers: 4, Rate: 1e5}, Output: delivery.Output{Force: true},
			Log: slog.New(slog.DiscardHandler), Progress: func(Progress) {},
		}).Run(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		client.Close()
		if summary.Status[match.Matched] != names*namesakes {
			b.Fatalf("%v", summary.Status)
		}
		b.ReportMetric(float64(summary.LoanPro.Requests)/float64(summary.Rows)*1000, "requests/1000-rows")
		b.ReportMetric(float64(summary.Rows)/summary.Seconds, "rows/s")
	}
}

// writeNamesakes writes a tenant in which several people share each name, and a
// sheet that asks for all of them.
func writeNamesakes(b *testing.B, dir, input string, names, namesakes int) {
	b.Helper()
	var people, rows strings.Builder
	fmt.Fprintln(&people, "id,custom_id,first_name,middle_name,last_name,suffix,company_name,email,phone,birth_date,ssn,address1,city,state,zip")
	fmt.Fprintln(&rows, "Name,Email,Phone,Birth Date,SSN,Zip")
	given := strings.Fields("Anna Brian Carla David Erica Felix Grace Henry")
	family := strings.Fields("Albourne Bexford Carrowby Denholt Edmore")
	for i := range names * namesakes {
		first, last := given[i%names%len(given)], family[i%names/len(given)]
		birth, phone := fmt.Sprintf("19%02d-%02d-%02d", 40+i%59, 1+i%11, 2+i%26), fmt.Sprintf("801555%04d", i)
		fmt.Fprintf(&people, "%d,,%s,,%s,,,%s%d@example.com,%s,%s,9%08d,1 Oak St,Provo,UT,84%03d\n", 700+i, first, last, first, i, phone, birth, i, i%900)
		fmt.Fprintf(&rows, "\"%s, %s\",%s%d@example.com,%s,%s,XXX-XX-%04d,84%03d\n", last, first, first, i, phone, birth, i, i%900)
	}
	for path, text := range map[string]string{
		filepath.Join(dir, "customers.csv"): people.String(), input: rows.String(),
		filepath.Join(dir, "loans.csv"): "id,display_id,title,status,archived,deleted,temporary,customers\n1,L1,L1,Open,0,0,0,\n",
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}

// serve serves a tenant in a process of its own, and returns its base URL.
func serve(b *testing.B, flags ...string) string {
	b.Helper()
	binary := filepath.Join(b.TempDir(), "loanmap")
	if out, err := exec.Command("go", "build", "-o", binary, "../cmd/loanmap").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	tenant := exec.Command(binary, append([]string{"sandbox", "--listen", "127.0.0.1:0"}, flags...)...)
	said, err := tenant.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := tenant.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = tenant.Process.Kill()
		_ = tenant.Wait()
	})
	for line := bufio.NewScanner(said); line.Scan(); {
		if base, ok := strings.CutPrefix(line.Text(), "export LOANPRO_BASE_URL="); ok {
			return base
		}
	}
	b.Fatal("the tenant did not say where it is")
	return ""
}
