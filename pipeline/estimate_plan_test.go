package pipeline

import (
	"fmt"
	"testing"

	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// TestPlansEstimateRequests holds what searches and scans are expected to take against what
// is sent, in tenants of ten sizes.
func TestPlansEstimateRequests(t *testing.T) {
	t.Parallel()
	for i, customers := range []int{300, 700, 1500, 3000, 6000, 10_000, 20_000, 40_000, 70_000, 100_000} {
		if testing.Short() && i%4 > 0 || customers > 3000 && testing.Short() {
			continue
		}
		t.Run(fmt.Sprint(customers), func(t *testing.T) {
			const present = 0.9
			rows := min(80+customers/8, 4000)
			client, box := tenantOf(t, sandbox.Options{Loans: customers / 2, People: customers * 7 / 10, Present: present}, nil)
			for _, kind := range []*question.Kind{question.DisplayIDs, question.Names} {
				j := job(t, client)
				j.Input.By, j.Lookup.Batch = kind.Flag, 200
				if kind != question.Names {
					j.Input.Column = "1"
				}
				writeSheet(t, j.Input.Path, box, kind, rows, lookup.UsualMisses)
				what := fmt.Sprintf("%d %s among %d customers", rows, kind.Many, customers)
				j.Lookup.Plan = lookup.Search
				check(t, what+", searched", rehearsed(t, j).Requests, sentBy(t, j), maxOff)
				j.Lookup.Plan = lookup.Scan
				checkScan(t, what, j)
			}
		})
	}
}

// checkScan holds what the scans of a run take against their plans.
func checkScan(t *testing.T, what string, j *Job) {
	t.Helper()
	before := j.Lookup.Client.Stats().Requests
	j.Lookup.Client.Forget()
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	expected := int64(0)
	for _, plan := range summary.LoanPro.Plans {
		t.Logf("%s: %+v %+v", what, plan, plan.Scanned)
		if plan.Scanned == nil {
			expected += plan.SearchRequests
			continue
		}
		expected += int64(plan.ScanRequests)
		check(t, what+", the scan of "+plan.Of, int64(plan.ScanRequests), int64(plan.Scanned.Requests), maxOff)
	}
	check(t, what+", scanned in all", expected, j.Lookup.Client.Stats().Requests-before, maxOff)
}
