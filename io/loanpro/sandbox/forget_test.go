package sandbox

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

const everyone = `{"match_all":{}}`

// TestForget checks that the same share of both indexes is missing in every kind
// of search, and that reads by ID still find all records.
func TestForget(t *testing.T) {
	s := calling(t, Options{Loans: 1000, Shape: Shape{OData: true}, Faults: Faults{Forget: 0.3, Seed: 5}})
	left := s.search(loans+"?$top=2000&$orderby=id", everyone)
	if n := len(left.D.Results); math.Abs(float64(n)-700) > 75 || left.D.Summary.Total != n {
		t.Errorf("%d loans of 1000, and a total of %d", n, left.D.Summary.Total)
	}
	if diff := cmp.Diff(left.ids(t), s.search(loans+"?$top=2000&$orderby=id", "").ids(t)); diff != "" {
		t.Error("asked again:", diff)
	}
	all := slices.Collect(s.Customers())
	if n := s.search(customers, everyone).D.Summary.Total; math.Abs(float64(n)/float64(len(all))-0.7) > 0.08 {
		t.Errorf("%d customers of %d", n, len(all))
	}
	there := left.ids(t)
	for loan := range s.Loans() {
		_, known := slices.BinarySearch(there, loan.ID)
		query := asJSON(t, object{"terms": object{"id": []int{loan.ID, 1}}})
		if found := s.search(loans, query).D.Summary.Total == 1; found != known {
			t.Errorf("loan %d is found: %v, and by match_all: %v", loan.ID, found, known)
		}
		if got := s.get("odata.svc/Loans?$filter=id%20eq%20" + asJSON(t, loan.ID)); len(got.rows(t)) != 1 {
			t.Errorf("loan %d is not read: %s", loan.ID, got.body)
		}
		if loan.ID > there[20] {
			break
		}
	}
	if got := s.Counters(); got.ByFault["forget"] != got.Searches || got.Searches < 10 || len(got.ByFault) != 1 {
		t.Errorf("counters %+v", got)
	}
}

// rows returns the results of a search or list.
func (o seen) rows(t testing.TB) []map[string]any {
	t.Helper()
	var out rows
	if err := json.Unmarshal([]byte(o.body), &out); err != nil || o.err != nil {
		t.Fatalf("%d %v %v in %.200s", o.status, o.err, err, o.body)
	}
	return out.D.Results
}

func TestForgetSeeds(t *testing.T) {
	ask := func(faults Faults) []int {
		return calling(t, Options{Loans: 300, Faults: faults}).search(loans+"?$top=2000&$orderby=id", everyone).ids(t)
	}
	first := ask(Faults{Seed: 1, Forget: 0.5})
	if !slices.Equal(first, ask(Faults{Seed: 1, Forget: 0.5})) {
		t.Error("the same seed forgets others")
	}
	if slices.Equal(first, ask(Faults{Seed: 2, Forget: 0.5})) {
		t.Error("another seed forgets the same")
	}
	if more := ask(Faults{Seed: 1, Forget: 0.8}); len(more) == 0 || len(more) >= len(first) {
		t.Errorf("%d are left of a fifth, %d of a half", len(more), len(first))
	}
	if n := len(ask(Faults{Seed: 1, Forget: 1})); n != 0 {
		t.Errorf("%d are left", n)
	}
}

// TestForgetWhen searches loans, searches customers and reads a record, in turn.
func TestForgetWhen(t *testing.T) {
	for name, c := range map[string]struct {
		faults Faults
		want   []int // hits of six searches, requests 1, 2, 4, 5, 7 and 8: loans and customers in turn
		count  int
	}{
		"always":      {Faults{Forget: 1}, []int{0, 0, 0, 0, 0, 0}, 6},
		"from":        {Faults{Forget: 1, ForgetFrom: 4}, []int{8, 3, 0, 0, 0, 0}, 4},
		"for":         {Faults{Forget: 1, ForgetFrom: 2, ForgetRequests: 3}, []int{8, 0, 0, 3, 8, 3}, 2},
		"of a read":   {Faults{Forget: 1, ForgetFrom: 3, ForgetRequests: 1}, []int{8, 3, 8, 3, 8, 3}, 0},
		"loans":       {Faults{Forget: 1, ForgetSearches: searchesLoans}, []int{0, 3, 0, 3, 0, 3}, 3},
		"customers":   {Faults{Forget: 1, ForgetSearches: searchesCustomers, ForgetFrom: 3}, []int{8, 3, 8, 0, 8, 0}, 2},
		"no share":    {Faults{ForgetFrom: 1}, []int{8, 3, 8, 3, 8, 3}, 0},
		"of none hit": {Faults{Forget: 1e-12}, []int{8, 3, 8, 3, 8, 3}, 6},
	} {
		s := someTenant(t, Shape{}, c.faults)
		var got []int
		for range 3 {
			got = append(got, s.search(loans, "").D.Summary.Total, s.search(customers, everyone).D.Summary.Total)
			if read := s.get("odata.svc/Loans(11)"); read.status != 200 {
				t.Errorf("%s: a read gets %d", name, read.status)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" || s.Counters().ByFault["forget"] != c.count {
			t.Errorf("%s: %v %s", name, s.Counters().ByFault, diff)
		}
	}
}

// TestForgetFor checks that time runs from the first affected search.
func TestForgetFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := made(t, Options{Loans: 5, Faults: Faults{Forget: 1, ForgetFrom: 2, ForgetFor: time.Minute, ForgetSearches: searchesLoans}})
		total := func() int {
			_, got := searched(t, s, loans, "")
			return got.D.Summary.Total
		}
		got := []int{total()}
		time.Sleep(time.Hour)
		searched(t, s, customers, "") // is not affected
		time.Sleep(time.Hour)
		got = append(got, total())
		time.Sleep(time.Minute - 1)
		got = append(got, total())
		time.Sleep(time.Nanosecond)
		got = append(got, total(), total())
		if diff := cmp.Diff([]int{5, 0, 0, 5, 5}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// TestPartial checks that a share of the searches misses a fifth of the index, a
// different one each time.
func TestPartial(t *testing.T) {
	ask := func(faults Faults) (*caller, map[string]int, [][]int) {
		s := calling(t, Options{Loans: 200, Faults: faults})
		lost, answers := map[string]int{}, [][]int{}
		for range 60 {
			got := s.search(loans+"?$top=200&$orderby=id", everyone)
			answers = append(answers, got.ids(t))
			if n := got.D.Summary.Total; n == 200 {
				lost["nothing"]++
			} else if math.Abs(float64(n)-160) > 30 || n != len(got.D.Results) {
				t.Errorf("%d of 200, %d shown", n, len(got.D.Results))
			}
		}
		return s, lost, answers
	}
	s, lost, first := ask(Faults{Partial: 0.3, Seed: 9})
	if struck := 60 - lost["nothing"]; struck < 8 || struck > 30 || s.Counters().ByFault["partial"] != struck {
		t.Errorf("%d of 60 are partial, %v", struck, s.Counters().ByFault)
	}
	_, _, second := ask(Faults{Partial: 0.3, Seed: 9})
	if diff := cmp.Diff(first, second); diff != "" {
		t.Error("the same seed:", diff)
	}
	partial := slices.DeleteFunc(first, func(ids []int) bool { return len(ids) == 200 })
	if slices.Equal(partial[0], partial[1]) {
		t.Error("the same part is lost twice")
	}
	all := calling(t, Options{Loans: 400, Faults: Faults{Partial: 1, PartialLoses: 1}})
	if n := all.search(loans, "").D.Summary.Total + all.search(customers, everyone).D.Summary.Total; n != 0 {
		t.Errorf("%d are left", n)
	}
}

func TestAdmit(t *testing.T) {
	const timedOut, failed = `"timed_out":true`, `"_shards":{"total":5,"successful":4,"failed":1}`
	for name, c := range map[string]struct {
		admit string
		shape Shape
		begin string // of the answer
		end   string
	}{
		"nothing":    {"", Shape{}, `{"d":{"results":[],`, `"total":0}}}`},
		"timed out":  {admitTimedOut, Shape{}, `{` + timedOut + `,"d":{"results":[],`, `"total":0}}}`},
		"shards":     {admitShards, Shape{}, `{` + failed + `,"d":{"results":[],`, `"total":0}}}`},
		"d":          {admitD, Shape{}, `{"d":{` + timedOut + `,` + failed + `,"results":[],`, `"total":0}}}`},
		"summary":    {admitSummary, Shape{}, `{"d":{"results":[],"summary":{"start":0,`, `"total":0,` + timedOut + `,` + failed + `}}}`},
		"no summary": {admitSummary, Shape{NoSummary: true}, `{"d":{"results":[]}}`, ""},
	} {
		for _, faults := range []Faults{{Forget: 1, ForgetRequests: 2, Admit: c.admit}, {Partial: 1, PartialLoses: 1, Admit: c.admit}} {
			s := someTenant(t, c.shape, faults)
			for _, target := range []string{loans, customers} {
				if got := s.post(target, ""); !strings.HasPrefix(got.body, c.begin) || !strings.HasSuffix(got.body, c.end+"\n") {
					t.Errorf("%s, %s: %s", name, target, got.body)
				}
			}
			if faults.Partial > 0 {
				continue
			}
			calm := call(made(t, Options{Dir: folder(t, someLoans, someCustomers), Shape: c.shape}), http.MethodPost, searchLoans, "")
			if got := s.post(loans, ""); got.body != calm.Body.String() {
				t.Errorf("%s, after it: %s", name, got.body)
			}
		}
	}
}
