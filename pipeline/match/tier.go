package match

import (
	"slices"
	"strings"
)

// Tier is what agrees between a row and a customer whom the rules alone do not take for
// a match, because a relative may share it. How often that makes a wrong match depends
// on the tenant, and can be measured there.
type Tier struct {
	name   nameTier
	agrees EvidenceKinds
}

// nameTier is how much of a name agrees.
type nameTier uint8

const (
	wholeName   nameTier = iota
	similarName          // a variant
	inexactName          // but for a typing error, the order or an initial
	partOfName           // the given name or the surname, or similar letters
)

// String says what agrees, such as "name and phone".
func (t Tier) String() string {
	name := [...]string{wholeName: "name", similarName: "similar name", inexactName: "inexact name", partOfName: "part of the name"}[t.name]
	return strings.Join(append([]string{name}, t.agrees.Names()...), " and ")
}

// Agrees returns the kinds of evidence that agree.
func (t Tier) Agrees() EvidenceKinds { return t.agrees }

// PartOfName reports whether only part of the name fits. Then personal identifiers agree, and
// contacts, which a household shares.
func (t Tier) PartOfName() (identifiers, contacts EvidenceKinds, is bool) {
	return t.agrees & (kindBirth | kindSSN), t.agrees &^ (kindBirth | kindSSN), t.name == partOfName
}

// Inexact reports whether the name differs as a row gets it wrong, see [NameParts.WithErrors],
// and no two customers' names do. Then an email or a phone agrees.
func (t Tier) Inexact() bool { return t.name == inexactName }

// weakTier returns what agrees, if the name fits, something agrees that few customers share
// and nothing suggests a relative. With a personal identifier and one more field, part of
// the name may be enough: that depends on whether the tenant has twins.
func (c *Comparison) weakTier() (t Tier, ok bool) {
	t.agrees = c.agreeing()
	switch {
	case c.vetoed() || t.agrees == 0:
		return t, false
	case c.name.grade >= gradeB:
		t.name = c.nameTier()
		return t, c.name.middle != disagrees && !c.name.maybeRelative && c.measurable(t)
	}
	t.name = partOfName
	return t, c.partConfirmed()
}

// measurable reports whether the risk of a tier can be measured: a single word fits too many
// names, and so does a name with an error among those who have a ZIP code.
func (c *Comparison) measurable(t Tier) bool {
	return c.name.why != "one word" && (!t.Inexact() || t.agrees&(kindEmail|kindPhone) != 0)
}

// nameTier returns how much of a name that fits agrees.
func (c *Comparison) nameTier() nameTier {
	switch {
	case slices.Contains([]string{"typo", "order", "initial"}, c.name.why):
		return inexactName
	case c.name.grade == gradeA:
		return wholeName
	}
	return similarName
}

// agreeing returns the kinds of evidence that agree and that a tier may rest on.
func (c *Comparison) agreeing() EvidenceKinds {
	return kindIf(c.birth == agrees, kindBirth) | kindIf(c.ssn4 == agrees, kindSSN) |
		kindIf(c.phone == agrees, kindPhone) | kindIf(c.zip == agrees, kindZip) | kindIf(c.email == agrees, kindEmail)
}

// partConfirmed reports whether part of the name fits, and a personal identifier and one
// more field agree.
func (c *Comparison) partConfirmed() bool {
	return c.name.PartFits() && c.identifierAgrees() && (c.zip == agrees || c.phone == agrees || c.email == agrees)
}

// accepted returns the candidate that is a match by a tier that is accepted. No candidate
// qualifies without it, and no other one leaves doubt.
func (c *pool) accepted() (best ranked, ok bool) {
	at := slices.IndexFunc(c.live, func(r ranked) bool {
		_, weak := r.Comparison.weakTier()
		return weak
	})
	if c.question.Accepts == nil || at < 0 || len(c.rivals()) > 0 {
		return best, false
	}
	best = c.live[at]
	tier, _ := best.Comparison.weakTier()
	for i, other := range c.live {
		if i != at && other.Comparison.contests(tier, i < at) {
			return best, false
		}
	}
	return best, c.question.Accepts(tier)
}

// contests reports whether a candidate leaves doubt about another one, of a tier: the same
// agrees with it, or something that does not agree with that one. A ZIP code does not count
// if the name is another one. Its name may fit better; that counts where only part of the
// other's name fits, and where it is ranked before.
func (c *Comparison) contests(best Tier, before bool) bool {
	theirs := c.agreeing()
	switch {
	case c.nameFits() && best.name == partOfName:
		return true
	case c.vetoed(), !c.nameFits() && theirs == kindZip:
		return false
	}
	return c.nameFits() && before || theirs == best.agrees || theirs&^best.agrees != 0
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
