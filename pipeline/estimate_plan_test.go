package pipeline

import (
	"context"
	"fmt"
	"log/slog"
	"testing"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// TestPlansEstimateRequests holds what searches and scans are expected to take against what
// is sent, in tenants of ten sizes.
func TestPlansEstimateRequests(t *testing.T) {
	t.Parallel()
	sizes := []int{300, 700, 1500, 3000, 6000, 10_000, 20_000, 40_000, 70_000, 100_000}
	if testing.Short() {
		sizes = []int{300, 1500}
	}
	for _, customers := range sizes {
		t.Run(fmt.Sprint(customers), func(t *testing.T) {
			client, box := tenantOf(t, sandbox.Options{Loans: customers / 2, People: customers * 7 / 10, Present: 0.9}, nil)
			for _, kind := range []*question.Kind{question.DisplayIDs, question.Names} {
				j := job(t, client)
				j.Input.By, j.Lookup.Batch = kind.Flag, 200
				if kind != question.Names {
					j.Input.Column = "1"
				}
				rows := min(80+customers/8, 3000)
				writeSheet(t, j.Input.Path, box, kind, rows, lookup.UsualMisses)
				what := fmt.Sprintf("%d %s among %d customers", rows, kind.Many, customers)
				j.Lookup.Plan = lookup.Search
				check(t, what+", searched", rehearsed(t, j).Requests, sentBy(t, j), maxOff)
				j.Lookup.Plan, j.Output.Path = lookup.Scan, j.file("scanned.csv")
				checkScans(t, what, j)
			}
		})
	}
}

// checkScans holds what the scans of a run take against their plans: each by itself, and all
// that is sent after the plan.
func checkScans(t *testing.T, what string, j *Job) {
	t.Helper()
	at := &atPlan{Handler: slog.DiscardHandler, client: j.Lookup.Client}
	j.Log = slog.New(at)
	j.Lookup.Client.Forget()
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	expected := 0
	for _, plan := range summary.LoanPro.Plans {
		if plan.Scanned == nil {
			t.Fatalf("%s: the %s are not scanned: %s", what, plan.Of, plan.Why)
		}
		expected += plan.ScanRequests
		check(t, what+", scan of "+plan.Of, int64(plan.ScanRequests), plan.Scanned.Requests, maxOff)
	}
	check(t, what+", scanned", int64(expected), j.Lookup.Client.Stats().Requests-at.sent, maxOff)
}

// atPlan notes how many requests were sent when a plan was logged.
type atPlan struct {
	slog.Handler
	client *loanpro.Client
	sent   int64
}

func (*atPlan) Enabled(context.Context, slog.Level) bool { return true }

func (h *atPlan) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "event" && a.Value.String() == "plan" {
			h.sent = h.client.Stats().Requests
		}
		return true
	})
	return nil
}
