package sandbox

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// defaultODataTop is how many rows a list has that does not say (documented).
const defaultODataTop = 50

// keys finds records by a text of theirs as a database compares: blind to upper
// and lower case and to blanks at the end (assumed, after MySQL).
type keys map[string][]int32

func keysOf(size int, text func(at int) string) keys {
	out := make(keys, size)
	for at := range size {
		if key := databaseKey(text(at)); key != "" {
			out[key] = append(out[key], int32(at))
		}
	}
	return out
}

func databaseKey(text string) string { return strings.ToLower(strings.TrimRight(text, " ")) }

// shelf is one kind of record as OData lists it.
type shelf struct {
	key    string // name of the text it can be asked for by
	keys   func() keys
	at     func(id int) (int, bool)
	record func(at int, r *http.Request) any
}

func (t *tenant) loanShelf(shape *Shape) *shelf {
	return &shelf{
		key:    "displayId",
		keys:   sync.OnceValue(func() keys { return keysOf(len(t.loans), func(at int) string { return t.loans[at].DisplayID }) }),
		at:     t.loanAt,
		record: func(at int, r *http.Request) any { return t.loanRead(at, expands(r, "Customers"), shape) },
	}
}

func (t *tenant) customerShelf(shape *Shape) *shelf {
	return &shelf{
		key:    "customId",
		keys:   sync.OnceValue(func() keys { return keysOf(len(t.customers), func(at int) string { return t.customers[at].CustomID }) }),
		at:     t.customerAt,
		record: func(at int, r *http.Request) any { return t.customerRead(at, expands(r, "Loans"), shape) },
	}
}

// list answers a GET of a collection by $filter, in the order of system IDs.
func (s *Sandbox) list(r *http.Request, from *shelf) *reply {
	params := r.URL.Query()
	if !s.options.Shape.OData || !params.Has("$filter") {
		return listing()
	}
	asked, err := parseFilter(params.Get("$filter"))
	if err != nil {
		return rejected(err)
	}
	found, err := from.find(asked)
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

// find returns the records that any of the comparisons holds for.
func (f *shelf) find(asked []comparison) ([]int32, error) {
	var out []int32
	for _, c := range asked {
		switch {
		case c.name == "id" && !c.quoted:
			id, err := strconv.Atoi(c.value)
			if at, ok := f.at(id); ok && err == nil {
				out = append(out, int32(at))
			}
		case c.name == f.key && c.quoted:
			out = append(out, f.keys()[databaseKey(c.value)]...)
		default:
			return nil, badFilter()
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// comparison is one name eq value.
type comparison struct {
	name, value string
	quoted      bool
}

// comparisonForm reads one: in a text, an apostrophe is written twice.
var comparisonForm = regexp.MustCompile(`^([A-Za-z]+)\s+eq\s+(?:'((?:[^']|'')*)'|(-?[0-9]+)\b)`)

// filter reads a $filter from left to right: comparisons, or, parentheses. Of
// the rest of OData's language this tenant takes nothing.
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
	return &queryError{"ODataException", "Syntax error in $filter, or a property that cannot be compared so"}
}

func (f *filter) either() ([]comparison, error) {
	out, err := f.group()
	for err == nil && f.takes("or ") {
		var more []comparison
		more, err = f.group()
		out = append(out, more...)
	}
	return out, err
}

func (f *filter) group() ([]comparison, error) {
	if f.takes("(") {
		out, err := f.either()
		if err == nil && !f.takes(")") {
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

// takes reads a sign, and the blanks before and behind it.
func (f *filter) takes(sign string) bool {
	f.rest = strings.TrimLeft(f.rest, " ")
	rest, ok := strings.CutPrefix(f.rest, sign)
	if ok {
		f.rest = strings.TrimLeft(rest, " ")
	}
	return ok
}
