package engine

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const (
	maxClauses = 1024 // Elasticsearch's default for one bool
	maxNesting = 20   // OpenSearch's default for bool in bool
)

// TooManyClauses is the [Error].Kind, in OpenSearch's words, of a query with more
// clauses than the index accepts.
const TooManyClauses = "too_many_clauses"

// Error says why an index rejects a query, in the words of the search server.
type Error struct {
	Kind   string
	Reason string
}

// Error returns the kind and the reason.
func (e *Error) Error() string { return e.Kind + ": " + e.Reason }

func malformed(format string, args ...any) error {
	return &Error{"parsing_exception", fmt.Sprintf(format, args...)}
}

// Query is a parsed query. Running it cannot fail.
type Query struct {
	root  node
	forms formSet
	cost  cost
}

// Parse reads the JSON of a query, decoded with json.Decoder.UseNumber. nil finds
// all documents. It returns an [*Error] when the query is wrong or the settings
// do not accept it.
func (x *Index) Parse(query any) (*Query, error) {
	forms := formsOf(query)
	if err := forms.refusedBy(x.settings.RefuseForms); err != nil {
		return nil, err
	}
	p := &parser{index: x}
	root, err := p.root(query)
	if err != nil {
		return nil, err
	}
	if p.fuzzy { // only the parser of a query_string sees it
		forms["fuzziness"] = true
		if err := forms.refusedBy(x.settings.RefuseForms); err != nil {
			return nil, err
		}
	}
	q := &Query{root, forms, costOf(root)}
	return q, x.settings.accept(q.cost)
}

// Hits runs the query.
func (q *Query) Hits() Hits { return q.root.find() }

// Forms names the forms of the query, each with the path to it, such as
// "bool.filter range + bool.must match". A match with an operator is
// "match-operator", a query_string with a fuzzy term also has "fuzziness". Forms
// is "" for a nil query.
func (q *Query) Forms() string { return strings.Join(q.forms.sorted(), " + ") }

// Parts returns how many queries without inner queries there are. Each value of
// a terms query counts.
func (q *Query) Parts() int { return q.cost.parts }

// Keys returns how many of the parts are on a [Key] field.
func (q *Query) Keys() int { return q.cost.keys }

// parser turns the JSON of a query into a tree of nodes. It checks names of
// fields and values, so running the tree cannot fail.
type parser struct {
	index   *Index
	nesting int
	fuzzy   bool // a query_string had a fuzzy term
}

// object is a decoded JSON object. Its numbers are json.Number.
type object = map[string]any

// root parses a whole query.
func (p *parser) root(query any) (node, error) {
	if query == nil {
		return matchAll{p.index}, nil
	}
	return p.query(query)
}

func (p *parser) query(raw any) (node, error) {
	name, args, err := onlyMember(raw, "query")
	if err != nil {
		return nil, err
	}
	if p.nesting++; p.nesting > maxNesting {
		return nil, &Error{"too_many_nested_clauses", fmt.Sprintf("a query may nest %d deep", maxNesting)}
	}
	defer func() { p.nesting-- }()
	switch name {
	case "match_all":
		return matchAll{p.index}, nil
	case "match", "match_phrase", "term", "terms", "range":
		return p.leaf(name, args)
	case "query_string":
		return p.queryString(args)
	case "bool":
		return p.boolean(args)
	case "constant_score":
		return p.constantScore(args)
	}
	return nil, malformed("unknown query [%s]", name)
}

// leaf parses a query of the form {"name": {"field": args}}.
func (p *parser) leaf(form string, raw any) (node, error) {
	if form == "terms" {
		raw = withoutMember(raw, "boost")
	}
	name, args, err := onlyMember(raw, form)
	if err != nil {
		return nil, err
	}
	f := p.index.fields[name]
	if f == nil { // an unmapped field is no error
		return matchNone{}, nil
	}
	switch form {
	case "match":
		return parseMatch(f, args)
	case "match_phrase":
		return parsePhrase(f, args)
	case "term":
		return parseTerm(f, args)
	case "terms":
		return parseTerms(f, args)
	}
	return p.misread(parseRange(f, args))
}

func parseMatch(f *field, args any) (node, error) {
	m, err := members(args, "match", "query", "operator", "minimum_should_match", "boost")
	if err != nil {
		return nil, err
	}
	text, err := scalar(m["query"])
	if err != nil {
		return nil, err
	}
	all, err := isAnd(m["operator"])
	if err != nil {
		return nil, err
	}
	need, err := minimumShouldMatch(m["minimum_should_match"])
	if err != nil {
		return nil, err
	}
	return matchText(f, text, all, need)
}

// matchText looks for the tokens of text in f: for all, or for at least need of
// them. need 0 means one.
func matchText(f *field, text string, all bool, need int) (node, error) {
	if f.texts == nil {
		return exactly(f, text)
	}
	words := f.queryTokens(text)
	if len(words) > maxClauses {
		return nil, tooManyClauses(maxClauses)
	}
	switch {
	case len(words) == 0: // a text without tokens finds nothing, not all
		return matchNone{}, nil
	case all:
		need = len(words)
	case need < 0:
		need += len(words)
	}
	return wordsQuery{field: f, words: words, need: max(need, 1)}, nil
}

func parsePhrase(f *field, args any) (node, error) {
	m, err := members(args, "match_phrase", "query", "boost")
	if err != nil {
		return nil, err
	}
	text, err := scalar(m["query"])
	if err != nil {
		return nil, err
	}
	return phraseText(f, text)
}

func phraseText(f *field, text string) (node, error) {
	if f.texts == nil {
		return exactly(f, text)
	}
	words := f.queryTokens(text)
	if len(words) == 0 {
		return matchNone{}, nil
	}
	return phraseQuery{field: f, words: words}, nil
}

func parseTerm(f *field, args any) (node, error) {
	m, err := members(args, "term", "value", "boost")
	if err != nil {
		return nil, err
	}
	text, err := scalar(m["value"])
	if err != nil {
		return nil, err
	}
	return termText(f, text)
}

// termText looks for text as one token, without analysis.
func termText(f *field, text string) (node, error) {
	if f.texts == nil {
		return exactly(f, text)
	}
	return wordsQuery{field: f, words: []string{f.term(text)}, need: 1}, nil
}

func parseTerms(f *field, args any) (node, error) {
	list, ok := args.([]any)
	if !ok {
		return nil, malformed("[terms] wants an array for field [%s]", f.name)
	}
	var nodes []node
	for _, raw := range list {
		text, err := scalar(raw)
		if err != nil {
			return nil, err
		}
		n, err := termText(f, text)
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	if len(nodes) == 0 {
		return matchNone{}, nil
	}
	return termsQuery{constantScore{boolQuery{should: nodes, need: 1}}}, nil
}

func (p *parser) constantScore(args any) (node, error) {
	m, ok := withoutMember(args, "boost").(object)
	if !ok || len(m) != 1 || m["filter"] == nil {
		return nil, malformed("[constant_score] requires a 'filter' element")
	}
	inner, err := p.query(m["filter"])
	if err != nil {
		return nil, err
	}
	return constantScore{inner}, nil
}

func (p *parser) boolean(args any) (node, error) {
	m, ok := args.(object)
	if !ok {
		return nil, malformed("[bool] query malformed, no start_object after query name")
	}
	var b boolQuery
	lists := map[string]*[]node{"must": &b.must, "should": &b.should, "filter": &b.filter, "must_not": &b.mustNot}
	need := 0
	for _, name := range slices.Sorted(maps.Keys(m)) {
		var err error
		switch list := lists[name]; {
		case list != nil:
			*list, err = p.clauses(m[name])
		case name == "minimum_should_match":
			need, err = minimumShouldMatch(m[name])
		case name != "boost":
			err = malformed("[bool] query does not support [%s]", name)
		}
		if err != nil {
			return nil, err
		}
	}
	return p.finish(b, need)
}

// finish checks the number of clauses and sets how many should clauses must
// match: none if there are must or filter clauses, else one.
func (p *parser) finish(b boolQuery, need int) (node, error) {
	required := len(b.must) + len(b.filter)
	if limit := p.clauseLimit(); required+len(b.should)+len(b.mustNot) > limit {
		return nil, tooManyClauses(limit)
	}
	if need < 0 {
		need = max(len(b.should)+need, 0)
	}
	if need == 0 && required == 0 && len(b.should) > 0 {
		need = 1
	}
	b.index, b.need = p.index, need
	return b, nil
}

// clauses parses one query or an array of them.
func (p *parser) clauses(raw any) ([]node, error) {
	list, ok := raw.([]any)
	if !ok {
		list = []any{raw}
	}
	if limit := p.clauseLimit(); len(list) > limit {
		return nil, tooManyClauses(limit)
	}
	out := make([]node, 0, len(list))
	for _, one := range list {
		n, err := p.query(one)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// clauseLimit returns the most clauses of one bool.
func (p *parser) clauseLimit() int { return cmp.Or(p.index.settings.ClauseLimit, maxClauses) }

func tooManyClauses(limit int) error {
	return &Error{TooManyClauses, fmt.Sprintf("maxClauseCount is set to %d", limit)}
}
