package match

import (
	"slices"
	"strconv"
	"strings"
)

// agreementLevel is the result of comparing one field of two people.
type agreementLevel uint8

const (
	missing    agreementLevel = iota // at least one of them has no value
	agrees                           // the same
	disagrees                        // different, which proves nothing
	vetoes                           // different, so not the same person
	outweighed                       // different, but so much agrees that it is the same person
)

// Person is the person that a row asks for, or that a record describes.
type Person struct {
	Name     Name
	Evidence Evidence
}

// Comparison is the result of comparing a row's person with a record's: an agreement
// level for each field. It holds no value of either.
type Comparison struct {
	name                                   NameComparison
	custom, ssn4, birth, email, phone, zip agreementLevel
	loan                                   agreementLevel
	birthSlip                              bool          // the birth dates are one slip apart, in one year
	row, record                            EvidenceKinds // the kinds of evidence that each of them has
	rarity                                 Rarity        // of the row's values
}

// Compare compares the person that a row asks for with the one that a record describes.
func Compare(row, record *Person) Comparison {
	return CompareNames(&row.Name, &record.Name).WithEvidence(&row.Evidence, &record.Evidence)
}

// WithEvidence adds the comparison of evidence, a of the row and b of the record, to that of
// the names. Records with the same name need only one [CompareNames].
func (n NameComparison) WithEvidence(a, b *Evidence) Comparison {
	c := Comparison{
		name:   n,
		custom: compareTexts(a.CustomID, b.CustomID, vetoes),
		ssn4:   compareTexts(a.SSN4, b.SSN4, vetoes),
		birth:  compareDates(a.Birth, b.Birth),
		email:  compareLists(a.Emails, b.Emails),
		phone:  compareLists(a.Phones, b.Phones),
		zip:    compareTexts(a.Zip, b.Zip, disagrees),
		row:    a.Kinds(), record: b.Kinds(),
	}
	c.birthSlip = c.birth == disagrees && sameYear(a.Birth.Year, b.Birth.Year) && a.Birth.Day > 0 && b.Birth.Day > 0
	if c.ssn4 == vetoes && oneEdit(a.SSN4, b.SSN4) && c.excusesSlip(differInLast(a.SSN4, b.SSN4)) {
		c.ssn4 = disagrees
	}
	if c.zip == agrees || c.phone == agrees || c.email == agrees || oneEdit(a.Zip, b.Zip) {
		c.outweigh()
	}
	return c
}

// excusesSlip reports whether a slip in the social security number does not rule the record
// out. The birth date must agree; or it has a slip, too, and name and ZIP code agree. Twins
// may have numbers that differ in the last digit alone, and given names that differ by
// little.
func (c *Comparison) excusesSlip(lastDigit bool) bool {
	mayBeTwins := !c.name.sameGiven && (c.name.grade < gradeB || c.name.why == "typo" || c.name.why == "initial")
	switch {
	case lastDigit && mayBeTwins:
		return false
	case c.birth == agrees:
		return true
	}
	return c.birthSlip && c.zip == agrees && c.name.sameGiven && c.name.grade >= gradeB
}

// outweigh lets one personal identifier differ if the name and the other identifier agree.
// It is for records whose ZIP code, phone or email agrees. Parents and children may share
// name and home, but have no identifier in common. Twins share birth date and home, but
// not the given name.
func (c *Comparison) outweigh() {
	fits := c.name.grade >= gradeB && c.name.why != "initial" || c.name.near
	switch {
	case !fits || c.name.middle == disagrees || c.name.maybeRelative:
	case c.ssn4 == agrees && c.birth == vetoes:
		c.birth = outweighed
	case c.ssn4 == vetoes && c.birth == agrees && c.name.sameGiven:
		c.ssn4 = outweighed
	}
}

// WithLoan returns the comparison for a row that names a loan: is says whether the record
// is one of the loan's customers.
func (c Comparison) WithLoan(is bool) Comparison {
	c.loan = vetoes
	if is {
		c.loan = agrees
	}
	return c
}

// differInLast reports whether two numbers differ in their last digit alone.
func differInLast(a, b string) bool { return len(a) == len(b) && a[:len(a)-1] == b[:len(b)-1] }

// compareTexts compares two texts without regard to case; other is the level if they
// differ.
func compareTexts(a, b string, other agreementLevel) agreementLevel {
	switch {
	case a == "" || b == "":
		return missing
	case strings.EqualFold(a, b):
		return agrees
	}
	return other
}

// compareLists compares two lists. One common value is enough to agree.
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

// compareDates compares birth dates. It does not veto if a single slip explains the
// difference: day and month swapped, or one wrong digit.
func compareDates(a, b Date) agreementLevel {
	switch {
	case a == Date{} || b == Date{}:
		return missing
	case a.Day == 0 || b.Day == 0:
		return compareWithPartialDate(a, b)
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

// compareWithPartialDate compares birth dates of which one lacks its day. The same year
// and month prove nothing: they are many people's.
func compareWithPartialDate(a, b Date) agreementLevel {
	year := sameYear(a.Year, b.Year)
	month := a.Month == b.Month || a.Month == 0 || b.Month == 0
	switch {
	case year && month:
		return missing
	case year && differByOneDigit(a.Month, b.Month), month && differByOneDigit(a.Year, b.Year):
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

// differByOneDigit reports whether two numbers differ in one digit. If one is a year of
// two digits, only the last two digits are compared.
func differByOneDigit(a, b int) bool {
	off := 0
	for ; a > 0 && b > 0; a, b = a/10, b/10 {
		if a%10 != b%10 {
			off++
		}
	}
	if rest := a + b; rest > 0 && rest < 10 { // 3 and 13 differ by one digit, 80 and 1980 do not
		off++
	}
	return off == 1
}

// EvidenceKinds is a set of kinds of evidence.
type EvidenceKinds uint8

// The kinds of evidence that can identify a person.
const (
	kindBirth EvidenceKinds = 1 << iota
	kindSSN
	kindEmail
	kindPhone
	kindZip
	kindCustomID
)

// Names returns the names of the kinds in the set, as the summary has them. A custom ID
// has none, because no column of the summary is for it.
func (k EvidenceKinds) Names() []string {
	var names []string
	for i, name := range []string{"birth", "ssn", "email", "phone", "zip"} {
		if k&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// Kinds returns which kinds of evidence there are.
func (e *Evidence) Kinds() EvidenceKinds {
	return kindIf(e.Birth != Date{}, kindBirth) | kindIf(e.SSN4 != "", kindSSN) | kindIf(len(e.Emails) > 0, kindEmail) |
		kindIf(len(e.Phones) > 0, kindPhone) | kindIf(e.Zip != "", kindZip) | kindIf(e.CustomID != "", kindCustomID)
}

// Key returns a text that is the same for people whose evidence of some kinds is, custom IDs
// aside.
func (e *Evidence) Key(kinds EvidenceKinds) string {
	day := strconv.Itoa(e.Birth.Year%century*10_000 + e.Birth.Month*100 + e.Birth.Day)
	var key []string
	for i, value := range []string{day, e.SSN4, strings.Join(e.Emails, " "), strings.Join(e.Phones, " "), e.Zip} {
		if kinds&(1<<i) != 0 {
			key = append(key, value)
		}
	}
	return strings.Join(key, "|")
}

func kindIf(has bool, kind EvidenceKinds) EvidenceKinds {
	if has {
		return kind
	}
	return 0
}

// comparedField is the result of comparing one field.
type comparedField struct {
	kind   string
	result agreementLevel
	weight int   // added to the score if the field agrees, subtracted if it vetoes
	rarity uint8 // see Rarity
}

// fields lists the compared fields in the order of the reasons. The weights rank the
// candidates that a person looks at; no decision depends on them.
func (c *Comparison) fields() [10]comparedField {
	return [...]comparedField{
		{"suffix", c.name.suffix, 4, 0},
		{"middle", c.name.middle, 4, 0},
		{"company", c.name.company, 10, 0},
		{"loan", c.loan, 25, 0},
		{"custom_id", c.custom, 25, c.rarity.CustomID},
		{"ssn4", c.ssn4, 25, c.rarity.SSN4},
		{"dob", c.birth, 25, c.rarity.Birth},
		{"email", c.email, 15, c.rarity.Email},
		{"phone", c.phone, 10, c.rarity.Phone},
		{"zip", c.zip, 5, c.rarity.Zip},
	}
}

// points is what a field adds to the score.
func (f *comparedField) points() int {
	switch f.result {
	case agrees:
		return weigh(f.weight, f.rarity)
	case vetoes:
		return -f.weight
	case missing, disagrees, outweighed:
	}
	return 0
}

// namePoints is what the name adds to the score.
func (c *Comparison) namePoints() int { return weigh(c.name.score/2, c.rarity.Name) }

// Score ranks the candidates of one row for a person to look at, from 1 to 100. No
// decision depends on it.
func (c Comparison) Score() int { return min(max(c.rawScore(), 1), 100) }

// rawScore is the score without its bounds, at which different candidates would tie.
func (c *Comparison) rawScore() int {
	score := c.namePoints()
	fields := c.fields()
	for i := range fields {
		score += fields[i].points()
	}
	return score
}

// reasons says what was compared, and never a value.
func (c *Comparison) reasons() string {
	var text strings.Builder
	text.WriteString("by:")
	switch {
	case c.name.givenFits:
		text.WriteString(" ~name")
	case c.otherPartDiffers():
		text.WriteString(" ~name(part)")
	case c.name.grade == gradeD:
		text.WriteString(" -name")
	default:
		text.WriteString(" +name(" + "DCBA"[c.name.grade:c.name.grade+1])
		if c.name.why != "" {
			text.WriteString(":" + c.name.why)
		}
		text.WriteString(")")
	}
	for _, t := range c.fields() {
		switch t.result {
		case agrees:
			text.WriteString(" +" + t.kind)
		case disagrees:
			text.WriteString(" ~" + t.kind)
		case outweighed:
			text.WriteString(" ~" + t.kind + "(other)")
		case vetoes:
			text.WriteString(" -" + t.kind)
		case missing:
		}
	}
	return text.String()
}

// vetoed reports whether any field rules the record out.
func (c *Comparison) vetoed() bool {
	for _, t := range c.fields() {
		if t.result == vetoes {
			return true
		}
	}
	return false
}
