package loanpro

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/loanpro/sandbox"
)

// tenantOf serves a made-up tenant and returns a client of it.
func tenantOf(t testing.TB, options sandbox.Options) (*Client, *sandbox.Sandbox) {
	t.Helper()
	if options.Loans == 0 {
		options.Loans = 700 // more than a page
	}
	box, err := sandbox.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	config := testConfig(server.URL + basePath)
	config.Token, config.TenantID, config.Patience = mustToken(box.Token()), box.TenantID(), time.Second
	return newClient(t, config), box
}

// The most requests that a probe takes: of a tenant whose searches do what they
// say, and of one where after each trial it is to be seen whether the index or the
// search has lost something.
const (
	calmProbe = probeRequests + singleRequests + 2
	mostProbe = 2*probeRequests + singleRequests
)

// Tenants differ, and the findings with them.
func TestProbe(t *testing.T) {
	t.Parallel()
	type shape = sandbox.Shape
	const phrases = "match_phrase in constant_score"
	tests := []struct {
		name   string
		shape  shape
		batch  string // form and size
		second string
		alone  string
		cases  Case
		page   int
	}{
		{"text", shape{}, phrases + " 200", "query_string in constant_score 150", "match_and", CaseInsensitive, 500},
		{"keyword", shape{Mapping: "keyword"}, "terms in constant_score 200", phrases + " 150", "match_and", CaseSensitive, 500},
		{"keyword in lower case", shape{Mapping: "lowercase"}, "terms in constant_score 200", phrases + " 150", "match_and", CaseInsensitive, 500},
		{"text with a keyword", shape{Mapping: "text+keyword"}, phrases + " 200", "query_string in constant_score 150", "match_and", CaseInsensitive, 500},
		{"IDs in quotes, null for nothing", shape{IDStrings: true, FlagStrings: true, Empties: "null"}, phrases + " 200", "query_string in constant_score 150", "match_and", CaseInsensitive, 500},
		{"pages of 100", shape{MaxPage: 100}, phrases + " 88", "query_string in constant_score 88", "match_and", CaseInsensitive, 100},
		{"pages of 25", shape{MaxPage: 25, NoTotal: true}, phrases + " 22", "query_string in constant_score 22", "match_and", CaseInsensitive, 25},
		{"pages of 1", shape{MaxPage: 1}, "match_and 1", " 0", "match_and", CaseUnknown, 1},
		{"few clauses", shape{ClauseLimit: 32}, phrases + " 25", "query_string in constant_score 25", "match_and", CaseInsensitive, 500},
		{"few clauses, keyword", shape{ClauseLimit: 32, Mapping: "keyword"}, "terms in constant_score 200", phrases + " 25", "match_and", CaseSensitive, 500},
		{"few terms", shape{TermsLimit: 60, Mapping: "keyword"}, "terms in constant_score 50", phrases + " 50", "match_and", CaseSensitive, 500},
		{"a short body", shape{BodyLimit: 3000}, phrases + " 50", "query_string in constant_score 50", "match_and", CaseInsensitive, 500},
		{"no constant_score", shape{RefuseForms: []string{"constant_score"}}, "match_phrase in bool.filter 200", "query_string in bool.filter 150", "match_and", CaseInsensitive, 500},
		{"no wrapping", shape{RefuseForms: []string{"constant_score", "bool.filter"}}, "match_phrase 200", "query_string 150", "match_and", CaseInsensitive, 500},
		{"no phrases", shape{RefuseForms: []string{"match_phrase"}}, "query_string in constant_score 200", "match_and in constant_score 150", "match_and", CaseInsensitive, 500},
		{"match alone, with its operator", shape{RefuseForms: []string{"terms", "match_phrase", "query_string"}}, "match_and in constant_score 200", "match_and in constant_score 50", "match_and", CaseInsensitive, 500},
		{"plain match alone", shape{RefuseForms: []string{"terms", "match_phrase", "query_string", "match-operator"}}, "match 1", " 0", "match", CaseUnknown, 500},
		{"low scores are cut off", shape{ScoreCutoff: 0.9}, phrases + " 200", "query_string in constant_score 150", "match_and", CaseInsensitive, 500},
		{"low scores are cut off in large batches, and nothing evens them", shape{ScoreCutoff: 0.9, CutoffClauses: 30, RefuseForms: []string{"constant_score", "bool.filter"}},
			"match_phrase 25", "match_phrase 6", "match_and", CaseInsensitive, 500},
		{"nothing pages on", shape{NoPaging: true}, phrases + " 200", "query_string in constant_score 150", "match_and", CaseInsensitive, 500},
		{"no summary", shape{NoSummary: true}, phrases + " 200", "query_string in constant_score 150", "match_and", CaseInsensitive, 500},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c, box := tenantOf(t, sandbox.Options{Loans: 2000, Shape: test.shape})
			f, err := c.Probe(t.Context(), DisplayID, MaxBatch, false)
			if err != nil {
				t.Fatal(err)
			}
			got := []any{fmt.Sprint(f.Batch.Form, " ", f.Batch.Size), fmt.Sprint(f.Second.Form, " ", f.Second.Size), f.Single.Form, f.Case, f.Page, f.PagesOn}
			want := []any{test.batch, test.second, test.alone, test.cases, test.page, !test.shape.NoPaging}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if n := box.Counters().Requests - int(c.Stats().Retries); n > calmProbe || n != f.Requests {
				t.Errorf("it took %d requests, retries aside, and says %d", n, f.Requests)
			}
		})
	}
}

func TestProbeOfSystemIDs(t *testing.T) {
	t.Parallel()
	for _, key := range []Key{LoanID, CustomerID} {
		c, _ := tenantOf(t, sandbox.Options{Shape: sandbox.Shape{IDStrings: true}})
		f, err := c.Probe(t.Context(), key, MaxBatch, false)
		if err != nil {
			t.Fatal(err)
		}
		if f.Batch.Form != "terms in constant_score" || f.Batch.Size != 200 {
			t.Errorf("%s: %+v", key, f)
		}
	}
}

func TestProbeOfTheDatabase(t *testing.T) {
	t.Parallel()
	for _, answers := range []bool{true, false} {
		for _, key := range []Key{DisplayID, LoanID, CustomerID, CustomID} {
			c, box := tenantOf(t, sandbox.Options{Shape: sandbox.Shape{OData: answers}})
			f, err := c.Probe(t.Context(), key, MaxBatch, true)
			if err != nil || f.Database != answers || box.Counters().Requests > mostProbe {
				t.Errorf("%s: %t, %v after %d requests", key, f.Database, err, box.Counters().Requests)
			}
		}
	}
}

// OData lists are tried only for IDs.
func TestProbeOfTheDatabaseIsOfIDs(t *testing.T) {
	t.Parallel()
	for _, key := range []Key{Name, Email, Phone} {
		var requests []int
		for _, database := range []bool{true, false} {
			c, _ := tenantOf(t, sandbox.Options{Loans: 100, Shape: sandbox.Shape{OData: true}})
			f, err := c.Probe(t.Context(), key, MaxBatch, database)
			if err != nil || f.Database {
				t.Errorf("%s: %+v, %v", key, f, err)
			}
			requests = append(requests, f.Requests)
		}
		if requests[0] != requests[1] {
			t.Errorf("%s: %d requests, without the database %d", key, requests[0], requests[1])
		}
	}
}

func TestProbeOfAnEmptyTenant(t *testing.T) {
	box, err := sandbox.New(sandbox.Options{Loans: 100, Shape: sandbox.Shape{IndexLag: 100}})
	if err != nil {
		t.Fatal(err)
	}
	inBubble(t, box, func(t *testing.T, c *Client) {
		c.config.Token, c.config.TenantID = mustToken(box.Token()), box.TenantID()
		f, err := c.Probe(t.Context(), DisplayID, MaxBatch, true)
		if err != nil || !f.Empty() || !f.ShowsNothing() || f.Batch.Size != 1 {
			t.Errorf("%+v, %v", f, err)
		}
		if hits, err := c.Find(t.Context(), f.Batch, Texts("L1")); len(hits) != 0 || err != nil {
			t.Errorf("found %v, %v", hits, err)
		}
	})
}

// A tenant may reject large pages.
func TestProbeTriesSmallerPages(t *testing.T) {
	t.Parallel()
	box, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := onLoopback(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if top := r.URL.Query().Get("$top"); len(top) > 2 {
			respond(http.StatusConflict, `{"message":"too many rows"}`)(w, r)
			return
		}
		box.ServeHTTP(w, r)
	}))
	c.config.Token, c.config.TenantID = mustToken(box.Token()), box.TenantID()
	f, err := c.Probe(t.Context(), DisplayID, MaxBatch, false)
	if err != nil || f.Page != 25 || f.Batch.Size != 22 || f.Requests > mostProbe {
		t.Errorf("%+v, %v", f, err)
	}
}

// A form that crashes the tenant does not end the probe.
func TestProbeGoesOnWithoutAFormThatGetsNoAnswer(t *testing.T) {
	box, err := sandbox.New(sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	tenant := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), `"terms"`) {
			disconnect(w, r)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		box.ServeHTTP(w, r)
	})
	inBubble(t, tenant, func(t *testing.T, c *Client) {
		c.config.Token, c.config.TenantID = mustToken(box.Token()), box.TenantID()
		f, err := c.Probe(t.Context(), DisplayID, MaxBatch, false)
		if err != nil || f.Batch.Form != "match_phrase in constant_score" || !f.Keyword {
			t.Errorf("%+v, %v", f, err)
		}
	})
}

// In any tenant, a probe keeps its budget.
func TestProbeIsBounded(t *testing.T) {
	t.Parallel()
	for i, forms := range [][]string{
		{"terms"}, {"match_phrase", "constant_score"}, {"query_string", "bool.filter"}, {"match_phrase", "query_string", "constant_score"},
		{"terms", "match_phrase", "query_string", "match-operator", "constant_score", "bool.filter"}, {"match-operator", "terms"},
	} {
		for _, shape := range []sandbox.Shape{
			{ClauseLimit: 5}, {ClauseLimit: 32, ScoreCutoff: 0.9}, {BodyLimit: 1000, BodyLimitStatus: 413}, {DropHits: 0.1}, {DropHits: 0.9},
			{ScoreCutoff: 0.99, CutoffClauses: 10, MaxPage: 60}, {TermsLimit: 3, Mapping: "keyword"}, {ScoreCutoff: 1},
		} {
			shape.RefuseForms = forms
			c, box := tenantOf(t, sandbox.Options{Loans: 200, Seed: uint64(i + 1), Shape: shape})
			f, err := c.Probe(t.Context(), DisplayID, MaxBatch, true)
			n := box.Counters().Requests - int(c.Stats().Retries)
			if err != nil || n > mostProbe || f.Batch.Size < 1 || f.Single.Size != 1 {
				t.Errorf("%+v: %+v, %v after %d requests", shape, f, err, n)
			}
		}
	}
}

// The sample has display IDs of many shapes, because an index may handle one
// and not another.
func TestSampleHoldsEveryShape(t *testing.T) {
	t.Parallel()
	var page []Hit
	for i := range 400 {
		page = append(page, Hit{ID: int64(i + 1), DisplayID: fmt.Sprintf("L%06d", i)})
	}
	odd := []string{"LN - 12", "a.b", "2021/7", "[A]1", "Ω5", "12"}
	for i, id := range append(odd, " padded", "", "--", odd[0]) {
		page = append(page, Hit{ID: int64(1000 + i), DisplayID: id})
	}
	s := newSample(DisplayID, page)
	if len(s.hits) != sampleSize {
		t.Errorf("it holds %d", len(s.hits))
	}
	first := map[string]bool{}
	for _, hit := range s.hits[:len(odd)+1] {
		first[hit.DisplayID] = true
	}
	for _, id := range odd {
		if !first[id] {
			t.Errorf("%q is not among the first", id)
		}
	}
	for _, size := range []int{1, 2, 6, 25, 200, 300} {
		q := s.questions(size)
		seen := map[string]bool{}
		for _, value := range q.values {
			seen[strings.ToLower(value.Text)] = true
		}
		if len(q.values) != size || len(seen) != size || len(q.real) == 0 || len(q.real) > size*3/4+1 {
			t.Errorf("%d questions of %d, %d distinct, %d real, %d in other case", len(q.values), size, len(seen), len(q.real), len(q.swapped))
		}
	}
}
