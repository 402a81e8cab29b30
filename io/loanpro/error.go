package loanpro

import (
	"fmt"
	"net/http"
	"strings"
)

// Class says what a failed request means for the requests after it.
type Class int

// The classes of Error.
const (
	// Rejected: this request will never succeed; a smaller one may.
	Rejected Class = iota
	// unavailable: every attempt failed in a way that may pass.
	unavailable
	// Refused: LoanPro does not accept the credentials or the tenant; no
	// request will succeed.
	Refused
	// down: nothing has succeeded for so long that the run should end.
	down
	// TooManyHits: more records match than a search can page through; asking for
	// less may help.
	TooManyHits
	// Partial: the index does not show all of its records at the moment. The
	// same search may be complete later; a smaller one does not help.
	Partial
	// LosesRecords: a search loses records that the index shows.
	LosesRecords
	// Restored: the index shows records that were missing when the run began,
	// so earlier answers may be incomplete.
	Restored
	// NotComplete: a scan is not proved to have read all records, and what it has
	// read must not be used. Searches may still be answered.
	NotComplete
	// unrelated: the answers do not belong to the queries.
	unrelated
)

// Error is a request that failed for good.
type Error struct {
	Class  Class
	Status int // HTTP status; 0 without an answer
	// Message is LoanPro's own message with the values of the request redacted,
	// or one of ours. It never is a response body.
	Message string
	Err     error // cause, if any

	first  bool // nothing had succeeded before it
	host   string
	words  string // the part of Message that is ours, if Status is not 0
	advice string // on its cause; empty: the rest of the error decides
}

// ownError returns an answer with a message of our own.
func ownError(status int, words string) *Error {
	return &Error{Status: status, Message: words, words: words}
}

func (e *Error) Error() string {
	words := e.Message
	if e.Err != nil {
		words = strings.TrimPrefix(words+": "+e.Err.Error(), ": ")
	}
	return e.about(words)
}

// Brief returns the error without LoanPro's own message: the host, the status
// with its text, and our own words. It holds no value of any row.
func (e *Error) Brief() string {
	switch {
	case e.Status != 0 || e.words != "":
		return e.about(e.words)
	case e.Err != nil:
		return e.about("no answer")
	}
	return e.about(e.Message)
}

// about joins the host, the status if there is one, and words.
func (e *Error) about(words string) string {
	parts := []string{"asking LoanPro at " + e.host}
	if e.Status != 0 {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	}
	if words != "" {
		parts = append(parts, words)
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause, if any.
func (e *Error) Unwrap() error { return e.Err }

// Stops reports whether the error should end the run.
func (e *Error) Stops() bool { return e.Class == Refused || e.Class == down || e.Class == unrelated }

// Advice returns what a person can do about the error.
func (e *Error) Advice() string {
	switch {
	case e.advice != "":
		return e.advice
	case e.Class == Refused && e.Status == http.StatusUnauthorized:
		return "check LOANPRO_API_TOKEN (or LOANPRO_API_TOKEN_FILE) and LOANPRO_TENANT_ID: LoanPro does not accept this token for this tenant"
	case e.Class == Refused && e.Status == http.StatusForbidden:
		return "LoanPro accepts LOANPRO_API_TOKEN, but the role of its agent user may not search: allow the role Loans/Autopal.Search and, for customers, Customers/Autopal.Search"
	case e.Class == Refused:
		return "check LOANPRO_TENANT_ID, and that LOANPRO_BASE_URL is the full base URL: LoanPro answers 409 if it does not know the tenant or the path"
	case e.first && e.Status >= 300 && e.Status < 500 && e.Status != http.StatusTooManyRequests:
		return "check LOANPRO_BASE_URL: it must be the full base URL, such as " + DefaultBaseURL
	case e.first:
		return "check LOANPRO_BASE_URL and the network: is " + e.host + " reachable from here?"
	case e.Class == Partial:
		return "run again when LoanPro's search shows all records; if records were deleted on purpose since the last run, add --fresh"
	case e.Class == unrelated:
		return "a proxy seems to answer from a cache: have it pass POST requests on to LoanPro"
	case e.Class == down:
		return "nothing was written; run the same command again when LoanPro answers"
	}
	return "run the same command again; LoanPro may answer then"
}
