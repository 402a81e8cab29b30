package pipeline

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/match"
)

// choice is a record that a person has chosen for a row of a report, in its column
// choose. It is not believed for that alone: a slip of the pen is another's ID.
type choice struct {
	insists bool       // by a "!": the record is meant, whatever the row says
	listed  []proposal // the candidates of the row in the report
	own     question   // what the row asks by its own cells; zero: nothing
}

// name is different for choices that may come to different outcomes.
func (c *choice) name() string {
	return fmt.Sprintf("%t %s %s", c.insists, proposals(c.listed), c.own.name())
}

// scored is a candidate as a report shows it, with its score.
var scored = regexp.MustCompile(`^([0-9]+):[0-9]{1,3}$`)

// readChoice reads a cell of the column choose: a system ID, with or without the score
// that candidates are shown with, or the address of a page; "!" at the end insists.
func readChoice(cell string) (text string, insists bool) {
	text, insists = strings.CutSuffix(match.Clean(norm.NFKC.String(cell)), "!")
	text = match.Clean(text)
	if found := scored.FindStringSubmatch(text); found != nil {
		text = found[1]
	}
	return text, insists
}

// readProposals reads what proposals has written, as far as it is that.
func readProposals(cell string) []proposal {
	var list []proposal
	for text := range strings.SplitSeq(match.Clean(cell), ";") {
		number, score, _ := strings.Cut(text, ":")
		if !systemID.MatchString(number) || len(list) == maxCandidates {
			continue
		}
		p := proposal{}
		p.id, _ = strconv.ParseInt(number, 10, 64) // as many digits as fit
		p.score, _ = strconv.Atoi(score)           // 0: none
		list = append(list, p)
	}
	return list
}

// askChosen returns what a row asks whose record a person has chosen. Where the cell
// does not say which, the row keeps its candidates.
func (b *batcher) askChosen(row sheet.Row) (question, reason) {
	var listed []proposal
	if b.listed >= 0 {
		listed = readProposals(row.Cells[b.listed])
	}
	_, damaged := damage(row, b.choose)
	text, insists := readChoice(row.Cells[b.choose])
	q, code := b.chooser.ask(text)
	switch {
	case damaged || code != "" && !strings.Contains(text, "/"):
		return question{}, reason{code: codeNoChoice, listed: proposals(listed)}
	case code != "":
		return question{}, reason{code: code, listed: proposals(listed)}
	}
	own, _ := b.askOwn(row)
	own.text = strings.Clone(own.text) // not the whole row
	q.choice = &choice{insists: insists, listed: listed, own: own}
	return q, reason{}
}

// chosenReasons are the reasons of a row whose record a person has chosen.
const chosenReasons = "by: +chosen"

// verdict is what a verdict on the system ID that q asks for means, as a person has
// chosen it.
func (c *choice) verdict(v match.Verdict, q question, hits []loanpro.Hit) match.Verdict {
	switch {
	case v.Status == match.NotFound:
		v.Code = codeChosen
	case v.Status != match.Matched:
	case c.insists:
		v.Confidence, v.Reasons = match.Chosen, chosenReasons+"(insisted)"
	case c.fits(q.meant(hits)):
		v.Confidence, v.Reasons = match.Chosen, chosenReasons
	default:
		v.Status, v.Code, v.Confidence, v.Reasons = match.Ambiguous, codeChosenDiffers, "", "by: ~chosen"
	}
	return v
}

// explain adds to an outcome that is not matched whom the person has chosen, if that
// is in doubt, and the candidates that they were shown.
func (c *choice) explain(o *outcome, q question, hits []loanpro.Hit) {
	if o.code() == codeChosenDiffers {
		meant := q.meant(hits)
		o.propose(proposal{id: meant.ID})
		o.more.message = fmt.Sprintf("%s says %d, which is %s: nothing in the row fits that, and it was no candidate",
			chooseColumn, meant.ID, cmp.Or(meant.Name, meant.DisplayID))
	}
	o.propose(c.listed...)
}

// meant returns, of hits, the record whose system ID q asks for, or the customer of
// that loan whom it wants.
func (q *question) meant(hits []loanpro.Hit) *loanpro.Hit {
	hit := &hits[slices.IndexFunc(hits, func(h loanpro.Hit) bool { return id(h.ID) == q.text })]
	if !q.wanted {
		return hit
	}
	i := slices.IndexFunc(hit.Customers, func(c loanpro.Customer) bool { return c.ID == q.customer })
	return &loanpro.Hit{ID: q.customer, Details: hit.Customers[i].Details}
}

// fits reports whether a record was a candidate of the row, or something in the row is
// the record's.
func (c *choice) fits(hit *loanpro.Hit) bool {
	if slices.ContainsFunc(c.listed, func(p proposal) bool { return p.id == hit.ID }) {
		return true
	}
	switch c.own.key {
	case loanpro.Name:
		if c.own.person == nil {
			return false
		}
		record := match.Person{Name: match.ReadName(namePartsOf(&hit.Details)), Evidence: evidenceOf(&hit.Details)}
		return match.Compare(&c.own.person.Person, &record).Related()
	case loanpro.DisplayID, loanpro.CustomID:
		return alike(c.own.text, numberOf(c.own.key, hit))
	}
	return c.own.text == id(hit.ID)
}

// alike reports whether a cell may have been a number of LoanPro's before a spreadsheet
// or a person changed it, or the number the cell.
func alike(cell, number string) bool {
	if cell == "" || number == "" {
		return false
	}
	may := func(text, other string) bool {
		return slices.ContainsFunc(match.Repairs(text, []int{len(other)}, true), func(form string) bool { return match.Loose(form) == match.Loose(other) })
	}
	return match.Loose(cell) == match.Loose(number) || may(cell, number) || may(number, cell)
}
