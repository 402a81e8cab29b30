package loanpro

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// summary is what a search says of all its hits. No shape of it is an error
// (which keys it has is not documented).
type summary struct {
	PageSize count
	Total    count
	admission
}

func (s *summary) UnmarshalJSON(raw []byte) error {
	var object struct {
		PageSize count `json:"pageSize"`
		Total    count `json:"total"`
		admission
	}
	if raw[0] == '{' {
		if err := json.Unmarshal(raw, &object); err != nil {
			return err
		}
	}
	*s = summary(object)
	return nil
}

// count is a number of records, however it is written: 137, 137.0, "137", or
// an object with a value, as OpenSearch writes a total that may be a lower
// bound. Anything else is 0, which says nothing.
type count int64

func (c *count) UnmarshalJSON(raw []byte) error {
	if raw[0] == '{' {
		var object struct {
			Value json.RawMessage `json:"value"`
		}
		_ = json.Unmarshal(raw, &object) // a value of any shape is taken
		raw = object.Value
	}
	*c = 0
	if n, err := strconv.ParseFloat(unquoted(raw), 64); err == nil && n > 0 && n <= 1<<53 && n == math.Trunc(n) {
		*c = count(n)
	}
	return nil
}

// unquoted returns a JSON value as text, a string without its quotes and blanks.
func unquoted(raw []byte) string {
	var s string
	if len(raw) == 0 || raw[0] != '"' || json.Unmarshal(raw, &s) != nil {
		s = string(raw)
	}
	return strings.TrimSpace(s)
}

// answer is what a JSON value says to a question of yes or no.
type answer int

const (
	unsaid  answer = iota // null, or empty of any kind
	no                    // false, 0, "0", "no"
	yes                   // true, 1, "1", "yes"
	unclear               // anything else
)

func answerOf(raw []byte) answer {
	s := strings.ToLower(unquoted(raw))
	switch s {
	case "", "null":
		return unsaid
	case "false", "f", "no", "n", "off":
		return no
	case "true", "t", "yes", "y", "on":
		return yes
	}
	if empty(raw) {
		return unsaid
	}
	switch n, err := strconv.ParseFloat(s, 64); {
	case err != nil:
		return unclear
	case n == 0:
		return no
	}
	return yes
}

// empty reports whether raw is [] or {}: empty objects come as either (seen in
// public code).
func empty(raw []byte) bool {
	s := strings.TrimSpace(string(raw))
	return len(s) > 1 && (s[0] == '[' || s[0] == '{') && strings.TrimSpace(s[1:len(s)-1]) == ""
}

// flag is set where a value says yes, and where it cannot be read: of a flag
// that marks a record as not live, that is the safe side.
type flag bool

func (f *flag) UnmarshalJSON(raw []byte) error {
	said := answerOf(raw)
	*f = said == yes || said == unclear
	return nil
}
