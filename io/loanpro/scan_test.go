package loanpro

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/loanpro/sandbox"
)

// scanned is what a scan handed out.
type scanned struct {
	size Size
	scan *Scan
	hits []Hit
	err  error
}

// scanOf asks for the size of a tenant and scans it.
func scanOf(t testing.TB, c *Client, key Key) scanned {
	t.Helper()
	size, err := c.Size(t.Context(), key)
	if err != nil {
		return scanned{size: size, err: err}
	}
	out := scanned{size: size}
	out.scan, out.err = c.Scan(t.Context(), size, func(hits []Hit) { out.hits = append(out.hits, hits...) })
	return out
}

// idsIn returns the system IDs of all records of key's kind in a tenant, ascending.
func idsIn(box *sandbox.Sandbox, key Key) []int64 {
	var ids []int64
	if key.records() == "Loans" {
		for loan := range box.Loans() {
			ids = append(ids, int64(loan.ID))
		}
		return ids
	}
	for customer := range box.Customers() {
		ids = append(ids, int64(customer.ID))
	}
	return ids
}

// wantAll checks that a scan is proved and has read exactly ids.
func wantAll(t *testing.T, got scanned, ids []int64) {
	t.Helper()
	if got.err != nil {
		t.Fatalf("%v, %+v", got.err, got.size)
	}
	read := idsOf(got.hits)
	slices.Sort(read)
	if !slices.Equal(read, ids) || got.scan.Read != len(ids) {
		t.Errorf("%d read of %d: %+v", len(read), len(ids), got.scan)
	}
}

func TestScanReadsAll(t *testing.T) {
	for _, key := range []Key{LoanID, CustomerID} {
		c, box := tenantOf(t, sandbox.Options{Loans: 6_000})
		got := scanOf(t, c, key)
		wantAll(t, got, idsIn(box, key))
		if size := got.size; !size.Exact || size.Total != len(got.hits) || size.Page != MaxPage || size.Records != key.records() {
			t.Errorf("%+v", size)
		}
		if far := float64(got.scan.Requests) / float64(got.size.ScanRequests()); far < 0.8 || far > 1.25 {
			t.Errorf("%d requests, expected %d", got.scan.Requests, got.size.ScanRequests())
		}
		if !got.scan.Counted || got.scan.Drawn < drawn || got.scan.Found+got.scan.Deleted+got.scan.Reread > 0 {
			t.Errorf("%+v", got.scan)
		}
	}
}

// Hits of a scan are those that Find returns.
func TestScannedHitsAreWhole(t *testing.T) {
	c, box := tenantOf(t, sandbox.Options{Loans: 900})
	for _, key := range []Key{LoanID, CustomerID} {
		got := scanOf(t, c, key)
		wantAll(t, got, idsIn(box, key))
		f, err := c.Probe(t.Context(), key, MaxBatch, false)
		if err != nil {
			t.Fatal(err)
		}
		some := got.hits[:50]
		found, err := c.Find(t.Context(), f.Batch, Texts(textsOf(key, some)...))
		if diff := cmp.Diff(some, found); diff != "" || err != nil {
			t.Error(err, diff)
		}
	}
}

func textsOf(key Key, hits []Hit) []string {
	var texts []string
	for i := range hits {
		texts = append(texts, key.of(&hits[i]))
	}
	return texts
}

// A scan of 100,000 customers takes 230 requests at most, and as many as expected.
func TestScanOf100000(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	c, box := tenantOf(t, sandbox.Options{Loans: 1, People: 99_999})
	got := scanOf(t, c, CustomerID)
	wantAll(t, got, idsIn(box, CustomerID))
	if n := got.scan.Requests; n > 230 || n > int64(got.size.ScanRequests())+5 {
		t.Errorf("%d requests, expected %d", n, got.size.ScanRequests())
	}
}

// LoanPro may stop counting at 10,000. Totals below that are compared all the same.
func TestScanWithACappedTotal(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	c, box := tenantOf(t, sandbox.Options{Loans: 25_000, Shape: sandbox.Shape{Total: "capped"}})
	got := scanOf(t, c, LoanID)
	wantAll(t, got, idsIn(box, LoanID))
	if got.size.Exact || !got.scan.Counted {
		t.Errorf("%+v, %+v", got.size, got.scan)
	}
	if total := got.size.Total; total < 20_000 || total > 30_000 {
		t.Errorf("%d records are estimated", total)
	}
	if far := float64(got.scan.Requests) / float64(got.size.ScanRequests()); far < 0.8 || far > 1.25 {
		t.Errorf("%d requests, expected %d", got.scan.Requests, got.size.ScanRequests())
	}
}

// A total that cannot be believed is estimated from the IDs of some pages.
func TestSizeWithoutTotal(t *testing.T) {
	c, box := tenantOf(t, sandbox.Options{Loans: 6_000, Shape: sandbox.Shape{NoTotal: true}})
	got := scanOf(t, c, LoanID)
	wantAll(t, got, idsIn(box, LoanID))
	if total := got.size.Total; got.size.Exact || got.scan.Counted || total < 5_000 || total > 7_000 {
		t.Errorf("%+v, %+v", got.size, got.scan)
	}
}

// Where most IDs are in a small part of the range, all workers have a share of them.
func TestScanOfUnevenIDs(t *testing.T) {
	people := make([]sandbox.Customer, 6_000)
	for i := range people {
		people[i] = sandbox.Customer{ID: 5_000_000 + 2*i, FirstName: "Ann", LastName: "No" + strings.Repeat("x", i%40)}
	}
	c, box := tenantWith(t, 60, sandbox.Shape{MaxPage: 100}, people)
	got := scanOf(t, c, CustomerID)
	wantAll(t, got, idsIn(box, CustomerID))
	if got.scan.Ranges <= got.size.ranges {
		t.Errorf("no range was halved: %+v", got.scan)
	}
}

// No request of a scan holds a birth date or any part of an SSN.
func TestScanAsksForNothingConfidential(t *testing.T) {
	box, err := sandbox.New(sandbox.Options{Loans: 1_500})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var asked strings.Builder
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		mu.Lock()
		asked.Write(body)
		mu.Unlock()
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	config := testConfig(server.URL + basePath)
	config.Token, config.TenantID = mustToken(box.Token()), box.TenantID()
	got := scanOf(t, newClient(t, config), CustomerID)
	wantAll(t, got, idsIn(box, CustomerID))
	fields := regexp.MustCompile(`"([A-Za-z.]+)":`).FindAllStringSubmatch(asked.String(), -1)
	allowed := []string{"query", "constant_score", "filter", "bool", "should", "range", "id", "gt", "lte", "terms", "match_all", "match", "lastName"}
	for _, field := range fields {
		if !slices.Contains(allowed, field[1]) {
			t.Errorf("a request has %s", field[1])
		}
	}
	for customer := range box.Customers() {
		for _, private := range []string{customer.SSN, customer.BirthDate} {
			if private != "" && strings.Contains(asked.String(), private) {
				t.Errorf("a request holds %s", private)
			}
		}
	}
}

// The end of its context ends a scan.
func TestScanIsCanceled(t *testing.T) {
	c, _ := tenantOf(t, sandbox.Options{Loans: 5_000})
	size, err := c.Size(t.Context(), LoanID)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cause := errors.New("enough")
	pages := 0
	_, err = c.Scan(ctx, size, func([]Hit) {
		if pages++; pages == 3 {
			cancel(cause)
		}
	})
	if !errors.Is(err, cause) || pages > 3+c.config.Workers {
		t.Errorf("%v after %d pages", err, pages)
	}
}

// A record that later pages lack is no deleted one if another search shows it.
func TestScanLosesARecordLater(t *testing.T) {
	box, err := sandbox.New(sandbox.Options{Loans: 2_000, Shape: sandbox.Shape{NoTotal: true}})
	if err != nil {
		t.Fatal(err)
	}
	var hidden atomic.Int64 // system ID that no search by range shows
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if id := hidden.Load(); id > 0 && bytes.Contains(body, []byte(`"range"`)) {
			var search map[string]any
			_ = json.Unmarshal(body, &search)
			body, _ = json.Marshal(object{"query": object{"bool": object{"must": search["query"], "must_not": object{"term": object{"id": id}}}}})
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	config := testConfig(server.URL + basePath)
	config.Token, config.TenantID = mustToken(box.Token()), box.TenantID()
	c := newClient(t, config)
	size, err := c.Size(t.Context(), LoanID)
	if err != nil || !size.Scannable {
		t.Fatal(size, err)
	}
	last := idsIn(box, LoanID)[1_900] // beyond the first pages
	_, err = c.Scan(t.Context(), size, func(hits []Hit) {
		if slices.ContainsFunc(hits, func(h Hit) bool { return h.ID == last }) {
			hidden.Store(last)
		}
	})
	if classOf(err) != NotComplete {
		t.Errorf("%v", err)
	}
}

// What a tenant cannot do is said, and Scan does not try.
func TestSizeSaysWhyNot(t *testing.T) {
	for why, options := range map[string]sandbox.Options{
		"rejects a search for a range": {Shape: sandbox.Shape{RefuseForms: []string{"range"}}},
		"does not limit it to a range": {Shape: sandbox.Shape{Ranges: "ignored"}},
		"loses records":                {Shape: sandbox.Shape{Ranges: "empty"}},
		"does not sort":                {Shape: sandbox.Shape{Sort: "ignored"}},
		"fewer than 4":                 {Loans: 3},
		"too small":                    {Shape: sandbox.Shape{NoTotal: true, MaxPage: 20}},
		"cannot be found out":          {},
	} {
		c, _ := tenantOf(t, options)
		if why == "cannot be found out" {
			c = withoutDescending(t)
		}
		size, err := c.Size(t.Context(), LoanID)
		if err != nil || size.Scannable || !strings.Contains(size.Why, why) {
			t.Errorf("%s: %+v, %v", why, size, err)
		}
		if _, err := c.Scan(t.Context(), size, func([]Hit) { t.Error("a page") }); classOf(err) != NotComplete {
			t.Errorf("%s: %v", why, err)
		}
	}
}

// withoutDescending is a tenant without totals that sorts in ascending order only.
func withoutDescending(t *testing.T) *Client {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Loans: 900, Shape: sandbox.Shape{NoTotal: true}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.URL.RawQuery = strings.Replace(r.URL.RawQuery, "desc", "asc", 1)
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	config := testConfig(server.URL + basePath)
	config.Token, config.TenantID = mustToken(box.Token()), box.TenantID()
	return newClient(t, config)
}

func classOf(err error) Class {
	e, _ := errors.AsType[*Error](err)
	if e == nil {
		return -1
	}
	return e.Class
}
