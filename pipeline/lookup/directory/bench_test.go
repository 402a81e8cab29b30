package directory_test

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox/people"
	"loanmap/pipeline/lookup/directory"
	"loanmap/pipeline/match"
)

// BenchmarkDirectory builds directories and looks noisy rows up. It reports the memory that
// a directory keeps, and candidates for a row.
func BenchmarkDirectory(b *testing.B) {
	for _, size := range []int{100_000, 1_000_000} {
		tenant := people.Generate(people.Config{Seed: 1, Loans: size / 2, People: size * 2 / 5, Present: 1})
		b.Run(fmt.Sprintf("build/%d", len(tenant.Customers)), func(b *testing.B) {
			for b.Loop() {
				reportMemory(b, func() *directory.Directory { return build(tenant) })
			}
		})
		d := build(tenant)
		var rows []match.Person
		for row := range tenant.Rows(2000, 1) {
			rows = append(rows, personOf(&row))
		}
		b.Run(fmt.Sprintf("people/%d", len(tenant.Customers)), func(b *testing.B) {
			candidates, at := 0, 0
			for b.Loop() {
				p := &rows[at%len(rows)]
				found, _ := d.People(queryFor(p))
				candidates += len(d.Hits(found))
				at++
			}
			b.ReportMetric(float64(candidates)/float64(at), "candidates/row")
		})
	}
}

func build(tenant *people.Tenant) *directory.Directory {
	d := directory.New(func(h *loanpro.Hit) []string {
		return []string{fmt.Sprint("id ", h.ID), "custom-id " + h.CustomID, "email " + h.Email}
	})
	for page := range slices.Chunk(tenant.Customers, 500) {
		hits := make([]loanpro.Hit, len(page))
		for i := range page {
			hits[i] = hitOf(&page[i])
		}
		d.Add(hits)
	}
	d.Complete()
	return d
}

// reportMemory reports how much memory what build returns keeps.
func reportMemory(b *testing.B, build func() *directory.Directory) {
	b.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	d := build()
	runtime.GC()
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
	runtime.KeepAlive(d)
}
