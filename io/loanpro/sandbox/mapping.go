package sandbox

import (
	"maps"
	"strings"
)

// analyzer cuts a text into the tokens a field holds of it.
type analyzer func(text string, emit func(token []byte))

// whole keeps a text as one token; of no text there is none.
func whole(text string, emit func(token []byte)) {
	if text != "" {
		emit([]byte(text))
	}
}

// wholeLower is whole behind a normaliser.
func wholeLower(text string, emit func(token []byte)) { whole(strings.ToLower(text), emit) }

// shaped changes a new index to what shape says.
func (x *index) shaped(shape *Shape) *index {
	x.clauseLimit, x.literal = shape.ClauseLimit, shape.IgnoreFuzziness
	x.remap(shape)
	x.intoGrams(shape.NGrams)
	if shape.NoCustomers {
		maps.DeleteFunc(x.fields, func(name string, _ *field) bool { return strings.HasPrefix(name, "customers.") })
	}
	return x
}

// remap indexes the string fields in another way.
func (x *index) remap(shape *Shape) {
	for _, f := range x.textFields() {
		short := noLonger(f.texts, shape.IgnoreAbove)
		if shape.IgnoreAbove > 0 && isKeywordLike(f.name) {
			x.add(textField(f.name, short))
		}
		switch shape.Mapping {
		case MappingKeyword:
			x.add(keywordField(f.name, short, whole))
		case MappingLowercase:
			lower := keywordField(f.name, short, wholeLower)
			lower.lower = true
			x.add(lower)
		case MappingTextKeyword:
			x.add(keywordField(f.name+keywordSuffix, short, whole))
		case MappingText: // as it is
		}
	}
}

// keywordSuffix ends the name of a text's second, whole form.
const keywordSuffix = ".keyword"

func keywordField(name string, texts func(doc int, yield func(string)), cut analyzer) *field {
	f := analysedField(name, texts, cut)
	f.keyword = true
	return f
}

// tokens returns the tokens f would hold of text.
func (f *field) tokens(text string) []string { return f.cut.tokens(text) }

// asked returns the tokens that a query for text looks for.
func (f *field) asked(text string) []string {
	if f.ask != nil {
		return f.ask.tokens(text)
	}
	return f.tokens(text)
}

func (a analyzer) tokens(text string) []string {
	var out []string
	a(text, func(token []byte) { out = append(out, string(token)) })
	return out
}

// term returns what a term query looks for: the text as it is, but that a
// normaliser is applied even there.
func (f *field) term(text string) string {
	if f.lower {
		return strings.ToLower(text)
	}
	return text
}

// pattern returns what a term with wildcards looks for: lower case, but where
// the field keeps upper case.
func (f *field) pattern(symbols []symbol) []symbol {
	if f.keyword && !f.lower {
		return symbols
	}
	return lowered(symbols)
}

// asksDisplayID reports whether f holds display IDs.
func (f *field) asksDisplayID() bool {
	return strings.TrimSuffix(f.name, keywordSuffix) == "displayId"
}
