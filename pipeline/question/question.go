package question

import (
	"fmt"
	"strconv"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// Question is what a row asks. loanmap asks equal questions once.
type Question struct {
	Kind *Kind
	Text string // what is asked for, in the normal form of its kind; for a person, a digest of the row
	// Person is whom the row is about, if names are asked for; else nil.
	Person *Person
	// Customer is the system ID of a customer of the loan, as the address of a page
	// says it; 0: it does not. wanted: that customer is looked for, and not the loan.
	Customer       int64
	CustomerWanted bool
	fromPage       bool    // text comes from the address of a page
	Choice         *Choice // the record that a person has chosen; nil: none
	// Decided is how a person has decided the row before, and own the name of the
	// question that its own cells ask: the answer is compared with the one to that.
	Decided Decider
	own     string
	// Review is what a person has decided on the row in a review; nil: nothing.
	Review *Review
}

// Name differs for different questions of a run. Most questions ask by what their
// column holds, so their name is their text, which holds no NUL.
func (q *Question) Name() string {
	if q.Decided != Undecided {
		return fmt.Sprintf("\x00%d %s %d of %s", q.Kind.Key, q.Text, q.Decided, q.own)
	}
	if !q.fromPage && q.Choice == nil {
		return q.Text
	}
	return fmt.Sprintf("\x00%d %s %d %t %t %s", q.Kind.Key, q.Text, q.Customer, q.CustomerWanted, q.Review != nil, q.Choice.name())
}

// SystemID returns the system ID of the record that a question by system ID looks
// for.
func (q *Question) SystemID() int64 {
	if q.CustomerWanted {
		return q.Customer
	}
	id, _ := strconv.ParseInt(q.Text, 10, 64) // the kind's read lets nothing else through
	return id
}

// Reason is why a row has nothing to ask.
type Reason struct {
	Code       match.Code
	problem    string // how its cell was damaged, or why its choice cannot be read
	candidates string // of a row with such a choice, as a report shows them
}

// Outcome returns the outcome of a row that has nothing to ask.
func (r Reason) Outcome() *answer.Outcome {
	o := answer.New(r.Verdict(), r.problem)
	for _, c := range ReadCandidates(r.candidates) {
		o.Propose(c)
	}
	return &o
}

// Verdict returns the verdict on a row that has nothing to ask.
func (r Reason) Verdict() answer.Verdict {
	v := answer.Verdict{Status: match.Invalid, Code: r.Code}
	if r.Code == answer.CodeDamaged {
		v.Reasons = "by: " + answer.DamagedReason
	}
	return v
}

// Decider is how a person has decided which record a row means.
type Decider uint8

// The ways to decide.
const (
	Undecided    Decider = iota
	ByChoice             // the system ID, written into the column choose
	ByCorrection         // a correction of the row in a report
	ByReview             // among records that were shown with the row
)

// Decision is the record for which a person has decided, by its system ID.
type Decision struct {
	ID     int64 // 0: none of those that were shown
	By     Decider
	Review *Review // of a decision by review
}

// Review is what a person knew who has decided on a row.
type Review struct {
	Shown []int64 // system IDs of the records that were shown, in their order
	// Fits reports whether the chosen record, compared with a row that asks own, is still
	// what it was. It is nil where none of them was chosen.
	Fits func(own *Question, record *loanpro.Hit) bool
	Own  Question // what the row asks by its own cells
}
