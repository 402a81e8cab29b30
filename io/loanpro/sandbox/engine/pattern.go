package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// symbol is a rune of a term. A wild one is a wildcard.
type symbol struct {
	r    rune
	wild bool
}

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

// matches reports whether the whole of word matches pattern. A wild * matches any
// runes, a wild ? one rune.
func matches(pattern []symbol, word string) bool {
	star, retry := -1, 0 // index of the last *, and where its match in word ends so far
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
		case star >= 0: // the last * matches one rune more
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
