package sandbox

import (
	"loanmap/io/loanpro/sandbox/engine"
	"loanmap/io/loanpro/sandbox/people"
)

// The values of Shape.DeletedAs. LoanPro documents deleted and deletedAt of a
// loan that is read. Which of them a search shows, and the value of active, is
// not documented. It is assumed that any one of the three may be the only sign,
// and that the name temporary occurs.
const (
	deletedAsFlag   = "flag"       // deleted: 1, and temporaryAccount: 1 of a temporary loan
	deletedAsActive = "active"     // active: 0, no deleted; temporary: 1
	deletedAsDate   = "deleted-at" // deletedAt: a date, null for other loans, no deleted; temporary: 1
)

// signs say whether a loan is deleted or temporary. A nil one is omitted.
type signs struct {
	active                               bool
	deleted, temporaryAccount, temporary *bool
	deletedAt                            **stamp // points to nil for a loan that is not deleted
}

func (s *Shape) signs(l *people.Loan) signs {
	switch s.DeletedAs {
	case deletedAsActive:
		return signs{active: !l.Deleted, temporary: &l.Temporary}
	case deletedAsDate:
		return signs{active: true, temporary: &l.Temporary, deletedAt: new(deletedAt(l))}
	}
	return signs{active: true, deleted: &l.Deleted, temporaryAccount: &l.Temporary}
}

// deletedAt returns when the loan was deleted, nil if it was not.
func deletedAt(l *people.Loan) *stamp {
	if !l.Deleted {
		return nil
	}
	const day = 24 * 60 * 60
	return new(stamp(l.Figures().Created + day))
}

// signFields returns the searchable signs: exactly those that are shown.
func (d documents) signFields() []engine.Field {
	temporary := func(l *people.Loan) float64 { return float64(oneIf(l.Temporary)) }
	fields := []engine.Field{d.loanNumber("active", func(l *people.Loan) float64 { return float64(oneIf(d.shape.signs(l).active)) })}
	switch d.shape.DeletedAs {
	case deletedAsActive:
		return append(fields, d.loanNumber("temporary", temporary))
	case deletedAsDate:
		return append(fields, d.loanNumber("temporary", temporary), engine.Date("deletedAt", d.deletionDates))
	}
	deleted := d.loanNumber("deleted", func(l *people.Loan) float64 { return float64(oneIf(l.Deleted)) })
	return append(fields, deleted, d.loanNumber("temporaryAccount", temporary))
}

func (d documents) deletionDates(at int, yield func(float64)) {
	if date := deletedAt(&d.Loans[at]); date != nil {
		yield(float64(*date))
	}
}
