package sandbox

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// kinship is how a new loan's display ID can follow from an older loan's.
type kinship struct {
	name  string
	share int                  // of all loans, in ten thousandths
	fits  func(old *Loan) bool // nil takes any live loan
	make  func(d dice, old, young *Loan)
}

// kinships lists them all; a tenant begins with some of each.
func kinships() []kinship {
	return []kinship{
		{"repeated, both live", 50, nil, func(_ dice, old, young *Loan) { young.DisplayID = old.DisplayID }},
		{"live and archived", 50, nil, twins(func(l *Loan) { l.Archived = true })},
		{"live and deleted", 50, nil, twins(func(l *Loan) { l.Deleted = true })},
		{"live and temporary", 5, nil, twins(func(l *Loan) { l.Deleted, l.Temporary = true, true })},
		{"both deleted", 10, nil, bothDeleted},
		{"other case, both live", 30, hasCase, func(_ dice, old, young *Loan) { young.DisplayID = otherCase(old.DisplayID) }},
		{"other case, one deleted", 10, hasCase, otherCaseDeleted},
		{"other case, one archived", 10, hasCase, otherCaseArchived},
		{"near miss", 200, hasRoom, nearMiss},
		{"another loan's system ID", 300, nil, func(_ dice, old, young *Loan) { young.DisplayID = strconv.Itoa(old.ID) }},
	}
}

// twins gives both loans one display ID and marks either of them.
func twins(mark func(*Loan)) func(dice, *Loan, *Loan) {
	return func(d dice, old, young *Loan) {
		young.DisplayID = old.DisplayID
		mark(pick(d, []*Loan{old, young}))
	}
}

func bothDeleted(_ dice, old, young *Loan) {
	young.DisplayID = old.DisplayID
	old.Deleted, young.Deleted = true, true
}

func otherCaseDeleted(d dice, old, young *Loan) {
	young.DisplayID = otherCase(old.DisplayID)
	pick(d, []*Loan{old, young}).Deleted = true
}

func otherCaseArchived(d dice, old, young *Loan) {
	young.DisplayID = otherCase(old.DisplayID)
	pick(d, []*Loan{old, young}).Archived = true
}

// hasCase reports whether the display ID can be written in another case and
// still be found: only ASCII letters keep their token in every case.
func hasCase(l *Loan) bool {
	letters := false
	for _, r := range l.DisplayID {
		if r >= utf8.RuneSelf {
			return false
		}
		letters = letters || 'a' <= r|0x20 && r|0x20 <= 'z'
	}
	return letters
}

func otherCase(id string) string {
	if lower := strings.ToLower(id); lower != id {
		return lower
	}
	return strings.ToUpper(id)
}

func hasRoom(l *Loan) bool { return utf8.RuneCountInString(l.DisplayID) < maxDisplayID }

// nearMiss changes one character of the older display ID.
func nearMiss(d dice, old, young *Loan) {
	runes := []rune(old.DisplayID)
	at := d.below(len(runes) + 1)
	before, after := string(runes[:at]), string(runes[at:])
	switch d.below(5) {
	case 0:
		young.DisplayID = old.DisplayID + strconv.Itoa(d.below(10))
	case 1:
		young.DisplayID = before + "-" + after
	case 2:
		young.DisplayID = strings.TrimSpace(before + " " + after)
	case 3:
		young.DisplayID = before + "0" + after
	default:
		young.DisplayID = lessOne(old.DisplayID)
	}
	if young.DisplayID == old.DisplayID { // nothing to trim or drop
		young.DisplayID += "x"
	}
}

// lessOne drops a zero, as a spreadsheet or a typist does.
func lessOne(id string) string {
	if at := strings.IndexByte(id, '0'); at >= 0 && len(id) > 1 {
		return id[:at] + id[at+1:]
	}
	return id
}
