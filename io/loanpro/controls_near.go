package loanpro

import (
	"slices"
	"strings"
	"unicode"

	"github.com/xrash/smetrics"
	"golang.org/x/text/unicode/norm"
)

// mayMatch returns a function that reports whether a search for values may
// return a record, near misses included. Such a record is a poor control: it
// comes back even if the control clause was lost. So controls are chosen from
// the others.
func mayMatch(key Key, values []Value) func(*Hit) bool {
	if key == Name {
		return mayMatchName(values)
	}
	asked := make(map[string]bool, len(values))
	for _, value := range values {
		asked[normalized(key, value.Text)] = true
	}
	delete(asked, "") // a record without a value matches nothing
	return func(hit *Hit) bool {
		return asked[normalized(key, key.of(hit))]
	}
}

// normalized returns letters and digits alone, without marks and in lower case;
// of a phone, the last ten digits. Texts that an index may treat as equal are
// equal.
func normalized(key Key, text string) string {
	text = strings.Join(normalizedWords(text), "")
	if key == Phone {
		return text[max(0, len(text)-phoneDigits):]
	}
	return text
}

func normalizedWords(text string) []string {
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(strings.ToValidUTF8(text, "")))
	return strings.FieldsFunc(plain, func(r rune) bool { return !alphanumeric(r) })
}

// mayMatchName is mayMatch for names: it accepts a record that shares a word
// with any of the values, or has a similar one where a value asks for that.
func mayMatchName(values []Value) func(*Hit) bool {
	asked := map[string]bool{}
	var begins, resembles []string
	for _, value := range values {
		for _, part := range value.searchParts() {
			for _, word := range part {
				words := wordsOf(word.Text)
				switch {
				case word.Prefix:
					begins = append(begins, words...)
				case word.Fuzzy:
					resembles = append(resembles, words...)
				}
				for _, w := range words {
					asked[w] = true
				}
			}
		}
	}
	like := func(w string) bool {
		return asked[w] || slices.ContainsFunc(begins, func(start string) bool { return strings.HasPrefix(w, start) }) ||
			slices.ContainsFunc(resembles, func(other string) bool { return edits(w, other) <= 2 })
	}
	return func(hit *Hit) bool {
		return slices.ContainsFunc(wordsOf(hit.Name, hit.First, hit.Middle, hit.Last, hit.Company), like)
	}
}

// wordsOf returns the words of texts. A word with a sign inside gives its parts
// and the parts joined.
func wordsOf(texts ...string) []string {
	var words []string
	for _, text := range texts {
		for field := range strings.FieldsSeq(text) {
			parts := normalizedWords(field)
			words = append(words, parts...)
			if len(parts) > 1 {
				words = append(words, strings.Join(parts, ""))
			}
		}
	}
	return words
}

// edits is the Levenshtein distance of a and b; 3 where their lengths differ by
// more than two. A swapped pair, which a search counts as one edit, counts as
// two.
func edits(a, b string) int {
	if len(a) > len(b)+2 || len(b) > len(a)+2 {
		return 3
	}
	return smetrics.WagnerFischer(a, b, 1, 1, 1)
}
