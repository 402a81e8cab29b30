package people

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// relation is a way in which a new loan's display ID follows from an older
// loan's.
type relation struct {
	name  string
	share int                  // of all loans, in ten thousandths
	fits  func(old *Loan) bool // nil takes any live loan
	apply func(r random, old, fresh *Loan)
}

// relations returns all of them. Each comes early in a tenant.
func relations() []relation {
	return []relation{
		{"repeated, both live", 50, nil, func(_ random, old, fresh *Loan) { fresh.DisplayID = old.DisplayID }},
		{"live and archived", 50, nil, twins(func(l *Loan) { l.Archived = true })},
		{"live and deleted", 50, nil, twins(func(l *Loan) { l.Deleted = true })},
		{"live and temporary", 5, nil, twins(func(l *Loan) { l.Deleted, l.Temporary = true, true })},
		{"both deleted", 10, nil, bothDeleted},
		{"other case, both live", 30, hasCase, func(_ random, old, fresh *Loan) { fresh.DisplayID = otherCase(old.DisplayID) }},
		{"other case, one deleted", 10, hasCase, otherCaseDeleted},
		{"other case, one archived", 10, hasCase, otherCaseArchived},
		{"near miss", 200, hasRoom, nearMiss},
		{"another loan's system ID", 300, nil, func(_ random, old, fresh *Loan) { fresh.DisplayID = strconv.Itoa(old.ID) }},
	}
}

// twins gives both loans one display ID and marks either of them.
func twins(mark func(*Loan)) func(random, *Loan, *Loan) {
	return func(r random, old, fresh *Loan) {
		fresh.DisplayID = old.DisplayID
		mark(pick(r, []*Loan{old, fresh}))
	}
}

func bothDeleted(_ random, old, fresh *Loan) {
	fresh.DisplayID = old.DisplayID
	old.Deleted, fresh.Deleted = true, true
}

func otherCaseDeleted(r random, old, fresh *Loan) {
	fresh.DisplayID = otherCase(old.DisplayID)
	pick(r, []*Loan{old, fresh}).Deleted = true
}

func otherCaseArchived(r random, old, fresh *Loan) {
	fresh.DisplayID = otherCase(old.DisplayID)
	pick(r, []*Loan{old, fresh}).Archived = true
}

// hasCase reports whether a search finds the display ID in another case too.
// Only ASCII letters have the same token in every case.
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
func nearMiss(r random, old, fresh *Loan) {
	runes := []rune(old.DisplayID)
	at := r.intn(len(runes) + 1)
	before, after := string(runes[:at]), string(runes[at:])
	switch r.intn(5) {
	case 0:
		fresh.DisplayID = old.DisplayID + strconv.Itoa(r.intn(10))
	case 1:
		fresh.DisplayID = before + "-" + after
	case 2:
		fresh.DisplayID = strings.TrimSpace(before + " " + after)
	case 3:
		fresh.DisplayID = before + "0" + after
	default:
		fresh.DisplayID = withoutFirstZero(old.DisplayID)
	}
	if fresh.DisplayID == old.DisplayID { // nothing to trim or drop
		fresh.DisplayID += "x"
	}
}

// withoutFirstZero drops a zero, as spreadsheets and typists do.
func withoutFirstZero(id string) string {
	if at := strings.IndexByte(id, '0'); at >= 0 && len(id) > 1 {
		return id[:at] + id[at+1:]
	}
	return id
}
