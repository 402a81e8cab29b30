package pipeline

import (
	"slices"
	"strconv"
	"strings"
	"unique"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
)

const (
	// codeFailed marks a question that LoanPro did not answer.
	codeFailed match.Code = "search_failed"
	// codeUnsearchable marks an ID of a shape that LoanPro's search finds none of.
	codeUnsearchable match.Code = "unsearchable"
	// codeTooManyAlike marks an ID that more records resemble than can be read.
	codeTooManyAlike match.Code = "too_many_alike"
	// codeDecided marks a row whose record, on which a person has decided before, is
	// gone.
	codeDecided match.Code = "decided_not_found"
)

// outcome is what became of a question, or of a row that holds none. A run keeps
// one for every question it has asked, so it is small.
type outcome struct {
	said  unique.Handle[verdict]
	found found // when matched
	more  *more // nil where there is nothing more to say
}

// verdict is the part of an outcome that many have in common.
type verdict struct {
	status     match.Status
	code       match.Code       // empty when matched
	confidence match.Confidence // empty unless matched
	reasons    string
	helps      match.Help // evidence that the candidates have and the row lacks
	loanStatus string     // of a matched loan
	archived   bool
}

// found is what the output says of a matched record.
type found struct {
	loan, customer int64  // 0 where there is none, or none that is the loan's own
	value          string // the display ID, or the customer's name
}

// more is what few outcomes have.
type more struct {
	others     []int64    // a loan's other customers
	candidates []proposal // best first; when not matched
	message    string     // LoanPro's own, when failed, or what damaged the cell
}

// proposal is a candidate for a person to choose.
type proposal struct {
	id    int64
	score int // 1 to 100; 0: it has none
}

// verdict returns what an outcome says; nothing before it is decided.
func (o *outcome) verdict() verdict {
	if o.said == (unique.Handle[verdict]{}) {
		return verdict{}
	}
	return o.said.Value()
}

func (o *outcome) status() match.Status { return o.verdict().status }
func (o *outcome) code() match.Code     { return o.verdict().code }

// details returns what more there is to say; it is not to be changed.
func (o *outcome) details() more {
	if o.more == nil {
		return more{}
	}
	return *o.more
}

// say returns an outcome without a record. message may be empty.
func say(v verdict, message string) outcome {
	o := outcome{said: unique.Make(v)}
	if message != "" {
		o.more = &more{message: message}
	}
	return o
}

func failed(err error) outcome {
	return say(verdict{status: match.Failed, code: codeFailed}, err.Error())
}

// decide takes a question and the records that may be meant, from complete
// searches, and returns the outcome.
func decide(q question, hits []loanpro.Hit) outcome {
	v := judge(q, records(q.key, hits))
	if q.decided != undecided {
		v = carried(v, q.decided)
	}
	said := verdict{status: v.Status, code: v.Code, confidence: v.Confidence, reasons: v.Reasons}
	if v.Status == match.Matched {
		hit := &hits[v.Candidates[0]]
		said.loanStatus, said.archived = hit.Status, hit.Archived
		out := outcome{said: unique.Make(said)}
		out.describe(q, hit)
		return out
	}
	out := outcome{said: unique.Make(said)}
	// Of a customer within a loan there is no record, only the loan's word.
	if !q.wanted {
		for _, i := range v.Candidates[:min(len(v.Candidates), maxCandidates)] {
			out.propose(proposal{id: hits[i].ID})
		}
	}
	return out
}

// propose adds a candidate that is new, if there is room for one.
func (o *outcome) propose(p proposal) {
	if o.more == nil {
		o.more = new(more)
	}
	known := slices.ContainsFunc(o.more.candidates, func(c proposal) bool { return c.id == p.id })
	if len(o.more.candidates) < maxCandidates && !known {
		o.more.candidates = append(o.more.candidates, p)
	}
}

// numberNames are what reasons call the lender's own IDs.
var numberNames = map[loanpro.Key]string{loanpro.DisplayID: "display_id", loanpro.CustomID: "custom_id"}

func judge(q question, records []match.Record) match.Verdict {
	if byText(q.key) {
		return match.Number(numberNames[q.key], q.text, records)
	}
	id, err := strconv.ParseInt(q.text, 10, 64)
	if err != nil {
		panic("a system ID that is none: " + err.Error()) // asker lets none through
	}
	return match.SystemID(id, q.customer, q.wanted, records)
}

func records(key loanpro.Key, hits []loanpro.Hit) []match.Record {
	records := make([]match.Record, len(hits))
	for i, h := range hits {
		records[i] = match.Record{
			ID: h.ID, Number: numberOf(key, &hits[i]),
			Archived: h.Archived, Deleted: h.Deleted, Temporary: h.Temporary,
		}
		for _, c := range h.Customers {
			if c.ID != 0 {
				records[i].Customers = append(records[i].Customers, c.ID)
			}
		}
	}
	return records
}

// maxCandidates is how many candidates a row names.
const maxCandidates = 5

// describe notes down of a hit what its question wanted to know.
func (o *outcome) describe(q question, h *loanpro.Hit) {
	if q.key == loanpro.CustomerID || q.key == loanpro.CustomID {
		o.found = found{customer: h.ID, value: h.Name}
		return
	}
	own, others := ownCustomer(h.Customers)
	o.found = found{loan: h.ID, customer: own, value: h.DisplayID}
	if h.DisplayID == q.text {
		o.found.value = q.text // held once
	}
	if len(others) > 0 {
		o.more = &more{others: others}
	}
	if q.wanted {
		i := slices.IndexFunc(h.Customers, func(c loanpro.Customer) bool { return c.ID == q.customer })
		o.found.customer, o.found.value = q.customer, h.Customers[i].Name
	}
}

// ownCustomer returns the only customer of a loan, or the only one whose role
// is primary, and the others. Where neither is told, it does not guess: all of
// them are others.
func ownCustomer(customers []loanpro.Customer) (own int64, others []int64) {
	primaries := 0
	for _, c := range customers {
		if c.Role == loanpro.PrimaryRole {
			own = c.ID
			primaries++
		}
	}
	switch {
	case len(customers) == 1:
		own = customers[0].ID
	case primaries != 1:
		own = 0
	}
	for _, c := range customers {
		if c.ID != own && c.ID != 0 {
			others = append(others, c.ID)
		}
	}
	return own, others
}

// append adds what goes into ownColumns and loanColumns to cells.
func (o *outcome) append(cells []string) []string {
	v, more := o.verdict(), o.details()
	archived := ""
	if o.found.loan != 0 {
		archived = strconv.FormatBool(v.archived)
	}
	return append(cells,
		string(v.status), id(o.found.loan), id(o.found.customer), o.found.value,
		string(v.confidence), v.reasons,
		proposals(more.candidates), ids(more.others), v.loanStatus, archived,
	)
}

func id(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

// proposals writes candidates with their scores: 751:97;752:85.
func proposals(list []proposal) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = id(p.id)
		if p.score > 0 {
			texts[i] += ":" + strconv.Itoa(p.score)
		}
	}
	return strings.Join(texts, ";")
}

func ids(list []int64) string {
	if len(list) == 0 {
		return ""
	}
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = id(n)
	}
	return strings.Join(texts, ";")
}
