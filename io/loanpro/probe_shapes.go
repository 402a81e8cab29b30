package loanpro

import (
	"context"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Shapes are shapes of values that no search of a tenant finds, although the
// tenant shows records with such values. An index may drop texts above a
// length, or some signs (ignore_above and n-grams of OpenSearch; probed).
type Shapes struct {
	// LongerThan and ShorterThan are lengths in characters; 0 means no limit.
	// Longer or shorter values may not be found.
	LongerThan  int `json:"longer_than,omitempty"`
	ShorterThan int `json:"shorter_than,omitempty"`
	// Patterns are patterns of values, such as A-9 for L-000212.
	Patterns []string `json:"written,omitempty"`
}

// IsZero reports whether there are no such shapes.
func (s Shapes) IsZero() bool {
	return s.LongerThan == 0 && s.ShorterThan == 0 && len(s.Patterns) == 0
}

// Matches reports whether text has such a shape.
func (s Shapes) Matches(text string) bool {
	length := utf8.RuneCountInString(text)
	return s.LongerThan > 0 && length > s.LongerThan || length < s.ShorterThan || slices.Contains(s.Patterns, shapeOf(text))
}

// recordFound records which of the sample a search asked for and returned.
func (p *prober) recordFound(asked, missed []Hit) {
	for _, hit := range asked {
		if !slices.ContainsFunc(missed, func(m Hit) bool { return m.ID == hit.ID }) {
			p.found[hit.ID] = true
		} else if !p.found[hit.ID] {
			p.found[hit.ID] = false
		}
	}
}

// fewExcluded is how many of the values to exclude are first asked for alone.
const fewExcluded = 2

// excludeUnsearchable removes values from the sample that no batch has
// returned, if they differ in shape from all that were returned, and if a
// search for one alone does not find it either. It reports whether it has
// removed any.
func (p *prober) excludeUnsearchable(ctx context.Context) (bool, error) {
	if p.key == Name || p.key.number() {
		return false, nil
	}
	var lost, found []string
	for _, hit := range p.sample.hits {
		switch seen, asked := p.found[hit.ID]; {
		case seen:
			found = append(found, p.key.of(&hit))
		case asked:
			lost = append(lost, p.key.of(&hit))
		}
	}
	shapes := unsearchableShapes(lost, found)
	if shapes.IsZero() {
		return false, nil
	}
	for _, text := range lost[:min(len(lost), fewExcluded)] {
		alone := questions{values: Texts(text), realCount: 1, real: p.holding(text)}
		if got, err := p.judge(ctx, newStrategy(p.key, plainForm, unwrapped, 1, p.page), alone); err != nil || got != recallNone {
			return false, err
		}
	}
	p.sample.hits = slices.DeleteFunc(p.sample.hits, func(hit Hit) bool { return shapes.Matches(p.key.of(&hit)) })
	p.findings.Unsearchable = shapes
	p.unreliable, p.rejected = map[string]bool{}, map[string]bool{}
	p.limit = p.requests + probeRequests
	return len(p.sample.hits) > 0, nil
}

// holding returns the records of the sample that have text.
func (p *prober) holding(text string) []Hit {
	return slices.DeleteFunc(slices.Clone(p.sample.hits), func(hit Hit) bool { return p.key.of(&hit) != text })
}

// unsearchableShapes returns what distinguishes lost from found values: their
// length, or their pattern. A few values of the shape may be among the found
// ones, as near misses of others. It is zero if nothing distinguishes them.
func unsearchableShapes(lost, found []string) Shapes {
	if len(lost) == 0 || len(found) == 0 {
		return Shapes{}
	}
	var shapes Shapes
	lengths := lengthsOf(found)
	middle := lengths[len(lengths)/2]
	long, short := 0, 0
	for _, length := range lengthsOf(lost) {
		if length > middle && long == 0 {
			long = length
		}
		if length < middle {
			short = length
		}
	}
	if long > 0 && mostly(lost, found, func(text string) bool { return utf8.RuneCountInString(text) >= long }) {
		shapes.LongerThan = below(lengths, long)
	}
	if short > 0 && mostly(lost, found, func(text string) bool { return utf8.RuneCountInString(text) <= short }) {
		shapes.ShorterThan = above(lengths, short)
	}
	for _, text := range lost {
		written := shapeOf(text)
		if shapes.Matches(text) {
			continue
		}
		if !mostly(lost, found, func(other string) bool { return shapeOf(other) == written }) {
			return Shapes{}
		}
		shapes.Patterns = append(shapes.Patterns, written)
	}
	return shapes
}

// mostly reports whether is holds for more of the lost texts than of the found
// ones.
func mostly(lost, found []string, is func(string) bool) bool {
	count := func(texts []string) (n int) {
		for _, text := range texts {
			if is(text) {
				n++
			}
		}
		return n
	}
	return count(lost) > count(found)
}

// lengthsOf returns the lengths of texts in characters, ascending.
func lengthsOf(texts []string) []int {
	lengths := make([]int, len(texts))
	for i, text := range texts {
		lengths[i] = utf8.RuneCountInString(text)
	}
	slices.Sort(lengths)
	return lengths
}

// below returns the greatest of the ascending lengths below length.
func below(lengths []int, length int) int {
	if i, _ := slices.BinarySearch(lengths, length); i > 0 {
		return lengths[i-1]
	}
	return length - 1
}

// above returns the least of the ascending lengths above length.
func above(lengths []int, length int) int {
	if i, _ := slices.BinarySearch(lengths, length+1); i < len(lengths) {
		return lengths[i]
	}
	return length + 1
}

// String describes the shapes for people.
func (s Shapes) String() string {
	switch {
	case s.LongerThan > 0:
		return fmt.Sprintf("LoanPro's search finds no value longer than %d characters, although its records have some", s.LongerThan)
	case s.ShorterThan > 0:
		return fmt.Sprintf("LoanPro's search finds no value shorter than %d characters, although its records have some", s.ShorterThan)
	}
	return "LoanPro's search finds no value with this pattern, although its records have some"
}
