package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// BenchmarkBatch asks for 200 display IDs at once, each a match of all words.
func BenchmarkBatch(b *testing.B) {
	for _, size := range []int{2_000, 200_000, 1_000_000} {
		s := made(b, Options{Loans: size})
		var clauses []any
		for i := range 200 {
			id := s.tenant.loans[i*(size/200)].DisplayID
			clauses = append(clauses, object{"match": object{"displayId": object{"query": id, "operator": "and"}}})
		}
		body, err := json.Marshal(object{"query": object{"bool": object{"should": clauses}}})
		if err != nil {
			b.Fatal(err)
		}
		s.loans.fields["displayId"].words()
		b.Run(fmt.Sprintf("loans=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := call(s, http.MethodPost, searchLoans+"?$top=1000&$orderby=id", string(body)); w.Code != 200 {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}

// BenchmarkNew makes tenants up.
func BenchmarkNew(b *testing.B) {
	for _, size := range []int{2_000, 200_000, 1_000_000} {
		b.Run(fmt.Sprintf("loans=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				made(b, Options{Loans: size})
			}
		})
	}
}

// BenchmarkPeople asks 50,000 customers for a hundred people at once, by 300
// terms: names as they are, beginning so, or nearly so.
func BenchmarkPeople(b *testing.B) {
	s := made(b, Options{Loans: 37_500, People: 69_800, Present: 0.5})
	for name, form := range map[string]string{"whole": "(%s AND %s) OR (%s)", "begins": "(%.1s* AND %s) OR (%s)", "fuzzy": "(%s~1 AND %s~1) OR (%s~1)"} {
		var text strings.Builder
		for i, asked := 0, 0; asked < 100; i++ {
			c := &s.tenant.customers[i*400]
			if c.Kind == kindPerson {
				fmt.Fprintf(&text, form+" ", escaped(c.FirstName), quoted(c.LastName), quoted(c.FirstName+c.LastName))
				asked++
			}
		}
		body := asJSON(b, object{"query": object{"query_string": object{
			"query": text.String(), "fields": []string{"firstName", "lastName", "customerName"}}}})
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := call(s, http.MethodPost, apiPath+"/Customers/Autopal.Search()?$top=1000", body); w.Code != 200 {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}

// quoted escapes blanks, too, so that a name of several words is one term.
func quoted(name string) string { return strings.ReplaceAll(escaped(name), " ", `\ `) }

// BenchmarkPopulation makes 100,000 people, indexes the half of them that is in
// the tenant, and writes rows.
func BenchmarkPopulation(b *testing.B) {
	for b.Loop() {
		s := made(b, Options{Loans: 37_500, People: 69_800, Present: 0.5})
		for _, f := range s.customers.textFields() {
			f.words()
		}
		for range s.PersonRows(30_000, 1) {
		}
	}
}
