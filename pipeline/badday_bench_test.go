package pipeline

import (
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/io/pace"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// BenchmarkBadDay resolves display IDs one by one, so that requests are what it
// takes, from a tenant that is well and from one that answers 2 % of requests
// with 503, at 200 requests a second with four workers. It prints the time of
// each and the latter's over the former's.
func BenchmarkBadDay(b *testing.B) {
	const share = 0.02
	var calm, bad time.Duration
	for b.Loop() {
		calm += dayOf(b, sandbox.Faults{})
		bad += dayOf(b, sandbox.Faults{Unavailable: share})
	}
	b.ReportMetric(calm.Seconds()/float64(b.N), "s-calm")
	b.ReportMetric(bad.Seconds()/float64(b.N), "s-bad")
	times := bad.Seconds() / calm.Seconds()
	b.ReportMetric(times, "x-calm")
	if times > 3 {
		b.Errorf("a bad day takes %.1f times as long as a calm one", times)
	}
}

// dayOf returns how long a run against a tenant with faults takes.
func dayOf(b *testing.B, faults sandbox.Faults) time.Duration {
	b.Helper()
	const questions, perSecond, workers = 1500, 200, 4
	box, err := sandbox.New(sandbox.Options{Loans: 3000, Faults: faults})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(box)
	defer server.Close()
	token, err := loanpro.NewToken(box.Token())
	if err != nil {
		b.Fatal(err)
	}
	client, err := loanpro.New(loanpro.Config{
		BaseURL: server.URL + "/api/public/api/1", TenantID: box.TenantID(), Token: token,
		Pace: pace.NewLocal(perSecond), Workers: workers, Timeout: 10 * time.Second,
	})
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	input := filepath.Join(b.TempDir(), "in.csv")
	if err := os.WriteFile(input, []byte("Display ID\n"+strings.Join(quoted(existing(box, questions)), "\n")+"\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	begin := time.Now()
	summary, err := (&Job{
		Input: Input{Path: input, By: question.DisplayIDs.Flag}, Lookup: lookup.Options{Client: client, Batch: 1, Workers: workers, Rate: perSecond},
		Log: slog.New(slog.DiscardHandler), Progress: func(Progress) {},
	}).Run(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	if summary.Status[match.Matched] != questions {
		b.Fatalf("%v", summary.Status)
	}
	return time.Since(begin)
}
