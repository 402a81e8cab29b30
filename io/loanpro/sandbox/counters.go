package sandbox

import (
	"maps"
	"strconv"
	"sync"
	"time"
)

// Counters count since New. The maps are copies.
type Counters struct {
	Requests      int `json:"requests"`        // API requests received, answered or not
	PeakPerSecond int `json:"peak_per_second"` // most requests in any second, wherever it begins
	InFlight      int `json:"in_flight"`
	PeakInFlight  int `json:"peak_in_flight"`

	// ByStatus counts answers by HTTP status, also those cut inside the body.
	ByStatus map[string]int `json:"by_status"`

	Refused int `json:"refused"` // calls that were neither a search nor a read

	// KeysAsked counts the display IDs in searches: repeated ones each time, and
	// each term and phrase of a query_string. Searches counts searches. ByForm
	// counts the searches with a query by its forms, such as "terms" or
	// "bool.should match_phrase". All three omit rejected searches.
	KeysAsked int            `json:"keys_asked"`
	Searches  int            `json:"searches"`
	ByForm    map[string]int `json:"by_form,omitempty"`

	// ByFault counts the faults that struck: "401", "429", "500", "502", "503",
	// "reset", "reset-body", "cut", "html", "error-200", "hang", "down", "status",
	// "firewall", "cache", "echo" and "huge". "forget" and "partial" count
	// searches in an incomplete index.
	ByFault map[string]int `json:"by_fault,omitempty"`
}

// Counters returns the current counters.
func (s *Sandbox) Counters() Counters { return s.meter.read() }

// meter keeps the counters.
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

// answered counts an answer just before it is written. Status 0 means no answer.
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

// struck counts a fault and returns how often it has struck.
func (m *meter) struck(f fault) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return tally(&m.counters.ByFault, string(f))
}

// searched counts a search that was not rejected. Without a query it has no form.
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

// lastSecond has the times within the last second, oldest first.
type lastSecond struct{ times []time.Time }

func (l *lastSecond) add(now time.Time) { l.times = append(l.times, now) }

func (l *lastSecond) count() int { return len(l.times) }

// forget drops times that are a second old or older.
func (l *lastSecond) forget(now time.Time) {
	old := 0
	for old < len(l.times) && now.Sub(l.times[old]) >= time.Second {
		old++
	}
	l.times = l.times[old:]
}

// limit lets a number of requests pass in any second.
type limit struct {
	mu        sync.Mutex
	perSecond int // 0 means no limit
	taken     lastSecond
}

// take reports whether a request may pass now. A rejected one does not count.
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
