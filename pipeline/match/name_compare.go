package match

import (
	"strings"
	"unicode/utf8"
)

// grade says how alike two names are.
type grade uint8

const (
	gradeD grade = iota // unlike
	gradeC              // worth showing to a person
	gradeB              // the same but for what names often differ by
	gradeA              // the same after folding
)

// Alike is what comparing two names came to. It holds nothing of either.
type Alike struct {
	grade                   grade
	why                     string // of grade B, what they differ by; of others empty
	suffix, middle, company agreementLevel
	givenFits               bool // of grade D: the given name fits, as after a marriage
	// relative: one has a suffix and the other none, or they may be the same, as
	// Jr and II, so that there may be a parent or a child of the same name.
	maybeRelative bool
	score         int // 0..100, for ranking alone
}

// CompareNames compares the name of a row with a record's. It is symmetric.
func CompareNames(row, record *Name) Alike {
	var found Alike
	switch {
	case row.kind == nameOfNone || record.kind == nameOfNone:
		return Alike{}
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

// compareKinds compares two names of which one at least is a company's.
func compareWithCompany(row, record *Name) Alike {
	a, b := row.asCompany(), record.asCompany()
	found := Alike{company: vetoes}
	if a.text != "" && b.text != "" {
		found = compareCompanies(&a, &b)
	}
	switch {
	case row.kind == nameOfCompany && record.kind == nameOfCompany:
	case a.text == "" || b.text == "", found.grade < gradeB && (row.kind == nameUnclear || record.kind == nameUnclear):
		return Alike{grade: min(found.grade, gradeC), company: vetoes}
	case found.grade >= gradeB: // nothing says that the other is a company
		found.grade, found.company = gradeB, missing
		if found.why == "" {
			found.why = "legal form"
		}
	}
	return found
}

// asCompany returns the name as a company's, empty where it cannot be one.
func (n *Name) asCompany() company {
	if n.company.text == "" && n.kind == nameUnclear {
		return company{text: strings.TrimPrefix(n.text, "the ")}
	}
	return n.company
}

// limit lowers a grade for what makes a name doubtful as a whole.
func (a *Alike) capGrade(row, record *Name) {
	switch {
	case row.joint || record.joint:
		a.grade = min(a.grade, gradeC)
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

// rank returns a score for showing: the grade, less for what differs.
func (a *Alike) rankScore() int {
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
		case missing:
		}
	}
	return min(max(score, 0), 100)
}

// comparePeople returns the best that comparing readings comes to. Of equal
// grades the one counts that has least against it.
func comparePeople(row, record *Name) Alike {
	best := Alike{}
	for i := range row.readings {
		for j := range record.readings {
			a, b := &row.readings[i], &record.readings[j]
			swapped := a.swapped || b.swapped
			if a.swapped && b.swapped || swapped && a.given != b.given && a.family != b.family {
				continue // an order that nothing tells is believed of a part that is the same
			}
			found := a.compare(b)
			if found.betterThan(&best) {
				best, found = found, best
			}
			best.givenFits = best.grade == gradeD && (best.givenFits || found.givenFits)
			if best.grade == gradeA && best.middle == agrees {
				return best
			}
		}
	}
	return best
}

func (a *Alike) betterThan(than *Alike) bool {
	if a.grade != than.grade {
		return a.grade > than.grade
	}
	return a.rankScore() > than.rankScore()
}

// compare compares two readings.
func (r *reading) compare(other *reading) Alike {
	if r.given == "" || other.given == "" {
		return r.compareSingleWord(other)
	}
	family, leftover := compareFamilies(r.family, other.family)
	given := r.compareGiven(other)
	if given.cost >= costOther && family.cost <= costVariant {
		given = r.compareMiddleAsGiven(other)
	}
	switch { // letters are looked at one by one only where the other part fits
	case family.cost >= costOther && given.cost <= costVariant && given.why != "initial":
		family = compareLetters(withoutParticles(r.family), withoutParticles(other.family))
	case given.cost >= costOther && family.cost <= costVariant:
		given = compareLetters(r.given, other.given)
		if given.cost == costError && r.nickname != nil && other.nickname != nil {
			given.cost = costSimilar // two names that both exist: Julia and Julian
		}
	}
	found := Alike{middle: compareMiddles(r.middle, other.middle)}
	if leftover != "" && found.middle == missing {
		shorter := r
		if len(r.family) > len(other.family) {
			shorter = other
		}
		found.middle = compareMiddles(leftover, shorter.middle)
	}
	cost, why := given.cost+family.cost, given.why
	if why == "" {
		why = family.why
	}
	if r.swapped || other.swapped {
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
		return Alike{givenFits: given.cost <= costVariant && given.why != "initial"}
	}
	return found
}

// compareSingle compares names of which one at least is a single word.
func (r *reading) compareSingleWord(other *reading) Alike {
	both := r.given == "" && other.given == ""
	switch {
	case len(r.family) < 2:
		return Alike{} // an initial says nothing
	case both && r.family == other.family && !isASCII(r.family) && utf8.RuneCountInString(r.family) > 1:
		return Alike{grade: gradeA} // scripts that part no words
	case both && r.family == other.family:
		return Alike{grade: gradeB, why: "surname"}
	case both:
		return Alike{}
	case r.family == other.family, isJoined(r, other), isJoined(other, r):
		return Alike{grade: gradeC}
	}
	return Alike{}
}

// joinedAs reports whether a single word is another name without its blank.
func isJoined(single, full *reading) bool {
	rest, begins := strings.CutPrefix(single.family, full.given)
	return single.given == "" && begins && equalJoined(rest, full.family)
}
