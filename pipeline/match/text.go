package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean takes a cell and returns it without the white space around it that a
// spreadsheet adds and a reader does not see: blanks, line ends, no-break spaces,
// zero-width characters, direction marks.
func Clean(cell string) string { return strings.TrimFunc(cell, isInvisible) }

func isInvisible(r rune) bool {
	switch r {
	case '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF': // zero width
		return true
	}
	direction := '\u200E' <= r && r <= '\u200F' || '\u202A' <= r && r <= '\u202E' || '\u2066' <= r && r <= '\u2069'
	return direction || unicode.IsSpace(r)
}

// Fold takes a text and returns a key that is equal for all texts which differ in case
// only, in the sense of [strings.EqualFold].
func Fold(text string) string { return strings.Map(foldRune, text) }

// foldRune returns the smallest of the characters that differ in case only.
func foldRune(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r - 'a' + 'A' // the smallest of its kind, also for k and s with their odd variants
	}
	if r < utf8.RuneSelf {
		return r
	}
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	return least
}

// maxLettersEveryCase is up to how many letters CaseVariants returns every combination of
// upper and lower case: eight forms for three letters.
const maxLettersEveryCase = 3

// CaseVariants takes a text and returns the other forms in upper and lower case that it is
// likely to be written in. For a text of few letters these are all combinations;
// otherwise all upper, all lower, and each word capitalized. The text itself is left
// out.
func CaseVariants(text string) []string {
	letters := 0
	for _, r := range text {
		if unicode.ToUpper(r) != unicode.ToLower(r) {
			letters++
		}
	}
	forms := []string{strings.ToUpper(text), strings.ToLower(text), titleCase(text)}
	if letters <= maxLettersEveryCase {
		forms = everyCase([]rune(text))
	}
	seen := map[string]bool{text: true}
	return slices.DeleteFunc(forms, func(form string) bool {
		known := seen[form]
		seen[form] = true
		return known
	})
}

// everyCase returns text with each of its letters in upper and in lower case.
func everyCase(text []rune) []string {
	if len(text) == 0 {
		return []string{""}
	}
	var forms []string
	upper, lower := unicode.ToUpper(text[0]), unicode.ToLower(text[0])
	for _, rest := range everyCase(text[1:]) {
		forms = append(forms, string(upper)+rest)
		if lower != upper {
			forms = append(forms, string(lower)+rest)
		}
	}
	return forms
}

// titleCase capitalizes every word and writes the rest of it in lower case.
func titleCase(text string) string {
	inWord := false
	return strings.Map(func(r rune) rune {
		begins := !inWord
		inWord = unicode.IsLetter(r) || unicode.IsDigit(r)
		if begins {
			return unicode.ToUpper(r)
		}
		return unicode.ToLower(r)
	}, text)
}
