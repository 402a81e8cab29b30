package engine

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestNearAgreesWithScan compares the dictionary with the textbook.
func TestNearAgreesWithScan(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("abcé")), 1, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(letters, 1, 60, rapid.ID).Draw(t, "words")
		wanted, edits := letters.Draw(t, "wanted"), rapid.IntRange(0, 2).Draw(t, "edits")
		type near struct {
			word       string
			similarity float32
		}
		var want, got []near
		for _, word := range words {
			distance, shorter := distance(wanted, word), min(len([]rune(wanted)), len([]rune(word)))
			if distance <= edits && distance < shorter {
				want = append(want, near{word, 1 - float32(distance)/float32(shorter)})
			}
		}
		slices.SortFunc(want, func(a, b near) int {
			if a.similarity != b.similarity {
				return int(100 * (b.similarity - a.similarity))
			}
			return strings.Compare(a.word, b.word)
		})
		want = want[:min(len(want), 20)]
		for _, found := range newDictionary(words).near(wanted, edits, 20) {
			got = append(got, near{words[found.number], found.similarity})
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(near{})); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestMatchingAgreesWithScan compares patterns with a scan of all words.
func TestMatchingAgreesWithScan(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("abé")), 1, 5, -1)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(letters, 1, 60, rapid.ID).Draw(t, "words")
		text := rapid.StringOfN(rapid.SampledFrom([]rune("abé*?")), 0, 4, -1).Draw(t, "text") + "*"
		pattern := wildcards(text)
		var want, got []string
		for _, word := range words {
			if matches(pattern, word) {
				want = append(want, word)
			}
		}
		for _, number := range newDictionary(words).matching(pattern) {
			got = append(got, words[number])
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: %s", text, diff)
		}
	})
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, word string
		want          bool
	}{
		{"*000212*", "l000212", true}, {"*000212*", "l0002123", true}, {"*000212", "l0002123", false},
		{"l?0", "lö0", true}, {"l?0", "l0", false}, {"*", "", true}, {"a*b*c", "aXbYbZc", true}, {"a*b", "abc", false},
		{"**", "x", true}, {"ab", "ab", true}, {"ab", "abc", false}, {"abc", "ab", false},
	} {
		if got := matches(wildcards(c.pattern), c.word); got != c.want {
			t.Errorf("matches(%q, %q) = %v", c.pattern, c.word, got)
		}
	}
	if matches([]symbol{{'*', false}}, "x") {
		t.Error("an escaped * is a wildcard")
	}
}

// TestManyTokensOfOneDocument checks that a document is one hit even if several
// of its tokens match, for short lists, which are sorted, and for long ones.
func TestManyTokensOfOneDocument(t *testing.T) {
	words := make([]string, 1_000)
	words[7], words[3] = "smith smyth", "smyth"
	for doc := 500; doc < 900; doc++ {
		words[doc] = "smart smirk"
	}
	p := newPostings(len(words), texts(words...), tokenize)
	if diff := cmp.Diff([]int32{3, 7}, p.matching(wildcards("sm?th")).docs); diff != "" {
		t.Error(diff)
	}
	if got := p.matching(wildcards("s*")).docs; len(got) != 402 || !slices.IsSorted(got) {
		t.Errorf("%d documents", len(got))
	}
}
