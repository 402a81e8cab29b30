package people

import "testing"

// BenchmarkRows makes 100,000 people, half of them in the tenant, and rows.
func BenchmarkRows(b *testing.B) {
	for b.Loop() {
		tenant := generated(Config{Loans: 37_500, People: 69_800, Present: 0.5})
		for range tenant.Rows(30_000, 1) {
		}
	}
}
