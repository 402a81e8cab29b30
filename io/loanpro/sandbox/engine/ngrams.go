package engine

import "strings"

// minNGram is the length of the shortest n-gram, in characters.
const minNGram = 3

// ngramField indexes texts by their parts of minNGram to longest characters. It
// is the simplest model of an index whose analyzer has an n-gram tokenizer
// (min_gram 3, max_gram longest, all kinds of characters) and a lowercase
// filter, and whose search analyzer is keyword with lowercase (assumed; after
// OpenSearch's documents of the two). A query for a text therefore looks for one
// token, the text in lower case. It finds each document that contains the text,
// and nothing when the text is shorter than minNGram or longer than longest. term
// and terms are not analyzed, and find nothing in upper case. The .keyword form
// of the field stays whole.
func ngramField(from Field, texts Texts, longest int) *field {
	f := textField(from, texts, ngrams(longest))
	f.searchAnalyzer = keepWholeLower
	return f
}

// ngrams cuts a text into its parts of minNGram to longest characters.
func ngrams(longest int) analyzer {
	return func(text string, emit func(token []byte)) {
		letters := []rune(strings.ToLower(text))
		for from := range letters {
			for to := from + minNGram; to <= min(from+longest, len(letters)); to++ {
				emit([]byte(string(letters[from:to])))
			}
		}
	}
}
