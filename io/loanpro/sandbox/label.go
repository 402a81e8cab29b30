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

// label is an ID that people give a record: a text in JSON or, of digits alone,
// a number; null when it is empty.
type label struct {
	text     string
	asNumber bool
}

func (l label) MarshalJSON() ([]byte, error) {
	switch {
	case l.text == "":
		return []byte("null"), nil
	case l.asNumber && strings.Trim(l.text, "0123456789") == "":
		return []byte(cmp.Or(strings.TrimLeft(l.text, "0"), "0")), nil
	}
	return json.Marshal(l.text)
}

func (s *Shape) label(text string) label { return label{text, s.DisplayIDs == DisplayIDsNumber} }

// displayID returns how a search shows a loan's display ID, nil when it does
// not.
func (s *Shape) displayID(l *Loan) *label {
	if drawn(0, l.ID, labelDraw) < s.DisplayIDless {
		return nil
	}
	return new(s.label(l.DisplayID))
}
