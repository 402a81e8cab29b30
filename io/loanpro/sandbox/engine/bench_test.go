package engine

import (
	"fmt"
	"strings"
	"testing"

	"loanmap/io/loanpro/sandbox/people"
)

// BenchmarkPeople searches 50,000 customers for a hundred people at once, by 300
// terms: exact names, prefixes and fuzzy terms.
func BenchmarkPeople(b *testing.B) {
	customers := people.Generate(people.Config{Loans: 37_500, People: 69_800, Present: 0.5, Seed: 1}).Customers
	x := customersIndex(customers, Settings{})
	for name, form := range map[string]string{"whole": "(%s AND %s) OR (%s)", "prefix": "(%.1s* AND %s) OR (%s)", "fuzzy": "(%s~1 AND %s~1) OR (%s~1)"} {
		var text strings.Builder
		for i, count := 0, 0; count < 100; i++ {
			if c := &customers[i*400]; c.CompanyName == "" {
				fmt.Fprintf(&text, form+" ", escaped(c.FirstName), oneTerm(c.LastName), oneTerm(c.FirstName+c.LastName))
				count++
			}
		}
		query := object{"query_string": object{"query": text.String(), "fields": []any{"firstName", "lastName"}}}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				q, err := x.Parse(query)
				if err != nil {
					b.Fatal(err)
				}
				q.Hits()
			}
		})
	}
}

// oneTerm escapes blanks too.
func oneTerm(name string) string { return strings.ReplaceAll(escaped(name), " ", `\ `) }
