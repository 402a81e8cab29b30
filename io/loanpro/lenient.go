package loanpro

import (
	"bytes"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
)

// lenient accepts what encoding/json accepts: names in any case, duplicate
// names, and escapes of unpaired surrogates, which become U+FFFD.
var lenient = json.JoinOptions(
	jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true), json.MatchCaseInsensitiveNames(true),
	jsonv1.MatchCaseSensitiveDelimiter(true), // __temporary and temporary are two names
	jsonv1.MergeWithLegacySemantics(true),    // a duplicate name adds to the value before it
)

// readObject decodes the next value into object if it is a JSON object, and
// skips it otherwise.
func readObject(from *jsontext.Decoder, object any) error {
	if from.PeekKind() != jsontext.KindBeginObject {
		return from.SkipValue()
	}
	return json.UnmarshalDecode(from, object)
}

// summary describes all hits of a search. Which keys it has is not documented,
// so no shape of it is an error.
type summary struct {
	PageSize count `json:"pageSize"`
	Total    count `json:"total"`
	completeness
}

func (s *summary) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	type object summary
	*s = summary{}
	return readObject(from, (*object)(s))
}

// count is a number of records in any notation: 137, 137.0, "137", or an object
// with a value, as OpenSearch writes a total that may be a lower bound.
// Anything else is 0, which means unknown.
type count int64

func (c *count) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	var raw jsontext.Value
	var err error
	if from.PeekKind() == jsontext.KindBeginObject {
		var object struct {
			Value jsontext.Value `json:"value"`
		}
		err = json.UnmarshalDecode(from, &object)
		raw = object.Value
	} else {
		raw, err = from.ReadValue()
	}
	*c = countOf(raw)
	return err
}

func countOf(raw []byte) count {
	if n, err := strconv.ParseFloat(unquoted(raw), 64); err == nil && n > 0 && n <= 1<<53 && n == math.Trunc(n) {
		return count(n)
	}
	return 0
}

// unquoted returns a JSON value as text; a string without its quotes and outer
// blanks.
func unquoted(raw []byte) string {
	s := string(raw)
	if len(raw) > 0 && raw[0] == '"' {
		s = textOf(raw)
	}
	return strings.TrimSpace(s)
}

// textOf decodes a JSON string.
func textOf(raw []byte) string {
	if inside := raw[1 : len(raw)-1]; bytes.IndexByte(inside, '\\') < 0 && utf8.Valid(inside) {
		return string(inside)
	}
	text, _ := jsontext.AppendUnquote(nil, raw) // the error is an unpaired surrogate
	return string(text)
}

// truth is a JSON value read as a boolean.
type truth int

const (
	unset   truth = iota // null, or any empty value
	no                   // false, 0, "0", "no"
	yes                  // true, 1, "1", "yes"
	unclear              // anything else
)

func readTruth(from *jsontext.Decoder) (truth, error) {
	raw, err := from.ReadValue()
	return truthOf(raw), err
}

func truthOf(raw []byte) truth {
	switch string(raw) { // what nearly all flags are
	case "0", "false":
		return no
	case "1", "true":
		return yes
	case "null":
		return unset
	}
	s := strings.ToLower(unquoted(raw))
	switch s {
	case "", "null":
		return unset
	case "false", "f", "no", "n", "off":
		return no
	case "true", "t", "yes", "y", "on":
		return yes
	}
	if empty(raw) {
		return unset
	}
	switch n, err := strconv.ParseFloat(s, 64); {
	case err != nil:
		return unclear
	case n == 0:
		return no
	}
	return yes
}

// empty reports whether raw is [] or {}: LoanPro sends empty objects as either
// (seen in public code).
func empty(raw []byte) bool {
	s := strings.TrimSpace(string(raw))
	return len(s) > 1 && (s[0] == '[' || s[0] == '{') && strings.TrimSpace(s[1:len(s)-1]) == ""
}

// flag is set if a value means yes or is unclear. It marks records that are not
// live, so unclear must count as set.
type flag bool

func (f *flag) UnmarshalJSONFrom(from *jsontext.Decoder) error {
	value, err := readTruth(from)
	*f = value == yes || value == unclear
	return err
}
