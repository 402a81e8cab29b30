package engine

import "unicode/utf8"

// ignoreAbove leaves out texts of more than limit characters, as OpenSearch's
// ignore_above does: they are in the document but not in the index. limit 0
// leaves out none.
func ignoreAbove(texts Texts, limit int) Texts {
	if limit == 0 {
		return texts
	}
	return func(doc int, yield func(string)) {
		texts(doc, func(text string) {
			if utf8.RuneCountInString(text) <= limit {
				yield(text)
			}
		})
	}
}
