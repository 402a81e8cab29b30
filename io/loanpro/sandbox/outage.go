package sandbox

import (
	"sync"
	"time"
)

// span says which requests an outage covers.
type span struct {
	from     int           // number of the first one; 0 means no request
	requests int           // how many, counted by number; 0 means no bound
	lasts    time.Duration // from the first struck one on; 0 means no bound
}

func (s span) covers(number int) bool {
	return s.from > 0 && number >= s.from && (s.requests == 0 || number < s.from+s.requests)
}

// outage remembers since when something is out.
type outage struct {
	mu    sync.Mutex
	since time.Time
}

// strikes reports whether a request falls into the outage. The first that does
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
