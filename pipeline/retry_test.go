package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/match"
)

// late is a tenant whose search does not know its newest loans until it is told
// to.
type late struct {
	client *loanpro.Client
	id     string // of one of them
	known  atomic.Bool
	asked  atomic.Int64 // requests for it
}

func lateTenant(t *testing.T) *late {
	t.Helper()
	lagging, err := sandbox.New(sandbox.Options{Shape: sandbox.Shape{IndexLag: 10}})
	if err != nil {
		t.Fatal(err)
	}
	ids := existing(lagging, 1e6)
	l := &late{id: ids[len(ids)-1]}
	l.client, _ = tenantOf(t, sandbox.Options{}, func(w http.ResponseWriter, r *http.Request) bool {
		if strings.Contains(peek(r), l.id) {
			l.asked.Add(1)
		}
		if l.known.Load() {
			return false
		}
		lagging.ServeHTTP(w, r)
		return true
	})
	return l
}

// asksAgain has heard called when a job begins to wait.
func asksAgain(j *Job, heard func()) {
	listen(j, func(line string) {
		if strings.Contains(line, "asking again in") {
			heard()
		}
	})
}

// questions are eight rows, with four questions, of which two find nothing at
// first.
func (l *late) questions() []string {
	return []string{"LN00000456", l.id, "NONE-1", "LN00000456", "", "NONE-1", l.id, "DISP_ID_001"}
}

// byScan is the batch size of a run that scans. What it does not find is searched for.
const byScan = 49

// What comes into LoanPro's search late is found at the second asking, and all
// rows are written in their order.
func TestWhatIsNotFoundIsAskedAgain(t *testing.T) {
	t.Parallel()
	for _, batch := range []int{1, 3, 50, byScan} {
		t.Run(fmt.Sprint("batches of ", batch), func(t *testing.T) {
			t.Parallel()
			l := lateTenant(t)
			j := job(t, l.client, l.questions()...)
			j.Lookup.Batch, j.Resume.RetryNotFoundAfter = batch, time.Millisecond
			if batch == byScan {
				scanned(j)
			}
			waits := 0
			asksAgain(j, func() { waits++; l.known.Store(true) })
			summary, err := j.Run(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			want := []string{
				"LN00000456 matched", l.id + " matched", "NONE-1 not_found", "LN00000456 matched", " invalid", "NONE-1 not_found",
				l.id + " matched", "DISP_ID_001 matched",
			}
			if diff := cmp.Diff(want, j.statuses(t)); diff != "" || waits != 1 {
				t.Errorf("waited %d times: %s", waits, diff)
			}
			checkLateSummary(t, summary)
			if report := string(j.content(t, "in.errors.csv")); strings.Count(report, "\n") != 1+3 || strings.Contains(report, l.id) {
				t.Errorf("the report is\n%s", report)
			}
			j.left(t, "in.csv in.errors.csv in.resolved.csv in.summary.json")
		})
	}
}

func checkLateSummary(t *testing.T, s *Summary) {
	t.Helper()
	if s.Rows != 8 || s.Questions != 4 || s.Status[match.Matched] != 5 || s.Status[match.NotFound] != 2 || s.Status[match.Invalid] != 1 || !s.Finished {
		t.Errorf("%d rows, %d questions, %v, finished %t", s.Rows, s.Questions, s.Status, s.Finished)
	}
	if s.LoanPro.Probe == nil || s.LoanPro.Requests == 0 || s.LoanPro.Rate != 1000 {
		t.Errorf("of LoanPro it says %+v", s.LoanPro)
	}
}

// Whoever waits can be stopped, and goes on with what was found. What was not is
// asked for from the beginning, and again.
func TestARunThatWaitsCanBeStopped(t *testing.T) {
	t.Parallel()
	l := lateTenant(t)
	j := job(t, l.client, l.questions()...)
	ctx, cancel := context.WithCancelCause(t.Context())
	j.Resume.RetryNotFoundAfter = time.Hour
	asksAgain(j, func() { cancel(errStopped) })
	if _, err := j.Run(ctx); !errors.Is(err, errStopped) {
		t.Fatalf("got %v", err)
	}
	j.left(t, "in.csv in.resolved.csv.journal in.summary.json")

	j.Resume.RetryNotFoundAfter = time.Millisecond
	before, between := l.asked.Load(), int64(0)
	asksAgain(j, func() { between = l.asked.Load() - before; l.known.Store(true) })
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checkLateSummary(t, summary)
	if summary.Resumed != 2 || between == 0 {
		t.Errorf("%d questions were cached; before it waited the late loan was asked for %d times", summary.Resumed, between)
	}
}

// That a run before found nothing is no reason not to ask again.
func TestWhatARunBeforeDidNotFindIsAskedAgain(t *testing.T) {
	t.Parallel()
	l := lateTenant(t)
	j := job(t, l.client, l.questions()...)
	j.keepsJournal(t)
	j.Resume.RetryNotFoundAfter = time.Millisecond
	waits := 0
	asksAgain(j, func() { waits++; l.known.Store(true) })
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checkLateSummary(t, summary)
	if summary.Resumed != 2 || waits != 1 {
		t.Errorf("%d questions were cached, waited %d times", summary.Resumed, waits)
	}
}

// A run that asks again has what was found then in its journal, too.
func TestASecondAskingIsPaidFor(t *testing.T) {
	t.Parallel()
	l := lateTenant(t)
	j := job(t, l.client, l.questions()...)
	j.Resume.RetryNotFoundAfter = time.Millisecond
	asksAgain(j, func() { l.known.Store(true) })
	j.keepsJournal(t)
	j.Resume.RetryNotFoundAfter = 0
	before := l.asked.Load()
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checkLateSummary(t, summary)
	if asked := l.asked.Load() - before; summary.Resumed != 4 || asked != 0 {
		t.Errorf("%d questions were cached; the late loan was asked for %d times more", summary.Resumed, asked)
	}
}

// Standard input cannot be read again: it is said, and nothing is waited for.
func TestWhatCanBeReadOnlyOnceIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	l := lateTenant(t)
	j := job(t, l.client)
	var out bytes.Buffer
	j.Output.Errors, j.Output.Summary = j.file("e.csv"), j.file("s.json")
	j.Input.Path, j.Output.Path, j.Input.Stdin, j.Output.Stdout = "-", "-", strings.NewReader("Display ID\n"+l.id+"\n"), &out
	j.Resume.RetryNotFoundAfter = time.Hour
	said := 0
	listen(j, func(line string) {
		if strings.Contains(line, "can be read only once") && strings.Contains(line, "path=standard input") {
			said++
		}
	})
	summary, err := j.Run(t.Context())
	if err != nil || summary.Status[match.NotFound] != 1 || said != 1 {
		t.Errorf("%+v, %v; said %d times", summary, err, said)
	}
}

// An output that is a stream is written once, after the second asking.
func TestAStreamIsWrittenAfterTheSecondAsking(t *testing.T) {
	t.Parallel()
	l := lateTenant(t)
	j := job(t, l.client, l.questions()...)
	var out bytes.Buffer
	j.Output.Path, j.Output.Stdout, j.Resume.RetryNotFoundAfter = "-", &out, time.Millisecond
	j.Output.Errors, j.Output.Summary = j.file("in.errors.csv"), j.file("in.summary.json")
	asksAgain(j, func() { l.known.Store(true) })
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	checkLateSummary(t, summary)
	if lines := strings.Count(out.String(), "\n"); lines != 9 {
		t.Errorf("%d lines:\n%s", lines, &out)
	}
}

// What batches were thought not to find is no question of the run that starts
// over.
func TestADoubtForgetsWhatWasMissing(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	ids := []string{}
	box, err := sandbox.New(sandbox.Options{Loans: 900})
	if err != nil {
		t.Fatal(err)
	}
	ids = append(ids, existing(box, 400)...)
	client, _ := tenantOf(t, sandbox.Options{Loans: 900, Shape: sandbox.Shape{DropHits: 0.3, HoldBackFrom: 7}}, nil)
	questions := quoted(ids)
	for i := range 4 {
		questions = append([]string{fmt.Sprintf("NONE-%d", i)}, questions...)
	}
	j := job(t, client, questions...)
	j.Lookup.Batch, j.Resume.RetryNotFoundAfter = 2, time.Millisecond
	var said []string
	listen(j, func(line string) {
		if strings.Contains(line, "asking again in") {
			said = append(said, line)
		}
	})
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !summary.LoanPro.Unbatched || len(said) != 1 || !strings.Contains(said[0], "questions=4 ") {
		t.Errorf("started over %t; it said %q", summary.LoanPro.Unbatched, said)
	}
	if summary.Status[match.NotFound] != 4 {
		t.Errorf("%v", summary.Status)
	}
	if _, err := os.Stat(j.file("in.resolved.csv.journal")); err == nil {
		t.Error("the journal is still there")
	}
}
