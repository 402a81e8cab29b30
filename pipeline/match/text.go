package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean takes a cell and returns it without the white space around it, which
// a spreadsheet adds and nobody sees: blanks, line ends, no-break spaces,
// zero-width characters, signs of direction.
func Clean(cell string) string { return strings.TrimFunc(cell, isInvisible) }

func isInvisible(r rune) bool {
	switch r {
	case '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF': // zero width
		return true
	}
	direction := '\u200E' <= r && r <= '\u200F' || '\u202A' <= r && r <= '\u202E' || '\u2066' <= r && r <= '\u2069'
	return direction || unicode.IsSpace(r)
}

// Fold takes a text and returns the same key for all texts that differ from it
// in case alone, in the sense of strings.EqualFold.
func Fold(text string) string { return strings.Map(foldRune, text) }

// foldRune returns the least of the characters that differ in case alone.
func foldRune(r rune) rune {
	if 'a' <= r && r <= 'z' {
		return r - 'a' + 'A' // least of its kind, k and s with their odd twins too
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

// fewLetters is up to how many letters all their upper and lower forms are
// written out: for three, eight.
const maxLettersEveryCase = 3

// CaseForms takes a text and returns the forms in other upper and lower case
// that it is likely to be written in, without itself: all there are while it
// has few letters, else all upper, all lower, and words that begin with a
// capital.
func CaseForms(text string) []string {
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

// capitals begins every word with an upper-case letter, and goes on in lower.
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
