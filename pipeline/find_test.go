package pipeline

import (
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// find finds values in a tenant that is not known yet.
func find(t *testing.T, client *loanpro.Client, values ...string) (*Found, error) {
	by := ""
	if strings.Contains(values[0], "@e") {
		by = question.Emails.Flag
	}
	return Find(t.Context(), Wanted{
		Values: values, By: by, Log: slog.New(slog.DiscardHandler),
		Lookup: lookup.Options{Client: client, Batch: loanpro.MaxBatch, Workers: 2},
	})
}

// However a tenant's search works, what is found alone is what a run finds.
func TestFindIsRightInEveryTenant(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	a := newAdversary()
	dir := t.TempDir()
	a.write(t, dir)
	some := sized(6, 40)
	for n, shape := range cells() {
		if n%8 > 0 && full() { // all of them ask the same of the forms
			continue
		}
		requests := 0
		for i := range some {
			row := a.rows[(n*some+i*len(a.rows)/some)%len(a.rows)]
			client, _ := tenantOf(t, sandbox.Options{Dir: dir, Shape: shape}, nil)
			got, err := find(t, client, row.cell)
			if err != nil || string(got.Results[0].Status) != row.status || got.Results[0].ID != row.loan {
				t.Errorf("%+v: %q is %+v %v, not %s %q", shape, row.cell, got, err, row.status, row.loan)
			}
			requests += int(client.Stats().Requests)
		}
		t.Logf("%s, pages %d, clauses %d, cut-off %v: %.1f requests", shape.Mapping, shape.MaxPage, shape.ClauseLimit, shape.ScoreCutoff, float64(requests)/float64(some))
	}
}

// The tenants' searches that hide something: an answer is right, or there is none.
func TestFindNeverBelievesAFaultySearch(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	dir := crowdedLoans(t)
	truths := map[string]match.Status{"L000017": match.Matched, "TWIN-1": match.Ambiguous, "NONE-3": match.NotFound, "TWIN-2": match.Matched}
	for n, shape := range []sandbox.Shape{
		{NGrams: 5}, {IgnoreAbove: 6}, {RefuseForms: []string{"match_phrase"}}, {RefuseForms: []string{"match-operator"}},
		{RefuseForms: []string{"constant_score"}}, {RefuseForms: []string{"terms", "query_string"}},
		{ScoreCutoff: 0.9, CutoffClauses: 10}, {DropHits: 0.3}, {DropHits: 0.02}, {NoPaging: true, MaxPage: 40}, {DisplayIDs: "number"}, {DisplayIDless: 0.1},
	} {
		for i, name := range slices.Sorted(maps.Keys(truths)) {
			if i != n%len(truths) && !full() {
				continue
			}
			client, _ := tenantOf(t, sandbox.Options{Dir: dir, Shape: shape}, nil)
			got, err := find(t, client, name)
			if err != nil {
				continue // nothing is claimed
			}
			if is := got.Results[0].Status; is != truths[name] && is != match.Failed {
				t.Errorf("%+v: %s is %s, not %s", shape, name, is, truths[name])
			}
		}
	}
}

// A part of the index may be missing for a while, whenever it likes, but not all the
// while.
func TestFindOutlastsOutages(t *testing.T) {
	t.Parallel()
	dir := crowdedLoans(t)
	each(sized(12, 180), func(n int) {
		name := []string{"L000200", "TWIN-60", "NONE-60"}[n%3]
		is := []match.Status{match.Matched, match.Ambiguous, match.NotFound}[n%3]
		faults := sandbox.Faults{Forget: 0.3, ForgetFrom: 1 + n/3%4, ForgetRequests: 1 + n/12%3, Seed: uint64(n + 1)}
		client, _ := tenantOf(t, sandbox.Options{Dir: dir, Faults: faults}, nil)
		got, err := find(t, client, name)
		if err != nil || got.Results[0].Status != is {
			t.Errorf("%s, outage from request %d for %d, seed %d: %s %v", name, faults.ForgetFrom, faults.ForgetRequests, faults.Seed, results(got), err)
		}
	})
}

// tenantOfAdas is a tenant of 60 customers, and loans of none of them.
func tenantOfAdas(t *testing.T) (dir string) {
	t.Helper()
	a := adversary{}
	for n := range 60 {
		a.loan(fmt.Sprint("L", n))
	}
	dir = t.TempDir()
	a.write(t, dir)
	customers := "id,first_name,last_name,email\n"
	for n := range 60 {
		customers += fmt.Sprintf("%d,Ada,Name%d,ada%d@example.net\n", 700+n, n, n)
	}
	if err := os.WriteFile(filepath.Join(dir, "customers.csv"), []byte(customers), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// A row is explained as a run decides it, which starts over if the index had a gap when it
// began: it shows a record now among those that it showed then.
func TestExplainStartsOver(t *testing.T) {
	t.Parallel()
	dir := tenantOfAdas(t)
	explain := func(expected map[string][]int64) (string, *loanpro.Client, error) {
		client, _ := tenantOf(t, sandbox.Options{Dir: dir}, nil)
		client.Expect(expected)
		j := job(t, client, "ada0@example.net", "ada1@example.net")
		j.Input.By, j.Input.Column = question.Emails.Flag, "1"
		var out strings.Builder
		err := j.Explain(t.Context(), 3, false, &out)
		return out.String(), client, err
	}
	calm, client, err := explain(nil)
	if err != nil || !strings.Contains(calm, "row 3 is matched") {
		t.Fatalf("%s %v", calm, err)
	}
	withGap := client.Baseline()
	withGap["Customers"] = slices.Delete(withGap["Customers"], 3, 4)
	if got, _, err := explain(withGap); err != nil || got != calm {
		t.Errorf("%s %v", got, err)
	}
}

// What is found by email goes the way of a run: the index had a gap when find began, and
// shows all records before its last look.
func TestFindConfirmsThatTheIndexIsComplete(t *testing.T) {
	t.Parallel()
	dir := tenantOfAdas(t)
	var last atomic.Value
	calm, _ := tenantOf(t, sandbox.Options{Dir: dir}, func(_ http.ResponseWriter, r *http.Request) bool {
		last.Store(peek(r))
		return false
	})
	got, err := find(t, calm, "ada0@example.net", "absent@example.net")
	if body, _ := last.Load().(string); !strings.Contains(body, `{"match_all":{}}`) {
		t.Errorf("the last request asks for %s", body)
	}
	if err != nil || got.Results[0].Status != match.Matched || got.Results[1].Status != match.NotFound {
		t.Fatalf("%s %v", results(got), err)
	}
	each(int(calm.Stats().Requests)-1, func(n int) {
		for seed := range uint64(sized(1, 5)) {
			client, _ := tenantOf(t, sandbox.Options{Dir: dir, Faults: sandbox.Faults{Forget: 0.5, ForgetRequests: n + 1, Seed: seed + 1}}, nil)
			got, err := find(t, client, "ada0@example.net", "ada1@example.net", "ada2@example.net")
			if err != nil || got.Counts.Status[match.Matched] != 3 {
				t.Errorf("outage for %d requests, seed %d: %s %v", n+1, seed, results(got), err)
			}
		}
	})
}

// An index that shows no loans says nothing of a page within a loan.
func TestFindNeedsAnIndex(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	client, box := tenantOf(t, sandbox.Options{Faults: sandbox.Faults{Forget: 1, ForgetSearches: "loans"}}, nil)
	page := fmt.Sprintf("https://loanpro.simnang.com/t_/%s/loan/1000/customer/700", box.TenantID())
	got, err := Find(t.Context(), Wanted{
		Values: []string{page}, By: question.Names.Flag, Log: slog.New(slog.DiscardHandler),
		Lookup: lookup.Options{Client: client, Batch: loanpro.MaxBatch, Workers: 2},
	})
	if _, unusable := errors.AsType[*lookup.SearchError](err); !unusable {
		t.Errorf("%s %v", results(got), err)
	}
}

func results(found *Found) string {
	if found == nil {
		return "nothing"
	}
	return fmt.Sprintf("%+v", found.Results)
}
