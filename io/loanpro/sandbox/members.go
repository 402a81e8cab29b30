package sandbox

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// onlyMember returns name and value of the one member raw must have.
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
	return "", nil, nil // not reached: m has one member
}

// members returns the members of an object, which must be among the allowed;
// a bare value stands for the first of them.
func members(raw any, of string, allowed ...string) (object, error) {
	m, ok := raw.(object)
	if !ok {
		return object{allowed[0]: raw}, nil
	}
	for name := range m {
		if !slices.Contains(allowed, name) {
			return nil, malformed("[%s] query does not support [%s]", of, name)
		}
	}
	return m, nil
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

// wantsAll reads operator or default_operator: absent means OR.
func wantsAll(raw any) (bool, error) {
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

// atLeastOf reads minimum_should_match, a whole number which may be a string;
// negative numbers say how many may be missing. Percentages are not taken.
func atLeastOf(raw any) (int, error) {
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
