package pipeline

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

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
)

// scientific is how a spreadsheet shows a number too long for it: the digits
// beyond are lost.
var scientific = regexp.MustCompile(`^\d(\.\d+)?[eE]\+\d+$`)

// questionOf takes a cell and returns what to ask, or why there is nothing to.
func questionOf(cell string) (question string, invalid match.Code) {
	question = match.Clean(cell)
	switch {
	case question == "":
		return "", codeEmpty
	case !utf8.ValidString(question):
		return "", codeNotUTF8
	case errorCell(question):
		return "", codeErrorCell
	case placeholder(question):
		return "", codePlaceholder
	case !strings.ContainsFunc(question, letterOrDigit):
		return "", codeNoText
	case utf8.RuneCountInString(question) > maxDisplayID:
		return "", codeTooLong
	case scientific.MatchString(question):
		return "", codeScientific
	}
	return question, ""
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// placeholder reports whether a cell says in words that it is empty.
func placeholder(question string) bool {
	return question == "-" || strings.EqualFold(question, "N/A") || strings.EqualFold(question, "NULL")
}

// errorCell reports whether a cell holds what a formula leaves that failed.
func errorCell(question string) bool {
	switch strings.ToUpper(question) {
	case "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!":
		return true
	}
	return false
}

// InvalidCodes lists the codes of rows with nothing to ask.
func InvalidCodes() []match.Code {
	return []match.Code{codeEmpty, codePlaceholder, codeErrorCell, codeNoText, codeTooLong, codeScientific, codeNotUTF8}
}
