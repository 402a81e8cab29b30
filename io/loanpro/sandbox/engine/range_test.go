package engine

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// numbered is an index with a number of each document, and its inverse.
func numbered(numbers []float64, settings Settings) *Index {
	return New(len(numbers), settings, Number("id", func(doc int, yield func(float64)) { yield(numbers[doc]) }))
}

// TestRangesInAnyOrder compares ranges, alone and next to terms, with a pass over all
// documents, whether or not the documents are in the order of their numbers.
func TestRangesInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfN(rapid.Float64Range(-20, 20), 1, 40).Draw(t, "numbers")
		for i := range numbers {
			numbers[i] = math.Round(numbers[i])
		}
		if rapid.Bool().Draw(t, "ordered") {
			slices.Sort(numbers)
			numbers = slices.Compact(numbers)
		}
		low, high := rapid.IntRange(-25, 25).Draw(t, "low"), rapid.IntRange(-25, 25).Draw(t, "high")
		term := rapid.IntRange(-25, 25).Draw(t, "term")
		x := numbered(numbers, Settings{})
		query := object{"range": object{"id": object{"gt": low, "lte": high}}}
		both := object{"constant_score": object{"filter": object{"bool": object{"should": []any{query, object{"terms": object{"id": []any{term}}}}}}}}
		var want, wantBoth []int32
		for doc, n := range numbers {
			in := n > float64(low) && n <= float64(high)
			if in {
				want = append(want, int32(doc))
			}
			if in || n == float64(term) {
				wantBoth = append(wantBoth, int32(doc))
			}
		}
		if got := found(t, x, query); !slices.Equal(got, want) {
			t.Errorf("%d < id <= %d of %v: %v", low, high, numbers, got)
		}
		if got := found(t, x, both); !slices.Equal(got, wantBoth) {
			t.Errorf("with %d: %v, not %v", term, got, wantBoth)
		}
	})
}

// TestPages compares pages in each order with all documents in that order.
func TestPages(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := rapid.SliceOfNDistinct(rapid.Int32Range(0, 99), 0, 30, rapid.ID).Draw(t, "docs")
		slices.Sort(docs)
		h := Hits{docs: docs, flat: 1}
		drop := rapid.SliceOfNDistinct(rapid.Int32Range(0, 99), 1, 10, rapid.ID).Draw(t, "drop")
		slices.Sort(drop)
		kept := h.Keep(func(doc int32) bool { return !slices.Contains(drop, doc) })
		if got := h.Without(drop); !slices.Equal(got.docs, kept.docs) {
			t.Errorf("%v without %v: %v", docs, drop, got.docs)
		}
		for _, order := range []Order{Ascending, Descending, Scattered} {
			all := h.Page(0, len(docs), order)
			if order == Descending {
				slices.Reverse(all)
			}
			if again := slices.Sorted(slices.Values(all)); !slices.Equal(again, docs) || order != Scattered && !slices.Equal(all, docs) {
				t.Errorf("order %d of %v: %v", order, docs, all)
			}
			start, top := rapid.IntRange(0, 40).Draw(t, "start"), rapid.IntRange(0, 40).Draw(t, "top")
			whole := h.Page(0, len(docs), order)
			if got := h.Page(start, top, order); !slices.Equal(got, whole[min(start, len(whole)):min(start+top, len(whole))]) {
				t.Errorf("order %d, %d from %d of %v: %v", order, top, start, whole, got)
			}
		}
	})
}

// TestMisreadRanges checks what settings make of a range.
func TestMisreadRanges(t *testing.T) {
	numbers := []float64{1, 9, 10, 19, 100}
	query := object{"range": object{"id": object{"gte": 1, "lte": 19}}}
	for how, want := range map[string][]int32{
		"": {0, 1, 2, 3}, RangesIgnored: {0, 1, 2, 3, 4}, RangesEmpty: nil, RangesAsText: {0, 2, 3, 4},
	} {
		if got := found(t, numbered(numbers, Settings{Ranges: how}), query); !slices.Equal(got, want) {
			t.Error(fmt.Sprint(how, got))
		}
	}
}
