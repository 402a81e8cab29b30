package match

import (
	"slices"
	"strings"
)

// NameFilter reports which records a search for one name would return. One request searches
// for several names, and the answer to a row must not depend on which other rows were
// in the same batch.
type NameFilter [][]Spelling

// Spelling is one spelling of a search term.
type Spelling struct {
	Words  []string // folded
	Prefix bool     // anything that begins with them: an initial
}

// NewNameFilter takes the terms of a search, see [Name.SearchTerms] and [Name.FuzzyTerms].
func NewNameFilter(parts [][]Term) NameFilter {
	filter := make(NameFilter, len(parts))
	for i, part := range parts {
		for _, w := range part {
			filter[i] = append(filter[i], Spelling{FoldedWords(w.Text), w.Prefix})
		}
	}
	return filter
}

// FoldedWords returns the folded words of texts, in order.
func FoldedWords(texts ...string) []string {
	s := newScanner()
	for _, text := range texts {
		s.scan(text)
	}
	words, _ := s.finish()
	folded := make([]string, len(words))
	for i := range words {
		folded[i] = words[i].text
	}
	return folded
}

// Matches reports whether a record with these folded words has each part in one of its
// spellings. near allows one typing error in each word.
func (f NameFilter) Matches(record []string, near bool) bool {
	for _, part := range f {
		if !slices.ContainsFunc(part, func(t Spelling) bool { return t.matches(record, near) }) {
			return false
		}
	}
	return len(f) > 0
}

// matches reports whether a record has every word of the spelling.
func (t Spelling) matches(record []string, near bool) bool {
	for _, word := range t.Words {
		found := slices.ContainsFunc(record, func(other string) bool {
			return other == word || t.Prefix && strings.HasPrefix(other, word) || near && Near(word, other)
		})
		if !found {
			return false
		}
	}
	return len(t.Words) > 0
}

// Near reports whether two folded words are the same, or differ by one typing error: a
// letter that is wrong, missing or extra, or two neighbors that are swapped.
func Near(a, b string) bool { return a == b || oneEdit(a, b) }

// BlockingKeys returns the blocking keys: folded words of which every record that Matches
// accepts, without typing errors, has at least one. They are the words of the part with
// the fewest spellings. A part with an initial has no keys, because any word may begin
// with it.
func (f NameFilter) BlockingKeys() []string {
	var keys []string
	for _, part := range f {
		words := make([]string, 0, len(part))
		for _, t := range part {
			if t.Prefix || len(t.Words) == 0 {
				words = nil
				break
			}
			words = append(words, t.Words[0])
		}
		if words != nil && (keys == nil || len(words) < len(keys)) {
			keys = words
		}
	}
	return keys
}
