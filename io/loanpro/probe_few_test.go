package loanpro

import (
	"errors"
	"testing"

	"loanmap/io/loanpro/sandbox"
)

// Two requests, and none for another key of the same records; a usual probe after that
// learns all that it would have learned without.
func TestProbeFewTakesTwoRequests(t *testing.T) {
	t.Parallel()
	c, box := tenantOf(t, sandbox.Options{})
	for _, key := range []Key{DisplayID, LoanID} {
		f, err := c.ProbeFew(t.Context(), key)
		if err != nil || !f.ProvesItself() || !f.Batch.Proves() || box.Counters().Requests != 2 {
			t.Errorf("%s: %+v, %v, %d requests", key, f, err, box.Counters().Requests)
		}
	}
	f, err := c.Probe(t.Context(), DisplayID, MaxBatch, false)
	if err != nil || f.ProvesItself() || f.Controls != carried {
		t.Errorf("%+v, %v", f, err)
	}
}

// Where there are too few records, no search can prove itself.
func TestProbeFewOfAFewRecords(t *testing.T) {
	t.Parallel()
	c, _ := tenantOf(t, sandbox.Options{Loans: enoughControls - 1})
	if f, err := c.ProbeFew(t.Context(), DisplayID); err != nil || f.ProvesItself() {
		t.Errorf("%+v, %v", f, err)
	}
}

// A form that is rejected, or loses records, gives no answer, and soon.
func TestSearchesOfFewProveThemselves(t *testing.T) {
	t.Parallel()
	for name, shape := range map[string]sandbox.Shape{
		"rejected": {RefuseForms: []string{"match_phrase"}}, "lossy": {DropHits: 0.3}, "few clauses": {ClauseLimit: 32},
	} {
		c, box := tenantOf(t, sandbox.Options{Shape: shape})
		f, err := c.ProbeFew(t.Context(), DisplayID)
		if err != nil {
			t.Fatal(err)
		}
		hits, err := c.Find(t.Context(), f.Batch, Texts("L000212"))
		e, ok := errors.AsType[*Error](err)
		if n := box.Counters().Requests; !ok || e.Class != LosesRecords || n > 6 {
			t.Errorf("%s: %d hits, %v, %d requests", name, len(hits), err, n)
		}
	}
}
