package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestEveryLoanIsFound asks for loans by their display ID, as a careful client
// would: every one must be among the hits.
func TestEveryLoanIsFound(t *testing.T) {
	s := made(t, Options{})
	loans := slices.Collect(s.Loans())
	for _, form := range []string{
		`{"match":{"displayId":{"query":%s,"operator":"and"}}}`,
		`{"match_phrase":{"displayId":%s}}`,
		`{"bool":{"must":{"match":{"displayId":%s}}}}`,
	} {
		rapid.Check(t, func(t *rapid.T) {
			loan := rapid.SampledFrom(loans).Draw(t, "loan")
			query, err := json.Marshal(loan.DisplayID)
			if err != nil {
				t.Fatal(err)
			}
			found := asked(t, s.loans, fmt.Sprintf(form, query))
			at, _ := s.tenant.loanAt(loan.ID)
			if !slices.Contains(found.docs, int32(at)) {
				t.Fatalf("%s does not find %q", form, loan.DisplayID)
			}
		})
	}
}

func asked(t rapid.TB, in *index, query string) hits {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(query))
	decoder.UseNumber()
	var raw any
	if err := decoder.Decode(&raw); err != nil {
		t.Fatal(err)
	}
	n, err := (&parser{index: in}).query(raw)
	if err != nil {
		t.Fatal(err)
	}
	return n.find()
}

// TestIndexAgreesWithScan compares bool, match and phrase queries with a scan
// over all loans.
func TestIndexAgreesWithScan(t *testing.T) {
	s := made(t, Options{Loans: 400, Seed: 5})
	words := rapid.SampledFrom([]string{"L000212", "a", "17", "A17", "AND 17", "ln", "12", "my loan", "o'brien", "NOT a", "L-000212"})
	rapid.Check(t, func(t *rapid.T) {
		must := rapid.SliceOfN(words, 0, 2).Draw(t, "must")
		should := rapid.SliceOfN(words, 0, 4).Draw(t, "should")
		not := rapid.SliceOfN(words, 0, 1).Draw(t, "not")
		need := rapid.IntRange(0, 3).Draw(t, "need")
		query := map[string]any{"bool": map[string]any{
			"must": leaves("match_phrase", must), "should": leaves("match", should), "must_not": leaves("match", not),
			"minimum_should_match": need,
		}}
		if need == 0 && len(must) == 0 && len(should) > 0 {
			need = 1
		}
		text, err := json.Marshal(query)
		if err != nil {
			t.Fatal(err)
		}
		want := []int32{}
		for i, l := range s.tenant.loans {
			held := tokens(l.DisplayID)
			hasAny := func(text string) bool {
				return slices.ContainsFunc(tokens(text), func(word string) bool { return slices.Contains(held, word) })
			}
			phrase := func(text string) bool { return hasRun(held, tokens(text)) }
			if count(must, phrase) == len(must) && count(should, hasAny) >= need && count(not, hasAny) == 0 {
				want = append(want, int32(i))
			}
		}
		if diff := cmp.Diff(want, append([]int32{}, asked(t, s.loans, string(text)).docs...)); diff != "" {
			t.Fatalf("%s: %s", text, diff)
		}
	})
}

func leaves(form string, texts []string) []any {
	out := []any{}
	for _, text := range texts {
		out = append(out, map[string]any{form: map[string]any{"displayId": text}})
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

// TestAnyQueryStringIsSurvived throws text at the query_string parser.
func TestAnyQueryStringIsSurvived(t *testing.T) {
	s := made(t, Options{Loans: 50})
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.SampledFrom([]rune(`ab1 "\*?:()+-!/~^{}[]<>=&|ANDORT`)), 0, 30, -1).Draw(t, "text")
		p := &parser{index: s.loans}
		n, err := p.query(object{"query_string": object{"query": text, "fields": []any{"displayId"}}})
		if err == nil {
			n.find()
		}
	})
}
