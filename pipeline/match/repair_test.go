package match_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/pipeline/match"
)

func TestRepairs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"L000212":          {},
		"212":              {"00212", "00000212"},
		"212.0":            {"212", "00212", "00000212"},
		"00000212":         {},
		"123456":           {"00123456"},
		"LPT\u201300212":   {"LPT-00212"},
		"O\u2019Brien-12":  {"O'Brien-12"},
		"\u201CA\u201D 12": {`"A" 12`},
		"My\u00A0Loan 12":  {"My Loan 12"},
		"L\u200B12":        {"L12"},
		"1.5":              {},
		"'=1+1":            {"=1+1"},
		"'212":             {"212", "00212", "00000212"},
		"\u202AL7\u202C":   {"L7"},
		"1.23E+15":         {},
	} {
		if diff := cmp.Diff(want, match.Repairs(text, []int{5, 8})); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}
