package pipeline

import (
	"strings"
	"testing"

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
		{loanIDs, "L000212", q{}, codeNoSystemID},
		{loanIDs, "0088", q{}, codeNoSystemID},
		{loanIDs, "8890.0", q{}, codeNoSystemID},
		{loanIDs, "-8890", q{}, codeNoSystemID},
		{loanIDs, "1234567890123456789", q{}, codeNoSystemID},
		{loanIDs, "1.2E+10", q{}, codeScientific},
		{loanIDs, "", q{}, codeEmpty},
		{displayIDs, page + "loan/8890", q{kind: loanIDs, text: "8890"}, ""},
		{displayIDs, "beta-loanpro.simnang.com/#/t_/797/loan/menu?loanid=8890", q{kind: loanIDs, text: "8890"}, ""},
		{loanIDs, page + "loan/8890/customer/751", q{kind: loanIDs, text: "8890", customer: 751, fromPage: true}, ""},
		{customerIDs, page + "loan/8890/customer/751", q{kind: loanIDs, text: "8890", customer: 751, wanted: true, fromPage: true}, ""},
		{customerIDs, page + "customer/751", q{kind: customerIDs, text: "751"}, ""},
		{displayIDs, page + "customer/751", q{}, codePageNoID},
		{customerIDs, page + "loan/8890", q{}, codePageNoID},
		{displayIDs, page + "loan/menu", q{}, codePageNoID},
		{displayIDs, strings.Replace(page, "797", "798", 1) + "loan/8890", q{}, codePageTenant},
		{displayIDs, "https://loanpro.simnang.com/app/loan/8890?loanid=8891", q{}, codePageDiffers},
		{displayIDs, "https://example.com/#/t_/797/loan/8890", q{}, codePageHost},
		{displayIDs, "https://127.0.0.1:4010/#/t_/797/loan/8890", q{kind: loanIDs, text: "8890"}, ""},
		{displayIDs, "https://simnang.com.example.com/loan/8890", q{}, codePageHost},
	} {
		a := asker{kind: c.by, host: "127.0.0.1", tenant: "797"}
		got, invalid := a.ask(c.cell)
		c.want.fromPage = c.want.text != "" && strings.Contains(c.cell, "/")
		if got != c.want || invalid != c.invalid {
			t.Errorf("%s %q: got %+v, %q; want %+v, %q", c.by.one, c.cell, got, invalid, c.want, c.invalid)
		}
	}
}
