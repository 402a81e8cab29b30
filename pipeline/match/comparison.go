package match

import (
	"slices"
	"strings"
)

// agreement is what comparing one thing about two people came to.
type agreementLevel uint8

// What a comparison can come to.
const (
	missing   agreementLevel = iota // one of them does not say
	agrees                          // the same
	disagrees                       // not the same, but that proves nothing
	vetoes                          // not the same, so not the same person
)

// Person is whom a row asks for, or a record describes.
type Person struct {
	Name     Name
	Evidence Evidence
}

// Likeness is what comparing a row's person with a record's came to. It holds
// no value of either.
type Likeness struct {
	name                                   Alike
	custom, ssn4, birth, email, phone, zip agreementLevel
	loan                                   agreementLevel
	row, record                            Help // what evidence either of them has
}

// Compare compares whom a row asks for with whom a record describes.
func Compare(row, record *Person) Likeness {
	return CompareNames(&row.Name, &record.Name).With(&row.Evidence, &record.Evidence)
}

// With adds to how alike two names are what else is known of the row's person, a,
// and of the record's, b. Many records may have one name, which is then compared
// once.
func (n Alike) With(a, b *Evidence) Likeness {
	return Likeness{
		name:   n,
		custom: compareTexts(a.CustomID, b.CustomID, vetoes),
		ssn4:   compareTexts(a.SSN4, b.SSN4, vetoes),
		birth:  compareDates(a.Birth, b.Birth),
		email:  compareLists(a.Emails, b.Emails),
		phone:  compareLists(a.Phones, b.Phones),
		zip:    compareTexts(a.Zip, b.Zip, disagrees),
		row:    a.kinds(), record: b.kinds(),
	}
}

// OfLoan returns the likeness where the row names a loan, of which the record
// is one of the customers or is not.
func (l Likeness) OfLoan(is bool) Likeness {
	l.loan = vetoes
	if is {
		l.loan = agrees
	}
	return l
}

// identical compares two texts but for case; other is what it means that they differ.
func compareTexts(a, b string, other agreementLevel) agreementLevel {
	switch {
	case a == "" || b == "":
		return missing
	case strings.EqualFold(a, b):
		return agrees
	}
	return other
}

// shared compares lists of which one in common is enough.
func compareLists(a, b []string) agreementLevel {
	if len(a) == 0 || len(b) == 0 {
		return missing
	}
	for _, text := range a {
		if slices.Contains(b, text) {
			return agrees
		}
	}
	return disagrees
}

// compareDates compares birth dates. One that might be the other but for a slip
// of the pen rules nobody out.
func compareDates(a, b Date) agreementLevel {
	switch {
	case a == Date{} || b == Date{}:
		return missing
	}
	year, month, day := sameYear(a.Year, b.Year), a.Month == b.Month, a.Day == b.Day
	switch {
	case year && month && day:
		return agrees
	case year && a.Month == b.Day && a.Day == b.Month,
		year && month && differByOneDigit(a.Day, b.Day),
		year && day && differByOneDigit(a.Month, b.Month),
		month && day && differByOneDigit(a.Year, b.Year):
		return disagrees
	}
	return vetoes
}

// sameYear takes a year of two digits for any century.
func sameYear(a, b int) bool {
	if a < 100 || b < 100 {
		return a%100 == b%100
	}
	return a == b
}

// oneDigitOff reports whether two numbers differ in one digit. Years of two
// digits are compared in the last two.
func differByOneDigit(a, b int) bool {
	off := 0
	for ; a > 0 && b > 0; a, b = a/10, b/10 {
		if a%10 != b%10 {
			off++
		}
	}
	if rest := a + b; rest > 0 && rest < 10 { // 3 for 13, but 80 for 1980
		off++
	}
	return off == 1
}

// Help is a set of kinds of evidence.
type Help uint8

// The kinds of evidence that a person can be told by.
const (
	kindBirth Help = 1 << iota
	kindSSN
	kindEmail
	kindPhone
	kindZip
	kindCustomID
)

// Kinds names the kinds in the set, as the summary does.
func (h Help) Kinds() []string {
	var names []string
	for i, name := range []string{"birth", "ssn", "email", "phone", "zip"} {
		if h&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// held is which kinds of evidence there are.
func (e *Evidence) kinds() Help {
	return kindIf(e.Birth != Date{}, kindBirth) | kindIf(e.SSN4 != "", kindSSN) | kindIf(len(e.Emails) > 0, kindEmail) |
		kindIf(len(e.Phones) > 0, kindPhone) | kindIf(e.Zip != "", kindZip) | kindIf(e.CustomID != "", kindCustomID)
}

func kindIf(has bool, kind Help) Help {
	if has {
		return kind
	}
	return 0
}

// trait is one thing that two people were compared by.
type comparedField struct {
	kind   string
	result agreementLevel
	// worth is what it adds to the score when it agrees, and takes when it vetoes.
	weight int
}

// traits lists what was compared, in the order in which reasons are given. What
// they are worth ranks candidates for a person to look at; it decides nothing.
func (l *Likeness) fields() [10]comparedField {
	return [...]comparedField{
		{"suffix", l.name.suffix, 4},
		{"middle", l.name.middle, 4},
		{"company", l.name.company, 10},
		{"loan", l.loan, 25},
		{"custom_id", l.custom, 25},
		{"ssn4", l.ssn4, 25},
		{"dob", l.birth, 25},
		{"email", l.email, 15},
		{"phone", l.phone, 10},
		{"zip", l.zip, 5},
	}
}

// Score ranks the candidates of one row for a person to look at, from 1 to 100.
// It decides nothing.
func (l Likeness) Score() int { return min(max(l.rawScore(), 1), 100) }

// points is the score without its bounds, at which candidates would be tied.
func (l *Likeness) rawScore() int {
	score := l.name.score / 2
	for _, t := range l.fields() {
		switch t.result {
		case agrees:
			score += t.weight
		case vetoes:
			score -= t.weight
		case missing, disagrees:
		}
	}
	return score
}

// reasons says what was compared, and never a value.
func (l *Likeness) reasons() string {
	var text strings.Builder
	text.WriteString("by:")
	switch {
	case l.name.givenFits:
		text.WriteString(" ~name")
	case l.name.grade == gradeD:
		text.WriteString(" -name")
	default:
		text.WriteString(" +name(" + "DCBA"[l.name.grade:l.name.grade+1])
		if l.name.why != "" {
			text.WriteString(":" + l.name.why)
		}
		text.WriteString(")")
	}
	for _, t := range l.fields() {
		switch t.result {
		case agrees:
			text.WriteString(" +" + t.kind)
		case disagrees:
			text.WriteString(" ~" + t.kind)
		case vetoes:
			text.WriteString(" -" + t.kind)
		case missing:
		}
	}
	return text.String()
}

// vetoed is the kinds that rule the record out.
func (l *Likeness) vetoed() bool {
	for _, t := range l.fields() {
		if t.result == vetoes {
			return true
		}
	}
	return false
}
