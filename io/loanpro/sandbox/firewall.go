package sandbox

import (
	"slices"
	"strings"
)

// block answers a search that a firewall in front of the tenant takes for an
// attack, by a text anywhere in its query. Firewalls read bodies as they please:
// all of this is assumed.
func (s *Sandbox) block(query any) *reply {
	f := &s.options.Faults
	if f.Firewall == "" || !holdsText(query, f.Firewall) {
		return nil
	}
	s.meter.struck(faultFirewall)
	return inFront(f.FirewallStatus)
}

// holdsText reports whether a string in the decoded JSON, names of members
// apart, contains text.
func holdsText(value any, text string) bool {
	switch v := value.(type) {
	case string:
		return strings.Contains(v, text)
	case []any:
		return slices.ContainsFunc(v, func(inner any) bool { return holdsText(inner, text) })
	case object:
		for _, inner := range v {
			if holdsText(inner, text) {
				return true
			}
		}
	}
	return false
}
