package match

import (
	"fmt"
	"testing"
)

// benchmarkPeople returns the people of benchmarkNames, with evidence as records have
// it.
func benchmarkPeople() []Person {
	var people []Person
	for i, name := range benchmarkNames() {
		people = append(people, Person{Name: name, Evidence: Evidence{
			Emails: []string{fmt.Sprintf("johnson%d@example.com", i)}, Phones: []string{fmt.Sprintf("21255501%02d", i%10)},
			Birth: Date{1950 + i, 1 + i%12, 1 + i%28}, SSN4: fmt.Sprint(2000 + i), Zip: fmt.Sprint(94500 + i%5),
		}})
	}
	return people
}

// One row against 50 records that a search returned, all of them parsed.
func BenchmarkCompare50(b *testing.B) {
	records := benchmarkPeople()
	row := parsePerson("JOHNSON, JOHN Q | email johnson0@example.com | phone 2125550100 | zip 94500 | dob 1950-01-01")
	perCandidate := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(records)), "ns/candidate")
	}
	b.Run("Compare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			for i := range records {
				Compare(&row, &records[i])
			}
		}
		perCandidate(b)
	})
	b.Run("Compare and Customer", func(b *testing.B) {
		candidates := make([]Candidate, len(records))
		b.ReportAllocs()
		for b.Loop() {
			for i := range records {
				candidates[i] = Candidate{ID: int64(i + 1), Comparison: Compare(&row, &records[i]), Live: true}
			}
			Customer(&row, candidates, CustomerOptions{})
		}
		perCandidate(b)
	})
}

func TestCompareDoesNotAllocate(t *testing.T) {
	records := benchmarkPeople()
	row := parsePerson("JOHNSON, JOHN Q | email johnson0@example.com | phone 2125550100 | zip 94500 | dob 1950-01-01")
	allocations := testing.AllocsPerRun(10, func() {
		for i := range records {
			Compare(&row, &records[i])
		}
	})
	if allocations != 0 {
		t.Errorf("%v allocations for %d records", allocations, len(records))
	}
}
