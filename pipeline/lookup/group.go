package lookup

import (
	"iter"

	"loanmap/pipeline/match"
)

// A batch has at least smallestBatch questions, also where each is asked alone,
// and a group at least smallestGroup that were not found, where it has as many:
// each audit checks that the index is complete.
const (
	smallestBatch = 4
	smallestGroup = 100
)

// How many batches wait for their audit at most: of the first group, and of any.
const (
	firstGroup = 2
	maxGroup   = 16
)

// group is consecutive batches that are audited together.
type group struct{ batches []Batch }

func (g group) questions() []*Asked {
	var all []*Asked
	for _, b := range g.batches {
		all = append(all, b.Questions...)
	}
	return all
}

// gaps is how many answers with gaps there were when the first batch was asked.
func (g group) gaps() int64 {
	least := g.batches[0].gaps
	for _, b := range g.batches {
		least = min(least, b.gaps)
	}
	return least
}

// groups gathers answered batches until what they did not find fills a search
// of full questions, or there are many of them: few at first, so that a run that is
// stopped early has something to resume from.
func groups(batches iter.Seq2[Batch, error], full int) iter.Seq2[group, error] {
	return func(yield func(group, error) bool) {
		var next group
		missing, most := 0, firstGroup
		for b, err := range batches {
			if err != nil {
				yield(group{}, err)
				return
			}
			next.batches = append(next.batches, b)
			missing += len(With(b.Questions, match.NotFound))
			if missing < full && len(next.batches) < most {
				continue
			}
			if !yield(next, nil) {
				return
			}
			next, missing, most = group{}, 0, min(2*most, maxGroup)
		}
		if len(next.batches) > 0 {
			yield(next, nil)
		}
	}
}

// With returns the questions that have a status.
func With(questions []*Asked, status match.Status) []*Asked {
	var found []*Asked
	for _, q := range questions {
		if q.Outcome.Status() == status {
			found = append(found, q)
		}
	}
	return found
}
