package sandbox

import (
	"maps"
	"strconv"
	"sync"
	"time"
)

// Counters tell how the tenant was used since New. Requests are API requests
// received, answered or not; PeakPerSecond is the most of them received in any
// second, wherever that second begins; ByStatus counts answers by HTTP status,
// those broken off inside the body too; Refused counts calls that were neither a
// search nor a read. KeysAsked counts the display IDs that searches asked for,
// the same one as often as it was asked for, and of a query_string each term and
// phrase; Searches counts searches; ByForm counts those with a query by its
// forms, see QueryForms, such as "terms" or "bool.should match_phrase"; all three
// leave out searches that were not understood. ByFault counts the faults that
// struck: "401", "429", "500", "502", "503", "reset", "reset-body", "cut", "html",
// "error-200", "hang" and "down"; "forget" and "partial", each once for a search
// over an index that was not whole; "status", "firewall", "cache", "echo" and
// "huge".
type Counters struct {
	Requests      int            `json:"requests"`
	PeakPerSecond int            `json:"peak_per_second"`
	InFlight      int            `json:"in_flight"`
	PeakInFlight  int            `json:"peak_in_flight"`
	ByStatus      map[string]int `json:"by_status"`
	Refused       int            `json:"refused"`
	KeysAsked     int            `json:"keys_asked"`
	Searches      int            `json:"searches"`
	ByForm        map[string]int `json:"by_form,omitempty"`
	ByFault       map[string]int `json:"by_fault,omitempty"`
}

// Counters returns the counters as they stand.
func (s *Sandbox) Counters() Counters { return s.meter.read() }

// meter counts.
type meter struct {
	mu       sync.Mutex
	counters Counters
	arrivals lastSecond
}

// arrived counts a request when it is received, and returns its number.
func (m *meter) arrived(now time.Time) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := &m.counters
	c.Requests++
	c.InFlight++
	c.PeakInFlight = max(c.PeakInFlight, c.InFlight)
	m.arrivals.forget(now)
	m.arrivals.add(now)
	c.PeakPerSecond = max(c.PeakPerSecond, m.arrivals.count())
	return c.Requests
}

// answered counts an answer, just before it is written; status 0 is none.
func (m *meter) answered(status int, refused bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counters.InFlight--
	if status == 0 {
		return
	}
	tally(&m.counters.ByStatus, strconv.Itoa(status))
	if refused {
		m.counters.Refused++
	}
}

// struck counts a fault and returns how often it has struck by now.
func (m *meter) struck(f fault) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return tally(&m.counters.ByFault, string(f))
}

// searched counts a search that was understood; no form means no query.
func (m *meter) searched(form string, keys int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counters.Searches++
	m.counters.KeysAsked += keys
	if form != "" {
		tally(&m.counters.ByForm, form)
	}
}

func tally(counts *map[string]int, name string) int {
	if *counts == nil {
		*counts = make(map[string]int)
	}
	(*counts)[name]++
	return (*counts)[name]
}

func (m *meter) read() Counters {
	m.mu.Lock()
	defer m.mu.Unlock()
	out := m.counters
	out.ByStatus = maps.Clone(out.ByStatus)
	if out.ByStatus == nil {
		out.ByStatus = map[string]int{}
	}
	out.ByForm, out.ByFault = maps.Clone(out.ByForm), maps.Clone(out.ByFault)
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
