package sandbox

import (
	"maps"
	"strconv"
	"sync"
	"time"
)

// Counters tell how the tenant was used since New. Requests are API requests
// received, answered or not; PeakPerSecond is the most of them received in any
// second, wherever that second begins; ByStatus counts answers by HTTP status;
// Refused counts calls that were neither a search nor a read.
type Counters struct {
	Requests      int            `json:"requests"`
	PeakPerSecond int            `json:"peak_per_second"`
	InFlight      int            `json:"in_flight"`
	PeakInFlight  int            `json:"peak_in_flight"`
	ByStatus      map[string]int `json:"by_status"`
	Refused       int            `json:"refused"`
}

// Counters returns the counters as they stand.
func (s *Sandbox) Counters() Counters { return s.meter.read() }

// meter counts.
type meter struct {
	mu       sync.Mutex
	counters Counters
	arrivals lastSecond
}

// arrived counts a request when it is received.
func (m *meter) arrived(now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := &m.counters
	c.Requests++
	c.InFlight++
	c.PeakInFlight = max(c.PeakInFlight, c.InFlight)
	m.arrivals.forget(now)
	m.arrivals.add(now)
	c.PeakPerSecond = max(c.PeakPerSecond, m.arrivals.count())
}

// answered counts an answer, just before it is written; status 0 is none.
func (m *meter) answered(status int, refused bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counters.InFlight--
	if status == 0 {
		return
	}
	if m.counters.ByStatus == nil {
		m.counters.ByStatus = make(map[string]int)
	}
	m.counters.ByStatus[strconv.Itoa(status)]++
	if refused {
		m.counters.Refused++
	}
}

func (m *meter) read() Counters {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.counters
	out.ByStatus = maps.Clone(out.ByStatus)
	if out.ByStatus == nil {
		out.ByStatus = map[string]int{}
	}
	return out
}

// lastSecond remembers the times of the last second, oldest first.
type lastSecond struct{ times []time.Time }

func (l *lastSecond) add(now time.Time) { l.times = append(l.times, now) }

func (l *lastSecond) count() int { return len(l.times) }

// forget drops what is a second old or older.
func (l *lastSecond) forget(now time.Time) {
	old := 0
	for old < len(l.times) && now.Sub(l.times[old]) >= time.Second {
		old++
	}
	l.times = l.times[old:]
}

// limit lets a number of requests through in any second.
type limit struct {
	mu        sync.Mutex
	perSecond int // 0 means no limit
	taken     lastSecond
}

// take reports whether a request may pass now. One that may not uses up
// nothing.
func (l *limit) take(now time.Time) bool {
	if l.perSecond == 0 {
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.taken.forget(now)
	if l.taken.count() >= l.perSecond {
		return false
	}
	l.taken.add(now)
	return true
}
