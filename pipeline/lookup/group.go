package lookup

import (
	"iter"

	"loanmap/io/loanpro"
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
	// shardGroups is how many times as large the groups of a shard are.
	shardGroups = 2
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

// grouper gathers answered batches until what they did not find fills a search of full
// questions, or there are many of them: few at first, so that a run that is stopped early
// has something to resume from.
type grouper struct {
	full    int
	next    group
	missing int // in next
	most    int // batches in next
	limit   int // batches in any group
}

// newGrouper returns a grouper. The groups of a shard are large, and the first one nearly
// so: each costs requests of its own, and what a kill costs is a part of a part of the job.
func (l *Lookup) newGrouper(known *loanpro.Findings) *grouper {
	full := max(known.Second.Size, smallestGroup)
	if l.Shard.Whole() {
		return &grouper{full: full, most: firstGroup, limit: maxGroup}
	}
	return &grouper{full: shardGroups * full, most: maxGroup, limit: shardGroups * maxGroup}
}

// add adds a batch, and returns a group once it is complete.
func (g *grouper) add(b Batch) (complete group, ok bool) {
	g.next.batches = append(g.next.batches, b)
	g.missing += len(With(b.Questions, match.NotFound))
	if g.missing < g.full && len(g.next.batches) < g.most {
		return group{}, false
	}
	complete = g.next
	g.next, g.missing, g.most = group{}, 0, min(2*g.most, g.limit)
	return complete, true
}

// groups gathers batches in groups.
func groups(batches iter.Seq2[Batch, error], gather *grouper) iter.Seq2[group, error] {
	return func(yield func(group, error) bool) {
		for b, err := range batches {
			if err != nil {
				yield(group{}, err)
				return
			}
			if complete, ok := gather.add(b); ok && !yield(complete, nil) {
				return
			}
		}
		if len(gather.next.batches) > 0 {
			yield(gather.next, nil)
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
