package loanpro

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"loanmap/io/pace"
)

// recorded is a pace that keeps how long each 503 has paused it.
type recorded struct {
	Pace
	lengths []time.Duration
}

func (r *recorded) Unavailable(ctx context.Context, sent time.Time, d time.Duration) time.Duration {
	d = r.Pace.Unavailable(ctx, sent, d)
	r.lengths = append(r.lengths, d)
	return d
}

// After a success, the next 503 counts as a single one again, and neither is
// logged at info.
func TestA503AfterASuccessIsASingleOne(t *testing.T) {
	busy := respond(http.StatusServiceUnavailable, "")
	var log bytes.Buffer
	inBubble(t, inTurn(busy, foundLoan, busy, foundLoan, busy, foundLoan), func(t *testing.T, c *Client) {
		c.config.Log = slog.New(slog.NewTextHandler(&log, nil))
		pauses := &recorded{Pace: c.config.Pace}
		c.config.Pace = pauses
		for range 3 {
			if _, err := ask(t, c); err != nil {
				t.Fatal(err)
			}
		}
		if first := pauses.lengths[0]; !slices.Equal(pauses.lengths, []time.Duration{first, first, first}) {
			t.Errorf("pauses of %s", pauses.lengths)
		}
	})
	if log.Len() > 0 {
		t.Errorf("logged %s", log.String())
	}
	inBubble(t, inTurn(respond(http.StatusTooManyRequests, ""), foundLoan), func(t *testing.T, c *Client) {
		c.config.Log = slog.New(slog.NewTextHandler(&log, nil))
		if _, err := ask(t, c); err != nil || !strings.Contains(log.String(), "LoanPro asks to wait") {
			t.Errorf("%v, logged %s", err, log.String())
		}
	})
}

// After an outage with 503s, the rate recovers.
func TestTheRateComesBackAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const perSecond = 50
		config := testConfig("http://localhost")
		config.Pace = pace.NewLocal(perSecond)
		tenant := during(time.Second, 2*time.Minute, respond(http.StatusServiceUnavailable, ""))
		c := inMemory(t, config, tenant)
		start := time.Now()
		ctx, cancel := context.WithDeadline(t.Context(), start.Add(3*time.Minute))
		defer cancel()
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for ctx.Err() == nil {
					if _, err := c.Find(ctx, anyStrategy, Texts(asked)); err != nil && ctx.Err() == nil {
						t.Error(err)
					}
				}
			})
		}
		time.Sleep(2*time.Minute + 40*time.Second) // the last pause, and the wait of each worker
		before := tenant.count.Load()
		time.Sleep(10 * time.Second)
		if n := float64(tenant.count.Load()-before) / 10; n < 0.9*perSecond {
			t.Errorf("%v requests a second", n)
		}
		cancel()
		all.Wait()
	})
}
