package pace

import (
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"pgregory.net/rapid"
)

// clocked is a server whose clock the test sets.
type clocked struct {
	*Server
	t     testing.TB
	redis *miniredis.Miniredis
	now   time.Time
}

func newClocked(t testing.TB) *clocked {
	t.Helper()
	c := &clocked{t: t, redis: miniredis.RunT(t), now: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	c.redis.SetTime(c.now)
	c.Server = connect(t, Config{URL: "redis://" + c.redis.Addr(), BaseURL: "https://example.com", TenantID: "1"})
	return c
}

func connect(t testing.TB, config Config) *Server {
	t.Helper()
	server, err := Connect(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

func (c *clocked) pass(d time.Duration) {
	c.now = c.now.Add(d)
	c.redis.SetTime(c.now)
}

// do runs the script and returns its numbers.
func (c *clocked) do(what, name string, rate float64, more ...any) []int64 {
	c.t.Helper()
	got, err := c.numbers(c.t.Context(), 0, what, name, rate, more...)
	if err != nil {
		c.t.Fatal(what, err)
	}
	return got
}

// take takes a slot, or has held confirmed.
func (c *clocked) take(name string, rate float64, held slot) (wait time.Duration, got slot) {
	c.t.Helper()
	reply := c.do("take", name, rate, held.at, held.opened, -1)
	return micro(reply[0]), slot{reply[1], reply[2]}
}

func (c *clocked) state() *State {
	c.t.Helper()
	state, err := c.State(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	return state
}

// begun takes the first slot, which is a second ahead, and lets that second pass.
func (c *clocked) begun(rate float64) *clocked {
	c.t.Helper()
	if wait, _ := c.take("first", rate, slot{}); wait != time.Second {
		c.t.Fatalf("the first slot is in %s, want a second", wait)
	}
	c.pass(3 * time.Second)
	return c
}

func about(got, want time.Duration) bool { return (got - want).Abs() <= 2*time.Microsecond }

// step is the distance of slots.
func step(rate float64) time.Duration {
	return time.Duration(float64(time.Second) / (rate * headroom))
}

func TestSlotsAreEvenlySpaced(t *testing.T) {
	t.Parallel()
	c := newClocked(t).begun(10)
	for i := range 5 {
		if wait, _ := c.take(fmt.Sprint(i%2), 10, slot{}); !about(wait, time.Duration(i)*step(10)) {
			t.Errorf("slot %d is in %s, want %s", i, wait, time.Duration(i)*step(10))
		}
	}
	c.pass(time.Hour) // unused slots are not saved up
	for i := range 3 {
		if wait, _ := c.take("1", 10, slot{}); !about(wait, time.Duration(i)*step(10)) {
			t.Errorf("slot %d after an hour is in %s", i, wait)
		}
	}
}

// A slot is confirmed at its time, and shortly after, and not later.
func TestLateSlotsAreGivenUp(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		after     time.Duration // the slot's time
		confirmed bool
	}{
		{0, true}, {step(10)/2 + late - time.Millisecond, true}, {step(10)/2 + late + time.Millisecond, false}, {time.Hour, false},
	} {
		c := newClocked(t).begun(10)
		c.take("1", 10, slot{})
		wait, held := c.take("1", 10, slot{})
		c.pass(wait / 2)
		if left, same := c.take("1", 10, held); same != held || !about(left, wait-wait/2) {
			t.Errorf("half-way the slot is %v in %s, want %v in %s", same, left, held, wait-wait/2)
		}
		c.pass(wait - wait/2 + test.after)
		left, same := c.take("1", 10, held)
		if test.confirmed != (same == held) || test.confirmed && left != 0 {
			t.Errorf("%s after its time the slot is %v in %s, want it confirmed: %t", test.after, same, left, test.confirmed)
		}
	}
}

// A pause that begins while a slot is held counts.
func TestPauseHoldsReservedSlots(t *testing.T) {
	t.Parallel()
	c := newClocked(t).begun(10)
	c.take("1", 10, slot{})
	wait, held := c.take("1", 10, slot{})
	c.do("throttled", "2", 10, 0, time.Second.Microseconds(), -1)
	c.pass(wait)
	if left, none := c.take("1", 10, held); none.at != 0 || !about(left, time.Second-wait) {
		t.Errorf("in a pause the slot is %v in %s", none, left)
	}
}

func TestRestartVoidsSlots(t *testing.T) {
	t.Parallel()
	c := newClocked(t).begun(0.2)
	c.take("1", 0.2, slot{})
	_, held := c.take("1", 0.2, slot{}) // five seconds ahead
	c.redis.FlushAll()
	c.pass(time.Millisecond)
	if wait, got := c.take("1", 0.2, held); got.at == held.at || got.opened == held.opened || wait != time.Second {
		t.Errorf("after a restart the slot is %v in %s, was %v", got, wait, held)
	}
}

// A clock that is set back delays no run, whatever is stored.
func TestClockOfTheServerIsSetBack(t *testing.T) {
	t.Parallel()
	c := newClocked(t).begun(10)
	c.take("1", 10, slot{})
	c.do("throttled", "1", 10, 0, time.Second.Microseconds(), -1)
	c.pass(-time.Hour)
	if wait, _ := c.take("1", 10, slot{}); !about(wait, time.Second) {
		t.Errorf("the pause of a second has %s left", wait)
	}
	c.pass(time.Second)
	if wait, _ := c.take("1", 10, slot{}); wait != 0 {
		t.Errorf("after the pause the next slot is in %s", wait)
	}
}

// The ceiling is the lowest of the runs that are there, and of what a person has set.
func TestLowestCeilingCounts(t *testing.T) {
	t.Parallel()
	c := newClocked(t).begun(20)
	expect := func(what string, want float64, runs int) {
		t.Helper()
		if s := c.state(); s.Ceiling != want || len(s.Runs) != runs || math.Abs(s.Rate-want*headroom) > 1e-9 {
			t.Errorf("%s: %+v, want a ceiling of %v and %d runs", what, s, want, runs)
		}
	}
	expect("alone", 20, 1)
	c.take("slow", 5, slot{})
	expect("with a slower one", 5, 2)
	c.take("", 1, slot{}) // a guest
	expect("with a guest", 5, 2)
	c.do("set", "", 0, 3)
	expect("with a lower one that is set", 3, 2)
	c.do("set", "", 0, 500)
	expect("with a higher one that is set", 5, 2)
	c.do("clear", "", 0)
	if _, err := c.run(t.Context(), "leave", "slow", 0); err != nil {
		t.Error(err)
	}
	expect("when the slower one has left", 20, 1)
	c.take("killed", 2, slot{})
	expect("with one that will be killed", 2, 2)
	for range 4 {
		c.pass(absence / 3)
		c.take("first", 20, slot{})
	}
	expect("when it has not been seen for long", 20, 1)
	if got := c.state(); got.Last != "first" || got.Runs[0].Requests != 5 {
		t.Errorf("%+v, want five slots", got)
	}
}

func TestAPersonPauses(t *testing.T) {
	t.Parallel()
	c := newClocked(t).begun(10)
	c.do("pause", "", 0, time.Hour.Microseconds())
	c.do("throttled", "1", 10, 0, time.Second.Microseconds(), -1)
	reply := c.do("take", "1", 10, 0, 0, -1)
	if got := c.state(); micro(reply[0]) != time.Hour || reply[3] != 2 || got.Hold != time.Hour || got.Pause != time.Second {
		t.Errorf("%v, %+v", reply, got)
	}
	c.do("pause", "", 0, time.Minute.Microseconds()) // in place of the first
	c.pass(time.Second)
	if got := c.state(); got.Hold != 59*time.Second || got.Pause != 0 {
		t.Errorf("%+v", got)
	}
	c.do("clear", "", 0)
	if wait, _ := c.take("1", 10, slot{}); wait != 0 {
		t.Errorf("after clear the next slot is in %s", wait)
	}
}

// What a person has set stays; the state is forgotten after a week.
func TestStateIsForgotten(t *testing.T) {
	t.Parallel()
	c := newClocked(t).begun(10)
	if left := c.redis.TTL(c.keys[0]); left != 7*24*time.Hour {
		t.Errorf("the state is forgotten after %s", left)
	}
	c.do("set", "", 0, 3)
	c.take("1", 10, slot{})
	if left := c.redis.TTL(c.keys[0]); left != 0 {
		t.Errorf("what is set is forgotten after %s", left)
	}
	if left := c.redis.TTL(c.keys[1]); left != 24*time.Hour {
		t.Errorf("the runs are forgotten after %s", left)
	}
}

// The script has the arithmetic of the local pace: refusals and successes in any order
// leave both with one rate and one pause.
func TestScriptAgreesWithTheLocalPace(t *testing.T) {
	t.Parallel()
	c := newClocked(t)
	tenants := 0
	rapid.Check(t, func(rt *rapid.T) {
		const rate = 10
		tenants++
		c.keys = []string{strconv.Itoa(tenants), strconv.Itoa(tenants) + ":runs"}
		c.take("1", rate, slot{})
		local := NewLocal(rate)
		var success time.Time
		for range rapid.IntRange(1, 30).Draw(rt, "steps") {
			c.pass(time.Duration(rapid.IntRange(1, 5000).Draw(rt, "passed")) * time.Millisecond)
			age := time.Duration(rapid.IntRange(1, 1500).Draw(rt, "age")) * time.Millisecond
			length := time.Duration(rapid.IntRange(0, 3).Draw(rt, "pause")) * time.Second
			since := int64(-1)
			if !success.IsZero() {
				since = c.now.Sub(success).Microseconds()
			}
			switch rapid.IntRange(0, 2).Draw(rt, "event") {
			case 0:
				local.pause(c.now.Add(-age), c.now, max(length, time.Second))
				c.do("throttled", "1", rate, age.Microseconds(), max(length, time.Second).Microseconds(), since)
			case 1:
				want := local.unavailable(c.now.Add(-age), c.now, length)
				if got := micro(c.do("unavailable", "1", rate, age.Microseconds(), length.Microseconds(), since)[0]); got != want {
					rt.Fatalf("a pause of %s, want %s", got, want)
				}
			case 2:
				c.pass(time.Millisecond)
				local.Answered()
				success = c.now
				c.do("take", "1", rate, 0, 0, 0)
			}
			c.do("take", "1", rate, 0, 0, -1) // it is still there
			got := c.state()
			if want := max(0, local.resume.Sub(c.now)); !about(got.Pause, want) {
				rt.Fatalf("paused for %s, want %s", got.Pause, want)
			}
			if want := local.limit.at(c.now); math.Abs(got.Rate-want) > 1e-6 {
				rt.Fatalf("%v a second, want %v", got.Rate, want)
			}
		}
	})
}
