package loanpro

import (
	"fmt"
	"net/http/httptest"
	"runtime"
	"testing"
	"time"

	"loanmap/io/loanpro/sandbox"
)

// BenchmarkScan reads all customers of a tenant as fast as this machine can: the
// requests, the seconds, and the memory that the client holds at the end. The tenant
// is in the same process, so its share of the time is in the seconds.
func BenchmarkScan(b *testing.B) {
	for _, customers := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprintf("customers=%d", customers), func(b *testing.B) {
			box, err := sandbox.New(sandbox.Options{Loans: 1, People: customers - 1})
			if err != nil {
				b.Fatal(err)
			}
			server := httptest.NewServer(box)
			b.Cleanup(server.Close)
			config := testConfig(server.URL + basePath)
			config.Token, config.TenantID = mustToken(box.Token()), box.TenantID()
			for b.Loop() {
				benchScan(b, newClient(b, config))
			}
		})
	}
}

func benchScan(b *testing.B, c *Client) {
	b.Helper()
	size, err := c.Size(b.Context(), CustomerID)
	if err != nil {
		b.Fatal(err)
	}
	before, held := heap(), int64(0)
	read := 0
	began := time.Now()
	scan, err := c.Scan(b.Context(), size, func(hits []Hit) {
		if read += len(hits); read == size.Total {
			held = heap()
		}
	})
	if err != nil || read != scan.Read || read != size.Total {
		b.Fatal(err, read, size)
	}
	b.ReportMetric(time.Since(began).Seconds(), "s/scan")
	b.ReportMetric(float64(scan.Requests), "requests")
	b.ReportMetric(float64(size.ScanRequests()), "requests-expected")
	b.ReportMetric(float64(held-before)/1e6, "MB-held")
}

// heap returns the bytes that are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
