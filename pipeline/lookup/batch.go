package lookup

import (
	"iter"
	"strings"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
)

// Batch is consecutive rows with the questions that they are the first to ask.
type Batch struct {
	Rows      []Row
	Questions []*Asked
	Resumed   int   // questions whose answers an earlier run has received
	gaps      int64 // answers with gaps when the batch was first asked, by Client.Gaps
}

// asked is how many rows have an answer because this run asks: none where everything is
// known, and no row that an earlier run has an answer for.
func (b *Batch) asked() int {
	if len(b.Questions) == 0 {
		return 0
	}
	return len(b.Rows) - b.Resumed
}

// Row is a row with its outcome, which is empty until the question is
// answered: by the row's own batch or by an earlier one. Batches are handed on
// in order, so whoever gets a batch finds all of its outcomes there.
type Row struct {
	sheet.Row
	Outcome *answer.Outcome
	// Reviewed says that a person has decided on the row in a review.
	Reviewed bool
}

// maxBatchRows bounds a batch whose rows ask what has been asked before.
const maxBatchRows = 1024

// Batcher fills batches with consecutive rows. It asks equal questions once.
type Batcher struct {
	reader *question.Reader
	Size   int                        // new questions in a batch
	Shard  question.Shard             // whose rows are taken
	Others int                        // rows of other shards, which were left out
	known  map[string]*answer.Outcome // by the question's name
	// cached returns the answer of an earlier run to a question, by its sequence
	// number; nil: there is none.
	cached  func(number uint64, q *question.Question) *answer.Outcome
	next    uint64                              // the sequence number of the next question
	nothing map[question.Reason]*answer.Outcome // one for all rows that ask nothing for the same reason
}

// NewBatcher returns a batcher of batches with size new questions.
func NewBatcher(reader *question.Reader, size int, cached func(number uint64, q *question.Question) *answer.Outcome) *Batcher {
	return &Batcher{
		reader: reader, Size: size, cached: cached,
		known: map[string]*answer.Outcome{}, nothing: map[question.Reason]*answer.Outcome{},
	}
}

// Batches fills batches until they hold as many new questions as fit.
func (b *Batcher) Batches(rows iter.Seq2[sheet.Row, error]) iter.Seq2[Batch, error] {
	return func(yield func(Batch, error) bool) {
		var next Batch
		b.Others = 0
		for row, err := range rows {
			if err != nil {
				yield(Batch{}, err)
				return
			}
			if !b.add(&next, row) {
				continue
			}
			if len(next.Questions) < b.Size && len(next.Rows) < maxBatchRows {
				continue
			}
			if !yield(next, nil) {
				return
			}
			next = Batch{Rows: make([]Row, 0, len(next.Rows))} // as many again, most likely
		}
		if len(next.Rows) > 0 {
			yield(next, nil)
		}
	}
}

// add adds a row, and its question if it is new. It reports whether the row is the
// shard's.
func (b *Batcher) add(to *Batch, row sheet.Row) bool {
	q, why := b.reader.Ask(row)
	if !b.Shard.Owns(&q, row.Line) {
		b.Others++
		return false
	}
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
	to.Rows = append(to.Rows, Row{Row: row, Outcome: known, Reviewed: q.Review != nil})
	return true
}

// addQuestion adds a new question to a batch, unless an earlier run has its answer.
func (b *Batcher) addQuestion(to *Batch, q question.Question) *answer.Outcome {
	number := b.next
	b.next++
	if cached := b.cached(number, &q); cached != nil {
		if cached.Found.Value == q.Text {
			cached.Found.Value = q.Text // held once
		}
		to.Resumed++
		return cached
	}
	if q.Person != nil {
		q.Person.Prepare()
	}
	one := newAsked(q)
	one.Number = number
	to.Questions = append(to.Questions, one)
	return one.Outcome
}
