package sandbox

import (
	"cmp"
	"slices"
)

// changedPhone is the phone of a customer that has changed.
const changedPhone = "(555) 019-9999"

// churn says which records of a collection come, go and change, and when.
type churn struct{ come, deleted, change []event }

// event is what happens to a record from a request on.
type event struct {
	doc  int32
	from int // the number of the request
}

func (f *Faults) checkChurn() error {
	return cmp.Or(
		notNegative("come", f.Come), notNegative("go", f.Go), notNegative("change", f.Change),
		notNegative("churn from", f.ChurnFrom), notNegative("churn requests", f.ChurnRequests),
	)
}

// newChurn draws the records of a collection of size documents. Positions ascend
// with system IDs, so the newest are last.
func newChurn(f *Faults, in *collection, size int) *churn {
	if f.Come+f.Go+f.Change == 0 {
		return &churn{}
	}
	come := min(f.Come, size)
	newest, others := make([]int32, come), make([]int32, size-come)
	for i := range newest {
		newest[i] = int32(size - come + i)
	}
	for i := range others {
		others[i] = int32(i)
	}
	slices.SortFunc(others, func(a, b int32) int {
		return cmp.Compare(drawn(f.Seed, in.id(a), churnDraw), drawn(f.Seed, in.id(b), churnDraw))
	})
	deleted := min(f.Go, len(others))
	changed := min(f.Change, len(others)-deleted)
	return &churn{f.spread(newest), f.spread(others[:deleted]), f.spread(others[deleted : deleted+changed])}
}

// spread returns one event for each of docs, evenly over the requests of the churn.
func (f *Faults) spread(docs []int32) []event {
	events := make([]event, len(docs))
	for i, doc := range docs {
		events[i] = event{doc, f.ChurnFrom + i*f.ChurnRequests/len(docs)}
	}
	return events
}

// absent returns the positions of the records that a request does not find, which
// ascend. It notes in v which of the others have changed.
func (c *churn) absent(v *visit) []int32 {
	var out []int32
	for _, e := range c.come {
		if v.number < e.from {
			out = append(out, e.doc)
		}
	}
	for _, e := range c.deleted {
		if v.number >= e.from {
			out = append(out, e.doc)
		}
	}
	for _, e := range c.change {
		if v.number >= e.from {
			if v.changed == nil {
				v.changed = map[int32]bool{}
			}
			v.changed[e.doc] = true
		}
	}
	slices.Sort(out)
	return out
}
