package pipeline

import (
	"context"
	"errors"
	"iter"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/match"
)

// question is what is asked of LoanPro, once per run.
type question struct {
	text    string // cleaned
	outcome *outcome
}

// batch is a run of consecutive rows with the questions that they are the
// first to ask.
type batch struct {
	rows      []entry
	questions []question
}

// entry is a row with its outcome, which is empty until the question is
// answered: by the row's own batch or by an earlier one. Batches are handed on
// in order, so whoever gets a batch finds all of its outcomes there.
type entry struct {
	sheet.Row
	outcome *outcome
}

// maxBatchRows bounds a batch whose rows ask what has been asked before.
const maxBatchRows = 1024

// batches fills batches with consecutive rows until they hold size new
// questions. The cell in column key of a row is its question.
func batches(rows iter.Seq2[sheet.Row, error], key, size int) iter.Seq2[batch, error] {
	return func(yield func(batch, error) bool) {
		asked := map[string]*outcome{}
		nothing := map[match.Code]*outcome{}
		var b batch
		for row, err := range rows {
			if err != nil {
				yield(batch{}, err)
				return
			}
			b.add(row, key, asked, nothing)
			if len(b.questions) < size && len(b.rows) < maxBatchRows {
				continue
			}
			if !yield(b, nil) {
				return
			}
			b = batch{}
		}
		if len(b.rows) > 0 {
			yield(b, nil)
		}
	}
}

// add adds a row, and its question if it is new. nothing holds one outcome for
// all rows that have nothing to ask for the same reason.
func (b *batch) add(row sheet.Row, key int, asked map[string]*outcome, nothing map[match.Code]*outcome) {
	text, code := questionOf(row.Cells[key])
	var known *outcome
	switch {
	case code != "":
		if nothing[code] == nil {
			nothing[code] = &outcome{status: match.Invalid, code: code}
		}
		known = nothing[code]
	case asked[text] != nil:
		known = asked[text]
	default:
		known = new(outcome)
		asked[text] = known
		b.questions = append(b.questions, question{text, known})
	}
	b.rows = append(b.rows, entry{row, known})
}

// answer asks LoanPro all questions of a batch. What it cannot answer is an
// outcome; an error means that the run cannot go on.
func (r *run) answer(ctx context.Context, b batch) (batch, error) {
	if len(b.questions) == 0 {
		return b, nil
	}
	return b, r.ask(ctx, b.questions)
}

// ask asks questions in one search. If that fails it asks either half alone,
// so that one question LoanPro cannot take does not cost the others theirs.
func (r *run) ask(ctx context.Context, questions []question) error {
	texts := make([]string, len(questions))
	for i, q := range questions {
		texts[i] = q.text
	}
	loans, err := r.Client.LoansByDisplayID(ctx, texts)
	switch {
	case err == nil:
		assign(questions, loans)
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case stops(err):
		return err
	case len(questions) == 1:
		*questions[0].outcome = failed(err)
		return nil
	}
	half := len(questions) / 2
	if err := r.ask(ctx, questions[:half]); err != nil {
		return err
	}
	return r.ask(ctx, questions[half:])
}

// stops reports whether err ends the run, rather than leaving a question open.
func stops(err error) bool {
	e, ok := errors.AsType[*loanpro.Error](err)
	return !ok || e.Stops()
}

// assign gives every question the loans whose display ID equals it but for
// case, and decides it.
func assign(questions []question, loans []loanpro.Loan) {
	kin := make(map[string][]loanpro.Loan, len(loans))
	for _, loan := range loans {
		key := match.Fold(match.Clean(loan.DisplayID))
		kin[key] = append(kin[key], loan)
	}
	for _, q := range questions {
		*q.outcome = decide(q.text, kin[match.Fold(q.text)])
	}
}
