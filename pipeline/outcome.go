package pipeline

import (
	"slices"
	"strconv"
	"strings"
	"unique"

	"loanmap/pipeline/match"
)

// outcome is the answer to a question, or to a row that asks none. A run keeps
// one for every question that it has asked, so an outcome is small.
type outcome struct {
	handle unique.Handle[verdict]
	found  found   // when matched
	detail *detail // nil if there is none
}

// verdict is the part of an outcome that many outcomes share.
type verdict struct {
	status     match.Status
	code       match.Code       // empty when matched
	confidence match.Confidence // empty unless matched
	reasons    string           // of match.Verdict
	helps      match.Help       // evidence that the candidates have and the row lacks
	loanStatus string           // of a matched loan
	archived   bool             // the matched loan is archived
}

// found is what the output says of a matched record.
type found struct {
	loan, customer int64  // system IDs; 0 where there is none, or no customer that is the loan's own
	value          string // the display ID, or the customer's name
}

// detail is the part of an outcome that few outcomes have.
type detail struct {
	others     []int64     // a loan's other customers
	candidates []candidate // best first; when not matched
	message    string      // takes the place of the code's message; empty: it does not
}

// candidate is a record from which a person may choose.
type candidate struct {
	id    int64 // system ID
	score int   // 1 to 100; 0: none
}

// maxCandidates is how many candidates loanmap proposes for a row.
const maxCandidates = 5

// newOutcome returns an outcome without a record. An empty message leaves the
// message to the code.
func newOutcome(v verdict, message string) outcome {
	o := outcome{handle: unique.Make(v)}
	if message != "" {
		o.detail = &detail{message: message}
	}
	return o
}

// outcomeOf returns the outcome of a code, with the status that the code has.
func outcomeOf(c match.Code, message string) outcome {
	return newOutcome(verdict{status: codesByName[c].status, code: c}, message)
}

// failed returns the outcome of a question that LoanPro did not answer.
func failed(err error) outcome { return outcomeOf(codeFailed, err.Error()) }

// verdict returns the shared part of the outcome; the zero value before there is an
// answer.
func (o *outcome) verdict() verdict {
	if o.handle == (unique.Handle[verdict]{}) {
		return verdict{}
	}
	return o.handle.Value()
}

// setVerdict replaces the shared part of the outcome.
func (o *outcome) setVerdict(v verdict) { o.handle = unique.Make(v) }

// status returns the status of the outcome; empty before there is an answer.
func (o *outcome) status() match.Status { return o.verdict().status }

// code returns the code of the outcome; empty when it is matched.
func (o *outcome) code() match.Code { return o.verdict().code }

// details returns the rest of the outcome. The caller must not change it.
func (o *outcome) details() detail {
	if o.detail == nil {
		return detail{}
	}
	return *o.detail
}

// id returns the system ID of the loan that was found, or of the customer; 0: none.
func (o *outcome) id(ofLoan bool) int64 {
	if ofLoan {
		return o.found.loan
	}
	return o.found.customer
}

// rest returns the detail to be changed.
func (o *outcome) rest() *detail {
	if o.detail == nil {
		o.detail = new(detail)
	}
	return o.detail
}

// setMessage has the outcome say message in place of the code's message.
func (o *outcome) setMessage(message string) { o.rest().message = message }

// setOthers notes the other customers of a matched loan.
func (o *outcome) setOthers(customers []int64) {
	if len(customers) > 0 {
		o.rest().others = customers
	}
}

// propose adds a candidate, unless it is known or there is no room for it.
func (o *outcome) propose(c candidate) {
	if d := o.rest(); len(d.candidates) < maxCandidates {
		d.add(c)
	}
}

// proposeAll adds candidates that are not known yet. A person's own choice may be
// one more than maxCandidates.
func (o *outcome) proposeAll(candidates []candidate) {
	for _, c := range candidates {
		o.rest().add(c)
	}
}

func (d *detail) add(c candidate) {
	known := func(other candidate) bool { return other.id == c.id }
	if !slices.ContainsFunc(d.candidates, known) {
		d.candidates = append(d.candidates, c)
	}
}

// idText is a system ID as outputs hold it; empty for 0.
func idText(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// candidatesText writes candidates with their scores: 751:97;752:85.
func candidatesText(list []candidate) string {
	return joined(list, func(c candidate) string {
		if c.score > 0 {
			return idText(c.id) + ":" + strconv.Itoa(c.score)
		}
		return idText(c.id)
	})
}

func joined[T any](list []T, text func(T) string) string {
	if len(list) == 0 {
		return ""
	}
	texts := make([]string, len(list))
	for i, one := range list {
		texts[i] = text(one)
	}
	return strings.Join(texts, ";")
}
