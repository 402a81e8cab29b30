package pipeline

import (
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"testing"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
)

// find finds values in a tenant that is not known yet.
func find(t *testing.T, client *loanpro.Client, values ...string) (*Found, error) {
	return Find(t.Context(), Wanted{
		Values: values, Log: slog.New(slog.DiscardHandler),
		Lookup: lookup.Options{Client: client, Batch: loanpro.MaxBatch, Workers: 2},
	})
}

// However a tenant's search works, what is found alone is what a run finds.
func TestFindIsRightInEveryTenant(t *testing.T) {
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
	t.Parallel()
	dir := crowdedLoans(t)
	truths := map[string]match.Status{"L000017": match.Matched, "TWIN-1": match.Ambiguous, "NONE-3": match.NotFound, "TWIN-2": match.Matched}
	for n, shape := range []sandbox.Shape{
		{NGrams: 5}, {IgnoreAbove: 6}, {RefuseForms: []string{"match_phrase"}}, {RefuseForms: []string{"match-operator"}},
		{RefuseForms: []string{"constant_score"}}, {RefuseForms: []string{"terms", "query_string"}},
		{ScoreCutoff: 0.9, CutoffClauses: 10}, {DropHits: 0.3}, {DropHits: 0.02}, {NoPaging: true, MaxPage: 40}, {DisplayIDs: "number"}, {DisplayIDless: 0.1},
	} {
		for i, name := range slices.Sorted(maps.Keys(truths)) {
			if i%2 == n%2 && !full() {
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
	each(sized(36, 180), func(n int) {
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

func results(found *Found) string {
	if found == nil {
		return "nothing"
	}
	return fmt.Sprintf("%+v", found.Results)
}
