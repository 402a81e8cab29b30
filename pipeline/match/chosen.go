package match

import (
	"slices"
	"strings"
)

// Fits reports whether something of a row agrees with a record that a person has
// chosen for it: the name, at least nearly, or evidence other than the zip, which
// a town shares. What differs does not count: the person has seen the record.
func (l Likeness) Fits() bool {
	evidence := []agreementLevel{l.loan, l.custom, l.ssn4, l.birth, l.email, l.phone}
	return l.name.grade >= gradeC || slices.Contains(evidence, agrees)
}

// Reasons says what was compared, as in Verdict.Reasons, and never a value.
func (l Likeness) Reasons() string { return l.reasons() }

// CompareNumbers takes an ID of the lender's own from a row and that of a record
// which a person has chosen for the row. It returns how the record's may be the
// row's: "exact", "case", "loose" (see Loose), or "repaired" (see Repairs, with
// zeros in front up to the length of the record's); "" if in none of these ways.
func CompareNumbers(question, number string) string {
	question, number = Clean(question), Clean(number)
	key := Loose(number)
	repaired := func(form string) bool { return Loose(form) == key }
	switch {
	case question == "" || key == "":
		return ""
	case question == number:
		return "exact"
	case strings.EqualFold(question, number):
		return "case"
	case Loose(question) == key:
		return "loose"
	case slices.ContainsFunc(Repairs(question, []int{len(key)}, true), repaired):
		return "repaired"
	}
	return ""
}
