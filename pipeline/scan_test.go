package pipeline

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// scanned is a job that scans.
func scanned(j *Job) *Job {
	j.Lookup.Plan, j.Lookup.MaxRisk = lookup.Scan, lookup.DefaultMaxRisk
	return j
}

// outputOf runs a job and returns its summary and its output.
func outputOf(t *testing.T, j *Job) (*Summary, string) {
	t.Helper()
	j.Output.Force = true
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return summary, j.read(t, "in.resolved.csv")
}

func (j *Job) read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(j.file(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// accessOf returns how a kind of record was looked up; empty: there was no plan.
func (s *Summary) accessOf(records string) lookup.Access {
	for _, plan := range s.LoanPro.Plans {
		if plan.Of == records {
			return plan.Access
		}
	}
	return ""
}

// What is asked for by an ID has the same answer from a scan as from searches.
func TestAScanAnswersAsSearchesDo(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	client, box := tenantOf(t, sandbox.Options{Loans: 3000, People: 2000, Present: 0.6}, nil)
	for _, kind := range question.Kinds {
		if kind.Agreement == question.ByPerson {
			continue
		}
		j := job(t, client)
		j.Input.By, j.Input.Column = kind.Flag, "1"
		writeSheet(t, j.Input.Path, box, kind, 700, lookup.ManyMisses)
		_, searched := outputOf(t, j)
		summary, got := outputOf(t, scanned(j))
		if got != searched {
			t.Errorf("%s: a scan gives another output than searches", kind.Many)
		}
		records := "customers"
		if kind.OfLoans() {
			records = "loans"
		}
		want := lookup.Scan
		if kind.Scanned == question.No {
			want = ""
		}
		if summary.accessOf(records) != want {
			t.Errorf("%s: %+v", kind.Many, summary.LoanPro.Plans)
		}
	}
}

// peopleJob is a job with rows about people, some of whom are not in the tenant, and the
// truth about each row.
func peopleJob(t *testing.T, options sandbox.Options, stumble fault, rows int) (*Job, []judgement) {
	t.Helper()
	client, box := tenantOf(t, options, stumble)
	j := job(t, client)
	j.Input.By = question.Names.Flag
	return j, writePeople(t, j.Input.Path, box, rows)
}

// town is a tenant of which a third of the people in the rows are absent.
var town = sandbox.Options{Loans: 500, People: 1500, Present: 0.66}

// No row goes to a customer who is another person, and none is lost that a search finds.
func TestAScanFindsWhomSearchesFind(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	j, truth := peopleJob(t, town, nil, 400)
	by := func(j *Job) (*Summary, []judgement) {
		summary, _ := outputOf(t, j)
		q := &quality{rows: slices.Clone(truth)}
		q.read(t, j)
		return summary, q.rows
	}
	_, searched := by(j)
	summary, scanned := by(scanned(j))
	if summary.accessOf("customers") != lookup.Scan {
		t.Fatalf("%+v", summary.LoanPro.Plans)
	}
	for i, row := range scanned {
		if before := searched[i]; before.status == "matched" && row.found != before.found {
			t.Errorf("row %d: %s by a scan, %s by searches", i, row.found, before.found)
		}
		if row.status == "matched" && !row.right() {
			t.Errorf("row %d is matched to %s, but is about %d: %s", i, row.found, row.Truth, row.reasons)
		}
	}
}

// A married name leaves nothing to search for; birth date and social security number say
// who it is.
func TestAScanFindsByWhatIsNotSent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	others := ""
	for id := range 40 {
		others += fmt.Sprintf("%d,Ann%d,Other%d,19%d-05-06,\n", 100+id, id, id, 40+id)
	}
	for name, text := range map[string]string{
		"loans.csv":     "id,display_id\n1,L1\n",
		"customers.csv": "id,first_name,last_name,birth_date,ssn\n11,Maria,Kowalski,1980-02-03,900112233\n12,Peter,Stone,1981-02-03,900445566\n" + others,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var secret atomic.Bool
	client, _ := tenantOf(t, sandbox.Options{Dir: dir}, func(_ http.ResponseWriter, r *http.Request) bool {
		if body := peek(r); strings.Contains(body, "2233") || strings.Contains(body, "1980") || strings.Contains(body, "ssn") || strings.Contains(body, "birth") {
			secret.Store(true)
		}
		return false
	})
	j := job(t, client)
	j.Input.By = question.Names.Flag
	if err := os.WriteFile(j.Input.Path, []byte("Name,Birth Date,SSN\nMaria Lindqvist,02/03/1980,900-11-2233\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if summary, _ := outputOf(t, j); summary.Status[match.NotFound] != 1 {
		t.Errorf("by searches: %v", summary.Status)
	}
	if summary, output := outputOf(t, scanned(j)); summary.Status[match.Matched] != 1 || !strings.Contains(output, ",11,") {
		t.Errorf("by a scan: %v, %+v", summary.Status, summary.LoanPro.Plans)
	}
	if secret.Load() {
		t.Error("a birth date or a social security number was sent")
	}
}

// A run that is killed while it scans, or while it writes rows, gives the same bytes when it
// is run again, by the same plan.
func TestAKilledScanIsResumed(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	var stopAt, requests atomic.Int64
	stop := func() {}
	j, _ := peopleJob(t, town, func(http.ResponseWriter, *http.Request) bool {
		if requests.Add(1) == stopAt.Load() {
			stop()
		}
		return false
	}, 300)
	whole, want := outputOf(t, scanned(j))
	for _, at := range []int64{5, whole.LoanPro.Requests / 2, whole.LoanPro.Requests - 2} {
		for _, name := range []string{"in.resolved.csv", "in.errors.csv", "in.summary.json"} {
			if err := os.Remove(j.file(name)); err != nil {
				t.Fatal(err)
			}
		}
		j.Lookup.Client.Forget()
		requests.Store(0)
		stopAt.Store(at)
		ctx, cancel := context.WithCancel(t.Context())
		stop = cancel
		if _, err := j.Run(ctx); !errors.Is(err, context.Canceled) {
			t.Fatal(at, err)
		}
		cancel()
		stopAt.Store(0)
		j.Lookup.Client.Forget()
		summary, got := outputOf(t, j)
		if got != want || summary.accessOf("customers") != lookup.Scan {
			t.Errorf("stopped at request %d: another output, plans %+v", at, summary.LoanPro.Plans)
		}
	}
}

// A scan that the tenant cannot do, or that is not proved, is not used: the rows have the
// answers of searches.
func TestAScanThatIsNotProvedIsNotUsed(t *testing.T) {
	t.Parallel()
	for name, shape := range map[string]sandbox.Shape{
		"no sort":             {Sort: "ignored"},
		"ranges ignored":      {Ranges: "ignored"},
		"ranges find none":    {Ranges: "empty"},
		"ranges as texts":     {Ranges: "text"},
		"totals too small":    {Total: "small"},
		"totals at random":    {Total: "random"},
		"totals of a page":    {Total: "page"},
		"totals capped":       {Total: "capped"},
		"a window of 500":     {Window: 500},
		"pages of 25 at most": {MaxPage: 25},
	} {
		if testing.Short() && name != "totals at random" && name != "ranges ignored" {
			continue // make check runs it
		}
		options := town
		options.Shape = shape
		j, truth := peopleJob(t, options, nil, 150)
		summary, _ := outputOf(t, scanned(j))
		q := &quality{rows: truth}
		q.read(t, j)
		for i, row := range q.rows {
			if row.status == "matched" && !row.right() {
				t.Errorf("%s: row %d is matched to %s, but is about %d", name, i, row.found, row.Truth)
			}
		}
		if plan := summary.LoanPro.Plans; len(plan) == 0 || plan[len(plan)-1].Access != lookup.Scan && plan[len(plan)-1].Why == "" {
			t.Errorf("%s: %+v", name, plan)
		}
		t.Log(name, summary.accessOf("customers"))
	}
}

// Records that are deleted while they are read make a scan doubtful. A warning says so, and
// the rows are searched.
func TestAScanThatIsNotUsedIsSaid(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("make check runs it")
	}
	options := town
	options.Faults = sandbox.Faults{Go: 80, ChurnFrom: 30, ChurnRequests: 12}
	options.Shape.MaxPage = 60
	j, truth := peopleJob(t, options, nil, 60)
	lines := warned(scanned(j))
	summary, _ := outputOf(t, j)
	q := &quality{rows: truth}
	q.read(t, j)
	for i, row := range q.rows {
		if row.status == "matched" && !row.right() {
			t.Errorf("row %d is matched to %s, but is about %d", i, row.found, row.Truth)
		}
	}
	if said := strings.Join(lines(), "\n"); !strings.Contains(said, "scan_not_used") {
		t.Errorf("%+v\n%s", summary.LoanPro.Plans, said)
	}
}
