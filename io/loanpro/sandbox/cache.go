package sandbox

import (
	"net/http"
	"sync"
)

// cache has the answers that a proxy in front of the tenant keeps, by URL alone.
type cache struct {
	mu      sync.Mutex
	answers map[string]*reply // never changed
}

// fromCache answers a POST like the first one to its URL. It comes before
// authorization and limit, like such a proxy. A proxy that answers a POST with the
// answer to another body violates the standard (RFC 9111). That such proxies occur
// is assumed.
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

// intoCache keeps the first good answer to a URL, unless a fault damages it later.
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
