package sandbox

// node is a parsed query.
type node interface {
	find() hits
}

// everything finds all documents.
type everything struct{ index *index }

func (q everything) find() hits { return hits{docs: q.index.all(), flat: 1} }

// nothing finds none.
type nothing struct{}

func (nothing) find() hits { return hits{} }

// wordsQuery finds the documents with need or more of the words.
type wordsQuery struct {
	field *field
	words []string
	need  int
}

func (q wordsQuery) find() hits {
	words := q.field.words()
	lists := make([]hits, len(q.words))
	for i, word := range q.words {
		lists[i] = words.find(word)
	}
	return atLeast(lists, q.need)
}

// phraseQuery finds the documents with the words side by side, in order.
type phraseQuery struct {
	field *field
	words []string
}

func (q phraseQuery) find() hits {
	candidates := wordsQuery{q.field, q.words, len(q.words)}.find()
	var out hits
	for i, doc := range candidates.docs {
		if q.field.says(int(doc), q.words) {
			out.add(doc, candidates.weight(i))
		}
	}
	return out
}

// says reports whether one of the document's texts has words side by side.
func (f *field) says(doc int, words []string) bool {
	found := false
	f.texts(doc, func(text string) {
		found = found || hasRun(f.tokens(text), words)
	})
	return found
}

func hasRun(words, run []string) bool {
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

func (q valueQuery) find() hits { return q.field.values().between(q.low, q.high) }

// patternQuery finds the documents with a token that fits a pattern.
type patternQuery struct {
	field   *field
	pattern []symbol
}

func (q patternQuery) find() hits { return q.field.words().like(q.pattern) }

// maxExpansions is how many tokens a fuzzy term stands for at most
// (OpenSearch's default).
const maxExpansions = 50

// fuzzyQuery finds the documents with a token at most so many edits from word.
type fuzzyQuery struct {
	field *field
	word  string
	edits int
}

func (q fuzzyQuery) find() hits { return q.field.words().near(q.word, q.edits) }

// constant finds what its inner query finds, all scoring one.
type constant struct{ inner node }

func (q constant) find() hits { return q.inner.find().scoring(1) }

// boolQuery combines others. Of should, at least need must hold; filter and
// mustNot do not score.
type boolQuery struct {
	index                         *index
	must, should, filter, mustNot []node
	need                          int
}

func (q boolQuery) find() hits {
	found := q.required()
	if len(q.mustNot) > 0 {
		found = found.without(union(findAll(q.mustNot)))
	}
	return found
}

func (q boolQuery) required() hits {
	lists := findAll(q.must)
	for _, filter := range findAll(q.filter) {
		lists = append(lists, filter.scoring(0))
	}
	switch should := findAll(q.should); {
	case q.need > 0:
		return intersect(append(lists, atLeast(should, q.need)))
	case len(lists) == 0:
		return everything{q.index}.find()
	case len(should) == 0:
		return intersect(lists)
	default:
		return intersect(lists).raisedBy(union(should))
	}
}

func findAll(nodes []node) []hits {
	lists := make([]hits, len(nodes))
	for i, n := range nodes {
		lists[i] = n.find()
	}
	return lists
}
