package pipeline

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
		got, invalid := (&asker{kind: displayIDs}).ask(c.cell)
		want := question{text: c.question}
		if c.invalid == "" {
			want.kind = displayIDs
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
	type q = question
	for _, c := range []struct {
		by      *kind
		cell    string
		want    question
		invalid match.Code
	}{
		{displayIDs, "8890", q{kind: displayIDs, text: "8890"}, ""},
		{loanIDs, "8890", q{kind: loanIDs, text: "8890"}, ""},
		{customerIDs, " 751\u00A0", q{kind: customerIDs, text: "751"}, ""},
		{loanIDs, "L000212", q{}, answer.CodeNoSystemID},
		{loanIDs, "0088", q{}, answer.CodeNoSystemID},
		{loanIDs, "8890.0", q{}, answer.CodeNoSystemID},
		{loanIDs, "-8890", q{}, answer.CodeNoSystemID},
		{loanIDs, "1234567890123456789", q{}, answer.CodeNoSystemID},
		{loanIDs, "1.2E+10", q{}, answer.CodeScientific},
		{loanIDs, "", q{}, answer.CodeEmpty},
		{displayIDs, page + "loan/8890", q{kind: loanIDs, text: "8890"}, ""},
		{displayIDs, "beta-loanpro.simnang.com/#/t_/797/loan/menu?loanid=8890", q{kind: loanIDs, text: "8890"}, ""},
		{loanIDs, page + "loan/8890/customer/751", q{kind: loanIDs, text: "8890", customer: 751, fromPage: true}, ""},
		{customerIDs, page + "loan/8890/customer/751", q{kind: loanIDs, text: "8890", customer: 751, wanted: true, fromPage: true}, ""},
		{customerIDs, page + "customer/751", q{kind: customerIDs, text: "751"}, ""},
		{displayIDs, page + "customer/751", q{}, answer.CodePageNoID},
		{customerIDs, page + "loan/8890", q{}, answer.CodePageNoID},
		{displayIDs, page + "loan/menu", q{}, answer.CodePageNoID},
		{displayIDs, strings.Replace(page, "797", "798", 1) + "loan/8890", q{}, answer.CodePageTenant},
		{displayIDs, "https://loanpro.simnang.com/app/loan/8890?loanid=8891", q{}, answer.CodePageDiffers},
		{displayIDs, "https://example.com/#/t_/797/loan/8890", q{}, answer.CodePageHost},
		{displayIDs, "https://127.0.0.1:4010/#/t_/797/loan/8890", q{kind: loanIDs, text: "8890"}, ""},
		{displayIDs, "https://simnang.com.example.com/loan/8890", q{}, answer.CodePageHost},
	} {
		a := asker{kind: c.by, host: "127.0.0.1", tenant: "797"}
		got, invalid := a.ask(c.cell)
		c.want.fromPage = c.want.text != "" && strings.Contains(c.cell, "/")
		if got != c.want || invalid != c.invalid {
			t.Errorf("%s %q: got %+v, %q; want %+v, %q", c.by.one, c.cell, got, invalid, c.want, c.invalid)
		}
	}
}
