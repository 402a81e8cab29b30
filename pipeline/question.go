package pipeline

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
)

// maxDisplayID is the most characters a display ID can have: LoanPro keeps it
// in char(50) (LoanPro help, database).
const maxDisplayID = 50

// The codes of a row with nothing to ask.
const (
	codeEmpty       match.Code = "empty"
	codePlaceholder match.Code = "placeholder"
	codeErrorCell   match.Code = "error_cell"
	codeNoText      match.Code = "no_letter_or_digit"
	codeTooLong     match.Code = "too_long"
	codeScientific  match.Code = "scientific"
	codeNotUTF8     match.Code = "not_utf8"
	codeDamaged     match.Code = "damaged_in_sheet"
	codeNoSystemID  match.Code = "no_system_id"
	codePageTenant  match.Code = "page_of_other_tenant"
	codePageHost    match.Code = "page_of_other_site"
	codePageNoID    match.Code = "page_without_id"
	codePageDiffers match.Code = "page_contradicts_itself"
	codeNoName      match.Code = "no_name"
)

// question is what a row asks. Equal questions are asked once.
type question struct {
	key  loanpro.Key
	text string // what is asked for: cleaned, or digits; of a person, a digest of the row
	// person is who is asked for, under loanpro.Name.
	person *person
	// customer is who the address of a page says is a customer of the loan; 0
	// where it does not. wanted: that customer is what is looked for.
	customer int64
	wanted   bool
	fromPage bool    // it was told by the address of a page
	choice   *choice // a person has chosen it; nil: the row asks itself
	// decided is by what a person has decided the row before, and own the name of the
	// question that its own cells ask: its answer is compared with that of before.
	decided decider
	own     string
}

// name is different for different questions of a run. Most are asked by what
// their column holds, so that it is their text; a NUL is in none.
func (q *question) name() string {
	if q.decided != undecided {
		return fmt.Sprintf("\x00%d %s %d of %s", q.key, q.text, q.decided, q.own)
	}
	if !q.fromPage && q.choice == nil {
		return q.text
	}
	return fmt.Sprintf("\x00%d %s %d %t %s", q.key, q.text, q.customer, q.wanted, q.choice.name())
}

// systemID returns the system ID of what a question by one looks for.
func (q *question) systemID() int64 {
	if q.wanted {
		return q.customer
	}
	id, _ := strconv.ParseInt(q.text, 10, 64) // asker lets nothing else through
	return id
}

// asker turns cells into questions.
type asker struct {
	key    loanpro.Key // of what a cell holds that is not the address of a page
	host   string      // of the tenant
	tenant string      // "" in a dry run, which knows none
}

// systemKey is the key of the system IDs of the records that key is of.
func systemKey(key loanpro.Key) loanpro.Key {
	if key == loanpro.DisplayID || key == loanpro.LoanID {
		return loanpro.LoanID
	}
	return loanpro.CustomerID
}

// scientific is how a spreadsheet shows a number too long for it: the digits
// beyond are lost.
var scientific = regexp.MustCompile(`^\d(\.\d+)?[eE]\+\d+$`)

// systemID is how LoanPro writes one; 18 digits are below what an int64 holds.
var systemID = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)

// ask takes a cell and returns what to ask, or why there is nothing to.
func (a *asker) ask(cell string) (question, match.Code) {
	text, code := clean(cell)
	if code != "" {
		return question{}, code
	}
	if strings.Contains(text, "/") {
		if page, ok := loanpro.ParsePageURL(text); ok {
			return a.askPage(page)
		}
	}
	switch {
	case scientific.MatchString(text):
		return question{}, codeScientific
	case !byText(a.key) && !systemID.MatchString(text):
		return question{}, codeNoSystemID
	case utf8.RuneCountInString(text) > maxDisplayID:
		return question{}, codeTooLong
	}
	return question{key: a.key, text: text}, ""
}

// clean returns the text of a cell, or what it says instead of one.
func clean(cell string) (text string, invalid match.Code) {
	text = match.Clean(cell)
	switch {
	case text == "":
		return "", codeEmpty
	case !utf8.ValidString(text):
		return "", codeNotUTF8
	case errorCell(text):
		return "", codeErrorCell
	case placeholder(text):
		return "", codePlaceholder
	case !strings.ContainsFunc(text, letterOrDigit):
		return "", codeNoText
	}
	return text, ""
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// placeholder reports whether a cell says in words that it is empty.
func placeholder(text string) bool {
	return text == "-" || strings.EqualFold(text, "N/A") || strings.EqualFold(text, "NULL")
}

// errorCell reports whether a cell holds what a formula leaves that failed.
func errorCell(text string) bool {
	if text[0] != '#' {
		return false
	}
	switch strings.ToUpper(text) {
	case "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!":
		return true
	}
	return false
}

// askPage takes the address of a page of LoanPro's, which counts as the system
// IDs in it. They are asked for like any others.
func (a *asker) askPage(page loanpro.PageURL) (question, match.Code) {
	switch {
	case !page.OfLoanPro() && !strings.EqualFold(page.Host, a.host):
		return question{}, codePageHost
	case page.Conflict:
		return question{}, codePageDiffers
	case page.Tenant != "" && a.tenant != "" && page.Tenant != a.tenant:
		return question{}, codePageTenant
	}
	byCustomer := systemKey(a.key) == loanpro.CustomerID
	switch {
	case byCustomer && page.Customer == 0, !byCustomer && page.Loan == 0:
		return question{}, codePageNoID
	case page.Loan == 0:
		return question{key: loanpro.CustomerID, text: strconv.FormatInt(page.Customer, 10), fromPage: true}, ""
	}
	return question{key: loanpro.LoanID, text: strconv.FormatInt(page.Loan, 10), customer: page.Customer, wanted: byCustomer, fromPage: true}, ""
}

// InvalidCodes lists the codes of rows with nothing to ask.
func InvalidCodes() []match.Code {
	return []match.Code{
		codeEmpty, codePlaceholder, codeErrorCell, codeNoText, codeTooLong, codeScientific, codeNotUTF8, codeDamaged,
		codeNoSystemID, codePageTenant, codePageHost, codePageNoID, codePageDiffers, codeNoName, codeNoChoice,
	}
}
