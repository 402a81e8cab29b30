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
	Words   []string // folded
	Prefix  bool     // anything that begins with them: an initial
	written []string // the words in lower case, with accents and signs
}

// NewNameFilter takes the terms of a search, see [Name.SearchTerms] and [Name.FuzzyTerms].
func NewNameFilter(parts [][]Term) NameFilter {
	filter := make(NameFilter, len(parts))
	for i, part := range parts {
		for _, w := range part {
			filter[i] = append(filter[i], Spelling{FoldedWords(w.Text), w.Prefix, WrittenWords(w.Text)})
		}
	}
	return filter
}

// FoldedWords returns the folded words of texts, in order.
func FoldedWords(texts ...string) []string {
	return eachWord(texts, func(w *word) string { return w.text })
}

// WrittenWords returns the words of texts, in order, as they are written but in lower case.
func WrittenWords(texts ...string) []string {
	return eachWord(texts, func(w *word) string { return strings.ToLower(w.written) })
}

func eachWord(texts []string, take func(*word) string) []string {
	s := newScanner()
	for _, text := range texts {
		s.scan(text)
	}
	words, _ := s.finish()
	taken := make([]string, len(words))
	for i := range words {
		taken[i] = take(&words[i])
	}
	return taken
}

// Matches reports whether a record with these folded words has each part in one of its
// spellings. near allows one typing error in each word.
func (f NameFilter) Matches(record []string, near bool) bool {
	return f.matches(record, near, func(s *Spelling) []string { return s.Words })
}

// MatchesWritten is Matches for words as they are written. It is for an index that does not
// fold: there a search for Odegard does not find Ødegård.
func (f NameFilter) MatchesWritten(record []string, near bool) bool {
	return f.matches(record, near, func(s *Spelling) []string { return s.written })
}

// MatchesFields is MatchesWritten for an index that keeps whole fields, of which these are
// those of a record, in lower case.
func (f NameFilter) MatchesFields(fields []string, near bool) bool {
	return f.matches(fields, near, func(s *Spelling) []string { return []string{strings.Join(s.written, " ")} })
}

func (f NameFilter) matches(record []string, near bool, words func(*Spelling) []string) bool {
	for _, part := range f {
		if !slices.ContainsFunc(part, func(s Spelling) bool { return has(record, words(&s), s.Prefix, near) }) {
			return false
		}
	}
	return len(f) > 0
}

// has reports whether a record has every word of a spelling.
func has(record, words []string, prefix, near bool) bool {
	for _, word := range words {
		found := slices.ContainsFunc(record, func(other string) bool {
			return other == word || prefix && strings.HasPrefix(other, word) || near && Near(word, other)
		})
		if !found {
			return false
		}
	}
	return len(words) > 0
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
