package pipeline

import (
	"iter"
	"strings"
	"unique"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
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
	outcome *answer.Outcome
	key     rowKey // of an open row, when it is written
}

// asked is a question with what is known of its answer so far.
type asked struct {
	question.Question
	ordinal uint64 // the how manieth question of the run it is, from 0
	outcome *answer.Outcome
	noted   unique.Handle[answer.Verdict] // what is in the journal
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
	reader *question.Reader
	size   int                        // new questions in a batch
	known  map[string]*answer.Outcome // by the question's name
	// cached returns the answer of an earlier run to a question, by its sequence
	// number; nil: there is none.
	cached  func(number uint64, q *question.Question) *answer.Outcome
	next    uint64                              // the sequence number of the next question
	nothing map[question.Reason]*answer.Outcome // one for all rows that have nothing to ask for the same reason
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
	q, why := b.reader.Ask(row)
	name := q.Name()
	var known *answer.Outcome
	switch {
	case why.Code != "":
		if b.nothing[why] == nil {
			b.nothing[why] = why.Outcome()
		}
		known = b.nothing[why]
	case b.known[name] != nil:
		known = b.known[name]
	default:
		q.Text = strings.Clone(q.Text) // not the whole row
		known = b.addQuestion(to, q)
		b.known[q.Name()] = known
	}
	to.rows = append(to.rows, entry{Row: row, outcome: known})
}

// addQuestion adds a new question to a batch, unless an earlier run has its answer.
func (b *batcher) addQuestion(to *batch, q question.Question) *answer.Outcome {
	number := b.next
	b.next++
	if answer := b.cached(number, &q); answer != nil {
		if answer.Found.Value == q.Text {
			answer.Found.Value = q.Text // held once
		}
		to.resumed++
		return answer
	}
	if q.Person != nil {
		q.Person.Prepare()
	}
	o := new(answer.Outcome)
	to.questions = append(to.questions, &asked{Question: q, ordinal: number, outcome: o})
	return o
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
		if q.outcome.Status() == status {
			found = append(found, q)
		}
	}
	return found
}
