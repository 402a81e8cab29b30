package engine

import (
	"maps"
	"slices"
	"strings"
)

// formNames are the parts of which forms consist. match-operator is a match with
// an operator, fuzziness a query_string with a fuzzy term.
func formNames() []string {
	return []string{
		"bool.filter", "bool.must", "bool.must_not", "bool.should", "constant_score",
		"fuzziness", "match", "match-operator", "match_all", "match_phrase", "query_string", "range", "term", "terms",
	}
}

// formSet has the forms of a query, each with the path to it, such as
// "bool.should match".
type formSet map[string]bool

// formsOf reads the forms from the JSON of a query, valid or not.
func formsOf(query any) formSet {
	set := formSet{}
	set.add("", query)
	return set
}

func (s formSet) sorted() []string { return slices.Sorted(maps.Keys(s)) }

func (s formSet) add(path string, query any) {
	m, _ := query.(object)
	for name, args := range m {
		inner, _ := args.(object)
		switch name {
		case "bool":
			s.addBool(path, inner)
		case "constant_score":
			s.add(path+"constant_score ", inner["filter"])
		case "match":
			s[path+matchForm(inner)] = true
		default:
			s[path+name] = true
		}
	}
}

func (s formSet) addBool(path string, lists object) {
	for _, name := range []string{"filter", "must", "must_not", "should"} {
		list, ok := lists[name].([]any)
		if !ok {
			list = []any{lists[name]}
		}
		for _, clause := range list {
			s.add(path+"bool."+name+" ", clause)
		}
	}
}

// matchForm names {"field": args} by whether args has an operator.
func matchForm(byField object) string {
	for _, args := range byField {
		if m, ok := args.(object); ok && hasMember(m, "operator") {
			return "match-operator"
		}
	}
	return "match"
}

// refusedBy returns an error when the set has one of the names.
func (s formSet) refusedBy(names []string) error {
	for _, form := range s.sorted() {
		for part := range strings.FieldsSeq(form) {
			if slices.Contains(names, part) {
				return malformed("this tenant takes no [%s]", part)
			}
		}
	}
	return nil
}
