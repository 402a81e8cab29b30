package pace

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// waiter takes a turn again and again, each time after a delay.
type waiter []time.Duration

// leaves returns when the requests of all waiters leave, in order. At each of
// pauses, all requests are stopped for some time.
func leaves(t *testing.T, perSecond float64, waiters []waiter, pauses map[time.Duration]time.Duration) []time.Duration {
	t.Helper()
	var mu sync.Mutex
	var left []time.Duration
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := NewLocal(perSecond)
		var all sync.WaitGroup
		for at, length := range pauses {
			all.Go(func() {
				time.Sleep(at)
				p.pause(time.Now(), time.Now(), length)
			})
		}
		for _, waits := range waiters {
			all.Go(func() {
				for _, wait := range waits {
					time.Sleep(wait)
					if err := p.Wait(t.Context()); err != nil {
						t.Error(err)
					}
					mu.Lock()
					left = append(left, time.Since(start))
					mu.Unlock()
				}
			})
		}
		all.Wait()
	})
	slices.Sort(left)
	return left
}

// busiest returns the largest number that left in any second.
func busiest(left []time.Duration) int {
	most := 0
	for i, first := range left {
		last, _ := slices.BinarySearch(left, first+time.Second+1)
		most = max(most, last-i)
	}
	return most
}

var arrivals = map[string]func(i int) waiter{
	"always waiting": func(int) waiter { return slices.Repeat(waiter{0}, 60) },
	"coming late": func(i int) waiter {
		return append(waiter{time.Duration(i) * 700 * time.Millisecond}, make(waiter, 40)...)
	},
	"coming in bursts": func(int) waiter { return slices.Repeat(append(waiter{3 * time.Second}, make(waiter, 15)...), 4) },
	"now and then":     func(i int) waiter { return slices.Repeat(waiter{time.Duration(37+13*i) * time.Millisecond}, 60) },
}

func TestPaceHoldsInAnySecond(t *testing.T) {
	for _, perSecond := range []float64{5, 20, 50} {
		for count := 1; count <= 8; count++ {
			for name, arrival := range arrivals {
				t.Run(fmt.Sprintf("%v a second, %d waiters, %s", perSecond, count, name), func(t *testing.T) {
					waiters := make([]waiter, count)
					requests := 0
					for i := range waiters {
						waiters[i] = arrival(i)
						requests += len(waiters[i])
					}
					left := leaves(t, perSecond, waiters, nil)
					if len(left) != requests {
						t.Errorf("%d left, want %d", len(left), requests)
					}
					if got := busiest(left); got > int(perSecond)+1 {
						t.Errorf("%d left within a second", got)
					}
				})
			}
		}
	}
}

func TestPaceHoldsHoweverTheyCome(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		perSecond := rapid.SampledFrom([]float64{0.5, 1, 3, 5, 7, 20, 50}).Draw(rt, "rate")
		moment := rapid.Custom(func(rt *rapid.T) time.Duration {
			return rapid.SampledFrom([]time.Duration{0, 1, time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond}).Draw(rt, "unit") *
				time.Duration(rapid.IntRange(0, 30).Draw(rt, "times"))
		})
		waits := rapid.Custom(func(rt *rapid.T) waiter { return rapid.SliceOfN(moment, 1, 12).Draw(rt, "waits") })
		waiters := rapid.SliceOfN(waits, 1, 8).Draw(rt, "waiters")
		pauses := rapid.MapOfN(moment, moment, 0, 3).Draw(rt, "pauses")
		left := leaves(t, perSecond, waiters, pauses)
		if got := busiest(left); got > max(1, int(perSecond))+1 {
			rt.Fatalf("%d left within a second: %s", got, left)
		}
		for i := 1; i < len(left); i++ {
			if gap, least := left[i]-left[i-1], time.Duration(float64(time.Second)/perSecond); gap < least-time.Microsecond {
				rt.Fatalf("two left within %s, want at least %s: %s", gap, least, left)
			}
		}
		for at, length := range pauses {
			for _, moment := range left {
				if moment > at && moment < at+length {
					rt.Fatalf("one left at %s, in the pause from %s to %s", moment, at, at+length)
				}
			}
		}
	})
}

// limited is a tenant that accepts a number of requests in any second, and
// refuses the others for a second. Requests take a while to arrive.
type limited struct {
	perSecond int
	atRandom  float64 // share refused for other reasons
	taken     []time.Time
	// the first twenty seconds, and what follows
	asked, refused [2]int // in the first twenty seconds, and after them
}

func (l *limited) take(start, now time.Time) bool {
	late := 0
	if now.Sub(start) > 20*time.Second {
		late = 1
	}
	l.asked[late]++
	l.taken = slices.DeleteFunc(l.taken, func(at time.Time) bool { return now.Sub(at) >= time.Second })
	if len(l.taken) >= l.perSecond || rand.Float64() < l.atRandom {
		l.refused[late]++
		return false
	}
	l.taken = append(l.taken, now)
	return true
}

// rush has four workers ask for an hour. Answers take up to a second, and
// requests up to 10 ms to arrive.
func rush(t *testing.T, ceiling float64, tenant *limited) {
	synctest.Test(t, func(t *testing.T) {
		const end = time.Hour
		start := time.Now()
		p := NewLocal(ceiling)
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for time.Since(start) < end {
					if err := p.Wait(t.Context()); err != nil {
						t.Error(err)
					}
					sent := time.Now()
					time.Sleep(rand.N(10 * time.Millisecond))
					mu.Lock()
					ok := tenant.take(start, time.Now())
					mu.Unlock()
					if !ok {
						p.pause(sent, time.Now(), time.Second)
						continue
					}
					time.Sleep(rand.N(time.Second))
				}
			})
		}
		all.Wait()
	})
}

func TestPaceAgainstATenantThatAllowsAsMuch(t *testing.T) {
	tenant := &limited{perSecond: 10}
	rush(t, 10, tenant)
	if n := tenant.refused[1]; n > 0 {
		t.Errorf("%d refused in steady state", n)
	}
	if used := float64(tenant.asked[1]) / (3580 * 10); used < 0.95 {
		t.Errorf("%.3f of the ceiling used", used)
	}
}

func TestPaceAgainstATenantThatAllowsLess(t *testing.T) {
	tenant := &limited{perSecond: 10}
	rush(t, 50, tenant)
	achieved := float64(tenant.asked[1]-tenant.refused[1]) / (3580 * 10)
	refused := float64(tenant.refused[1]) / float64(tenant.asked[1])
	if achieved < 0.8 || refused > 0.05 {
		t.Errorf("%.3f of what the tenant allows achieved, %.4f refused", achieved, refused)
	}
	t.Logf("%.3f of what the tenant allows achieved, %.4f refused", achieved, refused)
}

// Refusals for other reasons than the rate leave at least a third of it,
// including pauses of a second.
func TestPaceAgainstATenantThatRefusesNowAndThen(t *testing.T) {
	tenant := &limited{perSecond: 1000, atRandom: 0.03}
	rush(t, 5, tenant)
	used := float64(tenant.asked[1]) / (3580 * 5)
	t.Logf("%.3f of the ceiling used", used)
	if used < 0.33 {
		t.Errorf("%.3f of the ceiling used", used)
	}
}

// The rate depends on time alone, not on the number of steps.
func TestLimitIsArithmetic(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		once, often := newLimit(10), newLimit(10)
		now := start
		for range rapid.IntRange(1, 6).Draw(rt, "refusals") {
			resume := now.Add(time.Duration(rapid.IntRange(0, 5000).Draw(rt, "pause")) * time.Millisecond)
			before := once.at(now)
			once.refuse(now, resume)
			often.refuse(now, resume)
			if got := once.at(resume); got > before*decrease+1e-9 && got > minRate {
				rt.Fatalf("%v after a refusal at %v", got, before)
			}
			steps := rapid.IntRange(1, 20).Draw(rt, "steps")
			for range steps {
				resume = resume.Add(time.Duration(rapid.IntRange(0, 3000).Draw(rt, "step")) * time.Millisecond)
				often.at(resume)
			}
			now = resume
			if a, b := once.at(now), often.at(now); math.Abs(a-b) > 1e-6 || a > 10*headroom || a < minRate-1e-9 {
				rt.Fatalf("%v in one step, %v in %d", a, b, steps)
			}
		}
		if got := once.at(now.Add(24 * time.Hour)); got != 10*headroom {
			rt.Fatalf("%v a day later", got)
		}
	})
}

// The ceiling is reached: a slower pace would pass the other tests.
func TestPaceIsUsedInFull(t *testing.T) {
	for _, perSecond := range []float64{0.5, 5, 20, 50} {
		t.Run(fmt.Sprint(perSecond), func(t *testing.T) {
			left := leaves(t, perSecond, slices.Repeat([]waiter{make(waiter, 25)}, 4), nil)
			want := time.Duration(99 / (perSecond * headroom) * float64(time.Second))
			if last := left[len(left)-1]; left[0] != 0 || last > want+time.Millisecond {
				t.Errorf("100 left from %s to %s, want them from 0s to %s", left[0], last, want)
			}
		})
	}
}

func TestWaitersLeaveInTheOrderTheyCame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewLocal(1)
		var mu sync.Mutex
		var order []int
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Millisecond)
				_ = p.Wait(t.Context())
				mu.Lock()
				defer mu.Unlock()
				order = append(order, i)
			})
		}
		all.Wait()
		if !slices.IsSorted(order) {
			t.Errorf("left in the order %v", order)
		}
	})
}

func TestLongerPauseWins(t *testing.T) {
	const second = time.Second
	tests := []struct {
		name   string
		pauses map[time.Duration]time.Duration
		resume time.Duration
	}{
		{"one pause", map[time.Duration]time.Duration{second: 10 * second}, 11 * second},
		{"a shorter one within does not shorten it", map[time.Duration]time.Duration{second: 10 * second, 2 * second: second}, 11 * second},
		{"a later one prolongs it", map[time.Duration]time.Duration{second: 10 * second, 9 * second: 10 * second}, 19 * second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			left := leaves(t, 1000, []waiter{{2500 * time.Millisecond}, {5 * second}}, test.pauses)
			if left[0] != test.resume {
				t.Errorf("left at %s, want the first at %s", left, test.resume)
			}
		})
	}
}

func TestWaitEndsWithTheContext(t *testing.T) {
	tests := []struct {
		name   string
		before func(*testing.T, *Local) // what stands in the way
	}{
		{"while another waits for its turn", func(t *testing.T, p *Local) {
			_ = p.Wait(t.Context())
			ctx, cancel := context.WithCancel(t.Context())
			var other sync.WaitGroup
			other.Go(func() { _ = p.Wait(ctx) })
			t.Cleanup(func() { cancel(); other.Wait() })
			synctest.Wait()
		}},
		{"while it waits for its own turn", func(t *testing.T, p *Local) { _ = p.Wait(t.Context()) }},
		{"in a pause", func(_ *testing.T, p *Local) { p.pause(time.Now(), time.Now(), 5*time.Minute) }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := NewLocal(0.01)
				test.before(t, p)
				ctx, cancel := context.WithCancelCause(t.Context())
				time.AfterFunc(time.Second, func() { cancel(errStop) })
				start := time.Now()
				wantAlone(t, p.Wait(ctx), errStop)
				if took := time.Since(start); took != time.Second {
					t.Errorf("ended after %s, want 1s", took)
				}
			})
		})
	}
}

// If a turn is free and the context has ended, the end counts.
func TestEndedContextTakesNoTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := NewLocal(1)
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(errStop)
		for range 100 {
			wantAlone(t, p.Wait(ctx), errStop)
		}
		start := time.Now()
		if err := p.Wait(t.Context()); err != nil || time.Since(start) != 0 {
			t.Errorf("got %v after %s: the turn is not free any more", err, time.Since(start))
		}
	})
}

// A caller that gives up leaves its turn to the next one; the turn is neither
// lost nor doubled.
func TestGivingUpDoesNotDisturbThePace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		p := NewLocal(1)
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			_ = p.Wait(ctx)
			cancel()
		}
		for n := range 3 {
			if err := p.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			want := time.Duration(float64(n+1) / headroom * float64(time.Second))
			if got := time.Since(start); got < want-time.Microsecond || got > want+time.Microsecond {
				t.Errorf("left at %s, want %s", got, want)
			}
		}
	})
}

var errStop = errors.New("stopped for a reason")

// wantAlone checks that err is want, not wrapped.
func wantAlone(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) || err.Error() != want.Error() {
		t.Errorf("got %v, want %v alone", err, want)
	}
}
