package sandbox

import (
	"slices"
	"strings"
)

// block answers a search that a firewall in front of the tenant takes for an
// attack, because of a text in its query. All of this is assumed.
func (s *Sandbox) block(query any) *reply {
	f := &s.options.Faults
	if f.Firewall == "" || !containsText(query, f.Firewall) {
		return nil
	}
	s.meter.struck(faultFirewall)
	return proxyAnswer(f.FirewallStatus)
}

// containsText reports whether a string in the decoded JSON contains text. It
// ignores the names of members.
func containsText(value any, text string) bool {
	switch v := value.(type) {
	case string:
		return strings.Contains(v, text)
	case []any:
		return slices.ContainsFunc(v, func(inner any) bool { return containsText(inner, text) })
	case object:
		for _, inner := range v {
			if containsText(inner, text) {
				return true
			}
		}
	}
	return false
}
