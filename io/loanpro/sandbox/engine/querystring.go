package engine

import "strings"

// queryString parses {"query_string": args}: Lucene's classic syntax.
func (p *parser) queryString(args any) (node, error) {
	if _, ok := args.(object); !ok {
		return nil, malformed("[query_string] query malformed, no start_object after query name")
	}
	m, err := members(args, "query_string", "query", "fields", "default_field", "default_operator", "boost")
	if err != nil {
		return nil, err
	}
	text, ok := m["query"].(string)
	if !ok {
		return nil, malformed("[query_string] must be provided with a [query]")
	}
	fields, err := p.queryFields(m)
	if err != nil {
		return nil, err
	}
	all, err := isAnd(m["default_operator"])
	if err != nil {
		return nil, err
	}
	q := &luceneParser{parser: p, text: []rune(text), fields: fields, all: all}
	return q.whole()
}

// queryFields returns the fields that a query_string searches: its fields, its
// default_field, or all text fields. Boosts (name^2) are ignored.
func (p *parser) queryFields(m object) ([]*field, error) {
	names := []any{m["default_field"]}
	if list, ok := m["fields"].([]any); ok {
		names = list
	} else if m["fields"] != nil {
		return nil, malformed("[query_string] wants an array for [fields]")
	}
	var out []*field
	for _, raw := range names {
		name, ok := raw.(string)
		if !ok && raw != nil {
			return nil, malformed("[query_string] wants strings for the names of fields")
		}
		out = append(out, p.named(name)...)
	}
	return out, nil
}

// named returns the field of that name, nil when it is unknown, and all text
// fields for "*" and "".
func (p *parser) named(name string) []*field {
	name, _, _ = strings.Cut(name, "^")
	if name == "*" || name == "" {
		return p.index.textFields()
	}
	if f := p.index.fields[name]; f != nil {
		return []*field{f}
	}
	return nil
}

// termNode looks for a term in any of the fields: for its tokens, joined by the
// default operator, or for one pattern if it has wildcards.
func (q *luceneParser) termNode(symbols []symbol) (node, error) {
	if len(symbols) == 1 && symbols[0] == (symbol{'*', true}) {
		return matchAll{q.parser.index}, nil
	}
	if !isPattern(symbols) {
		text := plain(symbols)
		return q.anyField(func(f *field) (node, error) { return matchText(f, text, q.all, 0) })
	}
	return q.anyText(func(f *field) node { return patternQuery{f, f.pattern(symbols)} })
}

// fuzzyNode looks in any of the fields for a token similar to the term. The term
// is not analyzed, only put in the case of the field.
func (q *luceneParser) fuzzyNode(symbols []symbol, edits int) (node, error) {
	return q.anyText(func(f *field) node { return fuzzyQuery{f, plain(f.pattern(symbols)), edits} })
}

// anyText queries each field, all of which must be text fields.
func (q *luceneParser) anyText(query func(*field) node) (node, error) {
	return q.anyField(func(f *field) (node, error) {
		if f.texts == nil {
			return nil, &Error{"query_shard_exception", "wildcards and fuzzy terms work on text fields only"}
		}
		return query(f), nil
	})
}

// anyField queries each field. A query without tokens is dropped.
func (q *luceneParser) anyField(query func(*field) (node, error)) (node, error) {
	if len(q.fields) == 0 {
		return matchNone{}, nil
	}
	var nodes []node
	for _, f := range q.fields {
		n, err := query(f)
		if err != nil {
			return nil, err
		}
		if _, none := n.(matchNone); !none {
			nodes = append(nodes, n)
		}
	}
	if len(nodes) == 0 {
		return nil, nil
	}
	return boolQuery{should: nodes, need: 1}, nil
}
