package engine

import (
	"cmp"
	"slices"
	"sort"
)

// Hits are the documents that a query found. A Hits never changes: its methods
// return new ones.
type Hits struct {
	docs    []int32   // ascending; may be shared with an index
	weights []float32 // the scores; nil when every document scores flat
	flat    float32
}

func (h Hits) weight(i int) float32 {
	if h.weights == nil {
		return h.flat
	}
	return h.weights[i]
}

// scoring returns the same documents, each scoring weight.
func (h Hits) scoring(weight float32) Hits {
	return Hits{docs: h.docs, flat: weight}
}

// intersect returns the documents of all lists, with the sum of their scores. It
// starts with the shortest list, so one rare word makes the whole cheap.
func intersect(lists []Hits) Hits {
	if len(lists) == 0 {
		return Hits{}
	}
	byLength := append([]Hits(nil), lists...)
	sort.SliceStable(byLength, func(i, j int) bool { return len(byLength[i].docs) < len(byLength[j].docs) })
	found := byLength[0]
	for _, next := range byLength[1:] {
		if len(found.docs) == 0 {
			break
		}
		found = both(found, next)
	}
	return found
}

// both intersects a short list with a longer one.
func both(short, long Hits) Hits {
	var out Hits
	at := 0
	for i, doc := range short.docs {
		at = seek(long.docs, at, doc)
		if at == len(long.docs) {
			break
		}
		if long.docs[at] == doc {
			out.docs = append(out.docs, doc)
			out.weights = append(out.weights, short.weight(i)+long.weight(at))
		}
	}
	return out
}

// seek returns the first index, at or after from, of a document not before doc. It
// doubles its steps, then bisects.
func seek(docs []int32, from int, doc int32) int {
	step := 1
	for from+step < len(docs) && docs[from+step] < doc {
		from += step
		step *= 2
	}
	end := min(from+step, len(docs))
	return from + sort.Search(end-from, func(i int) bool { return docs[from+i] >= doc })
}

// union returns the documents of any list, with the sum of their scores.
func union(lists []Hits) Hits {
	switch len(lists) {
	case 0:
		return Hits{}
	case 1:
		return lists[0]
	}
	half := len(lists) / 2
	return either(union(lists[:half]), union(lists[half:]))
}

func either(a, b Hits) Hits {
	if len(a.docs) == 0 {
		return b
	}
	if len(b.docs) == 0 {
		return a
	}
	if b.docs[len(b.docs)-1] < a.docs[0] {
		a, b = b, a
	}
	if a.docs[len(a.docs)-1] < b.docs[0] && a.weights == nil && b.weights == nil && a.flat == b.flat {
		return Hits{docs: slices.Concat(a.docs, b.docs), flat: a.flat}
	}
	size := len(a.docs) + len(b.docs)
	out := Hits{docs: make([]int32, 0, size), weights: make([]float32, 0, size)}
	i, j := 0, 0
	for i < len(a.docs) || j < len(b.docs) {
		switch {
		case j == len(b.docs) || i < len(a.docs) && a.docs[i] < b.docs[j]:
			out.add(a.docs[i], a.weight(i))
			i++
		case i == len(a.docs) || b.docs[j] < a.docs[i]:
			out.add(b.docs[j], b.weight(j))
			j++
		default:
			out.add(a.docs[i], a.weight(i)+b.weight(j))
			i++
			j++
		}
	}
	return out
}

func (h *Hits) add(doc int32, weight float32) {
	h.docs = append(h.docs, doc)
	h.weights = append(h.weights, weight)
}

// atLeast returns the documents that are in need or more of the lists.
func atLeast(lists []Hits, need int) Hits {
	switch {
	case need > len(lists):
		return Hits{}
	case need <= 1:
		return union(lists)
	case need == len(lists):
		return intersect(lists)
	}
	all := union(lists)
	counts := make([]int, len(all.docs))
	for _, list := range lists {
		at := 0
		for _, doc := range list.docs {
			at = seek(all.docs, at, doc)
			counts[at]++
		}
	}
	var out Hits
	for i, count := range counts {
		if count >= need {
			out.add(all.docs[i], all.weight(i))
		}
	}
	return out
}

// without returns the documents of h that are not in other.
func (h Hits) without(other Hits) Hits {
	if h.weights == nil {
		return h.cut(other.docs)
	}
	var out Hits
	at := 0
	for i, doc := range h.docs {
		at = seek(other.docs, at, doc)
		if at == len(other.docs) || other.docs[at] != doc {
			out.add(doc, h.weight(i))
		}
	}
	return out
}

// cut is without for documents that all score the same. It copies what is between
// those that it drops.
func (h Hits) cut(drop []int32) Hits {
	out := Hits{flat: h.flat, docs: make([]int32, 0, len(h.docs))}
	at := 0
	for _, doc := range drop {
		next := at + sort.Search(len(h.docs)-at, func(i int) bool { return h.docs[at+i] >= doc })
		out.docs = append(out.docs, h.docs[at:next]...)
		if at = next; at < len(h.docs) && h.docs[at] == doc {
			at++
		}
	}
	out.docs = append(out.docs, h.docs[at:]...)
	return out
}

// raisedBy returns the documents of h. Those in extra score more.
func (h Hits) raisedBy(extra Hits) Hits {
	out := Hits{docs: h.docs, weights: make([]float32, len(h.docs))}
	at := 0
	for i, doc := range h.docs {
		out.weights[i] = h.weight(i)
		if at = seek(extra.docs, at, doc); at < len(extra.docs) && extra.docs[at] == doc {
			out.weights[i] += extra.weight(at)
		}
	}
	return out
}

// Len returns how many documents there are.
func (h Hits) Len() int { return len(h.docs) }

// Keep returns the documents that are wanted.
func (h Hits) Keep(wanted func(doc int32) bool) Hits {
	return h.keep(func(doc int32, _ float32) bool { return wanted(doc) })
}

// Above returns the documents that score at least a share of the best score.
func (h Hits) Above(share float64) Hits {
	var best float32
	for i := range h.docs {
		best = max(best, h.weight(i))
	}
	least := best * float32(share)
	return h.keep(func(_ int32, weight float32) bool { return weight >= least })
}

// Without returns the documents that are not among docs, which must ascend.
func (h Hits) Without(docs []int32) Hits {
	if len(docs) == 0 {
		return h
	}
	return h.without(Hits{docs: docs})
}

func (h Hits) keep(wanted func(doc int32, weight float32) bool) Hits {
	out := Hits{flat: h.flat}
	for i, doc := range h.docs {
		if weight := h.weight(i); wanted(doc, weight) {
			out.add(doc, weight)
		}
	}
	return out
}

// Order is how hits are sorted.
type Order int

// The orders.
const (
	ByScore    Order = iota // the best first, equal scores by position
	Ascending               // by position
	Descending              // by position
	Scattered               // in an order that follows from nothing, always the same
)

// Page returns up to top documents from start on, counted from 0. The result
// must not be changed.
func (h Hits) Page(start, top int, order Order) []int32 {
	docs := h.docs
	switch {
	case order == Descending:
		return h.last(start, top)
	case order == Scattered:
		docs = slices.SortedFunc(slices.Values(docs), func(a, b int32) int { return cmp.Compare(scattered(a), scattered(b)) })
	case order == ByScore && h.weights != nil:
		docs = h.bestFirst()
	}
	start = min(start, len(docs))
	return docs[start:min(start+top, len(docs))]
}

// last returns up to top documents, the last first, after start of them.
func (h Hits) last(start, top int) []int32 {
	end := max(len(h.docs)-start, 0)
	docs := slices.Clone(h.docs[max(end-top, 0):end])
	slices.Reverse(docs)
	return docs
}

// scattered maps positions to numbers one to one: the factor is odd.
func scattered(doc int32) uint32 { return uint32(doc) * 0x9e3779b1 }

func (h Hits) bestFirst() []int32 {
	at := make([]int32, len(h.docs))
	for i := range at {
		at[i] = int32(i)
	}
	slices.SortFunc(at, func(a, b int32) int {
		return cmp.Or(cmp.Compare(h.weights[b], h.weights[a]), cmp.Compare(a, b))
	})
	for i, from := range at {
		at[i] = h.docs[from]
	}
	return at
}
