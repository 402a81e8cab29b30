package loanpro

import (
	"errors"
	"slices"
	"testing"

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

func TestScanReadsAll(t *testing.T) {
	for _, key := range []Key{LoanID, CustomerID} {
		c, box := tenantOf(t, sandbox.Options{Loans: 12_000})
		got := scanOf(t, c, key)
		if got.err != nil {
			t.Fatal(got.err)
		}
		ids := idsOf(got.hits)
		slices.Sort(ids)
		if want := idsIn(box, key); !slices.Equal(ids, want) {
			t.Errorf("%v: %d read of %d", key, len(ids), len(want))
		}
		t.Logf("%+v\n%+v, expected %d", got.size, *got.scan, got.size.ScanRequests())
	}
}

func classOf(err error) Class {
	e, _ := errors.AsType[*Error](err)
	if e == nil {
		return -1
	}
	return e.Class
}
