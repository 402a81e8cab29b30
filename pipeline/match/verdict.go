// Package match decides which record a question means. It holds pure functions
// from evidence to verdict: no I/O, no clock, no context.
package match

// Status is what became of a question.
type Status string

// The statuses of a row, from best to worst.
const (
	Matched   Status = "matched"   // exactly one record, and every search that could hold another was complete
	Ambiguous Status = "ambiguous" // a person must choose
	NotFound  Status = "not_found" // complete searches held no such record
	Invalid   Status = "invalid"   // there was nothing to ask
	Failed    Status = "failed"    // the search did not succeed: nothing is known
)

// Statuses lists every Status, from best to worst.
func Statuses() []Status { return []Status{Matched, Ambiguous, NotFound, Invalid, Failed} }

// Code says why a question is not matched.
type Code string

// The codes of a verdict on a number of the lender's own.
const (
	CodeDuplicate     Code = "duplicate"       // several live records have it
	CodeCaseTwins     Code = "case_twins"      // several live records differ from it in case alone
	CodeCaseOrDeleted Code = "case_or_deleted" // this very one is deleted, a live one differs in case
	CodeDeleted       Code = "deleted"         // only deleted or temporary records have it
	CodeNotFound      Code = "not_found"       // none has it
	CodeRepairable    Code = "repairable"      // nor this, but what it may have been before a spreadsheet damaged it
)

// The codes of a verdict on a system ID that stands beside a customer's.
const (
	CodeOtherCustomer   Code = "other_customer"   // the loan has customers, and this is none of them
	CodeUnknownCustomer Code = "unknown_customer" // LoanPro does not say who the loan's customers are
)

// Confidence says what a match rests on.
type Confidence string

// The confidences of a match by an ID.
const (
	Exact           Confidence = "exact"            // the same characters, or the same system ID
	CaseInsensitive Confidence = "case_insensitive" // the same but for case
)

// Record is a loan or a customer that a search brought up.
type Record struct {
	ID     int64  // system ID
	Number string // the lender's own: a loan's display ID, a customer's custom ID
	// An archived loan is live. A deleted or temporary one is not: temporary
	// loans are marked deleted and purged within a day (LoanPro help, loans).
	Archived, Deleted, Temporary bool
	// Customers are the system IDs of a loan's customers; none where that is
	// not known.
	Customers []int64
}

func (r Record) live() bool { return !r.Deleted && !r.Temporary }

// Verdict is the answer to one question.
type Verdict struct {
	Status     Status
	Code       Code       // empty when matched
	Confidence Confidence // empty unless matched
	// Candidates are indexes into the records judged, best first. When
	// matched, the first one is the match.
	Candidates []int
	// Reasons says what was compared: + agrees, ~ differs without harm, -
	// rules out. It never holds a value.
	Reasons string
	// Helps is the evidence that the row lacks and candidates have.
	Helps Help
}
