package lookup

import (
	"errors"
	"testing"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// None of the records 3 and 4 was the right one. What LoanPro has now decides whether that
// still says everything.
func TestNoneOfThem(t *testing.T) {
	t.Parallel()
	found := func(id int64) answer.Outcome {
		o := answer.New(answer.Verdict{Status: match.Matched, Confidence: match.Exact}, "")
		o.Found.Loan = id
		return o
	}
	proposed := func(code match.Code, ids ...int64) answer.Outcome {
		o := answer.Of(code, "")
		for _, id := range ids {
			o.Propose(answer.Candidate{ID: id})
		}
		return o
	}
	for name, test := range map[string]struct {
		outcome    answer.Outcome
		status     match.Status
		code       match.Code
		candidates int
	}{
		"the same":          {proposed(match.CodeDuplicate, 3, 4), match.NotFound, answer.CodeDecidedNone, 0},
		"one of them":       {proposed(match.CodeUnconfirmed, 4), match.NotFound, answer.CodeDecidedNone, 0},
		"nothing":           {proposed(match.CodeNotFound), match.NotFound, answer.CodeDecidedNone, 0},
		"a new one":         {proposed(match.CodeDuplicate, 3, 4, 5), match.Ambiguous, answer.CodeStale, 3},
		"a new repair":      {proposed(match.CodeRepairable, 5), match.Ambiguous, answer.CodeStale, 1},
		"a new match":       {found(5), match.Matched, "", 0},
		"a match of theirs": {found(4), match.Ambiguous, answer.CodeStale, 1},
		"no answer":         {answer.Failed(errors.New("x")), match.Failed, "search_failed", 0},
		"never found":       {proposed(answer.CodeUnsearchable), match.NotFound, answer.CodeDecidedNone, 0},
		"case unknown":      {proposed(answer.CodeCaseUnknown), match.NotFound, answer.CodeDecidedNone, 0},
		"too many":          {proposed(answer.CodeTooManyAlike), match.NotFound, answer.CodeDecidedNone, 0},
	} {
		q := newAsked(question.Question{Kind: question.DisplayIDs, Text: "L1", Review: &question.Review{Shown: []int64{3, 4}}})
		*q.Outcome = test.outcome
		if err := new(Lookup).applyReviews(t.Context(), []*Asked{q}); err != nil {
			t.Fatal(name, err)
		}
		o := q.Outcome
		if o.Status() != test.status || o.Code() != test.code || len(o.Details().Candidates) != test.candidates {
			t.Errorf("%s: %s %s %v", name, o.Status(), o.Code(), o.Details().Candidates)
		}
	}
}
