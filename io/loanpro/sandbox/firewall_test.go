package sandbox

import (
	"net/http"
	"strings"
	"testing"
)

// TestFirewall checks that queries with the text in a value are blocked, in any
// notation, and no others.
func TestFirewall(t *testing.T) {
	const attack = `' OR "1"=1`
	escaped := `\u0027 OR \"1\"=1`
	for name, c := range map[string]struct {
		body    string
		blocked bool
	}{
		"match":            {`{"query":{"match":{"displayId":"x' OR \"1\"=1 --"}}}`, true},
		"escaped":          {`{"query":{"match":{"displayId":"` + escaped + `"}}}`, true},
		"among terms":      {`{"query":{"bool":{"should":[{"terms":{"displayId":["a","` + escaped + `"]}}]}}}`, true},
		"query_string":     {`{"query":{"query_string":{"query":"b` + escaped + `","fields":["displayId"]}}}`, true},
		"not understood":   {`{"query":{"fuzzy":{"displayId":"` + escaped + `"}}}`, true},
		"another":          {`{"query":{"match":{"displayId":"' or \"1\"=1"}}}`, false},
		"name of a field":  {`{"query":{"match":{"` + escaped + `":"x"}}}`, false},
		"outside of query": {`{"query":{"match_all":{}},"note":"` + escaped + `"}`, false},
		"no query":         {``, false},
	} {
		for status, faults := range map[int]Faults{403: {Firewall: attack}, 406: {Firewall: attack, FirewallStatus: 406}} {
			s := someTenant(t, Shape{}, faults)
			for _, target := range []string{loans, customers} {
				got := s.post(target, c.body)
				if blocked := got.status == status && got.header.Get("Content-Type") == "text/html" && strings.HasPrefix(got.body, "<!DOCTYPE"); blocked != c.blocked {
					t.Errorf("%s of %s: %d %s", name, target, got.status, got.body)
				}
				if !c.blocked && got.status != 200 {
					t.Errorf("%s: %d", name, got.status)
				}
			}
			if want, got := 2*oneIf(c.blocked), s.Counters(); got.ByFault["firewall"] != want || got.Searches != 2-want {
				t.Errorf("%s: counters %+v", name, got)
			}
		}
	}
	s := someTenant(t, Shape{}, Faults{FirewallStatus: 406})
	if got := s.post(loans, `{"query":{"match":{"displayId":""}}}`); got.status != http.StatusOK {
		t.Errorf("without a text %d", got.status)
	}
}
