package loanpro

// failuresInARow are enough to say that LoanPro does not answer.
const failuresInARow = 3

// Waiting says what the client waits for at the moment, if not just for an answer, as
// the rest of a sentence that begins with "waiting": a pause of all requests, an index
// that does not show all records, or a LoanPro that does not answer. It is empty if it
// waits for none of these.
func (c *Client) Waiting() string {
	pause := c.config.Pace.Waiting()
	switch {
	case pause != "":
		return pause
	case c.incomplete.Load() > 0:
		return "for LoanPro's index"
	case c.health.failing():
		return "for LoanPro to answer"
	}
	return ""
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
