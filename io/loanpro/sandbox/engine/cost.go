package engine

import "slices"

// cost is the size of a query.
type cost struct {
	parts   int // queries without inner queries; each value of a terms query counts
	keys    int // the parts on a Key field
	clauses int // as Lucene counts: each word of a match, but a phrase or a terms query as one
	values  int // of the longest terms query
}

func costOf(n node) cost {
	var out cost
	out.add(n)
	if terms, ok := n.(termsQuery); ok {
		out.clauses = 1
		out.values = len(innerQueries(terms))
	}
	return out
}

func (c *cost) add(n node) {
	switch q := n.(type) {
	case termsQuery, constantScore, boolQuery:
		for _, inner := range innerQueries(n) {
			c.merge(costOf(inner))
		}
		return
	case wordsQuery:
		c.clauses += len(q.words)
	default:
		c.clauses++
	}
	c.parts++
	if f := fieldOf(n); f != nil && f.key {
		c.keys++
	}
}

func (c *cost) merge(other cost) {
	c.parts += other.parts
	c.keys += other.keys
	c.clauses += other.clauses
	c.values = max(c.values, other.values)
}

// innerQueries returns the queries inside n, one for each value of a terms query.
func innerQueries(n node) []node {
	switch q := n.(type) {
	case termsQuery:
		return innerQueries(q.inner)
	case constantScore:
		return []node{q.inner}
	case boolQuery:
		return slices.Concat(q.must, q.should, q.filter, q.mustNot)
	}
	return nil
}

// fieldOf returns the text field of a query, nil when it has none.
func fieldOf(n node) *field {
	switch q := n.(type) {
	case wordsQuery:
		return q.field
	case phraseQuery:
		return q.field
	case patternQuery:
		return q.field
	case fuzzyQuery:
		return q.field
	}
	return nil
}
