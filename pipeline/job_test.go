package pipeline

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/io/pace"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

func TestMain(m *testing.M) {
	debug.SetGCPercent(300) // most tests decode many pages and keep none
	goleak.VerifyTestMain(m)
}

// fault is what stands between client and tenant: it answers a request itself
// and returns true, or lets it pass.
type fault func(w http.ResponseWriter, r *http.Request) bool

// tenant serves the default sandbox behind a fault, and returns a client of it.
func tenant(t *testing.T, stumble fault) *loanpro.Client {
	t.Helper()
	client, _ := tenantOf(t, sandbox.Options{}, stumble)
	return client
}

// tenantOf does so with another sandbox.
func tenantOf(t *testing.T, options sandbox.Options, stumble fault) (*loanpro.Client, *sandbox.Sandbox) {
	t.Helper()
	box, err := sandbox.New(options)
	if err != nil {
		t.Fatal(err)
	}
	var handler http.Handler = box
	if stumble != nil {
		handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !stumble(w, r) {
				box.ServeHTTP(w, r)
			}
		})
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	token, err := loanpro.NewToken(box.Token())
	if err != nil {
		t.Fatal(err)
	}
	client, err := loanpro.New(loanpro.Config{
		BaseURL: server.URL + "/api/public/api/1", TenantID: box.TenantID(), Token: token,
		Pace: pace.NewLocal(1e5), Workers: 8, Timeout: 10 * time.Second, Patience: 2 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client, box
}

// peek reads the body of a request and leaves it to be read again.
func peek(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return ""
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return string(body)
}

// job resolves questions from a CSV file in a folder of its own.
func job(t *testing.T, client *loanpro.Client, questions ...string) *Job {
	t.Helper()
	input := filepath.Join(t.TempDir(), "in.csv")
	if err := os.WriteFile(input, []byte("Display ID\n"+strings.Join(questions, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return &Job{
		Input: Input{Path: input, By: question.DisplayIDs.Flag}, Lookup: lookup.Options{Client: client, Batch: 50, Workers: 4, Rate: 1000},
		Log: slog.New(slog.DiscardHandler), Progress: func(Progress) {},
	}
}

func (j *Job) file(name string) string { return filepath.Join(filepath.Dir(j.Input.Path), name) }

// statuses returns the status of each row of the output.
func (j *Job) statuses(t *testing.T) []string {
	t.Helper()
	file, err := os.Open(j.file("in.resolved.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var statuses []string
	for _, row := range rows[1:] {
		statuses = append(statuses, row[0]+" "+row[1])
	}
	return statuses
}

// names lists the files in the job's folder.
func (j *Job) names(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(j.Input.Path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// onlyAccount fails if more is in the job's folder than the input, the
// journal, and a summary that says why the run has failed.
func (j *Job) onlyAccount(t *testing.T, why string) {
	t.Helper()
	names := slices.DeleteFunc(j.names(t), func(name string) bool {
		return name == "in.resolved.csv.journal" // there if anything was answered
	})
	if diff := cmp.Diff([]string{"in.csv", "in.summary.json"}, names); diff != "" {
		t.Error(diff)
	}
	var said Summary
	text, err := os.ReadFile(j.file("in.summary.json"))
	if err == nil {
		err = json.Unmarshal(text, &said)
	}
	if err != nil || said.Finished || !strings.Contains(said.Failure, why) {
		t.Errorf("the summary says finished: %t, %q, %v", said.Finished, said.Failure, err)
	}
	if strings.Contains(string(text), "Q1") {
		t.Error("the summary holds a value of a row")
	}
}

func TestAQuestionLoanProCannotTakeCostsOnlyItself(t *testing.T) {
	t.Parallel()
	client := tenant(t, func(w http.ResponseWriter, r *http.Request) bool {
		body := peek(r)
		if !strings.Contains(body, "poison") {
			return false
		}
		w.WriteHeader(http.StatusConflict)
		fmt.Fprint(w, `{"error":{"message":"unknown entity, here is the loan of poison"}}`)
		return true
	})
	j := job(t, client, "L000212", "LN00000456", "poison", "DISP_ID_001", "nope")
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"L000212 matched", "LN00000456 matched", "poison failed", "DISP_ID_001 matched", "nope not_found"}
	if diff := cmp.Diff(want, j.statuses(t)); diff != "" {
		t.Error(diff)
	}
	if summary.Code["search_failed"] != 1 || summary.Clean() {
		t.Errorf("the summary says %v", summary.Code)
	}
	report, err := os.ReadFile(j.file("in.errors.csv"))
	if err != nil || !strings.Contains(string(report), "409 Conflict: unknown entity") {
		t.Errorf("the report does not say what LoanPro said: %s, %v", report, err)
	}
}

// A search that failed, was cut off, or was no answer, says nothing about what
// there is.
func TestAFailedSearchIsNeverNotFound(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"no results":            `{"d":{"summary":{"total":0}}}`,
		"an error inside a 200": `{"error":{"message":{"lang":"en-US","value":"Resource not found for the segment 'Loans'"}}}`,
		"cut off":               `{"d":{"results":[`,
		"HTML":                  `<html>busy</html>`,
		"an empty page of many": `{"d":{"results":[],"summary":{"total":3}}}`,
		"no root d":             `{"results":[]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := tenant(t, func(w http.ResponseWriter, r *http.Request) bool {
				body := peek(r)
				if !strings.Contains(body, "nope") {
					return false
				}
				fmt.Fprint(w, answer)
				return true
			})
			j := job(t, client, "nope")
			if _, err := j.Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"nope failed"}, j.statuses(t)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARefusalInMidRunStopsIt(t *testing.T) {
	t.Parallel()
	questions := make([]string, 500)
	for i := range questions {
		questions[i] = fmt.Sprintf("Q%d", i)
	}
	j := job(t, nil, questions...)
	j.Lookup.Batch = 1
	probed := afterProbe(j)
	var requests, refused atomic.Int64
	j.Lookup.Client = tenant(t, func(w http.ResponseWriter, _ *http.Request) bool {
		if !probed.Load() || requests.Add(1) <= 3 { // some rows are answered
			return false
		}
		refused.Add(1)
		w.WriteHeader(http.StatusUnauthorized)
		return true
	})
	_, err := j.Run(t.Context())
	if e, ok := errors.AsType[*loanpro.Error](err); !ok || e.Class != loanpro.Refused {
		t.Errorf("got %v", err)
	}
	// One 401 is asked again.
	if n := refused.Load(); n < 2 || n > 2*int64(j.Lookup.Workers)+2 {
		t.Errorf("%d requests were refused", n)
	}
	j.onlyAccount(t, "401 Unauthorized")
}

func TestACancelledRunLeavesItsAccount(t *testing.T) {
	t.Parallel()
	stopped := errors.New("stopped by a test")
	ctx, cancel := context.WithCancelCause(t.Context())
	var requests atomic.Int64
	client := tenant(t, func(http.ResponseWriter, *http.Request) bool {
		if requests.Add(1) == 4 {
			cancel(stopped)
		}
		return false
	})
	j := job(t, client, "Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q9")
	j.Lookup.Batch = 1
	if _, err := j.Run(ctx); !errors.Is(err, stopped) {
		t.Errorf("got %v", err)
	}
	j.onlyAccount(t, "stopped by a test")
}

// However the work is cut up and shared out, the bytes are the same.
func TestTheSameBytesWhateverTheWorkers(t *testing.T) {
	t.Parallel()
	client := tenant(t, nil)
	var first []byte
	for _, c := range []struct{ workers, batch int }{{1, 50}, {4, 50}, {8, 3}, {8, 1}, {1, 200}} {
		j := job(t, client)
		j.Input.Path, j.Lookup.Workers, j.Lookup.Batch = filepath.Join("..", "testdata", "loans.csv"), c.workers, c.batch
		var out bytes.Buffer
		j.Output.Path, j.Output.Stdout = "-", &out
		dir := t.TempDir()
		j.Output.Errors, j.Output.Summary = filepath.Join(dir, "errors.csv"), filepath.Join(dir, "summary.json")
		if _, err := j.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		report, err := os.ReadFile(j.Output.Errors)
		if err != nil {
			t.Fatal(err)
		}
		got := append(out.Bytes(), report...)
		if first == nil {
			first = got
		}
		if diff := cmp.Diff(string(first), string(got)); diff != "" {
			t.Errorf("%d workers, batches of %d:\n%s", c.workers, c.batch, diff)
		}
	}
}

// Rows that ask what was asked before do not make a batch without end.
func TestBatchesAreBounded(t *testing.T) {
	t.Parallel()
	const maxBatchRows = 1024 // of lookup
	questions := make([]string, 5*maxBatchRows)
	for i := range questions {
		questions[i] = "L000212"
	}
	j := job(t, tenant(t, nil), questions...)
	last, most := 0, 0
	j.Progress = func(p Progress) { most = max(most, p.Rows-last); last = p.Rows }
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if most > maxBatchRows || summary.Rows != len(questions) || summary.Status[match.Matched] != len(questions) {
		t.Errorf("%d rows in a batch, %d rows in all, %v", most, summary.Rows, summary.Status)
	}
	// One for the question, two for its audit, and one to see whether the index is whole.
	if n := summary.LoanPro.Requests - int64(summary.LoanPro.Probe.Requests); n != 4 || summary.Questions != 1 {
		t.Errorf("%d requests for %d questions", n, summary.Questions)
	}
}
