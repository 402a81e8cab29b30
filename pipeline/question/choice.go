package question

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// Choice is the record that a person has chosen for a row, with everything in the
// row that the record is compared with.
type Choice struct {
	Insists bool // the record is taken even if nothing in the row fits it
	Damaged bool // a spreadsheet has damaged what the row asks by
	// Candidates are those that the report shows for the row, best first, without
	// the record of an earlier choice that nothing in the row fits.
	Candidates []answer.Candidate
	Own        Question           // what the row's own cell asks; no text: nothing
	Person     *Person            // whom the row is about; nil: it holds an ID
	shown      []answer.Candidate // all that the row shows
	digest     Digest             // of all of the above
}

// name differs for choices that may be decided differently. It is empty for nil.
func (c *Choice) name() string {
	if c == nil {
		return ""
	}
	return string(c.digest[:])
}

// candidateForm is a candidate as outputs and reports show it: a system ID alone, or with
// its score and perhaps a name, "5027 Anna Kowalski (59)", or with something about it,
// "8890 (Paid Off)". The name ends before the last score, and no semicolon is in it, so
// several candidates never read as one. Earlier versions wrote 5027:59, which a
// spreadsheet that takes it for a time shows as 5027:59:00.
var candidateForm = regexp.MustCompile(`^([1-9][0-9]{0,17})(?::([0-9]{1,3})(?::00)?|(?: ([^;]*[^; ]))? \(([0-9]{1,3})\)| \(([^;()]*[^;()0-9 ][^;()]*)\))?$`)

// readCandidate reads a candidate as a report shows it.
func readCandidate(text string) (_ answer.Candidate, ok bool) {
	parts := candidateForm.FindStringSubmatch(match.Clean(text))
	if parts == nil {
		parts = candidateForm.FindStringSubmatch(narrow(text))
	}
	if parts == nil {
		return answer.Candidate{}, false
	}
	id, _ := strconv.ParseInt(parts[1], 10, 64)          // candidateForm limits its digits
	score, _ := strconv.Atoi(cmp.Or(parts[2], parts[4])) // 0: none
	about := strings.Clone(cmp.Or(parts[3], parts[5]))   // not the whole row; a name, for all that is known
	return answer.Candidate{ID: id, Score: min(score, 100), Name: about}, true
}

// ReadCandidates reads the candidates of a row, as reports and outputs show them, and
// leaves out everything else.
func ReadCandidates(cell string) []answer.Candidate {
	var list []answer.Candidate
	for _, text := range strings.FieldsFunc(cell, func(r rune) bool { return r == ';' || r == '；' }) {
		if c, ok := readCandidate(text); ok && len(list) <= answer.MaxCandidates { // a choice may come before them
			list = append(list, c)
		}
	}
	return list
}

// narrow returns a cell without white space around it, with full-width characters
// in their plain form.
func narrow(cell string) string { return match.Clean(width.Narrow.String(match.Clean(cell))) }

// askChosen takes a cell in which a person has chosen a record, and the candidates that
// the row shows. It returns what to ask and whether the person insists, or the code that
// says why there is nothing to ask. What follows an ID in parentheses may be a remark,
// unless the row shows it.
func (a *asker) askChosen(cell string, shown []answer.Candidate) (_ Question, insists bool, _ match.Code) {
	text, insists := strings.CutSuffix(narrow(cell), "!")
	text = match.Clean(text)
	isShown := func(c answer.Candidate) bool {
		return c.Score > 0 || c.Name == "" || slices.ContainsFunc(shown, func(s answer.Candidate) bool { return s.ID == c.ID && narrow(s.Name) == c.Name })
	}
	if c, ok := readCandidate(text); ok && isShown(c) {
		return Question{Kind: a.kind.System(), Text: answer.IDText(c.ID)}, insists, ""
	}
	if page, ok := loanpro.ParsePageURL(text); ok && strings.Contains(text, "/") {
		q, code := a.askPage(page)
		return q, insists, code
	}
	return Question{}, insists, answer.CodeNoChoice
}

// askChoice returns what a row asks for which a person has chosen a record.
func (r *Reader) askChoice(row sheet.Row) (Question, Reason) {
	c := r.readChoice(row)
	q, insists, code := r.asker.askChosen(row.Cells[r.Choose], c.shown)
	if _, is := Damage(row, r.Choose); is {
		code = answer.CodeNoChoice
	}
	if code != "" {
		return Question{}, c.unreadable(code, r.asker.kind.What)
	}
	c.Insists = insists
	c.digest = c.digestOf(r.people, row)
	q.Choice = c
	return q, Reason{}
}

// askReviewed returns the question of a row on which a person has decided in a review: the
// chosen record, as if it were in choose and the records that were shown in the report, or
// what the row asks by its own cells.
func (r *Reader) askReviewed(row sheet.Row, d Decision, own *Question) Question {
	d.Review.Own = *own
	d.Review.Own.Text = strings.Clone(own.Text) // not the whole row
	q := d.Review.Own
	if d.ID != 0 {
		c := r.readChoice(row)
		c.Candidates = nil
		for _, id := range d.Review.Shown {
			c.Candidates = append(c.Candidates, answer.Candidate{ID: id})
		}
		c.digest = c.digestOf(r.people, row)
		q = Question{Kind: r.asker.kind.System(), Text: answer.IDText(d.ID), Choice: c}
	}
	q.Review = d.Review
	return q
}

// readChoice returns what a row has to compare with the chosen record. What a
// spreadsheet has damaged may be another record's.
func (r *Reader) readChoice(row sheet.Row) *Choice {
	c := &Choice{Damaged: r.marked(row)}
	keys := []int{r.column}
	if r.people != nil {
		keys = r.people.nameColumns()
	}
	for _, column := range keys {
		_, is := Damage(row, column)
		c.Damaged = c.Damaged || is
	}
	switch {
	case r.people != nil:
		p := r.person(row)
		if c.Damaged {
			p.Name = match.Name{}
		}
		c.Person = &p
	case !c.Damaged:
		c.Own, _ = r.asker.ask(row.Cells[r.column]) // nothing to ask is nothing to compare
	}
	if r.Candidates >= 0 {
		c.shown = ReadCandidates(row.Cells[r.Candidates])
	}
	if !c.Damaged {
		c.Candidates = c.shown
		differed := r.Code >= 0 && match.Clean(row.Cells[r.Code]) == string(answer.CodeChosenDiffers)
		if differed && len(c.Candidates) > 0 {
			c.Candidates = c.Candidates[1:]
		}
		c.Candidates = c.Candidates[:min(len(c.Candidates), answer.MaxCandidates)]
	}
	return c
}

// digestOf returns the digest of a choice that is complete but for it.
func (c *Choice) digestOf(people *PersonColumns, row sheet.Row) Digest {
	ownKey := loanpro.Key(0)
	if c.Own.Kind != nil {
		ownKey = c.Own.Kind.Key
	}
	cells := []string{
		strconv.FormatBool(c.Insists), strconv.FormatBool(c.Damaged), answer.CandidatesInFull(c.Candidates, ";"), strconv.Itoa(int(ownKey)), c.Own.Name(),
	}
	if c.Person != nil {
		cells = append(cells, people.digest(row))
	}
	sum, _ := DigestOf(cells)
	return sum
}

// unreadable is why a row has nothing to ask whose choice cannot be read. It keeps
// the row's candidates, and that the row was damaged, which only its code says.
func (c *Choice) unreadable(code match.Code, what string) Reason {
	r := Reason{Code: code, candidates: answer.CandidatesInFull(c.Candidates, "; ")}
	if code != answer.CodeNoChoice {
		r.problem = "choose: " + answer.AdviceOn(code, what).Message
	}
	if c.Damaged {
		r.Code, r.problem = answer.CodeDamaged, cmp.Or(r.problem, answer.AdviceOn(answer.CodeNoChoice, what).Message)
	}
	return r
}
