package directory

import (
	"hash/maphash"
	"slices"
)

// index finds numbers by the hash of a text: a sorted list of hash<<32 | number. Texts
// with the same hash are taken for each other, so what is found must be compared.
type index struct {
	seed    maphash.Seed
	entries []uint64
}

func newIndex() index { return index{seed: maphash.MakeSeed()} }

func (x *index) hash(text string) uint64 {
	return maphash.String(x.seed, text) &^ (1<<32 - 1)
}

func (x *index) add(text string, number uint32) {
	x.entries = append(x.entries, x.hash(text)|uint64(number))
}

// sort must be called after the last add, and before find.
func (x *index) sort() {
	slices.Sort(x.entries)
	x.entries = slices.Clip(slices.Compact(x.entries))
}

// find appends the numbers of a text.
func (x *index) find(to []uint32, text string) []uint32 {
	hash := x.hash(text)
	at, _ := slices.BinarySearch(x.entries, hash)
	for ; at < len(x.entries) && x.entries[at]&^(1<<32-1) == hash; at++ {
		to = append(to, uint32(x.entries[at]))
	}
	return to
}
