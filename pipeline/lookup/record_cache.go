package lookup

import (
	"slices"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// recordCache is the records that searches for the same questions have found. Each
// is read once, and so is each name.
type recordCache struct {
	whole   bool // the index may keep fields whole
	records map[int64]*record
	names   map[match.NameParts]*match.Name
}

// record is a hit, parsed once per search.
type record struct {
	hit      *loanpro.Hit
	name     *match.Name // the same pointer for all records of that name
	words    []string    // of the name, folded
	written  []string    // see recordCache.asWritten; nil: not yet needed
	evidence match.Evidence
}

func (r *record) compare(asked *match.Person) match.Comparison {
	return match.CompareNames(&asked.Name, r.name).WithEvidence(&asked.Evidence, &r.evidence)
}

func newRecordCache(whole bool) *recordCache {
	return &recordCache{whole, map[int64]*record{}, map[match.NameParts]*match.Name{}}
}

// read reads who hits are.
func (c *recordCache) read(hits []loanpro.Hit) []*record {
	list := make([]*record, len(hits))
	for i := range hits {
		r := c.records[hits[i].ID]
		if r == nil {
			parts := question.NamePartsOf(&hits[i].Details)
			if c.names[parts] == nil {
				name := match.ReadName(parts)
				c.names[parts] = &name
			}
			r = &record{
				hit: &hits[i], name: c.names[parts], evidence: question.EvidenceOf(&hits[i].Details),
				words: match.FoldedWords(fieldsOf(parts)...),
			}
			c.records[hits[i].ID] = r
		}
		list[i] = r
	}
	return list
}

func fieldsOf(p match.NameParts) []string {
	return []string{p.Whole, p.First, p.Middle, p.Last, p.Company}
}

// distribute gives each question only the hits that its own clause could return, so an
// answer does not depend on the batch.
func (c *recordCache) distribute(questions []*Asked, hits []loanpro.Hit, _ []loanpro.Value) {
	byWord, byEvidence := map[string][]*record{}, map[string][]*record{}
	for _, r := range c.read(hits) {
		for _, word := range r.words {
			byWord[word] = append(byWord[word], r)
		}
		for _, text := range identifiers(&r.evidence) {
			byEvidence[text] = append(byEvidence[text], r)
		}
	}
	for _, q := range questions {
		var some []*record
		for _, text := range identifiers(&q.Person.Evidence) {
			some = append(some, byEvidence[text]...)
		}
		for _, word := range q.Person.Filter.BlockingKeys() {
			for _, r := range byWord[word] {
				if q.Person.Filter.Matches(r.words, false) {
					some = append(some, r)
				}
			}
		}
		q.addCandidates(some, func(r *record) doubt {
			return c.doubtOf(q, r, questions, func(q *Asked) match.NameFilter { return q.Person.Filter }, false)
		})
	}
}

// distributeFuzzy gives each question the hits that a search for typing errors has
// found for it.
func (c *recordCache) distributeFuzzy(questions []*Asked, hits []loanpro.Hit, _ []loanpro.Value) {
	all := c.read(hits)
	near := make(map[*Asked]match.NameFilter, len(questions))
	for _, q := range questions {
		near[q] = match.NewNameFilter(q.Person.Name.FuzzyTerms())
	}
	for _, q := range questions {
		var some []*record
		for _, r := range all {
			if near[q].Matches(r.words, true) {
				some = append(some, r)
			}
		}
		q.addCandidates(some, func(r *record) doubt {
			return c.doubtOf(q, r, questions, func(q *Asked) match.NameFilter { return near[q] }, true)
		})
	}
}

// identifiers are the texts other than the name by which a person is found.
func identifiers(known *match.Evidence) []string {
	list := slices.Concat(known.Emails, known.Phones)
	if known.CustomID != "" {
		list = append(list, match.Fold(known.CustomID))
	}
	return list
}

// addCandidates compares records with whom q is about, and keeps those who may be it.
func (q *Asked) addCandidates(records []*record, doubtful func(*record) doubt) {
	names := map[*match.Name]match.NameComparison{}
	at := make(map[int64]int, len(q.candidates)) // by system ID; below 0: it cannot be meant
	for i := range q.candidates {
		at[q.candidates[i].ID] = i
	}
	for _, r := range records {
		if i, known := at[r.hit.ID]; known {
			if i >= 0 && q.candidates[i].doubt != certain {
				q.candidates[i].doubt = min(q.candidates[i].doubt, doubtful(r))
			}
			continue
		}
		at[r.hit.ID] = -1
		name, compared := names[r.name]
		if !compared {
			name = match.CompareNames(&q.Person.Name, r.name)
			names[r.name] = name
		}
		if comparison := name.WithEvidence(&q.Person.Evidence, &r.evidence); comparison.Plausible() || q.borrows(r.hit.ID) {
			at[r.hit.ID] = len(q.candidates)
			q.candidates = append(q.candidates, candidate{*r.hit, comparison.Weighed(q.rarity), doubtful(r)})
		}
	}
}
