package question

import (
	"cmp"
	"fmt"
	"slices"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
)

// NamePartsOf returns the name of a customer, from a record.
func NamePartsOf(d *loanpro.Details) match.NameParts {
	return match.NameParts{Whole: d.Name, First: d.First, Middle: d.Middle, Last: d.Last, Suffix: d.Suffix, Company: d.Company}
}

// EvidenceOf returns what a record says of a customer in addition to the name.
func EvidenceOf(d *loanpro.Details) match.Evidence {
	return match.Evidence{
		Emails: ReadAll([]string{d.Email}, match.ReadEmail), Phones: ReadAll([]string{d.Phone}, match.ReadPhone),
		Birth: match.ReadBirth(d.Birth), SSN4: match.ReadSSN4(d.SSN), Zip: match.ReadZip(d.Zip), CustomID: match.ReadCustomID(d.CustomID),
	}
}

// ComparedRecord is a record, compared with a row as a chosen record is.
type ComparedRecord struct {
	loanpro.Hit                   // only its ID is known if the record is not Found
	Found       bool              // LoanPro has the record
	Score       int               // from 1 to 100, of a customer that was compared by name; else 0
	Reasons     string            // what was compared, in the compact form; empty: nothing
	Agreements  []match.Agreement // of fields that were compared, of a customer compared by name
}

// Compared returns what of a record is compared with the row that asks q, in a form that
// does not depend on how LoanPro writes it: the name and evidence of the kinds that the row
// has, or the ID that the row asks by, with the customers of a loan.
func (q *Question) Compared(record *loanpro.Hit) []string {
	switch {
	case q.Person != nil:
		return append(foldedName(&record.Details), q.Person.comparedEvidence(&record.Details)...)
	case !q.Kind.OfLoans():
		return append(foldedName(&record.Details), q.Kind.Compared(record))
	}
	list := []string{q.Kind.Compared(record)}
	byID := func(a, b loanpro.Customer) int { return cmp.Compare(a.ID, b.ID) }
	for _, c := range slices.SortedFunc(slices.Values(record.Customers), byID) {
		list = append(append(list, fmt.Sprint(c.ID)), foldedName(&c.Details)...)
	}
	return list
}

func foldedName(d *loanpro.Details) []string {
	parts := []string{d.Name, d.First, d.Middle, d.Last, d.Suffix, d.Company}
	for i := range parts {
		parts[i] = match.Fold(parts[i])
	}
	return parts
}

// comparedEvidence returns the evidence of a record of each kind that the row has.
func (p *Person) comparedEvidence(d *loanpro.Details) []string {
	row, theirs := &p.Evidence, EvidenceOf(d)
	var list []string
	for _, kind := range []struct {
		asked bool
		kind  Evidence
		value any
	}{
		{len(row.Emails) > 0, email, theirs.Emails},
		{len(row.Phones) > 0, phone, theirs.Phones},
		{row.Birth != match.Date{}, birthDate, theirs.Birth},
		{row.SSN4 != "", ssn, theirs.SSN4},
		{row.Zip != "", zip, theirs.Zip},
		{row.CustomID != "", customID, theirs.CustomID},
	} {
		if kind.asked {
			list = append(list, fmt.Sprintf("%s %v", kind.kind, kind.value))
		}
	}
	return list
}
