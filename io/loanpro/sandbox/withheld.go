package sandbox

import "loanmap/io/loanpro/sandbox/engine"

// hiddenLoans returns the positions of the loans that no search finds.
func (d documents) hiddenLoans() []int32 {
	var out []int32
	known := len(d.Loans) - d.shape.IndexLag // positions ascend with IDs
	for at := range d.Loans {
		l := &d.Loans[at]
		if at >= known || d.shape.HideDeleted && (l.Deleted || l.Temporary) || d.shape.HideArchived && l.Archived {
			out = append(out, int32(at))
		}
	}
	return out
}

// applyShape removes the hits that a tenant of this shape withholds.
func (s *Sandbox) applyShape(v *visit, in *collection, q *engine.Query, all engine.Hits) engine.Hits {
	shape := &s.options.Shape
	all = all.Without(in.hidden).Without(in.churn.absent(v))
	if v.number < shape.HoldBackFrom {
		return all
	}
	if shape.ScoreCutoff > 0 && q.Parts() > shape.CutoffClauses {
		all = all.Above(shape.ScoreCutoff)
	}
	if shape.DropHits > 0 && q.Parts() > 1 {
		all = all.Keep(func(doc int32) bool {
			return drawn(s.options.Faults.Seed, v.number, dropDraw+uint64(doc)) >= shape.DropHits
		})
	}
	return all
}
