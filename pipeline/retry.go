package pipeline

import (
	"context"
	"fmt"
	"slices"
	"time"

	"loanmap/io/loanpro"
)

// retry waits, asks once more for what was not found, and sends every row its
// way again, now that all answers are known. It returns the files anew.
func (r *run) retry(ctx context.Context, targets targets, todo *batcher, known *loanpro.Findings) (_ *files, err error) {
	missing := r.missing
	r.missing = nil
	r.Log.Info(fmt.Sprintf("%d questions found nothing; they are asked again in %v, as --retry-not-found-after says", len(missing), r.Resume.RetryNotFoundAfter))
	select {
	case <-time.After(r.Resume.RetryNotFoundAfter):
	case <-ctx.Done():
		return new(files), context.Cause(ctx)
	}
	if err := r.checkInput(); err != nil {
		return new(files), err
	}
	for some := range slices.Chunk(missing, max(1, todo.size)) {
		if err := r.askAgain(ctx, batch{questions: some}); err != nil {
			return new(files), err
		}
	}
	before := r.summary
	if err := r.reopen(); err != nil {
		return new(files), err
	}
	r.summary.Questions, r.summary.Resumed, r.summary.LoanPro = before.Questions, before.Resumed, before.LoanPro
	files, err := r.create(targets)
	if err != nil {
		return files, err
	}
	return files, r.pass(ctx, files, todo, known)
}

// askAgain asks the questions of a batch as if for the first time.
func (r *run) askAgain(ctx context.Context, b batch) error {
	b, err := r.answer(ctx, b)
	if err != nil {
		return err
	}
	if _, err := r.audit(ctx, group{[]batch{b}}); err != nil {
		return err
	}
	return r.ledger.add(b.questions, r.Lookup.Client.Baseline())
}
