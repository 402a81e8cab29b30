package loanpro

import (
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"loanmap/io/loanpro/sandbox"
)

// oddPeople are customers whose names, emails and numbers a careless query
// would get wrong.
func oddPeople() []sandbox.Customer {
	people := []sandbox.Customer{
		{FirstName: "Siobhán", LastName: "O'Brien", Email: "o'brien+loans@example.com", Phone: "(555) 010-1234", CustomID: "A & B"},
		{FirstName: "María José", LastName: "de la Cruz", Email: "M.de_la-Cruz@example.com", Phone: "555-010-2345", CustomID: "C-OR*1"},
		{FirstName: "Test", LastName: "OR", Email: "or@example.com", Phone: "+15550103456", CustomID: "NOT 7"},
		{FirstName: "NOT", LastName: "AND", Email: "not@example.com", Phone: "555.010.4567", CustomID: "x:y~1"},
		{FirstName: `Ann "Annie"`, LastName: `Qu"ote`, Email: `"ann"@example.com`, Phone: "(555) 010-5678", CustomID: `"q"`},
		{FirstName: "B*", LastName: "Star?*", Email: "star*@example.com", Phone: "555 010 6789", CustomID: "*1"},
		{FirstName: `Back\slash`, LastName: `n\t\`, Email: `a\b@example.com`, Phone: "(555) 010-7890", CustomID: `\1\`},
		{FirstName: "Mary Ann", LastName: "Smith-Jones", Email: "MARY@EXAMPLE.COM", Phone: "15550108901", CustomID: "0042"},
		{FirstName: "x~1", LastName: "(Paren) [B]{r}", Email: "p@example.com", Phone: "(555) 010-9012", CustomID: "(1)"},
		{FirstName: "José", LastName: "Nguyễn", Email: "jose@example.com", CustomID: "É1"},
		{CompanyName: "AND / OR & Sons, LLC", Email: "office@example.com", CustomID: "1/2"},
		{CompanyName: `The "Best" Fund* 1`, Phone: "(555) 011-0123"},
		{CompanyName: "O'Hara"},
	}
	for i := range people {
		people[i].ID = 900_001 + i
	}
	return people
}

// tenantWith serves a made-up tenant to which people are added.
func tenantWith(t testing.TB, loans int, shape sandbox.Shape, people []sandbox.Customer) (*Client, *sandbox.Sandbox) {
	t.Helper()
	made, err := sandbox.New(sandbox.Options{Loans: loans})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := made.Export(dir); err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "customers.csv"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows := csv.NewWriter(file)
	for _, c := range people {
		_ = rows.Write([]string{strconv.Itoa(c.ID), c.CustomID, c.FirstName, c.MiddleName, c.LastName, "", c.CompanyName,
			c.Email, c.Phone, "", "", "", "", "", ""})
	}
	if rows.Flush(); rows.Error() != nil {
		t.Fatal(rows.Error())
	}
	return tenantOf(t, sandbox.Options{Dir: dir, Shape: shape})
}

// asWritten returns the value that finds a customer by key; false if there is
// none.
func asWritten(key Key, c *sandbox.Customer) (Value, bool) {
	text := map[Key]string{CustomID: c.CustomID, Email: c.Email, Phone: c.Phone, Name: c.CompanyName}[key]
	if key == Name && c.CompanyName == "" {
		return Value{Parts: [][]Word{{{Text: c.FirstName}}, {{Text: c.LastName}}}}, true
	}
	return Text(text), text != ""
}

// shapes are the ways in which tenants differ for searches of people.
func shapes() map[string]sandbox.Shape {
	return map[string]sandbox.Shape{
		"text":                       {},
		"keyword":                    {Mapping: "keyword"},
		"keyword in lower case":      {Mapping: "lowercase"},
		"text with a keyword":        {Mapping: "text+keyword"},
		"no query_string":            {RefuseForms: []string{"query_string"}},
		"no query_string, keyword":   {RefuseForms: []string{"query_string"}, Mapping: "keyword"},
		"documented match alone":     {RefuseForms: []string{"query_string", "match-operator", "match_phrase", "terms"}},
		"no wrapping":                {RefuseForms: []string{"constant_score", "bool.filter"}},
		"pages of 25":                {MaxPage: 25},
		"pages of 25, keyword":       {MaxPage: 25, Mapping: "keyword"},
		"few clauses":                {ClauseLimit: 100},
		"few clauses, keyword":       {ClauseLimit: 100, Mapping: "keyword"},
		"a short body":               {BodyLimit: 3000},
		"low scores are cut off":     {ScoreCutoff: 0.9},
		"IDs in quotes, null for []": {IDStrings: true, Empties: "null", NoTotal: true},
	}
}

func TestEveryCustomerIsFound(t *testing.T) {
	t.Parallel()
	for name, shape := range shapes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, box := tenantWith(t, 60, shape, oddPeople())
			for _, key := range []Key{Name, Email, Phone, CustomID} {
				f, err := c.Probe(t.Context(), key, MaxBatch, false)
				if err != nil || f.Empty() {
					t.Fatalf("%s: %+v, %v", key, f, err)
				}
				if f.Batches() {
					findAll(t, c, f.Batch, slices.Collect(box.Customers()))
					findAll(t, c, f.Second, slices.Collect(box.Customers()))
				}
				findAll(t, c, f.Single, oddPeople())
			}
		})
	}
}

// findHalves searches for values, and for each half if the tenant rejects the
// search as too long.
func findHalves(t *testing.T, c *Client, way Strategy, values []Value) []Hit {
	t.Helper()
	hits, err := c.Find(t.Context(), way, values)
	if e, ok := errors.AsType[*Error](err); ok && e.Class == Rejected && len(values) > 1 {
		half := len(values) / 2
		return append(findHalves(t, c, way, values[:half]), findHalves(t, c, way, values[half:])...)
	}
	if err != nil {
		t.Fatalf("%s by %s: %v", way.key, way.Form, err)
	}
	return hits
}

// findAll searches for people in batches as large as way allows.
func findAll(t *testing.T, c *Client, way Strategy, people []sandbox.Customer) {
	t.Helper()
	var asked questions
	var whom []sandbox.Customer
	flush := func() {
		hits := findHalves(t, c, way, asked.values)
		for _, person := range whom {
			if !slices.ContainsFunc(hits, func(hit Hit) bool { return hit.ID == int64(person.ID) }) {
				t.Errorf("%s by %s: %s %s%s is not among %d hits", way.key, way.Form, person.FirstName, person.LastName, person.CompanyName, len(hits))
			}
		}
		asked, whom = questions{}, nil
	}
	for _, person := range people {
		value, ok := asWritten(way.key, &person)
		if !ok {
			continue
		}
		if !asked.add(value, way.Size) {
			flush()
			asked.add(value, way.Size)
		}
		whom = append(whom, person)
	}
	flush()
}

func TestProbeOfNames(t *testing.T) {
	t.Parallel()
	const lines, clauses = "query_string of names in constant_score", "bool of names in constant_score"
	tests := []struct {
		name, batch, second, alone string
		cases                      Case
		whole, prefix              bool
	}{
		{"text", lines + " 160", clauses + " 150", lines, CaseInsensitive, false, true},
		{"keyword", lines + " 160", clauses + " 150", lines, CaseSensitive, true, true},
		{"keyword in lower case", lines + " 160", clauses + " 150", lines, CaseInsensitive, true, true},
		{"text with a keyword", lines + " 160", clauses + " 150", lines, CaseInsensitive, false, true},
		{"no query_string", clauses + " 160", "match of customerName in constant_score 150", clauses, CaseInsensitive, false, false},
		{"no query_string, keyword", clauses + " 160", clauses + " 40", clauses, CaseSensitive, true, false},
		{"documented match alone", "match of customerName in constant_score 160", "match of customerName in constant_score 40", "match of customerName in constant_score", CaseInsensitive, false, false},
		{"no wrapping", "query_string of names 160", "bool of names 150", "query_string of names", CaseInsensitive, false, true},
		{"pages of 25", lines + " 22", clauses + " 22", lines, CaseInsensitive, false, true},
		{"few clauses", lines + " 10", lines + " 2", lines, CaseInsensitive, false, true},
		{"low scores are cut off", lines + " 160", clauses + " 150", lines, CaseInsensitive, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, box := tenantOf(t, sandbox.Options{Shape: shapes()[test.name]})
			f, err := c.Probe(t.Context(), Name, MaxBatch, true)
			if err != nil {
				t.Fatal(err)
			}
			got := []any{fmt.Sprint(f.Batch.Form, " ", f.Batch.Size), fmt.Sprint(f.Second.Form, " ", f.Second.Size), f.Single.Form, f.Single.Size, f.Case, f.Keyword, f.Prefix, f.Database}
			want := []any{test.batch, test.second, test.alone, 1, test.cases, test.whole, test.prefix, false}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if n := box.Counters().Requests - int(c.Stats().Retries); n > calmProbe || n != f.Requests {
				t.Errorf("it took %d requests, retries aside, and says %d", n, f.Requests)
			}
		})
	}
}

// In any tenant, a probe for people keeps its budget.
func TestProbesOfPeopleAreBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	for name, shape := range shapes() {
		for _, loans := range []int{3, 520} {
			c, box := tenantOf(t, sandbox.Options{Loans: loans, Shape: shape})
			for _, key := range []Key{Name, Email, Phone, CustomID} {
				before := box.Counters().Requests - int(c.Stats().Retries)
				f, err := c.Probe(t.Context(), key, MaxBatch, true)
				if n := box.Counters().Requests - int(c.Stats().Retries) - before; err != nil || n > mostProbe || n != f.Requests || f.Batch.Size < 1 || f.Single.Size != 1 {
					t.Errorf("%s, %s: %+v, %v after %d requests", name, key, f, err, n)
				}
			}
		}
	}
}

// The first pages of a kind of record are read once.
func TestProbesShareTheirFirstPages(t *testing.T) {
	t.Parallel()
	for _, mapping := range []sandbox.Mapping{"text", "keyword", "lowercase", "text+keyword"} {
		c, box := tenantOf(t, sandbox.Options{Shape: sandbox.Shape{Mapping: mapping}})
		for _, key := range []Key{Name, Email, Phone, CustomID} {
			if _, err := c.Probe(t.Context(), key, MaxBatch, false); err != nil {
				t.Fatal(err)
			}
		}
		n := box.Counters().Requests
		t.Logf("%s: %d requests", mapping, n)
		if most := calmProbe + 3*4; n > most {
			t.Errorf("%s: four probes took %d requests, want at most %d", mapping, n, most)
		}
		if all := box.Counters().ByForm["match_all"] + box.Counters().ByForm["constant_score match_all"]; all != 2 {
			t.Errorf("%s: %d pages of all records were asked for, want 2: %v", mapping, all, box.Counters().ByForm)
		}
		if _, err := c.Probe(t.Context(), DisplayID, MaxBatch, false); err != nil || box.Counters().ByForm["match_all"] != 2 {
			t.Errorf("%s: a probe of loans took customers' pages, or %v", mapping, err)
		}
	}
}

// Probes may run concurrently: each has its own sample.
func TestProbesRunSideBySide(t *testing.T) {
	t.Parallel()
	c, _ := tenantOf(t, sandbox.Options{Loans: 200, Shape: sandbox.Shape{DropHits: 0.02}})
	var probes sync.WaitGroup
	for _, key := range []Key{Name, Name, Email, Email, CustomID, CustomerID} {
		probes.Go(func() {
			for range 3 {
				if f, err := c.Probe(t.Context(), key, MaxBatch, false); err != nil || f.Empty() {
					t.Errorf("%s: %+v, %v", key, f, err)
				}
			}
		})
	}
	probes.Wait()
}

// Concurrent probes load the baseline of their kind of record once, and share
// its controls.
func TestProbesSideBySideLoadOneBaseline(t *testing.T) {
	t.Parallel()
	c, box := tenantOf(t, sandbox.Options{Loans: 100})
	var probes sync.WaitGroup
	for _, key := range []Key{Name, Email, Phone, CustomID, CustomerID} {
		probes.Go(func() {
			if _, err := c.Probe(t.Context(), key, MaxBatch, false); err != nil {
				t.Errorf("%s: %v", key, err)
			}
		})
	}
	probes.Wait()
	forms := box.Counters().ByForm
	if n := forms["match_all"] + forms["constant_score match_all"]; n != 2 {
		t.Errorf("%d pages of all records were asked for, want 2: %v", n, forms)
	}
}

// The lists of Expect, Require and Baseline are copies.
func TestBaselinesAreCopies(t *testing.T) {
	t.Parallel()
	c, _ := tenantOf(t, sandbox.Options{Loans: 100})
	expected := map[string][]int64{"Loans": {}}
	c.Expect(expected)
	c.Require(expected)
	expected["Loans"] = []int64{1 << 50} // no such record: a probe would wait for it
	if _, err := c.Probe(t.Context(), LoanID, MaxBatch, false); err != nil {
		t.Fatal(err)
	}
	before := c.Baseline()["Loans"][0]
	c.Baseline()["Loans"][0] = -1
	if got := c.Baseline()["Loans"][0]; got != before {
		t.Errorf("a caller changed the baseline to %d", got)
	}
}

// If no customer has an email, the probe learns nothing about emails.
func TestProbeOfAKeyThatNoRecordHolds(t *testing.T) {
	t.Parallel()
	c := onLoopback(t, respond(http.StatusOK, `{"d":{"results":[{"id":1,"firstName":"Ann","lastName":"Example"}],"summary":{"total":1}}}`))
	f, err := c.Probe(t.Context(), Email, MaxBatch, true)
	if err != nil || !f.Empty() || f.Batch.Size != 1 || f.Single.Size != 1 || f.Requests != 2 {
		t.Errorf("%+v, %v", f, err)
	}
}

func TestMaySearchPeople(t *testing.T) {
	t.Parallel()
	c, _ := tenantOf(t, sandbox.Options{Shape: sandbox.Shape{NoCustomerSearch: true}})
	for key, want := range map[Key]bool{DisplayID: true, LoanID: true, CustomerID: false, CustomID: false, Email: false, Phone: false, Name: false} {
		if may, err := c.MaySearch(t.Context(), key); may != want || err != nil {
			t.Errorf("%s: %t, %v", key, may, err)
		}
	}
}

// resembling returns a client of a sandbox that rewrites query_string.
func resembling(t *testing.T, shape sandbox.Shape, rewrite func(query string) string) *Client {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Shape: shape})
	if err != nil {
		t.Fatal(err)
	}
	c := onLoopback(t, rewritten(box, rewrite))
	c.config.Token, c.config.TenantID = mustToken(box.Token()), box.TenantID()
	return c
}

func TestProbeOfTypingErrors(t *testing.T) {
	t.Parallel()
	likened := regexp.MustCompile(`(\pL\pL)\pL(\pL+)~1`)
	for name, test := range map[string]struct {
		rewrite func(string) string
		fuzzy   bool
	}{
		"answered": {func(query string) string { return likened.ReplaceAllString(query, "$1?$2") }, true},
		"answered but for some": {func(query string) string {
			return strings.Replace(likened.ReplaceAllString(query, "$1?$2"), "?", "", 1)
		}, false},
		"ignored": {func(query string) string { return strings.ReplaceAll(query, "~1", "") }, false},
		"refused": {func(query string) string { return strings.ReplaceAll(query, "~1", ` "`) }, false},
	} {
		f, err := resembling(t, sandbox.Shape{}, test.rewrite).Probe(t.Context(), Name, MaxBatch, false)
		if err != nil || f.Fuzzy != test.fuzzy || !f.Prefix || f.Batch.Size < 100 {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

// A tenant that treats prefixes as whole words gets none.
func TestProbeOfPrefixes(t *testing.T) {
	t.Parallel()
	c := resembling(t, sandbox.Shape{}, func(query string) string { return strings.ReplaceAll(query, "*", "") })
	f, err := c.Probe(t.Context(), Name, MaxBatch, false)
	if err != nil || f.Prefix || f.Batch.Size < 100 {
		t.Fatalf("%+v, %v", f, err)
	}
	for _, way := range []Strategy{f.Batch, f.Second, f.Single} {
		body := mustJSON(way.body([]Value{named("J*", "Smith")}, nil))
		if !way.withoutPrefixes || strings.Contains(body, "*") || !strings.Contains(body, "Smith") {
			t.Errorf("%s: %s", way.Form, body)
		}
	}
}

// If names or initials are so common that the page ends before the names asked
// for, batches are smaller.
func TestProbeOfCommonNames(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		namesake    string
		each        int
		least, most int // size of a batch
	}{{"Ann", 6, fewQuestions, 22}, {"Alma", 12, 44, 44}} {
		var people []sandbox.Customer
		add := func(first, last string, i int) {
			people = append(people, sandbox.Customer{ID: 900_001 + len(people), FirstName: first, LastName: fmt.Sprint(last, i)})
		}
		for i := range 60 { // the first page
			add("Ann", "Rare", i)
		}
		for i := range 60 * test.each {
			add(test.namesake, "Common", i%60)
		}
		for i := range 60 { // the middle, where the sample is taken
			add("Ann", "Common", i)
		}
		for i := range 60 * test.each {
			add("Ann", "Rarest", i)
		}
		c, _ := tenantWith(t, 3, sandbox.Shape{MaxPage: 50}, people)
		f, err := c.Probe(t.Context(), Name, MaxBatch, false)
		if err != nil || f.Batch.form.kind != "query_string" || f.Batch.Size < test.least || f.Batch.Size > test.most || !f.Prefix || f.Keyword {
			t.Errorf("%s: %+v, %v", test.namesake, f, err)
		}
	}
}

// A search for any name finds the records with that name, and no others if the
// index keeps names whole.
func TestNamesAreFoundWhateverTheyHold(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	nasty := rapid.StringMatching(`[aAbORNDTé"\\*?~:()\[\]{}^/+\-!&|'. ]{0,6}[aAORé1][aAbORNDTé"\\*?~:()\[\]{}^/+\-!&|'. ]{0,6}`)
	rapid.Check(t, func(r *rapid.T) {
		names := rapid.SliceOfN(nasty, 2, 5).Draw(r, "names")
		var people []sandbox.Customer
		for i, name := range names {
			people = append(people, sandbox.Customer{ID: 900_001 + i, FirstName: "Zoe", LastName: strings.TrimSpace(name)})
		}
		for _, mapping := range []sandbox.Mapping{"text", "keyword"} {
			c, box := tenantWith(t, 3, sandbox.Shape{Mapping: mapping}, people)
			for _, form := range nameForms(everyName()) {
				way := newStrategy(Name, form, constant, 10, paging{500, 500})
				for _, person := range people {
					wantExactly(r, c, box, way, mapping, person)
				}
			}
		}
	})
}

func wantExactly(r *rapid.T, c *Client, box *sandbox.Sandbox, way Strategy, mapping sandbox.Mapping, person sandbox.Customer) {
	if mapping == "keyword" && way.form.kind == "match" { // it asks for the whole name
		return
	}
	hits, err := c.Find(r.Context(), way, []Value{{Parts: [][]Word{{{Text: "Zoe"}}, {{Text: person.LastName}}}}})
	if err != nil {
		r.Fatalf("%q by %s: %v", person.LastName, way.Form, err)
	}
	for other := range box.Customers() {
		found := slices.ContainsFunc(hits, func(hit Hit) bool { return hit.ID == int64(other.ID) })
		same := other.FirstName == "Zoe" && other.LastName == person.LastName
		if same && !found || found && !same && mapping == "keyword" {
			r.Fatalf("%q by %s: found is %t for %q", person.LastName, way.Form, found, other.LastName)
		}
	}
}
