package sandbox

// hiddenLoans returns the loans that a search does not see.
func (s *Shape) hiddenLoans(t *tenant) hits {
	var out hits
	unknown := len(t.loans) - s.IndexLag // positions ascend with IDs
	for at := range t.loans {
		l := &t.loans[at]
		if at >= unknown || s.HideDeleted && (l.Deleted || l.Temporary) || s.HideArchived && l.Archived {
			out.add(int32(at), 0)
		}
	}
	return out
}

// sift takes out of what was found what the tenant does not tell.
func (s *Sandbox) sift(v *visit, c *collection, all hits, asked measure) hits {
	shape := &s.options.Shape
	if len(c.hidden.docs) > 0 {
		all = all.without(c.hidden)
	}
	if v.number < shape.HoldBackFrom {
		return all
	}
	if shape.ScoreCutoff > 0 && asked.parts > shape.CutoffClauses {
		all = all.above(shape.ScoreCutoff)
	}
	if shape.DropHits > 0 && asked.parts > 1 {
		all = all.keep(func(doc int32, _ float32) bool {
			return drawn(s.options.Faults.Seed, v.number, dropDraw+uint64(doc)) >= shape.DropHits
		})
	}
	return all
}

// above drops what scores less than a share of the best.
func (h hits) above(share float64) hits {
	var best float32
	for i := range h.docs {
		best = max(best, h.weight(i))
	}
	least := best * float32(share)
	return h.keep(func(_ int32, weight float32) bool { return weight >= least })
}

func (h hits) keep(wanted func(doc int32, weight float32) bool) hits {
	out := hits{flat: h.flat}
	for i, doc := range h.docs {
		if weight := h.weight(i); wanted(doc, weight) {
			out.add(doc, weight)
		}
	}
	return out
}
