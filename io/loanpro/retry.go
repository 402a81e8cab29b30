package loanpro

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
)

const (
	maxFailures  = 5                      // attempts of one request that may fail
	firstBackoff = 250 * time.Millisecond // mean; the wait is between zero and twice that
	maxBackoff   = 15 * time.Second
	// recheckDelay is the least time before an answer that would end the run is
	// confirmed.
	recheckDelay = time.Second
	// LoanPro is down if nothing has succeeded for Config.Patience, over at
	// least downAttempts.
	defaultPatience = 3 * time.Minute
	downAttempts    = 20
	// Retries may use this share of the rate, and retryBurst at once.
	retryShare = 0.2
	retryBurst = 20
)

// newRetryBudget returns the budget of all retries, which keeps them from
// multiplying the load on a LoanPro in trouble: a few at once, then at most a
// share of the rate. Callers wait when it is empty.
func newRetryBudget(ceiling float64) *rate.Limiter {
	return rate.NewLimiter(rate.Limit(ceiling*retryShare), retryBurst)
}

// spend takes one retry from the budget, and waits if that is empty.
func (c *Client) spend(ctx context.Context) error {
	token := c.budget.Reserve()
	if token.Delay() == 0 {
		return nil
	}
	select {
	case <-time.After(token.Delay()):
		return nil
	case <-ctx.Done():
		token.Cancel()
		return context.Cause(ctx)
	}
}

// ask sends req until it has a page, with full jitter between attempts.
// LoanPro's searches are reads, so repeating one is safe. A pause that LoanPro
// asks for is not a failure. After maxFailures other failures the request fails
// for good, unless LoanPro answers nothing else either: ask waits for the end
// of such an outage. Any other answer is final only once it is known to concern
// req.
func (c *Client) ask(ctx context.Context, req request) (*page, error) {
	a := &attempts{client: c, req: req, began: time.Now(), jitter: fullJitter(c.config.Patience)}
	return backoff.Retry(ctx, func() (*page, error) { return a.next(ctx) },
		backoff.WithBackOff(a), backoff.WithMaxElapsedTime(0), backoff.WithNotify(c.retrying))
}

// attempts is the state of one request's attempts.
type attempts struct {
	client   *Client
	req      request
	began    time.Time
	jitter   backoff.BackOff
	tries    int
	failures int // those that count towards maxFailures

	last     *transient // the last failure
	failedAt time.Time  // when it came
	suspect  bool       // it may concern req alone
	proven   bool       // LoanPro has answered another request since
	denials  int        // 403s in a row to the simplest search as well
	wait     time.Duration
}

// NextBackOff returns the wait before the next attempt.
func (a *attempts) NextBackOff() time.Duration { return a.wait }

// Reset does nothing: an attempts is used once.
func (a *attempts) Reset() {}

// next makes the next attempt. Its error is permanent if there should be no
// other.
func (a *attempts) next(ctx context.Context) (*page, error) {
	if err := a.prepare(ctx); err != nil {
		return nil, backoff.Permanent(err)
	}
	got, err := a.client.attempt(ctx, a.req)
	if err == nil {
		return got, nil
	}
	if final := a.finalError(ctx, err); final != nil {
		return nil, backoff.Permanent(final)
	}
	return nil, err
}

// prepare makes a retry wait for the budget, unless LoanPro has answered
// another request since: it is then not in trouble.
func (a *attempts) prepare(ctx context.Context) error {
	if a.tries++; a.tries == 1 {
		return nil
	}
	if a.suspect && !a.proven {
		a.proven = a.client.health.answeredSince(a.kind(), a.failedAt)
	}
	if a.proven {
		return nil
	}
	return a.client.spend(ctx)
}

// finalError returns the final error if no other attempt should be made, and
// nil otherwise.
func (a *attempts) finalError(ctx context.Context, err error) error {
	failed, answered := errors.AsType[*Error](err)
	passing, again := errors.AsType[*transient](err)
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case !answered || failed.Stops() || failed.Class == Partial:
		return err
	case a.client.health.failure(time.Now()):
		return a.client.isDown(failed)
	case !again:
		return failed
	}
	return a.classify(ctx, passing)
}

// classify returns the final error of a retryable failure, if it is one. It is
// final if req gets the same answer again although LoanPro has answered another
// request in between. A failure before such a success may be the end of an
// outage.
func (a *attempts) classify(ctx context.Context, failed *transient) error {
	before, proven := a.last, a.proven
	same := before != nil && before.signature == failed.signature
	unauthorized := failed.err.Status == http.StatusUnauthorized
	a.last, a.failedAt, a.proven = failed, time.Now(), false
	a.suspect = failed.ambiguous && !unauthorized || a.req.rejectRepeats && failed.signature.failed
	a.wait = a.jitter.NextBackOff()
	if failed.err.Status != http.StatusForbidden {
		a.denials = 0
	}
	if !failed.wait && !failed.ambiguous {
		a.failures++
	}
	switch {
	case a.suspect && proven && same:
		return failed.verdict(Rejected)
	case unauthorized && same:
		return failed.verdict(Refused)
	case (a.failures >= maxFailures || a.overdue()) && a.client.answersOthers(ctx, a.req, a.began):
		return failed.verdict(unavailable)
	case unauthorized:
		a.wait += recheckDelay
	case a.suspect:
		a.checkOthers(ctx, before == nil)
	}
	if a.denials > 1 {
		return failed.verdict(Refused)
	}
	return nil
}

// checkOthers finds out whether LoanPro answers the simplest search. If so, the
// next attempt shows whether the failure concerns req alone; after the first
// failure, it follows at once.
func (a *attempts) checkOthers(ctx context.Context, first bool) {
	if a.client.spend(ctx) != nil {
		return
	}
	err := a.client.askSimplest(ctx, a.kind())
	e, ok := errors.AsType[*Error](err)
	a.proven = err == nil
	switch {
	case a.last.err.Status == http.StatusForbidden && ok && e.Status == http.StatusForbidden:
		a.denials++
		a.wait += recheckDelay
		return
	case a.proven && first:
		a.wait = 0
	}
	a.denials = 0
}

// kind returns the kind of record that another request must ask for, so that
// its success says something about req. A 403 concerns one kind only.
func (a *attempts) kind() string {
	if a.last.err.Status == http.StatusForbidden {
		return a.req.records
	}
	return a.client.health.known(a.req.records)
}

// overdue reports whether req has waited so long that it may itself be what
// LoanPro fails on. A 429 is no such sign.
func (a *attempts) overdue() bool {
	return a.tries >= downAttempts && time.Since(a.began) >= a.client.config.Patience && a.last.err.Status != http.StatusTooManyRequests
}

// answersOthers reports whether req itself is the cause of failures since
// began: LoanPro has answered another request meanwhile, or answers the
// simplest one now. It also does if LoanPro has never answered, because there
// is nothing to wait for.
func (c *Client) answersOthers(ctx context.Context, failing request, begun time.Time) bool {
	if !c.health.everSucceeded() || c.health.succeededSince(begun) {
		return true
	}
	return c.askSimplest(ctx, c.health.known(failing.records)) == nil
}

// askSimplest asks for one record of a kind. It counts as a retry.
func (c *Client) askSimplest(ctx context.Context, records string) error {
	c.stats.retries.Add(1)
	_, err := c.attempt(ctx, request{path: searchPath(records, 1, 0, ""), body: []byte(matchAll), records: records})
	if err != nil {
		c.health.failure(time.Now())
	}
	return err
}

// fullJitter returns the waits between attempts. The shorter the patience, the shorter they
// are: where one request is sent at a time, downAttempts of them would take minutes.
func fullJitter(patience time.Duration) backoff.BackOff {
	longest := min(maxBackoff, max(firstBackoff, 2*patience/downAttempts))
	return &backoff.ExponentialBackOff{
		InitialInterval: firstBackoff, Multiplier: 2, MaxInterval: longest, RandomizationFactor: 1,
	}
}

func (c *Client) retrying(err error, wait time.Duration) {
	c.stats.retries.Add(1)
	c.config.Log.Debug("trying again", "event", "retry", "after", wait.Round(time.Millisecond), "cause", err)
}

func (c *Client) isDown(last *Error) *Error {
	final := *last
	final.Class = down
	final.words = fmt.Sprintf("no request has succeeded for %s", c.config.Patience)
	final.Message = strings.TrimSuffix(final.words+"; the last attempt: "+last.Message, ": ")
	return &final
}
