package match

import (
	"strings"

	"github.com/xrash/smetrics"
)

// The thresholds of Jaro-Winkler similarity. With a second kind of evidence, precision
// was the same at 0.85 and at 0.92, so the higher one costs recall only. Names between
// the two are possible matches: shown, not matched.
const (
	typoThreshold    = 0.92
	similarThreshold = 0.85
	// minTypoLength is how many letters a part needs before a difference counts as a
	// typing error. In shorter parts most edits make another name.
	minTypoLength = 5
	// minSlipLength is that number where a personal identifier agrees.
	minSlipLength = 4
	// minTwoSlips is that number where a surname may have two errors.
	minTwoSlips = 6
)

// difference is the result of comparing one part of two names.
type difference struct {
	cost uint8  // 0: the same; up to maxCost: the same except for why
	why  string // how the parts differ
}

// The costs of a difference; that of a name is the sum over its parts. So given name and
// surname may both be variants, but a typo or a swapped order may not combine with any
// other difference.
const (
	costVariant = 1 // nickname, initial, half of a double surname
	costError   = 2 // typo, swapped order
	maxCost     = 2
	costSimilar = 4
	costOther   = 9
)

// compareGiven compares given names, with the variants that are common in writing.
func (r *reading) compareGiven(other *reading) difference {
	a, b := r.given, other.given
	switch {
	case a == b && len(a) > 1:
		return difference{}
	case a[0] == b[0] && equalButInitials(a, b):
		return difference{costVariant, "initial"}
	case a[0] == b[0] && equalJoined(a, b):
		return difference{costVariant, "joined"}
	case r.nickname.isRelated(other.nickname):
		return difference{costVariant, "nickname"}
	case areWrittenInitials(a, b) || areWrittenInitials(b, a):
		return difference{costVariant, "initial"}
	case equalButUmlauts(a, b):
		return difference{costVariant, "letters"}
	case hasFirstWords(a, b) || hasFirstWords(b, a) || areInitials(a, b) || areInitials(b, a):
		return difference{cost: costSimilar}
	}
	return difference{cost: costOther}
}

// hasFirstWords reports whether the words of short begin long.
func hasFirstWords(short, long string) bool {
	return len(long) > len(short) && long[:len(short)] == short && long[len(short)] == ' '
}

// areInitials reports whether short is made of the first letters of long: JC and Jean
// Claude.
func areInitials(short, long string) bool {
	_, second, two := strings.Cut(long, " ")
	return len(short) == 2 && two && short[0] == long[0] && short[1] == second[0]
}

// areWrittenInitials reports whether short can only be the initials of long: JC and AJ,
// unlike Al and Jo, are no names.
func areWrittenInitials(short, long string) bool {
	return areInitials(short, long) && (short[1] == 'j' || !strings.ContainsAny(short, "aeiouy"))
}

// equalButUmlauts reports whether texts are the same except that one has an e between a
// vowel and another letter, as German names are written without umlauts: Mueller and
// Müller.
func equalButUmlauts(a, b string) bool {
	if len(a) < len(b) {
		a, b = b, a
	}
	if len(b) < minUmlautLength || !isASCII(a) || !isASCII(b) {
		return false
	}
	for a != "" && b != "" && a[0] == b[0] {
		vowel := a[0]
		a, b = a[1:], b[1:]
		if strings.IndexByte("aou", vowel) >= 0 && len(a) > 1 && a[0] == 'e' && b != "" && b[0] != 'e' {
			a = a[1:]
		}
	}
	return a == "" && b == ""
}

// minUmlautLength is how many letters a name needs: Roe and Ro are two names.
const minUmlautLength = 4

// compareMiddleAsGiven compares given names if one of them may be the other person's
// middle name: J. Robert Smith is called Robert.
func (r *reading) compareMiddleAsGiven(other *reading) difference {
	for _, pair := range [2][2]*reading{{r, other}, {other, r}} {
		called, full := pair[0].given, pair[1]
		switch {
		case len(called) < 2 || called != full.middle && !hasFirstWords(called, full.middle):
		case len(full.given) == 1:
			return difference{costVariant, "initial"}
		default:
			return difference{cost: costSimilar}
		}
	}
	return difference{cost: costOther}
}

// equalButInitials reports whether names differ only by words that are reduced to their
// initials: J and John, J C and Jean Claude.
func equalButInitials(a, b string) bool {
	cut := false
	for a != "" && b != "" {
		var first, other string
		first, a, _ = strings.Cut(a, " ")
		other, b, _ = strings.Cut(b, " ")
		switch {
		case len(first) == 1 && first[0] == other[0], len(other) == 1 && first[0] == other[0]:
			cut = true
		case first != other:
			return false
		}
	}
	return cut && a == "" && b == ""
}

// compareFamilies compares surnames, with the variants that are common in writing.
// leftover is what precedes the common part of a double surname: it may be a middle
// name.
func compareFamilies(a, b string) (found difference, leftover string) {
	if a == b && a != "" {
		return difference{}, ""
	}
	if a == "" || b == "" {
		return difference{cost: costOther}, ""
	}
	long, short := a, b
	if len(long) < len(short) {
		long, short = short, long
	}
	switch {
	case len(short) > 1 && !isParticle(short) && hasFirstWords(short, long):
		return difference{costVariant, "surname"}, ""
	case len(short) > 1 && hasLastWords(short, long):
		before := long[:len(long)-len(short)-1]
		if isParticle(before) {
			before = ""
		}
		return difference{costVariant, "surname"}, before
	case long[0] == short[0] && (equalJoined(a, b) || equalButPrefix(a, b) || equalButPrefix(b, a)):
		return difference{costVariant, "surname"}, ""
	case equalButUmlauts(a, b):
		return difference{costVariant, "letters"}, ""
	}
	return difference{cost: costOther}, ""
}

// hasLastWords reports whether the words of short end long.
func hasLastWords(short, long string) bool {
	at := len(long) - len(short)
	return at > 1 && long[at-1] == ' ' && long[at:] == short
}

// equalButPrefix reports whether names differ only by Mac and Mc, or by Saint and St.
func equalButPrefix(long, short string) bool {
	for _, pair := range [...][2]string{{"mac", "mc"}, {"saint", "st"}} {
		rest, begins := strings.CutPrefix(long, pair[0])
		other, too := strings.CutPrefix(short, pair[1])
		if begins && too && len(rest) > 2 && equalJoined(rest, other) {
			return true
		}
	}
	return false
}

// equalJoined reports whether texts are the same except for blanks.
func equalJoined(a, b string) bool {
	for {
		a, b = strings.TrimPrefix(a, " "), strings.TrimPrefix(b, " ")
		if a == "" || b == "" {
			return a == b
		}
		if a[0] != b[0] {
			return false
		}
		a, b = a[1:], b[1:]
	}
}

// withoutParticles removes the particles in front, which make different surnames look
// similar: da Souza and da Silva.
func withoutParticles(family string) string {
	for {
		first, rest, more := strings.Cut(family, " ")
		if !more || !isParticle(first) {
			return family
		}
		family = rest
	}
}

// compareLetters compares parts that may contain a typing error.
func compareLetters(a, b string) difference {
	switch {
	case a == "" || b == "" || !isSimilar(a, b):
		return difference{cost: costOther}
	case isTypo(a, b):
		return difference{costError, "typo"}
	}
	return difference{cost: costSimilar}
}

// isSimilar reports whether texts in Latin letters are similar enough for a possible
// match.
func isSimilar(a, b string) bool { return similarity(a, b) >= similarThreshold }

// isTypo reports whether texts differ by one typing error.
func isTypo(a, b string) bool {
	return min(len(a), len(b)) >= minTypoLength && oneEdit(a, b) && similarity(a, b) >= typoThreshold
}

// isSlip reports whether texts differ by one typing error, at any place.
func isSlip(a, b string) bool { return min(len(a), len(b)) >= minSlipLength && oneEdit(a, b) }

// isSlipInGiven reports whether texts differ by one typing error, also if they are given
// names: a name of its own is not a typing error of another.
func isSlipInGiven(a, b string) bool {
	return isSlip(a, b) && (nicknames()[a] == nil || nicknames()[b] == nil)
}

// isTwoSlips reports whether long texts of about one length differ by two typing errors:
// Martin and Martinez are two names.
func isTwoSlips(a, b string) bool {
	longer := len(a) - len(b)
	return min(len(a), len(b)) >= minTwoSlips && longer >= -1 && longer <= 1 && withinEdits(a, b, 2)
}

// withinEdits reports whether texts differ by no more than a number of edits, each as in [oneEdit].
func withinEdits(a, b string, most int) bool {
	for a != "" && b != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	switch {
	case len(a)+len(b) <= most:
		return true
	case most == 0 || a == "" || b == "":
		return false
	case len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] && withinEdits(a[2:], b[2:], most-1):
		return true
	}
	return withinEdits(a[1:], b[1:], most-1) || withinEdits(a[1:], b, most-1) || withinEdits(a, b[1:], most-1)
}

// similarity is the Jaro-Winkler similarity of texts in ASCII, with the usual
// constants; 0 for any others.
func similarity(a, b string) float64 {
	const boost, prefix = 0.7, 4
	if !isASCII(a) || !isASCII(b) {
		return 0
	}
	return smetrics.JaroWinkler(a, b, boost, prefix)
}

// oneEdit reports whether texts differ by one letter that is wrong, missing or extra,
// or by two neighbors that are swapped.
func oneEdit(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	for a != "" && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	switch {
	case len(a) < len(b):
		return a == b[1:]
	case a == "":
		return false
	case a[1:] == b[1:]:
		return true
	}
	return len(a) > 1 && a[0] == b[1] && a[1] == b[0] && a[2:] == b[2:]
}

// compareMiddles compares middle names. Different initials veto. A typing error or a
// nickname proves nothing.
func compareMiddles(a, b string) agreementLevel {
	if a == "" || b == "" {
		return missing
	}
	found := agrees
	for a != "" && b != "" {
		var first, other string
		first, a, _ = strings.Cut(a, " ")
		other, b, _ = strings.Cut(b, " ")
		switch {
		case first[0] != other[0]:
			return vetoes
		case len(first) == 1 || len(other) == 1 || first == other || found == disagrees:
		case isSameGiven(first, other):
			found = missing
		default:
			found = disagrees
		}
	}
	return found
}

// isSameGiven reports whether given names differ by a nickname or by one typing error.
// Two known names, such as Robert and Roberta, are not a typing error of each other.
func isSameGiven(a, b string) bool {
	x, y := nicknames()[a], nicknames()[b]
	return x.isRelated(y) || (x == nil || y == nil) && isTypo(a, b)
}
