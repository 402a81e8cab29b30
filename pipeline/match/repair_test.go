package match_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"loanmap/pipeline/match"
)

// An index of words finds other dashes and blanks itself.
func TestRepairsForAnIndexOfWords(t *testing.T) {
	t.Parallel()
	want := []string{"A-e\u0301 7", "Ａ-é ７"}
	if diff := cmp.Diff(want, match.Repairs("A-é 7", nil, false)); diff != "" {
		t.Error(diff)
	}
}

func TestRepairs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"L000212":       {"Ｌ０００２１２"},
		"212":           {"00212", "00000212", "２１２"},
		"212.0":         {"212", "00212", "00000212", "２１２"},
		"00000212":      {"０００００２１２"},
		"123456":        {"00123456", "１２３４５６"},
		"LPT\u201300":   {"LPT-00", "LPT\u201100", "LPT\u221200", "LPT\u201000", "ＬＰＴ-００"},
		"O\u2019Brien":  {"O'Brien", "Ｏ'Ｂｒｉｅｎ"},
		"O'Brien":       {"O\u2019Brien", "Ｏ'Ｂｒｉｅｎ"},
		"\u201CÄ\u201D": {`"Ä"`, "\"A\u0308\""},
		"My\u00A0Loan":  {"My Loan", "My  Loan", "Ｍｙ Ｌｏａｎ"},
		"A 7":           {"A\u00A07", "A  7", "Ａ ７"},
		"L\u200B12":     {"L12", "Ｌ１２"},
		"1.5":           {"１.５"},
		"'=+":           {"=+"},
		"'212":          {"212", "00212", "00000212", "２１２"},
		`="212"`:        {"212", "00212", "00000212", "２１２"},
		"1,234":         {"1234", "01234", "00001234", "１２３４"},
		"12 345": {
			"12345", "00012345", "12\u00A0345", "12  345", "１２３４５",
		},
		"\u202AL7\u202C": {"L7", "Ｌ７"},
		"ＬＮ７":            {"LN7"},
		"№\u20137":       {"No-7", "№-7", "No\u20137", "No\u20117", "No\u22127", "No\u20107", "Ｎｏ-７"},
		"№e\u0301":       {"Noé", "№é", "Noe\u0301", "Ｎｏé"},
		"１,２３４":          {"1234", "1,234", "01234", "00001234", "１２３４"},
		"1.23E+15":       {"１.２３Ｅ+１５"},
		"融資":             {},
		"":               {},
		"'":              {},
		"L7\xff":         nil,
		"A-é 7": {
			"A\u2013é 7", "A-é\u00A07", "A-é  7", "A\u2011é 7", "A\u2212é 7", "A\u2010é 7", "A-e\u0301 7", "Ａ-é ７",
		},
	} {
		if diff := cmp.Diff(want, match.Repairs(text, []int{5, 8}, true)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// What a spreadsheet and its users make of an ID that is a number.
func TestRepairsOfNumbersInSheets(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`="00212"`: "00212", `= "00212"`: "00212", `'="00212"`: "00212", `=" 00212 "`: "00212", `="L-00212"`: "L-00212", `=T("00212")`: "00212", `=t("7")`: "7",
		"=\u201C00212\u201D": "00212", "'00212": "00212",
		"5,212": "5212", "5,212.00": "5212", "1,234,567": "1234567", "5 212": "5212", "5\u00A0212": "5212", "5\u202F212": "5212", "5'212": "5212", "5\u2019212": "5212",
		"1.234.567": "1234567", "5.212,00": "5212", "1.234.567,0": "1234567", "$5,212.00": "5212", "$ 5,212": "5212", "$212": "212",
	} {
		if got := match.Repairs(text, nil, false); !slices.Contains(got, want) {
			t.Errorf("the repairs of %q are %q; want %q", text, got, want)
		}
	}
	for _, text := range []string{"5.212", "5,21", "5,2120", "$5.25", "5.212,50", `="A"&"B"`, `=T("A"&"B")`, `=T(7)`, "$", "=", `="`, "$LN"} {
		if key := match.LooseKey(text); key != match.Fold(text) {
			t.Errorf("%q has the key %q", text, key)
		}
	}
}

func TestRepairsOfVariantPairs(t *testing.T) {
	t.Parallel()
	for _, c := range variantPairs {
		if got := match.Repairs(c.variant, nil, true); slices.Contains(got, c.plain) != c.repaired {
			t.Errorf("%s: the repairs of %q are %q; is %q one: want %t", c.name, c.variant, got, c.plain, c.repaired)
		}
		if got := match.Repairs(c.plain, nil, true); slices.Contains(got, c.variant) != c.varied {
			t.Errorf("%s: the repairs of %q are %q; is %q one: want %t", c.name, c.plain, got, c.variant, c.varied)
		}
	}
}

func TestRepairsAreFew(t *testing.T) {
	t.Parallel()
	var widths, want []int
	for width := range 30 {
		widths = append(widths, width)
	}
	for _, repair := range match.Repairs("2,125.0", widths, true) {
		want = append(want, len(repair))
	}
	if diff := cmp.Diff([]int{4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, want); diff != "" {
		t.Errorf("the lengths (-want +got):\n%s", diff)
	}
}

// Apart from zeros in front, a repair has the key of the text, so that Number proposes
// the record that it finds.
func TestRepairsHaveTheSameKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.Map(plainTexts, strings.ToUpper), plainTexts, fewMarks).Draw(t, "text")
		if rapid.Bool().Draw(t, "varied") {
			text = vary(t, text)
		}
		repairs := match.Repairs(text, nil, true)
		for i, repair := range repairs {
			if match.LooseKey(repair) != match.LooseKey(text) {
				t.Errorf("%q has the key %q, its repair %q has %q", text, match.LooseKey(text), repair, match.LooseKey(repair))
			}
			if repair == text || repair == "" || slices.Contains(repairs[:i], repair) {
				t.Errorf("the repairs of %q are %q", text, repairs)
			}
		}
		if len(repairs) > 12 {
			t.Errorf("%q has %d repairs", text, len(repairs))
		}
	})
}
