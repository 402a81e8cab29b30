package engine

import (
	"math/bits"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// dictionary has the tokens of a field in alphabetical order.
type dictionary struct {
	words   []string
	numbers []int32 // of the tokens in their postings
	shapes  []wordShape
}

// wordShape is a quick test whether two words can be similar.
type wordShape struct {
	letters uint64 // a bit for each letter; letters can share a bit
	length  int    // in runes
}

func shapeOf(word string) wordShape {
	s := wordShape{length: utf8.RuneCountInString(word)}
	for _, r := range word {
		s.letters |= 1 << (r % 64)
	}
	return s
}

// within reports whether words of these shapes can be within edits of each
// other: an edit removes a letter, or adds one, or both.
func (s wordShape) within(edits int, other wordShape) bool {
	return s.length-other.length <= edits && other.length-s.length <= edits &&
		bits.OnesCount64(s.letters&^other.letters) <= edits && bits.OnesCount64(other.letters&^s.letters) <= edits
}

func newDictionary(words []string) *dictionary {
	d := &dictionary{numbers: make([]int32, len(words)), words: make([]string, len(words)), shapes: make([]wordShape, len(words))}
	for i := range d.numbers {
		d.numbers[i] = int32(i)
	}
	slices.SortFunc(d.numbers, func(a, b int32) int { return strings.Compare(words[a], words[b]) })
	for i, number := range d.numbers {
		d.words[i], d.shapes[i] = words[number], shapeOf(words[number])
	}
	return d
}

// withPrefix returns the range of the words with a prefix.
func (d *dictionary) withPrefix(prefix string) (from, to int) {
	from = sort.SearchStrings(d.words, prefix)
	return from, from + sort.Search(len(d.words)-from, func(i int) bool { return !strings.HasPrefix(d.words[from+i], prefix) })
}

// matching returns the numbers of the words that match a pattern.
func (d *dictionary) matching(pattern []symbol) []int32 {
	literal := slices.IndexFunc(pattern, func(s symbol) bool { return s.wild })
	from, to := d.withPrefix(plain(pattern[:literal]))
	var out []int32
	for i := from; i < to; i++ {
		if matches(pattern, d.words[i]) {
			out = append(out, d.numbers[i])
		}
	}
	return out
}

// expansion is a word of the dictionary that a fuzzy term matches.
type expansion struct {
	number     int32
	similarity float32 // 1 for equal words, above 0
}

// near returns at most limit words within edits of word, the most similar first.
// As in Lucene, the edits must be fewer than the letters of the shorter word.
func (d *dictionary) near(word string, edits, limit int) []expansion {
	wanted, runes := shapeOf(word), []rune(word)
	var out []expansion
	for i, held := range d.shapes {
		if !wanted.within(edits, held) {
			continue
		}
		distance, shorter := editsBetween(runes, []rune(d.words[i])), min(wanted.length, held.length)
		if distance <= edits && distance < shorter {
			out = append(out, expansion{d.numbers[i], 1 - float32(distance)/float32(shorter)})
		}
	}
	slices.SortStableFunc(out, func(a, b expansion) int {
		switch {
		case a.similarity > b.similarity:
			return -1
		case a.similarity < b.similarity:
			return 1
		}
		return 0
	})
	return out[:min(limit, len(out))]
}

// editsBetween returns the optimal string alignment distance: the fewest letters
// to insert, delete, replace or swap with their neighbor, never the same letter twice.
func editsBetween(a, b []rune) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			change := last[j]
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(change, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
