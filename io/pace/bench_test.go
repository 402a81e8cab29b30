package pace

import "testing"

func BenchmarkLocal(b *testing.B) {
	p := NewLocal(1e9)
	b.ReportAllocs()
	for b.Loop() {
		if err := p.Wait(b.Context()); err != nil {
			b.Fatal(err)
		}
		p.Answered()
	}
}

// A slot that is free at once: what a request costs in addition.
func BenchmarkShared(b *testing.B) {
	server := startRedis(b)
	shared, err := Share(Config{URL: server.url(), BaseURL: "https://example.com", TenantID: "1", Rate: 1e6})
	if err != nil {
		b.Fatal(err)
	}
	defer shared.Close()
	if err := shared.Wait(b.Context()); err != nil { // it starts a second ahead
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := shared.Wait(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
