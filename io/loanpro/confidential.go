package loanpro

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// redactedValue replaces what was asked for in a text that is shown.
const redactedValue = "…"

// fixedParameters are the query parameters that hold no value of a row.
var fixedParameters = []string{"$top", "$start", "$orderby", "$expand"}

// values returns all texts and numbers of the request: the values in its body
// (not the field names), and those in the query of its path.
func (r request) values() []string {
	_, query, _ := strings.Cut(r.path, "?")
	var values []string
	if parsed, err := url.ParseQuery(query); err == nil {
		for name, value := range parsed {
			if !slices.Contains(fixedParameters, name) {
				values = append(values, value...)
			}
		}
	} else {
		values = append(values, unescape(query))
	}
	if len(r.body) == 0 {
		return values
	}
	decoder := json.NewDecoder(bytes.NewReader(r.body))
	decoder.UseNumber()
	var body any
	if decoder.Decode(&body) != nil {
		return append(values, string(r.body))
	}
	return leavesOf(body, values)
}

// leavesOf appends the strings and numbers inside a JSON value.
func leavesOf(value any, values []string) []string {
	switch value := value.(type) {
	case string:
		return append(values, value)
	case json.Number:
		return append(values, value.String())
	case []any:
		for _, inner := range value {
			values = leavesOf(inner, values)
		}
	case map[string]any:
		for _, inner := range value {
			values = leavesOf(inner, values)
		}
	}
	return values
}

// confidential is the set of tokens that must not be shown. A token is a run of
// letters and digits, folded.
type confidential struct {
	all   map[string]bool
	parts []string // the distinctive ones, which are also recognized inside other tokens
	fold  cases.Caser
}

func newConfidential(values []string) *confidential {
	c := &confidential{all: map[string]bool{}, fold: cases.Fold()}
	for _, value := range values {
		for token := range strings.FieldsFuncSeq(value, func(r rune) bool { return !inToken(r) }) {
			token = c.folded(token)
			if !c.all[token] && distinctive(token) {
				c.parts = append(c.parts, token)
			}
			c.all[token] = true
		}
	}
	return c
}

// hide returns text with redactedValue in place of each token that equals,
// contains or is part of a confidential one. Adjacent redactions become one.
func (c *confidential) hide(text string) string {
	var out strings.Builder
	after := false // whether the last token was redacted
	for len(text) > 0 {
		begin := strings.IndexFunc(text, inToken)
		if begin < 0 {
			break
		}
		gap, rest := text[:begin], text[begin:]
		end := strings.IndexFunc(rest, func(r rune) bool { return !inToken(r) })
		if end < 0 {
			end = len(rest)
		}
		token := rest[:end]
		text = rest[end:]
		switch tells := c.holds(c.folded(token)); {
		case tells && !after:
			out.WriteString(gap + redactedValue)
			after = true
		case !tells:
			out.WriteString(gap + token)
			after = false
		}
	}
	return out.String() + text
}

func (c *confidential) holds(token string) bool {
	if c.all[token] {
		return true
	}
	long := distinctive(token)
	return slices.ContainsFunc(c.parts, func(part string) bool {
		return strings.Contains(token, part) || long && strings.Contains(part, token)
	})
}

// distinctive reports whether a token is long enough that a text which holds it
// is unlikely to mean anything else. Scripts that write a word in one or two
// characters need fewer.
func distinctive(token string) bool {
	n := utf8.RuneCountInString(token)
	return n >= 3 || n == 2 && strings.ContainsFunc(token, func(r rune) bool { return r > unicode.MaxASCII })
}

func inToken(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) }

// folded returns a token without case, accents and width.
func (c *confidential) folded(token string) string {
	if ascii := strings.IndexFunc(token, func(r rune) bool { return r > unicode.MaxASCII }) < 0; ascii {
		return strings.ToLower(token)
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.IsMark(r) {
			return -1
		}
		return r
	}, norm.NFKD.String(token))
	return c.fold.String(plain)
}

// Escapes of characters in logs and messages.
var (
	percents = regexp.MustCompile(`(?:%[0-9A-Fa-f]{2})+`)
	escapes  = regexp.MustCompile(`(?:\\+u[0-9A-Fa-f]{4})+`)
)

// unescape decodes percent signs and \u escapes, also if escaped several times.
func unescape(text string) string {
	for range 4 {
		plain := escapes.ReplaceAllStringFunc(percents.ReplaceAllStringFunc(text, unpercent), unslash)
		if plain == text {
			break
		}
		text = plain
	}
	return text
}

func unpercent(run string) string {
	raw := make([]byte, 0, len(run)/3)
	for digits := range strings.SplitSeq(run[1:], "%") {
		b, _ := strconv.ParseUint(digits, 16, 8)
		raw = append(raw, byte(b))
	}
	text, _ := readable(raw)
	return string(text)
}

func unslash(run string) string {
	var units []uint16
	for digits := range strings.SplitSeq(strings.ReplaceAll(run, `\`, ""), "u") {
		if digits != "" {
			unit, _ := strconv.ParseUint(digits, 16, 16)
			units = append(units, uint16(unit))
		}
	}
	return string(utf16.Decode(units))
}
