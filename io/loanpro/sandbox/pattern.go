package sandbox

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

func isPattern(symbols []symbol) bool {
	for _, s := range symbols {
		if s.wild {
			return true
		}
	}
	return false
}

func plain(symbols []symbol) string {
	var b strings.Builder
	for _, s := range symbols {
		b.WriteRune(s.r)
	}
	return b.String()
}

func lowered(symbols []symbol) []symbol {
	out := make([]symbol, len(symbols))
	for i, s := range symbols {
		out[i] = symbol{unicode.ToLower(s.r), s.wild}
	}
	return out
}

// fits reports whether the whole of word fits pattern, in which a wild * stands
// for any runes and a wild ? for one.
func fits(pattern []symbol, word string) bool {
	star, retry := -1, 0 // where the last * is, and where in word it ends for now
	at, in := 0, 0
	for in < len(word) {
		r, size := utf8.DecodeRuneInString(word[in:])
		switch {
		case at < len(pattern) && pattern[at] == (symbol{'*', true}):
			star, retry = at, in
			at++
		case at < len(pattern) && pattern[at].accepts(r):
			at++
			in += size
		case star >= 0: // let the last * take one rune more
			_, size := utf8.DecodeRuneInString(word[retry:])
			retry += size
			at, in = star+1, retry
		default:
			return false
		}
	}
	for at < len(pattern) && pattern[at] == (symbol{'*', true}) {
		at++
	}
	return at == len(pattern)
}

func (s symbol) accepts(r rune) bool { return s.r == r || s.wild && s.r == '?' }
