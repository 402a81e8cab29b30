package sandbox

import (
	"math/bits"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// dictionary is the tokens of a field in their order.
type dictionary struct {
	words   []string
	numbers []int32 // of the tokens in their wordIndex
	traits  []trait
}

// trait is what tells from afar that two words are unlike.
type trait struct {
	letters uint64 // a bit for each letter, several letters to a bit
	length  int    // in runes
}

func traitOf(word string) trait {
	t := trait{length: utf8.RuneCountInString(word)}
	for _, r := range word {
		t.letters |= 1 << (r % 64)
	}
	return t
}

// within reports whether words of these traits can be so few edits apart: an
// edit takes one letter away, or adds one, or both.
func (t trait) within(edits int, other trait) bool {
	return t.length-other.length <= edits && other.length-t.length <= edits &&
		bits.OnesCount64(t.letters&^other.letters) <= edits && bits.OnesCount64(other.letters&^t.letters) <= edits
}

func newDictionary(words []string) *dictionary {
	d := &dictionary{numbers: make([]int32, len(words)), words: make([]string, len(words)), traits: make([]trait, len(words))}
	for i := range d.numbers {
		d.numbers[i] = int32(i)
	}
	slices.SortFunc(d.numbers, func(a, b int32) int { return strings.Compare(words[a], words[b]) })
	for i, number := range d.numbers {
		d.words[i], d.traits[i] = words[number], traitOf(words[number])
	}
	return d
}

// beginning returns where the words with a prefix are.
func (d *dictionary) beginning(prefix string) (from, to int) {
	from = sort.SearchStrings(d.words, prefix)
	return from, from + sort.Search(len(d.words)-from, func(i int) bool { return !strings.HasPrefix(d.words[from+i], prefix) })
}

// fitting returns the numbers of the words that fit a pattern.
func (d *dictionary) fitting(pattern []symbol) []int32 {
	literal := slices.IndexFunc(pattern, func(s symbol) bool { return s.wild })
	from, to := d.beginning(plain(pattern[:literal]))
	var out []int32
	for i := from; i < to; i++ {
		if fits(pattern, d.words[i]) {
			out = append(out, d.numbers[i])
		}
	}
	return out
}

// resembling is a word of the dictionary near another one.
type resembling struct {
	number     int32
	similarity float32 // 1 for equal words, above 0
}

// near returns up to most words at most so many edits from word, the most
// similar first. As in Lucene, the edits must be fewer than the shorter word's
// letters.
func (d *dictionary) near(word string, edits, most int) []resembling {
	asked, runes := traitOf(word), []rune(word)
	var out []resembling
	for i, held := range d.traits {
		if !asked.within(edits, held) {
			continue
		}
		distance, shorter := editsBetween(runes, []rune(d.words[i])), min(asked.length, held.length)
		if distance <= edits && distance < shorter {
			out = append(out, resembling{d.numbers[i], 1 - float32(distance)/float32(shorter)})
		}
	}
	slices.SortStableFunc(out, func(a, b resembling) int {
		switch {
		case a.similarity > b.similarity:
			return -1
		case a.similarity < b.similarity:
			return 1
		}
		return 0
	})
	return out[:min(most, len(out))]
}

// editsBetween counts the letters to insert, drop, replace or swap with their
// neighbour that lead from a to b, none of them touched twice.
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
