package sandbox

import (
	"fmt"
	"strings"
)

// minGram is how long the shortest part is.
const minGram = 3

func (s *Shape) checkGrams() error {
	if s.NGrams == 0 || s.NGrams >= minGram {
		return nil
	}
	return fmt.Errorf("n-grams %d: give %d or more, or 0 for none", s.NGrams, minGram)
}

// intoGrams indexes displayId as its parts of up to most characters; 0 leaves
// it. It is the simplest model of an index whose analyser has an n-gram
// tokenizer (min_gram 3, max_gram most, all kinds of characters) and a lowercase
// filter, and whose search analyser is keyword with lowercase (assumed; after
// OpenSearch's documents of the two). Any query for a text therefore asks for
// one token, the text in lower case: it finds each ID that has the text inside,
// and nothing when the text is shorter than 3 or longer than most. term and
// terms are not analysed, and find nothing in upper case. displayId.keyword, if
// the mapping has it, stays whole.
func (x *index) intoGrams(most int) {
	f := x.fields["displayId"]
	if most == 0 || f == nil {
		return
	}
	grams := analysedField(f.name, f.texts, gramsUpTo(most))
	grams.ask = wholeLower
	x.add(grams)
}

// gramsUpTo cuts a text into its parts of minGram to most characters.
func gramsUpTo(most int) analyzer {
	return func(text string, emit func(token []byte)) {
		letters := []rune(strings.ToLower(text))
		for from := range letters {
			for to := from + minGram; to <= min(from+most, len(letters)); to++ {
				emit([]byte(string(letters[from:to])))
			}
		}
	}
}
