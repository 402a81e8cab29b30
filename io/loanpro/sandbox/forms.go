package sandbox

import (
	"maps"
	"slices"
	"strings"
)

// QueryForms returns the names that Shape.RefuseForms takes and of which
// Counters.ByForm is made up. match-operator is a match that says how its words
// are joined; fuzziness a query_string with a word~.
func QueryForms() []string {
	return []string{
		"bool.filter", "bool.must", "bool.must_not", "bool.should", "constant_score",
		"fuzziness", "match", "match-operator", "match_all", "match_phrase", "query_string", "range", "term", "terms",
	}
}

func knownForms(names []string) error {
	for _, name := range names {
		if err := oneOf("form of query", name, QueryForms()...); err != nil {
			return err
		}
	}
	return nil
}

// formSet collects the forms a query is made of, each with the way to it.
type formSet map[string]bool

// formsOf reads the forms off the JSON of a query, right or wrong.
func formsOf(query any) formSet {
	set := formSet{}
	set.add("", query)
	return set
}

// String joins the forms, in the order of the alphabet.
func (s formSet) String() string {
	return strings.Join(slices.Sorted(maps.Keys(s)), " + ")
}

func (s formSet) add(way string, query any) {
	m, _ := query.(object)
	for name, args := range m {
		inner, _ := args.(object)
		switch name {
		case "bool":
			s.addBool(way, inner)
		case "constant_score":
			s.add(way+"constant_score ", inner["filter"])
		case "match":
			s[way+matchForm(inner)] = true
		default:
			s[way+name] = true
		}
	}
}

func (s formSet) addBool(way string, lists object) {
	for _, name := range []string{"filter", "must", "must_not", "should"} {
		list, ok := lists[name].([]any)
		if !ok {
			list = []any{lists[name]}
		}
		for _, clause := range list {
			s.add(way+"bool."+name+" ", clause)
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
	for form := range s {
		for part := range strings.FieldsSeq(form) {
			if slices.Contains(names, part) {
				return malformed("this tenant takes no [%s]", part)
			}
		}
	}
	return nil
}
