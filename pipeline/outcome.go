package pipeline

import (
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
	found      loan    // when matched
	candidates []int64 // system IDs, best first; when not matched
	message    string  // LoanPro's own, when failed
}

// loan is what the output says of a matched loan.
type loan struct {
	id, customer   int64 // customer is 0 where none is the loan's own
	otherCustomers []int64
	displayID      string
	status         string
	archived       bool
}

func failed(err error) outcome {
	return outcome{status: match.Failed, code: codeFailed, message: err.Error()}
}

// decide takes a question and the loans that may be meant, from a complete
// search, and returns the outcome.
func decide(question string, loans []loanpro.Loan) outcome {
	candidates := make([]match.Loan, len(loans))
	for i, l := range loans {
		candidates[i] = match.Loan{
			ID: l.ID, DisplayID: l.DisplayID,
			Archived: l.Archived, Deleted: l.Deleted, Temporary: l.Temporary,
		}
	}
	verdict := match.DisplayID(question, candidates)
	out := outcome{
		status: verdict.Status, code: verdict.Code,
		confidence: verdict.Confidence, reasons: verdict.Reasons,
	}
	if verdict.Status == match.Matched {
		out.found = describe(loans[verdict.Candidates[0]])
		return out
	}
	for _, i := range verdict.Candidates[:min(len(verdict.Candidates), maxCandidates)] {
		out.candidates = append(out.candidates, loans[i].ID)
	}
	return out
}

// maxCandidates is how many candidates a row names.
const maxCandidates = 5

func describe(l loanpro.Loan) loan {
	customer, others := ownCustomer(l.Customers)
	return loan{
		id: l.ID, customer: customer, otherCustomers: others,
		displayID: l.DisplayID, status: l.Status, archived: l.Archived,
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

// addedColumns are the columns that the output has beyond the input's own.
var addedColumns = []string{
	"match_status", "loan_id", "customer_id", "matched_value", "match_confidence", "match_reasons",
	"candidates", "other_customer_ids", "loan_status", "loan_archived",
}

// cells returns what goes into addedColumns.
func (o *outcome) cells() []string {
	archived := ""
	if o.status == match.Matched {
		archived = strconv.FormatBool(o.found.archived)
	}
	return []string{
		string(o.status), id(o.found.id), id(o.found.customer), o.found.displayID,
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
