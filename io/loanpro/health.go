package loanpro

import (
	"sync"
	"time"
)

// health records whether LoanPro answers at all.
type health struct {
	patience time.Duration // Config.Patience

	mu       sync.Mutex
	last     time.Time            // of the last success, or of the start
	attempts int                  // since then
	records  string               // kind of record of the last success
	sent     map[string]time.Time // by kind of record, when the latest successful request left
}

func (h *health) start(now time.Time, patience time.Duration) { h.last, h.patience = now, patience }

// success records that a request for records, which left at sent, succeeded.
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

// failure counts a failed attempt, and reports whether LoanPro now counts as
// down.
func (h *health) failure(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.attempts++
	return h.attempts >= downAttempts && now.Sub(h.last) >= h.patience
}

// succeededSince reports whether any request has succeeded since began.
func (h *health) succeededSince(begun time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.sent) > 0 && h.last.After(begun)
}

// answeredSince reports whether a request for records has succeeded that left
// after failed. One that left earlier may have been answered before the
// trouble.
func (h *health) answeredSince(records string, failed time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.sent[records].After(failed)
}

// known returns records if a request for them has ever succeeded, and otherwise
// the kind of the last success.
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
