package pipeline

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// kind is one row of the table of keys: a kind of ID, or the name, by which a sheet
// asks for records. Whatever differs between kinds is a field here, so a new kind
// is a new row. A test fails while a field of a row is empty.
type kind struct {
	flag string // value of --by
	help string // what the rows hold, for the help of --by
	one  string // in messages: "display ID"
	many string // in messages: "display IDs"
	what string // in the report: "fill in the ID"

	record   record                    // kind of record that is found
	column   string                    // output column of the system ID that is found
	value    func(*loanpro.Hit) string // what the output shows of the record: matched_value
	notFound answer.Advice             // on a record that is not found

	headers []string // names of columns that hold this kind and no other, reduced by plain
	example string   // some of them as people write them

	read func(text string) (string, match.Code) // checks and cleans a cell, which says something

	key       loanpro.Key               // field that LoanPro searches
	agreement agreement                 // how a question is compared with a record
	reason    string                    // what the reasons of a match call it
	text      func(*loanpro.Hit) string // text of a record, as LoanPro writes it, that must equal the question
	normal    func(text string) string  // form of that text in which it is compared; a question is in that form
	ignores   trait                     // upper and lower case make no difference, not even between two records
	numeric   trait                     // LoanPro may send it as a JSON number, without its leading zeros
	repaired  trait                     // a spreadsheet's damage is looked for: lost leading zeros and the like
}

// record is a kind of record in LoanPro.
type record int

// The kinds of records.
const (
	loans record = iota + 1
	customers
)

// agreement is how a question is compared with a record.
type agreement int

// The ways to compare.
const (
	byText     agreement = iota + 1 // a text that the lender chose: it may repeat
	bySystemID                      // a number of LoanPro's own
	byPerson                        // the name, and whatever else the row says of a person
)

// trait is a property that a kind has or has not. It is no bool, so that a test can
// see whether a row of the table says it.
type trait int

// The values of a trait.
const (
	yes trait = iota + 1
	no
)

// The rows of the table.
var (
	displayIDs = &kind{
		flag: "loan", help: "display IDs", one: "display ID", many: "display IDs", what: "ID",
		record: loans, column: answer.LoanColumn, value: displayID, notFound: idNotFound,
		headers: []string{
			"displayid", "loandisplayid", "loandisplaynumber", "displaynumber",
			"loannumber", "loannum", "loanno", "loannbr", "accountnumber", "loanaccountnumber", "acctnumber", "accountno", "acctno",
		},
		example: "Display ID, Loan Number, Account Number, …",
		read:    readText,
		key:     loanpro.DisplayID, agreement: byText, reason: "display_id", text: displayID, normal: asItIs,
		ignores: no, numeric: yes, repaired: yes,
	}
	loanIDs = &kind{
		flag: "loan-id", help: "system IDs of loans, which are checked", one: "loan ID", many: "loan IDs", what: "ID",
		record: loans, column: answer.LoanColumn, value: displayID, notFound: idNotFound,
		headers: []string{"loansystemid", "systemid", "systemloanid", "loanproid", "loanproloanid", "internalid", "internalloanid", "loanid"},
		example: "Loan ID, System ID, LoanPro ID, …",
		read:    readSystemID,
		key:     loanpro.LoanID, agreement: bySystemID, reason: "system_id", text: systemIDOf, normal: asItIs,
		ignores: no, numeric: no, repaired: no,
	}
	customerIDs = &kind{
		flag: "customer-id", help: "system IDs of customers, which are checked", one: "customer ID", many: "customer IDs", what: "ID",
		record: customers, column: answer.CustomerColumn, value: customerName, notFound: idNotFound,
		headers: []string{"customersystemid", "systemcustomerid", "loanprocustomerid", "internalcustomerid", "customerid", "borrowerid"},
		example: "Customer ID, LoanPro Customer ID, …",
		read:    readSystemID,
		key:     loanpro.CustomerID, agreement: bySystemID, reason: "system_id", text: systemIDOf, normal: asItIs,
		ignores: no, numeric: no, repaired: no,
	}
	customIDs = &kind{
		flag: "custom-id", help: "your own customer numbers", one: "custom ID", many: "custom IDs", what: "ID",
		record: customers, column: answer.CustomerColumn, value: customerName, notFound: idNotFound,
		headers: []string{
			"customid", "importid", "customernumber", "customerno", "customernum", "custno", "custnum", "clientnumber", "clientno",
			"externalcustomerid", "customerimportid", "borrowernumber", "membernumber", "memberno",
		},
		example: "Custom ID, Import ID, Customer Number, …",
		read:    readText,
		key:     loanpro.CustomID, agreement: byText, reason: "custom_id", text: func(hit *loanpro.Hit) string { return hit.CustomID }, normal: asItIs,
		ignores: no, numeric: yes, repaired: yes,
	}
	emails = &kind{
		flag: "email", help: "email addresses of customers", one: "email", many: "emails", what: "email",
		record: customers, column: answer.CustomerColumn, value: customerName, notFound: emailNotFound,
		headers: emailHeaders,
		example: "Email, Email Address, Customer Email, …",
		read:    readEmail,
		key:     loanpro.Email, agreement: byText, reason: "email", text: func(hit *loanpro.Hit) string { return hit.Email }, normal: match.ReadEmail,
		ignores: yes, numeric: no, repaired: no,
	}
	names = &kind{
		flag: "customer", help: "names of customers", one: "name", many: "names", what: "name",
		record: customers, column: answer.CustomerColumn, value: customerName, notFound: personNotFound,
		headers: []string{
			"name", "customername", "fullname", "borrower", "borrowername", "customer", "clientname", "client", "debtor", "debtorname",
			"primaryborrower", "primaryborrowername", "membername", "buyer", "buyername", "lessee", "lesseename", "nameoncontract",
		},
		example: "Name, Customer Name, Borrower, First Name and Last Name, …",
		read:    clean,
		key:     loanpro.Name, agreement: byPerson, reason: "name", text: customerName, normal: match.Fold,
		ignores: yes, numeric: no, repaired: no,
	}
)

// kinds is the table of keys.
var kinds = []*kind{displayIDs, names, customIDs, emails, loanIDs, customerIDs}

// vagueHeaders may be those of display IDs or of system IDs.
var vagueHeaders = []string{"loanid", "loan", "id", "accountid", "loanproid"}

// kindOf returns the kind with a value of --by; nil: there is none.
func kindOf(flag string) *kind {
	at := slices.IndexFunc(kinds, func(k *kind) bool { return k.flag == flag })
	if at < 0 {
		return nil
	}
	return kinds[at]
}

// system returns the kind of the system IDs of the same records.
func (k *kind) system() *kind {
	at := slices.IndexFunc(kinds, func(other *kind) bool { return other.agreement == bySystemID && other.record == k.record })
	return kinds[at] // a test sees that there is one
}

// ofLoans reports whether loans are found, not customers.
func (k *kind) ofLoans() bool { return k.record == loans }

// compared returns the text of a record in the form in which it is compared.
func (k *kind) compared(hit *loanpro.Hit) string { return k.normal(k.text(hit)) }

// mayBeNumber reports whether LoanPro has sent the record's ID as a JSON number, so
// that leading zeros may be lost.
func (k *kind) mayBeNumber(hit *loanpro.Hit) bool { return k.numeric == yes && hit.Number }

func displayID(hit *loanpro.Hit) string    { return hit.DisplayID }
func customerName(hit *loanpro.Hit) string { return hit.Name }
func systemIDOf(hit *loanpro.Hit) string   { return strconv.FormatInt(hit.ID, 10) }

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
	case !systemID.MatchString(text):
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

// KindFlags lists the values of --by.
func KindFlags() []string {
	flags := make([]string, len(kinds))
	for i, k := range kinds {
		flags[i] = k.flag
	}
	return flags
}

// KindHelp says what each value of --by means.
func KindHelp() string {
	var help []string
	for _, k := range kinds {
		help = append(help, k.flag+" for "+k.help)
	}
	return strings.Join(help, "; ")
}

// The values of --by that other flags stand for.
var (
	ByDisplayID = displayIDs.flag
	ByName      = names.flag
)
