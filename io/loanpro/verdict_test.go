package loanpro

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"loanmap/io/pace"
)

// oddStatuses are statuses that do not end the run once LoanPro has answered.
var oddStatuses = []int{201, 204, 301, 302, 304, 400, 402, 403, 404, 405, 406, 407, 409, 410, 413, 414, 418, 422, 431, 451}

// asks reports whether a request is the one under test, and not the simplest
// one.
func asks(r *http.Request) bool {
	body, _ := io.ReadAll(r.Body)
	return strings.Contains(string(body), asked)
}

// failingFor is a tenant that gives answer to the request under test, and answers
// all others.
func failingFor(answer http.HandlerFunc) *sequence {
	return inTurn(func(w http.ResponseWriter, r *http.Request) {
		if asks(r) {
			answer(w, r)
			return
		}
		foundLoan(w, r)
	})
}

// during is a tenant that gives answer to all requests from one moment to
// another, by the bubble's clock, and answers normally at other times.
func during(from, to time.Duration, answer http.HandlerFunc) *sequence {
	start := time.Now()
	return inTurn(func(w http.ResponseWriter, r *http.Request) {
		if since := time.Since(start); since >= from && since < to {
			answer(w, r)
			return
		}
		foundLoan(w, r)
	})
}

// answeredBefore runs test with a client that LoanPro has answered already.
func answeredBefore(t *testing.T, tenant *sequence, test func(t *testing.T, c *Client)) {
	t.Helper()
	inBubble(t, tenant, func(t *testing.T, c *Client) {
		if err := fetchFirstPage(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		tenant.count.Store(0)
		test(t, c)
	})
}

func TestASingleOddAnswerIsNoVerdict(t *testing.T) {
	for _, status := range append(oddStatuses, 401) {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			answeredBefore(t, inTurn(foundLoan, respond(status, ""), foundLoan), func(t *testing.T, c *Client) {
				if hits, err := ask(t, c); err != nil || len(hits) != 1 {
					t.Errorf("%d hits, %v", len(hits), err)
				}
			})
		})
	}
}

// A request that is itself the cause costs three requests and no wait.
func TestOddAnswersToOneRequest(t *testing.T) {
	for _, status := range oddStatuses {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			tenant := failingFor(respond(status, `{"message":"no"}`))
			answeredBefore(t, tenant, func(t *testing.T, c *Client) {
				start := time.Now()
				_, err := ask(t, c)
				wantError(t, err, Rejected, status)
				if n, took := tenant.count.Load(), time.Since(start); n != 3 || took > time.Millisecond {
					t.Errorf("%d requests in %s", n, took)
				}
				if got := c.Stats().Retries; got != 2 {
					t.Errorf("%d retries", got)
				}
			})
		})
	}
}

// Five seconds of the same answer to all requests fail no request, whenever it
// is sent. (403 to all ends the run.)
func TestOddAnswersToAllAreWaitedOut(t *testing.T) {
	for _, status := range oddStatuses {
		if status == http.StatusForbidden {
			continue
		}
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				c := inMemory(t, testConfig("http://localhost"), during(time.Second, 6*time.Second, respond(status, `{"message":"no"}`)))
				var all sync.WaitGroup
				for range 4 {
					all.Go(func() {
						for time.Since(start) < 12*time.Second {
							if _, err := ask(t, c); err != nil {
								t.Errorf("after %s: %v", time.Since(start), err)
							}
							time.Sleep(50 * time.Millisecond)
						}
					})
				}
				all.Wait()
			})
		})
	}
}

// A success in between does not count if that request left before the trouble
// began.
func TestAnOldSuccessIsNoWitness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trouble := during(time.Second, 6*time.Second, respond(http.StatusConflict, ""))
		c := inMemory(t, testConfig("http://localhost"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet { // slow, and answered as of when it came
				time.Sleep(2 * time.Second)
				foundLoan(w, r)
				return
			}
			trouble.ServeHTTP(w, r)
		}))
		if err := fetchFirstPage(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for i := range 5 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 240 * time.Millisecond)
				if _, err := c.FindInDatabase(t.Context(), DisplayID, []string{"L1"}); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(1100 * time.Millisecond)
		if _, err := ask(t, c); err != nil {
			t.Error(err)
		}
		all.Wait()
	})
}

// If the tenant rejects the simplest search, successes of other requests count.
func TestAnyOtherAnswerIsAWitness(t *testing.T) {
	for _, status := range []int{403, 409} {
		disliked := 0
		synctest.Test(t, func(t *testing.T) {
			start, cell := time.Now(), "disliked cell"
			c := inMemory(t, testConfig("http://localhost"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				if time.Since(start) > 0 && (string(body) == matchAll || strings.Contains(string(body), cell)) {
					disliked++
					respond(status, "")(w, r)
					return
				}
				foundLoan(w, r)
			}))
			if err := fetchFirstPage(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			go func() {
				defer close(done)
				for time.Since(start) < 20*time.Second {
					time.Sleep(10 * time.Millisecond)
					if _, err := ask(t, c); err != nil {
						t.Error(err)
					}
				}
			}()
			time.Sleep(time.Second)
			_, err := c.Find(t.Context(), anyStrategy, Texts(cell))
			wantError(t, err, Rejected, status)
			if disliked > 8 || time.Since(start) > 3*time.Second { // a LoanPro that is down is asked 20 times or more
				t.Errorf("%d: %d requests in %s", status, disliked, time.Since(start))
			}
			<-done
		})
	}
}

func TestRepeated401EndsTheRun(t *testing.T) {
	denied, busy := respond(401, ""), respond(503, "")
	tests := []struct {
		name     string
		answers  []http.HandlerFunc
		refused  bool
		requests int64
	}{
		{"twice in a row", turns(denied, denied, foundLoan), true, 2},
		{"once", turns(denied, foundLoan), false, 2},
		{"twice, but not in a row", turns(denied, busy, denied, foundLoan), false, 4},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tenant := inTurn(append(turns(foundLoan), test.answers...)...)
			answeredBeforeInTurn(t, tenant, func(t *testing.T, c *Client) {
				start := time.Now()
				_, err := ask(t, c)
				if test.refused {
					wantError(t, err, Refused, 401)
				} else if err != nil {
					t.Error(err)
				}
				if n := tenant.count.Load() - 1; n != test.requests || time.Since(start) < recheckDelay {
					t.Errorf("%d requests in %s", n, time.Since(start))
				}
			})
		})
	}
}

// answeredBeforeInTurn is answeredBefore for a tenant whose turns matter.
func answeredBeforeInTurn(t *testing.T, tenant *sequence, test func(t *testing.T, c *Client)) {
	t.Helper()
	inBubble(t, tenant, func(t *testing.T, c *Client) {
		if err := fetchFirstPage(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		test(t, c)
	})
}

// 403 ends the run if the simplest search is denied as well, repeatedly.
func Test403ToAllEndsTheRun(t *testing.T) {
	tenant := inTurn(foundLoan, respond(403, `{"message":"role"}`))
	answeredBeforeInTurn(t, tenant, func(t *testing.T, c *Client) {
		start := time.Now()
		_, err := ask(t, c)
		if e := wantError(t, err, Refused, 403); e.Message != "role" || !strings.Contains(e.Advice(), "role") {
			t.Errorf("got %q, %q", e.Message, e.Advice())
		}
		if n, took := tenant.count.Load()-1, time.Since(start); n != 4 || took < recheckDelay || took > 2*recheckDelay {
			t.Errorf("%d requests in %s", n, took)
		}
	})
}

func TestAMomentOf403IsWaitedOut(t *testing.T) {
	no := respond(403, "")
	for name, answers := range map[string][]http.HandlerFunc{
		"twice to both":             turns(no, no, foundLoan),
		"and of busy servers":       turns(no, no, respond(503, ""), no, no, foundLoan),
		"with an answer in between": turns(no, no, no, foundLoan, foundLoan),
	} {
		t.Run(name, func(t *testing.T) {
			answeredBeforeInTurn(t, inTurn(append(turns(foundLoan), answers...)...), func(t *testing.T, c *Client) {
				if _, err := ask(t, c); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// A role may allow searches of one kind of record only. A success for the other
// kind says nothing about a 403, but counts for other failures.
func TestOddAnswersToOneKindOfRecord(t *testing.T) {
	for status, class := range map[int]Class{403: Refused, 404: Rejected, 409: Rejected} {
		tenant := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "Customers") {
				respond(status, "")(w, r)
				return
			}
			foundLoan(w, r)
		})
		inBubble(t, tenant, func(t *testing.T, c *Client) {
			start := time.Now()
			if err := fetchFirstPage(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			_, err := c.Find(t.Context(), newStrategy(CustomID, wordsForm, unwrapped, 50, paging{100, 100}), Texts("C-1"))
			wantError(t, err, class, status)
			if took := time.Since(start); took > 2*recheckDelay {
				t.Errorf("%d: took %s", status, took)
			}
		})
	}
}

// An answer that exceeds the bounds is retried as others are, and rejected if
// the request is the cause.
func TestAnswersThatAreTooLong(t *testing.T) {
	long := respond(200, padded(5000))
	small := func(c *Client) { c.bounds = bounds{1000, 1000} }
	tenant := failingFor(long)
	answeredBefore(t, tenant, func(t *testing.T, c *Client) {
		small(c)
		_, err := ask(t, c)
		e := wantError(t, err, Rejected, 200)
		if n := tenant.count.Load(); n != 3 || e.Message != "the answer is too long" {
			t.Errorf("%d requests, %q", n, e.Message)
		}
	})
	answeredBeforeInTurn(t, inTurn(foundLoan, long, foundLoan), func(t *testing.T, c *Client) {
		small(c)
		if _, err := ask(t, c); err != nil {
			t.Error(err)
		}
	})
	// A 409 is not the same answer.
	answeredBeforeInTurn(t, inTurn(foundLoan, long, foundLoan, respond(409, ""), foundLoan, foundLoan), func(t *testing.T, c *Client) {
		small(c)
		if _, err := ask(t, c); err != nil {
			t.Error(err)
		}
	})
}

// counting gives each answer a different body.
func counting(status int) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		respond(status, fmt.Sprintf(`{"message":"request %d"}`, n.Add(1)))(w, r)
	}
}

// For a probe, the same error twice is final.
func TestOnceIsEnoughForAProbe(t *testing.T) {
	tests := []struct {
		name     string
		answer   http.HandlerFunc
		once     bool
		class    Class
		status   int
		requests int64
	}{
		{"500", respond(500, `{"message":"too many"}`), true, Rejected, 500, 3},
		{"502 without a body", respond(502, ""), true, Rejected, 502, 3},
		{"408", respond(408, ""), true, Rejected, 408, 3},
		{"an error inside 200", respond(200, errorShapes[1].body), true, Rejected, 200, 3},
		{"409", respond(409, ""), true, Rejected, 409, 3},
		{"500 in other words each time", counting(500), true, unavailable, 500, 9},
		{"a cut answer", respond(200, `{"d":{"results":[`), true, unavailable, 200, 6},
		{"a closed connection", disconnect, true, unavailable, 0, 6},
		{"500, and it is no probe", respond(500, `{"message":"too many"}`), false, unavailable, 500, 6},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tenant := failingFor(test.answer)
			answeredBefore(t, tenant, func(t *testing.T, c *Client) {
				time.Sleep(time.Second)
				_, err := c.ask(t.Context(), probing(test.once))
				wantError(t, err, test.class, test.status)
				if n := tenant.count.Load(); n != test.requests {
					t.Errorf("%d requests, want %d", n, test.requests)
				}
			})
		})
	}
}

func probing(once bool) request {
	return request{path: "/Loans/Autopal.Search()", body: []byte(`{"query":"` + asked + `"}`), records: "Loans", rejectRepeats: once}
}

// An outage is not final for a probe either.
func TestAnOutageIsNoVerdictForAProbe(t *testing.T) {
	for _, answer := range []http.HandlerFunc{respond(500, ""), respond(502, "<html>"), respond(503, ""), respond(409, "")} {
		synctest.Test(t, func(t *testing.T) {
			c := inMemory(t, testConfig("http://localhost"), during(time.Second, 3*time.Second, answer))
			if err := fetchFirstPage(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
			if _, err := c.ask(t.Context(), probing(true)); err != nil {
				t.Error(err)
			}
		})
	}
}

// Before LoanPro has answered anything, there is no other request to compare
// with.
func TestOnceBeforeTheFirstAnswer(t *testing.T) {
	tenant := inTurn(respond(500, "the same"))
	inBubble(t, tenant, func(t *testing.T, c *Client) {
		_, err := c.ask(t.Context(), probing(true))
		wantError(t, err, unavailable, 500)
	})
}

// Patience ends also where one request is sent at a time, as by a probe.
func TestPatienceIsConfigured(t *testing.T) {
	for patience, most := range map[time.Duration]time.Duration{time.Second: 15 * time.Second, 30 * time.Second: 2 * time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			config := testConfig("http://localhost")
			config.Patience = patience
			c := inMemory(t, config, inTurn(foundLoan, respond(409, "")))
			if err := fetchFirstPage(t.Context(), c); err != nil {
				t.Fatal(err)
			}
			start := time.Now()
			_, err := ask(t, c)
			e := wantError(t, err, down, 409)
			if took := time.Since(start); took < patience || took > most || !strings.Contains(e.Message, patience.String()) {
				t.Errorf("after %s: %v", took, e)
			}
		})
	}
}

// A request that keeps being paused, or gets a different error each time while
// others succeed, is given up after Config.Patience.
func TestNoRequestWaitsForever(t *testing.T) {
	alternating := inTurn()
	for range 500 {
		alternating.answers = append(alternating.answers, respond(409, ""), respond(404, ""))
	}
	for name, answer := range map[string]http.HandlerFunc{"503": respond(503, ""), "409 and 404": alternating.ServeHTTP} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := inMemory(t, testConfig("http://localhost"), failingFor(answer))
				done := make(chan struct{})
				start := time.Now()
				go func() {
					defer close(done)
					for time.Since(start) < 10*time.Minute {
						if err := fetchFirstPage(t.Context(), c); err != nil {
							t.Error(err)
						}
						time.Sleep(time.Second)
					}
				}()
				time.Sleep(time.Second)
				_, err := ask(t, c)
				e, ok := errors.AsType[*Error](err)
				if took := time.Since(start); !ok || e.Class != unavailable || took < 3*time.Minute || took > 8*time.Minute {
					t.Errorf("after %s: %v", took, err)
				}
				<-done
			})
		})
	}
}

// A retry waits while the budget is empty, and ends with its context.
func TestAnEmptyBudgetWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := testConfig("http://localhost")
		config.Pace = pace.NewLocal(1)
		c := inMemory(t, config, http.HandlerFunc(disconnect))
		c.budget.ReserveN(time.Now(), retryBurst)
		ctx, cancel := context.WithTimeoutCause(t.Context(), 4*time.Second, errStop)
		defer cancel()
		start := time.Now()
		_, err := c.Find(ctx, anyStrategy, Texts(asked))
		wantAlone(t, err, errStop)
		if took := time.Since(start); took != 4*time.Second {
			t.Errorf("ended after %s", took)
		}
		// A retry that gave up leaves its token to others: there is one every
		// five seconds.
		_, err = c.Find(t.Context(), anyStrategy, Texts(asked))
		wantError(t, err, unavailable, 0)
		if took := time.Since(start); took < 19*time.Second || took > 22*time.Second {
			t.Errorf("ended after %s", took)
		}
	})
}

// A request that gets 429 keeps waiting, whatever LoanPro answers to others.
func TestTooManyRequestsIsWaitedOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := inMemory(t, testConfig("http://localhost"), failingFor(func(w http.ResponseWriter, r *http.Request) {
			if time.Since(start) < 20*time.Minute {
				respond(429, "")(w, r)
				return
			}
			foundLoan(w, r)
		}))
		done := make(chan struct{})
		go func() {
			defer close(done)
			for time.Since(start) < 20*time.Minute {
				if err := fetchFirstPage(t.Context(), c); err != nil {
					t.Error(err)
				}
				time.Sleep(time.Second)
			}
		}()
		if _, err := ask(t, c); err != nil {
			t.Error(err)
		}
		<-done
	})
}

func TestHealthKnowsWhoWasAnsweredWhen(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	var h health
	h.start(start, defaultPatience)
	if h.answeredSince("Loans", start) || h.known("Loans") != "Loans" || h.everSucceeded() {
		t.Error("nothing has been answered yet")
	}
	h.success("Loans", at(10), at(30))
	h.success("Loans", at(5), at(40)) // it left earlier, and took longer
	for seconds, want := range map[int]bool{4: true, 9: true, 10: false, 11: false, 35: false} {
		if got := h.answeredSince("Loans", at(seconds)); got != want {
			t.Errorf("answered since %d: %t", seconds, got)
		}
	}
	if h.answeredSince("Customers", start) || h.known("Customers") != "Loans" {
		t.Error("customers were not asked for yet")
	}
	if h.success("Customers", at(50), at(51)); h.known("Customers") != "Customers" || h.known("Loans") != "Loans" {
		t.Error("both have been answered")
	}
}
