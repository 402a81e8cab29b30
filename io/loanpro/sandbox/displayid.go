package sandbox

import (
	"cmp"
	"encoding/json"
	"strings"

	"loanmap/io/loanpro/sandbox/people"
)

// The values of Shape.DisplayIDs. LoanPro's documents show text. Numbers are
// assumed, after LoanPro's note that strings became numbers when it moved to
// OpenSearch.
const (
	displayIDsText   = "text"
	displayIDsNumber = "number"
)

// displayID returns a loan's display ID as a search writes it, nil when the
// search omits it.
func (s *Shape) displayID(l *people.Loan) any {
	if drawn(0, l.ID, displayIDDraw) < s.DisplayIDless {
		return nil
	}
	if number, ok := s.asNumber(l.DisplayID); ok {
		return number
	}
	return l.DisplayID
}

// customID returns a customer's custom ID as a search writes it.
func (s *Shape) customID(c *people.Customer) any {
	if number, ok := s.asNumber(c.CustomID); ok {
		return number
	}
	return optional(c.CustomID)
}

// asNumber returns an ID of digits without its leading zeros, if the tenant
// writes such IDs as numbers.
func (s *Shape) asNumber(id string) (json.Number, bool) {
	if s.DisplayIDs != displayIDsNumber || id == "" || strings.Trim(id, "0123456789") != "" {
		return "", false
	}
	return json.Number(cmp.Or(strings.TrimLeft(id, "0"), "0")), true
}
