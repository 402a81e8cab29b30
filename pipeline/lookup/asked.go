package lookup

import (
	"cmp"
	"errors"
	"slices"
	"unique"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Asked is a question with what is known of its answer so far.
type Asked struct {
	question.Question
	Number  uint64 // sequence number within the run, from 0
	Outcome *answer.Outcome
	Noted   unique.Handle[answer.Verdict] // what the journal holds
	Scanned bool                          // the answer comes from a scan
	// candidates are all records that a search has found and that may be meant.
	candidates []candidate
	// among is what the search asked for that answered the question first.
	among []loanpro.Value
	// unsure says that a record may be meant whose ID LoanPro does not send as it is.
	unsure bool
	// repairs are what q may have been before a spreadsheet damaged it, once it was asked for.
	repairs []*Asked

	// Of a person: the customers of the loan that the row names, and why a search did
	// not succeed.
	borrowers  []loanpro.Customer
	unanswered error
	accepts    func(match.Tier) bool // see match.CustomerOptions
	rarity     match.Rarity          // of the row's values; zero: not known

	presumed *answer.Outcome // what an estimate takes for the answer; nil in a run
}

// candidate is a hit with its comparison, which only candidates for a person have.
type candidate struct {
	loanpro.Hit
	comparison match.Comparison
	doubt      doubt
}

// newAsked returns a question of which nothing is known.
func newAsked(q question.Question) *Asked { return &Asked{Question: q, Outcome: new(answer.Outcome)} }

// Record returns the record that was matched: the loan, if that of a customer was asked
// for, too; nil: nothing was matched.
func (q *Asked) Record() *loanpro.Hit {
	c := q.candidate(cmp.Or(q.Outcome.Found.Loan, q.Outcome.Found.Customer))
	if c == nil {
		return nil
	}
	return &c.Hit
}

// Candidates returns the candidates of the answer. Those that q may have been before a
// spreadsheet damaged it have names, too, which outputs leave out.
func (q *Asked) Candidates() []answer.Candidate {
	candidates := slices.Clone(q.Outcome.Details().Candidates)
	for i := range candidates {
		for _, repaired := range q.repairs {
			if record := repaired.Record(); record != nil && record.ID == candidates[i].ID {
				candidates[i] = proposed(q.Kind, record)
			}
		}
	}
	return candidates
}

// Proposed returns the system IDs of what was found, or of the candidates, best first.
func (q *Asked) Proposed() []int64 {
	if id := cmp.Or(q.Outcome.Found.Loan, q.Outcome.Found.Customer); id != 0 {
		return []int64{id}
	}
	var ids []int64
	for _, c := range q.Outcome.Details().Candidates {
		ids = append(ids, c.ID)
	}
	return ids[:min(len(ids), answer.MaxCandidates)]
}

// Rarity returns how rare the row's values are; zero: not known.
func (q *Asked) Rarity() match.Rarity { return q.rarity }

// learn adds hits that are new and decides the question.
func (q *Asked) learn(hits []loanpro.Hit) {
	for i := range hits {
		if !q.holds(hits[i].ID) {
			q.candidates = append(q.candidates, candidate{Hit: hits[i]})
		}
	}
	q.decide()
}

// holds reports whether a record is among the candidates.
func (q *Asked) holds(id int64) bool { return q.candidate(id) != nil }

// candidate returns the candidate with a system ID; nil: there is none.
func (q *Asked) candidate(id int64) *candidate {
	at := slices.IndexFunc(q.candidates, func(c candidate) bool { return c.ID == id })
	if at < 0 {
		return nil
	}
	return &q.candidates[at]
}

// decide sets the outcome by all that is known of a question.
func (q *Asked) decide() {
	switch {
	case q.presumed != nil:
		*q.Outcome = *q.presumed
	case q.Person != nil:
		*q.Outcome = q.decidePerson()
	case q.Choice != nil:
		*q.Outcome = q.decideChoice()
	case q.unsure:
		*q.Outcome = answer.Failed(errUnsure)
	default:
		*q.Outcome = decide(q.Question, q.candidates)
	}
}

// errUnsure is why a question stays open if a record may be meant whose ID LoanPro
// does not send as it is.
var errUnsure = errors.New("LoanPro sent a record that may be this one, but without its ID, or with the ID as a number, which loses leading zeros")

// fail notes that a search for q did not succeed. What is matched stays matched, for
// the search that matched it was complete. But a match of a person takes all searches,
// and so does the finding that nothing fits the record that a person has chosen.
func (q *Asked) fail(err error) {
	if q.Person != nil {
		if q.unanswered == nil || crowded(q.unanswered) { // of which more is known
			q.unanswered = err
		}
		return
	}
	switch status := q.Outcome.Status(); {
	case status == match.Matched || status == match.Ambiguous && q.Outcome.Code() != answer.CodeChosenDiffers:
	case crowded(err):
		*q.Outcome = answer.Of(answer.CodeTooManyAlike, "")
	default:
		*q.Outcome = answer.Failed(err)
	}
}

// void forgets the answer to q: the index had gaps while it was asked.
func (q *Asked) void() {
	*q.Outcome = answer.Outcome{}
	*q = Asked{Question: q.Question, Number: q.Number, Outcome: q.Outcome, Noted: q.Noted}
}

// giveUp leaves q unanswered, whatever was answered before.
func (q *Asked) giveUp(err error) {
	q.void()
	q.fail(err)
	if q.Person != nil {
		q.decide()
	}
}

// absent reports whether no record has the ID, but perhaps a similar one.
func (q *Asked) absent() bool {
	code := q.Outcome.Code()
	return code == match.CodeNotFound || code == match.CodeRepairable
}

// failAll leaves questions open: a search that they need cannot be made.
func failAll(questions []*Asked, err error) {
	for _, q := range questions {
		q.fail(err)
	}
}
