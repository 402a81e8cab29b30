package loanpro

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"
)

const (
	// defaultPause is the pause where there is no Retry-After. LoanPro
	// documents neither 429 nor Retry-After.
	defaultPause = time.Second
	// maxPause is the longest pause that the client waits for; a longer one
	// ends the run.
	maxPause = 5 * time.Minute
)

// Pace decides when requests leave. It is safe for concurrent use. Times are by the
// clock of this process.
type Pace interface {
	// Ceiling returns the most requests per second that the client itself may send.
	Ceiling() float64
	// Wait returns when the next request may leave, or why none may.
	Wait(ctx context.Context) error
	// Throttled handles a 429 to a request that left at sent: no request leaves
	// for d, and then fewer do.
	Throttled(ctx context.Context, sent time.Time, d time.Duration)
	// Unavailable handles a 503 to a request that left at sent: no request leaves
	// for d, or if d is 0 for a time that it chooses. It returns that time.
	Unavailable(ctx context.Context, sent time.Time, d time.Duration) time.Duration
	// Answered records that a request has succeeded.
	Answered()
	// Waiting says why no request leaves at the moment, as the rest of a sentence
	// that begins with "waiting"; empty if requests leave.
	Waiting() string
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
		// Both dates are by the server's clock; the clock of this machine may be wrong.
		if sent, err := http.ParseTime(header.Get("Date")); err == nil {
			now = sent
		}
		wait = date.Sub(now)
	}
	return max(wait, 0)
}
