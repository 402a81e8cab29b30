package loanpro

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pages serves a search by $start, and records the order of requests.
type pages struct {
	t      *testing.T
	byFrom map[int]string

	mu    sync.Mutex
	asked []int
}

func (p *pages) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	start, err := strconv.Atoi(r.URL.Query().Get("$start"))
	if err != nil {
		p.t.Errorf("$start: %v", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, start)
	body, ok := p.byFrom[start]
	if !ok {
		body = hitsOf("{}")
	}
	respond(http.StatusOK, body)(w, r)
}

func between(first, last int) []int {
	ids := make([]int, 0, last-first+1)
	for id := first; id <= last; id++ {
		ids = append(ids, id)
	}
	return ids
}

func TestPagesAreReadToTheEnd(t *testing.T) {
	type served = map[int]string
	tests := []struct {
		name  string
		pages served
		last  int   // loans 1 to last are found
		asked []int // values of $start; nil: any
	}{
		{"no loans", served{0: hitsOf(`{"total":0,"pageSize":100}`)}, 0, []int{0}},
		{"a page that is not full", served{0: hitsOf(`{"total":2,"pageSize":100}`, 1, 2)}, 2, []int{0}},
		{"two pages", served{
			0: hitsOf(`{"total":150,"pageSize":100}`, between(1, 100)...), 100: hitsOf(`{"total":150,"pageSize":100}`, between(101, 150)...),
		}, 150, []int{0, 100}},
		{"a full page is not the last by looks alone", served{
			0: hitsOf(`{}`, between(1, 100)...), 100: hitsOf(`{}`, 101),
		}, 101, []int{0, 100}},
		{"a full page that is the last", served{0: hitsOf(`{"total":100,"pageSize":100}`, between(1, 100)...)}, 100, nil},
		{"a full page that is the last, and no total", served{0: hitsOf(`{}`, between(1, 100)...)}, 100, nil},
		{"pages smaller than asked for", served{
			0: hitsOf(`{"total":5,"pageSize":2}`, 1, 2), 2: hitsOf(`{"total":5,"pageSize":2}`, 3, 4), 4: hitsOf(`{"total":5,"pageSize":2}`, 5),
		}, 5, []int{0, 2, 4}},
		{"pages smaller than asked for, and no total", served{
			0: hitsOf(`{"pageSize":2}`, 1, 2), 2: hitsOf(`{"pageSize":2}`, 3),
		}, 3, []int{0, 2}},
		{"pages smaller than asked for, which the total alone tells", served{
			0: hitsOf(`{"total":3}`, 1, 2), 2: hitsOf(`{"total":3}`, 3),
		}, 3, []int{0, 2}},
		{"pages of a size that differs from what they say", served{
			0: hitsOf(`{"total":3,"pageSize":100}`, 1, 2), 2: hitsOf(`{"total":3,"pageSize":100}`, 3),
		}, 3, []int{0, 2}},
		{"figures as strings", served{
			0: hitsOf(`{"total":"3","pageSize":"2"}`, 1, 2), 2: hitsOf(`{"total":"3","pageSize":"2"}`, 3),
		}, 3, []int{0, 2}},
		{"figures of null", served{0: hitsOf(`{"total":null,"pageSize":null}`, 1)}, 1, []int{0}},
		{"a page size of nothing", served{0: hitsOf(`{"pageSize":0}`, 1)}, 1, []int{0}},
		{"a negative page size", served{0: hitsOf(`{"pageSize":-1}`, 1)}, 1, []int{0}},
		{"a page size above what was asked for", served{
			0: hitsOf(`{"pageSize":500}`, between(1, 100)...), 100: hitsOf(`{"pageSize":500}`, 101),
		}, 101, []int{0, 100}},
		{"a total below what a full page holds", served{
			0: hitsOf(`{"total":10}`, between(1, 100)...), 100: hitsOf(`{"total":10}`, 101),
		}, 101, []int{0, 100}},
		{"no summary", served{0: `{"d":{"results":[{"id":1,"displayId":"L1"}]}}`}, 1, []int{0}},
		{"a summary of null", served{0: hitsOf(`null`, 1)}, 1, []int{0}},
		{"aggregations in the summary", served{0: hitsOf(`{"total":1,"aggregations":{"n":{"value":1.4}}}`, 1)}, 1, []int{0}},
		{"pages that overlap", served{
			0: hitsOf(`{"total":4,"pageSize":3}`, 1, 2, 3), 3: hitsOf(`{"total":4,"pageSize":3}`, 3, 4),
		}, 4, []int{0, 3}},
		{"one loan twice in a page", served{0: hitsOf(`{"total":3}`, 1, 2, 2)}, 2, []int{0}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tenant := &pages{t: t, byFrom: test.pages}
			loans, err := ask(t, onLoopback(t, tenant))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(loansOf(between(1, test.last)...), append([]Hit{}, loans...)); diff != "" {
				t.Errorf("loans (-want +got):\n%s", diff)
			}
			if test.asked != nil {
				if diff := cmp.Diff(test.asked, tenant.asked); diff != "" {
					t.Errorf("$start (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// An answer that may lack a record is an error: a missing record would be
// reported as not found, and a missing twin as a match.
func TestIncompletePagesAreAnError(t *testing.T) {
	type served = map[int]string
	tests := []struct {
		name  string
		pages served
	}{
		{"a page repeats itself", served{
			0: hitsOf(`{}`, between(1, 100)...), 100: hitsOf(`{}`, between(1, 100)...),
		}},
		{"a smaller page repeats itself", served{
			0: hitsOf(`{"total":4,"pageSize":2}`, 1, 2), 2: hitsOf(`{"total":4,"pageSize":2}`, 1, 2),
		}},
		{"pages end before the total", served{
			0: hitsOf(`{"total":5,"pageSize":2}`, 1, 2), 2: hitsOf(`{"total":5,"pageSize":2}`, 3),
		}},
		{"there is a total and nothing else", served{0: hitsOf(`{"total":1}`)}},
		{"pages that overlap hide a loan", served{
			0: hitsOf(`{"total":5,"pageSize":3}`, 1, 2, 3), 3: hitsOf(`{"total":5,"pageSize":3}`, 3, 4),
		}},
		{"a loan went and drew another onto a page already read", served{
			0: hitsOf(`{"total":6,"pageSize":3}`, 1, 2, 3), 3: hitsOf(`{"total":5,"pageSize":3}`, 5, 6),
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			loans, err := ask(t, onLoopback(t, &pages{t: t, byFrom: test.pages}))
			wantError(t, err, Rejected, 0)
			if loans != nil {
				t.Errorf("got %v with the error", loans)
			}
		})
	}
}

// Inconsistent pages may have changed while they were read, so the search
// restarts.
func TestInconsistentPagesRestartTheSearch(t *testing.T) {
	first, second := respond(200, hitsOf(`{"total":3,"pageSize":2}`, 1, 2)), respond(200, hitsOf(`{"total":3,"pageSize":2}`, 3))
	tenant := inTurn(first, first, first, respond(200, hitsOf(`{"total":3,"pageSize":2}`)), first, second)
	c := onLoopback(t, tenant)
	loans, err := ask(t, c)
	if diff := cmp.Diff(loansOf(1, 2, 3), loans); diff != "" || err != nil {
		t.Errorf("%v, loans (-want +got):\n%s", err, diff)
	}
	if n := c.Stats().Retries; n != 2 || tenant.count.Load() != 6 {
		t.Errorf("%d retries in %d requests", n, tenant.count.Load())
	}
}

func TestLaterPageFails(t *testing.T) {
	tenant := inTurn(respond(200, hitsOf(`{"total":3,"pageSize":2}`, 1, 2)), respond(409, `{"message":"no"}`), foundLoan, respond(409, `{"message":"no"}`))
	loans, err := ask(t, onLoopback(t, tenant))
	wantError(t, err, Rejected, 409)
	if loans != nil {
		t.Errorf("got %v with the error", loans)
	}
}

func TestLaterPageIsTriedAgain(t *testing.T) {
	tenant := inTurn(respond(200, hitsOf(`{"total":3,"pageSize":2}`, 1, 2)), respondTruncated, respond(500, ""), respond(200, hitsOf(`{"total":3,"pageSize":2}`, 3)))
	inBubble(t, tenant, func(t *testing.T, c *Client) {
		loans, err := ask(t, c)
		if diff := cmp.Diff(loansOf(1, 2, 3), loans); diff != "" || err != nil {
			t.Errorf("%v, loans (-want +got):\n%s", err, diff)
		}
	})
}

// A search for names is not paged beyond the result window, where LoanPro may
// answer anything. A search for an ID gives up earlier, by the total.
func TestMoreThanCanBeRead(t *testing.T) {
	names := newStrategy(Name, plainNames(), unwrapped, 50, paging{100, 100})
	for _, test := range []struct {
		name    string
		way     Strategy
		summary string
		deepest int
		says    string
	}{
		{"names", names, `{"total":123456}`, 100, "10000"},
		{"names, without a total", names, `{}`, 10_000, "10000"},
		{"IDs", anyStrategy, `{"total":123456}`, 100, "1500"},
		{"IDs, without a total", anyStrategy, `{}`, 1600, "1500"},
	} {
		deepest := 0
		c := onLoopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			query := r.URL.Query()
			start, _ := strconv.Atoi(query.Get("$start"))
			top, _ := strconv.Atoi(query.Get("$top"))
			deepest = max(deepest, start+top)
			respond(200, hitsOf(test.summary, between(start+1, start+top)...))(w, r)
		}))
		loans, err := c.Find(t.Context(), test.way, Texts(asked))
		e := wantError(t, err, TooManyHits, 0)
		if loans != nil || !strings.Contains(e.Message, test.says) {
			t.Errorf("%s: got %d loans, %q; want only an error that says how many are too many", test.name, len(loans), e.Message)
		}
		if deepest != test.deepest {
			t.Errorf("%s: paged to %d, want %d", test.name, deepest, test.deepest)
		}
	}
}

// An empty list of clauses would match every loan of the tenant.
func TestNoDisplayIDsAskNothing(t *testing.T) {
	tenant := inTurn(foundLoan)
	c := onLoopback(t, tenant)
	for _, ids := range [][]string{nil, {}} {
		loans, err := c.Find(t.Context(), anyStrategy, Texts(ids...))
		if loans != nil || err != nil || tenant.count.Load() != 0 {
			t.Errorf("got %v, %v after %d requests; want nothing after none", loans, err, tenant.count.Load())
		}
	}
}

// wantError checks that err is an *Error of that class and status.
func wantError(t *testing.T, err error, class Class, status int) *Error {
	t.Helper()
	e, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("got %v (%T), want an *Error", err, err)
	}
	if e.Class != class || e.Status != status {
		t.Errorf("got class %s, status %d; want %s, %d: %v", className(e.Class), e.Status, className(class), status, e)
	}
	if want := class == Refused || class == down; e.Stops() != want {
		t.Errorf("Stops: got %t for class %s", e.Stops(), className(class))
	}
	return e
}

func className(class Class) string {
	names := map[Class]string{Rejected: "Rejected", unavailable: "Unavailable", Refused: "Refused", down: "Down", TooManyHits: "Crowded", Partial: "Partial"}
	return fmt.Sprintf("%s (%d)", names[class], class)
}
