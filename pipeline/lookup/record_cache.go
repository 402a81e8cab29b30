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
	records map[int64]*record
	names   map[match.NameParts]*match.Name
}

// record is a hit, parsed once per search.
type record struct {
	hit      *loanpro.Hit
	name     *match.Name // the same pointer for all records of that name
	words    []string    // of the name
	evidence match.Evidence
}

func (r *record) compare(asked *match.Person) match.Comparison {
	return match.CompareNames(&asked.Name, r.name).WithEvidence(&asked.Evidence, &r.evidence)
}

func newRecordCache() *recordCache {
	return &recordCache{map[int64]*record{}, map[match.NameParts]*match.Name{}}
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
				words: match.FoldedWords(parts.Whole, parts.First, parts.Middle, parts.Last, parts.Company),
			}
			c.records[hits[i].ID] = r
		}
		list[i] = r
	}
	return list
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
		q.addCandidates(some)
	}
}

// distributeFuzzy gives each question the hits that a search for typing errors has
// found for it.
func (c *recordCache) distributeFuzzy(questions []*Asked, hits []loanpro.Hit, _ []loanpro.Value) {
	all := c.read(hits)
	for _, q := range questions {
		near := match.NewNameFilter(q.Person.Name.FuzzyTerms())
		var some []*record
		for _, r := range all {
			if near.Matches(r.words, true) {
				some = append(some, r)
			}
		}
		q.addCandidates(some)
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
func (q *Asked) addCandidates(records []*record) {
	before := len(q.candidates)
	names := map[*match.Name]match.NameComparison{}
	seen := make(map[*record]bool, len(records))
	for _, r := range records {
		known := func(c candidate) bool { return c.ID == r.hit.ID }
		if seen[r] || slices.ContainsFunc(q.candidates[:before], known) {
			continue
		}
		seen[r] = true
		name, compared := names[r.name]
		if !compared {
			name = match.CompareNames(&q.Person.Name, r.name)
			names[r.name] = name
		}
		if comparison := name.WithEvidence(&q.Person.Evidence, &r.evidence); comparison.Plausible() || q.borrows(r.hit.ID) {
			q.candidates = append(q.candidates, candidate{*r.hit, comparison.Weighed(q.rarity)})
		}
	}
}
