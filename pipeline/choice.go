package pipeline

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unique"

	"golang.org/x/text/width"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/match"
)

// The codes of a row for which a person has chosen a record.
const (
	// codeChosen marks a choice that is no live record.
	codeChosen match.Code = "chosen_not_found"
	// codeChosenDiffers marks a choice that nothing in the row fits.
	codeChosenDiffers match.Code = "chosen_differs"
	// codeNoChoice marks a cell of choose that holds nothing that it takes.
	codeNoChoice match.Code = "choose_no_system_id"
)

// choice is what a person has chosen for a row, with all of the row that the
// chosen record is compared with.
type choice struct {
	insists bool // the record is taken even if nothing in the row fits it
	damaged bool // a spreadsheet has damaged what the row asks by
	// candidates are those that the report shows for the row, best first, without
	// the record of an earlier choice that nothing in the row fits.
	candidates []proposal
	own        question // what the row's own cell asks; no text: nothing
	person     *person  // whom the row is about; nil: it holds an ID
	digest     digest   // of all this
}

// name is different for choices that may be decided differently. It is empty for
// nil.
func (c *choice) name() string {
	if c == nil {
		return ""
	}
	return string(c.digest[:])
}

// candidateForm is a system ID, alone or with its score, as candidates are shown.
// A spreadsheet that takes 5027:59 for a time shows 5027:59:00.
var candidateForm = regexp.MustCompile(`^([1-9][0-9]{0,17})(?::([0-9]{1,3})(?::00)?)?$`)

// readCandidate reads a candidate as a report shows it.
func readCandidate(text string) (_ proposal, ok bool) {
	parts := candidateForm.FindStringSubmatch(narrow(text))
	if parts == nil {
		return proposal{}, false
	}
	id, _ := strconv.ParseInt(parts[1], 10, 64) // candidateForm limits its digits
	score, _ := strconv.Atoi(parts[2])          // 0: it has none
	return proposal{id, min(score, 100)}, true
}

// readCandidates reads the candidates of a row, and leaves out all else.
func readCandidates(cell string) []proposal {
	var list []proposal
	for text := range strings.SplitSeq(narrow(cell), ";") {
		if p, ok := readCandidate(text); ok && len(list) <= maxCandidates { // a choice may come before them
			list = append(list, p)
		}
	}
	return list
}

// narrow is a cell without white space around it, with its full-width characters
// in their plain form.
func narrow(cell string) string { return match.Clean(width.Narrow.String(match.Clean(cell))) }

// askChosen takes a cell in which a person has chosen a record, and returns what
// to ask, and whether the person insists; or why there is nothing to ask.
func (a *asker) askChosen(cell string) (_ question, insists bool, _ match.Code) {
	text, insists := strings.CutSuffix(narrow(cell), "!")
	text = match.Clean(text)
	if strings.Contains(text, "/") {
		if page, ok := loanpro.ParsePageURL(text); ok {
			q, code := a.askPage(page)
			return q, insists, code
		}
	}
	p, ok := readCandidate(text)
	if !ok {
		return question{}, insists, codeNoChoice
	}
	return question{key: systemKey(a.key), text: id(p.id)}, insists, ""
}

// askChoice returns what a row asks for which a person has chosen a record.
func (b *batcher) askChoice(row sheet.Row) (question, reason) {
	c := b.readChoice(row)
	q, insists, code := b.chooser.askChosen(row.Cells[b.choose])
	if _, is := damage(row, b.choose); is {
		code = codeNoChoice
	}
	if code != "" {
		return question{}, c.slip(code)
	}
	c.insists = insists
	c.seal(b.people, row)
	q.choice = c
	return q, reason{}
}

// readChoice returns what of a row its choice is compared with. What a
// spreadsheet has damaged may be another record's.
func (b *batcher) readChoice(row sheet.Row) *choice {
	c := &choice{damaged: b.marked(row)}
	keys := []int{b.column}
	if b.people != nil {
		keys = b.people.nameColumns()
	}
	for _, column := range keys {
		_, is := damage(row, column)
		c.damaged = c.damaged || is
	}
	switch {
	case b.people != nil:
		p := b.whom(row)
		if c.damaged {
			p.Name = match.Name{}
		}
		c.person = &p
	case !c.damaged:
		c.own, _ = b.asker.ask(row.Cells[b.column]) // nothing to ask is nothing to compare
	}
	if b.candidates >= 0 && !c.damaged {
		c.candidates = readCandidates(row.Cells[b.candidates])
		differed := b.code >= 0 && match.Clean(row.Cells[b.code]) == string(codeChosenDiffers)
		if differed && len(c.candidates) > 0 {
			c.candidates = c.candidates[1:]
		}
		c.candidates = c.candidates[:min(len(c.candidates), maxCandidates)]
	}
	return c
}

// seal takes the digest of the choice, which is complete now.
func (c *choice) seal(people *reading, row sheet.Row) {
	cells := []string{
		strconv.FormatBool(c.insists), strconv.FormatBool(c.damaged), proposals(c.candidates), strconv.Itoa(int(c.own.key)), c.own.name(),
	}
	if c.person != nil {
		cells = append(cells, people.digest(row))
	}
	c.digest, _ = digestOf(cells)
}

// slip is why a row has nothing to ask whose choice cannot be read. It keeps the
// row's candidates, and that the row was damaged, which is known from its code
// alone.
func (c *choice) slip(code match.Code) reason {
	r := reason{code: code, candidates: proposals(c.candidates)}
	if code != codeNoChoice {
		r.problem = "choose: " + advices[code].message
	}
	if c.damaged {
		r.code, r.problem = codeDamaged, cmp.Or(r.problem, advices[codeNoChoice].message)
	}
	return r
}

// decideChoice decides a question whose answer a person has chosen: there must be
// such a live record, and it must fit the row.
func (q *asked) decideChoice() outcome {
	out := decide(q.question, q.hits)
	v := out.verdict()
	if v.status == match.Matched {
		return q.checkChoice(out)
	}
	if v.status == match.NotFound {
		v.code = codeChosen
	}
	return q.choice.reject(v, "", slices.Concat(q.choice.candidates, out.details().candidates))
}

// chosenReasons are the first of the reasons of a row whose record a person has chosen.
const chosenReasons = "by: +chosen"

// checkChoice takes the outcome of a choice that is a live record, and returns
// it if the record fits the row.
func (q *asked) checkChoice(out outcome) outcome {
	c, chosen := q.choice, q.chosenRecord()
	among := slices.ContainsFunc(c.candidates, func(p proposal) bool { return p.id == chosen.id })
	reasons := chosenReasons
	switch {
	case chosen.fits:
		reasons += strings.TrimPrefix(chosen.reasons, "by:")
	case among:
		reasons += " +candidate"
	case c.insists:
		reasons += " +insisted"
	default:
		v := verdict{status: match.Ambiguous, code: codeChosenDiffers, reasons: chosen.reasons}
		return c.reject(v, chosen.describe(), append([]proposal{chosen.proposal}, c.candidates...))
	}
	v := out.verdict()
	v.confidence, v.reasons = match.Chosen, reasons
	out.said = unique.Make(v)
	return out
}

// reject returns the outcome of a row whose choice is not taken. That the row was
// damaged is known from its code alone, which stays.
func (c *choice) reject(v verdict, message string, candidates []proposal) outcome {
	if c.damaged {
		advice := advices[v.code]
		message = cmp.Or(message, advice.message) + "; " + advice.hint
		v = reason{code: codeDamaged}.verdict()
	}
	out := say(v, message)
	if len(candidates) == 0 {
		return out
	}
	if out.more == nil {
		out.more = new(more)
	}
	for _, p := range candidates {
		if !slices.ContainsFunc(out.more.candidates, func(known proposal) bool { return known.id == p.id }) {
			out.more.candidates = append(out.more.candidates, p)
		}
	}
	return out
}

// chosenRecord is a record that a person has chosen, compared with the row.
type chosenRecord struct {
	proposal
	kind, name string // "customer" and its name, or "loan" and its display ID
	fits       bool
	reasons    string // what was compared; empty: nothing
}

// describe names the record to a person.
func (r *chosenRecord) describe() string {
	text := fmt.Sprintf("choose holds %s %d, %s: nothing in the row fits it", r.kind, r.id, cmp.Or(r.name, "without a name"))
	if r.kind == customerKind && r.reasons != "" {
		text += " (" + r.reasons + ")"
	}
	return text
}

// What a report calls records.
const (
	loanKind     = "loan"
	customerKind = "customer"
)

// chosenRecord compares the record that q asks for, which is among its hits, with
// the row.
func (q *asked) chosenRecord() chosenRecord {
	id, _ := strconv.ParseInt(q.text, 10, 64) // asker lets nothing else through
	hit := &q.hits[slices.IndexFunc(q.hits, func(hit loanpro.Hit) bool { return hit.ID == id })]
	r := chosenRecord{proposal: proposal{id: id}, kind: customerKind, name: hit.Name}
	details := hit.Details
	switch {
	case q.wanted:
		at := slices.IndexFunc(hit.Customers, func(c loanpro.Customer) bool { return c.ID == q.customer })
		details = hit.Customers[at].Details
		r.id, r.name = q.customer, details.Name
	case q.key == loanpro.LoanID:
		r.kind, r.name = loanKind, hit.DisplayID
	}
	if q.choice.person != nil {
		likeness := q.choiceLikeness(r.id, &details, hit)
		r.score, r.fits, r.reasons = likeness.Score(), likeness.Fits(), likeness.Reasons()
		return r
	}
	number := *hit
	number.Details = details
	r.fits, r.reasons = q.choice.compareOwn(r.id, &number)
	return r
}

// choiceLikeness compares a customer with whom the row is about. Where the page of
// a loan was chosen, hit is that loan.
func (q *asked) choiceLikeness(id int64, details *loanpro.Details, hit *loanpro.Hit) match.Likeness {
	theirs := match.Person{Name: match.ReadName(namePartsOf(details)), Evidence: evidenceOf(details)}
	likeness := match.Compare(&q.choice.person.Person, &theirs)
	switch loan := q.choice.person.loan; {
	case loan == "":
	case q.wanted && match.Loose(hit.DisplayID) == match.Loose(loan):
		return likeness.OfLoan(true)
	case len(q.borrowers) > 0:
		return likeness.OfLoan(q.borrows(id))
	}
	return likeness
}

// compareOwn compares a record with the ID in the row's own cell.
func (c *choice) compareOwn(id int64, hit *loanpro.Hit) (fits bool, reasons string) {
	switch {
	case c.own.text == "":
		return false, ""
	case !byText(c.own.key) && c.own.systemID() == id:
		return true, "by: +system_id"
	case !byText(c.own.key):
		return false, "by: -system_id"
	}
	number := numberOf(c.own.key, hit)
	how := match.CompareNumbers(c.own.text, number)
	if key := numberKey(c.own.text); how == "" && hit.Number && key != "" && key == numberKey(number) {
		how = "number"
	}
	if how == "" {
		return false, "by: -" + numberNames[c.own.key]
	}
	return true, fmt.Sprintf("by: +%s(%s)", numberNames[c.own.key], how)
}

// askChosenLoans finds the customers of the loans that rows name whose chosen
// customer nothing else in the row fits.
func (r *run) askChosenLoans(ctx context.Context, questions []*asked) error {
	var open []*asked
	for _, q := range questions {
		code := q.outcome.code()
		if q.choice != nil && q.loan() != "" && (code == codeChosenDiffers || code == codeDamaged) {
			open = append(open, q)
		}
	}
	if len(open) == 0 {
		return nil
	}
	if err := r.askLoans(ctx, open); err != nil {
		return err
	}
	for _, q := range open {
		if q.outcome.status() != match.Failed {
			q.decide()
		}
	}
	return nil
}
