package sandbox

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where the time is 2000-01-01 00:00:00 UTC
		for style, want := range map[string]string{
			"": "7", retrySeconds: "7", retryDate: "Sat, 01 Jan 2000 00:00:07 GMT", retryAbsent: "",
			retryZero: "0", retryNegative: "-1", retryHuge: "10000000000",
		} {
			faults := Faults{TooMany: 1, RetryAfter: style, RetrySeconds: 7}
			struck := call(made(t, Options{Loans: 5, Faults: faults}), http.MethodPost, searchLoans, "")
			faults.TooMany = 0
			limited := made(t, Options{Loans: 5, Limit: 1, Faults: faults})
			call(limited, http.MethodPost, searchLoans, "")
			over := call(limited, http.MethodPost, searchLoans, "")
			unavailable := call(made(t, Options{Loans: 5, Faults: Faults{Unavailable: 1, RetryAfter503: style, RetrySeconds: 7}}), http.MethodPost, searchLoans, "")
			if got := struck.Header().Get("Retry-After"); got != want || struck.Code != 429 {
				t.Errorf("%s: %d with %q", style, struck.Code, got)
			}
			if got := over.Header().Get("Retry-After"); got != want || over.Code != 429 {
				t.Errorf("%s, limit: %d with %q", style, over.Code, got)
			}
			if style == "" {
				want = ""
			}
			if got := unavailable.Header().Get("Retry-After"); got != want || unavailable.Code != 503 {
				t.Errorf("%s: %d with %q", style, unavailable.Code, got)
			}
		}
		time.Sleep(time.Millisecond)
		if got := retryAfter(retryDate, 1, time.Now()); got != "Sat, 01 Jan 2000 00:00:02 GMT" {
			t.Errorf("a date is rounded to %s", got)
		}
	})
}

func codes(s *Sandbox, times int) []int {
	var out []int
	for range times {
		out = append(out, call(s, http.MethodPost, searchLoans, "").Code)
	}
	return out
}

func TestAuthAfter(t *testing.T) {
	s := made(t, Options{Loans: 5, Faults: Faults{AuthAfter: 3}})
	if diff := cmp.Diff([]int{200, 200, 401, 401}, codes(s, 4)); diff != "" {
		t.Error(diff)
	}
}

func TestDownAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := made(t, Options{Loans: 5, Faults: Faults{DownAfter: 3, DownFor: 30 * time.Second, DownAs: downUnavailable}})
		got := codes(s, 2)
		time.Sleep(time.Minute) // the outage begins with the first request in it
		got = append(got, codes(s, 2)...)
		time.Sleep(30*time.Second - 1)
		got = append(got, codes(s, 1)...)
		time.Sleep(time.Nanosecond)
		got = append(got, codes(s, 2)...)
		if diff := cmp.Diff([]int{200, 200, 503, 503, 503, 200, 200}, got); diff != "" {
			t.Error(diff)
		}
		forGood := made(t, Options{Loans: 5, Faults: Faults{DownAfter: 2, DownAs: downUnavailable}})
		got = codes(forGood, 2)
		time.Sleep(1000 * time.Hour)
		if diff := cmp.Diff([]int{200, 503, 503}, append(got, codes(forGood, 1)...)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestLatencyJitter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := made(t, Options{Loans: 5, Latency: time.Second, Faults: Faults{LatencyJitter: time.Second, Hang: 0.5, HangFor: time.Minute}})
		took := map[time.Duration]bool{}
		hung := 0
		for range 20 {
			start := time.Now()
			call(s, http.MethodPost, searchLoans, "")
			delay := time.Since(start)
			if delay > time.Minute {
				delay -= time.Minute
				hung++
			}
			if delay < time.Second || delay >= 2*time.Second {
				t.Errorf("took %s", delay)
			}
			took[delay] = true
		}
		if len(took) < 15 || hung < 4 || hung > 16 {
			t.Errorf("took %v, %d hung", took, hung)
		}
	})
}

// TestHangEndsWithTheClient checks that a hanging request ends when the client
// gives up, and that it counts as no answer.
func TestHangEndsWithTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, client := piped(t, Options{Loans: 5, Faults: Faults{Hang: 1}, Shape: Shape{NoLoanSearch: true}}) // the answer reads no body
		ctx, cancel := context.WithCancel(t.Context())
		var got seen
		var asked sync.WaitGroup
		asked.Go(func() { got = pipedSearch(ctx, s, client) })
		synctest.Wait()
		if got := s.Counters(); got.InFlight != 1 {
			t.Errorf("before: %+v", got)
		}
		cancel()
		asked.Wait()
		synctest.Wait()
		if counters := s.Counters(); !errors.Is(got.err, context.Canceled) || counters.InFlight != 0 || len(counters.ByStatus) != 0 || counters.ByFault["hang"] != 1 {
			t.Errorf("%v, counters %+v", got.err, counters)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestCloseEndsHangs checks that Close ends hanging requests among others.
func TestCloseEndsHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, client := piped(t, Options{Loans: 50, Faults: Faults{Hang: 0.5, ResetBody: 0.25, Reset: 0.25}})
		var asked sync.WaitGroup
		for range 30 {
			asked.Go(func() { pipedSearch(t.Context(), s, client) })
		}
		synctest.Wait()
		if got := s.Counters(); got.Requests != 30 || got.InFlight != got.ByFault["hang"] || got.InFlight == 0 {
			t.Errorf("before Close: %+v", got)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if got := s.Counters().InFlight; got != 0 {
			t.Errorf("%d in flight after Close", got)
		}
		asked.Wait()
		client.CloseIdleConnections()
	})
}

// TestCountersAreSpared checks that the counters answer whatever goes wrong.
func TestCountersAreSpared(t *testing.T) {
	for _, faults := range []Faults{{Reset: 1}, {Hang: 1}, {TooMany: 1}, {DownAfter: 1}, {AuthAfter: 1}} {
		s := made(t, Options{Loans: 5, Faults: faults, Shape: Shape{NoLoanSearch: true}})
		base, err := s.Start("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if got := countersOverHTTP(t, base); got.Requests != 0 || len(got.ByFault) != 0 {
			t.Errorf("%+v: %+v", faults, got)
		}
		s.Close()
	}
	http.DefaultClient.CloseIdleConnections()
}

// TestFaultsComeLast checks the order of the steps: no fault strikes a request
// that is refused, not authorized or over the limit.
func TestFaultsComeLast(t *testing.T) {
	s := made(t, Options{Loans: 5, Limit: 1, Faults: Faults{Internal: 1}})
	got := []int{
		call(s, http.MethodPut, searchLoans, "").Code,
		call(s, http.MethodPost, searchLoans, "", func(r *http.Request) { r.Header.Del("Authorization") }).Code,
		call(s, http.MethodPost, searchLoans, "").Code,
		call(s, http.MethodPost, searchLoans, "").Code,
	}
	if diff := cmp.Diff([]int{405, 401, 500, 429}, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{"500": 1}, s.Counters().ByFault); diff != "" {
		t.Error(diff)
	}
}

func TestFormsAndKeysAreCounted(t *testing.T) {
	for _, c := range []struct {
		query, form string
		keys        int
	}{
		{`{"terms":{"displayId":["a","b","a"]}}`, "terms", 3},
		{`{"terms":{"displayId.keyword":["a","b"]}}`, "terms", 2},
		{`{"terms":{"id":[1,2]}}`, "terms", 0},
		{`{"match":{"displayId":"a b c"}}`, "match", 1},
		{`{"match":{"displayId":{"query":"a b c","operator":"and"}}}`, "match-operator", 1},
		{`{"match_all":{}}`, "match_all", 0},
		{`{"bool":{"must":{"match":{"displayId":"x"}}}}`, "bool.must match", 1},
		{`{"bool":{"should":[{"match_phrase":{"displayId":"a"}},{"match_phrase":{"displayId":"b-c"}}]}}`, "bool.should match_phrase", 2},
		{`{"constant_score":{"filter":{"bool":{"should":[{"term":{"displayId":"a"}}]}}}}`, "constant_score bool.should term", 1},
		{`{"bool":{"filter":{"range":{"id":{"gt":1}}},"must":[{"match":{"title":"a"}}]}}`, "bool.filter range + bool.must match", 0},
		{`{"query_string":{"query":"\"a b\" OR \"c\"","fields":["displayId"]}}`, "query_string", 2},
	} {
		s := shapedAs(t, Shape{Mapping: "text+keyword"})
		searched(t, s, loans, `{"query":`+c.query+`}`)
		got := s.Counters()
		if diff := cmp.Diff(map[string]int{c.form: 1}, got.ByForm); diff != "" || got.KeysAsked != c.keys || got.Searches != 1 {
			t.Errorf("%s: %d keys, %s", c.query, got.KeysAsked, diff)
		}
		searched(t, s, loans, `{"query":`+c.query+`}`)
		if got := s.Counters(); got.KeysAsked != 2*c.keys || got.Searches != 2 || got.ByForm[c.form] != 2 {
			t.Errorf("%s, twice: %+v", c.query, got)
		}
	}
	s := shapedAs(t, Shape{RefuseForms: []string{"terms"}})
	searched(t, s, loans, `{"query":{"terms":{"displayId":["a"]}}}`)
	searched(t, s, loans, `{"query":{"fuzzy":{"displayId":"a"}}}`)
	searched(t, s, loans, "")
	if got := s.Counters(); got.KeysAsked != 0 || len(got.ByForm) != 0 {
		t.Errorf("not understood, or no query: %+v", got)
	}
	if text := asJSON(t, s.Counters()); !strings.HasPrefix(text, `{"requests":3,"peak_per_second":3,"in_flight":0,"peak_in_flight":1,"by_status":{"200":1,"409":2},"refused":0,"keys_asked":0,"searches":1`) {
		t.Error(text)
	}
}
