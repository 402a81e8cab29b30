package loanpro

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// sampleSize is the most records that a probe asks for. A form that loses a
// share s of them passes with probability (1-s)^150: hardly ever if s is 2 % or
// more.
const sampleSize = 150

// sample is the set of records that a probe tries forms with.
type sample struct {
	key    Key
	hits   []Hit // the most important first
	values map[string]bool
	// phoneFormats are for Findings.PhoneFormats.
	phoneFormats []string
}

// newSample chooses records from pages, some of every shape and length of
// value, because an index may handle one and not another.
func newSample(key Key, pages ...[]Hit) sample {
	s := sample{key: key, values: map[string]bool{}}
	if key == Phone {
		s.phoneFormats = phoneFormatsOf(slices.Concat(pages...))
	}
	var shapes [][]Hit
	at := map[string]int{}
	for _, hit := range slices.Concat(pages...) {
		value := key.of(&hit)
		if !askable(value) || s.values[value] || key.needsValue() && hit.NumericID { // a number may have lost zeros
			continue
		}
		s.values[value] = true
		shape := fmt.Sprint(shapeOf(value), utf8.RuneCountInString(value))
		if key == Name { // the length of a name does not matter
			shape = shapeOf(value)
		}
		i, known := at[shape]
		if !known {
			i = len(shapes)
			at[shape] = i
			shapes = append(shapes, nil)
		}
		shapes[i] = append(shapes[i], hit)
	}
	for more := true; more && len(s.hits) < sampleSize; {
		more = false
		for i, shape := range shapes {
			if len(shape) > 0 && len(s.hits) < sampleSize {
				s.hits = append(s.hits, shape[len(shape)-1]) // the newest: many of the oldest are test records
				shapes[i] = shape[:len(shape)-1]
				more = true
			}
		}
	}
	return s
}

// askable reports whether people would search for value.
func askable(value string) bool {
	return strings.TrimSpace(value) == value && strings.ContainsFunc(value, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// shapeOf returns the pattern of a value: A-9 for L-000212.
func shapeOf(value string) string {
	var shape []rune
	for _, r := range value {
		switch {
		case unicode.IsDigit(r):
			r = '9'
		case unicode.IsUpper(r):
			r = 'A'
		case unicode.IsLetter(r):
			r = 'a'
		}
		if len(shape) == 0 || shape[len(shape)-1] != r {
			shape = append(shape, r)
		}
	}
	return string(shape)
}

// questions are the values of one trial search.
type questions struct {
	values    []Value
	weight    int
	real      []Hit // asked for unchanged, and expected on the page
	swapped   []Hit // asked for in the other case, and expected on the page
	realCount int   // asked for unchanged
}

// add adds a value unless the weight of all would exceed most. The first is
// always added.
func (q *questions) add(value Value, most int) bool {
	if len(q.values) > 0 && q.weight+value.Weight() > most {
		return false
	}
	q.values = append(q.values, value)
	q.weight += value.Weight()
	return true
}

// swappedShare is the divisor for the share of a trial's values in the other case.
const swappedShare = 8

// questions returns values of weight size: up to three quarters real ones, some
// in the other case, and decoys.
func (s *sample) questions(size int) questions {
	var q questions
	most := min(size/swappedShare, len(s.hits)/4)
	for i := range s.hits[:len(s.hits)-most] {
		if !q.add(s.value(&s.hits[i], unchanged), size*3/4) {
			break
		}
		q.real = s.hits[:i+1]
	}
	q.realCount = len(q.real)
	room := q.weight + size/swappedShare
	for _, hit := range s.hits[q.realCount:] {
		if len(q.swapped) == most || s.values[otherCase(s.key.of(&hit))] {
			continue
		}
		if q.add(s.value(&hit, otherCase), room) {
			q.swapped = append(q.swapped, hit)
		}
	}
	for i := 0; q.add(s.decoy(i), size); i++ {
	}
	return q
}

// value returns the value that finds hit, with each text changed. A person is
// searched by first and last name.
func (s *sample) value(hit *Hit, change func(string) string) Value {
	if s.key == Name && hit.person() {
		return Value{Parts: [][]Word{{{Text: change(hit.First)}}, {{Text: change(hit.Last)}}}}
	}
	return Text(change(s.key.of(hit)))
}

func unchanged(text string) string { return text }

// truncate keeps the records that a page ending with the ID last must have.
func (q *questions) truncate(last int64) {
	beyond := func(hit Hit) bool { return hit.ID > last }
	q.real = slices.DeleteFunc(slices.Clone(q.real), beyond)
	q.swapped = slices.DeleteFunc(slices.Clone(q.swapped), beyond)
}

// decoy returns a value that resembles the sample and is not in it.
func (s *sample) decoy(i int) Value {
	hit := s.hits[i%len(s.hits)]
	if s.key.number() {
		return Text(strconv.FormatInt(hit.ID+1_000_000_007*int64(i+1), 10))
	}
	return s.value(&hit, func(text string) string {
		return strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return '0' + (r-'0'+rune(3+i/len(s.hits)))%10
			}
			return r
		}, text) + "0"
	})
}

// otherCase swaps the case of ASCII letters. How an index treats the case of
// other letters is not tested.
func otherCase(value string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r ^ ' '
		}
		return r
	}, value)
}

// compare returns the real records that hits lack, and what the values in the
// other case show.
func (q *questions) compare(hits []Hit) (missed []Hit, found Case) {
	held := map[int64]bool{}
	for i := range hits {
		held[hits[i].ID] = true
	}
	for _, hit := range q.real {
		if !held[hit.ID] {
			missed = append(missed, hit)
		}
	}
	found = CaseUnknown
	for _, hit := range q.swapped {
		if !held[hit.ID] {
			return missed, CaseSensitive
		}
		found = CaseInsensitive
	}
	return missed, found
}

// prefer moves hits to the front: a form must find what another one lost.
func (s *sample) prefer(hits []Hit) {
	lost := map[int64]bool{}
	for _, hit := range hits {
		lost[hit.ID] = true
	}
	slices.SortStableFunc(s.hits, func(a, b Hit) int { return rank(lost[a.ID]) - rank(lost[b.ID]) })
}

func rank(first bool) int {
	if first {
		return 0
	}
	return 1
}

// widths returns the lengths of the values that are all digits, ascending.
func (s *sample) widths() []int {
	seen := map[int]bool{}
	for value := range s.values {
		if !strings.ContainsFunc(value, func(r rune) bool { return r < '0' || r > '9' }) {
			seen[len(value)] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
