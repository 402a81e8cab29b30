package engine

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestEveryLoanIsFound searches for loans by their display ID as a careful client
// does. Each must be among the hits.
func TestEveryLoanIsFound(t *testing.T) {
	loans := tenant().Loans
	x := loansIndex(loans, Settings{})
	for name, form := range map[string]func(id string) object{
		"match": func(id string) object {
			return object{"match": object{"displayId": object{"query": id, "operator": "and"}}}
		},
		"match_phrase": func(id string) object { return object{"match_phrase": object{"displayId": id}} },
		"bool": func(id string) object {
			return object{"bool": object{"must": object{"match": object{"displayId": id}}}}
		},
	} {
		rapid.Check(t, func(t *rapid.T) {
			at := rapid.IntRange(0, len(loans)-1).Draw(t, "loan")
			if !slices.Contains(found(t, x, form(loans[at].DisplayID)), int32(at)) {
				t.Fatalf("%s does not find %q", name, loans[at].DisplayID)
			}
		})
	}
}

// TestIndexAgreesWithScan compares bool, match and phrase queries with a scan of
// all loans.
func TestIndexAgreesWithScan(t *testing.T) {
	loans := tenant().Loans[:400]
	x := loansIndex(loans, Settings{})
	words := rapid.SampledFrom([]string{"L000212", "a", "17", "A17", "AND 17", "ln", "12", "my loan", "o'brien", "NOT a", "L-000212"})
	rapid.Check(t, func(t *rapid.T) {
		must := rapid.SliceOfN(words, 0, 2).Draw(t, "must")
		should := rapid.SliceOfN(words, 0, 4).Draw(t, "should")
		not := rapid.SliceOfN(words, 0, 1).Draw(t, "not")
		need := rapid.IntRange(0, 3).Draw(t, "need")
		query := object{"bool": object{
			"must": leaves("match_phrase", must), "should": leaves("match", should), "must_not": leaves("match", not),
			"minimum_should_match": need,
		}}
		if need == 0 && len(must) == 0 && len(should) > 0 {
			need = 1
		}
		want := []int32{}
		for i := range loans {
			held := tokens(loans[i].DisplayID)
			hasAny := func(text string) bool {
				return slices.ContainsFunc(tokens(text), func(word string) bool { return slices.Contains(held, word) })
			}
			phrase := func(text string) bool { return containsRun(held, tokens(text)) }
			if count(must, phrase) == len(must) && count(should, hasAny) >= need && count(not, hasAny) == 0 {
				want = append(want, int32(i))
			}
		}
		if diff := cmp.Diff(want, append([]int32{}, found(t, x, query)...)); diff != "" {
			t.Fatalf("%v: %s", query, diff)
		}
	})
}

func leaves(form string, texts []string) []any {
	out := []any{}
	for _, text := range texts {
		out = append(out, object{form: object{"displayId": text}})
	}
	return out
}

func count(texts []string, fits func(string) bool) int {
	n := 0
	for _, text := range texts {
		if fits(text) {
			n++
		}
	}
	return n
}

// TestErrorsAreInOrder checks that the error of a query with several faults does
// not depend on the order of a map.
func TestErrorsAreInOrder(t *testing.T) {
	x := New(3, Settings{RefuseForms: []string{"term", "match_all", "range"}},
		Key("displayId", texts("a", "b", "c")), Number("id", func(doc int, yield func(float64)) { yield(float64(doc)) }))
	for reason, query := range map[string]object{
		"[match] query does not support [analyzer]":      {"match": object{"displayId": object{"query": "a", "fuzziness": 1, "slop": 2, "analyzer": "x", "lenient": true}}},
		"this tenant takes no [term]":                    {"bool": object{"must": object{"term": object{"id": 1}}, "should": object{"match_all": object{}}, "must_not": object{"range": object{}}}},
		"[bool] query does not support [boosting_terms]": {"bool": object{"shall": object{}, "mustNot": object{}, "boosting_terms": object{}}},
	} {
		for range 30 {
			_, err := parsed(t, x, query)
			if e, ok := errors.AsType[*Error](err); !ok || e.Reason != reason {
				t.Fatalf("%v, want %s", err, reason)
			}
		}
	}
	plain := New(3, Settings{}, Number("id", func(doc int, yield func(float64)) { yield(float64(doc)) }))
	for range 30 {
		_, err := parsed(t, plain, object{"range": object{"id": object{"above": 1, "gt": "x", "under": 2, "lt": nil}}})
		if err == nil || err.Error() != "parsing_exception: [range] query does not support [above]" {
			t.Fatal(err)
		}
	}
}

// TestHitsAreNotChanged checks that the methods of Hits leave their hits, and the
// index behind them, as they were.
func TestHitsAreNotChanged(t *testing.T) {
	x := New(4, Settings{}, Text("name", texts("a", "a b", "b", "a")))
	q, err := parsed(t, x, object{"match": object{"name": "a"}})
	if err != nil {
		t.Fatal(err)
	}
	all := q.Hits()
	all.Page(0, 10, Descending)
	all.Without([]int32{1})
	all.Keep(func(doc int32) bool { return doc == 3 })
	all.Above(1)
	for _, hits := range []Hits{all, q.Hits()} {
		if diff := cmp.Diff([]int32{0, 1, 3}, hits.docs); diff != "" || hits.Len() != 3 {
			t.Error(diff)
		}
	}
}

func TestPage(t *testing.T) {
	hits := Hits{docs: []int32{2, 4, 6, 8}, weights: []float32{1, 3, 3, 2}}
	for _, c := range []struct {
		start, top int
		order      Order
		want       []int32
	}{
		{0, 10, Ascending, []int32{2, 4, 6, 8}},
		{0, 10, Descending, []int32{8, 6, 4, 2}},
		{0, 10, ByScore, []int32{4, 6, 8, 2}},
		{1, 2, ByScore, []int32{6, 8}},
		{3, 5, Ascending, []int32{8}},
		{9, 5, ByScore, []int32{}},
		{0, 0, ByScore, []int32{}},
	} {
		if diff := cmp.Diff(c.want, hits.Page(c.start, c.top, c.order)); diff != "" {
			t.Errorf("%+v: %s", c, diff)
		}
	}
}
