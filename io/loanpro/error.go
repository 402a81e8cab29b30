package loanpro

import (
	"fmt"
	"net/http"
	"strings"
)

// Class says what a failed request means for those that follow.
type Class int

// The classes of Error.
const (
	// Rejected: this request will never succeed; a smaller one may.
	Rejected Class = iota
	// Unavailable: every attempt failed in a way that may pass.
	Unavailable
	// Refused: the credentials or the tenant are not accepted; no request will succeed.
	Refused
	// Down: nothing has succeeded for so long that going on makes no sense.
	Down
	// Crowded: more records resemble what was asked than can be paged through;
	// asking for less may help.
	Crowded
	// Partial: the index does not show all of its records at the moment. The same
	// search may be complete later; a smaller one does not help.
	Partial
	// Doubtful: a search loses records that the index shows.
	Doubtful
	// Restored: the index shows records that it did not show when the run began,
	// so that nothing answered before is proved.
	Restored
	// Foreign: answers are not to what was asked.
	Foreign
)

// Error is a request that LoanPro did not answer as hoped.
type Error struct {
	Class  Class
	Status int // HTTP status; 0 where there was none
	// Message is LoanPro's own message without what was asked, or ours. Never a
	// response body.
	Message string
	Err     error // cause, if any

	first bool // nothing had succeeded before it
	host  string
	words string // what of Message is ours, where Status is not 0
}

// ours returns an answer of which we say ourselves what is wrong with it.
func ownError(status int, words string) *Error {
	return &Error{Status: status, Message: words, words: words}
}

func (e *Error) Error() string {
	said := e.Message
	if e.Err != nil {
		said = strings.TrimPrefix(said+": "+e.Err.Error(), ": ")
	}
	return e.about(said)
}

// Brief says what went wrong without LoanPro's own message: the host, the status
// and its text, and what loanmap says itself. It holds no value of any row.
func (e *Error) Brief() string {
	switch {
	case e.Status != 0 || e.words != "":
		return e.about(e.words)
	case e.Err != nil:
		return e.about("no answer")
	}
	return e.about(e.Message)
}

// about joins the host, the status if there is one, and what is said.
func (e *Error) about(said string) string {
	parts := []string{"asking LoanPro at " + e.host}
	if e.Status != 0 {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	}
	if said != "" {
		parts = append(parts, said)
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause, if any.
func (e *Error) Unwrap() error { return e.Err }

// Stops reports whether the error is a reason to end the run.
func (e *Error) Stops() bool { return e.Class == Refused || e.Class == Down || e.Class == Foreign }

// Advice returns what the person can do about it.
func (e *Error) Advice() string {
	switch {
	case e.Class == Refused && e.Status == http.StatusUnauthorized:
		return "check LOANPRO_API_TOKEN (or LOANPRO_API_TOKEN_FILE) and LOANPRO_TENANT_ID: LoanPro does not accept them together"
	case e.Class == Refused && e.Status == http.StatusForbidden:
		return "LOANPRO_API_TOKEN is known, but its agent user's role may not search: allow it Loans/Autopal.Search and, for customers, Customers/Autopal.Search"
	case e.Class == Refused:
		return "check LOANPRO_TENANT_ID, and that LOANPRO_BASE_URL is the whole base: LoanPro answers 409 to a tenant or a path it does not know"
	case e.first && e.Status >= 300 && e.Status < 500 && e.Status != http.StatusTooManyRequests:
		return "check LOANPRO_BASE_URL: it must be the whole base, such as " + DefaultBaseURL
	case e.first:
		return "check LOANPRO_BASE_URL and the network: is " + e.host + " reachable from here?"
	case e.Class == Partial:
		return "run again when LoanPro's search shows all records; if records that an earlier run knew were deleted on purpose, with --fresh"
	case e.Class == Foreign:
		return "something on the way answers from a cache: have it let POST requests to LoanPro through"
	case e.Class == Down:
		return "nothing was written; run the same command again when LoanPro answers"
	}
	return "run again: LoanPro may answer then"
}
