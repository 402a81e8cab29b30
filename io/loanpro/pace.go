package loanpro

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// defaultPause is the pause where there is no Retry-After. LoanPro
	// documents neither 429 nor Retry-After.
	defaultPause = time.Second
	// A 503 without Retry-After may come from a single server. The first pause
	// is brief, and doubles with each 503 in a row.
	firstBriefPause = 100 * time.Millisecond
	maxBriefPause   = 15 * time.Second
	// maxPause is the longest pause that the client waits for; a longer one
	// ends the run.
	maxPause = 5 * time.Minute
)

// pace is the rate limiter for all requests of a client.
type pace struct {
	turn    chan struct{} // held while waiting for the next token
	limiter *rate.Limiter

	mu      sync.Mutex
	limit   limit
	resume  time.Time // no request leaves earlier
	lowered time.Time // when the limit was last lowered
	busy    int       // 503s in a row
	busyAt  time.Time // when the last of them came
}

// newPace lets at most perSecond requests leave in a second, evenly spaced.
func newPace(perSecond float64) *pace {
	return &pace{
		turn: make(chan struct{}, 1), limit: newLimit(perSecond), limiter: rate.NewLimiter(rate.Limit(perSecond), 1),
	}
}

// wait returns when the next request may leave. Callers wait one at a time, and
// take a token only when they leave: a token reserved early and used late would
// bring two requests close together, and the ceiling must hold in any window.
func (p *pace) wait(ctx context.Context) error {
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
func (p *pace) take(now time.Time) time.Duration {
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

// pause stops all requests for d from now, and lowers the rate. The refused
// request left at sent; if that was before the rate was last lowered, it says
// nothing new.
func (p *pace) pause(sent, now time.Time, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stop(now, d)
	if sent.After(p.lowered) {
		p.limit.refuse(now, p.resume)
		p.lowered = p.resume
	}
}

// stop stops all requests for d from now.
func (p *pace) stop(now time.Time, d time.Duration) {
	if until := now.Add(d); until.After(p.resume) {
		p.resume = until
	}
}

// unavailable handles a 503 to a request that left at sent. It stops all
// requests for d, or if d is 0 for a time that grows with the 503s in a row,
// and returns that time. The second in a row lowers the rate; a single one says
// nothing about it. A 503 to a request that left before the last 503 belongs to
// the same trouble.
func (p *pace) unavailable(sent, now time.Time, d time.Duration) time.Duration {
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

// answered records a success.
func (p *pace) answered() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.busy = 0
}

// retryAfter returns how long the header Retry-After asks to wait from now,
// given in seconds or as a date; 0 if it is absent, past or unreadable.
func retryAfter(header http.Header, now time.Time) time.Duration {
	value := header.Get("Retry-After")
	wait := time.Duration(0)
	// Of a number out of range, ParseInt returns the largest that is in it.
	if seconds, err := strconv.ParseInt(value, 10, 32); err == nil || errors.Is(err, strconv.ErrRange) {
		wait = time.Duration(seconds) * time.Second
	} else if date, err := http.ParseTime(value); err == nil {
		wait = date.Sub(now)
	}
	return max(wait, 0)
}
