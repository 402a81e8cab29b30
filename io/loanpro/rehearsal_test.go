package loanpro

import (
	"slices"
	"testing"

	"loanmap/io/loanpro/sandbox"
)

// A rehearsal counts the requests of a real probe, and expects what it finds out.
func TestRehearsalCountsLikeAClient(t *testing.T) {
	t.Parallel()
	for _, most := range []int{MaxBatch, 4} {
		c, box := tenantOf(t, sandbox.Options{Loans: 2000, Shape: sandbox.Shape{OData: true}})
		var rehearsal Rehearsal
		for _, key := range slices.Concat(keysOf("Loans"), keysOf("Customers")) {
			found, err := c.Probe(t.Context(), key, most, key == CustomID)
			if err != nil {
				t.Fatal(err)
			}
			expected, _ := rehearsal.Probe(t.Context(), key, most, key == CustomID)
			if sizes, want := sizesOf(expected), sizesOf(found); sizes != want {
				t.Errorf("%s, batches of %d: expects %+v, a tenant has %+v", key, most, sizes, want)
			}
			if expected.Requests != found.Requests {
				t.Errorf("%s: expects %d requests, a probe took %d", key, expected.Requests, found.Requests)
			}
		}
		if err := c.Confirm(t.Context()); err != nil {
			t.Fatal(err)
		}
		_ = rehearsal.Confirm(t.Context())
		if sent := box.Counters().Requests; rehearsal.Requests() != int64(sent) {
			t.Errorf("%d requests were rehearsed, %d were sent", rehearsal.Requests(), sent)
		}
	}
}

// expectation is what the number of a run's requests depends on.
type expectation struct {
	batch, second, single   int
	proves, keyword, prefix bool
	fuzzy, database         bool
	of                      Case
}

func sizesOf(f *Findings) expectation {
	return expectation{
		f.Batch.Size, f.Second.Size, f.Single.Size,
		f.Batch.Proves(), f.Keyword, f.Prefix,
		f.Fuzzy, f.Database,
		f.Case,
	}
}
