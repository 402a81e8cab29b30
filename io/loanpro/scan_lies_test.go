package loanpro

import (
	"encoding/json"
	flags "flag" // flag is a type of this package
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"loanmap/io/loanpro/sandbox"
)

var wantedScans = flags.Int("scans", 0, "how many tenants to scan with each lie; 0: 1, or 6 without -short")

// lie is a way in which a tenant makes a scan go wrong, different for each seed.
type lie struct {
	name string
	tell func(r *rand.Rand, shape *sandbox.Shape, faults *sandbox.Faults)
	// read: the scan must be proved all the same.
	read bool
	// unfit: no scan may be tried.
	unfit bool
}

// lies returns the ways that are tried.
func lies() []lie {
	type (
		R = *rand.Rand
		S = *sandbox.Shape
		F = *sandbox.Faults
	)
	forget := func(r R, f F) {
		f.Forget, f.ForgetFrom, f.ForgetRequests = 0.02+r.Float64()/2, 4+r.IntN(60), 1+r.IntN(12)
	}
	churn := func(r R, f F) {
		f.Come, f.Go, f.Change, f.ChurnFrom, f.ChurnRequests = r.IntN(10), r.IntN(5), r.IntN(10), 1+r.IntN(20), 1+r.IntN(60)
	}
	return []lie{
		{"none", func(R, S, F) {}, true, false},
		{"quoted IDs, null lists", func(_ R, s S, _ F) { s.IDStrings, s.Empties = true, "null" }, true, false},
		{"no wrapping", func(_ R, s S, _ F) { s.RefuseForms = []string{"constant_score", "bool.filter"} }, true, false},
		{"no terms", func(_ R, s S, _ F) { s.RefuseForms = []string{"terms"} }, true, false},
		{"few terms", func(_ R, s S, _ F) { s.TermsLimit = 70 }, true, false},
		{"low scores cut off", func(_ R, s S, _ F) { s.ScoreCutoff = 0.9 }, true, false},
		{"scores cut off, no wrapping", func(_ R, s S, _ F) {
			s.ScoreCutoff, s.RefuseForms = 0.9, []string{"constant_score", "bool.filter"}
		}, false, false},
		{"keywords", func(_ R, s S, _ F) { s.Mapping = "keyword" }, true, false},
		{"deleted loans hidden", func(_ R, s S, _ F) { s.DeletedAs = "active" }, true, false},
		{"no customers", func(_ R, s S, _ F) { s.NoCustomers = true }, false, false},

		{"range refused", func(_ R, s S, _ F) { s.RefuseForms = []string{"range"} }, false, true},
		{"range ignored", func(_ R, s S, _ F) { s.Ranges = "ignored" }, false, true},
		{"range finds nothing", func(_ R, s S, _ F) { s.Ranges = "empty" }, false, true},
		{"range of texts", func(_ R, s S, _ F) { s.Ranges = "text" }, false, true},
		{"range of texts, no total", func(_ R, s S, _ F) { s.Ranges, s.NoTotal = "text", true }, false, true},
		{"sort refused", func(_ R, s S, _ F) { s.Sort = "refused" }, false, true},
		{"sort ignored", func(_ R, s S, _ F) { s.Sort = "ignored" }, false, true},

		{"no total", func(_ R, s S, _ F) { s.NoTotal = true }, true, false},
		{"no summary", func(_ R, s S, _ F) { s.NoSummary = true }, true, false},
		{"total of a page", func(_ R, s S, _ F) { s.Total = "page" }, true, false},
		{"small total", func(_ R, s S, _ F) { s.Total = "small" }, true, false},
		{"random total", func(_ R, s S, _ F) { s.Total = "random" }, true, false},
		{"capped total", func(_ R, s S, _ F) { s.Total = "capped" }, true, false},
		{"capped total and a gap", func(r R, s S, f F) { s.Total = "capped"; forget(r, f) }, false, false},
		{"total as an object", func(_ R, s S, _ F) { s.Total = "object" }, true, false},

		{"small window", func(_ R, s S, _ F) { s.Window = 500 }, true, false},
		{"no paging", func(_ R, s S, _ F) { s.NoPaging = true }, true, false},
		{"small pages", func(r R, s S, _ F) { s.MaxPage = 40 + r.IntN(60) }, true, false},
		{"honest small pages", func(r R, s S, _ F) { s.MaxPage, s.HonestPageSize = 40+r.IntN(60), true }, true, false},
		{"tiny pages", func(r R, s S, _ F) { s.MaxPage = 2 + r.IntN(20) }, false, false},
		{"tiny pages, no total", func(r R, s S, _ F) { s.MaxPage, s.NoTotal = 2+r.IntN(20), true }, false, true},

		{"churn", func(r R, _ S, f F) { churn(r, f) }, true, false},
		{"churn, no total", func(r R, s S, f F) { s.NoTotal = true; churn(r, f) }, true, false},
		{"much churn", func(_ R, _ S, f F) { f.Come, f.Go, f.Change = 100, 200, 300 }, false, false},

		{"a gap", func(r R, _ S, f F) { forget(r, f) }, false, false},
		{"a gap, no total", func(r R, s S, f F) { s.NoTotal = true; forget(r, f) }, false, false},
		{"a gap, random total", func(r R, s S, f F) { s.Total = "random"; forget(r, f) }, false, false},
		{"a gap for good", func(r R, _ S, f F) { forget(r, f); f.ForgetRequests = 0; f.Forget = max(f.Forget, 0.1) }, false, false},
		{"a gap and churn", func(r R, _ S, f F) { forget(r, f); churn(r, f) }, false, false},
		{"a gap and churn, no total", func(r R, s S, f F) { s.NoTotal = true; forget(r, f); churn(r, f) }, false, false},
		{"partial answers", func(r R, _ S, f F) { f.Partial, f.PartialLoses = r.Float64()/5, 0.02+r.Float64()/2 }, false, false},
		{"partial answers, no total", func(r R, s S, f F) {
			s.NoTotal, f.Partial, f.PartialLoses = true, r.Float64()/5, 0.02+r.Float64()/2
		}, false, false},
		{"partial answers that say so", func(r R, _ S, f F) { f.Partial, f.Admit = r.Float64()/5, "shards" }, true, false},
		{"hits dropped", func(r R, s S, _ F) { s.DropHits, s.HoldBackFrom = 0.001+r.Float64()/20, 1+r.IntN(40) }, false, false},
		{"hits dropped, no total", func(r R, s S, _ F) {
			s.NoTotal, s.DropHits, s.HoldBackFrom = true, 0.001+r.Float64()/20, 1+r.IntN(40)
		}, false, false},
		{"failing requests", func(_ R, _ S, f F) { f.Internal, f.Cut, f.Unavailable, f.TooMany = 0.03, 0.03, 0.03, 0.03 }, true, false},
	}
}

// TestNoLieOfAScanIsBelieved scans tenants that lie. A scan has read all records that
// were there throughout, or it is no scan.
func TestNoLieOfAScanIsBelieved(t *testing.T) {
	t.Parallel()
	seeds := *wantedScans
	if seeds == 0 {
		seeds = 6
		if testing.Short() {
			seeds = 1
		}
	}
	const fewer = 5 // in a short test
	for i, lie := range lies() {
		if testing.Short() && i%fewer != 0 {
			continue // make check runs it
		}
		t.Run(lie.name, func(t *testing.T) {
			t.Parallel()
			var proved, unfit, requests atomic.Int64
			for seed := range seeds {
				lie.scan(t, []Key{LoanID, CustomerID}[(i+seed)%2], uint64(seed+1), &proved, &unfit, &requests)
			}
			if lie.read && proved.Load() < int64(seeds) || lie.unfit && unfit.Load() < int64(seeds) {
				t.Errorf("%d of %d scans are proved, %d are not tried", proved.Load(), seeds, unfit.Load())
			}
			t.Logf("%d scans: %d proved, %d not tried, %d requests each", seeds, proved.Load(), unfit.Load(), requests.Load()/int64(seeds))
		})
	}
}

// Two records that are deleted while a scan is tried do not make the tenant unfit.
func TestATrialOutlastsDeletedRecords(t *testing.T) {
	t.Parallel()
	all := lies()
	at := slices.IndexFunc(all, func(l lie) bool { return l.name == "churn, no total" })
	var proved, unfit, requests atomic.Int64
	all[at].scan(t, LoanID, 75, &proved, &unfit, &requests)
	if proved.Load() != 1 {
		t.Error("the scan is not proved")
	}
}

// scan scans one tenant.
func (l *lie) scan(t *testing.T, key Key, seed uint64, proved, unfit, requests *atomic.Int64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 16))
	options := sandbox.Options{Loans: 300 + r.IntN(2000), Seed: seed, Shape: sandbox.Shape{MaxPage: 100}}
	l.tell(r, &options.Shape, &options.Faults)
	if options.Shape.Total == "capped" {
		options.Loans, options.Shape.MaxPage = 13_000+r.IntN(2000), 500
	}
	box, err := sandbox.New(options)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		config := testConfig("http://localhost" + basePath)
		config.Token, config.TenantID = mustToken(box.Token()), box.TenantID()
		c := inMemory(t, config, box)
		got := scanOf(t, c, key)
		requests.Add(c.Stats().Requests)
		switch {
		case got.err == nil:
			proved.Add(1)
			if lost := lostOf(t, got.hits, options, key); len(lost) > 0 {
				t.Errorf("seed %d: %d records are lost, such as %v: %+v\n%+v\n%+v", seed, len(lost), lost[:min(3, len(lost))], got.size, *got.scan, options)
			}
		case !got.size.Scannable:
			unfit.Add(1)
			if got.size.Why == "" && classOf(got.err) == NotComplete {
				t.Errorf("seed %d: nothing says why: %v", seed, got.err)
			}
		case classOf(got.err) != NotComplete && classOf(got.err) != Restored:
			t.Errorf("seed %d: %v", seed, got.err)
		}
		if l.read && got.err != nil {
			t.Errorf("seed %d: %v %+v", seed, got.err, got.size)
		}
	})
}

// lostOf returns the records that were in the tenant throughout and are not among hits.
// It fails if a record comes twice.
func lostOf(t *testing.T, hits []Hit, options sandbox.Options, key Key) []int64 {
	t.Helper()
	read := map[int64]bool{}
	for _, hit := range hits {
		if read[hit.ID] {
			t.Errorf("record %d comes twice", hit.ID)
		}
		read[hit.ID] = true
	}
	stay := staying(t, options, key)
	return slices.DeleteFunc(stay, func(id int64) bool { return read[id] })
}

// staying returns the records that a tenant has throughout: those that it has when all
// changes are over, without those that came.
func staying(t *testing.T, options sandbox.Options, key Key) []int64 {
	t.Helper()
	calm := options
	const all = 1 << 20 // rows
	calm.Shape = sandbox.Shape{Window: all}
	calm.Faults = sandbox.Faults{Seed: options.Faults.Seed, Come: options.Faults.Come, Go: options.Faults.Go, ChurnFrom: 1, ChurnRequests: 1}
	box, err := sandbox.New(calm)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequest(http.MethodPost, basePath+searchPath(key.records(), all, 0, ""), strings.NewReader(matchAll))
	request.Header.Set("Authorization", "Bearer "+box.Token())
	request.Header.Set("Autopal-Instance-Id", box.TenantID())
	request.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	box.ServeHTTP(answer, request)
	var found struct {
		D struct{ Results []struct{ ID json.Number } }
	}
	if err := json.Unmarshal(answer.Body.Bytes(), &found); err != nil || len(found.D.Results) == 0 {
		t.Fatal(err, len(found.D.Results))
	}
	var ids []int64
	for _, row := range found.D.Results {
		id, _ := row.ID.Int64()
		ids = append(ids, id)
	}
	return ids[:len(ids)-options.Faults.Come]
}
