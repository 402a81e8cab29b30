package match

import (
	"slices"
	"strings"
)

// Supports reports whether anything in the row agrees with a record that a person has
// chosen for it: the name, at least as a possible match, or evidence other than the ZIP
// code, which a whole town shares. Disagreement does not count: the person has seen the
// record.
func (c Comparison) Supports() bool {
	evidence := []agreementLevel{c.loan, c.custom, c.ssn4, c.birth, c.email, c.phone}
	return c.name.grade >= gradeC || slices.Contains(evidence, agrees)
}

// Reasons says what was compared, as in [Verdict], and never a value.
func (c Comparison) Reasons() string { return c.reasons() }

// CompareNumbers takes one of the lender's own IDs from a row and that of a record
// which a person has chosen for the row. It returns how the two agree: "exact", "case",
// "loose" (see [LooseKey]), "repaired" (see [Repairs], with zeros in front up to the
// length of the record's ID), or "" if they do not.
func CompareNumbers(question, number string) string {
	question, number = Clean(question), Clean(number)
	key := LooseKey(number)
	repaired := func(form string) bool { return LooseKey(form) == key }
	switch {
	case question == "" || key == "":
		return ""
	case question == number:
		return "exact"
	case strings.EqualFold(question, number):
		return "case"
	case LooseKey(question) == key:
		return "loose"
	case slices.ContainsFunc(Repairs(question, []int{len(key)}, true), repaired):
		return "repaired"
	}
	return ""
}
