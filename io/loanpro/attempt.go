package loanpro

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// signature identifies an answer, so that two can be compared.
type signature struct {
	status   int
	tooLarge bool
	failed   bool // a 5xx, or an error inside a 200; body is its hash
	body     [sha256.Size]byte
}

func errorOf(status int, body []byte) signature {
	return signature{status: status, failed: true, body: sha256.Sum256(body)}
}

// transient is a failed attempt after which another may succeed. wait is set
// where LoanPro asked for a pause. ambiguous is set where the failure may be
// about this request alone, or about all requests for a while.
type transient struct {
	err             *Error
	wait, ambiguous bool
	signature       signature
}

func (t *transient) Error() string { return t.err.Error() }
func (t *transient) Unwrap() error { return t.err }

// verdict returns the error with its final class.
func (t *transient) verdict(class Class) *Error {
	t.err.Class = class
	return t.err
}

// attempt sends req once and classifies the outcome.
func (c *Client) attempt(ctx context.Context, req request) (*page, error) {
	got, err := c.send(ctx, req)
	held, early := errors.AsType[unsent](err)
	switch {
	case early:
		return nil, held.error
	case err != nil && (got == nil || got.status == http.StatusOK):
		return nil, c.transientError(c.noAnswer(err), signature{})
	case got.status != http.StatusOK || got.tooLarge:
		return nil, c.failure(ctx, req, got)
	}
	page, err := c.read(req, got.body)
	if err == nil {
		c.health.success(req.records, got.sent, time.Now())
		c.config.Pace.Answered()
	}
	return page, err
}

// failure classifies an answer that is not a success, or is too long to read.
func (c *Client) failure(ctx context.Context, req request, got *reply) error {
	e := &Error{Status: got.status, Message: c.message(req, got.body)}
	sig := signature{status: got.status, tooLarge: got.tooLarge}
	switch {
	case got.status == http.StatusTooManyRequests || got.status == http.StatusServiceUnavailable:
		return c.paused(ctx, e, got)
	case got.status == http.StatusUnauthorized || got.status == http.StatusForbidden:
		return c.ambiguous(e, signature{status: got.status}, Refused)
	case sig.tooLarge:
		return c.ambiguous(ownError(got.status, errTooLarge.Error()), sig, Rejected)
	// A search that takes too long ends in 500 (LoanPro docs, response codes).
	case got.status >= 500 || got.status == http.StatusRequestTimeout:
		return c.transientError(e, errorOf(got.status, got.body))
	}
	return c.ambiguous(e, sig, Rejected)
}

// ambiguous returns a failure that needs a second opinion: other requests show
// whether LoanPro answers at all. Before LoanPro has answered anything, there
// is no second opinion, and the error is final with the class first.
func (c *Client) ambiguous(e *Error, sig signature, first Class) error {
	if c.fail(e).first {
		e.Class = first
		return e
	}
	e.Class = unavailable
	return &transient{err: e, ambiguous: true, signature: sig}
}

// read decodes the body of a 200. It is a success only with a root d and no
// error inside (LoanPro help, response codes). LoanPro sometimes cuts bodies
// off.
func (c *Client) read(req request, body []byte) (*page, error) {
	var got envelope
	text, foreign := readable(body)
	if foreign {
		c.encodingWarning.Do(func() {
			c.config.Log.Warn("LoanPro sends text that is not UTF-8; it is read as Windows-1252", "event", "response_not_utf8")
		})
	}
	if err := json.Unmarshal(text, &got, lenient); err != nil {
		// The cause may quote the body, which holds people's data.
		return nil, c.transientError(ownError(http.StatusOK, "the answer is incomplete, or not from LoanPro"), signature{})
	}
	if got.failed() {
		return nil, c.transientError(&Error{Status: http.StatusOK, Message: c.message(req, body)}, errorOf(http.StatusOK, body))
	}
	if got.partial() {
		partial := ownError(http.StatusOK, "the search says that its answer is incomplete")
		partial.Class = Partial
		return nil, c.fail(partial)
	}
	return got.D, nil
}

// paused stops all workers for a while: a server that limits requests or is
// busy gains nothing if the others keep asking.
func (c *Client) paused(ctx context.Context, e *Error, got *reply) error {
	if e.Status == http.StatusTooManyRequests {
		c.stats.throttled.Add(1)
	}
	wait := retryAfter(got.header, time.Now())
	if wait > maxPause {
		e = ownError(e.Status, fmt.Sprintf("it asks to wait for %s", wait.Round(time.Second)))
		e.Class = down
		return c.fail(e)
	}
	if e.Status == http.StatusTooManyRequests {
		wait = cmp.Or(wait, defaultPause)
		c.config.Pace.Throttled(ctx, got.sent, wait)
	} else {
		wait = c.config.Pace.Unavailable(ctx, got.sent, wait)
	}
	log := c.config.Log.Info
	if wait < defaultPause {
		log = c.config.Log.Debug
	}
	log("LoanPro asks to wait", "status", e.Status, "for", wait)
	e.Class = unavailable
	return &transient{err: c.fail(e), wait: true, signature: signature{status: e.Status}}
}

// transientError returns a failure that may pass.
func (c *Client) transientError(e *Error, sig signature) error {
	e.Class = unavailable
	return &transient{err: c.fail(e), signature: sig}
}

func (c *Client) fail(e *Error) *Error {
	e.host = c.base.Host
	e.first = !c.health.everSucceeded()
	return e
}

// noAnswer returns the error of a request without an answer. It leaves out the
// URL, and what net/http quotes: a piece of the answer, which may hold the
// token or people's data.
func (c *Client) noAnswer(err error) *Error {
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
