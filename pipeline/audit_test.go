package pipeline

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/match"
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
	const probed = 7 // requests
	evenly := []string{"constant_score", "bool.filter"}
	for name, shape := range map[string]sandbox.Shape{
		"drops 1 % of hits at random":       {DropHits: 0.01},
		"begins to":                         {DropHits: 0.01, HoldBackFrom: probed},
		"hides low scores in large batches": {ScoreCutoff: 0.55, CutoffClauses: 40, RefuseForms: evenly},
		"begins to hide them":               {ScoreCutoff: 0.55, CutoffClauses: 40, RefuseForms: evenly, HoldBackFrom: probed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var late, over atomic.Int64
			each(seeds(), func(seed int) {
				l, o := lostIn(t, shape, uint64(seed+1))
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
// any that exists is not matched.
func lostIn(t *testing.T, shape sandbox.Shape, seed uint64) (late, startedOver int) {
	t.Helper()
	const loans, asked = 900, 500
	client, box := tenantOf(t, sandbox.Options{Loans: loans, Seed: seed, Shape: shape}, nil)
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

// A second live loan that batches hide makes a match a wrong one: the audit of
// matches finds it, though nothing is missing.
func TestASecondLoanThatBatchesHideIsNoticed(t *testing.T) {
	t.Parallel()
	a := &adversary{}
	for i := range 400 {
		a.row(fmt.Sprintf("L%04d", i), "ambiguous", "")
		a.loan(fmt.Sprintf("L%04d", i))
	}
	for i := range 400 {
		a.loan(fmt.Sprintf("L%04d", i))
	}
	dir := t.TempDir()
	a.write(t, dir)
	box, err := sandbox.New(sandbox.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	var requests atomic.Int64
	client, _ := tenantOf(t, sandbox.Options{Dir: dir}, func(w http.ResponseWriter, r *http.Request) bool {
		if requests.Add(1) <= 6 || !strings.Contains(peek(r), "should") {
			return false
		}
		hideSeconds(box, w, r)
		return true
	})
	j := job(t, client)
	j.Input, j.Batch = filepath.Join(dir, "in.csv"), 200
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !summary.LoanPro.StartedOver || summary.Status[match.Ambiguous] != 400 {
		t.Errorf("started over %t, %v", summary.LoanPro.StartedOver, summary.Status)
	}
}

// hideSeconds answers without the loans that were made last.
func hideSeconds(box http.Handler, w http.ResponseWriter, r *http.Request) {
	whole := httptest.NewRecorder()
	box.ServeHTTP(whole, r)
	var answer struct {
		D struct {
			Results []map[string]any `json:"results"`
		} `json:"d"`
	}
	_ = json.Unmarshal(whole.Body.Bytes(), &answer)
	answer.D.Results = slices.DeleteFunc(answer.D.Results, func(hit map[string]any) bool { return hit["id"].(float64) >= 1400 })
	_ = json.NewEncoder(w).Encode(answer)
}

// What ends an audit ends the questions under way, too: they are not waited for.
func TestAnAuditThatEndsTheRunEndsItAtOnce(t *testing.T) {
	t.Parallel()
	var hung atomic.Int64
	client := tenant(t, func(w http.ResponseWriter, r *http.Request) bool {
		switch body := peek(r); {
		case strings.Contains(body, "query_string") && strings.Contains(body, "FIRST"):
			for hung.Load() == 0 && r.Context().Err() == nil {
				time.Sleep(time.Millisecond)
			}
			w.WriteHeader(http.StatusUnauthorized)
			return true
		case strings.Contains(body, "LAST"):
			hung.Add(1)
			<-r.Context().Done()
			return true
		}
		return false
	})
	var questions []string
	for i := range 400 {
		questions = append(questions, fmt.Sprintf("%s-%d", []string{"FIRST", "LAST"}[i/200], i))
	}
	j := job(t, client, questions...)
	j.Batch = 200
	_, err := j.Run(t.Context())
	if e, ok := errors.AsType[*loanpro.Error](err); !ok || e.Class != loanpro.Refused {
		t.Errorf("got %v", err)
	}
	if n := hung.Load(); n != 1 {
		t.Errorf("what hung was asked %d times", n)
	}
	j.onlyAccount(t, "401 Unauthorized")
}
