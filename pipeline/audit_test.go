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

var wantedSeeds = flag.Int("seeds", 0, "how many tenants of each kind to try that lie in batches; 0: 1, or 10 without -short")

// seeds is how many tenants of a kind are tried.
func seeds() int {
	return wanted(*wantedSeeds, 1, 10)
}

// liar is a tenant that loses hits of searches for several values.
type liar struct {
	shape sandbox.Shape
	later bool // only once it has been probed
}

// A tenant may lie in batches: drop hits at random, or hide those of low score
// when it is asked for many at once; from the beginning, or once it has been
// probed. Whatever it does, nothing that exists is not found; and where it begins
// later, that is noticed.
func TestBatchesThatLoseHitsAreNotBelieved(t *testing.T) {
	t.Parallel()
	evenly := []string{"constant_score", "bool.filter"}
	drops := sandbox.Shape{DropHits: 0.01}
	hides := sandbox.Shape{ScoreCutoff: 0.55, CutoffClauses: 40, RefuseForms: evenly}
	for name, l := range map[string]liar{
		"drops 1 % of hits at random":       {drops, false},
		"begins to":                         {drops, true},
		"hides low scores in large batches": {hides, false},
		"begins to hide them":               {hides, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var late, gaps, over atomic.Int64
			each(seeds(), func(seed int) {
				s := lostIn(t, l, uint64(seed+1))
				late.Add(int64(min(s.Late, 1)))
				gaps.Add(min(s.Gaps, 1))
				if s.Unbatched {
					over.Add(1)
				}
			})
			t.Logf("%d tenants; in %d of them searches lacked controls, in %d records were found late; %d runs started over",
				seeds(), gaps.Load(), late.Load(), over.Load())
			if l.later && gaps.Load() == 0 {
				t.Error("no lie was noticed")
			}
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

// afterProbe has a job switch what it returns on when the first probe has ended.
func afterProbe(j *Job) *atomic.Bool {
	probed := new(atomic.Bool)
	listen(j, func(line string) {
		if strings.HasPrefix(line, "using batches") || strings.HasPrefix(line, "batch search is") {
			probed.Store(true)
		}
	})
	return probed
}

// begin serves options until now reports true, and the same tenant with another
// shape from then on.
func begin(t *testing.T, options sandbox.Options, shape sandbox.Shape, now func() bool) *loanpro.Client {
	t.Helper()
	changed := options
	changed.Shape = shape
	box, err := sandbox.New(changed)
	if err != nil {
		t.Fatal(err)
	}
	client, _ := tenantOf(t, options, func(w http.ResponseWriter, r *http.Request) bool {
		if !now() {
			return false
		}
		box.ServeHTTP(w, r)
		return true
	})
	return client
}

// lostIn resolves loans that exist, and some that do not, and fails the test if
// any that exists is not matched.
func lostIn(t *testing.T, l liar, seed uint64) Traffic {
	t.Helper()
	const loans, asked = 900, 500
	honest := l.shape
	if l.later {
		honest.DropHits, honest.ScoreCutoff = 0, 0
	}
	box, err := sandbox.New(sandbox.Options{Loans: loans, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	ids := existing(box, asked)
	questions := quoted(ids)
	for i := range 40 {
		questions = append(questions, fmt.Sprintf("NONE-%d", i))
	}
	j := job(t, nil, questions...)
	j.Lookup.Batch = 200
	j.Lookup.Client = begin(t, sandbox.Options{Loans: loans, Seed: seed, Shape: honest}, l.shape, afterProbe(j).Load)
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Errorf("seed %d: %v", seed, err)
		return Traffic{}
	}
	for i, status := range j.statuses(t)[:len(ids)] {
		if !strings.HasSuffix(status, " matched") {
			t.Errorf("seed %d: %q, which exists: %s", seed, ids[i], status)
		}
	}
	return summary.LoanPro
}

// A second live loan that batches hide makes a match a wrong one: the audit of
// matches finds it, though nothing is missing.
func TestASecondLoanThatBatchesHideIsNoticed(t *testing.T) {
	t.Parallel()
	j, hidden := jobOfSeconds(t, 400, func() {})
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if hidden.Load() == 0 || !summary.LoanPro.Unbatched || summary.Status[match.Ambiguous] != 400 {
		t.Errorf("%d answers lacked seconds, started over %t, %v", hidden.Load(), summary.LoanPro.Unbatched, summary.Status)
	}
}

// jobOfSeconds asks for display IDs that two loans have each. Once it has been
// probed, the tenant hides the second ones in searches for several values, but
// for controls; hidden counts them. request is called at each request.
func jobOfSeconds(t *testing.T, loans int, request func()) (j *Job, hidden *atomic.Int64) {
	t.Helper()
	a := &adversary{}
	for i := range loans {
		a.row(fmt.Sprintf("L%04d", i), "ambiguous", "")
		a.loan(fmt.Sprintf("L%04d", i))
	}
	for i := range loans {
		a.loan(fmt.Sprintf("L%04d", i))
	}
	dir := t.TempDir()
	a.write(t, dir)
	box, err := sandbox.New(sandbox.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	j, hidden = job(t, nil), new(atomic.Int64)
	probed := afterProbe(j)
	j.Lookup.Client, _ = tenantOf(t, sandbox.Options{Dir: dir}, func(w http.ResponseWriter, r *http.Request) bool {
		request()
		if !probed.Load() || !strings.Contains(peek(r), "should") {
			return false
		}
		hidden.Add(1)
		hideSeconds(box, w, r, 1000+loans)
		return true
	})
	j.Input.Path, j.Lookup.Batch = filepath.Join(dir, "in.csv"), 200
	return j, hidden
}

// hideSeconds answers without the loans from an ID on, but for those that are
// asked for by their IDs.
func hideSeconds(box http.Handler, w http.ResponseWriter, r *http.Request, from int) {
	body := peek(r)
	whole := httptest.NewRecorder()
	box.ServeHTTP(whole, r)
	var answer struct {
		D struct {
			Results []map[string]any `json:"results"`
		} `json:"d"`
	}
	_ = json.Unmarshal(whole.Body.Bytes(), &answer)
	_, controls, _ := strings.Cut(body, `"id":[`)
	controls, _, _ = strings.Cut(controls, "]")
	asked := strings.Split(controls, ",")
	answer.D.Results = slices.DeleteFunc(answer.D.Results, func(hit map[string]any) bool {
		return hit["id"].(float64) >= float64(from) && !slices.Contains(asked, fmt.Sprint(hit["id"]))
	})
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
	j.Lookup.Batch = 200
	_, err := j.Run(t.Context())
	if e, ok := errors.AsType[*loanpro.Error](err); !ok || e.Class != loanpro.Refused {
		t.Errorf("got %v", err)
	}
	if n := hung.Load(); n != 1 {
		t.Errorf("what hung was asked %d times", n)
	}
	j.onlyAccount(t, "401 Unauthorized")
}
