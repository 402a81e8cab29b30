package sandbox

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
	"sort"
	"sync"
)

// index is what can be searched of one kind of record: Loans or Customers. A
// document is known by its position, and positions ascend with system IDs.
type index struct {
	size        int
	fields      map[string]*field
	clauseLimit int            // 0 means maxClauses
	literal     bool           // fuzzy terms are taken as they stand
	all         func() []int32 // every position, made on first use
}

func newIndex(size int, fields ...*field) *index {
	x := &index{size: size, fields: make(map[string]*field, len(fields))}
	for _, f := range fields {
		x.add(f)
	}
	x.all = sync.OnceValue(func() []int32 {
		docs := make([]int32, size)
		for i := range docs {
			docs[i] = int32(i)
		}
		return docs
	})
	return x
}

func (x *index) add(f *field) {
	f.size = x.size
	x.fields[f.name] = f
}

// textFields returns the analysed fields in the order of their names: what a
// query_string that names no field looks at.
func (x *index) textFields() []*field {
	var out []*field
	for _, f := range x.fields {
		if f.texts != nil {
			out = append(out, f)
		}
	}
	slices.SortFunc(out, func(a, b *field) int { return cmp.Compare(a.name, b.name) })
	return out
}

// field is one field of an index: text, which is analysed, or numbers, which
// are compared. Its index is built when it is first asked.
type field struct {
	name    string
	size    int
	texts   func(doc int, yield func(string))  // set for a text field
	numbers func(doc int, yield func(float64)) // set for numbers, flags and dates
	date    bool                               // numbers are Unix seconds
	cut     analyzer                           // of texts
	keyword bool                               // cut leaves texts whole
	lower   bool                               // even for a term query, texts are lower-cased
	ask     analyzer                           // of queries; nil means cut

	words  func() *wordIndex
	values func() *valueIndex
}

func textField(name string, texts func(doc int, yield func(string))) *field {
	return analysedField(name, texts, tokenize)
}

func analysedField(name string, texts func(doc int, yield func(string)), cut analyzer) *field {
	f := &field{name: name, texts: texts, cut: cut}
	f.words = sync.OnceValue(func() *wordIndex { return indexWords(f.size, texts, cut) })
	return f
}

func numberField(name string, numbers func(doc int, yield func(float64))) *field {
	f := &field{name: name, numbers: numbers}
	f.values = sync.OnceValue(func() *valueIndex { return indexValues(f.size, numbers) })
	return f
}

func dateField(name string, seconds func(doc int, yield func(float64))) *field {
	f := numberField(name, seconds)
	f.date = true
	return f
}

// wordIndex lists for each token the documents that hold it.
type wordIndex struct {
	size   int
	number map[string]int32 // token to its number
	words  []string         // and back
	starts []int32          // where each token's documents start in docs
	docs   []int32

	dictionary func() *dictionary // made on first use
}

func indexWords(size int, texts func(int, func(string)), cut analyzer) *wordIndex {
	w := &wordIndex{size: size, number: make(map[string]int32)}
	var (
		held   []int32 // token numbers, document after document, each once per document
		ends   = make([]int32, size)
		counts []int32
		seen   []int32 // last document that held the token, plus one
	)
	for doc := range size {
		note := func(token []byte) {
			number, known := w.number[string(token)]
			if !known {
				number = w.newWord(string(token))
				counts, seen = append(counts, 0), append(seen, 0)
			}
			if seen[number] != int32(doc)+1 {
				seen[number] = int32(doc) + 1
				counts[number]++
				held = append(held, number)
			}
		}
		texts(doc, func(text string) { cut(text, note) })
		ends[doc] = int32(len(held))
	}
	w.lay(held, ends, counts)
	w.dictionary = sync.OnceValue(func() *dictionary { return newDictionary(w.words) })
	return w
}

func (w *wordIndex) newWord(word string) int32 {
	number := int32(len(w.words))
	w.number[word] = number
	w.words = append(w.words, word)
	return number
}

// lay turns tokens per document into documents per token.
func (w *wordIndex) lay(held, ends, counts []int32) {
	w.starts = make([]int32, len(counts)+1)
	for i, count := range counts {
		w.starts[i+1] = w.starts[i] + count
	}
	w.docs = make([]int32, len(held))
	next := slices.Clone(w.starts)
	from := int32(0)
	for doc, end := range ends {
		for _, number := range held[from:end] {
			w.docs[next[number]] = int32(doc)
			next[number]++
		}
		from = end
	}
}

// find returns the documents holding word, each scoring by how rare it is.
func (w *wordIndex) find(word string) hits {
	number, known := w.number[word]
	if !known {
		return hits{}
	}
	return w.holding(number)
}

func (w *wordIndex) holding(number int32) hits {
	docs := w.docs[w.starts[number]:w.starts[number+1]]
	return hits{docs: docs, flat: rarity(len(docs), w.size)}
}

// rarity is BM25's inverse document frequency.
func rarity(holding, size int) float32 {
	n := float64(holding)
	return float32(math.Log(1 + (float64(size)-n+0.5)/(n+0.5)))
}

// like returns the documents with a token that fits a pattern.
func (w *wordIndex) like(pattern []symbol) hits {
	return hits{docs: w.holdingAny(w.dictionary().fitting(pattern)), flat: 1}
}

// holdingAny returns the documents with any of the tokens.
func (w *wordIndex) holdingAny(numbers []int32) []int32 {
	total := 0
	for _, number := range numbers {
		total += int(w.starts[number+1] - w.starts[number])
	}
	if total > w.size/64 { // marking costs less than sorting
		found := newDocSet(w.size)
		for _, number := range numbers {
			found.add(w.holding(number).docs)
		}
		return found.list()
	}
	docs := make([]int32, 0, total)
	for _, number := range numbers {
		docs = append(docs, w.holding(number).docs...)
	}
	slices.Sort(docs)
	return slices.Compact(docs)
}

// near returns the documents with a token at most so many edits from word,
// scoring by how similar it is.
func (w *wordIndex) near(word string, edits int) hits {
	var lists []hits
	for _, found := range w.dictionary().near(word, edits, maxExpansions) {
		lists = append(lists, w.holding(found.number).scoring(found.similarity))
	}
	return union(lists)
}

// valueIndex holds the numbers of a field in ascending order.
type valueIndex struct {
	size   int
	values []float64
	docs   []int32
}

func indexValues(size int, numbers func(int, func(float64))) *valueIndex {
	type held struct {
		value float64
		doc   int32
	}
	var all []held
	for doc := range size {
		numbers(doc, func(value float64) { all = append(all, held{value, int32(doc)}) })
	}
	slices.SortFunc(all, func(a, b held) int {
		return cmp.Or(cmp.Compare(a.value, b.value), cmp.Compare(a.doc, b.doc))
	})
	all = slices.Compact(all)
	v := &valueIndex{size: size, values: make([]float64, len(all)), docs: make([]int32, len(all))}
	for i, h := range all {
		v.values[i], v.docs[i] = h.value, h.doc
	}
	return v
}

// between returns the documents with a value from low to high, both included.
func (v *valueIndex) between(low, high float64) hits {
	from := sort.SearchFloat64s(v.values, low)
	to := from + sort.Search(len(v.values)-from, func(i int) bool { return v.values[from+i] > high })
	if low == high {
		return hits{docs: v.docs[from:to], flat: 1}
	}
	found := newDocSet(v.size)
	found.add(v.docs[from:to])
	return hits{docs: found.list(), flat: 1}
}

// docSet marks documents, a bit for each, for lists too many or too long to
// merge.
type docSet []uint64

func newDocSet(size int) docSet { return make(docSet, size/64+1) }

func (s docSet) add(docs []int32) {
	for _, doc := range docs {
		s[doc/64] |= 1 << (doc % 64)
	}
}

func (s docSet) list() []int32 {
	count := 0
	for _, word := range s {
		count += bits.OnesCount64(word)
	}
	docs := make([]int32, 0, count)
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			docs = append(docs, int32(i*64+bits.TrailingZeros64(word)))
		}
	}
	return docs
}
