package pipeline

import (
	"slices"
	"strconv"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
)

// codeFailed marks a question that LoanPro did not answer.
const codeFailed match.Code = "search_failed"

// outcome is what became of a question, or of a row that holds none.
type outcome struct {
	status     match.Status
	code       match.Code       // empty when matched
	confidence match.Confidence // empty unless matched
	reasons    string
	found      found   // when matched
	candidates []int64 // system IDs, best first; when not matched
	message    string  // LoanPro's own, when failed
}

// found is what the output says of a matched record.
type found struct {
	loan, customer int64 // 0 where there is none, or none that is the loan's own
	otherCustomers []int64
	value          string // the display ID, or the customer's name
	status         string
	archived       bool
}

func failed(err error) outcome {
	return outcome{status: match.Failed, code: codeFailed, message: err.Error()}
}

// decide takes a question and the records that may be meant, from complete
// searches, and returns the outcome.
func decide(q question, hits []loanpro.Hit) outcome {
	verdict := judge(q, records(hits))
	out := outcome{
		status: verdict.Status, code: verdict.Code,
		confidence: verdict.Confidence, reasons: verdict.Reasons,
	}
	if verdict.Status == match.Matched {
		out.found = describe(q, hits[verdict.Candidates[0]])
		return out
	}
	if q.wanted {
		return out // of the customer there is no record, only the loan's word
	}
	for _, i := range verdict.Candidates[:min(len(verdict.Candidates), maxCandidates)] {
		out.candidates = append(out.candidates, hits[i].ID)
	}
	return out
}

func judge(q question, records []match.Record) match.Verdict {
	if q.key == loanpro.DisplayID {
		return match.DisplayID(q.text, records)
	}
	id, err := strconv.ParseInt(q.text, 10, 64)
	if err != nil {
		panic("a system ID that is none: " + err.Error()) // asker lets none through
	}
	return match.SystemID(id, q.customer, q.wanted, records)
}

func records(hits []loanpro.Hit) []match.Record {
	records := make([]match.Record, len(hits))
	for i, h := range hits {
		records[i] = match.Record{
			ID: h.ID, DisplayID: h.DisplayID,
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

// describe says of a hit what its question wanted to know.
func describe(q question, h loanpro.Hit) found {
	if q.key == loanpro.CustomerID {
		return found{customer: h.ID, value: h.Name}
	}
	own, others := ownCustomer(h.Customers)
	f := found{
		loan: h.ID, customer: own, otherCustomers: others,
		value: h.DisplayID, status: h.Status, archived: h.Archived,
	}
	if q.wanted {
		i := slices.IndexFunc(h.Customers, func(c loanpro.Customer) bool { return c.ID == q.customer })
		f.customer, f.value = q.customer, h.Customers[i].Name
	}
	return f
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

// cells returns what goes into ownColumns and loanColumns.
func (o *outcome) cells() []string {
	archived := ""
	if o.found.loan != 0 {
		archived = strconv.FormatBool(o.found.archived)
	}
	return []string{
		string(o.status), id(o.found.loan), id(o.found.customer), o.found.value,
		string(o.confidence), o.reasons,
		ids(o.candidates), ids(o.found.otherCustomers), o.found.status, archived,
	}
}

func id(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}

func ids(list []int64) string {
	texts := make([]string, len(list))
	for i, n := range list {
		texts[i] = id(n)
	}
	return strings.Join(texts, ";")
}
