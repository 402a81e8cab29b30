package pace

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// A 503 without Retry-After may come from a single server. The first pause
	// is brief, and doubles with each 503 in a row.
	firstBriefPause = 100 * time.Millisecond
	maxBriefPause   = 15 * time.Second
	// readablePause is the briefest pause that is worth telling a person: a
	// briefer one is over before it is read.
	readablePause = time.Second / 2
)

// Local is the rate limiter for all requests of one process. It is safe for
// concurrent use.
type Local struct {
	perSecond float64       // the ceiling
	turn      chan struct{} // held while waiting for the next token
	limiter   *rate.Limiter

	mu      sync.Mutex
	limit   limit
	resume  time.Time // no request leaves earlier
	lowered time.Time // when the limit was last lowered
	busy    int       // 503s in a row
	busyAt  time.Time // when the last of them came
}

// NewLocal lets at most perSecond requests leave in any second, evenly spaced.
func NewLocal(perSecond float64) *Local {
	return &Local{
		turn: make(chan struct{}, 1), limit: newLimit(perSecond), limiter: rate.NewLimiter(rate.Limit(perSecond), 1),
		perSecond: perSecond,
	}
}

// Ceiling returns the most requests that may leave in a second.
func (p *Local) Ceiling() float64 { return p.perSecond }

// Wait returns when the next request may leave. Callers wait one at a time, and
// take a token only when they leave: a token reserved early and used late would
// bring two requests close together, and the ceiling must hold in any window.
func (p *Local) Wait(ctx context.Context) error {
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for ctx.Err() == nil {
		delay := p.take(time.Now())
		if delay <= 0 {
			return nil
		}
		select {
		case <-time.After(delay):
		case <-ctx.Done():
		}
	}
	return context.Cause(ctx)
}

// take takes a token, or returns how long to wait for one.
func (p *Local) take(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if pause := p.resume.Sub(now); pause > 0 {
		return pause
	}
	p.limiter.SetLimitAt(now, rate.Limit(p.limit.at(now)))
	token := p.limiter.ReserveN(now, 1)
	delay := token.DelayFrom(now)
	if delay > 0 {
		token.CancelAt(now)
	}
	return delay
}

// Throttled handles a 429 to a request that left at sent: it stops all requests
// for d from now, and lowers the rate.
func (p *Local) Throttled(_ context.Context, sent time.Time, d time.Duration) {
	p.pause(sent, time.Now(), d)
}

// pause stops all requests for d from now, and lowers the rate. The refused
// request left at sent; if that was before the rate was last lowered, it says
// nothing new.
func (p *Local) pause(sent, now time.Time, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stop(now, d)
	if sent.After(p.lowered) {
		p.limit.refuse(now, p.resume)
		p.lowered = p.resume
	}
}

// stop stops all requests for d from now.
func (p *Local) stop(now time.Time, d time.Duration) {
	if until := now.Add(d); until.After(p.resume) {
		p.resume = until
	}
}

// Unavailable handles a 503 to a request that left at sent. It stops all requests
// for d, or if d is 0 for a time that grows with the 503s in a row, and returns
// that time.
func (p *Local) Unavailable(_ context.Context, sent time.Time, d time.Duration) time.Duration {
	return p.unavailable(sent, time.Now(), d)
}

// unavailable handles a 503 to a request that left at sent. It stops all
// requests for d, or if d is 0 for a time that grows with the 503s in a row,
// and returns that time. The second in a row lowers the rate; a single one says
// nothing about it. A 503 to a request that left before the last 503 belongs to
// the same trouble.
func (p *Local) unavailable(sent, now time.Time, d time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	again := p.busy == 0 || sent.After(p.busyAt)
	if again {
		p.busy++
		p.busyAt = now
	}
	if d == 0 {
		d = min(firstBriefPause<<min(p.busy-1, 10), maxBriefPause)
	}
	p.stop(now, d)
	switch {
	case !again || p.busy == 1:
	case p.busy == 2:
		p.limit.refuse(now, p.resume)
		p.lowered = p.resume
	default:
		p.limit.refuseAgain(now, p.resume)
		p.lowered = p.resume
	}
	return d
}

// Answered records a success.
func (p *Local) Answered() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy = 0
}

// Waiting says why no request leaves at the moment, as the rest of a sentence that
// begins with "waiting". It is empty if there is no pause, or only a brief one.
func (p *Local) Waiting() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return busyFor(time.Until(p.resume))
}

// busyFor says that LoanPro has asked for a pause, if it is long enough to be read.
func busyFor(pause time.Duration) string {
	if pause < readablePause {
		return ""
	}
	return fmt.Sprintf("%v, as LoanPro is busy", max(pause.Round(time.Second), time.Second))
}
