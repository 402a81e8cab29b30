package sandbox

import (
	"cmp"
	"encoding/json"
	"strings"
)

// What Shape.DisplayIDs takes. LoanPro's documents show text; that a tenant may
// write numbers is assumed, after LoanPro's note that strings became numbers
// when it moved to OpenSearch.
const (
	DisplayIDsText   = "text"
	DisplayIDsNumber = "number"
)

// displayID returns how a search writes a loan's display ID, nil when it does
// not.
func (s *Shape) displayID(l *Loan) any {
	if drawn(0, l.ID, displayIDDraw) < s.DisplayIDless {
		return nil
	}
	if number, ok := s.asNumber(l.DisplayID); ok {
		return number
	}
	return l.DisplayID
}

// customID returns how a search writes a customer's custom ID.
func (s *Shape) customID(c *Customer) any {
	if number, ok := s.asNumber(c.CustomID); ok {
		return number
	}
	return optional(c.CustomID)
}

// asNumber returns an ID of digits alone without leading zeros, when the tenant
// writes such IDs as numbers.
func (s *Shape) asNumber(id string) (json.Number, bool) {
	if s.DisplayIDs != DisplayIDsNumber || id == "" || strings.Trim(id, "0123456789") != "" {
		return "", false
	}
	return json.Number(cmp.Or(strings.TrimLeft(id, "0"), "0")), true
}
