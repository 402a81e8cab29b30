package loanpro

import (
	"fmt"
	"time"
)

// failuresInARow are enough to say that LoanPro does not answer.
const failuresInARow = 3

// Waiting says what the client waits for at the moment, if not just for an answer, as
// the rest of a sentence that begins with "waiting": a pause of all requests, an index
// that does not show all records, or a LoanPro that does not answer. It is empty if it
// waits for none of these.
func (c *Client) Waiting() string {
	pause := c.pace.remaining(time.Now())
	switch {
	case pause >= defaultPause/2: // a briefer one is over before it is read
		return fmt.Sprintf("%v, as LoanPro is busy", max(pause.Round(time.Second), time.Second))
	case c.incomplete.Load() > 0:
		return "for LoanPro's index"
	case c.health.failing():
		return "for LoanPro to answer"
	}
	return ""
}

// remaining is how long no request leaves from now.
func (p *pace) remaining(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.resume.Sub(now)
}

// failing reports whether the last attempts have all failed.
func (h *health) failing() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.attempts >= failuresInARow
}

// end ends the waiting, if it has begun.
func (p *patience) end() {
	if p.waits {
		p.client.incomplete.Add(-1)
	}
}
