package loanpro

import (
	"context"
	"math"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loanmap/io/pace"
)

// busiest returns the largest number that left in any second.
func busiest(left []time.Duration) int {
	most := 0
	for i, first := range left {
		last, _ := slices.BinarySearch(left, first+time.Second+1)
		most = max(most, last-i)
	}
	return most
}

// The pace applies to every request of the client: pages, retries, probes.
func TestEveryRequestIsPaced(t *testing.T) {
	const perSecond, callers = 5, 4
	var mu sync.Mutex
	var sent []time.Duration
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		answers := inTurn(respond(500, ""), foundLoan, respondTruncated, respond(200, hitsOf(`{"total":3,"pageSize":2}`, 1, 2)),
			respond(429, ""), respond(200, hitsOf(`{"total":3,"pageSize":2}`, 3)), disconnect, foundLoan)
		config := testConfig("http://localhost")
		config.Pace = pace.NewLocal(perSecond)
		c := inMemory(t, config, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			sent = append(sent, time.Since(start))
			mu.Unlock()
			answers.ServeHTTP(w, r)
		}))
		var all sync.WaitGroup
		for range callers {
			all.Go(func() {
				for range 5 {
					_ = fetchFirstPage(t.Context(), c)
					_, _ = ask(t, c)
				}
			})
		}
		all.Wait()
	})
	slices.Sort(sent)
	if got := busiest(sent); got > perSecond+1 || len(sent) < 2*5*callers {
		t.Errorf("%d of %d requests within a second, want at most %d", got, len(sent), perSecond+1)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	const second = time.Second
	tests := []struct {
		name, header string
		want         time.Duration
	}{
		{"absent", "", 0},
		{"one second", "1", second},
		{"seconds", "120", 120 * second},
		{"the longest that is waited for", "300", 5 * time.Minute},
		{"longer", "301", 301 * time.Second},
		{"a day", "86400", 24 * time.Hour},
		{"more than 32 bits of seconds", "4294967297", math.MaxInt32 * time.Second},
		{"more than 64 bits of nanoseconds", "18446744075", math.MaxInt32 * time.Second},
		{"more than 64 bits of seconds", "99999999999999999999", math.MaxInt32 * time.Second},
		{"zero", "0", 0},
		{"negative", "-5", 0},
		{"hugely negative", "-99999999999999999999", 0},
		{"a fraction", "1.5", 0},
		{"garbage", "soon", 0},
		{"infinity", "Inf", 0},
		{"a number and more", "5 seconds", 0},
		{"a date", "Tue, 03 Feb 2026 04:05:36 GMT", 30 * second},
		{"a date of tomorrow", "Wed, 04 Feb 2026 04:05:06 GMT", 24 * time.Hour},
		{"a date of now", "Tue, 03 Feb 2026 04:05:06 GMT", 0},
		{"a date that is past", "Tue, 03 Feb 2026 04:00:00 GMT", 0},
		{"a date long past", "Sunday, 06-Nov-94 08:49:37 GMT", 0},
		{"a date in another form", "Tue Feb  3 04:05:46 2026", 40 * second},
		{"an invalid date", "Tue, 99 Feb 2026 04:05:36 GMT", 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			header := http.Header{}
			if test.header != "" {
				header.Set("Retry-After", test.header)
			}
			if got := retryAfter(header, now); got != test.want {
				t.Errorf("%q: got %s, want %s", test.header, got, test.want)
			}
		})
	}
}

// The clock of this machine may be wrong: dates are by that of the server.
func TestRetryAfterIsByTheClockOfTheServer(t *testing.T) {
	header := http.Header{"Retry-After": {"Tue, 03 Feb 2026 04:05:36 GMT"}, "Date": {"Tue, 03 Feb 2026 04:05:06 GMT"}}
	for _, off := range []time.Duration{-time.Hour, 0, time.Hour} {
		now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC).Add(off)
		if got := retryAfter(header, now); got != 30*time.Second {
			t.Errorf("with a clock %s off: %s", off, got)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"", "0", "1", "-1", "300", "99999999999999999999", "Tue, 03 Feb 2026 04:05:36 GMT", "soon"} {
		f.Add(seed)
	}
	now := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value string) {
		wait := retryAfter(http.Header{"Retry-After": {value}}, now)
		if wait < 0 {
			t.Errorf("%q: waits %s", value, wait)
		}
	})
}

// closed is a pace that lets some requests leave and then no other.
type closed struct {
	Pace
	left int
}

func (c *closed) Wait(ctx context.Context) error {
	if c.left--; c.left < 0 {
		return errStop
	}
	return c.Pace.Wait(ctx)
}

// A pace that lets no request leave says nothing about LoanPro: its error is final as
// it is, at the first attempt and at a later one.
func TestErrorOfThePaceIsFinal(t *testing.T) {
	for left, requests := range map[int]int64{0: 0, 1: 1, 2: 2} {
		tenant := inTurn(respond(500, ""))
		inBubble(t, tenant, func(t *testing.T, c *Client) {
			c.config.Pace = &closed{c.config.Pace, left}
			_, err := ask(t, c)
			wantAlone(t, err, errStop)
			if got := tenant.count.Load(); got != requests || c.Waiting() != "" {
				t.Errorf("%d requests, waiting %q", got, c.Waiting())
			}
		})
	}
}
