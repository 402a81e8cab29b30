package lookup

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// decide takes a question by ID and the records that it may mean, from complete
// searches, and returns the outcome.
func decide(q question.Question, candidates []candidate) answer.Outcome {
	v, err := judge(q, records(q.Kind, candidates))
	if err != nil {
		return answer.Failed(err)
	}
	if q.Decided != question.Undecided {
		v = carried(v, q.Decided)
	}
	shared := answer.Verdict{Status: v.Status, Code: v.Code, Confidence: v.Confidence, Reasons: v.Reasons}
	if v.Status == match.Matched {
		hit := &candidates[v.Candidates[0]].Hit
		shared.LoanStatus, shared.Archived = hit.Status, hit.Archived
		out := answer.New(shared, "")
		describe(&out, q, hit)
		return out
	}
	out := answer.New(shared, "")
	if q.CustomerWanted { // LoanPro's word within a loan is no record of the customer
		return out
	}
	for _, i := range v.Candidates[:min(len(v.Candidates), answer.MaxCandidates)] {
		out.Propose(proposed(q.Kind, &candidates[i].Hit))
	}
	return out
}

// proposed returns a record as a candidate. A loan has the name of its own customer.
func proposed(k *question.Kind, h *loanpro.Hit) answer.Candidate {
	c := answer.Candidate{ID: h.ID, Name: h.Name}
	place := slices.DeleteFunc([]string{h.City, h.State}, func(part string) bool { return part == "" })
	c.Place = strings.Join(place, ", ")
	if !k.OfLoans() {
		c.Status = answer.StatusText("", h.Marks()...)
		return c
	}
	c.Name, c.Place, c.Status = "", "", answer.StatusText(h.Status, h.Marks()...)
	own, _ := ownCustomer(h.Customers)
	if at := slices.IndexFunc(h.Customers, func(customer loanpro.Customer) bool { return own != 0 && customer.ID == own }); at >= 0 {
		c.Name = h.Customers[at].Name
	}
	return c
}

func judge(q question.Question, records []match.Record) (match.Verdict, error) {
	if q.Kind.Agreement == question.ByText {
		return match.Number(q.Kind.Reason, q.Text, records), nil
	}
	id, err := strconv.ParseInt(q.Text, 10, 64)
	if err != nil {
		return match.Verdict{}, fmt.Errorf("not a system ID; this is a fault of loanmap: %w", err)
	}
	return match.SystemID(id, q.Customer, q.CustomerWanted, records), nil
}

func records(k *question.Kind, candidates []candidate) []match.Record {
	records := make([]match.Record, len(candidates))
	for i := range candidates {
		h := &candidates[i].Hit
		records[i] = match.Record{
			ID: h.ID, Number: k.Compared(h),
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

// carried is what a verdict on a system ID means if a person has decided for it
// before.
func carried(v match.Verdict, by question.Decider) match.Verdict {
	switch {
	case v.Status == match.NotFound:
		v.Code = answer.CodeDecided
	case v.Status == match.Matched && by == question.ByChoice:
		v.Confidence, v.Reasons = match.Chosen, chosenReasons
	case v.Status == match.Matched:
		v.Reasons = answer.CorrectedReasons(v.Reasons)
	}
	return v
}

// describe notes in an outcome what its question wants to know of a hit.
func describe(o *answer.Outcome, q question.Question, h *loanpro.Hit) {
	if !q.Kind.OfLoans() {
		o.Found = answer.Found{Customer: h.ID, Value: q.Kind.Value(h)}
		return
	}
	own, others := ownCustomer(h.Customers)
	o.Found = answer.Found{Loan: h.ID, Customer: own, Value: q.Kind.Value(h)}
	if o.Found.Value == q.Text {
		o.Found.Value = q.Text // held once
	}
	o.SetOthers(others)
	if q.CustomerWanted {
		i := slices.IndexFunc(h.Customers, func(c loanpro.Customer) bool { return c.ID == q.Customer })
		o.Found.Customer, o.Found.Value = q.Customer, h.Customers[i].Name
	}
}

// ownCustomer returns the only customer of a loan, or the only one whose role
// is primary, and the others. If LoanPro says neither, it does not guess: all of
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
