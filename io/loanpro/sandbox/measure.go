package sandbox

import (
	"fmt"
	"slices"
)

// anyOf is a terms query.
type anyOf struct{ constant }

// inside returns the queries that n holds; a terms query holds one for each of
// its values.
func inside(n node) []node {
	switch q := n.(type) {
	case anyOf:
		return inside(q.inner)
	case constant:
		return []node{q.inner}
	case boolQuery:
		return slices.Concat(q.must, q.should, q.filter, q.mustNot)
	}
	return nil
}

// measure is how much a query asks.
type measure struct {
	parts   int // queries that hold no other, values of terms counted one by one
	keys    int // those of them that ask for a display ID
	clauses int // as Lucene counts: each word of a match, but a phrase and a terms query as one
	values  int // of the longest terms query
}

func measured(n node) measure {
	var out measure
	out.add(n)
	if terms, ok := n.(anyOf); ok {
		out.clauses = 1
		out.values = len(inside(terms))
	}
	return out
}

func (m *measure) add(n node) {
	switch q := n.(type) {
	case anyOf, constant, boolQuery:
		for _, inner := range inside(n) {
			m.merge(measured(inner))
		}
		return
	case wordsQuery:
		m.clauses += len(q.words)
	default:
		m.clauses++
	}
	m.parts++
	if f := fieldOf(n); f != nil && f.asksDisplayID() {
		m.keys++
	}
}

func (m *measure) merge(other measure) {
	m.parts += other.parts
	m.keys += other.keys
	m.clauses += other.clauses
	m.values = max(m.values, other.values)
}

// fieldOf returns the field a query looks at, nil when it is not of texts.
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

// takes checks a query against the limits of the tenant.
func (s *Shape) takes(asked measure) error {
	if s.ClauseLimit > 0 && asked.clauses > s.ClauseLimit {
		return tooManyClauses(s.ClauseLimit)
	}
	if s.TermsLimit > 0 && asked.values > s.TermsLimit {
		return &queryError{"illegal_argument_exception",
			fmt.Sprintf("The number of terms has exceeded the allowed maximum of [%d]", s.TermsLimit)}
	}
	return nil
}
