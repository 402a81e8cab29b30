package engine

// node is a part of a parsed query.
type node interface {
	find() Hits
}

// matchAll finds all documents.
type matchAll struct{ index *Index }

func (q matchAll) find() Hits { return Hits{docs: q.index.all(), flat: 1} }

// matchNone finds no document.
type matchNone struct{}

func (matchNone) find() Hits { return Hits{} }

// wordsQuery finds the documents with at least need of the words.
type wordsQuery struct {
	field *field
	words []string
	need  int
}

func (q wordsQuery) find() Hits {
	words := q.field.words()
	lists := make([]Hits, len(q.words))
	for i, word := range q.words {
		lists[i] = words.find(word)
	}
	return atLeast(lists, q.need)
}

// phraseQuery finds the documents with the words next to each other, in order.
type phraseQuery struct {
	field *field
	words []string
}

func (q phraseQuery) find() Hits {
	candidates := wordsQuery{q.field, q.words, len(q.words)}.find()
	return candidates.Keep(func(doc int32) bool { return q.field.hasPhrase(int(doc), q.words) })
}

// hasPhrase reports whether one text of the document has the words next to each
// other.
func (f *field) hasPhrase(doc int, words []string) bool {
	found := false
	f.texts(doc, func(text string) {
		found = found || containsRun(f.tokens(text), words)
	})
	return found
}

func containsRun(words, run []string) bool {
	for from := 0; from+len(run) <= len(words); from++ {
		at := 0
		for at < len(run) && words[from+at] == run[at] {
			at++
		}
		if at == len(run) {
			return true
		}
	}
	return false
}

// valueQuery finds the documents with a number from low to high.
type valueQuery struct {
	field     *field
	low, high float64
}

func (q valueQuery) find() Hits { return q.field.values().between(q.low, q.high) }

// patternQuery finds the documents with a token that matches a pattern.
type patternQuery struct {
	field   *field
	pattern []symbol
}

func (q patternQuery) find() Hits { return q.field.words().matching(q.pattern) }

// maxExpansions is the most tokens that a fuzzy term matches (OpenSearch's
// default).
const maxExpansions = 50

// fuzzyQuery finds the documents with a token within edits of word.
type fuzzyQuery struct {
	field *field
	word  string
	edits int
}

func (q fuzzyQuery) find() Hits { return q.field.words().near(q.word, q.edits) }

// constantScore finds what its inner query finds, with score 1.
type constantScore struct{ inner node }

func (q constantScore) find() Hits { return q.inner.find().scoring(1) }

// termsQuery is a terms query. It has an inner query for each value.
type termsQuery struct{ constantScore }

// boolQuery combines others. At least need of should must match. filter and
// mustNot do not score.
type boolQuery struct {
	index                         *Index
	must, should, filter, mustNot []node
	need                          int
}

func (q boolQuery) find() Hits {
	found := q.required()
	if len(q.mustNot) > 0 {
		found = found.without(union(findAll(q.mustNot)))
	}
	return found
}

func (q boolQuery) required() Hits {
	lists := findAll(q.must)
	for _, filter := range findAll(q.filter) {
		lists = append(lists, filter.scoring(0))
	}
	switch should := findAll(q.should); {
	case q.need > 0:
		return intersect(append(lists, atLeast(should, q.need)))
	case len(lists) == 0:
		return matchAll{q.index}.find()
	case len(should) == 0:
		return intersect(lists)
	default:
		return intersect(lists).raisedBy(union(should))
	}
}

func findAll(nodes []node) []Hits {
	lists := make([]Hits, len(nodes))
	for i, n := range nodes {
		lists[i] = n.find()
	}
	return lists
}
