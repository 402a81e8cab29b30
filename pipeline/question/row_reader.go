package question

import (
	"slices"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// Reader turns rows into questions. It holds no state: equal rows ask equal
// questions.
type Reader struct {
	asker  asker // of the cells that ask
	column int   // of those cells
	Ours
	people   *PersonColumns // how rows say whom they are about; nil: they hold IDs
	nameOnly bool           // a name alone may identify a customer
	Decided  FindDecision   // nil: there are no decisions
}

// FindDecision returns the decision of a person on a row that asks own by its own cells, or
// nothing because of why.
type FindDecision func(row sheet.Row, own *Question, why Reason) (Decision, bool)

// NewReader returns a reader of rows with these columns. host and tenant are of
// the tenant that is asked.
func NewReader(c *Columns, host, tenant string, nameOnly bool) *Reader {
	return &Reader{
		asker: asker{kind: c.Kind, host: host, tenant: tenant}, column: c.Key, Ours: c.Ours, people: c.People, nameOnly: nameOnly,
	}
}

// Ask returns what a row asks, or why it asks nothing. The record that a person has
// chosen in the row comes first, then the one of an earlier decision.
func (r *Reader) Ask(row sheet.Row) (Question, Reason) {
	if r.Choose >= 0 && match.Clean(row.Cells[r.Choose]) != "" {
		return r.askChoice(row)
	}
	q, why := r.AskOwn(row)
	if r.Decided != nil {
		if d, ok := r.Decided(row, &q, why); ok {
			return r.askDecided(row, d, &q), Reason{}
		}
	}
	return q, why
}

// AskOwn returns what a row asks by its own cells. What a spreadsheet has damaged
// is not asked for, not even when it comes back as text: the rest of the ID may be
// that of another record.
func (r *Reader) AskOwn(row sheet.Row) (Question, Reason) {
	if r.marked(row) {
		return Question{}, Reason{Code: answer.CodeDamaged}
	}
	if r.people != nil {
		return r.askPerson(row)
	}
	return r.asker.askRow(row, r.column)
}

// askDecided returns the question of a row for which a person has decided, and
// which asks own by its own cells. The row need not confirm the record again.
func (r *Reader) askDecided(row sheet.Row, d Decision, own *Question) Question {
	if d.By == ByReview {
		return r.askReviewed(row, d, own)
	}
	return Question{Kind: r.asker.kind.System(), Text: answer.IDText(d.ID), Decided: d.By, own: strings.Clone(own.Name())}
}

// marked reports whether an earlier run said that a spreadsheet has damaged a row.
func (r *Reader) marked(row sheet.Row) bool {
	return r.Mark >= 0 && (row.Cells[r.Mark] == string(answer.CodeDamaged) || slices.Contains(answer.ReadReasons(row.Cells[r.Mark]), answer.DamagedReason))
}

// askPerson returns which person a row asks for.
func (r *Reader) askPerson(row sheet.Row) (Question, Reason) {
	if problem := r.people.damage(row); problem != "" {
		return Question{}, Reason{Code: answer.CodeDamaged, problem: problem}
	}
	if r.people.Whole >= 0 {
		if _, code := r.asker.kind.Read(row.Cells[r.people.Whole]); code != "" {
			return Question{}, Reason{Code: code}
		}
	}
	p := r.person(row)
	if p.Name.Empty() {
		return Question{}, Reason{Code: answer.CodeNoName}
	}
	return Question{Kind: r.asker.kind, Text: r.people.digest(row), Person: &p}, Reason{}
}

// person returns whom a row is about.
func (r *Reader) person(row sheet.Row) Person {
	p := r.people.read(row)
	loans := asker{kind: DisplayIDs, host: r.asker.host, tenant: r.asker.tenant}
	if loan, code := loans.ask(p.Loan); code != "" || loan.fromPage {
		p.Loan = ""
	} else {
		p.Loan = loan.Text
	}
	p.NameOnly = r.nameOnly
	return p
}
