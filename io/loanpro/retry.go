package loanpro

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
)

const (
	maxFailures  = 5                      // attempts of one request that may fail
	firstBackoff = 250 * time.Millisecond // mean; the wait is anything from zero to twice that
	maxBackoff   = 15 * time.Second
	// Nothing has succeeded for Config.Patience, over at least downAttempts: it is down.
	defaultPatience = 3 * time.Minute
	downAttempts    = 20
	// Retries may be a fifth of what the rate allows, and this many at once.
	retryShare = 0.2
	retryBurst = 20
)

// newRetryBudget returns the budget that all retries spend from, so that they
// cannot multiply the load on a LoanPro in trouble: a few at once, and then at
// most a share of the rate. Whoever finds it empty waits.
func newRetryBudget(ceiling float64) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(ceiling*retryShare), retryBurst)
}

// ask sends req until it has a page, with full jitter between attempts
// (LoanPro's searches are reads, so repeating one is safe). Being told to wait
// is not a failure. After maxFailures others the request fails for good, unless
// LoanPro answers nobody: then that is waited out.
func (c *Client) ask(ctx context.Context, req request) (*page, error) {
	failures, tries, begun := 0, 0, time.Now()
	attempt := func() (*page, error) {
		if tries++; tries > 1 {
			if err := c.budget.Wait(ctx); err != nil {
				return nil, backoff.Permanent(cmp.Or(context.Cause(ctx), err))
			}
		}
		got, err := c.attempt(ctx, req)
		if err == nil {
			c.health.success(time.Now())
			return got, nil
		}
		failed, answered := errors.AsType[*Error](err)
		passing, again := errors.AsType[*transient](err)
		if again && !passing.wait {
			failures++
		}
		switch {
		case ctx.Err() != nil:
			return nil, backoff.Permanent(context.Cause(ctx))
		case !answered || failed.Stops() || failed.Class == Partial:
			return nil, backoff.Permanent(err)
		case c.health.down(time.Now()):
			return nil, backoff.Permanent(c.isDown(failed))
		case !again, failures >= maxFailures && c.answersOthers(ctx, req, begun):
			return nil, backoff.Permanent(failed)
		}
		return nil, err
	}
	return backoff.Retry(ctx, attempt,
		backoff.WithBackOff(fullJitter()), backoff.WithMaxElapsedTime(0), backoff.WithNotify(c.retrying))
}

// answersOthers reports whether a request that fails since begun is itself at
// fault: LoanPro has answered another one meanwhile, or answers the simplest
// now. Where it has never answered, there is nothing to wait for.
func (c *Client) answersOthers(ctx context.Context, failing request, begun time.Time) bool {
	if !c.health.everSucceeded() || c.health.succeededSince(begun) {
		return true
	}
	simplest := request{path: searchPath(failing.records, 1, 0, ""), body: []byte(everything), records: failing.records}
	_, err := c.attempt(ctx, simplest)
	if err == nil {
		c.health.success(time.Now())
	}
	return err == nil
}

func fullJitter() backoff.BackOff {
	return &backoff.ExponentialBackOff{
		InitialInterval: firstBackoff, Multiplier: 2, MaxInterval: maxBackoff, RandomizationFactor: 1,
	}
}

func (c *Client) retrying(err error, wait time.Duration) {
	c.stats.retries.Add(1)
	c.config.Log.Debug("trying again", "after", wait.Round(time.Millisecond), "cause", err)
}

func (c *Client) isDown(last *Error) *Error {
	down := *last
	down.Class = Down
	down.Message = strings.TrimSuffix(fmt.Sprintf("nothing has succeeded for %s; the last attempt: %s", c.config.Patience, last.Message), ": ")
	return &down
}

// attempt makes one attempt and tells what its outcome means.
func (c *Client) attempt(ctx context.Context, req request) (*page, error) {
	got, err := c.send(ctx, req)
	switch {
	case err != nil && (got == nil || got.status == http.StatusOK):
		return nil, c.passing(c.unanswered(err))
	case len(got.body) > c.longest:
		return nil, c.fail(&Error{Class: Rejected, Status: got.status, Message: "the answer is too long"})
	case got.status == http.StatusOK:
		return c.read(got.body)
	}
	e := &Error{Status: got.status, Message: c.message(got.body)}
	switch got.status {
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		return nil, c.paused(e, got)
	case http.StatusUnauthorized, http.StatusForbidden:
		e.Class = Refused
		return nil, c.fail(e)
	case http.StatusRequestTimeout:
		return nil, c.passing(e)
	}
	// A search that takes too long ends in 500 (LoanPro docs, response codes).
	if got.status >= 500 {
		return nil, c.passing(e)
	}
	e.Class = Rejected
	return nil, c.fail(e)
}

// read reads the body of a 200. Only one with a root d and no error inside is
// a success (LoanPro help, response codes); bodies that are cut off happen.
func (c *Client) read(body []byte) (*page, error) {
	var got envelope
	if !utf8.Valid(body) {
		c.foreign.Do(func() {
			c.config.Log.Warn("LoanPro sends text that is not UTF-8; those bytes are read as Windows-1252")
		})
	}
	body = readable(body)
	if err := json.Unmarshal(body, &got); err != nil {
		// The cause may quote the body, which holds people's data.
		return nil, c.passing(&Error{Status: http.StatusOK, Message: "the answer is cut off, or not what LoanPro answers"})
	}
	if got.failed() {
		return nil, c.passing(&Error{Status: http.StatusOK, Message: c.message(body)})
	}
	if got.partial() {
		return nil, c.fail(&Error{Class: Partial, Status: http.StatusOK, Message: "the search says itself that its answer is not complete"})
	}
	return got.D, nil
}

// paused stops everybody: whoever asks too often, or of a server that is busy,
// is not helped by the other workers asking on.
func (c *Client) paused(e *Error, got *reply) error {
	if e.Status == http.StatusTooManyRequests {
		c.stats.throttled.Add(1)
	}
	wait := retryAfter(got.header, time.Now())
	if wait > maxPause {
		e.Class = Down
		e.Message = fmt.Sprintf("it asks to wait for %s", wait.Round(time.Second))
		return c.fail(e)
	}
	c.pace.pause(got.sent, time.Now(), wait)
	c.config.Log.Info("LoanPro asks to wait", "status", e.Status, "for", wait)
	return &transient{err: c.fail(e), wait: true}
}

func (c *Client) passing(e *Error) error {
	e.Class = Unavailable
	return &transient{err: c.fail(e)}
}

func (c *Client) fail(e *Error) *Error {
	e.host = c.base.Host
	e.first = !c.health.everSucceeded()
	return e
}

// unanswered says what became of a request without an answer. The URL says
// nothing new, and what net/http quotes is a piece of the answer, which may hold
// the token or people's data: neither is repeated.
func (c *Client) unanswered(err error) *Error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &Error{Message: fmt.Sprintf("no answer within %s", c.config.Timeout)}
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	if text, _, quotes := strings.Cut(err.Error(), `"`); quotes {
		err = errors.New(strings.TrimRight(text, ": "))
	}
	return &Error{Err: err}
}

// health remembers whether LoanPro answers at all.
type health struct {
	patience time.Duration // Config.Patience

	mu       sync.Mutex
	last     time.Time // of the last success, or of the start
	attempts int       // since then
	ever     bool
}

func (h *health) start(now time.Time, patience time.Duration) { h.last, h.patience = now, patience }

func (h *health) success(now time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last, h.attempts, h.ever = now, 0, true
}

// down takes note of a failed attempt and reports whether it was one too many.
func (h *health) down(now time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.attempts++
	return h.attempts >= downAttempts && now.Sub(h.last) >= h.patience
}

func (h *health) succeededSince(begun time.Time) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ever && h.last.After(begun)
}

func (h *health) everSucceeded() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.ever
}
