package sandbox

import "sort"

// hits are the documents a query found, ascending, and what each scored.
// Slices may be shared with an index: they are never changed in place.
type hits struct {
	docs    []int32
	weights []float32 // nil when every document scores flat
	flat    float32
}

func (h hits) weight(i int) float32 {
	if h.weights == nil {
		return h.flat
	}
	return h.weights[i]
}

// scoring returns the same documents, each scoring weight.
func (h hits) scoring(weight float32) hits {
	return hits{docs: h.docs, flat: weight}
}

// intersect returns the documents which all lists hold, scores added up.
// It starts from the rarest list, so that one rare word makes the whole cheap.
func intersect(lists []hits) hits {
	if len(lists) == 0 {
		return hits{}
	}
	byLength := append([]hits(nil), lists...)
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
func both(short, long hits) hits {
	var out hits
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

// seek returns the first position at or after from whose document is not
// before doc: by doubling steps, then by halving.
func seek(docs []int32, from int, doc int32) int {
	step := 1
	for from+step < len(docs) && docs[from+step] < doc {
		from += step
		step *= 2
	}
	end := min(from+step, len(docs))
	return from + sort.Search(end-from, func(i int) bool { return docs[from+i] >= doc })
}

// union returns the documents which any of the lists holds, scores added up.
func union(lists []hits) hits {
	switch len(lists) {
	case 0:
		return hits{}
	case 1:
		return lists[0]
	}
	half := len(lists) / 2
	return either(union(lists[:half]), union(lists[half:]))
}

func either(a, b hits) hits {
	if len(a.docs) == 0 {
		return b
	}
	if len(b.docs) == 0 {
		return a
	}
	size := len(a.docs) + len(b.docs)
	out := hits{docs: make([]int32, 0, size), weights: make([]float32, 0, size)}
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

func (h *hits) add(doc int32, weight float32) {
	h.docs = append(h.docs, doc)
	h.weights = append(h.weights, weight)
}

// atLeast returns the documents which need or more of the lists hold.
func atLeast(lists []hits, need int) hits {
	switch {
	case need > len(lists):
		return hits{}
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
	var out hits
	for i, count := range counts {
		if count >= need {
			out.add(all.docs[i], all.weight(i))
		}
	}
	return out
}

// without returns the documents of h which other does not hold.
func (h hits) without(other hits) hits {
	var out hits
	at := 0
	for i, doc := range h.docs {
		at = seek(other.docs, at, doc)
		if at == len(other.docs) || other.docs[at] != doc {
			out.add(doc, h.weight(i))
		}
	}
	return out
}

// raisedBy returns the documents of h, those which extra holds scoring more.
func (h hits) raisedBy(extra hits) hits {
	out := hits{docs: h.docs, weights: make([]float32, len(h.docs))}
	at := 0
	for i, doc := range h.docs {
		out.weights[i] = h.weight(i)
		if at = seek(extra.docs, at, doc); at < len(extra.docs) && extra.docs[at] == doc {
			out.weights[i] += extra.weight(at)
		}
	}
	return out
}
