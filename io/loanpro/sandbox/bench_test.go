package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
)

// BenchmarkBatch searches for 200 display IDs at once, each a match of all words.
func BenchmarkBatch(b *testing.B) {
	for _, size := range []int{2_000, 200_000, 1_000_000} {
		s := made(b, Options{Loans: size})
		var clauses []any
		for i := range 200 {
			id := s.tenant.Loans[i*(size/200)].DisplayID
			clauses = append(clauses, object{"match": object{"displayId": object{"query": id, "operator": "and"}}})
		}
		body, err := json.Marshal(object{"query": object{"bool": object{"should": clauses}}})
		if err != nil {
			b.Fatal(err)
		}
		call(s, http.MethodPost, searchLoans, string(body)) // builds the index
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

// BenchmarkPage reads a page of a range of system IDs, in their order, in addition to
// some records before it.
func BenchmarkPage(b *testing.B) {
	for _, size := range []int{2_000, 200_000, 1_000_000} {
		s := made(b, Options{Loans: size})
		var before []int
		for i := range 32 {
			before = append(before, s.tenant.Loans[i*(size/100)].ID)
		}
		above := object{"range": object{"id": object{"gt": s.tenant.Loans[size/3].ID}}}
		body := asJSON(b, object{"query": object{"constant_score": object{"filter": object{"bool": object{
			"should": []object{above, {"terms": object{"id": before}}},
		}}}}})
		call(s, http.MethodPost, searchLoans, body) // builds the index
		b.Run(fmt.Sprintf("loans=%d", size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if w := call(s, http.MethodPost, searchLoans+"?$top=500&$orderby=id", body); w.Code != 200 {
					b.Fatal(w.Code, w.Body)
				}
			}
		})
	}
}

// BenchmarkNew makes tenants.
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
