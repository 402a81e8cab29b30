package pipeline

import (
	"iter"
	"slices"
	"strings"
	"unique"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/match"
)

// batch is a run of consecutive rows with the questions that they are the
// first to ask.
type batch struct {
	rows      []entry
	questions []*asked
	resumed   int   // questions whose answers an earlier run has paid for
	gaps      int64 // answers with gaps when it was first asked, by Client.Gaps
}

// entry is a row with its outcome, which is empty until the question is
// answered: by the row's own batch or by an earlier one. Batches are handed on
// in order, so whoever gets a batch finds all of its outcomes there.
type entry struct {
	sheet.Row
	outcome *outcome
	key     rowKey // of an open row, when it is written
}

// asked is a question with what is known of its answer so far.
type asked struct {
	question
	ordinal uint64 // the how manieth question of the run it is, from 0
	outcome *outcome
	noted   unique.Handle[verdict] // what is in the journal
	// hits are all records that any search brought up and that may be meant.
	hits []loanpro.Hit
	// among is what was asked for in the search that answered it first.
	among []loanpro.Value
	// unsure: a record may be meant whose ID came as a number.
	unsure bool

	// Of a person: how alike each of the hits is, the customers of the loan that
	// the row names, and why a search did not succeed.
	likenesses []match.Likeness
	borrowers  []loanpro.Customer
	unanswered error
}

// maxBatchRows bounds a batch whose rows ask what has been asked before.
const maxBatchRows = 1024

// batcher fills batches with consecutive rows.
type batcher struct {
	asker    asker
	people   *reading   // how rows tell whom they are about; nil: they hold IDs
	loans    asker      // of loans that rows about people name
	nameOnly bool       // a name alone may do
	chooser  asker      // of what a person has chosen
	column   int        // of the cells that ask
	mark     int        // of what an earlier run said of them; -1: there is none
	choose   int        // of the cells where a person has chosen; -1: there is none
	before   *decisions // what people have decided before; nil: nothing
	// Of a report: where it shows a row's candidates, and its code; -1: nowhere.
	candidates, code int
	size             int                 // new questions in a batch
	known            map[string]*outcome // by the question's name
	// cached returns what an earlier run was answered to a question, by its
	// ordinal; nil: nothing.
	cached  func(ordinal uint64, q *question) *outcome
	next    uint64              // the ordinal of the next question
	nothing map[reason]*outcome // one for all rows with nothing to ask for the same reason
}

// reason is why a row has nothing to ask. problem is how its cell was damaged, or
// how its choice cannot be read. candidates are those of a row with such a choice,
// as a report shows them.
type reason struct {
	code       match.Code
	problem    string
	candidates string
}

func (r reason) outcome() *outcome {
	o := say(r.verdict(), r.problem)
	for _, p := range readCandidates(r.candidates) {
		o.propose(p)
	}
	return &o
}

func (r reason) verdict() verdict {
	v := verdict{status: match.Invalid, code: r.code}
	if r.code == codeDamaged {
		v.reasons = damagedReason
	}
	return v
}

// batches fills batches until they hold as many new questions as fit.
func (b *batcher) batches(rows iter.Seq2[sheet.Row, error]) iter.Seq2[batch, error] {
	return func(yield func(batch, error) bool) {
		var next batch
		for row, err := range rows {
			if err != nil {
				yield(batch{}, err)
				return
			}
			b.add(&next, row)
			if len(next.questions) < b.size && len(next.rows) < maxBatchRows {
				continue
			}
			if !yield(next, nil) {
				return
			}
			next = batch{rows: make([]entry, 0, len(next.rows))} // as many again, most likely
		}
		if len(next.rows) > 0 {
			yield(next, nil)
		}
	}
}

// add adds a row, and its question if it is new.
func (b *batcher) add(to *batch, row sheet.Row) {
	q, why := b.ask(row)
	name := q.name()
	var known *outcome
	switch {
	case why.code != "":
		if b.nothing[why] == nil {
			b.nothing[why] = why.outcome()
		}
		known = b.nothing[why]
	case b.known[name] != nil:
		known = b.known[name]
	default:
		q.text = strings.Clone(q.text) // not the whole row
		known = b.pose(to, q)
		b.known[q.name()] = known
	}
	to.rows = append(to.rows, entry{Row: row, outcome: known})
}

// pose adds a new question to a batch, unless an earlier run has its answer.
func (b *batcher) pose(to *batch, q question) *outcome {
	ordinal := b.next
	b.next++
	if answer := b.cached(ordinal, &q); answer != nil {
		if answer.found.value == q.text {
			answer.found.value = q.text // held once
		}
		to.resumed++
		return answer
	}
	if q.person != nil {
		q.person.prepare()
	}
	o := new(outcome)
	to.questions = append(to.questions, &asked{question: q, ordinal: ordinal, outcome: o})
	return o
}

// damagedReason stands in an output, so that a damaged ID is not taken for a
// sound one when it is fed back in as text.
const damagedReason = "by: -damaged_in_sheet"

// ask returns what a row asks, or why it does not. A person's choice goes first, then
// what a person has decided before.
func (b *batcher) ask(row sheet.Row) (question, reason) {
	if b.choose >= 0 && match.Clean(row.Cells[b.choose]) != "" {
		return b.askChoice(row)
	}
	q, why := b.askOwn(row)
	if b.before != nil {
		if d, ok := b.before.of(row, &q, why); ok {
			return b.decided(d, &q), reason{}
		}
	}
	return q, why
}

// askOwn returns what a row asks by its own cells. What a spreadsheet has damaged is
// not asked for, now or when it comes back as text: what is left may be another one's.
func (b *batcher) askOwn(row sheet.Row) (question, reason) {
	if b.marked(row) {
		return question{}, reason{code: codeDamaged}
	}
	if b.people != nil {
		return b.askPerson(row)
	}
	return askCell(b.asker, row, b.column)
}

// marked reports whether an earlier run said that a spreadsheet has damaged a row.
func (b *batcher) marked(row sheet.Row) bool {
	return b.mark >= 0 && slices.Contains([]string{damagedReason, string(codeDamaged)}, row.Cells[b.mark])
}

// askPerson returns whom a row asks for.
func (b *batcher) askPerson(row sheet.Row) (question, reason) {
	for _, column := range b.people.nameColumns() {
		if problem, is := damage(row, column); is {
			return question{}, reason{code: codeDamaged, problem: problem}
		}
	}
	if b.people.whole >= 0 {
		if _, code := clean(row.Cells[b.people.whole]); code != "" {
			return question{}, reason{code: code}
		}
	}
	p := b.whom(row)
	if p.Name.Empty() {
		return question{}, reason{code: codeNoName}
	}
	return question{key: loanpro.Name, text: b.people.digest(row), person: &p}, reason{}
}

// whom returns whom a row is about.
func (b *batcher) whom(row sheet.Row) person {
	p := b.people.read(row)
	if loan, code := b.loans.ask(p.loan); code != "" || loan.fromPage {
		p.loan = ""
	} else {
		p.loan = loan.text
	}
	p.nameOnly = b.nameOnly
	return p
}

// askCell returns what one cell of a row asks.
func askCell(a asker, row sheet.Row, column int) (question, reason) {
	if problem, is := damage(row, column); is {
		return question{}, reason{code: codeDamaged, problem: problem}
	}
	q, code := a.ask(row.Cells[column])
	return q, reason{code: code}
}

// damage reports whether a spreadsheet has spoilt a cell, and how.
func damage(row sheet.Row, column int) (problem string, is bool) {
	for _, damage := range row.Damaged {
		if damage.Column == column {
			return damage.Problem, true
		}
	}
	return "", false
}

// group is consecutive batches that are audited together.
type group struct{ batches []batch }

func (g group) questions() []*asked {
	var all []*asked
	for _, b := range g.batches {
		all = append(all, b.questions...)
	}
	return all
}

// gaps is how many answers with gaps there were when the first was asked.
func (g group) gaps() int64 {
	least := g.batches[0].gaps
	for _, b := range g.batches {
		least = min(least, b.gaps)
	}
	return least
}

// groups gathers answered batches until what they did not find fills a search
// of full questions, or there are many of them: few at first, so that a run that is
// stopped early has something to resume from.
func groups(batches iter.Seq2[batch, error], full int) iter.Seq2[group, error] {
	return func(yield func(group, error) bool) {
		var next group
		missing, most := 0, firstGroup
		for b, err := range batches {
			if err != nil {
				yield(group{}, err)
				return
			}
			next.batches = append(next.batches, b)
			missing += len(with(b.questions, match.NotFound))
			if missing < full && len(next.batches) < most {
				continue
			}
			if !yield(next, nil) {
				return
			}
			next, missing, most = group{}, 0, min(2*most, maxGroup)
		}
		if len(next.batches) > 0 {
			yield(next, nil)
		}
	}
}

// How many batches wait for their audit at most: of the first group, and of any.
const (
	firstGroup = 2
	maxGroup   = 16
)

// with returns the questions that have come to status.
func with(questions []*asked, status match.Status) []*asked {
	var found []*asked
	for _, q := range questions {
		if q.outcome.status() == status {
			found = append(found, q)
		}
	}
	return found
}
