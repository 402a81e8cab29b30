package lookup

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// decideChoice decides a question whose record a person has chosen: there must be
// such a live record, and it must fit the row.
func (q *Asked) decideChoice() answer.Outcome {
	out := decide(q.Question, q.candidates)
	v := out.Verdict()
	if v.Status == match.Matched {
		return q.checkChoice(out)
	}
	if v.Status == match.NotFound {
		v.Code = answer.CodeChosen
	}
	return q.rejectChoice(v, "", slices.Concat(q.Choice.Candidates, out.Details().Candidates))
}

// chosenReasons begin the reasons of a row whose record a person has chosen.
const chosenReasons = "by: +chosen"

// checkChoice takes the outcome of a choice that is a live record, and returns
// it if the record fits the row.
func (q *Asked) checkChoice(out answer.Outcome) answer.Outcome {
	c, chosen := q.Choice, q.chosenRecord()
	among := slices.ContainsFunc(c.Candidates, func(other answer.Candidate) bool { return other.ID == chosen.ID })
	reasons := chosenReasons
	switch {
	case chosen.fits:
		reasons += strings.TrimPrefix(chosen.reasons, "by:")
	case among:
		reasons += " +candidate"
	case c.Insists:
		reasons += " +insisted"
	default:
		v := answer.Verdict{Status: match.Ambiguous, Code: answer.CodeChosenDiffers, Reasons: chosen.reasons}
		return q.rejectChoice(v, chosen.describe(), append([]answer.Candidate{chosen.Candidate}, c.Candidates...))
	}
	v := out.Verdict()
	v.Confidence, v.Reasons = match.Chosen, reasons
	out.SetVerdict(v)
	return out
}

// rejectChoice returns the outcome of a row whose choice is not taken. Only its code
// says that a row was damaged, so that code stays.
func (q *Asked) rejectChoice(v answer.Verdict, message string, candidates []answer.Candidate) answer.Outcome {
	if q.Choice.Damaged {
		advice := answer.AdviceOn(v.Code, q.Kind.What)
		message = cmp.Or(message, advice.Message) + "; " + advice.Hint
		v = question.Reason{Code: answer.CodeDamaged}.Verdict()
	}
	out := answer.New(v, message)
	out.ProposeAll(candidates)
	return out
}

// chosenRecord is a record that a person has chosen, compared with the row.
type chosenRecord struct {
	answer.Candidate
	kind, name string // "customer" and its name, or "loan" and its display ID
	fits       bool
	reasons    string // what was compared; empty: nothing
}

// describe names the record to a person.
func (r *chosenRecord) describe() string {
	text := fmt.Sprintf("choose holds %s %d, %s: nothing in the row fits it", r.kind, r.ID, cmp.Or(r.name, "without a name"))
	if r.kind == customerRecord && r.reasons != "" {
		text += " (" + answer.ReasonsInWords(r.reasons) + ")"
	}
	return text
}

// What messages call the kinds of records.
const (
	loanRecord     = "loan"
	customerRecord = "customer"
)

// chosenRecord compares the record that q asks for, which is among the candidates, with
// the row.
func (q *Asked) chosenRecord() chosenRecord {
	id, _ := strconv.ParseInt(q.Text, 10, 64) // decide has read it before
	hit := &q.candidate(id).Hit
	r := chosenRecord{Candidate: proposed(q.Kind, hit), kind: customerRecord, name: q.Kind.Value(hit)}
	details := hit.Details
	switch {
	case q.CustomerWanted:
		at := slices.IndexFunc(hit.Customers, func(c loanpro.Customer) bool { return c.ID == q.Customer })
		details = hit.Customers[at].Details
		r.Candidate, r.name = proposed(question.CustomerIDs, &loanpro.Hit{ID: q.Customer, Details: details}), details.Name
	case q.Kind.OfLoans():
		r.kind = loanRecord
	}
	if q.Choice.Person != nil {
		likeness := q.compareChosen(r.ID, &details, hit)
		r.Score = likeness.Score()
		r.fits, r.reasons = likeness.Supports(), likeness.Reasons()
		return r
	}
	record := *hit
	record.Details = details
	r.fits, r.reasons = compareOwn(&q.Choice.Own, r.ID, &record)
	return r
}

// compareChosen compares a customer with whom the row is about. If the page of a
// loan was chosen, hit is that loan.
func (q *Asked) compareChosen(id int64, details *loanpro.Details, hit *loanpro.Hit) match.Comparison {
	theirs := match.Person{Name: match.ReadName(question.NamePartsOf(details)), Evidence: question.EvidenceOf(details)}
	likeness := match.Compare(&q.Choice.Person.Person, &theirs).Weighed(q.rarity)
	switch loan := q.Choice.Person.Loan; {
	case loan == "":
	case q.CustomerWanted && match.LooseKey(hit.DisplayID) == match.LooseKey(loan):
		return likeness.WithLoan(true)
	case len(q.borrowers) > 0:
		return likeness.WithLoan(q.borrows(id))
	}
	return likeness
}

// compareOwn compares a record with the ID in the row's own cell.
func compareOwn(own *question.Question, id int64, hit *loanpro.Hit) (fits bool, reasons string) {
	switch {
	case own.Text == "":
		return false, ""
	case own.Kind.Agreement == question.BySystemID && own.SystemID() == id:
		return true, "by: +" + own.Kind.Reason
	case own.Kind.Agreement == question.BySystemID:
		return false, "by: -" + own.Kind.Reason
	}
	number := own.Kind.Compared(hit)
	how := match.CompareNumbers(own.Text, number)
	if key := numberKey(own.Text); how == "" && own.Kind.MayBeNumber(hit) && key != "" && key == numberKey(number) {
		how = "number"
	}
	if how == "" {
		return false, "by: -" + own.Kind.Reason
	}
	return true, fmt.Sprintf("by: +%s(%s)", own.Kind.Reason, how)
}

// askChosenLoans finds the customers of the loans that rows name, where nothing else
// in the row fits the chosen customer.
func (l *Lookup) askChosenLoans(ctx context.Context, questions []*Asked) error {
	var open []*Asked
	for _, q := range questions {
		code := q.Outcome.Code()
		if q.Choice != nil && q.loan() != "" && (code == answer.CodeChosenDiffers || code == answer.CodeDamaged) {
			open = append(open, q)
		}
	}
	if len(open) == 0 {
		return nil
	}
	if err := l.askLoans(ctx, open); err != nil {
		return err
	}
	for _, q := range open {
		if q.Outcome.Status() != match.Failed {
			q.decide()
		}
	}
	return nil
}
