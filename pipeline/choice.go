package pipeline

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// choice is the record that a person has chosen for a row, with everything in the
// row that the record is compared with.
type choice struct {
	insists bool // the record is taken even if nothing in the row fits it
	damaged bool // a spreadsheet has damaged what the row asks by
	// candidates are those that the report shows for the row, best first, without
	// the record of an earlier choice that nothing in the row fits.
	candidates []answer.Candidate
	own        question // what the row's own cell asks; no text: nothing
	person     *person  // whom the row is about; nil: it holds an ID
	digest     digest   // of all of the above
}

// name differs for choices that may be decided differently. It is empty for nil.
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
func readCandidate(text string) (_ answer.Candidate, ok bool) {
	parts := candidateForm.FindStringSubmatch(narrow(text))
	if parts == nil {
		return answer.Candidate{}, false
	}
	id, _ := strconv.ParseInt(parts[1], 10, 64) // candidateForm limits its digits
	score, _ := strconv.Atoi(parts[2])          // 0: none
	return answer.Candidate{ID: id, Score: min(score, 100)}, true
}

// readCandidates reads the candidates of a row, and leaves out everything else.
func readCandidates(cell string) []answer.Candidate {
	var list []answer.Candidate
	for text := range strings.SplitSeq(narrow(cell), ";") {
		if c, ok := readCandidate(text); ok && len(list) <= answer.MaxCandidates { // a choice may come before them
			list = append(list, c)
		}
	}
	return list
}

// narrow returns a cell without white space around it, with full-width characters
// in their plain form.
func narrow(cell string) string { return match.Clean(width.Narrow.String(match.Clean(cell))) }

// askChosen takes a cell in which a person has chosen a record. It returns what to
// ask and whether the person insists, or the code that says why there is nothing
// to ask.
func (a *asker) askChosen(cell string) (_ question, insists bool, _ match.Code) {
	text, insists := strings.CutSuffix(narrow(cell), "!")
	text = match.Clean(text)
	if strings.Contains(text, "/") {
		if page, ok := loanpro.ParsePageURL(text); ok {
			q, code := a.askPage(page)
			return q, insists, code
		}
	}
	c, ok := readCandidate(text)
	if !ok {
		return question{}, insists, answer.CodeNoChoice
	}
	return question{kind: a.kind.system(), text: answer.IDText(c.ID)}, insists, ""
}

// askChoice returns what a row asks for which a person has chosen a record.
func (r *rowReader) askChoice(row sheet.Row) (question, reason) {
	c := r.readChoice(row)
	q, insists, code := r.asker.askChosen(row.Cells[r.choose])
	if _, is := damage(row, r.choose); is {
		code = answer.CodeNoChoice
	}
	if code != "" {
		return question{}, c.unreadable(code, r.asker.kind.what)
	}
	c.insists = insists
	c.digest = c.digestOf(r.people, row)
	q.choice = c
	return q, reason{}
}

// readChoice returns what a row has to compare with the chosen record. What a
// spreadsheet has damaged may be another record's.
func (r *rowReader) readChoice(row sheet.Row) *choice {
	c := &choice{damaged: r.marked(row)}
	keys := []int{r.column}
	if r.people != nil {
		keys = r.people.nameColumns()
	}
	for _, column := range keys {
		_, is := damage(row, column)
		c.damaged = c.damaged || is
	}
	switch {
	case r.people != nil:
		p := r.person(row)
		if c.damaged {
			p.Name = match.Name{}
		}
		c.person = &p
	case !c.damaged:
		c.own, _ = r.asker.ask(row.Cells[r.column]) // nothing to ask is nothing to compare
	}
	if r.candidates >= 0 && !c.damaged {
		c.candidates = readCandidates(row.Cells[r.candidates])
		differed := r.code >= 0 && match.Clean(row.Cells[r.code]) == string(answer.CodeChosenDiffers)
		if differed && len(c.candidates) > 0 {
			c.candidates = c.candidates[1:]
		}
		c.candidates = c.candidates[:min(len(c.candidates), answer.MaxCandidates)]
	}
	return c
}

// digestOf returns the digest of a choice that is complete but for it.
func (c *choice) digestOf(people *reading, row sheet.Row) digest {
	ownKey := loanpro.Key(0)
	if c.own.kind != nil {
		ownKey = c.own.kind.key
	}
	cells := []string{
		strconv.FormatBool(c.insists), strconv.FormatBool(c.damaged), answer.CandidatesText(c.candidates), strconv.Itoa(int(ownKey)), c.own.name(),
	}
	if c.person != nil {
		cells = append(cells, people.digest(row))
	}
	sum, _ := digestOf(cells)
	return sum
}

// unreadable is why a row has nothing to ask whose choice cannot be read. It keeps
// the row's candidates, and that the row was damaged, which only its code says.
func (c *choice) unreadable(code match.Code, what string) reason {
	r := reason{code: code, candidates: answer.CandidatesText(c.candidates)}
	if code != answer.CodeNoChoice {
		r.problem = "choose: " + answer.AdviceOn(code, what).Message
	}
	if c.damaged {
		r.code, r.problem = answer.CodeDamaged, cmp.Or(r.problem, answer.AdviceOn(answer.CodeNoChoice, what).Message)
	}
	return r
}
