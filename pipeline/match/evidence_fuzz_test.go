package match_test

import (
	"testing"

	"loanmap/pipeline/match"
)

// fuzzReader seeds a reader with typical cells and placeholders. It checks that reading
// is idempotent and ignores white space around a cell.
func fuzzReader(f *testing.F, name string) {
	for _, cell := range append(typicalCells[name], placeholders...) {
		f.Add(cell)
	}
	read := readers[name]
	f.Fuzz(func(t *testing.T, cell string) {
		got := read(cell)
		if again := read(got); again != got {
			t.Errorf("the %s %q is read as %q, which is read as %q", name, cell, got, again)
		}
		if around := read("\u00a0" + cell + " \n"); around != got {
			t.Errorf("the %s %q is read as %q, with blanks as %q", name, cell, got, around)
		}
	})
}

func FuzzReadEmail(f *testing.F)    { fuzzReader(f, "email") }
func FuzzReadPhone(f *testing.F)    { fuzzReader(f, "phone") }
func FuzzReadBirth(f *testing.F)    { fuzzReader(f, "birth") }
func FuzzReadSSN4(f *testing.F)     { fuzzReader(f, "SSN") }
func FuzzReadZip(f *testing.F)      { fuzzReader(f, "ZIP") }
func FuzzReadCustomID(f *testing.F) { fuzzReader(f, "custom ID") }

func BenchmarkRead(b *testing.B) {
	readBirth := func(cell string) string {
		if match.ReadBirth(cell) == (match.Date{}) {
			return ""
		}
		return cell
	}
	for name, read := range readers {
		if name == "birth" {
			read = readBirth
		}
		for _, cell := range typicalCells[name] {
			b.Run(name+"/"+cell, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					read(cell)
				}
			})
		}
	}
}
