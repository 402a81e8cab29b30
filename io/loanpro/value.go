package loanpro

// Word is one spelling of a part of a name.
type Word struct {
	Text   string
	Prefix bool // a prefix, such as an initial
	Fuzzy  bool // fuzzy: also with one typo, if Findings.Fuzzy
}

// Value is what a search asks for: a text or, by Name, parts that a record's
// name must all have, each in one of its spellings.
type Value struct {
	Text  string
	Parts [][]Word
}

// Text returns the value that is a text. By Name it is one part.
func Text(text string) Value { return Value{Text: text} }

// Texts returns the values that are texts.
func Texts(texts ...string) []Value {
	values := make([]Value, len(texts))
	for i, text := range texts {
		values[i] = Text(text)
	}
	return values
}

// Weight is the value's share of Strategy.Size: one, or for a name the number of its
// words. Prefixes count twice, since they are written in each case.
func (v Value) Weight() int {
	weight := 0
	for _, part := range v.Parts {
		weight += len(part)
		for _, word := range part {
			if word.Prefix {
				weight++
			}
		}
	}
	return max(1, weight)
}
