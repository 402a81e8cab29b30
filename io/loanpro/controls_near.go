package loanpro

import (
	"slices"
	"strings"
	"unicode"

	"github.com/xrash/smetrics"
	"golang.org/x/text/unicode/norm"
)

// near returns a function that reports whether a record may be among those that
// values ask for, near misses included. As a control it would be found where the
// search itself does not find it; so controls are chosen from the others, and do
// not count as found.
func mayMatch(key Key, values []Value) func(*Hit) bool {
	if key == Name {
		return mayMatchName(values)
	}
	asked := make(map[string]bool, len(values))
	for _, value := range values {
		asked[normalized(key, value.Text)] = true
	}
	delete(asked, "") // a record that holds none is near of nothing
	return func(hit *Hit) bool {
		return asked[normalized(key, key.of(hit))]
	}
}

// coarse is the same for all texts of a key that may count as one: letters and
// digits alone, without marks, in lower case; of a phone its last ten digits.
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

// nearName takes a record for near that shares a word with any of the values, or
// has one like it where values ask for that.
func mayMatchName(values []Value) func(*Hit) bool {
	asked := map[string]bool{}
	var begins, resembles []string
	for _, value := range values {
		for _, part := range value.searchParts() {
			for _, word := range part {
				words := wordsOf(word.Text)
				switch {
				case word.Begins:
					begins = append(begins, words...)
				case word.Resembles:
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

// wordsOf returns the words of texts, also those that a sign divides, as one.
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

// edits is how many letters to insert, delete or replace make b of a. Two are a
// pair in another order, which a search takes for one.
func edits(a, b string) int {
	if len(a) > len(b)+2 || len(b) > len(a)+2 {
		return 3
	}
	return smetrics.WagnerFischer(a, b, 1, 1, 1)
}
