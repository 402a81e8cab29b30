package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

const similarCustomers = `id,first_name,middle_name,last_name,company_name,email
1,Jon,,Smith,,jon@example.com
2,John,,Smyth,,
3,Jan,,Smiht,,
4,Joan,,Schmidt,,
5,Bo,,Ng,,
6,,,,"Smith & Sons, LLC",
7,María,José,O'Brien-Smith,,
8,Mary Ann,,de la Cruz,,
`

func TestFuzzyTerms(t *testing.T) {
	for _, c := range []struct {
		mapping Mapping
		query   string
		want    []int
	}{
		{MappingText, `{"query":"smith~1","fields":["lastName"]}`, []int{1, 2, 3, 7}},
		{MappingText, `{"query":"SMITH~1","fields":["lastName"]}`, []int{1, 2, 3, 7}},
		{MappingText, `{"query":"smith~0","fields":["lastName"]}`, []int{1, 7}},
		{MappingText, `{"query":"smith~0.7","fields":["lastName"]}`, []int{1, 2, 3, 7}},
		{MappingText, `{"query":"smit~0.9","fields":["lastName"]}`, []int{}}, // a tenth of four letters is none
		{MappingText, `{"query":"smith~2","fields":["lastName"]}`, []int{1, 2, 3, 7}},
		{MappingText, `{"query":"schmit~2","fields":["lastName"]}`, []int{4}},
		{MappingText, `{"query":"schmit~","fields":["lastName"]}`, []int{4}},
		{MappingText, `{"query":"schmit~9","fields":["lastName"]}`, []int{4}},
		{MappingText, `{"query":"smith~1^3 bo","fields":["firstName","lastName"]}`, []int{1, 2, 3, 5, 7}},
		{MappingText, `{"query":"+john~1 +smith~1","fields":["firstName","lastName"]}`, []int{1, 2}},
		{MappingText, `{"query":"no~1","fields":["firstName"]}`, []int{5}},     // one of two letters may differ
		{MappingText, `{"query":"xy~2","fields":["firstName"]}`, []int{}},      // but not both
		{MappingText, `{"query":"o'brein~1","fields":["lastName"]}`, []int{7}}, // apostrophes belong to a token
		{MappingText, `{"query":"maria~1","fields":["firstName"]}`, []int{7}},  // the accent is an edit
		{MappingText, `{"query":"smi*~1","fields":["lastName"]}`, []int{1, 3, 7}},
		{MappingText, `{"query":"nobody~1 OR smiht","fields":["lastName"]}`, []int{3}},
		{MappingKeyword, `{"query":"Smit~1","fields":["lastName"]}`, []int{1, 3}},
		{MappingKeyword, `{"query":"smith~1","fields":["lastName"]}`, []int{1}}, // the capital is an edit
		{MappingKeyword, `{"query":"O'Brien\\-Smyth~1","fields":["lastName"]}`, []int{7}},
		{MappingKeyword, `{"query":"Mary\\ Anne~1","fields":["firstName"]}`, []int{8}},
		{MappingLowercase, `{"query":"JOAN\\ SCHMITD~1","fields":["customerName"]}`, []int{4}},
		{MappingTextKeyword, `{"query":"Smit~1","fields":["lastName.keyword"]}`, []int{1, 3}},
		{MappingTextKeyword, `{"query":"smit~1","fields":["lastName"]}`, []int{1, 3, 7}},
	} {
		dir := folder(t, "id,display_id\n1,x\n", similarCustomers)
		s := made(t, Options{Dir: dir, Shape: Shape{Mapping: c.mapping}})
		code, got := searched(t, s, "Customers/Autopal.Search()?$orderby=id", `{"query":{"query_string":`+c.query+`}}`)
		if diff := cmp.Diff(c.want, got.ids(t)); diff != "" || code != http.StatusOK {
			t.Errorf("%s %s: %d %v: %s", c.mapping, c.query, code, got.Error, diff)
		}
	}
}

// TestNearestFirst checks that what is more similar scores higher.
func TestNearestFirst(t *testing.T) {
	s := made(t, Options{Dir: folder(t, "id,display_id\n1,x\n", similarCustomers)})
	_, got := searched(t, s, "Customers/Autopal.Search()", `{"query":{"query_string":{"query":"smyth~2","fields":["lastName"]}}}`)
	if diff := cmp.Diff([]int{2, 1, 7, 3}, got.ids(t)); diff != "" {
		t.Error(diff)
	}
}

func TestTenantsWithoutFuzziness(t *testing.T) {
	dir := folder(t, "id,display_id\n1,x\n", similarCustomers)
	plain, fuzzy := `{"query":{"query_string":{"query":"smith","fields":["lastName"]}}}`, `{"query":{"query_string":{"query":"smith~1","fields":["lastName"]}}}`

	refusing := made(t, Options{Dir: dir, Shape: Shape{RefuseForms: []string{"fuzziness"}}})
	if code, got := searched(t, refusing, "Customers/Autopal.Search()", fuzzy); code != http.StatusConflict {
		t.Errorf("%d %v", code, got.ids(t))
	}
	if code, _ := searched(t, refusing, "Customers/Autopal.Search()", plain); code != http.StatusOK {
		t.Errorf("refuses %s too", plain)
	}
	ignoring := made(t, Options{Dir: dir, Shape: Shape{IgnoreFuzziness: true}})
	_, want := searched(t, ignoring, "Customers/Autopal.Search()", plain)
	code, got := searched(t, ignoring, "Customers/Autopal.Search()", fuzzy)
	if diff := cmp.Diff(want.ids(t), got.ids(t)); code != http.StatusOK || diff != "" {
		t.Error(code, diff)
	}
	if got := ignoring.Counters().ByForm; got["fuzziness + query_string"] != 1 || got["query_string"] != 1 {
		t.Errorf("counted %v", got)
	}
}

// distance is the textbook's: what is left of two words after one edit or none.
func distance(a, b string) int { return distanceOf([]rune(a), []rune(b), map[[2]int]int{}) }

func distanceOf(a, b []rune, known map[[2]int]int) int {
	if len(a) == 0 || len(b) == 0 {
		return len(a) + len(b)
	}
	at := [2]int{len(a), len(b)}
	if d, ok := known[at]; ok {
		return d
	}
	d := 1 + min(distanceOf(a[1:], b, known), distanceOf(a, b[1:], known))
	d = min(d, distanceOf(a[1:], b[1:], known)+int(oneIf(a[0] != b[0])))
	if len(a) > 1 && len(b) > 1 && a[0] == b[1] && a[1] == b[0] {
		d = min(d, 1+distanceOf(a[2:], b[2:], known))
	}
	known[at] = d
	return d
}

// TestNearAgreesWithScan compares the dictionary with the textbook.
func TestNearAgreesWithScan(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("abcé")), 1, 6, -1)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(letters, 1, 60, rapid.ID).Draw(t, "words")
		asked, edits := letters.Draw(t, "asked"), rapid.IntRange(0, 2).Draw(t, "edits")
		type near struct {
			word       string
			similarity float32
		}
		var want, got []near
		for _, word := range words {
			distance, shorter := distance(asked, word), min(len([]rune(asked)), len([]rune(word)))
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
		for _, found := range newDictionary(words).near(asked, edits, 20) {
			got = append(got, near{words[found.number], found.similarity})
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(near{})); diff != "" {
			t.Fatal(diff)
		}
	})
}

// TestFittingAgreesWithScan compares patterns with a scan of all words.
func TestFittingAgreesWithScan(t *testing.T) {
	letters := rapid.StringOfN(rapid.SampledFrom([]rune("abé")), 1, 5, -1)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(letters, 1, 60, rapid.ID).Draw(t, "words")
		text := rapid.StringOfN(rapid.SampledFrom([]rune("abé*?")), 0, 4, -1).Draw(t, "text") + "*"
		var pattern []symbol
		for _, r := range text {
			pattern = append(pattern, symbol{r, r == '*' || r == '?'})
		}
		var want, got []string
		for _, word := range words {
			if fits(pattern, word) {
				want = append(want, word)
			}
		}
		for _, number := range newDictionary(words).fitting(pattern) {
			got = append(got, words[number])
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("%s: %s", text, diff)
		}
	})
}

// TestHoldingAny checks that a document is one hit however many of its tokens
// are meant, where the lists are short enough to sort and where they are not.
func TestHoldingAny(t *testing.T) {
	texts := make([]string, 1_000)
	texts[7], texts[3] = "smith smyth", "smyth"
	for doc := 500; doc < 900; doc++ {
		texts[doc] = "smart smirk"
	}
	w := indexWords(len(texts), func(doc int, yield func(string)) { yield(texts[doc]) }, tokenize)
	if diff := cmp.Diff([]int32{3, 7}, w.like([]symbol{{'s', false}, {'m', false}, {'?', true}, {'t', false}, {'h', false}}).docs); diff != "" {
		t.Error(diff)
	}
	if got := w.like([]symbol{{'s', false}, {'*', true}}).docs; len(got) != 402 || !slices.IsSorted(got) {
		t.Errorf("%d documents", len(got))
	}
}

// question is a query_string made up, and who it must find.
type question struct {
	text string
	fits func(held []string) bool // the tokens of all the fields asked
}

// questions makes up terms of every kind, and groups of them; put is how the
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
		word := rapid.SampledFrom(words).Draw(t, "word")
		indexed := put(word)
		holds := func(is func(token string) bool) func([]string) bool {
			return func(held []string) bool { return slices.ContainsFunc(held, is) }
		}
		switch rapid.IntRange(0, 3).Draw(t, "term") {
		case 0:
			return question{escaped(word) + "~1", holds(func(token string) bool {
				return distance(indexed, token) <= 1 && distance(indexed, token) < min(len([]rune(indexed)), len([]rune(token)))
			})}
		case 1:
			begin := initial(indexed)
			return question{escaped(begin) + "*", holds(func(token string) bool { return strings.HasPrefix(token, begin) })}
		case 2:
			return question{`"` + strings.ReplaceAll(word, `"`, `\"`) + `"`, holds(func(token string) bool { return token == indexed })}
		}
		return question{escaped(word), holds(func(token string) bool { return token == indexed })}
	})
}

// escaped puts a backslash before every sign.
func escaped(word string) string {
	var b strings.Builder
	for _, r := range word {
		if strings.ContainsRune(`+-=&|><!(){}[]^"~*?:\/`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// TestGroupsAgreeWithScan compares query_strings over several fields with a
// scan: each term may stand in any of the fields.
func TestGroupsAgreeWithScan(t *testing.T) {
	fields := []string{"firstName", "middleName", "lastName", "companyName"}
	for _, mapping := range []Mapping{MappingText, MappingTextKeyword, MappingLowercase, MappingKeyword} {
		s := made(t, Options{Loans: 300, Seed: 3, Shape: Shape{Mapping: mapping}})
		asIndexed := func(text string) []string {
			return s.customers.fields["lastName"].tokens(text)
		}
		put := strings.ToLower
		if mapping == MappingKeyword {
			put = func(word string) string { return word }
		}
		var words []string // such as the mapping keeps in one token
		for i := range s.tenant.customers[:40] {
			for _, word := range []string{s.tenant.customers[i].FirstName, s.tenant.customers[i].LastName} {
				if got := asIndexed(word); len(got) == 1 && got[0] == put(word) && !strings.Contains(word, " ") {
					words = append(words, word)
				}
			}
		}
		rapid.Check(t, func(t *rapid.T) {
			asks := questions(words, 3, put).Draw(t, "question")
			var want []int32
			for at := range s.tenant.customers {
				c := &s.tenant.customers[at]
				var held []string
				for _, text := range []string{c.FirstName, c.MiddleName, c.LastName, c.CompanyName} {
					held = append(held, asIndexed(text)...)
				}
				if asks.fits(held) {
					want = append(want, int32(at))
				}
			}
			query, err := json.Marshal(object{"query_string": object{"query": asks.text, "fields": fields, "default_operator": "AND"}})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, asked(t, s.customers, string(query)).docs); diff != "" {
				t.Fatalf("%s: %s: %s", mapping, asks.text, diff)
			}
		})
	}
}

// TestEscapedNamesAreFound asks for names as they stand, with every sign
// escaped, and expects the one who bears each.
func TestEscapedNamesAreFound(t *testing.T) {
	names := []string{`O'Brien`, `Smith-Jones`, `Te"st`, `a*b`, `q?x`, `AND`, `OR`, `NOT`, `R&B`, `x||y`, `(z)`, `c:d`, `e/f`, `g~1`, `h^2`, `back\slash`}
	var rows strings.Builder
	rows.WriteString("id,last_name\n")
	for i, name := range names {
		fmt.Fprintf(&rows, "%d,\"%s\"\n", i+1, strings.ReplaceAll(name, `"`, `""`))
	}
	for _, mapping := range []Mapping{MappingText, MappingKeyword, MappingLowercase, MappingTextKeyword} {
		s := made(t, Options{Dir: folder(t, "id,display_id\n1,x\n", rows.String()), Shape: Shape{Mapping: mapping}})
		for i, name := range names {
			text := escaped(name)
			if text == name { // an operator is one unless it is escaped or quoted
				text = `"` + name + `"`
			}
			_, got := searched(t, s, "Customers/Autopal.Search()", asJSON(t, object{"query": object{
				"query_string": object{"query": text, "fields": []string{"lastName"}, "default_operator": "AND"}}}))
			if !slices.Contains(got.ids(t), i+1) {
				t.Errorf("%s: %s finds %v, %v", mapping, text, got.ids(t), got.Error)
			}
		}
	}
}
