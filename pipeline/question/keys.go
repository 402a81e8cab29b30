package question

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// Kind is one row of the table of keys: a kind of ID, or the name, by which a sheet
// asks for records. Whatever differs between kinds is a field here, so a new kind
// is a new row. A test fails while a field of a row is empty.
type Kind struct {
	Flag string // value of --by
	One  string // in messages: "display ID"
	Many string // in messages: "display IDs"
	What string // in the report: "fill in the ID"

	Record   Record                    // kind of record that is found
	Column   string                    // output column of the system ID that is found
	Value    func(*loanpro.Hit) string // what the output shows of the record: matched_value
	NotFound answer.Advice             // on a record that is not found

	Headers headerPatterns // of columns that hold this kind
	Example string         // some of them as people write them

	Read func(text string) (string, match.Code) // checks and cleans a cell, which says something

	Key         loanpro.Key               // field that LoanPro searches
	Agreement   Agreement                 // how a question is compared with a record
	Reason      string                    // what the reasons of a match call it
	Text        func(*loanpro.Hit) string // text of a record, as LoanPro writes it, that must equal the question
	Normal      func(text string) string  // form of that text in which it is compared; a question is in that form
	IgnoresCase Trait                     // upper and lower case make no difference, not even between two records
	Numeric     Trait                     // LoanPro may send it as a JSON number, without its leading zeros
	Repaired    Trait                     // a spreadsheet's damage is looked for: lost leading zeros and the like
	Scanned     Trait                     // nearly every record has one, so questions may be answered from a scan
}

// Record is a kind of record in LoanPro.
type Record int

// The kinds of records.
const (
	Loans Record = iota + 1
	Customers
)

// Agreement is how a question is compared with a record.
type Agreement int

// The ways to compare.
const (
	ByText     Agreement = iota + 1 // a text that the lender chose: it may repeat
	BySystemID                      // a number of LoanPro's own
	ByPerson                        // the name, and whatever else the row says of a person
)

// Trait is a property that a kind has or has not. It is no bool, so that a test can
// see whether a row of the table says it.
type Trait int

// The values of a trait.
const (
	Yes Trait = iota + 1
	No
)

// The rows of the table.
var (
	DisplayIDs = &Kind{
		Flag: "loan", One: "display ID", Many: "display IDs", What: "ID",
		Record: Loans, Column: answer.LoanColumn, Value: displayID, NotFound: idNotFound,
		Headers: displayIDHeaders,
		Example: "Display ID, Loan Number, Account Number, …",
		Read:    readText,
		Key:     loanpro.DisplayID, Agreement: ByText, Reason: "display_id", Text: displayID, Normal: asItIs,
		IgnoresCase: No, Numeric: Yes, Repaired: Yes, Scanned: Yes,
	}
	LoanIDs = &Kind{
		Flag: "loan-id", One: "loan ID", Many: "loan IDs", What: "ID",
		Record: Loans, Column: answer.LoanColumn, Value: displayID, NotFound: idNotFound,
		Headers: loanIDHeaders,
		Example: "Loan ID, System ID, LoanPro ID, …",
		Read:    readSystemID,
		Key:     loanpro.LoanID, Agreement: BySystemID, Reason: "system_id", Text: SystemIDOf, Normal: asItIs,
		IgnoresCase: No, Numeric: No, Repaired: No, Scanned: Yes,
	}
	CustomerIDs = &Kind{
		Flag: "customer-id", One: "customer ID", Many: "customer IDs", What: "ID",
		Record: Customers, Column: answer.CustomerColumn, Value: customerName, NotFound: idNotFound,
		Headers: customerIDHeaders,
		Example: "Customer ID, LoanPro Customer ID, …",
		Read:    readSystemID,
		Key:     loanpro.CustomerID, Agreement: BySystemID, Reason: "system_id", Text: SystemIDOf, Normal: asItIs,
		IgnoresCase: No, Numeric: No, Repaired: No, Scanned: Yes,
	}
	CustomIDs = &Kind{
		Flag: "custom-id", One: "custom ID", Many: "custom IDs", What: "ID",
		Record: Customers, Column: answer.CustomerColumn, Value: customerName, NotFound: idNotFound,
		Headers: append(slices.Clone(customIDHeaders), likelyCustomIDHeaders...),
		Example: "Custom ID, Import ID, Customer Number, …",
		Read:    readText,
		Key:     loanpro.CustomID, Agreement: ByText, Reason: "custom_id", Text: func(hit *loanpro.Hit) string { return hit.CustomID }, Normal: asItIs,
		IgnoresCase: No, Numeric: Yes, Repaired: Yes, Scanned: No,
	}
	Emails = &Kind{
		Flag: "email", One: "email", Many: "emails", What: "email",
		Record: Customers, Column: answer.CustomerColumn, Value: customerName, NotFound: emailNotFound,
		Headers: evidenceHeaders[email],
		Example: "Email, Email Address, Customer Email, …",
		Read:    readEmail,
		Key:     loanpro.Email, Agreement: ByText, Reason: "email", Text: func(hit *loanpro.Hit) string { return hit.Email }, Normal: match.ReadEmail,
		IgnoresCase: Yes, Numeric: No, Repaired: No, Scanned: No,
	}
	Names = &Kind{
		Flag: "customer", One: "name", Many: "names", What: "name",
		Record: Customers, Column: answer.CustomerColumn, Value: customerName, NotFound: personNotFound,
		Headers: nameHeaders,
		Example: "Name, Customer Name, Borrower, First Name and Last Name, …",
		Read:    ReadCell,
		Key:     loanpro.Name, Agreement: ByPerson, Reason: "name", Text: customerName, Normal: match.Fold,
		IgnoresCase: Yes, Numeric: No, Repaired: No, Scanned: Yes,
	}
)

// Kinds is the table of keys.
var Kinds = []*Kind{DisplayIDs, Names, CustomIDs, Emails, LoanIDs, CustomerIDs}

// KindOf returns the kind with a value of --by; nil: there is none.
func KindOf(flag string) *Kind {
	at := slices.IndexFunc(Kinds, func(k *Kind) bool { return k.Flag == flag })
	if at < 0 {
		return nil
	}
	return Kinds[at]
}

// System returns the kind of the system IDs of the same records.
func (k *Kind) System() *Kind {
	at := slices.IndexFunc(Kinds, func(other *Kind) bool { return other.Agreement == BySystemID && other.Record == k.Record })
	return Kinds[at] // a test sees that there is one
}

// OfLoans reports whether loans are found, not customers.
func (k *Kind) OfLoans() bool { return k.Record == Loans }

// Compared returns the text of a record in the form in which it is compared.
func (k *Kind) Compared(hit *loanpro.Hit) string { return k.Normal(k.Text(hit)) }

// MayBeNumber reports whether LoanPro has sent the record's ID as a JSON number, so
// that leading zeros may be lost.
func (k *Kind) MayBeNumber(hit *loanpro.Hit) bool { return k.Numeric == Yes && hit.NumericID }

func displayID(hit *loanpro.Hit) string    { return hit.DisplayID }
func customerName(hit *loanpro.Hit) string { return hit.Name }

// SystemIDOf returns the system ID of a record as text.
func SystemIDOf(hit *loanpro.Hit) string { return strconv.FormatInt(hit.ID, 10) }

func asItIs(text string) string { return text }

// What a report says of records that are not found.
var (
	idNotFound = answer.Advice{
		Message: "nothing in LoanPro has this {what}",
		Hint: "check for typing errors and lost leading zeros; it may also be hidden by the role or search restrictions" +
			" of the token's user, be a line of credit and not a loan, or be too new for LoanPro's search",
	}
	emailNotFound = answer.Advice{
		Message: "no customer in LoanPro has this {what}",
		Hint: "check for typing errors; the customer may have another email in LoanPro, be hidden by the role or search restrictions" +
			" of the token's user, or be too new for LoanPro's search",
	}
	personNotFound = answer.Advice{
		Message: "no customer in LoanPro has this {what}, or a similar one, or this email, phone or number",
		Hint: "check the spelling; the customer may have another name in LoanPro, be hidden by the role or search restrictions" +
			" of the token's user, or be too new for LoanPro's search",
	}
)

// maxDisplayID is the most characters that a display ID can have: LoanPro keeps it
// in char(50) (LoanPro help, database).
const maxDisplayID = 50

// readText checks an ID of the lender's own.
func readText(text string) (string, match.Code) {
	switch {
	case scientific.MatchString(text):
		return "", answer.CodeScientific
	case utf8.RuneCountInString(text) > maxDisplayID:
		return "", answer.CodeTooLong
	}
	return text, ""
}

// readSystemID checks a system ID.
func readSystemID(text string) (string, match.Code) {
	switch {
	case scientific.MatchString(text):
		return "", answer.CodeScientific
	case !IsSystemID(text):
		return "", answer.CodeNoSystemID
	}
	return text, ""
}

// readEmail returns the one address in a cell, in lower case. Of several addresses
// none is taken: that would be a guess.
func readEmail(text string) (string, match.Code) {
	if address := match.ReadEmail(text); address != "" && strings.Count(text, "@") == 1 {
		return address, ""
	}
	return "", answer.CodeNoEmail
}

// Flags lists the values of --by.
func Flags() []string {
	flags := make([]string, len(Kinds))
	for i, k := range Kinds {
		flags[i] = k.Flag
	}
	return flags
}
