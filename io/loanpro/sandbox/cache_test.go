package sandbox

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestCache checks that a second search of the same URL gets the answer of the
// first, whatever it asks, and that a failure is not kept.
func TestCache(t *testing.T) {
	ask := func(faults Faults) ([][]int, Counters) {
		s := someTenant(t, Shape{}, faults)
		match := func(word string) string { return `{"match":{"displayId":"` + word + `"}}` }
		if got := s.post(loans+"?$top=3", `{"query":{"fuzzy":{}}}`); got.status != 409 {
			t.Errorf("not understood: %d", got.status)
		}
		out := [][]int{
			s.search(loans+"?$top=3", match("L000212")).ids(t),
			s.search(loans+"?$top=3", match("my")).ids(t),
			s.search(loans+"?$top=4", match("my")).ids(t),
			s.search(customers+"?$top=3", "").ids(t),
			s.search(loans+"?$top=3", "").ids(t),
		}
		for _, id := range []string{"11", "11"} { // reads go through
			if got := s.get("odata.svc/Loans(" + id + ")"); got.status != 200 {
				t.Errorf("read: %d", got.status)
			}
		}
		return out, s.Counters()
	}
	got, counters := ask(Faults{Cache: true})
	want := [][]int{{11}, {11}, {18}, {751, 752, 753}, {11}}
	if diff := cmp.Diff(want, got); diff != "" || counters.ByFault["cache"] != 2 || counters.Searches != 3 || counters.Requests != 8 {
		t.Errorf("%+v %s", counters, diff)
	}
	got, counters = ask(Faults{})
	want = [][]int{{11}, {18}, {18}, {751, 752, 753}, {11, 12, 13}}
	if diff := cmp.Diff(want, got); diff != "" || len(counters.ByFault) != 0 {
		t.Errorf("without: %+v %s", counters, diff)
	}
}

// TestCacheComesFirst checks that neither a header nor a bad token matters.
func TestCacheComesFirst(t *testing.T) {
	s := someTenant(t, Shape{}, Faults{Cache: true})
	first := s.post(loans, `{"query":{"match":{"displayId":"my"}}}`)
	r := s.request(http.MethodPost, loans, "")
	r.Header.Set("Cache-Control", "no-cache")
	r.Header.Set("Authorization", "Bearer another")
	if got := look(s.http, r); got.status != 200 || got.body != first.body || s.Counters().ByFault["cache"] != 1 {
		t.Errorf("%d %s", got.status, got.body)
	}
	if got := look(s.http, s.request(http.MethodPut, loans, "")); got.status != 405 {
		t.Errorf("a write gets %d", got.status)
	}
}

// TestCacheKeepsNoDamagedAnswer checks that an answer which a fault damages is not
// kept, and that a fixed status does not affect the cache.
func TestCacheKeepsNoDamagedAnswer(t *testing.T) {
	for _, faults := range []Faults{{Cut: 1}, {ErrorIn200: 1}, {HTML: 1}, {ResetBody: 1}} {
		faults.Cache = true
		s := someTenant(t, Shape{}, faults)
		for range 3 {
			s.post(loans, "")
		}
		if got := s.Counters(); got.ByFault["cache"] != 0 {
			t.Errorf("%+v: counters %+v", faults, got)
		}
	}
	s := someTenant(t, Shape{}, Faults{Cache: true, Status: 503, StatusFrom: 2})
	got := []int{s.post(loans, "").status, s.post(loans, "").status, s.post(customers, "").status}
	if diff := cmp.Diff([]int{200, 200, 503}, got); diff != "" {
		t.Error(diff)
	}
}
