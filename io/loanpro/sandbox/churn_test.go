package sandbox

import (
	"fmt"
	"slices"
	"testing"
)

func TestSortIgnored(t *testing.T) {
	s := someTenant(t, Shape{Sort: sortIgnored}, Faults{})
	first := s.search(loans+"?$orderby=id", "").ids(t)
	if again := s.search(loans+"?$orderby=id%20desc", "").ids(t); !slices.Equal(first, again) || slices.IsSorted(first) {
		t.Errorf("%v, then %v", first, again)
	}
	pages := append(s.search(loans+"?$top=3", "").ids(t), s.search(loans+"?$top=5&$start=3", "").ids(t)...)
	if !slices.Equal(pages, first) {
		t.Errorf("pages show %v, all at once %v", pages, first)
	}
}

// TestChurn follows what searches find while records come and go.
func TestChurn(t *testing.T) {
	s := someTenant(t, Shape{}, Faults{Come: 2, Go: 3, ChurnFrom: 2, ChurnRequests: 6})
	var counts []int
	var last []int
	for range 10 {
		found := s.search(loans+"?$orderby=id", "")
		last = found.ids(t)
		if counts = append(counts, len(last)); found.D.Summary.Total != len(last) {
			t.Errorf("%d records, a total of %d", len(last), found.D.Summary.Total)
		}
	}
	// Loans 17 and 18 come with requests 2 and 5, others go with 2, 4 and 6.
	if want := []int{6, 6, 6, 5, 6, 5, 5, 5, 5, 5}; !slices.Equal(counts, want) {
		t.Errorf("%v", counts)
	}
	if end := last[len(last)-2:]; !slices.Equal(end, []int{17, 18}) {
		t.Errorf("the newest are %v", end)
	}
	if gone := s.search(customers, "").ids(t); len(gone) != 2 { // one of three is no newest, and goes
		t.Errorf("customers %v", gone)
	}
}

func TestChangedRecords(t *testing.T) {
	s := someTenant(t, Shape{}, Faults{Change: 3, ChurnFrom: 2, ChurnRequests: 3})
	changed := func(target, field, to string) (n int) {
		for _, row := range s.search(target, "").D.Results {
			if text := fmt.Sprint(row[field]); text == to || len(text) > len(to) && text[len(text)-len(to):] == to {
				n++
			}
		}
		return n
	}
	for i, want := range []int{0, 1, 2, 3, 3} {
		if got := changed(loans, "title", " (changed)"); got != want {
			t.Errorf("request %d: %d loans have changed", i+1, got)
		}
	}
	if got := changed(customers, "primaryPhone", changedPhone); got != 3 {
		t.Errorf("%d customers have changed", got)
	}
}

// TestChurnOfASeed: the seed decides which records go.
func TestChurnOfASeed(t *testing.T) {
	left := func(seed uint64) []int {
		s := calling(t, Options{Loans: 50, Faults: Faults{Seed: seed, Go: 10, ChurnRequests: 1}})
		return s.search(loans+"?$top=99", "").ids(t)
	}
	if a, b := left(1), left(2); len(a) != 40 || len(b) != 40 || slices.Equal(a, b) || !slices.Equal(a, left(1)) {
		t.Errorf("%v\n%v", a, b)
	}
}
