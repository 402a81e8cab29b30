package engine

import (
	"strings"
	"unicode"

	"golang.org/x/text/runes"
	"golang.org/x/text/unicode/norm"
)

// Mapping says how an index treats texts: "text", "keyword", "lowercase",
// "text+keyword" or "folded". LoanPro publishes no mapping: all are assumed, after
// what OpenSearch offers.
type Mapping string

const (
	mappingText        Mapping = "text"         // lower-case words, cut by the standard analyzer
	mappingKeyword     Mapping = "keyword"      // whole texts; case matters
	mappingLowercase   Mapping = "lowercase"    // whole texts in lower case
	mappingTextKeyword Mapping = "text+keyword" // as text, and each field also as keyword, called name.keyword
	mappingFolded      Mapping = "folded"       // as text, without accents (the filter asciifolding)
)

// keywordSuffix ends the name of a text's keyword form.
const keywordSuffix = ".keyword"

// addTexts adds a text field in the form, or forms, of the mapping.
func (x *Index) addTexts(f Field) {
	short := ignoreAbove(f.texts, x.settings.IgnoreAbove)
	analyzed := f.texts
	if f.code {
		analyzed = short
	}
	var main *field
	switch x.settings.Mapping {
	case mappingKeyword:
		main = keywordField(f, short, keepWhole)
	case mappingLowercase:
		main = keywordField(f, short, keepWholeLower)
		main.normalized = true
	case mappingFolded:
		main = textField(f, analyzed, tokenizeFolded)
	case mappingTextKeyword:
		main = textField(f, analyzed, tokenize)
		second := f
		second.name += keywordSuffix
		x.add(keywordField(second, short, keepWhole))
	default:
		main = textField(f, analyzed, tokenize)
	}
	if f.key && x.settings.NGrams > 0 {
		main = ngramField(f, main.texts, x.settings.NGrams)
	}
	x.add(main)
}

func keywordField(from Field, texts Texts, a analyzer) *field {
	f := textField(from, texts, a)
	f.keyword = true
	return f
}

// analyzer cuts a text into the tokens of a field.
type analyzer func(text string, emit func(token []byte))

func (a analyzer) tokens(text string) []string {
	var out []string
	a(text, func(token []byte) { out = append(out, string(token)) })
	return out
}

// keepWhole makes one token of a text. An empty text has no token.
func keepWhole(text string, emit func(token []byte)) {
	if text != "" {
		emit([]byte(text))
	}
}

// keepWholeLower is keepWhole with a normalizer.
func keepWholeLower(text string, emit func(token []byte)) { keepWhole(strings.ToLower(text), emit) }

// tokenizeFolded is tokenize without accents.
func tokenizeFolded(text string, emit func(token []byte)) {
	tokenize(text, func(token []byte) { emit([]byte(withoutAccents(string(token)))) })
}

// plainLetters are for letters that Unicode does not decompose.
var plainLetters = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "ł", "l", "đ", "d", "ð", "d", "þ", "th", "ı", "i", "ħ", "h")

func withoutAccents(text string) string {
	return plainLetters.Replace(runes.Remove(runes.In(unicode.Mn)).String(norm.NFD.String(text)))
}
