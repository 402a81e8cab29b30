package match

import (
	"cmp"
	"strings"
	"unicode/utf8"
)

// grade is the agreement level of two names.
type grade uint8

const (
	gradeD grade = iota // different
	gradeC              // similar: a possible match, for a person to see
	gradeB              // the same except for a variation that is common in names
	gradeA              // the same after folding
)

// NameComparison is the result of comparing two names. It holds neither of them.
type NameComparison struct {
	grade                   grade
	why                     string // grade B only: how they differ
	suffix, middle, company agreementLevel
	// near says that the letters differ by so little that a personal identifier which
	// agrees makes up for it; grade C or D only.
	near      bool
	sameGiven bool // the given name is the same, letter by letter, and no initial
	givenFits bool // grade D only: the given name is the same, as after a marriage
	partFits  bool // grade D only: the given name or the surname is the same, or similar
	// maybeRelative says that one has a suffix and the other has none, or that the two
	// may be the same, as Jr and II. A parent or a child may have the same name.
	maybeRelative bool
	score         int // 0..100, for ranking only
}

// PartFits reports whether the given name or the surname is the same or similar, or more.
func (a NameComparison) PartFits() bool { return a.grade >= gradeC || a.partFits || a.givenFits }

// CompareNames compares the name of a row with a record's. It is symmetric.
func CompareNames(row, record *Name) NameComparison {
	var found NameComparison
	switch {
	case row.kind == nameOfNone || record.kind == nameOfNone:
		return NameComparison{}
	case row.kind == nameOfCompany || record.kind == nameOfCompany:
		found = compareWithCompany(row, record)
	default:
		found = comparePeople(row, record)
		found.suffix = compareSuffixes(row, record)
	}
	found.capGrade(row, record)
	found.score = found.rankScore()
	found.maybeRelative = found.suffix == missing && row.suffix != record.suffix
	return found
}

func compareSuffixes(row, record *Name) agreementLevel {
	suffix := row.suffix.compare(record.suffix)
	if suffix == vetoes && (row.suffixDoubtful || record.suffixDoubtful) {
		return missing
	}
	return suffix
}

// compareWithCompany compares two names of which at least one is a company's.
func compareWithCompany(row, record *Name) NameComparison {
	a, b := row.asCompany(), record.asCompany()
	found := NameComparison{company: vetoes}
	if a.text != "" && b.text != "" {
		found = compareCompanies(&a, &b)
	}
	switch {
	case row.kind == nameOfCompany && record.kind == nameOfCompany:
	case a.text == "" || b.text == "", found.grade < gradeB && (row.kind == nameUnclear || record.kind == nameUnclear):
		return NameComparison{grade: min(found.grade, gradeC), company: vetoes}
	case found.grade >= gradeB: // the other is not marked as a company
		found.grade, found.company = gradeB, missing
		if found.why == "" {
			found.why = "legal form"
		}
	}
	return found
}

// asCompany returns the name as a company's; empty if it cannot be one.
func (n *Name) asCompany() company {
	if n.company.text == "" && n.kind == nameUnclear {
		return n.unmarked
	}
	return n.company
}

// capGrade lowers the grade if one of the names as a whole is doubtful.
func (a *NameComparison) capGrade(row, record *Name) {
	switch {
	case row.joint || record.joint:
		a.grade, a.near, a.sameGiven, a.givenFits, a.partFits = min(a.grade, gradeC), false, false, false, false
	case a.grade < gradeA:
	case row.mixedScripts != record.mixedScripts || row.mixedScripts:
		a.grade, a.why = gradeB, "letters"
	case row.joined || record.joined:
		a.grade, a.why = gradeB, "joined"
	}
	if a.grade < gradeB {
		a.why = ""
	}
}

// rankScore returns a score for ranking: that of the grade, less for what differs.
func (a *NameComparison) rankScore() int {
	score := [...]int{gradeD: 0, gradeC: 60, gradeB: 85, gradeA: 98}[a.grade]
	if a.grade == gradeB && (a.why == "typo" || a.why == "initial" || a.why == "order") {
		score -= 5
	}
	for _, part := range []agreementLevel{a.suffix, a.middle, a.company} {
		switch part {
		case agrees:
			score++
		case disagrees:
			score -= 5
		case vetoes:
			score -= 25
		case missing, outweighed:
		}
	}
	return min(max(score, 0), 100)
}

// comparePeople compares every reading of row with every reading of record and returns
// the best result. Among equal grades that is the one with the least against it.
func comparePeople(row, record *Name) NameComparison {
	best := NameComparison{}
	for i := range row.readings {
		for j := range record.readings {
			a, b := &row.readings[i], &record.readings[j]
			if a.swapped && b.swapped {
				continue
			}
			found := a.compare(b)
			if found.betterThan(&best) {
				best, found = found, best
			}
			best.givenFits = best.grade == gradeD && (best.givenFits || found.givenFits)
			best.partFits = best.grade == gradeD && (best.partFits || found.partFits)
			best.near = best.grade < gradeB && (best.near || found.near)
			best.sameGiven = best.sameGiven || best.grade == gradeD && found.sameGiven
			if best.grade == gradeA && best.middle == agrees {
				return best
			}
		}
	}
	return best
}

func (a *NameComparison) betterThan(than *NameComparison) bool {
	if a.grade != than.grade {
		return a.grade > than.grade
	}
	return a.rankScore() > than.rankScore()
}

// compare compares two readings.
func (r *reading) compare(other *reading) NameComparison {
	switch {
	case r.given == "" || other.given == "":
		return r.compareSingleWord(other)
	case (r.swapped || other.swapped) && r.given != other.given && r.family != other.family:
		return r.compareReversed(other)
	}
	given, family, leftover := r.compareParts(other)
	found := NameComparison{middle: compareMiddles(r.middle, other.middle)}
	if leftover != "" && found.middle == missing {
		shorter := r
		if len(r.family) > len(other.family) {
			shorter = other
		}
		found.middle = compareMiddles(leftover, shorter.middle)
	}
	swapped := r.swapped || other.swapped
	cost, why := given.cost+family.cost, cmp.Or(given.why, family.why)
	if swapped {
		cost, why = cost+costError, "order"
	}
	switch {
	case cost == 0:
		found.grade = gradeA
	case cost <= maxCost:
		found.grade, found.why = gradeB, why
	case cost <= costSimilar:
		found.grade = gradeC
	default:
		found = NameComparison{
			givenFits: !swapped && given.cost <= costVariant && given.why != "initial",
			partFits:  given.cost <= costSimilar || family.cost <= costSimilar || isSimilar(r.given, other.given) || isSimilar(r.family, other.family),
		}
	}
	// Of a swapped order, what is the same may be the surname.
	found.sameGiven = r.given == other.given && len(r.given) > 1 && (!swapped || found.grade >= gradeB)
	found.near = found.grade < gradeB && r.isNear(other)
	if found.near && !found.givenFits {
		found.grade, found.partFits = gradeC, false
	}
	return found
}

// compareParts compares given name and surname. leftover is as compareFamilies returns it.
func (r *reading) compareParts(other *reading) (given, family difference, leftover string) {
	family, leftover = compareFamilies(r.family, other.family)
	given = r.compareGiven(other)
	if given.cost >= costOther && family.cost <= costVariant {
		given = r.compareMiddleAsGiven(other)
	}
	switch { // letters are looked at one by one only where the other part fits
	case family.cost >= costOther && given.cost <= costVariant && given.why != "initial":
		family = compareLetters(withoutParticles(r.family), withoutParticles(other.family))
	case given.cost >= costOther && family.cost <= costVariant:
		given = compareLetters(r.given, other.given)
		if given.cost == costError && r.nickname != nil && other.nickname != nil {
			given.cost = costSimilar // both names exist: Julia and Julian
		}
	}
	return given, family, leftover
}

// compareReversed compares two readings of which one assumes an order that nothing shows.
// That is only accepted if one part is the same, or if both differ by one typing error.
func (r *reading) compareReversed(other *reading) NameComparison {
	if r.areSlips(other) {
		return NameComparison{grade: gradeC, near: true}
	}
	return NameComparison{partFits: isSlip(r.given, other.given) || isSlip(r.family, other.family)}
}

// isNear reports whether two readings differ by one typing error in either part, or in
// both. A given name of its own is not a typing error of another. A part may be short if
// the other part is the same. A long surname may have two errors if the given name is
// the same.
func (r *reading) isNear(other *reading) bool {
	latin := isASCII(r.given) && isASCII(r.family) && isASCII(other.given) && isASCII(other.family)
	if !latin || len(r.given) < 2 || len(other.given) < 2 {
		return false
	}
	bothNames := r.nickname != nil && other.nickname != nil
	switch {
	case r.given == other.given && (r.swapped || other.swapped): // it may be the surname
		return r.family == other.family || isSlipInGiven(r.family, other.family)
	case r.given == other.given:
		return r.family == other.family || oneEdit(r.family, other.family) || isTwoSlips(r.family, other.family)
	case bothNames || !oneEdit(r.given, other.given):
		return false
	case r.family == other.family:
		return max(len(r.given), len(other.given)) >= minSlipLength
	}
	return r.areSlips(other)
}

// areSlips reports whether both parts differ by one typing error.
func (r *reading) areSlips(other *reading) bool {
	if r.swapped || other.swapped {
		return isSlipInGiven(r.given, other.given) && isSlipInGiven(r.family, other.family)
	}
	return isSlipInGiven(r.given, other.given) && isSlip(r.family, other.family)
}

// compareSingleWord compares names of which at least one is a single word.
func (r *reading) compareSingleWord(other *reading) NameComparison {
	both := r.given == "" && other.given == ""
	switch {
	case len(r.family) < 2:
		return NameComparison{} // an initial proves nothing
	case both && r.family == other.family && !isASCII(r.family) && utf8.RuneCountInString(r.family) > 1:
		return NameComparison{grade: gradeA} // a script without blanks between words
	case both && r.family == other.family:
		return NameComparison{grade: gradeB, why: "one word"}
	case both && isSameGiven(r.family, other.family):
		return NameComparison{grade: gradeC, near: true}
	case !both && (r.isGivenOf(other) || other.isGivenOf(r)):
		return NameComparison{grade: gradeC, sameGiven: true}
	case !both && (r.family == other.family || isJoined(r, other) || isJoined(other, r)):
		return NameComparison{grade: gradeC}
	}
	fits := isSimilar(r.family, other.family) || isSimilar(r.given, other.family) || isSimilar(r.family, other.given)
	return NameComparison{partFits: fits}
}

// isGivenOf reports whether a single word is the given name of another reading.
func (r *reading) isGivenOf(other *reading) bool {
	return r.given == "" && r.family == other.given && !other.swapped
}

// isJoined reports whether a single word is another name without its blank.
func isJoined(single, full *reading) bool {
	rest, begins := strings.CutPrefix(single.family, full.given)
	return single.given == "" && begins && equalJoined(rest, full.family)
}
