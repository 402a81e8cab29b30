package match

import (
	"regexp"
	"slices"
	"strings"
)

// typographic signs are what spreadsheets and mail programs make of plain ones.
var typographic = strings.NewReplacer(
	"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-",
	"\u2018", "'", "\u2019", "'", "\u201C", `"`, "\u201D", `"`, "\u2026", "...",
	"\u00A0", " ", "\u202F", " ", "\u200B", "", "\u200C", "", "\u200D", "", "\u2060", "", "\uFEFF", "", "\u00AD", "",
	"\u200E", "", "\u200F", "", "\u202A", "", "\u202B", "", "\u202C", "", "\u202D", "", "\u202E", "",
	"\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "",
)

// decimals are what a spreadsheet appends to a whole number.
var decimals = regexp.MustCompile(`^([0-9]+)\.0+$`)

var digits = regexp.MustCompile(`^[0-9]+$`)

// Repairs takes a text that was not found and returns what it may have been
// before a spreadsheet damaged it: with plain dashes, quotes and blanks, without
// .0 or the apostrophe that guards a formula, and, if it is a number, with zeros in front up to each of widths. They are
// to be proposed, never to be taken for it.
func Repairs(text string, widths []int) []string {
	plain := strings.TrimSpace(typographic.Replace(text))
	plain = strings.TrimPrefix(plain, "'") // guards a formula
	if whole := decimals.FindStringSubmatch(plain); whole != nil {
		plain = whole[1]
	}
	repairs := []string{plain}
	if digits.MatchString(plain) {
		for _, width := range widths {
			if missing := width - len(plain); missing > 0 {
				repairs = append(repairs, strings.Repeat("0", missing)+plain)
			}
		}
	}
	return slices.DeleteFunc(repairs, func(repair string) bool { return repair == text || repair == "" })
}
