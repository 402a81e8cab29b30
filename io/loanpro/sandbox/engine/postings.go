package engine

import (
	"math"
	"slices"
	"sync"
)

// postings lists for each token the documents that contain it.
type postings struct {
	size   int              // documents in the index
	number map[string]int32 // token to its number
	words  []string         // number to token
	starts []int32          // where each token's documents start in docs
	docs   []int32

	dictionary func() *dictionary // made on first use
}

func newPostings(size int, texts Texts, a analyzer) *postings {
	p := &postings{size: size, number: make(map[string]int32)}
	var (
		held   []int32 // token numbers, document after document, each once per document
		ends   = make([]int32, size)
		counts []int32
		seen   []int32 // last document with the token, plus one
	)
	for doc := range size {
		note := func(token []byte) {
			number, known := p.number[string(token)]
			if !known {
				number = p.newWord(string(token))
				counts, seen = append(counts, 0), append(seen, 0)
			}
			if seen[number] != int32(doc)+1 {
				seen[number] = int32(doc) + 1
				counts[number]++
				held = append(held, number)
			}
		}
		texts(doc, func(text string) { a(text, note) })
		ends[doc] = int32(len(held))
	}
	p.invert(held, ends, counts)
	p.dictionary = sync.OnceValue(func() *dictionary { return newDictionary(p.words) })
	return p
}

func (p *postings) newWord(word string) int32 {
	number := int32(len(p.words))
	p.number[word] = number
	p.words = append(p.words, word)
	return number
}

// invert turns tokens per document into documents per token.
func (p *postings) invert(held, ends, counts []int32) {
	p.starts = make([]int32, len(counts)+1)
	for i, count := range counts {
		p.starts[i+1] = p.starts[i] + count
	}
	p.docs = make([]int32, len(held))
	next := slices.Clone(p.starts)
	from := int32(0)
	for doc, end := range ends {
		for _, number := range held[from:end] {
			p.docs[next[number]] = int32(doc)
			next[number]++
		}
		from = end
	}
}

// find returns the documents with the word. Rarer words score higher.
func (p *postings) find(word string) Hits {
	number, known := p.number[word]
	if !known {
		return Hits{}
	}
	return p.of(number)
}

// of returns the documents with a token.
func (p *postings) of(number int32) Hits {
	docs := p.docs[p.starts[number]:p.starts[number+1]]
	return Hits{docs: docs, flat: inverseFrequency(len(docs), p.size)}
}

// inverseFrequency is BM25's inverse document frequency.
func inverseFrequency(having, size int) float32 {
	n := float64(having)
	return float32(math.Log(1 + (float64(size)-n+0.5)/(n+0.5)))
}

// matching returns the documents with a token that matches a pattern.
func (p *postings) matching(pattern []symbol) Hits {
	return Hits{docs: p.ofAny(p.dictionary().matching(pattern)), flat: 1}
}

// ofAny returns the documents with any of the tokens.
func (p *postings) ofAny(numbers []int32) []int32 {
	total := 0
	for _, number := range numbers {
		total += int(p.starts[number+1] - p.starts[number])
	}
	if total > p.size/64 { // a bit set is cheaper than sorting
		found := newDocSet(p.size)
		for _, number := range numbers {
			found.add(p.of(number).docs)
		}
		return found.list()
	}
	docs := make([]int32, 0, total)
	for _, number := range numbers {
		docs = append(docs, p.of(number).docs...)
	}
	slices.Sort(docs)
	return slices.Compact(docs)
}

// near returns the documents with a token within edits of word. More similar
// tokens score higher.
func (p *postings) near(word string, edits int) Hits {
	var lists []Hits
	for _, found := range p.dictionary().near(word, edits, maxExpansions) {
		lists = append(lists, p.of(found.number).scoring(found.similarity))
	}
	return union(lists)
}
