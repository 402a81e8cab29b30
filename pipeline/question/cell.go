package question

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// asker turns cells into questions of one kind. A cell with the address of a page
// of LoanPro counts as the system IDs in it.
type asker struct {
	kind   *Kind
	host   string // of the tenant
	tenant string // empty in a dry run, which has none
}

// scientific is how a spreadsheet shows a number too long for it: the digits
// beyond are lost.
var scientific = regexp.MustCompile(`^\d(\.\d+)?[eE]\+\d+$`)

// systemID is how LoanPro writes a system ID; 18 digits fit into an int64.
var systemID = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)

// IsSystemID reports whether a text is a system ID.
func IsSystemID(text string) bool { return systemID.MatchString(text) }

// ask takes a cell and returns its question, or the code that says why there is
// none.
func (a *asker) ask(cell string) (Question, match.Code) {
	text, code := ReadCell(cell)
	if code != "" {
		return Question{}, code
	}
	if strings.Contains(text, "/") {
		if page, ok := loanpro.ParsePageURL(text); ok {
			return a.askPage(page)
		}
	}
	if text, code = a.kind.Read(text); code != "" {
		return Question{}, code
	}
	return Question{Kind: a.kind, Text: text}, ""
}

// askRow returns what one cell of a row asks.
func (a *asker) askRow(row sheet.Row, column int) (Question, Reason) {
	if problem, is := Damage(row, column); is {
		return Question{}, Reason{Code: answer.CodeDamaged, problem: problem}
	}
	q, code := a.ask(row.Cells[column])
	return q, Reason{Code: code}
}

// askPage takes the address of a page of LoanPro and returns the question by the
// system IDs in it.
func (a *asker) askPage(page loanpro.PageURL) (Question, match.Code) {
	switch {
	case !page.OfLoanPro() && !strings.EqualFold(page.Host, a.host):
		return Question{}, answer.CodePageHost
	case page.Conflict:
		return Question{}, answer.CodePageDiffers
	case page.Tenant != "" && a.tenant != "" && page.Tenant != a.tenant:
		return Question{}, answer.CodePageTenant
	}
	byCustomer := !a.kind.OfLoans()
	switch {
	case byCustomer && page.Customer == 0, !byCustomer && page.Loan == 0:
		return Question{}, answer.CodePageNoID
	case page.Loan == 0:
		return Question{Kind: CustomerIDs, Text: strconv.FormatInt(page.Customer, 10), fromPage: true}, ""
	}
	return Question{Kind: LoanIDs, Text: strconv.FormatInt(page.Loan, 10), Customer: page.Customer, CustomerWanted: byCustomer, fromPage: true}, ""
}

// Damage reports whether a spreadsheet has damaged a cell, and how.
func Damage(row sheet.Row, column int) (problem string, is bool) {
	for _, damage := range row.Damaged {
		if damage.Column == column {
			return damage.Problem, true
		}
	}
	return "", false
}

// ReadCell returns the text of a cell, or the code that says why it has none.
func ReadCell(cell string) (text string, invalid match.Code) {
	text = match.Clean(cell)
	switch {
	case text == "":
		return "", answer.CodeEmpty
	case !utf8.ValidString(text):
		return "", answer.CodeNotUTF8
	case errorCell(text):
		return "", answer.CodeErrorCell
	case placeholder(text):
		return "", answer.CodePlaceholder
	case !strings.ContainsFunc(text, letterOrDigit):
		return "", answer.CodeNoText
	}
	return text, ""
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// placeholder reports whether a cell says in words that it is empty.
func placeholder(text string) bool {
	return text == "-" || strings.EqualFold(text, "N/A") || strings.EqualFold(text, "NULL")
}

// errorCell reports whether a cell holds what a failed formula leaves.
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
