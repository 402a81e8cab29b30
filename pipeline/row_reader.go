package pipeline

import (
	"slices"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// rowReader turns rows into questions. It holds no state: equal rows ask equal
// questions.
type rowReader struct {
	asker  asker // of the cells that ask
	column int   // of those cells
	ours
	people   *reading // how rows say whom they are about; nil: they hold IDs
	nameOnly bool     // a name alone may identify a customer
	// decided returns the decision of a person on a row that asks own by its own
	// cells, or nothing because of why; nil: there are no decisions.
	decided func(row sheet.Row, own *question, why reason) (decision, bool)
}

// newRowReader returns a reader of rows with these columns. host and tenant are of
// the tenant that is asked.
func newRowReader(c *columns, host, tenant string, nameOnly bool) *rowReader {
	return &rowReader{
		asker: asker{kind: c.kind, host: host, tenant: tenant}, column: c.key, ours: c.ours, people: c.people, nameOnly: nameOnly,
	}
}

// ask returns what a row asks, or why it asks nothing. The record that a person has
// chosen in the row comes first, then the one of an earlier decision.
func (r *rowReader) ask(row sheet.Row) (question, reason) {
	if r.choose >= 0 && match.Clean(row.Cells[r.choose]) != "" {
		return r.askChoice(row)
	}
	q, why := r.askOwn(row)
	if r.decided != nil {
		if d, ok := r.decided(row, &q, why); ok {
			return r.askDecided(d, &q), reason{}
		}
	}
	return q, why
}

// askOwn returns what a row asks by its own cells. What a spreadsheet has damaged
// is not asked for, not even when it comes back as text: the rest of the ID may be
// that of another record.
func (r *rowReader) askOwn(row sheet.Row) (question, reason) {
	if r.marked(row) {
		return question{}, reason{code: answer.CodeDamaged}
	}
	if r.people != nil {
		return r.askPerson(row)
	}
	return r.asker.askRow(row, r.column)
}

// askDecided returns the question of a row for which a person has decided, and
// which asks own by its own cells. The row need not confirm the record again.
func (r *rowReader) askDecided(d decision, own *question) question {
	return question{kind: r.asker.kind.system(), text: answer.IDText(d.id), decided: d.by, own: strings.Clone(own.name())}
}

// marked reports whether an earlier run said that a spreadsheet has damaged a row.
func (r *rowReader) marked(row sheet.Row) bool {
	return r.mark >= 0 && slices.Contains([]string{damagedReason, string(answer.CodeDamaged)}, row.Cells[r.mark])
}

// askPerson returns which person a row asks for.
func (r *rowReader) askPerson(row sheet.Row) (question, reason) {
	for _, column := range r.people.nameColumns() {
		if problem, is := damage(row, column); is {
			return question{}, reason{code: answer.CodeDamaged, problem: problem}
		}
	}
	if r.people.whole >= 0 {
		if _, code := r.asker.kind.read(row.Cells[r.people.whole]); code != "" {
			return question{}, reason{code: code}
		}
	}
	p := r.person(row)
	if p.Name.Empty() {
		return question{}, reason{code: answer.CodeNoName}
	}
	return question{kind: r.asker.kind, text: r.people.digest(row), person: &p}, reason{}
}

// person returns whom a row is about.
func (r *rowReader) person(row sheet.Row) person {
	p := r.people.read(row)
	loans := asker{kind: displayIDs, host: r.asker.host, tenant: r.asker.tenant}
	if loan, code := loans.ask(p.loan); code != "" || loan.fromPage {
		p.loan = ""
	} else {
		p.loan = loan.text
	}
	p.nameOnly = r.nameOnly
	return p
}
