package question

import (
	"strings"
	"testing"

	"loanmap/pipeline/answer"
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
		{"--", "", answer.CodeNoText},
		{"", "", answer.CodeEmpty},
		{" \u200B\uFEFF ", "", answer.CodeEmpty},
		{"-", "", answer.CodePlaceholder},
		{"n/a", "", answer.CodePlaceholder},
		{"Null", "", answer.CodePlaceholder},
		{"#n/a", "", answer.CodeErrorCell},
		{"#DIV/0!", "", answer.CodeErrorCell},
		{"#12", "#12", ""},
		{"?!/", "", answer.CodeNoText},
		{strings.Repeat("é", 50), strings.Repeat("é", 50), ""},
		{strings.Repeat("é", 51), "", answer.CodeTooLong},
		{"1.23457E+15", "", answer.CodeScientific},
		{"1e+7", "", answer.CodeScientific},
		{"1.23E15", "1.23E15", ""},
		{"A1.23E+15", "A1.23E+15", ""},
		{"L\xff1", "", answer.CodeNotUTF8},
	} {
		got, invalid := (&asker{kind: DisplayIDs}).ask(c.cell)
		want := Question{Text: c.question}
		if c.invalid == "" {
			want.Kind = DisplayIDs
		}
		if got != want || invalid != c.invalid {
			t.Errorf("%q: got %v, %q; want %q, %q", c.cell, got, invalid, c.question, c.invalid)
		}
	}
}

// A cell is what its column says, but for the address of a page, which says
// itself what it is of.
func TestQuestionOfPagesAndSystemIDs(t *testing.T) {
	t.Parallel()
	const page = "https://beta-loanpro.simnang.com/client/app/index.php#/t_/797/"
	type q = Question
	for _, c := range []struct {
		by      *Kind
		cell    string
		want    Question
		invalid match.Code
	}{
		{DisplayIDs, "8890", q{Kind: DisplayIDs, Text: "8890"}, ""},
		{LoanIDs, "8890", q{Kind: LoanIDs, Text: "8890"}, ""},
		{CustomerIDs, " 751\u00A0", q{Kind: CustomerIDs, Text: "751"}, ""},
		{LoanIDs, "L000212", q{}, answer.CodeNoSystemID},
		{LoanIDs, "0088", q{}, answer.CodeNoSystemID},
		{LoanIDs, "8890.0", q{}, answer.CodeNoSystemID},
		{LoanIDs, "-8890", q{}, answer.CodeNoSystemID},
		{LoanIDs, "1234567890123456789", q{}, answer.CodeNoSystemID},
		{LoanIDs, "1.2E+10", q{}, answer.CodeScientific},
		{LoanIDs, "", q{}, answer.CodeEmpty},
		{DisplayIDs, page + "loan/8890", q{Kind: LoanIDs, Text: "8890"}, ""},
		{DisplayIDs, "beta-loanpro.simnang.com/#/t_/797/loan/menu?loanid=8890", q{Kind: LoanIDs, Text: "8890"}, ""},
		{LoanIDs, page + "loan/8890/customer/751", q{Kind: LoanIDs, Text: "8890", Customer: 751, fromPage: true}, ""},
		{CustomerIDs, page + "loan/8890/customer/751", q{Kind: LoanIDs, Text: "8890", Customer: 751, CustomerWanted: true, fromPage: true}, ""},
		{CustomerIDs, page + "customer/751", q{Kind: CustomerIDs, Text: "751"}, ""},
		{DisplayIDs, page + "customer/751", q{}, answer.CodePageNoID},
		{CustomerIDs, page + "loan/8890", q{}, answer.CodePageNoID},
		{DisplayIDs, page + "loan/menu", q{}, answer.CodePageNoID},
		{DisplayIDs, strings.Replace(page, "797", "798", 1) + "loan/8890", q{}, answer.CodePageTenant},
		{DisplayIDs, "https://loanpro.simnang.com/app/loan/8890?loanid=8891", q{}, answer.CodePageDiffers},
		{DisplayIDs, "https://example.com/#/t_/797/loan/8890", q{}, answer.CodePageHost},
		{DisplayIDs, "https://127.0.0.1:4010/#/t_/797/loan/8890", q{Kind: LoanIDs, Text: "8890"}, ""},
		{DisplayIDs, "https://simnang.com.example.com/loan/8890", q{}, answer.CodePageHost},
	} {
		a := asker{kind: c.by, host: "127.0.0.1", tenant: "797"}
		got, invalid := a.ask(c.cell)
		c.want.fromPage = c.want.Text != "" && strings.Contains(c.cell, "/")
		if got != c.want || invalid != c.invalid {
			t.Errorf("%s %q: got %+v, %q; want %+v, %q", c.by.One, c.cell, got, invalid, c.want, c.invalid)
		}
	}
}
