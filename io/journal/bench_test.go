package journal

import (
	"bytes"
	"os"
	"testing"

	"loanmap/io/disk"
)

// typical is an answer of the length that the pipeline's have.
var typical = bytes.Repeat([]byte("x"), 60)

// BenchmarkAdd is the cost of one answer, with the real disk waited for.
func BenchmarkAdd(b *testing.B) {
	for name, system := range map[string]disk.System{"disk": nil, "no fsync": quick} {
		b.Run(name, func(b *testing.B) {
			o := optionsIn(b)
			o.group, o.Disk = defaultGroup, system
			j, _ := mustOpen(b, o)
			b.ReportAllocs()
			for next := uint64(0); b.Loop(); next++ {
				if err := j.Add(next, typical); err != nil {
					b.Fatal(err)
				}
			}
			if err := j.Close(); err != nil {
				b.Fatal(err)
			}
			info, err := os.Stat(o.Path)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(info.Size())/float64(b.N), "file-B/answer")
		})
	}
}

// BenchmarkResume opens a journal and reads its records: the time is that of
// the whole, and that of one answer.
func BenchmarkResume(b *testing.B) {
	const answers = 1_000_000
	o := optionsIn(b)
	o.group = defaultGroup
	j, _ := mustOpen(b, o)
	for next := range uint64(answers) {
		if err := j.Add(next, typical); err != nil {
			b.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		j, found, err := Open(o)
		if err != nil || found.Records != answers {
			b.Fatal(found, err)
		}
		if err := readAll(j); err != nil {
			b.Fatal(err)
		}
		kill(j)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/answers, "ns/answer")
}
