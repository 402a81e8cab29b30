package match

import (
	"slices"
	"strings"
)

// Tier is what agrees between a row and a customer whom the rules alone do not take for
// a match, because a relative may share it. How often that makes a wrong match depends
// on the tenant, and can be measured there.
type Tier struct {
	similar bool // the name is a variant
	agrees  EvidenceKinds
}

// String says what agrees, such as "name and phone".
func (t Tier) String() string {
	name := "name"
	if t.similar {
		name = "similar name"
	}
	return strings.Join(append([]string{name}, t.agrees.Names()...), " and ")
}

// weakTier returns what agrees, if the name fits, something agrees that few customers share
// and nothing suggests a relative.
func (c *Comparison) weakTier() (t Tier, ok bool) {
	t = Tier{
		similar: c.name.grade == gradeB,
		agrees:  kindIf(c.phone == agrees, kindPhone) | kindIf(c.zip == agrees, kindZip) | kindIf(c.email == agrees, kindEmail),
	}
	relative := c.name.middle == disagrees || c.name.maybeRelative
	return t, c.name.grade >= gradeB && t.agrees != 0 && !relative && !c.unmeasured() && !c.vetoed()
}

// unmeasured reports whether the name differs as no two customers' names do: by an error of
// the row. How often another has the name then cannot be measured on customers. An initial
// or a single word fits too many names.
func (c *Comparison) unmeasured() bool {
	return slices.Contains([]string{"typo", "order", "initial", "one word"}, c.name.why)
}

// accepted reports whether the best of the candidates that are not ruled out is a match
// by a tier that is accepted: more agrees with it than with any other.
func (c *pool) accepted(open []ranked) bool {
	if c.question.Accepts == nil || len(c.rivals()) > 0 {
		return false
	}
	best, ok := open[0].Comparison.weakTier()
	if !ok {
		return false
	}
	for _, other := range open[1:] {
		theirs, _ := other.Comparison.weakTier()
		if theirs.agrees == best.agrees || theirs.agrees&^best.agrees != 0 {
			return false
		}
	}
	return c.question.Accepts(best, open[0].Comparison.row&open[0].Comparison.record)
}

// Only returns the comparison as it would be if the row had only these kinds of evidence.
func (c Comparison) Only(kinds EvidenceKinds) Comparison {
	for _, field := range []struct {
		kind  EvidenceKinds
		level *agreementLevel
	}{{kindBirth, &c.birth}, {kindSSN, &c.ssn4}, {kindEmail, &c.email}, {kindPhone, &c.phone}, {kindZip, &c.zip}, {kindCustomID, &c.custom}} {
		if kinds&field.kind == 0 {
			*field.level = missing
		}
	}
	c.birthSlip = c.birthSlip && kinds&kindBirth != 0
	c.row &= kinds
	c.restoreVetoes()
	return c
}

// restoreVetoes has an identifier that differs rule out again if what excused it is gone.
func (c *Comparison) restoreVetoes() {
	home := c.zip != missing || c.phone == agrees || c.email == agrees
	if c.birth == outweighed && (c.ssn4 != agrees || !home) {
		c.birth = vetoes
	}
	if c.ssn4 == outweighed && (c.birth != agrees || !home) || c.ssn4 == disagrees && c.birth == missing {
		c.ssn4 = vetoes
	}
}

// SamePerson reports whether two records, compared by all that both have, are probably
// one person's: a personal identifier agrees, and neither the other one nor the name
// rules it out; or name, email and phone are the same, and nothing differs. Two records of
// one person have different custom IDs. An initial does not count, because twins may
// share both.
func (c Comparison) SamePerson() bool {
	c.custom = missing
	contacts := c.name.grade == gradeA && c.email == agrees && c.phone == agrees && !c.differs()
	return c.nameFits() && (c.identifierAgrees() || contacts) && c.name.why != "initial" && !c.vetoed()
}
