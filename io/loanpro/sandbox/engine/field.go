package engine

import (
	"strings"
	"sync"
)

// Texts calls yield for each text that a document has in a field.
type Texts func(doc int, yield func(string))

// Numbers calls yield for each number that a document has in a field.
type Numbers func(doc int, yield func(float64))

// Field describes a field of a new index. Its name may have dots.
type Field struct {
	name    string
	texts   Texts
	code    bool
	key     bool
	numbers Numbers
	date    bool
}

// Text is a field of names and other words.
func Text(name string, texts Texts) Field { return Field{name: name, texts: texts} }

// Code is a text field of IDs, codes and the like. [Settings].IgnoreAbove applies
// to it in every mapping, and to a [Text] only where that is kept whole. No
// mapping of LoanPro is published: this is assumed.
func Code(name string, texts Texts) Field { return Field{name: name, texts: texts, code: true} }

// Key is the [Code] field by which documents are usually asked for. N-grams apply
// to it, and [Query.Keys] counts queries on it.
func Key(name string, texts Texts) Field {
	return Field{name: name, texts: texts, code: true, key: true}
}

// Number is a field of numbers. Flags are the numbers 0 and 1.
func Number(name string, numbers Numbers) Field { return Field{name: name, numbers: numbers} }

// Date is a field of dates, in Unix seconds. Queries give days, as yyyy-mm-dd.
func Date(name string, seconds Numbers) Field {
	return Field{name: name, numbers: seconds, date: true}
}

// field is one field of an index. Its postings or values are built on first use.
type field struct {
	name    string
	size    int // documents in the index
	texts   Texts
	numbers Numbers
	date    bool
	key     bool

	analyzer       analyzer // of the documents
	searchAnalyzer analyzer // of queries; nil means analyzer
	keyword        bool     // the analyzer keeps texts whole
	normalized     bool     // even term queries are in lower case

	words  func() *postings
	values func() *valueIndex
}

func textField(from Field, texts Texts, a analyzer) *field {
	f := &field{name: from.name, key: from.key, texts: texts, analyzer: a}
	f.words = sync.OnceValue(func() *postings { return newPostings(f.size, texts, a) })
	return f
}

func numberField(from Field) *field {
	f := &field{name: from.name, numbers: from.numbers, date: from.date}
	f.values = sync.OnceValue(func() *valueIndex { return newValueIndex(f.size, from.numbers) })
	return f
}

// tokens returns the tokens of a text in the index.
func (f *field) tokens(text string) []string { return f.analyzer.tokens(text) }

// queryTokens returns the tokens that a query for text looks for.
func (f *field) queryTokens(text string) []string {
	if f.searchAnalyzer != nil {
		return f.searchAnalyzer.tokens(text)
	}
	return f.tokens(text)
}

// term returns the token that a term query looks for: the text as it is, in
// lower case if the field has a normalizer.
func (f *field) term(text string) string {
	if f.normalized {
		return strings.ToLower(text)
	}
	return text
}

// pattern returns what a term with wildcards looks for: lower case, unless the
// field keeps upper case.
func (f *field) pattern(symbols []symbol) []symbol {
	if f.keyword && !f.normalized {
		return symbols
	}
	return lowered(symbols)
}
