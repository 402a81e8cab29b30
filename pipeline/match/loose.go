package match

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// LooseKey takes a text and returns a key that is equal for all texts which differ only by
// what spreadsheets, mail programs and keyboards change:
//
//   - case, as [Fold] does;
//   - the form of a character (NFKC: full width, composed or not, ligatures);
//   - the kind and number of blanks, zero-width characters, direction marks;
//   - the kind of dashes and quotes, an apostrophe in front, ="…" around the text;
//   - in a number of ASCII digits only, thousands separators, decimals of zero, and a sign
//     of dollars in front.
//
// Zeros in front count, see [Repairs]. So does "1.234", which may not be a whole
// number.
//
// Texts that [Number] takes for the same have the same key. The reverse does not hold:
// a record with the same key is proposed, never matched. LooseKey(LooseKey(x)) == LooseKey(x).
// Invalid UTF-8 reads as U+FFFD. Letters with more than 30 marks may have different
// keys in different forms.
func LooseKey(text string) string {
	// Twice, because the parts of a ligature have case and punctuation of their own.
	// Decomposed, because a composed letter such as ǰ has no upper case.
	for range 2 {
		text = norm.NFKD.String(strings.Map(keyboardRune, Fold(text)))
	}
	return plainNumber(withoutTextGuard(singleSpaced(text)))
}

// keyboardRune returns the keyboard's character that programs replace by r; r itself if
// there is none; -1 for an invisible character. White space is left to singleSpaced. It
// changes no character that has case, so that Fold may run before it or after.
func keyboardRune(r rune) rune {
	switch {
	case r < utf8.RuneSelf:
		return r
	case unicode.Is(unicode.Pd, r) || r == '\u2212': // Unicode does not count the minus sign as a dash
		return '-'
	case unicode.Is(unicode.Cf, r) && !unicode.Is(unicode.Prepended_Concatenation_Mark, r), unicode.Is(unicode.Variation_Selector, r):
		return -1
	}
	return plainQuote(r)
}

// plainQuote returns the plain form of a typographic quote or apostrophe, of a prime,
// or of an acute accent that is a character of its own; any other r unchanged.
func plainQuote(r rune) rune {
	switch r {
	case '\u00B4', '\u02BC', '\u1FFD', '\u2018', '\u2019', '\u201A', '\u201B', '\u2032', '\u2039', '\u203A':
		return '\''
	case '\u00AB', '\u00BB', '\u201C', '\u201D', '\u201E', '\u201F':
		return '"'
	}
	return r
}

func singleSpaced(text string) string { return strings.Join(strings.Fields(text), " ") }

// withoutTextGuard takes a text in plain quotes and removes what keeps a spreadsheet
// from reading it as a number or a formula: apostrophes in front, ="…" or =T("…") around
// it.
func withoutTextGuard(text string) string {
	text = strings.TrimLeft(text, "' ")
	inner, opened := strings.CutPrefix(text, "=")
	inner = strings.TrimLeft(inner, " ")
	if len(inner) > 3 && strings.EqualFold(inner[:2], "T(") && inner[len(inner)-1] == ')' {
		inner = inner[2 : len(inner)-1]
	}
	inner, quoted := strings.CutPrefix(inner, `"`)
	inner, closed := strings.CutSuffix(inner, `"`)
	if !opened || !quoted || !closed || strings.Contains(inner, `"`) { // such as ="A"&"B"
		return text
	}
	return strings.TrimRight(strings.TrimLeft(inner, "' "), " ")
}

// The ways to write thousands, and money. A single dot is more often a decimal point.
var (
	groupedThousands = regexp.MustCompile(`^[0-9]{1,3}(?:(?:,[0-9]{3})+|(?: [0-9]{3})+|(?:'[0-9]{3})+)(?:\.0+)?$`)
	dottedThousands  = regexp.MustCompile(`^[0-9]{1,3}(?:(?:\.[0-9]{3}){2,}(?:,0+)?|\.[0-9]{3},0+)$`)
	dollars          = regexp.MustCompile(`^\$ ?[0-9][0-9,]*(?:\.0+)?$`)

	separators = strings.NewReplacer(",", "", " ", "", "'", "")
)

// plainNumber returns a whole number without thousands separators, decimals of zero and a
// sign of dollars, and any other text unchanged.
func plainNumber(text string) string {
	if dollars.MatchString(text) {
		text = strings.TrimLeft(text, "$ ")
	}
	switch {
	case groupedThousands.MatchString(text):
		text = separators.Replace(text)
	case dottedThousands.MatchString(text):
		whole, _, _ := strings.Cut(text, ",")
		text = strings.ReplaceAll(whole, ".", "")
	}
	return withoutZeroDecimals(text)
}
