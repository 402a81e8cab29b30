package sandbox

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

const (
	maxClauses = 1024 // Elasticsearch's default for one bool
	maxNesting = 20   // OpenSearch's default for bool in bool
)

// queryError is a query the tenant does not take, in the search server's words.
type queryError struct {
	kind   string
	reason string
}

func (e *queryError) Error() string { return e.kind + ": " + e.reason }

func malformed(format string, args ...any) error {
	return &queryError{"parsing_exception", fmt.Sprintf(format, args...)}
}

// parser turns the JSON of a query into a tree that can be asked. Field names
// and values are checked while parsing, so that asking cannot fail.
type parser struct {
	index   *index
	nesting int
	fuzzy   bool // a query_string had a fuzzy term
}

// object is a decoded JSON object; its numbers are json.Number.
type object = map[string]any

func (p *parser) query(raw any) (node, error) {
	name, args, err := onlyMember(raw, "query")
	if err != nil {
		return nil, err
	}
	if p.nesting++; p.nesting > maxNesting {
		return nil, &queryError{"too_many_nested_clauses", fmt.Sprintf("a query may nest %d deep", maxNesting)}
	}
	defer func() { p.nesting-- }()
	switch name {
	case "match_all":
		return everything{p.index}, nil
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
	if f == nil { // an unmapped field is no error: nothing matches
		return nothing{}, nil
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
	return parseRange(f, args)
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
	all, err := wantsAll(m["operator"])
	if err != nil {
		return nil, err
	}
	need, err := atLeastOf(m["minimum_should_match"])
	if err != nil {
		return nil, err
	}
	return matchText(f, text, all, need)
}

// matchText asks f for the tokens of text: for all of them, or for need of
// them, one when need is 0.
func matchText(f *field, text string, all bool, need int) (node, error) {
	if f.texts == nil {
		return exactly(f, text)
	}
	words := f.asked(text)
	if len(words) > maxClauses {
		return nil, tooManyClauses(maxClauses)
	}
	switch {
	case len(words) == 0: // no token left to look for finds nothing, not all
		return nothing{}, nil
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
	words := f.asked(text)
	if len(words) == 0 {
		return nothing{}, nil
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

// termText compares with the tokens as they are: text is not analysed.
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
		return nothing{}, nil
	}
	return anyOf{constant{boolQuery{should: nodes, need: 1}}}, nil
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
	return constant{inner}, nil
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
			need, err = atLeastOf(m[name])
		case name != "boost":
			err = malformed("[bool] query does not support [%s]", name)
		}
		if err != nil {
			return nil, err
		}
	}
	return p.sized(b, need)
}

// sized checks how many clauses b has and settles how many of its should
// clauses must hold: none of them when something else is required, else one.
func (p *parser) sized(b boolQuery, need int) (node, error) {
	count := len(b.must) + len(b.filter)
	if most := p.mostClauses(); count+len(b.should)+len(b.mustNot) > most {
		return nil, tooManyClauses(most)
	}
	if need < 0 {
		need = max(len(b.should)+need, 0)
	}
	if need == 0 && count == 0 && len(b.should) > 0 {
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
	if most := p.mostClauses(); len(list) > most {
		return nil, tooManyClauses(most)
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

// mostClauses returns how many clauses one bool may have.
func (p *parser) mostClauses() int { return cmp.Or(p.index.clauseLimit, maxClauses) }

// tooManyKind is OpenSearch's name for a query with more clauses than it takes.
const tooManyKind = "too_many_clauses"

func tooManyClauses(most int) error {
	return &queryError{tooManyKind, fmt.Sprintf("maxClauseCount is set to %d", most)}
}
