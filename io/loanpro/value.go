package loanpro

// Word is one spelling of a part of a name.
type Word struct {
	Text      string
	Begins    bool // whatever begins so: an initial
	Resembles bool // also with one typing error, where the tenant answers that: Findings.Fuzzy
}

// Value is what is asked for under a key: a text or, under Name, parts that
// must all be in a record's name, each in one of its spellings.
type Value struct {
	Text  string
	Parts [][]Word
}

// Text returns the value of a text. Under Name it is one part.
func Text(text string) Value { return Value{Text: text} }

// Texts returns the value of each text.
func Texts(texts ...string) []Value {
	values := make([]Value, len(texts))
	for i, text := range texts {
		values[i] = Text(text)
	}
	return values
}

// Weight is what the value takes of a search's size: one, and of a name as many
// as it has words, those that only begin so, which are asked for in either case,
// twice.
func (v Value) Weight() int {
	weight := 0
	for _, part := range v.Parts {
		weight += len(part)
		for _, word := range part {
			if word.Begins {
				weight++
			}
		}
	}
	return max(1, weight)
}
