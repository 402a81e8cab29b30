package pace

import (
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A single 503 stops all requests for a moment, and does not lower the rate.
func TestASingle503CostsLittle(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := NewLocal(100)
	for n := range 50 {
		now := start.Add(time.Duration(n) * time.Second)
		if got := p.unavailable(now.Add(-time.Millisecond), now, 0); got != firstBriefPause {
			t.Fatalf("pause %d: %s", n, got)
		}
		if got := p.resume.Sub(now); got != firstBriefPause {
			t.Fatalf("pause %d: everybody waits for %s", n, got)
		}
		p.Answered()
		if got := p.limit.at(p.resume); got != 100*headroom {
			t.Fatalf("%v a second after %d", got, n)
		}
	}
}

// Each 503 in a row doubles the pause, and from the second on lowers the rate.
func TestSeveral503sInARow(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := NewLocal(100)
	before := p.limit.at(now)
	for n, want := range []time.Duration{100, 200, 400, 800, 1600, 3200, 6400, 12800, 15000, 15000, 15000, 15000, 15000} {
		want *= time.Millisecond
		if got := p.unavailable(now, now.Add(1), 0); got != want {
			t.Errorf("pause %d: %s, want %s", n+1, got, want)
		}
		after := p.limit.at(p.resume)
		if n == 0 && after != before || n > 0 && after > before*decrease+1e-3 && after > minRate {
			t.Errorf("%v a second after %d, %v before", after, n+1, before)
		}
		before = after
		now = p.resume
	}
	// However long the trouble lasted, the rate recovers once it is over.
	p.Answered()
	if got := p.limit.at(now.Add(fastRecovery + time.Second)); got < 0.97*100*headroom {
		t.Errorf("%v a second afterwards", got)
	}
	if got := p.unavailable(now, now.Add(1), 0); got != firstBriefPause {
		t.Errorf("the next pause is %s", got)
	}
}

// A 503 to a request that left before the last 503 belongs to the same trouble.
func Test503sAtOnceCountOnce(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := NewLocal(100)
	for i := range 8 {
		if got := p.unavailable(now, now.Add(time.Duration(10+i)), 0); got != firstBriefPause {
			t.Errorf("pause %d: %s", i, got)
		}
	}
	if got := p.limit.at(now.Add(time.Second)); got != 100*headroom {
		t.Errorf("%v a second", got)
	}
}

// Retry-After is obeyed, also for several 503s in a row.
func TestRetryAfterOf503Wins(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	p := NewLocal(100)
	for range 5 {
		if got := p.unavailable(now, now.Add(1), 7*time.Second); got != 7*time.Second || p.resume.Sub(now) != 7*time.Second+1 {
			t.Errorf("%s, until %s", got, p.resume.Sub(now))
		}
		now = p.resume
	}
	if got := p.limit.at(now); got > 100*headroom*decrease*decrease {
		t.Errorf("%v a second after five in a row", got)
	}
}

// rushUnavailable is rush against a tenant that only answers 503 without
// Retry-After.
func rushUnavailable(t *testing.T, ceiling float64, tenant *limited) {
	synctest.Test(t, func(t *testing.T) {
		const end = 10 * time.Minute
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
						p.unavailable(sent, time.Now(), 0)
						continue
					}
					time.Sleep(rand.N(10 * time.Millisecond))
					p.Answered()
				}
			})
		}
		all.Wait()
	})
}

// If a tenant limits its rate by 503 alone, the pace seldom exceeds that rate.
func TestPaceAgainstATenantThatIsBusyBeyondARate(t *testing.T) {
	tenant := &limited{perSecond: 10}
	rushUnavailable(t, 50, tenant)
	achieved := float64(tenant.asked[1]-tenant.refused[1]) / (580 * 10)
	refused := float64(tenant.refused[1]) / float64(tenant.asked[1])
	t.Logf("%.3f of what the tenant allows achieved, %.4f refused", achieved, refused)
	if achieved < 0.8 || refused > 0.5 {
		t.Errorf("%.3f of what the tenant allows achieved, %.4f refused", achieved, refused)
	}
}

// Occasional 503s leave most of the rate.
func TestPaceAgainstATenantThatIsBusyNowAndThen(t *testing.T) {
	tenant := &limited{perSecond: 1000, atRandom: 0.02}
	rushUnavailable(t, 200, tenant)
	used := float64(tenant.asked[1]) / (580 * 200)
	t.Logf("%.3f of the ceiling used", used)
	if used < 0.5 {
		t.Errorf("%.3f of the ceiling used", used)
	}
}
