package sandbox

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// defaultODataTop is the length of a list without $top (documented).
const defaultODataTop = 50

// keyIndex finds records by a text as a database compares: it ignores case and
// trailing spaces (assumed, after MySQL).
type keyIndex map[string][]int32

func newKeyIndex(size int, text func(at int) string) keyIndex {
	out := make(keyIndex, size)
	for at := range size {
		if key := databaseKey(text(at)); key != "" {
			out[key] = append(out[key], int32(at))
		}
	}
	return out
}

func databaseKey(text string) string { return strings.ToLower(strings.TrimRight(text, " ")) }

// entitySet is one kind of record as OData lists it.
type entitySet struct {
	key    string // name of the text that a filter can compare
	byKey  func() keyIndex
	at     func(id int) (int, bool)
	record func(at int, r *http.Request) any
}

func (d documents) loanSet() *entitySet {
	displayID := func(at int) string { return d.Loans[at].DisplayID }
	return &entitySet{
		key:    "displayId",
		byKey:  sync.OnceValue(func() keyIndex { return newKeyIndex(len(d.Loans), displayID) }),
		at:     d.LoanAt,
		record: func(at int, r *http.Request) any { return d.loanRead(at, expands(r, "Customers")) },
	}
}

func (d documents) customerSet() *entitySet {
	customID := func(at int) string { return d.Customers[at].CustomID }
	return &entitySet{
		key:    "customId",
		byKey:  sync.OnceValue(func() keyIndex { return newKeyIndex(len(d.Customers), customID) }),
		at:     d.CustomerAt,
		record: func(at int, r *http.Request) any { return d.customerRead(at, expands(r, "Loans")) },
	}
}

// list answers a GET of a collection by $filter, in the order of system IDs.
func (s *Sandbox) list(r *http.Request, from *entitySet) *reply {
	params := r.URL.Query()
	if !s.options.Shape.OData || !params.Has("$filter") {
		return listRefused()
	}
	wanted, err := parseFilter(params.Get("$filter"))
	if err != nil {
		return rejected(err)
	}
	found, err := from.find(wanted)
	if err != nil {
		return rejected(err)
	}
	top, skip := defaultODataTop, 0
	if err := wholeNumber(params, "$top", &top); err != nil {
		return rejected(err)
	}
	if err := wholeNumber(params, "$skip", &skip); err != nil {
		return rejected(err)
	}
	out := nestedRecords{Results: []any{}}
	skip = min(skip, len(found))
	for _, at := range found[skip:min(skip+top, len(found))] {
		out.Results = append(out.Results, from.record(int(at), r))
	}
	return &reply{status: http.StatusOK, body: one{out}}
}

// find returns the records for which any of the comparisons holds.
func (e *entitySet) find(wanted []comparison) ([]int32, error) {
	var out []int32
	for _, c := range wanted {
		switch {
		case c.name == "id" && !c.quoted:
			id, err := strconv.Atoi(c.value)
			if at, ok := e.at(id); ok && err == nil {
				out = append(out, int32(at))
			}
		case c.name == e.key && c.quoted:
			out = append(out, e.byKey()[databaseKey(c.value)]...)
		default:
			return nil, badFilter()
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// comparison is "name eq value".
type comparison struct {
	name, value string
	quoted      bool
}

// comparisonForm matches one comparison. A text doubles its apostrophes.
var comparisonForm = regexp.MustCompile(`^([A-Za-z]+)\s+eq\s+(?:'((?:[^']|'')*)'|(-?[0-9]+)\b)`)

// filter parses a $filter from left to right: comparisons, or, parentheses. The
// tenant rejects the rest of OData's language.
type filter struct{ rest string }

func parseFilter(text string) ([]comparison, error) {
	f := &filter{text}
	out, err := f.either()
	if err == nil && strings.TrimSpace(f.rest) != "" {
		err = badFilter()
	}
	return out, err
}

func badFilter() error {
	return &badRequest{"ODataException", "Syntax error in $filter, or a property that cannot be compared this way"}
}

func (f *filter) either() ([]comparison, error) {
	out, err := f.group()
	for err == nil && f.accept("or ") {
		var more []comparison
		more, err = f.group()
		out = append(out, more...)
	}
	return out, err
}

func (f *filter) group() ([]comparison, error) {
	if f.accept("(") {
		out, err := f.either()
		if err == nil && !f.accept(")") {
			err = badFilter()
		}
		return out, err
	}
	parts := comparisonForm.FindStringSubmatch(f.rest)
	if parts == nil {
		return nil, badFilter()
	}
	f.rest = f.rest[len(parts[0]):]
	if parts[3] != "" {
		return []comparison{{name: parts[1], value: parts[3]}}, nil
	}
	return []comparison{{parts[1], strings.ReplaceAll(parts[2], "''", "'"), true}}, nil
}

// accept reads a token and the spaces around it.
func (f *filter) accept(token string) bool {
	f.rest = strings.TrimLeft(f.rest, " ")
	rest, ok := strings.CutPrefix(f.rest, token)
	if ok {
		f.rest = strings.TrimLeft(rest, " ")
	}
	return ok
}
