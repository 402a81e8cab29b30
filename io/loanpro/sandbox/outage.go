package sandbox

import (
	"sync"
	"time"
)

// span says which requests an outage covers.
type span struct {
	from     int           // number of the first request; 0 means none
	requests int           // how many, by number; 0 means no limit
	lasts    time.Duration // from the first covered request on; 0 means no limit
}

func (s span) covers(number int) bool {
	return s.from > 0 && number >= s.from && (s.requests == 0 || number < s.from+s.requests)
}

// outage remembers when it began.
type outage struct {
	mu    sync.Mutex
	since time.Time
}

// strikes reports whether the outage affects a request. The first such request
// begins it.
func (o *outage) strikes(during span, number int, now time.Time) bool {
	if !during.covers(number) {
		return false
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.since.IsZero() {
		o.since = now
	}
	return during.lasts == 0 || now.Sub(o.since) < during.lasts
}
