package sandbox

import (
	"strings"
	"testing"
)

// TestClauseStatus checks the status and the body of a query with too many
// clauses, and that other refusals keep theirs.
func TestClauseStatus(t *testing.T) {
	over := func(n int) string {
		return `{"query":{"bool":{"should":[` + strings.Repeat(`{"term":{"id":1}},`, n) + `{"term":{"id":11}}]}}}`
	}
	for _, c := range []struct {
		shape  Shape
		body   string
		status int
		says   string
	}{
		{Shape{}, over(1024), 409, `{"error":{"message":"maxClauseCount is set to 1024","type":"too_many_clauses","code":409}}`},
		{Shape{ClauseStatus: 500}, over(1024), 500, `{"error":{"message":"maxClauseCount is set to 1024","type":"too_many_clauses","code":500}}`},
		{Shape{ClauseStatus: 500, ClauseLimit: 3}, over(3), 500, `{"error":{"message":"maxClauseCount is set to 3","type":"too_many_clauses","code":500}}`},
		{Shape{ClauseStatus: 500, ClauseLimit: 3}, `{"query":{"match":{"displayId":"a b c d"}}}`, 500, `"too_many_clauses"`},
		{Shape{ClauseStatus: 500, ClauseLimit: 3}, over(2), 200, `"id":11,`},
		{Shape{ClauseStatus: 500}, `{"query":{"fuzzy":{}}}`, 409, `"parsing_exception"`},
		{Shape{ClauseStatus: 500, TermsLimit: 1}, `{"query":{"terms":{"displayId":["a","b"]}}}`, 409, `"illegal_argument_exception"`},
	} {
		if got := someTenant(t, c.shape, Faults{}).post(loans, c.body); got.status != c.status || !strings.Contains(got.body, c.says) {
			t.Errorf("%+v: %d %s", c.shape, got.status, got.body)
		}
	}
}
