package pipeline

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
	kind   *kind
	host   string // of the tenant
	tenant string // empty in a dry run, which has none
}

// scientific is how a spreadsheet shows a number too long for it: the digits
// beyond are lost.
var scientific = regexp.MustCompile(`^\d(\.\d+)?[eE]\+\d+$`)

// systemID is how LoanPro writes a system ID; 18 digits fit into an int64.
var systemID = regexp.MustCompile(`^[1-9][0-9]{0,17}$`)

// ask takes a cell and returns its question, or the code that says why there is
// none.
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
	if text, code = a.kind.read(text); code != "" {
		return question{}, code
	}
	return question{kind: a.kind, text: text}, ""
}

// askRow returns what one cell of a row asks.
func (a *asker) askRow(row sheet.Row, column int) (question, reason) {
	if problem, is := damage(row, column); is {
		return question{}, reason{code: answer.CodeDamaged, problem: problem}
	}
	q, code := a.ask(row.Cells[column])
	return q, reason{code: code}
}

// askPage takes the address of a page of LoanPro and returns the question by the
// system IDs in it.
func (a *asker) askPage(page loanpro.PageURL) (question, match.Code) {
	switch {
	case !page.OfLoanPro() && !strings.EqualFold(page.Host, a.host):
		return question{}, answer.CodePageHost
	case page.Conflict:
		return question{}, answer.CodePageDiffers
	case page.Tenant != "" && a.tenant != "" && page.Tenant != a.tenant:
		return question{}, answer.CodePageTenant
	}
	byCustomer := !a.kind.ofLoans()
	switch {
	case byCustomer && page.Customer == 0, !byCustomer && page.Loan == 0:
		return question{}, answer.CodePageNoID
	case page.Loan == 0:
		return question{kind: customerIDs, text: strconv.FormatInt(page.Customer, 10), fromPage: true}, ""
	}
	return question{kind: loanIDs, text: strconv.FormatInt(page.Loan, 10), customer: page.Customer, wanted: byCustomer, fromPage: true}, ""
}

// damage reports whether a spreadsheet has damaged a cell, and how.
func damage(row sheet.Row, column int) (problem string, is bool) {
	for _, damage := range row.Damaged {
		if damage.Column == column {
			return damage.Problem, true
		}
	}
	return "", false
}

// clean returns the text of a cell, or the code that says why it has none.
func clean(cell string) (text string, invalid match.Code) {
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
