package engine

import (
	"cmp"
	"math/bits"
	"slices"
	"sort"
)

// valueIndex has the numbers of a field in ascending order.
type valueIndex struct {
	size    int // documents in the index
	values  []float64
	docs    []int32
	ordered bool // docs ascend, each once: the documents are in the order of the field
}

func newValueIndex(size int, numbers Numbers) *valueIndex {
	type held struct {
		value float64
		doc   int32
	}
	var all []held
	for doc := range size {
		numbers(doc, func(value float64) { all = append(all, held{value, int32(doc)}) })
	}
	slices.SortFunc(all, func(a, b held) int {
		return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.doc, b.doc))
	})
	all = slices.Compact(all)
	v := &valueIndex{size: size, values: make([]float64, len(all)), docs: make([]int32, len(all))}
	for i, h := range all {
		v.values[i], v.docs[i] = h.value, h.doc
	}
	v.ordered = ascends(v.docs)
	return v
}

// between returns the documents with a value from low to high, both included.
func (v *valueIndex) between(low, high float64) Hits {
	from := sort.SearchFloat64s(v.values, low)
	if low > high {
		return Hits{}
	}
	to := from + sort.Search(len(v.values)-from, func(i int) bool { return v.values[from+i] > high })
	if low == high || v.ordered {
		return Hits{docs: v.docs[from:to], flat: 1}
	}
	found := newDocSet(v.size)
	found.add(v.docs[from:to])
	return Hits{docs: found.list(), flat: 1}
}

func ascends(docs []int32) bool {
	for i := 1; i < len(docs); i++ {
		if docs[i-1] >= docs[i] {
			return false
		}
	}
	return true
}

// docSet has a bit for each document. It serves where there are too many lists,
// or too long ones, to merge.
type docSet []uint64

func newDocSet(size int) docSet { return make(docSet, size/64+1) }

func (s docSet) add(docs []int32) {
	for _, doc := range docs {
		s[doc/64] |= 1 << (doc % 64)
	}
}

func (s docSet) list() []int32 {
	count := 0
	for _, word := range s {
		count += bits.OnesCount64(word)
	}
	docs := make([]int32, 0, count)
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			docs = append(docs, int32(i*64+bits.TrailingZeros64(word)))
		}
	}
	return docs
}
