package loanpro

import (
	"sync/atomic"
	"time"
)

// Stats counts what a client has done since New.
type Stats struct {
	Requests int64 // sent, retries included
	// Retries are requests sent again, and requests that check whether LoanPro
	// answers at all while another fails.
	Retries   int64
	Throttled int64 // answers 429
	Sent      int64 // bytes of request bodies
	Received  int64 // bytes of response bodies, unpacked
	// RoundTrip is the mean time from sending a request to the last byte of its
	// answer; 0 before the first.
	RoundTrip time.Duration
}

type counters struct{ requests, retries, throttled, sent, received, answers, took atomic.Int64 }

// Stats returns a snapshot of the counts.
func (c *Client) Stats() Stats {
	return Stats{
		Requests: c.stats.requests.Load(), Retries: c.stats.retries.Load(),
		Throttled: c.stats.throttled.Load(),
		Sent:      c.stats.sent.Load(), Received: c.stats.received.Load(),
		RoundTrip: time.Duration(c.stats.took.Load() / max(c.stats.answers.Load(), 1)),
	}
}
