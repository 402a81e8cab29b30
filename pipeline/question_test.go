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
		question, invalid := questionOf(c.cell)
		if question != c.question || invalid != c.invalid {
			t.Errorf("%q: got %q, %q; want %q, %q", c.cell, question, invalid, c.question, c.invalid)
		}
	}
}

// Every code that a row can have must come with a message and a hint.
func TestEveryCodeHasAdvice(t *testing.T) {
	t.Parallel()
	codes := append(InvalidCodes(), codeFailed, match.CodeDuplicate, match.CodeCaseTwins,
		match.CodeCaseOrDeleted, match.CodeDeleted, match.CodeNotFound)
	for _, code := range codes {
		if advice := advices[code]; advice.message == "" || advice.hint == "" {
			t.Errorf("%s has no message or no hint", code)
		}
	}
	if len(codes) != len(advices) {
		t.Errorf("%d codes, %d advices", len(codes), len(advices))
	}
}
