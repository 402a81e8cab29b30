package loanpro

import (
	"sync"
	"time"
)

// health remembers whether LoanPro answers at all.
type health struct {
	patience time.Duration // Config.Patience

	mu       sync.Mutex
	last     time.Time            // of the last success, or of the start
	attempts int                  // since then
	records  string               // the kind that the last success was of
	sent     map[string]time.Time // by kind of record, when the latest request left that succeeded
}

func (h *health) start(now time.Time, patience time.Duration) { h.last, h.patience = now, patience }

// success takes note of a request for records that left at sent and succeeded.
func (h *health) success(records string, sent, now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last, h.attempts, h.records = now, 0, records
	if h.sent == nil {
		h.sent = map[string]time.Time{}
	}
	if sent.After(h.sent[records]) {
		h.sent[records] = sent
	}
}

// down takes note of a failed attempt and reports whether it was one too many.
func (h *health) failure(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.attempts++
	return h.attempts >= downAttempts && now.Sub(h.last) >= h.patience
}

// succeededSince reports whether an answer has come since begun.
func (h *health) succeededSince(begun time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.sent) > 0 && h.last.After(begun)
}

// answeredSince reports whether a request for records has succeeded that left
// after failed: one that left before may have been answered before the trouble.
func (h *health) answeredSince(records string, failed time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sent[records].After(failed)
}

// known returns records, if a request for them has ever succeeded, or else the
// kind of record that one has last succeeded for.
func (h *health) known(records string) string {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.sent[records]; ok || len(h.sent) == 0 {
		return records
	}
	return h.records
}

func (h *health) everSucceeded() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.sent) > 0
}
