package loanpro

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// named builds a value. The words of a part are separated by |; a trailing *
// marks a prefix, and ~ a fuzzy word.
func named(parts ...string) Value {
	var v Value
	for _, part := range parts {
		var words []Word
		for text := range strings.SplitSeq(part, "|") {
			text, begins := strings.CutSuffix(text, "*")
			text, resembles := strings.CutSuffix(text, "~")
			words = append(words, Word{Text: text, Prefix: begins, Fuzzy: resembles})
		}
		v.Parts = append(v.Parts, words)
	}
	return v
}

func TestNamesInTheLanguageOfQueryStrings(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		values []Value
		want   string
	}{
		{"parts and spellings", []Value{named("john|jon", "smith")}, `(("john" OR "jon") AND "smith")`},
		{"one part", []Value{named("Cher")}, `"Cher"`},
		{"several names", []Value{named("Ann", "Bee"), named("Cher")}, `("Ann" AND "Bee") OR "Cher"`},
		{"a text", []Value{Text("Acme LLC")}, `"Acme LLC"`},
		{"case and accents are left alone", []Value{named("JOSÉ", "nguyễn")}, `("JOSÉ" AND "nguyễn")`},
		{"an initial, in either case", []Value{named("J*", "Smith")}, `((J* OR j*) AND "Smith")`},
		{"a beginning in every case", []Value{named("joH*")}, `(JOH* OR Joh* OR joh*)`},
		{"a beginning of several words, as far as the first goes", []Value{named("de l*")}, `(DE* OR De* OR de*)`},
		{"a beginning with signs about it", []Value{named("(J.*")}, `(J* OR j*)`},
		{"a digit", []Value{named("1*")}, `1*`},
		{"a beginning that is an operator", []Value{named("or*")}, `(\OR* OR Or* OR or*)`},
		{"a typing error", []Value{named("Ann", "Smyth~|Smith")}, `("Ann" AND (Smyth~1 OR "Smith"))`},
		{"a typing error in several words", []Value{named("Smith-Jones~")}, `"Smith-Jones"`},
		{"a typing error in an operator", []Value{named("AND~")}, `\AND~1`},
		{"operators", []Value{named("AND", "OR", "NOT")}, `("AND" AND "OR" AND "NOT")`},
		{"signs", []Value{named(`a"b\c*(d)~1:?`)}, `"a\"b\\c*(d)~1:?"`},
		{"words without a letter or digit", []Value{named("&|and", "--", "Sons")}, `("and" AND "Sons")`},
	}
	for _, test := range tests {
		got := queryStringOf(wholeName())(Name, test.values)
		if diff := cmp.Diff(queryString(test.want, []string{"customerName"}), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// Parts that clauses cannot express are left out, unless there are no others.
// The search then returns more names, never fewer.
func TestNamesInClauses(t *testing.T) {
	t.Parallel()
	const smith = `{"bool":{"should":[{"match":{"customerName":"Smith"}}]}}`
	tests := []struct {
		name   string
		values []Value
		want   string
	}{
		{"parts and spellings", []Value{named("John|Jon", "Smith")},
			`{"bool":{"must":[{"bool":{"should":[{"match":{"customerName":"John"}},{"match":{"customerName":"Jon"}}]}},` + smith + `]}}`},
		{"several words", []Value{named("Mary Ann")},
			`{"bool":{"must":[{"bool":{"should":[{"match":{"customerName":{"operator":"and","query":"Mary Ann"}}}]}}]}}`},
		{"several names", []Value{named("Smith"), named("Smith")},
			`{"bool":{"should":[{"bool":{"must":[` + smith + `]}},{"bool":{"must":[` + smith + `]}}]}}`},
		{"an initial", []Value{named("J*", "Smith")}, `{"bool":{"must":[` + smith + `]}}`},
		{"an initial among spellings", []Value{named("John|J*", "Smith")}, `{"bool":{"must":[` + smith + `]}}`},
		{"a typing error", []Value{named("Jonh~", "Smith")}, `{"bool":{"must":[` + smith + `]}}`},
		{"initials alone", []Value{named("J*", "S*")}, `{"query_string":{"fields":["customerName"],"query":"((J* OR j*) AND (S* OR s*))"}}`},
	}
	for _, test := range tests {
		if got := mustJSON(clausesOf(wholeName(), everyWordOf)(Name, test.values)); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
	}
}

// Each part may be in any field.
func TestNamesAreAskedOfEveryField(t *testing.T) {
	t.Parallel()
	for _, form := range nameForms(everyName(), wholeName()) {
		query := mustJSON(form.query(Name, []Value{named("Ann", "Bee")}))
		for _, field := range everyName() {
			if strings.Contains(query, `"`+field+`"`) != slices.Contains(form.fields, field) {
				t.Errorf("%s: %s", form.name, query)
			}
		}
	}
}

// Parsed as a search server parses it, a line has exactly the words it was
// built from.
func TestLinesHoldAnyWord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { checkLine(t, rapid.SliceOfN(rapid.String(), 1, 6).Draw(t, "words")) })
}

func FuzzLine(f *testing.F) {
	for _, seed := range []string{"John", `"`, `\`, `\"`, "AND", "OR", "a*", "~1", "(", ") OR (", "é", "\xff", "ſ", "İ"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, word string) { checkLine(t, []string{word, "Smith"}) })
}

func checkLine(t tester, texts []string) {
	t.Helper()
	var value Value
	var want []string
	for _, text := range texts {
		text = strings.ToValidUTF8(text, "")
		value.Parts = append(value.Parts, []Word{{Text: text}, {Text: text, Prefix: true}, {Text: text, Fuzzy: true}})
		if searchable(text) {
			want = append(want, text)
		}
	}
	parts := value.searchParts()
	if len(parts) != len(want) {
		t.Fatalf("%q: %d parts, want %d", texts, len(parts), len(want))
	}
	if len(parts) == 0 {
		return
	}
	rest := line(parts)
	if len(parts) > 1 {
		rest = strings.TrimSuffix(strings.TrimPrefix(rest, "("), ")")
	}
	for i, text := range want {
		rest = cut(t, rest, "(")
		rest = cut(t, rest, quoted(text)+" OR ")
		stem := prefixes(text)
		for _, prefix := range stem {
			bare := strings.TrimPrefix(strings.TrimSuffix(prefix, "*"), `\`)
			if !oneWord(bare) || !utf8.ValidString(bare) || bare == "" || slices.Contains([]string{"AND", "OR", "NOT"}, strings.TrimSuffix(prefix, "*")) {
				t.Fatalf("%q begins as %q", text, prefix)
			}
			rest = cut(t, rest, prefix+" OR ")
		}
		if oneWord(text) {
			rest = cut(t, rest, unreserved(text)+"~1)")
		} else {
			rest = cut(t, rest, quoted(text)+")")
		}
		if i < len(want)-1 {
			rest = cut(t, rest, " AND ")
		}
	}
	if rest != "" {
		t.Fatalf("%q: %q is left", texts, rest)
	}
}

func cut(t tester, text, prefix string) string {
	t.Helper()
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok {
		t.Fatalf("%q does not begin with %q", text, prefix)
	}
	return rest
}

// A name without a letter or digit is an error: it must neither match all
// records nor count as not found.
func TestNamesWithoutALetterAreNotAskedFor(t *testing.T) {
	t.Parallel()
	tenant := inTurn(foundLoan)
	c := onLoopback(t, tenant)
	for _, form := range nameForms(everyName(), wholeName()) {
		way := newStrategy(Name, form, constant, 10, paging{100, 100})
		for _, value := range []Value{{}, Text(" -- "), named("&", "-*")} {
			hits, err := c.Find(t.Context(), way, []Value{named("Ann"), value})
			if wantError(t, err, Rejected, 0); hits != nil || tenant.count.Load() != 0 {
				t.Errorf("got %v after %d requests", hits, tenant.count.Load())
			}
		}
	}
}

func TestWeight(t *testing.T) {
	t.Parallel()
	for want, values := range map[int][]Value{1: {{}, Text("L1"), Text("a b c"), named("Cher")}, 2: {named("Ann", "Bee"), named("J*")}, 5: {named("John|Jon|J*", "Smith")}} {
		for _, value := range values {
			if got := value.Weight(); got != want {
				t.Errorf("%+v weighs %d, want %d", value, got, want)
			}
		}
	}
	if got := Texts("a", "b"); len(got) != 2 || got[1].Text != "b" {
		t.Errorf("Texts: %v", got)
	}
}
