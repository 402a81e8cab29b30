package match

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Clean takes a cell and returns it without the white space around it, which
// a spreadsheet adds and nobody sees: blanks, line ends, no-break spaces,
// zero-width characters.
func Clean(cell string) string { return strings.TrimFunc(cell, invisible) }

func invisible(r rune) bool {
	switch r {
	case '\u200B', '\u200C', '\u200D', '\u2060', '\uFEFF': // zero width
		return true
	}
	return unicode.IsSpace(r)
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
