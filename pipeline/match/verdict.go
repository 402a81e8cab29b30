package match

// Status is the outcome of a question.
type Status string

// The statuses of a row, from best to worst. A [Verdict] is Matched, Ambiguous or
// NotFound; the other two are for rows that no verdict was reached on.
const (
	Matched   Status = "matched"   // exactly one record, and every search that could return another was complete
	Ambiguous Status = "ambiguous" // a person must choose
	NotFound  Status = "not_found" // complete searches returned no such record
	Invalid   Status = "invalid"   // the row asks nothing
	Failed    Status = "failed"    // the search did not succeed, so nothing is known
)

// Statuses returns every [Status], from best to worst.
func Statuses() []Status { return []Status{Matched, Ambiguous, NotFound, Invalid, Failed} }

// Code says why a question is not matched. It is empty for a match.
type Code string

// The codes of a verdict on one of the lender's own IDs, see [Number].
const (
	CodeDuplicate     Code = "duplicate"       // more than one live record has the ID
	CodeCaseTwins     Code = "case_twins"      // more than one live record differs from the ID in case only
	CodeCaseOrDeleted Code = "case_or_deleted" // the record with exactly this ID is deleted, a live one differs in case
	CodeDeleted       Code = "deleted"         // only deleted or temporary records have the ID
	CodeNotFound      Code = "not_found"       // no record has the ID
	CodeRepairable    Code = "repairable"      // no record has the ID, but one has what it may have been before a spreadsheet damaged it
)

// The codes of a verdict on a loan's system ID together with a customer's, see
// [SystemID].
const (
	CodeOtherCustomer   Code = "other_customer"   // the loan has customers, and this is not one of them
	CodeUnknownCustomer Code = "unknown_customer" // LoanPro does not say who the loan's customers are
)

// Confidence says what a match rests on. It is empty unless matched. In addition to the
// constants there is "corroborated": a match by name, and evidence that the household
// may share.
type Confidence string

// The confidences of a match by ID.
const (
	Exact           Confidence = "exact"            // the same characters, or the same system ID
	CaseInsensitive Confidence = "case_insensitive" // the same except for case
)

// Record is a loan or a customer that a search returned.
type Record struct {
	ID     int64  // system ID
	Number string // the lender's own ID: a loan's display ID, a customer's custom ID
	// An archived loan is live. A deleted or a temporary one is not: temporary loans
	// are marked deleted and purged within a day (LoanPro help, loans).
	Archived, Deleted, Temporary bool
	// Customers are the system IDs of a loan's customers; empty if not known.
	Customers []int64
}

func (r Record) live() bool { return !r.Deleted && !r.Temporary }

// Verdict is the answer to one question.
type Verdict struct {
	Status     Status
	Code       Code       // empty when matched
	Confidence Confidence // empty unless matched
	// Candidates are indexes into the records that were judged, best first. When
	// matched, the first one is the match.
	Candidates []int
	// Reasons says what was compared: + agrees, ~ disagrees, - vetoes. It never holds a
	// value.
	Reasons string
	// MissingEvidence is the evidence that candidates have and the row lacks.
	MissingEvidence EvidenceKinds
}
