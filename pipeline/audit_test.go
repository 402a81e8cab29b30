package pipeline

import (
	"flag"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"loanmap/io/loanpro/sandbox"
)

// existing returns display IDs of live loans, each of one loan only.
func existing(box *sandbox.Sandbox, n int) []string {
	count := map[string]int{}
	for loan := range box.Loans() {
		count[strings.ToLower(strings.TrimSpace(loan.DisplayID))]++
	}
	var ids []string
	for loan := range box.Loans() {
		id := strings.TrimSpace(loan.DisplayID)
		if count[strings.ToLower(id)] == 1 && !loan.Deleted && !loan.Temporary && len(ids) < n {
			ids = append(ids, id)
		}
	}
	return ids
}

// quoted writes cells so that any display ID is one.
func quoted(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = `"` + strings.ReplaceAll(id, `"`, `""`) + `"`
	}
	return out
}

var wantedSeeds = flag.Int("seeds", 10, "how many tenants of each kind to try that lie in batches")

// seeds is how many tenants of a kind are tried.
func seeds() int {
	if raceEnabled || testing.Short() {
		return 3
	}
	return *wantedSeeds
}

// A tenant may lie in batches: drop hits at random, or hide those of low score
// when it is asked for many at once; from the beginning, or once it has been
// probed. Whatever it does, nothing that exists is not found.
func TestBatchesThatLoseHitsAreNotBelieved(t *testing.T) {
	t.Parallel()
	drops := sandbox.Shape{DropHits: 0.01}
	hides := sandbox.Shape{ScoreCutoff: 0.55, CutoffClauses: 40, RefuseForms: []string{"constant_score", "bool.filter"}}
	for name, shape := range map[string][2]sandbox.Shape{
		"drops 1 % of hits at random":                             {drops, drops},
		"begins to drop 1 % of hits at random":                    {{}, drops},
		"hides low scores in large batches":                       {hides, hides},
		"begins to hide low scores in large batches, once probed": {{RefuseForms: hides.RefuseForms}, hides},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var late, over atomic.Int64
			each(seeds(), func(seed int) {
				l, o := lostIn(t, shape[0], shape[1], uint64(seed+1))
				late.Add(int64(l))
				over.Add(int64(o))
			})
			t.Logf("%d tenants; %d loans came up late; %d runs started over", seeds(), late.Load(), over.Load())
		})
	}
}

// each calls work with 0 to n-1, four at a time.
func each(n int, work func(int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for i := range next {
				work(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}

// lostIn resolves loans that exist, and some that do not, and fails the test if
// any that exists is not matched. The tenant is of the first shape while it is
// probed, and then of the other.
func lostIn(t *testing.T, probed, then sandbox.Shape, seed uint64) (late, startedOver int) {
	t.Helper()
	const loans, asked, probe = 900, 500, 7
	other, err := sandbox.New(sandbox.Options{Loans: loans, Seed: seed, Shape: then})
	if err != nil {
		t.Error(err)
		return 0, 0
	}
	var requests atomic.Int64
	client, box := tenantOf(t, sandbox.Options{Loans: loans, Seed: seed, Shape: probed}, func(w http.ResponseWriter, r *http.Request) bool {
		if requests.Add(1) <= probe {
			return false
		}
		other.ServeHTTP(w, r)
		return true
	})
	ids := existing(box, asked)
	questions := quoted(ids)
	for i := range 40 {
		questions = append(questions, fmt.Sprintf("NONE-%d", i))
	}
	j := job(t, client, questions...)
	j.Batch = 200
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Errorf("seed %d: %v", seed, err)
		return 0, 0
	}
	for i, status := range j.statuses(t)[:len(ids)] {
		if !strings.HasSuffix(status, " matched") {
			t.Errorf("seed %d: %q, which exists: %s", seed, ids[i], status)
		}
	}
	if summary.LoanPro.StartedOver {
		startedOver = 1
	}
	return summary.LoanPro.Late, startedOver
}
