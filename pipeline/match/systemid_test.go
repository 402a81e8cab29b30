package match_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/pipeline/match"
)

func TestSystemID(t *testing.T) {
	t.Parallel()
	of := func(r match.Record, customers ...int64) match.Record { r.Customers = customers; return r }
	matched := match.Verdict{Status: match.Matched, Confidence: match.Exact, Reasons: "by: +system_id", Candidates: []int{0}}
	both := match.Verdict{Status: match.Matched, Confidence: match.Exact, Reasons: "by: +system_id +customer", Candidates: []int{0}}
	other := match.Verdict{Status: match.Ambiguous, Code: match.CodeOtherCustomer, Reasons: "by: +system_id -customer", Candidates: []int{0}}
	unknown := match.Verdict{Status: match.Ambiguous, Code: match.CodeUnknownCustomer, Reasons: "by: +system_id", Candidates: []int{0}}
	deletedOne := match.Verdict{Status: match.NotFound, Code: match.CodeDeleted, Reasons: "by: +system_id -deleted", Candidates: []int{0}}
	for _, c := range []struct {
		name     string
		customer int64
		wanted   bool
		records  []match.Record
		want     match.Verdict
	}{
		{"a live one", 0, false, []match.Record{loan(7, "L7", active)}, matched},
		{"an archived one is live", 0, false, []match.Record{loan(7, "L7", archived)}, matched},
		{"a deleted one", 0, false, []match.Record{loan(7, "L7", deleted)}, deletedOne},
		{"a temporary one", 0, false, []match.Record{loan(7, "L7", temporary)}, deletedOne},
		{"another one's display ID does not count", 0, false, []match.Record{loan(8, "7", active)}, match.Verdict{Status: match.NotFound, Code: match.CodeNotFound}},
		{"no record", 0, false, nil, match.Verdict{Status: match.NotFound, Code: match.CodeNotFound}},
		{"with its customer", 70, false, []match.Record{of(loan(7, "L7", active), 69, 70)}, both},
		{"with another's customer", 71, false, []match.Record{of(loan(7, "L7", active), 69, 70)}, other},
		{"with a customer, the loan's customers unknown", 70, false, []match.Record{loan(7, "L7", active)}, matched},
		{"for its customer", 70, true, []match.Record{of(loan(7, "L7", active), 69, 70)}, both},
		{"for another's customer", 71, true, []match.Record{of(loan(7, "L7", active), 69, 70)}, other},
		{"for a customer, the loan's customers unknown", 70, true, []match.Record{loan(7, "L7", active)}, unknown},
		{"deleted, with its customer", 70, true, []match.Record{of(loan(7, "L7", deleted), 70)}, deletedOne},
	} {
		if diff := cmp.Diff(c.want, match.SystemID(7, c.customer, c.wanted, c.records)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
