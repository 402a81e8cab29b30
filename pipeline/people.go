package pipeline

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
func (r *run) askPeople(ctx context.Context, known *loanpro.Findings, questions []*asked) error {
	if err := r.askLoans(ctx, questions); err != nil {
		return err
	}
	met := newCrowd()
	if err := r.askAll(ctx, r.named(r.first(known), known, met), questions); err != nil {
		return err
	}
	for _, clue := range clues {
		if !slices.ContainsFunc(questions, func(q *asked) bool { return len(clue.texts(q)) > 0 }) {
			continue
		}
		known, err := r.findings(ctx, clue.key)
		if classOf(err) == loanpro.Partial {
			failAll(questions, err)
			continue
		}
		if err != nil {
			return err
		}
		by := r.searching(r.first(known), func(q *asked) []loanpro.Value { return clue.values(q, known) })
		by.assign = met.introduce
		if err := r.askAll(ctx, by, questions); err != nil {
			return err
		}
	}
	decideAll(questions)
	return nil
}

// failAll leaves questions open: a search that they need cannot be made.
func failAll(questions []*asked, err error) {
	for _, q := range questions {
		q.fail(err)
	}
}

// decideAll decides questions about people, once all searches for them are done.
func decideAll(questions []*asked) {
	for _, q := range questions {
		q.decide()
	}
}

// clue is evidence that customers can be searched by. Social security numbers
// and birth dates are not: they never leave loanmap.
type clue struct {
	key   loanpro.Key
	texts func(q *asked) []string
}

var clues = []clue{
	{loanpro.CustomID, func(q *asked) []string { return optional(q.Person.Evidence.CustomID) }},
	{loanpro.Email, func(q *asked) []string { return q.Person.Evidence.Emails }},
	{loanpro.Phone, func(q *asked) []string { return q.Person.Evidence.Phones }},
}

func optional(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

// values returns what to ask for: a text in every way in which it may be kept.
func (c *clue) values(q *asked, known *loanpro.Findings) []loanpro.Value {
	var values []loanpro.Value
	for _, text := range c.texts(q) {
		written := forms(text, known, match.CaseForms)
		if c.key == loanpro.Phone {
			written = known.Written(text)
		}
		values = append(values, loanpro.Texts(written...)...)
	}
	return values
}

// named is an inquiry by name.
func (r *run) named(way loanpro.Way, known *loanpro.Findings, met *crowd) inquiry {
	by := r.searching(way, func(q *asked) []loanpro.Value { return nameOf(q, known) })
	by.assign = func(questions []*asked, hits []loanpro.Hit, among []loanpro.Value) {
		for _, q := range questions {
			if q.among == nil {
				q.among = among
			}
		}
		met.introduce(questions, hits, among)
	}
	return by
}

// nameOf is a person's name as it is asked for: in other upper and lower case,
// too, where an index keeps texts whole. A company is found there only by all of
// its name.
func nameOf(q *asked, known *loanpro.Findings) []loanpro.Value {
	if known.Whole && q.Person.Name.Company() && q.Person.Written != "" {
		return loanpro.Texts(forms(q.Person.Written, known, match.CaseForms)...)
	}
	return spelled(q.Person.Sought, known, false)
}

// forms are the ways in which a text may be written in LoanPro and which its
// index takes for different ones.
func forms(text string, known *loanpro.Findings, others func(string) []string) []string {
	if known.Case == loanpro.CaseBlind {
		return []string{text}
	}
	return append([]string{text}, others(text)...)
}

// resembling is a person's name as it may have been before a typing error.
func resembling(q *asked, known *loanpro.Findings) []loanpro.Value {
	return spelled(q.Person.Name.Resembling(), known, true)
}

func spelled(parts [][]match.Word, known *loanpro.Findings, resembles bool) []loanpro.Value {
	if len(parts) == 0 {
		return nil
	}
	value := loanpro.Value{Parts: make([][]loanpro.Word, len(parts))}
	for i, part := range parts {
		for _, word := range part {
			for _, form := range forms(word.Text, known, match.NameForms) {
				value.Parts[i] = append(value.Parts[i], loanpro.Word{Text: form, Begins: word.Begins, Resembles: resembles})
			}
		}
	}
	return []loanpro.Value{value}
}

// askLoans finds the customers of the loans that rows name.
func (r *run) askLoans(ctx context.Context, questions []*asked) error {
	loans := map[string]*asked{}
	var list []*asked
	for _, q := range questions {
		if id := q.loan(); id != "" && loans[id] == nil {
			loans[id] = &asked{Question: question.Question{Kind: question.DisplayIDs, Text: id}, outcome: new(answer.Outcome)}
			list = append(list, loans[id])
		}
	}
	if len(list) == 0 {
		return nil
	}
	known, err := r.findings(ctx, loanpro.DisplayID)
	if classOf(err) == loanpro.Partial {
		failAll(questions, err)
		return nil
	}
	if err != nil {
		return err
	}
	if err := r.askAll(ctx, r.searching(r.first(known), asWritten(known)), list); err != nil {
		return err
	}
	for _, q := range questions {
		if loan := loans[q.loan()]; loan != nil {
			q.meetBorrowers(loan)
		}
	}
	return nil
}

// loan is the display ID of a loan of the customer whom the row is about; empty:
// the row names none.
func (q *asked) loan() string {
	switch {
	case q.Person != nil:
		return q.Person.Loan
	case q.Choice != nil && q.Choice.Person != nil:
		return q.Choice.Person.Loan
	}
	return ""
}

// meetBorrowers takes note of the customers of the loan that q names.
func (q *asked) meetBorrowers(loan *asked) {
	if loan.outcome.Status() == match.Failed {
		q.fail(errors.New(loan.outcome.Details().Message))
		return
	}
	at := slices.IndexFunc(loan.hits, func(hit loanpro.Hit) bool { return hit.ID == loan.outcome.Found.Loan })
	if at < 0 {
		return
	}
	for _, borrower := range loan.hits[at].Customers {
		if borrower.ID != 0 {
			q.borrowers = append(q.borrowers, borrower)
		}
	}
}

// crowd is the records that searches for the same questions have brought up. Each
// is read once, and so is each name.
type crowd struct {
	strangers map[int64]*stranger
	names     map[match.NameParts]*match.Name
}

// stranger is a record whom a question may not have met yet.
type stranger struct {
	hit      *loanpro.Hit
	name     *match.Name // the same for all of that name
	words    []string    // of the name
	evidence match.Evidence
}

func newCrowd() *crowd {
	return &crowd{map[int64]*stranger{}, map[match.NameParts]*match.Name{}}
}

// read reads who hits are.
func (c *crowd) read(hits []loanpro.Hit) []*stranger {
	list := make([]*stranger, len(hits))
	for i := range hits {
		s := c.strangers[hits[i].ID]
		if s == nil {
			parts := namePartsOf(&hits[i].Details)
			if c.names[parts] == nil {
				name := match.ReadName(parts)
				c.names[parts] = &name
			}
			s = &stranger{
				hit: &hits[i], name: c.names[parts], evidence: evidenceOf(&hits[i].Details),
				words: match.Words(parts.Whole, parts.First, parts.Middle, parts.Last, parts.Company),
			}
			c.strangers[hits[i].ID] = s
		}
		list[i] = s
	}
	return list
}

// introduce has every question meet the hits that its own part of a search has
// brought up: what a row is answered does not hang on which others are asked for
// beside it.
func (c *crowd) introduce(questions []*asked, hits []loanpro.Hit, _ []loanpro.Value) {
	byWord, byEvidence := map[string][]*stranger{}, map[string][]*stranger{}
	for _, s := range c.read(hits) {
		for _, word := range s.words {
			byWord[word] = append(byWord[word], s)
		}
		for _, text := range identifiers(&s.evidence) {
			byEvidence[text] = append(byEvidence[text], s)
		}
	}
	for _, q := range questions {
		var some []*stranger
		for _, text := range identifiers(&q.Person.Evidence) {
			some = append(some, byEvidence[text]...)
		}
		for _, word := range q.Person.Sieve.Keys() {
			for _, s := range byWord[word] {
				if q.Person.Sieve.Holds(s.words, false) {
					some = append(some, s)
				}
			}
		}
		q.meet(some)
	}
}

// introduceAll has every question meet the hits that a search for typing errors
// has brought up for it.
func (c *crowd) introduceAll(questions []*asked, hits []loanpro.Hit, _ []loanpro.Value) {
	all := c.read(hits)
	for _, q := range questions {
		near := match.NewSieve(q.Person.Name.Resembling())
		var some []*stranger
		for _, s := range all {
			if near.Holds(s.words, true) {
				some = append(some, s)
			}
		}
		q.meet(some)
	}
}

// identifiers are what a person and a record of theirs are found by beside the
// name.
func identifiers(known *match.Evidence) []string {
	list := slices.Concat(known.Emails, known.Phones)
	if known.CustomID != "" {
		list = append(list, match.Fold(known.CustomID))
	}
	return list
}

// meet compares records with whom q is about, and keeps those who may be it.
func (q *asked) meet(strangers []*stranger) {
	met := q.hits
	names := map[*match.Name]match.Alike{}
	seen := make(map[*stranger]bool, len(strangers))
	for _, s := range strangers {
		if seen[s] || slices.ContainsFunc(met, func(hit loanpro.Hit) bool { return hit.ID == s.hit.ID }) {
			continue
		}
		seen[s] = true
		name, compared := names[s.name]
		if !compared {
			name = match.CompareNames(&q.Person.Name, s.name)
			names[s.name] = name
		}
		if likeness := name.With(&q.Person.Evidence, &s.evidence); likeness.Plausible() || q.borrows(s.hit.ID) {
			q.hits = append(q.hits, *s.hit)
			q.likenesses = append(q.likenesses, likeness)
		}
	}
}

// borrows reports whether a customer is one of those of the loan that q names.
func (q *asked) borrows(id int64) bool {
	return slices.ContainsFunc(q.borrowers, func(c loanpro.Customer) bool { return c.ID == id })
}

// namePartsOf and evidenceOf read who a record is of.
func namePartsOf(d *loanpro.Details) match.NameParts {
	return match.NameParts{Whole: d.Name, First: d.First, Middle: d.Middle, Last: d.Last, Suffix: d.Suffix, Company: d.Company}
}

func evidenceOf(d *loanpro.Details) match.Evidence {
	return match.Evidence{
		Emails: question.ReadAll(optional(d.Email), match.ReadEmail), Phones: question.ReadAll(optional(d.Phone), match.ReadPhone),
		Birth: match.ReadBirth(d.Birth), SSN4: match.ReadSSN4(d.SSN), Zip: match.ReadZip(d.Zip), CustomID: match.ReadCustomID(d.CustomID),
	}
}

// decidePerson decides who a row is about by all records that were met.
func (q *asked) decidePerson() answer.Outcome {
	if q.unanswered != nil && !crowded(q.unanswered) {
		return answer.Failed(q.unanswered)
	}
	hits, candidates := q.candidates()
	if q.unanswered != nil { // which namesakes were shown before there were too many is chance
		hits, candidates = q.identified(hits, candidates)
	}
	noLoan := q.Person.Loan == "" // one that LoanPro does not know is something to tell by, too, and does not agree
	v := match.Customer(&q.Person.Person, candidates, match.Question{LoanKnown: len(q.borrowers) > 0, AcceptNameOnly: q.Person.NameOnly && noLoan})
	if v.Code == match.CodeNameOnly && !noLoan {
		v.Code = match.CodeUnconfirmed
	}
	if q.unanswered != nil { // some of those who have the name are not known
		v.Status, v.Code, v.Confidence = match.Ambiguous, answer.CodeTooCommon, ""
	}
	out := answer.New(answer.Verdict{Status: v.Status, Code: v.Code, Confidence: v.Confidence, Reasons: v.Reasons, Helps: v.Helps}, "")
	if v.Status == match.Matched {
		hit := &hits[v.Candidates[0]]
		out.Found = answer.Found{Customer: hit.ID, Value: hit.Name}
		return out
	}
	for _, i := range v.Candidates {
		out.Propose(answer.Candidate{ID: candidates[i].ID, Score: candidates[i].Likeness.Score()})
	}
	return out
}

// identified returns the candidates whom the row names by more than their name.
func (q *asked) identified(hits []loanpro.Hit, candidates []match.Candidate) (_ []loanpro.Hit, some []match.Candidate) {
	var theirs []loanpro.Hit
	for i := range hits {
		if q.identifies(&hits[i]) {
			theirs, some = append(theirs, hits[i]), append(some, candidates[i])
		}
	}
	return theirs, some
}

// identifies reports whether the row names hit by more than its name: by a loan of
// theirs, an email, a phone or their number.
func (q *asked) identifies(hit *loanpro.Hit) bool {
	theirs := evidenceOf(&hit.Details)
	return q.borrows(hit.ID) || slices.ContainsFunc(identifiers(&q.Person.Evidence), func(text string) bool {
		return slices.Contains(identifiers(&theirs), text)
	})
}

// candidates returns all who may be whom q is about: those met, and the customers
// of the loan whom no other search has brought up.
func (q *asked) candidates() ([]loanpro.Hit, []match.Candidate) {
	hits := slices.Clip(q.hits)
	candidates := make([]match.Candidate, 0, len(hits)+len(q.borrowers))
	for i := range hits {
		likeness := q.likenesses[i]
		if len(q.borrowers) > 0 {
			likeness = likeness.OfLoan(q.borrows(hits[i].ID))
		}
		candidates = append(candidates, match.Candidate{ID: hits[i].ID, Likeness: likeness, Live: !hits[i].Deleted})
	}
	for _, borrower := range q.borrowers {
		if q.holds(borrower.ID) {
			continue
		}
		person := match.Person{Name: match.ReadName(namePartsOf(&borrower.Details)), Evidence: evidenceOf(&borrower.Details)}
		hits = append(hits, loanpro.Hit{ID: borrower.ID, Details: borrower.Details})
		candidates = append(candidates, match.Candidate{
			ID: borrower.ID, Likeness: match.Compare(&q.Person.Person, &person).OfLoan(true), Live: true,
		})
	}
	return hits, candidates
}

// holds reports whether a record's name has, of every part, one of its words as
// it is written, so that any form of search must bring it up. Where an index may
// cut words otherwise, or a form takes an initial otherwise, it does not say so.
func holds(d loanpro.Details, parts [][]match.Word) bool {
	words := strings.Fields(match.Fold(d.Name))
	has := func(word match.Word) bool { return !word.Begins && slices.Contains(words, match.Fold(word.Text)) }
	for _, part := range parts {
		if !slices.ContainsFunc(part, has) {
			return false
		}
	}
	return len(parts) > 0
}
