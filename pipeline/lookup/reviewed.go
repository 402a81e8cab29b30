package lookup

import (
	"context"
	"fmt"
	"slices"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// applyReviews applies to answered questions what people have decided in reviews. A
// decision does not count where a record that it is about has changed, is gone, or is new:
// the row is open again, with whatever may be meant now.
func (l *Lookup) applyReviews(ctx context.Context, questions []*Asked) error {
	var stale []*Asked
	for _, q := range questions {
		switch {
		case q.Review == nil || q.presumed != nil || q.unanswerable():
		case q.Choice == nil:
			q.applyNone()
		case !q.stillFits():
			stale = append(stale, q)
		}
	}
	return l.reopen(ctx, stale)
}

// unanswerable reports whether q failed, and the next run may answer it.
func (q *Asked) unanswerable() bool {
	code := q.Outcome.Code()
	return q.Outcome.Status() == match.Failed && code != answer.CodeUnsearchable && code != answer.CodeCaseUnknown
}

// stillFits reports whether the chosen record is live, and is what the person saw.
func (q *Asked) stillFits() bool {
	return q.Outcome.Status() == match.Matched && q.Review.Fits(&q.Review.Own, &q.candidate(q.SystemID()).Hit)
}

// applyNone applies the decision that none of the records that were shown is the right one
// to what the row asks by its own cells. Another record may be.
func (q *Asked) applyNone() {
	isNew := func(c answer.Candidate) bool { return !slices.Contains(q.Review.Shown, c.ID) }
	found := q.Outcome.AsCandidate(q.Kind.OfLoans())
	switch matched := q.Outcome.Status() == match.Matched; {
	case matched && isNew(found):
	case matched: // it was no match when it was shown
		q.setStale("a person has decided against this record, which fits the row now", []answer.Candidate{found})
	case slices.ContainsFunc(q.Outcome.Details().Candidates, isNew):
		q.setStale("a person has decided on this row, but a record fits it now that was not shown then", q.Outcome.Details().Candidates)
	default:
		*q.Outcome = answer.Of(answer.CodeDecidedNone, "")
	}
}

// reopen asks what the rows ask by their own cells, and proposes what that finds. It claims
// nothing, so it is not audited.
func (l *Lookup) reopen(ctx context.Context, stale []*Asked) error {
	anew := make([]*Asked, len(stale))
	for i, q := range stale {
		own := q.Review.Own
		if own.Person != nil {
			person := *own.Person
			person.Prepare()
			own.Person = &person
		}
		anew[i] = newAsked(own)
	}
	if err := l.answer(ctx, anew); err != nil {
		return err
	}
	for i, q := range stale {
		q.reopen(anew[i].Outcome)
	}
	return nil
}

// reopen leaves the row to a person. own is the outcome of what the row asks by its own
// cells; even a match is only a candidate, because the person has decided on another record.
func (q *Asked) reopen(own *answer.Outcome) {
	candidates, what := own.Details().Candidates, "is deleted or no longer visible"
	if own.Status() == match.Matched {
		candidates = []answer.Candidate{own.AsCandidate(q.Review.Own.Kind.OfLoans())}
	}
	if q.Outcome.Status() == match.Matched {
		what = "has changed since"
		candidates = slices.Concat(candidates, []answer.Candidate{q.Outcome.AsCandidate(q.Kind.OfLoans())})
	}
	q.setStale(fmt.Sprintf("a person has decided on record %s, which %s", q.Text, what), candidates)
}

func (q *Asked) setStale(message string, candidates []answer.Candidate) {
	*q.Outcome = answer.Of(answer.CodeStale, message)
	q.Outcome.ProposeAll(candidates)
}
