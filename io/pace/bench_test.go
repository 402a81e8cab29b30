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
