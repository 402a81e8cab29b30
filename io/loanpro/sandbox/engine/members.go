package engine

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// onlyMember returns name and value of the only member of raw.
func onlyMember(raw any, of string) (string, any, error) {
	m, ok := raw.(object)
	if !ok {
		return "", nil, malformed("[%s] malformed, no start_object", of)
	}
	if len(m) != 1 {
		return "", nil, malformed("[%s] malformed, wants one name and found %d", of, len(m))
	}
	for name, value := range m {
		return name, value, nil
	}
	return "", nil, nil // unreachable: m has one member
}

// members returns the members of an object, all of which must be allowed. A bare
// value counts as the first of them.
func members(raw any, of string, allowed ...string) (object, error) {
	m, ok := raw.(object)
	if !ok {
		return object{allowed[0]: raw}, nil
	}
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(allowed, name) {
			return nil, malformed("[%s] query does not support [%s]", of, name)
		}
	}
	return m, nil
}

func hasMember(m object, name string) bool {
	_, ok := m[name]
	return ok
}

func withoutMember(raw any, name string) any {
	m, ok := raw.(object)
	if !ok {
		return raw
	}
	m = maps.Clone(m)
	delete(m, name)
	return m
}

// scalar returns a JSON string, number or flag as text.
func scalar(raw any) (string, error) {
	switch v := raw.(type) {
	case string:
		return v, nil
	case json.Number:
		return v.String(), nil
	case bool:
		return strconv.FormatBool(v), nil
	}
	return "", malformed("wants a string, a number or a flag as value")
}

// isAnd reads operator or default_operator. Without one it is OR.
func isAnd(raw any) (bool, error) {
	if raw == nil {
		return false, nil
	}
	text, _ := raw.(string)
	switch strings.ToUpper(text) {
	case "AND":
		return true, nil
	case "OR":
		return false, nil
	}
	return false, malformed("operator must be AND or OR")
}

// minimumShouldMatch reads a whole number, which may be a string. A negative one
// says how many clauses may fail. Percentages are rejected.
func minimumShouldMatch(raw any) (int, error) {
	if raw == nil {
		return 0, nil
	}
	text, err := scalar(raw)
	if err != nil {
		return 0, err
	}
	need, err := strconv.Atoi(text)
	if err != nil {
		return 0, malformed("minimum_should_match must be a whole number here")
	}
	return need, nil
}
