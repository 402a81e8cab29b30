package match

import (
	"slices"
	"strings"
)

// NameFilter reports which records a search for one name would return. One request searches
// for several names, and the answer to a row must not depend on which other rows were
// in the same batch.
type NameFilter [][]termSpelling

// termSpelling is one spelling of a search term, as folded words.
type termSpelling struct {
	words  []string
	prefix bool
}

// NewNameFilter takes the terms of a search, see [Name.SearchTerms] and [Name.FuzzyTerms].
func NewNameFilter(parts [][]Term) NameFilter {
	filter := make(NameFilter, len(parts))
	for i, part := range parts {
		for _, w := range part {
			filter[i] = append(filter[i], termSpelling{FoldedWords(w.Text), w.Prefix})
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
		if !slices.ContainsFunc(part, func(t termSpelling) bool { return t.matches(record, near) }) {
			return false
		}
	}
	return len(f) > 0
}

// matches reports whether a record has every word of the spelling.
func (t termSpelling) matches(record []string, near bool) bool {
	for _, word := range t.words {
		found := slices.ContainsFunc(record, func(other string) bool {
			return other == word || t.prefix && strings.HasPrefix(other, word) || near && oneEdit(word, other)
		})
		if !found {
			return false
		}
	}
	return len(t.words) > 0
}

// BlockingKeys returns the blocking keys: folded words of which every record that Matches
// accepts, without typing errors, has at least one. They are the words of the part with
// the fewest spellings. A part with an initial has no keys, because any word may begin
// with it.
func (f NameFilter) BlockingKeys() []string {
	var keys []string
	for _, part := range f {
		words := make([]string, 0, len(part))
		for _, t := range part {
			if t.prefix || len(t.words) == 0 {
				words = nil
				break
			}
			words = append(words, t.words[0])
		}
		if words != nil && (keys == nil || len(words) < len(keys)) {
			keys = words
		}
	}
	return keys
}
