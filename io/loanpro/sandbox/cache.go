package sandbox

import (
	"net/http"
	"sync"
)

// cache is what a proxy in front of the tenant keeps: answers by URL alone.
type cache struct {
	mu      sync.Mutex
	answers map[string]*reply // not changed once they are here
}

// fromCache answers a POST as the first of its URL was answered. It comes before
// authorization and limit, as such a proxy does. A proxy that answers a POST with
// what another body got disobeys the standard (RFC 9111); that one may be in the
// way is assumed.
func (s *Sandbox) fromCache(v *visit) *reply {
	if !s.caches(v) {
		return nil
	}
	s.cache.mu.Lock()
	answer := s.cache.answers[v.URL.RequestURI()]
	s.cache.mu.Unlock()
	if answer != nil {
		s.meter.struck(faultCache)
	}
	return answer
}

// intoCache keeps the first good answer to a URL, but none that a fault spoils
// on its way out.
func (s *Sandbox) intoCache(v *visit, answer *reply) {
	if !s.caches(v) || v.fault != "" || answer.status != http.StatusOK {
		return
	}
	s.cache.mu.Lock()
	defer s.cache.mu.Unlock()
	if s.cache.answers == nil {
		s.cache.answers = make(map[string]*reply)
	}
	if url := v.URL.RequestURI(); s.cache.answers[url] == nil {
		s.cache.answers[url] = answer
	}
}

func (s *Sandbox) caches(v *visit) bool { return s.options.Faults.Cache && v.Method == http.MethodPost }
