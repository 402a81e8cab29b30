package pipeline

import (
	"testing"
	"time"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// Every row that was read must be counted once, under one status.
func TestReconciled(t *testing.T) {
	t.Parallel()
	s := newSummary("test", time.Now())
	for _, status := range match.Statuses() {
		o := answer.New(answer.Verdict{Status: status}, "")
		s.count(&o)
	}
	if !s.reconciled(5) {
		t.Error("five rows read and counted do not add up")
	}
	if s.reconciled(6) || s.reconciled(4) {
		t.Error("a row that was read and not written, or the contrary, is not noticed")
	}
	s.Rows++
	if s.reconciled(6) {
		t.Error("a row that has no status is not noticed")
	}
}
