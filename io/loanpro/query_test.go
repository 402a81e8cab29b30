package loanpro

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// tester is the common part of tests, properties and fuzz targets.
type tester interface {
	Helper()
	Fatalf(string, ...any)
}

// checkQuery asks for ids in every form and wrapper, and checks that the JSON
// asks for exactly these, in this order.
func checkQuery(t tester, ids []string) {
	t.Helper()
	want := make([]string, len(ids))
	for i, id := range ids {
		want[i] = string([]rune(id)) // JSON holds no invalid UTF-8: each such byte becomes U+FFFD
	}
	for _, form := range append(batchForms(), plainForm) {
		for _, inside := range []wrapper{unwrapped, constant, filterClause} {
			way := newStrategy(DisplayID, form, inside, len(ids), paging{100, 100})
			var got struct{ Query any }
			if err := json.Unmarshal([]byte(mustJSON(way.body(Texts(ids...), nil))), &got); err != nil {
				t.Fatalf("%s: %q: %v", way.Form, ids, err)
			}
			if diff := cmp.Diff(want, askedBy(t, got.Query)); diff != "" {
				t.Fatalf("%s: %q (-want +got):\n%s", way.Form, ids, diff)
			}
		}
	}
}

// askedBy parses a query as the search server would.
func askedBy(t tester, query any) []string {
	t.Helper()
	name, argument := only(t, query)
	switch name {
	case "constant_score":
		_, inner := only(t, argument)
		return askedBy(t, inner)
	case "bool":
		_, clauses := only(t, argument)
		if list, ok := clauses.([]any); ok {
			asked := []string{}
			for _, clause := range list {
				asked = append(asked, askedBy(t, clause)...)
			}
			return asked
		}
		return askedBy(t, clauses)
	case "query_string":
		return phrases(t, argument.(map[string]any)["query"].(string))
	}
	field, value := only(t, argument)
	if field != "displayId" {
		t.Fatalf("it asks for %q", field)
	}
	if name == "terms" {
		asked := []string{}
		for _, term := range value.([]any) {
			asked = append(asked, term.(string))
		}
		return asked
	}
	if object, ok := value.(map[string]any); ok {
		value = object["query"]
	}
	return []string{value.(string)}
}

func only(t tester, value any) (name string, argument any) {
	t.Helper()
	object, _ := value.(map[string]any)
	if len(object) != 1 {
		t.Fatalf("%v has not one member", value)
	}
	for name, argument = range object {
	}
	return name, argument
}

// phrases parses quoted phrases joined by OR, character by character.
func phrases(t tester, query string) []string {
	t.Helper()
	found := []string{}
	for query != "" {
		if query[0] != '"' {
			t.Fatalf("%q begins with no quote", query)
		}
		var phrase strings.Builder
		i := 1
		for ; i < len(query) && query[i] != '"'; i++ {
			if query[i] == '\\' {
				i++
			}
			phrase.WriteByte(query[i])
		}
		found = append(found, phrase.String())
		query = strings.TrimPrefix(query[i+1:], " OR ")
	}
	return found
}

func TestQueryHoldsDisplayIDsUnaltered(t *testing.T) {
	tests := []struct{ name, id string }{
		{"plain", "L000212"},
		{"blanks and hyphens", "LN - 00456"},
		{"brackets", "[AWA]1719"},
		{"leading zeros", "00042"},
		{"digits that look like a number", "1e400"},
		{"double quotes", `say "hello"`},
		{"a quote that would end the string", `x"}}}},"size":0,"y":"`},
		{"an apostrophe", "O'Brien"},
		{"backslashes", `a\b\\c\`},
		{"an escape", `\u0041`},
		{"operators of query strings", `+-&&||!(){}[]^"~*?:\/ AND OR NOT`},
		{"markup", "<script>&amp;</script>"},
		{"white space", " \t\r\n"},
		{"control characters", "\x00\x01\x1b[31m\x7f"},
		{"line separators", "a\u2028b\u2029c"},
		{"letters beyond ASCII", "Ünïcödé 漢字 🏦"},
		{"a combining mark", "e\u0301"},
		{"invisible characters", "L\u200b1\u00a0\ufeff"},
		{"the replacement character", "\ufffd"},
		{"nothing", ""},
		{"very long", strings.Repeat("x", 100_000)},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { checkQuery(t, []string{test.id}) })
	}
}

func TestQueryHoldsAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkQuery(t, rapid.SliceOfN(rapid.String(), 1, -1).Draw(t, "display IDs"))
	})
}

func FuzzQuery(f *testing.F) {
	for _, seed := range []string{"L000212", `"}}`, `\`, "\x00", "\xff\xfe", "\ufffd", "\u2028", "<&>", "é🏦", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) { checkQuery(t, []string{id, "L-1"}) })
}

// System IDs are numbers in a query, as LoanPro's documents write them.
func TestQueryHoldsSystemIDs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"terms":        `{"query":{"terms":{"id":[8890,12]}}}`,
		"match_phrase": `{"query":{"bool":{"should":[{"match_phrase":{"id":8890}},{"match_phrase":{"id":12}}]}}}`,
		"query_string": `{"query":{"query_string":{"fields":["id"],"query":"\"8890\" OR \"12\""}}}`,
		"match":        `{"query":{"bool":{"should":[{"match":{"id":8890}},{"match":{"id":12}}]}}}`,
	} {
		forms := append(batchForms(), plainForm)
		i := slices.IndexFunc(forms, func(f form) bool { return f.name == name })
		if got := mustJSON(newStrategy(LoanID, forms[i], unwrapped, 2, paging{}).body(Texts("8890", "12"), nil)); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// A query that cannot be written is an error that does not repeat its values.
func TestAnInvalidSystemIDIsAnError(t *testing.T) {
	t.Parallel()
	c := newClient(t, testConfig(DefaultBaseURL))
	_, err := c.Find(t.Context(), newStrategy(LoanID, termsForm, unwrapped, 1, paging{100, 100}), Texts(asked))
	if err == nil || strings.Contains(err.Error(), asked) {
		t.Errorf("got %v", err)
	}
}
