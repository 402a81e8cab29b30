package pipeline

import (
	"fmt"
	"strconv"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// question is what a row asks. loanmap asks equal questions once.
type question struct {
	kind *kind
	text string // what is asked for, in the normal form of its kind; for a person, a digest of the row
	// person is whom the row is about, if names are asked for; else nil.
	person *person
	// customer is the system ID of a customer of the loan, as the address of a page
	// says it; 0: it does not. wanted: that customer is looked for, and not the loan.
	customer int64
	wanted   bool
	fromPage bool    // text comes from the address of a page
	choice   *choice // the record that a person has chosen; nil: none
	// decided is how a person has decided the row before, and own the name of the
	// question that its own cells ask: the answer is compared with the one to that.
	decided decider
	own     string
}

// name differs for different questions of a run. Most questions ask by what their
// column holds, so their name is their text, which holds no NUL.
func (q *question) name() string {
	if q.decided != undecided {
		return fmt.Sprintf("\x00%d %s %d of %s", q.kind.key, q.text, q.decided, q.own)
	}
	if !q.fromPage && q.choice == nil {
		return q.text
	}
	return fmt.Sprintf("\x00%d %s %d %t %s", q.kind.key, q.text, q.customer, q.wanted, q.choice.name())
}

// systemID returns the system ID of the record that a question by system ID looks
// for.
func (q *question) systemID() int64 {
	if q.wanted {
		return q.customer
	}
	id, _ := strconv.ParseInt(q.text, 10, 64) // the kind's read lets nothing else through
	return id
}

// reason is why a row has nothing to ask.
type reason struct {
	code       match.Code
	problem    string // how its cell was damaged, or why its choice cannot be read
	candidates string // of a row with such a choice, as a report shows them
}

// outcome returns the outcome of a row that has nothing to ask.
func (r reason) outcome() *answer.Outcome {
	o := answer.New(r.verdict(), r.problem)
	for _, c := range readCandidates(r.candidates) {
		o.Propose(c)
	}
	return &o
}

func (r reason) verdict() answer.Verdict {
	v := answer.Verdict{Status: match.Invalid, Code: r.code}
	if r.code == answer.CodeDamaged {
		v.Reasons = damagedReason
	}
	return v
}

// damagedReason marks a damaged ID in an output, so that a later run does not take
// it for a sound one when the output is its input.
const damagedReason = "by: -damaged_in_sheet"

// decider is how a person has decided which record a row means.
type decider uint8

// The ways to decide.
const (
	undecided    decider = iota
	byChoice             // the system ID, written into the column choose
	byCorrection         // a correction of the row in a report
)

// decision is the record for which a person has decided, by its system ID.
type decision struct {
	id int64
	by decider
}
