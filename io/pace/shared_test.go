package pace

import (
	"fmt"
	"testing"
	"time"

	"loanmap/io/loanpro/sandbox"
)

// togetherIfShort lets a short test run with others; a long one measures alone.
func togetherIfShort(t *testing.T) {
	if testing.Short() {
		t.Parallel()
	}
}

// Four processes share a rate: none of them knows of the others, and the tenant counts.
func TestProcessesShareTheRate(t *testing.T) {
	for _, rate := range []float64{20, 200} {
		t.Run(fmt.Sprint(rate), func(t *testing.T) {
			long := 30 * time.Second
			if testing.Short() {
				if rate > 20 {
					t.Skip("make check runs it")
				}
				long = time.Second
			}
			togetherIfShort(t)
			g := newTeam(t, rate, sandbox.Options{})
			begun := g.begin(t, 0)
			time.Sleep(long)
			ended := time.Now()
			g.end(t)
			share := 0.95
			if testing.Short() {
				share = 0.85 // a second more or less counts
			}
			g.check(t, "four processes", begun, ended, share)
			t.Logf("at most %d in a second, by the tenant's counter", g.tenant.box.Counters().PeakPerSecond)
		})
	}
}

// Whatever happens to one process or to the server, no second has more than the rate
// allows, and the others go on.
func TestProcessesShareTheRateInTrouble(t *testing.T) {
	const rate = 20
	for _, test := range []struct {
		name    string
		long    bool // make check alone runs it
		options sandbox.Options
		off     time.Duration // how wrong one clock is
		// trouble happens while the processes run.
		trouble func(t *testing.T, g *team)
		// downtime says that no request leaves for that long.
		downtime time.Duration
	}{
		{name: "one is killed", trouble: func(_ *testing.T, g *team) {
			g.takers[1].kill()
			g.takers = append(g.takers[:1], g.takers[2:]...)
		}},
		{name: "one's clock is an hour ahead", long: true, off: time.Hour, trouble: func(*testing.T, *team) {}},
		{name: "one's clock is an hour late", long: true, off: -time.Hour, trouble: func(*testing.T, *team) {}},
		{name: "the server restarts empty", trouble: func(t *testing.T, g *team) {
			g.server.stop()
			g.server.start(t)
		}, downtime: time.Second},
		{name: "the server is away for 20 seconds and comes back empty", long: true, trouble: func(t *testing.T, g *team) {
			g.server.stop()
			time.Sleep(20 * time.Second)
			g.server.start(t)
		}, downtime: 21 * time.Second},
		{name: "the server restarts with its data", long: true, trouble: func(t *testing.T, g *team) {
			g.server.keep(t)
			time.Sleep(time.Second) // the data become older than the last slots
			g.server.stop()
			g.server.start(t)
		}, downtime: time.Second},
		{name: "the server loses the state alone", long: true, trouble: func(t *testing.T, g *team) {
			g.server.forget(t)
		}, downtime: time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.long && testing.Short() {
				t.Skip("make check runs it")
			}
			togetherIfShort(t)
			steady := 10 * time.Second
			if testing.Short() {
				steady = time.Second / 2
			}
			g := newTeam(t, rate, test.options)
			begun := g.begin(t, test.off)
			time.Sleep(steady)
			struck := time.Now()
			if !testing.Short() {
				g.check(t, "before", begun, struck, 0.95)
			}
			test.trouble(t, g)
			back := g.await(t, time.Now())
			if down := back.Sub(struck); down < test.downtime || down > test.downtime+5*time.Second {
				t.Errorf("the next request came after %s, want %s or a little later", down, test.downtime)
			}
			time.Sleep(steady)
			ended := time.Now()
			g.end(t)
			if !testing.Short() {
				g.check(t, "after", back, ended, 0.95)
			}
			// The seconds around the trouble count, too.
			g.check(t, "all", begun, ended, 0)
		})
	}
}

// A 429 to one process pauses all of them, lowers the rate once, and the rate recovers.
func TestOne429PausesEverybody(t *testing.T) {
	togetherIfShort(t)
	const rate = 20
	g := newTeam(t, rate, sandbox.Options{})
	g.begin(t, 0)
	time.Sleep(200 * time.Millisecond)
	victim, err := Share(Config{URL: g.order.URL, BaseURL: g.order.Target, TenantID: g.order.Tenant, Rate: rate})
	if err != nil {
		t.Fatal(err)
	}
	defer victim.Close()
	for range 4 { // one of four answers to requests that left together
		victim.Throttled(t.Context(), time.Now().Add(-50*time.Millisecond), time.Second)
	}
	paused := time.Now()
	// What had been confirmed is on its way.
	quiet, resumed := paused.Add(50*time.Millisecond), paused.Add(900*time.Millisecond)
	g.await(t, resumed)
	if n := g.tenant.between(quiet, resumed); n > 0 {
		t.Errorf("%d requests in the pause", n)
	}
	state, err := victim.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// It has been lowered once, and climbs since the end of the pause.
	if lowest := rate * headroom * decrease; state.Rate < lowest || state.Rate > lowest+rate/10 || state.Ceiling != rate || len(state.Runs) != 4 {
		t.Errorf("afterwards %+v, want a rate of %v and more, and four runs", state, lowest)
	}
	if !testing.Short() {
		time.Sleep(10 * time.Second)
		if state, err = victim.State(t.Context()); err != nil || state.Rate < 0.95*rate*headroom {
			t.Errorf("ten seconds later %+v, %v", state, err)
		}
	}
	g.end(t)
}
