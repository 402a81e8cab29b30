package directory

import (
	"slices"
	"strings"

	"loanmap/pipeline/match"
)

// words are the distinct words of all names, by number.
type words struct {
	numbers map[string]uint32
	spelled []string
	// near finds a word by itself, and by what is left of it without one letter. Two words
	// that differ by one typing error have such a text in common.
	near index
}

func newWords() words { return words{numbers: map[string]uint32{}, near: newIndex()} }

// number returns the number of a word, which it gets if it has none.
func (w *words) number(word string) uint32 {
	number, known := w.numbers[word]
	if !known {
		word = strings.Clone(word)
		number = uint32(len(w.spelled))
		w.numbers[word] = number
		w.spelled = append(w.spelled, word)
	}
	return number
}

func (w *words) complete() {
	for number, word := range w.spelled {
		eachShorter(word, func(text string) { w.near.add(text, uint32(number)) })
	}
	w.near.sort()
}

// eachShorter calls use with a word, and with the word without each of its letters.
func eachShorter(word string, use func(string)) {
	use(word)
	for i := range len(word) {
		use(word[:i] + word[i+1:])
	}
}

// alike returns the words that differ from a word by at most one typing error.
func (w *words) alike(word string) []uint32 {
	var found []uint32
	eachShorter(word, func(text string) { found = w.near.find(found, text) })
	slices.Sort(found)
	found = slices.Compact(found)
	return slices.DeleteFunc(found, func(number uint32) bool { return !match.Near(word, w.spelled[number]) })
}

// same returns a word's own number, if any name has it.
func (w *words) same(word string) []uint32 {
	number, known := w.numbers[word]
	if !known {
		return nil
	}
	return []uint32{number}
}
