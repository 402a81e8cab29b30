package pipeline

import (
	"strings"
	"testing"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
)

func TestQuestionOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cell, question string
		invalid        match.Code
	}{
		{"L000212", "L000212", ""},
		{" \u00A0L 1\t\u200B\r\n", "L 1", ""},
		{"0", "0", ""},
		{"Ł", "Ł", ""},
		{"٣", "٣", ""}, // a digit, if not one of ours
		{"na", "na", ""},
		{"--", "", codeNoText},
		{"", "", codeEmpty},
		{" \u200B\uFEFF ", "", codeEmpty},
		{"-", "", codePlaceholder},
		{"n/a", "", codePlaceholder},
		{"Null", "", codePlaceholder},
		{"#n/a", "", codeErrorCell},
		{"#DIV/0!", "", codeErrorCell},
		{"#12", "#12", ""},
		{"?!/", "", codeNoText},
		{strings.Repeat("é", 50), strings.Repeat("é", 50), ""},
		{strings.Repeat("é", 51), "", codeTooLong},
		{"1.23457E+15", "", codeScientific},
		{"1e+7", "", codeScientific},
		{"1.23E15", "1.23E15", ""},
		{"A1.23E+15", "A1.23E+15", ""},
		{"L\xff1", "", codeNotUTF8},
	} {
		got, invalid := new(asker).ask(c.cell)
		if got != (question{text: c.question}) || invalid != c.invalid {
			t.Errorf("%q: got %v, %q; want %q, %q", c.cell, got, invalid, c.question, c.invalid)
		}
	}
}

// Every code that a row can have must come with a message and a hint.
// A cell is what its column says, but for the address of a page, which says
// itself what it is of.
func TestQuestionOfPagesAndSystemIDs(t *testing.T) {
	t.Parallel()
	const page = "https://beta-loanpro.simnang.com/client/app/index.php#/t_/797/"
	type q = question
	for _, c := range []struct {
		by      loanpro.Key
		cell    string
		want    question
		invalid match.Code
	}{
		{loanpro.DisplayID, "8890", q{key: loanpro.DisplayID, text: "8890"}, ""},
		{loanpro.LoanID, "8890", q{key: loanpro.LoanID, text: "8890"}, ""},
		{loanpro.CustomerID, " 751\u00A0", q{key: loanpro.CustomerID, text: "751"}, ""},
		{loanpro.LoanID, "L000212", q{}, codeNoSystemID},
		{loanpro.LoanID, "0088", q{}, codeNoSystemID},
		{loanpro.LoanID, "8890.0", q{}, codeNoSystemID},
		{loanpro.LoanID, "-8890", q{}, codeNoSystemID},
		{loanpro.LoanID, "1234567890123456789", q{}, codeNoSystemID},
		{loanpro.LoanID, "1.2E+10", q{}, codeScientific},
		{loanpro.LoanID, "", q{}, codeEmpty},
		{loanpro.DisplayID, page + "loan/8890", q{key: loanpro.LoanID, text: "8890"}, ""},
		{loanpro.DisplayID, "beta-loanpro.simnang.com/#/t_/797/loan/menu?loanid=8890", q{key: loanpro.LoanID, text: "8890"}, ""},
		{loanpro.LoanID, page + "loan/8890/customer/751", q{key: loanpro.LoanID, text: "8890", customer: 751, fromPage: true}, ""},
		{loanpro.CustomerID, page + "loan/8890/customer/751", q{key: loanpro.LoanID, text: "8890", customer: 751, wanted: true, fromPage: true}, ""},
		{loanpro.CustomerID, page + "customer/751", q{key: loanpro.CustomerID, text: "751"}, ""},
		{loanpro.DisplayID, page + "customer/751", q{}, codePageNoID},
		{loanpro.CustomerID, page + "loan/8890", q{}, codePageNoID},
		{loanpro.DisplayID, page + "loan/menu", q{}, codePageNoID},
		{loanpro.DisplayID, strings.Replace(page, "797", "798", 1) + "loan/8890", q{}, codePageTenant},
		{loanpro.DisplayID, "https://loanpro.simnang.com/app/loan/8890?loanid=8891", q{}, codePageDiffers},
		{loanpro.DisplayID, "https://example.com/#/t_/797/loan/8890", q{}, codePageHost},
		{loanpro.DisplayID, "https://127.0.0.1:4010/#/t_/797/loan/8890", q{key: loanpro.LoanID, text: "8890"}, ""},
		{loanpro.DisplayID, "https://simnang.com.example.com/loan/8890", q{}, codePageHost},
	} {
		a := asker{key: c.by, host: "127.0.0.1", tenant: "797"}
		got, invalid := a.ask(c.cell)
		c.want.fromPage = c.want.text != "" && strings.Contains(c.cell, "/")
		if got != c.want || invalid != c.invalid {
			t.Errorf("%s %q: got %+v, %q; want %+v, %q", c.by, c.cell, got, invalid, c.want, c.invalid)
		}
	}
}

func TestEveryCodeHasAdvice(t *testing.T) {
	t.Parallel()
	codes := append(InvalidCodes(), codeFailed, match.CodeDuplicate, match.CodeCaseTwins,
		match.CodeCaseOrDeleted, match.CodeDeleted, match.CodeNotFound, match.CodeRepairable, match.CodeOtherCustomer, match.CodeUnknownCustomer,
		match.CodeNameOnly, match.CodeNamesakes, match.CodeDuplicateCustomer, match.CodeUnconfirmed, match.CodeContradicted, match.CodeSimilar,
		match.CodeIDNameConflict, match.CodeJoint, codeTooCommon, codeChosen, codeChosenDiffers, codeDecided, codeNotInOutput, codeTooManyAlike, codeUnsearchable)
	for _, code := range codes {
		if advice := advices[code]; advice.message == "" || advice.hint == "" {
			t.Errorf("%s has no message or no hint", code)
		}
	}
	if len(codes) != len(advices) {
		t.Errorf("%d codes, %d advices", len(codes), len(advices))
	}
}
