package loanpro

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/pace"
)

// failing are attempts after which another may succeed. status is the one of
// the error once all have failed.
var failing = []struct {
	name   string
	answer http.HandlerFunc
	status int
}{
	{"408", respond(408, ""), 408},
	{"500", respond(500, `{"message":"timeout"}`), 500},
	{"502", respond(502, "<html>"), 502},
	{"504", respond(504, ""), 504},
	{"a 5xx that is unknown", respond(599, ""), 599},
	{"HTML with 200", respond(200, "<html>"), 200},
	{"an error with 200", respond(200, errorShapes[1].body), 200},
	{"JSON that is cut off", respond(200, `{"d":{"results":[`), 200},
	{"a body that breaks off", respondTruncated, 0},
	{"no answer but a closed connection", disconnect, 0},
	{"no HTTP", tattle("SSH-2.0\r\n\r\n"), 0},
	{"no answer in time", respondNever, 0},
	{"no end of the answer in time", respondPartly(`{"d":{"results":[`), 0},
}

func TestFailuresAreTriedAgain(t *testing.T) {
	for _, test := range failing {
		for _, failures := range []int{1, maxFailures - 1} {
			t.Run(fmt.Sprintf("%s, %d times", test.name, failures), func(t *testing.T) {
				tenant := inTurn(append(slices.Repeat([]http.HandlerFunc{test.answer}, failures), foundLoan)...)
				inBubble(t, tenant, func(t *testing.T, c *Client) {
					loans, err := ask(t, c)
					if diff := cmp.Diff(loansOf(1), loans); diff != "" || err != nil {
						t.Errorf("%v, loans (-want +got):\n%s", err, diff)
					}
					if got := c.Stats(); got.Requests != int64(failures)+1 || got.Retries != int64(failures) {
						t.Errorf("got %+v, want %d retries", got, failures)
					}
				})
			})
		}
	}
}

func TestTooManyFailuresAreFinal(t *testing.T) {
	for _, test := range failing {
		t.Run(test.name, func(t *testing.T) {
			tenant := inTurn(append(slices.Repeat([]http.HandlerFunc{test.answer}, 5), foundLoan)...)
			inBubble(t, tenant, func(t *testing.T, c *Client) {
				loans, err := ask(t, c)
				wantError(t, err, unavailable, test.status)
				if loans != nil || tenant.count.Load() != 5 {
					t.Errorf("got %v after %d requests, want nothing after 5", loans, tenant.count.Load())
				}
			})
		})
	}
}

// A real socket can be reset, which one in memory cannot.
func TestResetConnectionMayPass(t *testing.T) {
	c := onLoopback(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_ = conn.(*net.TCPConn).SetLinger(0)
		_ = conn.Close()
	}))
	_, err := c.attempt(t.Context(), request{path: "/", body: []byte("{}")})
	passing, ok := errors.AsType[*transient](err)
	if !ok || passing.wait {
		t.Fatalf("got %v (%T), want a failure that may pass", err, err)
	}
	wantError(t, passing.err, unavailable, 0)
}

func TestNoServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, testConfig("http://localhost"))
		c.http.Transport.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("connection refused")}
		}
		_, err := ask(t, c)
		e := wantError(t, err, unavailable, 0)
		if !strings.Contains(e.Error(), "connection refused") || !strings.Contains(e.Advice(), "LOANPRO_BASE_URL") {
			t.Errorf("got %q, hint %q", e, e.Advice())
		}
	})
}

func TestAttemptTakesNoLongerThanItsTimeout(t *testing.T) {
	inBubble(t, inTurn(respondNever, foundLoan), func(t *testing.T, c *Client) {
		start := time.Now()
		if _, err := ask(t, c); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < 30*time.Second || took > 30*time.Second+2*firstBackoff {
			t.Errorf("took %s, want one timeout and one wait", took)
		}
	})
}

// Time in the queue does not count towards the timeout.
func TestTimeoutBeginsWithTheRequest(t *testing.T) {
	tenant := inTurn(respond(429, "", "Retry-After", "100"), foundLoan)
	inBubble(t, tenant, func(t *testing.T, c *Client) {
		if _, err := ask(t, c); err != nil || tenant.count.Load() != 2 {
			t.Errorf("got %v after %d requests, want success after 2", err, tenant.count.Load())
		}
	})
}

func TestTimeoutIsSaidInWords(t *testing.T) {
	inBubble(t, http.HandlerFunc(respondNever), func(t *testing.T, c *Client) {
		_, err := ask(t, c)
		if want := "asking LoanPro at localhost: no answer within 30s"; err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	})
}

func TestRejectionsAreFinal(t *testing.T) {
	for _, status := range []int{201, 204, 302, 304, 400, 402, 404, 405, 409, 410, 413, 414, 422, 431} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			tenant := inTurn(respond(status, ""), foundLoan)
			loans, err := ask(t, onLoopback(t, tenant))
			wantError(t, err, Rejected, status)
			if loans != nil || tenant.count.Load() != 1 {
				t.Errorf("got %v after %d requests, want nothing after 1", loans, tenant.count.Load())
			}
		})
	}
}

func TestRefusalsStopTheRun(t *testing.T) {
	for _, status := range []int{401, 403} {
		calls := map[string]func(*testing.T, *Client) error{
			"at the start": func(t *testing.T, c *Client) error { return fetchFirstPage(t.Context(), c) },
			"later":        func(t *testing.T, c *Client) error { _, err := ask(t, c); return err },
		}
		for when, call := range calls {
			t.Run(fmt.Sprintf("%d %s", status, when), func(t *testing.T) {
				tenant := inTurn(respond(status, errorShapes[3].body), foundLoan)
				wantError(t, call(t, onLoopback(t, tenant)), Refused, status)
				if tenant.count.Load() != 1 {
					t.Errorf("asked %d times, want 1", tenant.count.Load())
				}
			})
		}
	}
}

// A status counts even if the body breaks off.
func TestStatusCountsWhateverBecomesOfTheBody(t *testing.T) {
	broken := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			w.WriteHeader(status)
			_, _ = io.WriteString(w, `{"mess`)
		}
	}
	for _, status := range []int{401, 403} {
		tenant := inTurn(broken(status), foundLoan)
		_, err := ask(t, onLoopback(t, tenant))
		wantError(t, err, Refused, status)
		if n := tenant.count.Load(); n != 1 {
			t.Errorf("%d: asked %d times", status, n)
		}
	}
	for status, length := range map[int]time.Duration{429: defaultPause, 503: 100 * time.Millisecond} {
		arrivals := arrive(t, broken(status), 50*time.Millisecond)
		if len(arrivals) != 3 || arrivals[1] != length {
			t.Errorf("%d: requests at %s, want the second worker to wait", status, arrivals)
		}
	}
}

func TestConflictIsRefusalAtTheStartOnly(t *testing.T) {
	tenant := inTurn(respond(409, `{"message":"unknown tenant"}`))
	c := onLoopback(t, tenant)
	wantError(t, fetchFirstPage(t.Context(), c), Refused, 409)
	if n := tenant.count.Load(); n != 3 {
		t.Errorf("asked %d times, want once with each size of page", n)
	}
	_, err := ask(t, c)
	wantError(t, err, Rejected, 409)
}

func TestGreeting(t *testing.T) {
	tests := []struct {
		name    string
		answers []http.HandlerFunc
	}{
		{"a tenant with loans", []http.HandlerFunc{foundLoan}},
		{"a tenant without loans", []http.HandlerFunc{respond(200, `{"d":{"results":null}}`)}},
		{"a tenant that takes a moment", []http.HandlerFunc{respond(500, ""), respond(429, ""), disconnect, foundLoan}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBubble(t, inTurn(test.answers...), func(t *testing.T, c *Client) {
				if err := fetchFirstPage(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// asking are the statuses that ask for a pause.
var asking = []int{http.StatusTooManyRequests, http.StatusServiceUnavailable}

func TestPauseIsEverybodys(t *testing.T) {
	const second = time.Second
	tests := []struct {
		status int
		name   string
		header []string
		resume time.Duration // after the answer
	}{
		{429, "as many seconds as asked for", []string{"Retry-After", "30"}, 30 * second},
		{503, "as many seconds as asked for", []string{"Retry-After", "30"}, 30 * second},
		{429, "until the date asked for", []string{"Retry-After", "Sat, 01 Jan 2000 00:00:45 GMT"}, 45 * second},
		{503, "until the date asked for", []string{"Retry-After", "Sat, 01 Jan 2000 00:00:45 GMT"}, 45 * second},
		{429, "a second where nothing is asked for", nil, second},
		{503, "a moment where nothing is asked for", nil, 100 * time.Millisecond},
		{503, "a moment where no wait is asked for", []string{"Retry-After", "0"}, 100 * time.Millisecond},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.status, " ", test.name), func(t *testing.T) {
			arrivals := arrive(t, respond(test.status, "", test.header...), 50*time.Millisecond)
			if len(arrivals) != 3 || arrivals[0] != 0 {
				t.Fatalf("requests at %s, want one at once and two later", arrivals)
			}
			// The worker that was refused may come a little later.
			for _, at := range arrivals[1:] {
				if at < test.resume || at > test.resume+2*firstBackoff {
					t.Errorf("a request at %s, want one soon after %s", at, test.resume)
				}
			}
			if arrivals[1] != test.resume {
				t.Errorf("the other worker's request at %s, want it at %s", arrivals[1], test.resume)
			}
		})
	}
}

// A longer pause ends the run at once.
func TestAPauseBeyondFiveMinutesEndsTheRun(t *testing.T) {
	for _, status := range asking {
		tenant := inTurn(respond(status, `{"message":"maintenance"}`, "Retry-After", "7200"))
		inBubble(t, tenant, func(t *testing.T, c *Client) {
			_, err := ask(t, c)
			e, ok := errors.AsType[*Error](err)
			if !ok || e.Class != down || tenant.count.Load() != 1 || !strings.Contains(e.Message, "2h0m0s") {
				t.Errorf("got %v after %d requests", err, tenant.count.Load())
			}
		})
	}
}

// arrive has two workers ask, the second one later. The tenant gives the first
// request the answer first. It returns when the requests arrived.
func arrive(t *testing.T, first http.HandlerFunc, later time.Duration) []time.Duration {
	t.Helper()
	var mu sync.Mutex
	var arrivals []time.Duration
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		tenant := inTurn(first, foundLoan)
		c := inMemory(t, testConfig("http://localhost"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			arrivals = append(arrivals, time.Since(start))
			mu.Unlock()
			tenant.ServeHTTP(w, r)
		}))
		var both sync.WaitGroup
		for _, delay := range []time.Duration{0, later} {
			both.Go(func() {
				time.Sleep(delay)
				if _, err := ask(t, c); err != nil {
					t.Error(err)
				}
			})
		}
		both.Wait()
	})
	return arrivals
}

// Other failures do not stop the other workers.
func TestOtherFailuresPauseNoOthers(t *testing.T) {
	arrivals := arrive(t, respond(500, "", "Retry-After", "30"), 10*time.Second)
	if arrivals[len(arrivals)-1] != 10*time.Second {
		t.Errorf("requests at %s, want the last at 10s", arrivals)
	}
}

func TestPatienceIsNoFailure(t *testing.T) {
	for _, status := range asking {
		wait := respond(status, "", "Retry-After", "2")
		fail := respond(500, "")
		tests := []struct {
			name     string
			answers  []http.HandlerFunc
			succeeds bool
			requests int64
		}{
			{"a dozen pauses", append(slices.Repeat([]http.HandlerFunc{wait}, 12), foundLoan), true, 13},
			{"pauses of half an hour", append(slices.Repeat([]http.HandlerFunc{respond(status, "", "Retry-After", "300")}, 6), foundLoan), true, 7},
			{"pauses between four failures", []http.HandlerFunc{fail, wait, wait, fail, wait, fail, wait, wait, fail, wait, foundLoan}, true, 11},
			{"pauses between five failures", []http.HandlerFunc{fail, wait, fail, wait, fail, wait, fail, wait, fail, foundLoan}, false, 9},
		}
		for _, test := range tests {
			t.Run(fmt.Sprint(status, " ", test.name), func(t *testing.T) {
				inBubble(t, inTurn(test.answers...), func(t *testing.T, c *Client) {
					_, err := ask(t, c)
					if !test.succeeds {
						wantError(t, err, unavailable, 500)
					} else if err != nil {
						t.Error(err)
					}
					if got := c.Stats().Requests; got != test.requests {
						t.Errorf("made %d requests, want %d", got, test.requests)
					}
				})
			})
		}
	}
}

func TestPausesAreCounted(t *testing.T) {
	inBubble(t, inTurn(respond(429, ""), respond(503, ""), respond(429, ""), foundLoan), func(t *testing.T, c *Client) {
		_, err := ask(t, c)
		if got := c.Stats(); err != nil || got.Throttled != 2 || got.Retries != 3 {
			t.Errorf("got %v, %+v; want 2 of 3 retries throttled", err, got)
		}
	})
}

// Patience ends even if LoanPro keeps asking for pauses.
func TestPatienceEnds(t *testing.T) {
	for _, status := range asking {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			tenant := inTurn(respond(status, `{"message":"later"}`))
			inBubble(t, tenant, func(t *testing.T, c *Client) {
				start := time.Now()
				_, err := ask(t, c)
				wantError(t, err, down, status)
				if took, n := time.Since(start), tenant.count.Load(); took < 3*time.Minute || n < 20 {
					t.Errorf("gave up after %s and %d requests, want at least 3m and 20", took, n)
				}
			})
		})
	}
}

func TestDownNeedsTimeAndAttempts(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	type failure struct {
		at   time.Duration
		down bool
	}
	fails := func(n int, at time.Duration) []failure { return slices.Repeat([]failure{{at: at}}, n) }
	const minute = time.Minute
	tests := []struct {
		name     string
		success  time.Duration // before all failures; 0: none
		failures []failure
	}{
		{"one failure after an hour", 0, []failure{{60 * minute, false}}},
		{"19 failures after an hour", 0, fails(19, 60*minute)},
		{"20 failures in less than three minutes", 0, fails(20, 3*minute-1)},
		{"20 failures in three minutes", 0, append(fails(19, minute), failure{3 * minute, true})},
		{"many failures in three minutes", 0, append(fails(100, minute), failure{3 * minute, true})},
		{"it stays so", 0, append(fails(19, minute), failure{3 * minute, true}, failure{4 * minute, true})},
		{"three minutes count from the last success", 2 * minute, append(fails(30, 4*minute), failure{5 * minute, true})},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var h health
			h.start(start, defaultPatience)
			if test.success > 0 {
				h.success("Loans", start, start.Add(test.success))
			}
			for i, f := range test.failures {
				if got := h.failure(start.Add(f.at)); got != f.down {
					t.Errorf("failure %d at %s: got %t, want %t", i+1, f.at, got, f.down)
				}
			}
		})
	}
}

func TestSuccessResetsDown(t *testing.T) {
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var h health
	h.start(start, defaultPatience)
	for range 100 {
		h.failure(start.Add(time.Minute))
	}
	h.success("Loans", start, start.Add(2*time.Minute))
	for i := range 19 {
		if h.failure(start.Add(time.Hour)) {
			t.Fatalf("down at failure %d after a success", i+1)
		}
	}
	if !h.failure(start.Add(time.Hour)) {
		t.Error("not down at failure 20, an hour after the last success")
	}
}

// Failing requests end the run once LoanPro has been silent long enough since
// its last success.
func TestRunEndsWhenLoanProIsDown(t *testing.T) {
	const outage = 10 * time.Minute
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c := inMemory(t, testConfig("http://localhost"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if time.Since(start) < outage {
				foundLoan(w, r)
				return
			}
			respond(500, `{"message":"maintenance"}`)(w, r)
		}))
		e := askUntilStopped(t, c)
		wantError(t, e, down, 500)
		if took := time.Since(start); took < outage+3*time.Minute-time.Second || took > outage+8*time.Minute {
			t.Errorf("ended after %s, want about 3m after %s", took, outage)
		}
		if want := "no request has succeeded for 3m0s; the last attempt: maintenance"; e.Message != want {
			t.Errorf("got %q, want %q", e.Message, want)
		}
		if !strings.Contains(e.Advice(), "run the same command again") {
			t.Errorf("advice: %q", e.Advice())
		}
	})
}

func askUntilStopped(t *testing.T, c *Client) *Error {
	t.Helper()
	for {
		_, err := ask(t, c)
		if err == nil {
			time.Sleep(time.Second)
			continue
		}
		if e, ok := errors.AsType[*Error](err); !ok || e.Stops() {
			return e
		}
	}
}

func TestDownSaysTheLastFailure(t *testing.T) {
	inBubble(t, http.HandlerFunc(disconnect), func(t *testing.T, c *Client) {
		got := askUntilStopped(t, c).Error()
		if want := "asking LoanPro at localhost: no request has succeeded for 3m0s; the last attempt: EOF"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// The run continues after an outage.
func TestAnOutageIsWaitedOut(t *testing.T) {
	for _, outage := range []time.Duration{30 * time.Second, 2 * time.Minute} {
		for name, down := range map[string]http.HandlerFunc{"500": respond(500, ""), "reset": disconnect, "503": respond(503, "")} {
			t.Run(fmt.Sprint(outage, " of ", name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					start := time.Now()
					c := inMemory(t, testConfig("http://localhost"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
						if since := time.Since(start); since > time.Second && since < time.Second+outage {
							down(w, r)
							return
						}
						foundLoan(w, r)
					}))
					for time.Since(start) < 5*time.Minute {
						if _, err := ask(t, c); err != nil {
							t.Fatalf("after %s: %v", time.Since(start), err)
						}
						time.Sleep(time.Second)
					}
				})
			})
		}
	}
}

// A request that breaks a tenant which answers all others is given up soon.
func TestARequestThatBreaksTheTenantIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		poisoned := 0
		c := inMemory(t, testConfig("http://localhost"), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if strings.Contains(string(body), asked) {
				poisoned++
				respond(500, "")(w, r)
				return
			}
			foundLoan(w, r)
		}))
		if err := fetchFirstPage(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		_, err := ask(t, c)
		wantError(t, err, unavailable, 500)
		if poisoned != maxFailures {
			t.Errorf("tried %d times", poisoned)
		}
	})
}

// A tenant that rejects our queries rejects every search; the run must not ask
// row by row for hours.
func TestRunEndsWhenEverySearchIsRejected(t *testing.T) {
	inBubble(t, respond(409, `{"message":"unknown query [match]"}`), func(t *testing.T, c *Client) {
		start, asked := time.Now(), 0
		for {
			asked++
			_, err := ask(t, c)
			if e, ok := errors.AsType[*Error](err); !ok || e.Stops() {
				wantError(t, err, down, 409)
				break
			}
			time.Sleep(time.Second)
		}
		if took := time.Since(start); took < 3*time.Minute || took > 4*time.Minute || asked < 20 {
			t.Errorf("ended after %s and %d searches", took, asked)
		}
	})
}

func TestWaitsDoubleWithFullJitter(t *testing.T) {
	const draws = 400
	means := []time.Duration{250, 500, 1000, 2000, 4000, 8000, 15000, 15000, 15000}
	waits := make([][]time.Duration, len(means))
	for range draws {
		jitter := fullJitter(defaultPatience)
		jitter.Reset()
		for i := range means {
			waits[i] = append(waits[i], jitter.NextBackOff())
		}
	}
	for i, mean := range means {
		mean *= time.Millisecond
		least, most := slices.Min(waits[i]), slices.Max(waits[i])
		if least < 0 || most > 2*mean+1 {
			t.Errorf("wait %d is from %s to %s, want it between 0s and %s", i+1, least, most, 2*mean)
		}
		// By chance this fails once in 10^8 times.
		if least > mean/10 || most < 2*mean-mean/10 {
			t.Errorf("wait %d is from %s to %s, want it anywhere between 0s and %s", i+1, least, most, 2*mean)
		}
	}
}

// The body is sent whole with every attempt.
func TestEveryAttemptSendsTheSame(t *testing.T) {
	var mu sync.Mutex
	var bodies []string
	answers := inTurn(respond(500, ""), disconnect, respond(429, ""), foundLoan)
	tenant := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		bodies = append(bodies, r.RequestURI+" "+r.Header.Get("Authorization")+" "+string(body))
		mu.Unlock()
		answers.ServeHTTP(w, r)
	})
	inBubble(t, tenant, func(t *testing.T, c *Client) {
		if _, err := ask(t, c); err != nil {
			t.Fatal(err)
		}
	})
	if distinct := slices.Compact(slices.Clone(bodies)); len(bodies) != 4 || len(distinct) != 1 || !strings.Contains(bodies[0], asked) {
		t.Errorf("sent %q", bodies)
	}
}

// Retries cannot multiply the load on a LoanPro in trouble: they spend from a
// budget, a few at once and then a fifth of the rate, and wait when it is
// empty.
func TestRetriesHaveABudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const rate, long = 10, 2 * time.Minute
		config := testConfig("http://localhost" + basePath)
		config.Pace, config.Workers = pace.NewLocal(rate), 32
		start := time.Now()
		var healthy, sick atomic.Int64
		c := inMemory(t, config, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if n := sick.Add(1); n%10 == 0 { // never down for good
				healthy.Add(1)
				foundLoan(w, r)
				return
			}
			respond(500, "")(w, r)
		}))
		var all sync.WaitGroup
		for range config.Workers {
			all.Go(func() {
				for time.Since(start) < long {
					_, _ = ask(t, c)
				}
			})
		}
		all.Wait()
		took := time.Since(start).Seconds()
		if got, most := float64(c.Stats().Retries), retryBurst+rate*retryShare*took; got > most+1 || got < most/2 {
			t.Errorf("%v retries in %v s, want at most %v and about as many", got, took, most)
		}
	})
}
