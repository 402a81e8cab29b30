package lookup

import (
	"context"
	"errors"
	"slices"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// askPeople looks for everyone whom a row may be about: the customers of its
// loan, and whoever has the name, the email, the phone or the custom ID.
func (l *Lookup) askPeople(ctx context.Context, known *loanpro.Findings, questions []*Asked) error {
	if err := l.askLoans(ctx, questions); err != nil {
		return err
	}
	records := newRecordCache(known.Keyword)
	if err := l.askAll(ctx, l.byName(l.First(known), known, records), questions); err != nil {
		return err
	}
	for _, clue := range clues {
		if err := l.askClue(ctx, clue, records, questions); err != nil {
			return err
		}
	}
	return l.decideAll(ctx, questions)
}

// askClue looks for everyone who has one kind of evidence that rows have.
func (l *Lookup) askClue(ctx context.Context, clue clue, records *recordCache, questions []*Asked) error {
	if !slices.ContainsFunc(questions, func(q *Asked) bool { return len(clue.texts(q)) > 0 }) {
		return nil
	}
	known, err := l.Findings(ctx, clue.key)
	if classOf(err) == loanpro.Partial {
		failAll(questions, err)
		return nil
	}
	if err != nil {
		return err
	}
	by := l.searching(l.First(known), func(q *Asked) []loanpro.Value { return clue.values(q, known) })
	by.assign = records.distribute
	return l.askAll(ctx, by, questions)
}

// clue is evidence by which customers can be searched. Social security numbers
// and birth dates are not among the clues: they never leave loanmap.
type clue struct {
	key   loanpro.Key
	texts func(q *Asked) []string
}

var clues = []clue{
	{loanpro.CustomID, func(q *Asked) []string { return optional(q.Person.Evidence.CustomID) }},
	{loanpro.Email, func(q *Asked) []string { return q.Person.Evidence.Emails }},
	{loanpro.Phone, func(q *Asked) []string { return q.Person.Evidence.Phones }},
}

func optional(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// values returns what to ask for: a text in every way in which LoanPro may hold it.
func (c *clue) values(q *Asked, known *loanpro.Findings) []loanpro.Value {
	var values []loanpro.Value
	for _, text := range c.texts(q) {
		written := forms(text, known, match.CaseVariants)
		if c.key == loanpro.Phone {
			written = known.PhoneFormats(text)
		}
		values = append(values, loanpro.Texts(written...)...)
	}
	return values
}

// byName is an inquiry by name.
func (l *Lookup) byName(way loanpro.Strategy, known *loanpro.Findings, records *recordCache) inquiry {
	by := l.searching(way, func(q *Asked) []loanpro.Value { return nameOf(q, known) })
	by.assign = func(questions []*Asked, hits []loanpro.Hit, among []loanpro.Value) {
		for _, q := range questions {
			if q.among == nil {
				q.among = among
			}
		}
		records.distribute(questions, hits, among)
	}
	return by
}

// nameOf is a person's name as it is asked for: in different upper and lower case,
// too, if an index keeps texts whole. Such an index finds a company only by all of its
// name.
func nameOf(q *Asked, known *loanpro.Findings) []loanpro.Value {
	if known.Keyword && q.Person.Name.Company() && q.Person.Written != "" {
		return loanpro.Texts(forms(q.Person.Written, known, match.CaseVariants)...)
	}
	return spelled(q.Person.SearchTerms, known, false)
}

// forms are the ways in which LoanPro may hold a text and which its index takes for
// different texts.
func forms(text string, known *loanpro.Findings, others func(string) []string) []string {
	if known.Case == loanpro.CaseInsensitive {
		return []string{text}
	}
	return append([]string{text}, others(text)...)
}

// fuzzyName is a person's name as it may have been before a typing error.
func fuzzyName(q *Asked, known *loanpro.Findings) []loanpro.Value {
	return spelled(q.Person.Name.FuzzyTerms(), known, true)
}

func spelled(parts [][]match.Term, known *loanpro.Findings, fuzzy bool) []loanpro.Value {
	if len(parts) == 0 {
		return nil
	}
	value := loanpro.Value{Parts: make([][]loanpro.Word, len(parts))}
	for i, part := range parts {
		for _, word := range part {
			for _, form := range forms(word.Text, known, match.NameCaseVariants) {
				value.Parts[i] = append(value.Parts[i], loanpro.Word{Text: form, Prefix: word.Prefix, Fuzzy: fuzzy})
			}
		}
	}
	return []loanpro.Value{value}
}

// askLoans finds the customers of the loans that rows name.
func (l *Lookup) askLoans(ctx context.Context, questions []*Asked) error {
	loans := map[string]*Asked{}
	var list []*Asked
	for _, q := range questions {
		if id := q.loan(); id != "" && loans[id] == nil {
			loans[id] = newAsked(question.Question{Kind: question.DisplayIDs, Text: id})
			list = append(list, loans[id])
		}
	}
	if len(list) == 0 {
		return nil
	}
	err := l.findLoans(ctx, list)
	if classOf(err) == loanpro.Partial {
		failAll(questions, err)
		return nil
	}
	if err != nil {
		return err
	}
	for _, q := range questions {
		if loan := loans[q.loan()]; loan != nil {
			q.addBorrowers(loan)
		}
	}
	return nil
}

// findLoans finds loans by their display IDs.
func (l *Lookup) findLoans(ctx context.Context, list []*Asked) error {
	if d := l.directoryFor(question.DisplayIDs); d != nil {
		findScanned(d, list)
		return nil
	}
	known, err := l.Findings(ctx, loanpro.DisplayID)
	if err != nil {
		return err
	}
	return l.askAll(ctx, l.searching(l.First(known), asWritten(known)), list)
}

// loan is the display ID of a loan of the customer whom the row is about; empty:
// the row names none.
func (q *Asked) loan() string {
	switch {
	case q.Person != nil:
		return q.Person.Loan
	case q.Choice != nil && q.Choice.Person != nil:
		return q.Choice.Person.Loan
	}
	return ""
}

// addBorrowers notes the customers of the loan that q names.
func (q *Asked) addBorrowers(loan *Asked) {
	if loan.Outcome.Status() == match.Failed {
		q.fail(errors.New(loan.Outcome.Details().Message))
		return
	}
	found := loan.candidate(loan.Outcome.Found.Loan)
	if found == nil {
		return
	}
	for _, borrower := range found.Customers {
		if borrower.ID != 0 {
			q.borrowers = append(q.borrowers, borrower)
		}
	}
}

// borrows reports whether a customer is one of those of the loan that q names.
func (q *Asked) borrows(id int64) bool {
	return slices.ContainsFunc(q.borrowers, func(c loanpro.Customer) bool { return c.ID == id })
}

// decidePerson decides who a row is about by all candidates.
func (q *Asked) decidePerson() answer.Outcome {
	if q.unanswered != nil && !crowded(q.unanswered) {
		return answer.Failed(q.unanswered)
	}
	candidates := q.people()
	if q.unanswered != nil { // which namesakes a search shows before it has too many is chance
		candidates = slices.DeleteFunc(candidates, func(c candidate) bool { return !q.identifies(&c) })
	}
	v := q.judgePerson(candidates)
	out := answer.New(answer.Verdict{Status: v.Status, Code: v.Code, Confidence: v.Confidence, Reasons: v.Reasons, Helps: v.MissingEvidence}, "")
	if v.Status == match.Matched {
		found := &candidates[v.Candidates[0]]
		out.Found = answer.Found{Customer: found.ID, Value: found.Name}
		return out
	}
	for _, i := range v.Candidates {
		proposal := proposed(q.Kind, &candidates[i].Hit)
		proposal.Score = candidates[i].comparison.Score()
		out.Propose(proposal)
	}
	return out
}

// judgePerson returns the verdict on candidates. A loan that LoanPro does not know is
// evidence, too, and does not agree.
func (q *Asked) judgePerson(candidates []candidate) match.Verdict {
	noLoan := q.Person.Loan == ""
	compared := make([]match.Candidate, len(candidates))
	for i, c := range candidates {
		compared[i] = match.Candidate{ID: c.ID, Comparison: c.comparison, Live: !c.Deleted}
	}
	v := match.Customer(&q.Person.Person, compared, match.CustomerOptions{LoanKnown: len(q.borrowers) > 0, AcceptNameOnly: q.Person.NameOnly && noLoan, Accepts: q.accepts})
	if v.Code == match.CodeNameOnly && !noLoan {
		v.Code = match.CodeUnconfirmed
	}
	if q.unanswered != nil { // some of those who have the name are not known
		v.Status, v.Code, v.Confidence = match.Ambiguous, answer.CodeTooCommon, ""
	}
	return v
}

// identifies reports whether the row names a candidate by more than the name: by a
// loan, an email, a phone or the custom ID.
func (q *Asked) identifies(c *candidate) bool {
	return q.borrows(c.ID) || q.sharesIdentifier(question.EvidenceOf(&c.Details))
}

// people returns everyone who may be whom q is about: the candidates, and the
// customers of the loan whom no other search has found.
func (q *Asked) people() []candidate {
	people := make([]candidate, 0, len(q.candidates)+len(q.borrowers))
	for _, c := range q.candidates {
		if len(q.borrowers) > 0 {
			c.comparison = c.comparison.WithLoan(q.borrows(c.ID))
		}
		people = append(people, c)
	}
	for _, borrower := range q.borrowers {
		if q.holds(borrower.ID) {
			continue
		}
		person := match.Person{Name: match.ReadName(question.NamePartsOf(&borrower.Details)), Evidence: question.EvidenceOf(&borrower.Details)}
		people = append(people, candidate{
			Hit:        loanpro.Hit{ID: borrower.ID, Details: borrower.Details},
			comparison: match.Compare(&q.Person.Person, &person).WithLoan(true),
		})
	}
	return people
}

// mustBeFound reports whether a record's name has, of every part, one of its words as
// it is written, so that any form of search must find the record. It does not say so if
// an index may cut words differently, or if a form may treat an initial differently.
func mustBeFound(d loanpro.Details, parts [][]match.Term) bool {
	words := strings.Fields(match.Fold(d.Name))
	has := func(word match.Term) bool { return !word.Prefix && slices.Contains(words, match.Fold(word.Text)) }
	for _, part := range parts {
		if !slices.ContainsFunc(part, has) {
			return false
		}
	}
	return len(parts) > 0
}
