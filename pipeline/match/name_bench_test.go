package match

import "testing"

// benchmarkNames are records that a search for one name returns: most share the surname
// or the given name.
func benchmarkNames() []Name {
	given := []string{"John", "Jack", "Jonathan", "Joan", "James", "Robert", "J", "Johnny", "Mary Ann", "Michael"}
	family := []string{"Johnson", "Johnston", "Johnson-Smith", "Jonson", "Smith"}
	var names []Name
	for _, first := range given {
		for _, last := range family {
			names = append(names, ReadName(NameParts{Whole: first + " Q " + last, First: first, Middle: "Q", Last: last}))
		}
	}
	return names
}

func BenchmarkCompareNames(b *testing.B) {
	records := benchmarkNames()
	for _, cell := range []string{"JOHNSON, JOHN Q", "John Quincy Johnson"} {
		b.Run(cell, func(b *testing.B) {
			row := ReadName(NameParts{Whole: cell})
			b.ReportAllocs()
			for b.Loop() {
				for i := range records {
					CompareNames(&row, &records[i])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/name")
		})
	}
}

func BenchmarkReadName(b *testing.B) {
	for name, p := range map[string]NameParts{
		"comma":  {Whole: "SMITH, JOHN A JR"},
		"plain":  {Whole: "Mary Ann Smith"},
		"accent": {Whole: "José Núñez García"},
		"record": {Whole: "Brett Q Adams", First: "Brett", Middle: "Q", Last: "Adams", Suffix: "none"},
		"firm":   {Whole: "Acme Motors, LLC", Company: "Acme Motors, LLC"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ReadName(p)
			}
		})
	}
}
