package sandbox

// What Shape.DeletedAs takes. LoanPro documents deleted and deletedAt of a loan
// that is read; which of them a search shows, and what active is then, is not
// documented. That any one of the three may be the only sign is assumed, and so
// is the name temporary.
const (
	DeletedAsFlag   = "flag"       // deleted: 1, and temporaryAccount: 1 of a temporary one
	DeletedAsActive = "active"     // active: 0, no deleted; temporary: 1
	DeletedAsDate   = "deleted-at" // deletedAt: a date, null of others, no deleted; temporary: 1
)

// signs say whether a loan is deleted or temporary. Those that are nil are not
// written.
type signs struct {
	active                               bool
	deleted, temporaryAccount, temporary *bool
	deletedAt                            **stamp // of a loan that is not deleted, null
}

func (s *Shape) signs(l *Loan) signs {
	switch s.DeletedAs {
	case DeletedAsActive:
		return signs{active: !l.Deleted, temporary: &l.Temporary}
	case DeletedAsDate:
		return signs{active: true, temporary: &l.Temporary, deletedAt: new(l.deletedAt())}
	}
	return signs{active: true, deleted: &l.Deleted, temporaryAccount: &l.Temporary}
}

// deletedAt returns when the loan was deleted, nil for one that was not.
func (l *Loan) deletedAt() *stamp {
	if !l.Deleted {
		return nil
	}
	return new(figuresOf(l.ID).created + day)
}

// signFields lists what of the signs can be searched: what is written.
func (t *tenant) signFields(s *Shape) []*field {
	temporary := func(l *Loan) float64 { return oneIf(l.Temporary) }
	fields := []*field{t.loanNumber("active", func(l *Loan) float64 { return oneIf(s.signs(l).active) })}
	switch s.DeletedAs {
	case DeletedAsActive:
		return append(fields, t.loanNumber("temporary", temporary))
	case DeletedAsDate:
		return append(fields, t.loanNumber("temporary", temporary), dateField("deletedAt", t.deletionDates))
	}
	deleted := t.loanNumber("deleted", func(l *Loan) float64 { return oneIf(l.Deleted) })
	return append(fields, deleted, t.loanNumber("temporaryAccount", temporary))
}

func (t *tenant) deletionDates(at int, yield func(float64)) {
	if date := t.loans[at].deletedAt(); date != nil {
		yield(float64(*date))
	}
}
