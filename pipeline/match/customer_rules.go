package match

import "slices"

// Plausible reports whether a record is a possible match, to be shown to a person: its
// name is similar, or evidence agrees that few people share.
func (c Comparison) Plausible() bool {
	return c.name.grade >= gradeC || c.nameChanged() || c.custom == agrees || c.loan == agrees || c.email == agrees ||
		(c.name.near || c.phone == agrees) && c.identifierAgrees() || c.partConfirmed()
}

// identifierAgrees reports whether a personal identifier agrees, which even the members
// of a family do not share.
func (c *Comparison) identifierAgrees() bool { return c.ssn4 == agrees || c.birth == agrees }

// nameFits reports whether the name is the same except for a nickname, an initial, the
// order or a typing error, or is one that may have changed.
func (c *Comparison) nameFits() bool {
	return c.name.grade >= gradeB || c.nameChanged() || c.name.near && c.identifierAgrees() && !c.differs()
}

// differs reports whether any field does. The ZIP code does not count, because it changes
// with a move, and neither does a slip in the social security number, because few other
// people have a number that is so similar.
func (c *Comparison) differs() bool {
	fields := c.fields()
	return slices.ContainsFunc(fields[:], func(f comparedField) bool {
		return f.result == vetoes || f.result == disagrees && f.kind != "zip" && f.kind != "ssn4"
	})
}

// nameChanged reports whether different names may still be one person's, after a
// marriage or several typing errors. An identifier must agree, and at least one more
// field. With the same given name that is enough, and the ZIP code may be that field if
// nothing differs: no one else in the family has the name. Without it more must agree,
// because twins with similar names share birth date, phone and ZIP code.
func (c *Comparison) nameChanged() bool {
	agreed := 0
	for _, result := range []agreementLevel{c.ssn4, c.birth, c.custom, c.loan, c.email, c.phone} {
		if result == agrees {
			agreed++
		}
	}
	sameTown := c.zip == agrees && !c.differs()
	switch {
	case c.otherPartDiffers():
		return true
	case (c.name.givenFits || c.name.sameGiven && c.name.grade == gradeC) && c.identifierAgrees() &&
		(agreed >= 2 || c.ssn4 == disagrees || c.name.sameGiven && sameTown):
		return true
	case c.name.grade == gradeC && c.ssn4 == agrees:
		return agreed >= 2 || sameTown
	case c.name.grade == gradeC:
		return agreed >= 2 && c.custom == agrees || agreed >= 3 && c.birth == agrees && c.email == agrees
	}
	return false
}

// otherPartDiffers reports whether only the given name or the surname is the same, while
// both personal identifiers agree. With a slip in the social security number, the ZIP code
// must agree, too.
func (c *Comparison) otherPartDiffers() bool {
	number := c.ssn4 == agrees || c.ssn4 == disagrees && c.zip == agrees
	return c.name.partFits && c.birth == agrees && number
}

// tier is the confidence that a comparison would justify if there were no rival.
type tier int

const (
	tierNone tier = iota
	tierCorroborated
	tierStrong
)

// tier ignores vetoes: a candidate that is ruled out remains a rival, see dominates.
func (c *Comparison) tier() tier {
	switch {
	case !c.nameFits():
		return tierNone
	case c.identifierAgrees(), c.custom == agrees, c.loan == agrees:
		return tierStrong
	case c.corroborated():
		return tierCorroborated
	}
	return tierNone
}

// corroborated reports whether evidence that a household may share is enough. Parents
// and children share names, initials, phones, addresses and, rarely, emails. So phone
// and ZIP code prove nothing unless a suffix distinguishes the generations. An email
// does, also after a move, unless a suffix or a middle name hints at a relative of the
// same name. Companies have no relatives.
func (c *Comparison) corroborated() bool {
	switch {
	case c.name.why == "initial", c.name.middle == disagrees: // a relative may have the same initial
		return false
	case c.birthSlip && (c.zip == agrees || c.phone == agrees):
		return true
	case c.name.suffix == agrees || c.name.company == agrees:
		return c.email == agrees || c.phone == agrees && c.name.grade == gradeA
	}
	return c.email == agrees && !c.name.maybeRelative
}

// qualifies reports whether a comparison is enough for a rival. A possible relative
// does not disqualify: a doubt about one candidate must not turn another into the
// match.
func (c Comparison) qualifies() bool {
	c.name.maybeRelative = false
	return c.tier() > tierNone
}

// ownsID reports whether the loan is the record's, or the custom ID is and the loan is
// not another's.
func (c *Comparison) ownsID() bool { return c.loan == agrees || c.custom == agrees && c.loan != vetoes }

// dominates reports whether other is not a rival of best:
//
//   - the field that rules other out agrees with best, or
//   - best has exactly the name where other has a variant of it, and all that agrees with
//     other agrees with best.
//
// A candidate of a higher tier always remains a rival: one with the row's birth date,
// though ruled out, is a rival of one with the row's email.
func dominates(best, other *Comparison) bool {
	if other.tier() > best.tier() {
		return false
	}
	ours, theirs := best.fields(), other.fields()
	all := true
	for i := range ours {
		if theirs[i].result == vetoes && ours[i].result == agrees {
			return true
		}
		all = all && (theirs[i].result != agrees || ours[i].result == agrees)
	}
	return all && best.name.grade > other.name.grade
}
