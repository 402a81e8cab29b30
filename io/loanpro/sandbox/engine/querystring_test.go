package engine

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// question is a generated query_string and the documents that it must find.
type question struct {
	text string
	fits func(held []string) bool // held has the tokens of all the fields
}

// questions generates terms of every kind, and groups of them. put is how the
// index writes a word.
func questions(words []string, depth int, put func(string) string) *rapid.Generator[question] {
	return rapid.Custom(func(t *rapid.T) question {
		if kind := rapid.IntRange(0, 5).Draw(t, "kind"); depth > 0 && kind < 3 {
			a, b := questions(words, depth-1, put).Draw(t, "a"), questions(words, depth-1, put).Draw(t, "b")
			switch kind {
			case 0:
				return question{"(" + a.text + " AND " + b.text + ")", func(held []string) bool { return a.fits(held) && b.fits(held) }}
			case 1:
				return question{"(" + a.text + " OR " + b.text + ")", func(held []string) bool { return a.fits(held) || b.fits(held) }}
			}
			return question{"(" + a.text + " " + b.text + ")", func(held []string) bool { return a.fits(held) && b.fits(held) }} // default_operator AND
		}
		return term(rapid.SampledFrom(words).Draw(t, "word"), put, rapid.IntRange(0, 3).Draw(t, "term"))
	})
}

// term is a question of one term, of one of four kinds.
func term(word string, put func(string) string, kind int) question {
	indexed := put(word)
	holds := func(is func(token string) bool) func([]string) bool {
		return func(held []string) bool { return slices.ContainsFunc(held, is) }
	}
	switch kind {
	case 0:
		return question{escaped(word) + "~1", holds(func(token string) bool {
			return distance(indexed, token) <= 1 && distance(indexed, token) < min(len([]rune(indexed)), len([]rune(token)))
		})}
	case 1:
		begin := string([]rune(indexed)[:1])
		return question{escaped(begin) + "*", holds(func(token string) bool { return strings.HasPrefix(token, begin) })}
	case 2:
		return question{`"` + strings.ReplaceAll(word, `"`, `\"`) + `"`, holds(func(token string) bool { return token == indexed })}
	}
	return question{escaped(word), holds(func(token string) bool { return token == indexed })}
}

// TestGroupsAgreeWithScan compares query_strings over several fields with a scan.
// Each term can be in any of the fields.
func TestGroupsAgreeWithScan(t *testing.T) {
	customers := tenant().Customers[:250]
	for _, mapping := range []Mapping{mappingText, mappingTextKeyword, mappingLowercase, mappingKeyword, mappingFolded} {
		x := customersIndex(customers, Settings{Mapping: mapping})
		asIndexed := func(text string) []string { return x.fields["lastName"].tokens(text) }
		put := strings.ToLower
		if mapping == mappingKeyword {
			put = func(word string) string { return word }
		}
		var words []string // of one token in this mapping
		for i := range customers[:40] {
			for _, word := range []string{customers[i].FirstName, customers[i].LastName} {
				if got := asIndexed(word); len(got) == 1 && got[0] == put(word) && !strings.Contains(word, " ") {
					words = append(words, word)
				}
			}
		}
		held := make([][]string, len(customers))
		for at := range customers {
			c := &customers[at]
			for _, text := range []string{c.FirstName, c.MiddleName, c.LastName, c.CompanyName} {
				held[at] = append(held[at], asIndexed(text)...)
			}
		}
		rapid.Check(t, func(t *rapid.T) {
			wanted := questions(words, 3, put).Draw(t, "question")
			var want []int32
			for at := range held {
				if wanted.fits(held[at]) {
					want = append(want, int32(at))
				}
			}
			query := object{"query_string": object{"query": wanted.text, "fields": nameFields, "default_operator": "AND"}}
			if diff := cmp.Diff(want, found(t, x, query)); diff != "" {
				t.Fatalf("%s: %s: %s", mapping, wanted.text, diff)
			}
		})
	}
}

// TestEscapedNamesAreFound searches for names with every special character
// escaped.
func TestEscapedNamesAreFound(t *testing.T) {
	names := []string{`O'Brien`, `Smith-Jones`, `Te"st`, `a*b`, `q?x`, `AND`, `OR`, `NOT`, `R&B`, `x||y`, `(z)`, `c:d`, `e/f`, `g~1`, `h^2`, `back\slash`}
	for _, mapping := range []Mapping{mappingText, mappingKeyword, mappingLowercase, mappingTextKeyword, mappingFolded} {
		x := New(len(names), Settings{Mapping: mapping}, Text("lastName", texts(names...)))
		for i, name := range names {
			text := escaped(name)
			if text == name { // a word that is an operator must be quoted
				text = `"` + name + `"`
			}
			query := object{"query_string": object{"query": text, "fields": []string{"lastName"}, "default_operator": "AND"}}
			if got := found(t, x, query); !slices.Contains(got, int32(i)) {
				t.Errorf("%s: %s finds %v", mapping, text, got)
			}
		}
	}
}

// TestAccentsAreFolded searches for names with and without their accents.
func TestAccentsAreFolded(t *testing.T) {
	names := texts("Ødegård", "Gökçe", "Groß", "Łukasz", "Nguyễn", "Odegard")
	for _, c := range []struct {
		mapping Mapping
		text    string
		want    []int32
	}{
		{mappingFolded, "odegard", []int32{0, 5}}, {mappingFolded, "ØDEGÅRD", []int32{0, 5}}, {mappingFolded, "gokce", []int32{1}},
		{mappingFolded, "gross", []int32{2}}, {mappingFolded, "lukasz", []int32{3}}, {mappingFolded, "nguyen", []int32{4}}, {mappingFolded, "gro", nil},
		{mappingText, "odegard", []int32{5}}, {mappingText, "ØDEGÅRD", []int32{0}}, {mappingText, "gross", nil},
	} {
		x := New(6, Settings{Mapping: c.mapping}, Text("lastName", names))
		if diff := cmp.Diff(c.want, found(t, x, object{"match": object{"lastName": c.text}})); diff != "" {
			t.Errorf("%s, %s: %s", c.mapping, c.text, diff)
		}
	}
}

// TestAnyQueryStringIsSurvived sends random text to the parser.
func TestAnyQueryStringIsSurvived(t *testing.T) {
	x := loansIndex(tenant().Loans[:50], Settings{})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune(`ab1 "\*?:()+-!/~^{}[]<>=&|ANDORT`)), 0, 30, -1).Draw(t, "text")
		q, err := parsed(t, x, object{"query_string": object{"query": text, "fields": []any{"displayId"}}})
		if err == nil {
			q.Hits()
		}
	})
}
