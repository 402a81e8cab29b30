package match

import (
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxRepairs is how many forms of a text are worth a request.
const maxRepairs = 12

// Repairs takes a text that was not found and returns the forms in which LoanPro may
// hold it, most likely first, each once, without the text itself:
//
//   - what it may have been before a spreadsheet damaged it, see [LooseKey];
//   - if it is a whole number, that number with zeros in front up to each of widths;
//   - what a spreadsheet or a keyboard may have made of it in LoanPro: other dashes, a curly
//     apostrophe, no-break or double blanks, decomposed letters, full-width letters and digits.
//
// whole says that LoanPro's index keeps the field as one term. An index of words
// already finds other dashes and blanks, so those forms are left out. The forms are for
// proposals, never for matches.
//
// There are at most 12. Each form changes one kind of character, and every occurrence
// of it: an ID in LoanPro with both a no-break blank and an en dash is not among the
// forms of its plain text. Repairs returns nil for invalid UTF-8, which a request
// cannot hold.
func Repairs(text string, widths []int, whole bool) []string {
	if !utf8.ValidString(text) {
		return nil
	}
	// Superscripts and the like may be part of the ID in LoanPro: typeable keeps them.
	typeable := norm.NFC.String(withoutTextGuard(singleSpaced(strings.Map(keyboardRune, text))))
	plain := withoutTextGuard(singleSpaced(strings.Map(keyboardRune, norm.NFKC.String(typeable))))
	number := plainNumber(plain)

	forms := []string{number, plain, typeable}
	forms = append(forms, zeroFilled(number, widths)...)
	if whole {
		forms = append(forms, characterVariants(plain)...)
	}
	forms = append(forms, strings.ReplaceAll(plain, "'", "\u2019")) // a word processor's apostrophe
	forms = append(forms, norm.NFD.String(plain), strings.Map(fullWidth, number))
	forms = slices.DeleteFunc(distinct(forms), func(form string) bool { return form == text || form == "" })
	return forms[:min(len(forms), maxRepairs)]
}

// zeroFilled returns a number with zeros in front, once for each greater width.
func zeroFilled(number string, widths []int) []string {
	if !allDigits(number) {
		return nil
	}
	var forms []string
	for _, width := range widths {
		if missing := width - len(number); missing > 0 {
			forms = append(forms, strings.Repeat("0", missing)+number)
		}
	}
	return forms
}

// characterVariants returns what programs and keyboards make of the dashes and blanks
// of a plain text, most likely first. A variant may equal the text.
func characterVariants(plain string) []string {
	return []string{
		strings.ReplaceAll(plain, "-", "\u2013"), // en dash
		strings.ReplaceAll(plain, " ", "\u00A0"), // no-break space
		strings.ReplaceAll(plain, " ", "  "),
		strings.ReplaceAll(plain, "-", "\u2011"), // non-breaking hyphen
		strings.ReplaceAll(plain, "-", "\u2212"), // minus sign
		strings.ReplaceAll(plain, "-", "\u2010"), // hyphen
	}
}

// fullWidth returns the full-width form of an ASCII letter or digit, as a Chinese or
// Japanese keyboard types it.
func fullWidth(r rune) rune {
	if isDigit(r) || isLatinLetter(r) {
		return r - '!' + '\uFF01'
	}
	return r
}

// distinct drops every text that occurred before.
func distinct(texts []string) []string {
	seen := make(map[string]bool, len(texts))
	return slices.DeleteFunc(texts, func(text string) bool {
		known := seen[text]
		seen[text] = true
		return known
	})
}
