package sandbox

import (
	"slices"
	"unicode/utf8"
)

// keywordLike lists the fields whose texts are IDs, codes and the like, which
// an index keeps whole or could. Names of people and companies, and where they
// live, are not among them. No mapping is published: assumed.
var keywordLike = []string{
	"displayId", "title", "loanStatusText", "customers.email",
	"customId", "customerType", "status", "email", "ssn", "primaryPhone",
	"primaryAddress.state", "primaryAddress.zipcode", "state", "zipcode",
}

func isKeywordLike(name string) bool { return slices.Contains(keywordLike, name) }

// noLonger leaves out the texts of more than most characters, as OpenSearch's
// ignore_above does: they are in the document, but not in the index. most 0
// leaves out none.
func noLonger(texts func(doc int, yield func(string)), most int) func(doc int, yield func(string)) {
	if most == 0 {
		return texts
	}
	return func(doc int, yield func(string)) {
		texts(doc, func(text string) {
			if utf8.RuneCountInString(text) <= most {
				yield(text)
			}
		})
	}
}
