package match

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func isWordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func isApostrophe(r rune) bool {
	return r == '\'' || r == '`' || r == '\u2019' || '\u02B9' <= r && r <= '\u02BF'
}

// appendFolded appends the form of a letter that names are compared by: its lower case
// without accents, and nothing for a mark or an apostrophe.
func appendFolded(text []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		if r == '\'' || r == '`' {
			return text
		}
		return append(text, byte(r))
	}
	if isApostrophe(r) || isStrippedMark(r) {
		return text
	}
	r = unicode.ToLower(unicode.ToUpper(r)) // one lower case for letters that share an upper case
	if parts := norm.NFD.PropertiesString(string(r)).Decomposition(); len(parts) > 0 && r < '\u3000' {
		r, _ = utf8.DecodeRune(parts)
		r = unicode.ToLower(r)
	}
	if plain := unaccented(r); plain != "" {
		return append(text, plain...)
	}
	return utf8.AppendRune(text, r)
}

// Folding is a set of what folding changes in a name.
type Folding uint8

// What folding changes. An index that folds one may not fold another.
const (
	foldedAccents Folding = 1 << iota
	foldedLetters         // without a plain letter that Unicode knows, such as ø and ß
	foldedApostrophes
	foldedStops  // between initials
	foldedFields // of several words
)

// FoldingsOf returns what folding changes in fields of a name; whole says that an index may
// keep them whole. Then one word of a field is a change, too.
func FoldingsOf(whole bool, fields ...string) (found Folding) {
	for _, r := range strings.Join(fields, "") {
		switch {
		case isApostrophe(r) || r == '\u2018' || r == '\u00B4':
			found |= foldedApostrophes
		case r == '.':
			found |= foldedStops
		case whole && !isWordRune(r) && !isStrippedMark(r):
			found |= foldedFields
		case isStrippedMark(r), r >= utf8.RuneSelf && len(norm.NFD.PropertiesString(string(r)).Decomposition()) > 0:
			found |= foldedAccents
		case r >= utf8.RuneSelf && unicode.IsLetter(r):
			found |= foldedLetters
		}
	}
	return found
}

// isStrippedMark reports whether r is an accent, as opposed to a mark that belongs to
// its letter, like the vowels of Indian scripts.
func isStrippedMark(r rune) bool {
	return unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Inherited, r)
}

// unaccented returns the plain letters for a letter that Unicode does not decompose, or
// "".
func unaccented(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'ħ':
		return "h"
	case 'ς':
		return "σ"
	}
	return ""
}

// mixesScripts reports whether a word has Latin letters and letters of a script that
// looks like Latin.
func mixesScripts(text string) bool {
	latin, other := false, false
	for _, r := range text {
		latin = latin || 'a' <= r && r <= 'z'
		other = other || r >= utf8.RuneSelf && (unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Greek, r))
	}
	return latin && other
}

// latinLookalike returns the Latin letter that a Cyrillic or Greek one looks like.
func latinLookalike(r rune) rune {
	const look = "аaеeоoрpсcуyхxіiјjѕsкkмmтtвbнhοoαaνvρpιiκkτtυuχx"
	for i, twin := range look {
		if twin == r && r >= utf8.RuneSelf {
			return rune(look[i+utf8.RuneLen(r)])
		}
	}
	return r
}

func isASCII(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
