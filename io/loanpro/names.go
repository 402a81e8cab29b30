package loanpro

import (
	"slices"
	"strings"
	"unicode"
)

// The fields that hold names (customerName and firstName: LoanPro docs,
// searching customers; the others seen in public code). customerName may lack
// the middle name, and an index that keeps texts whole finds it only by the
// full text. So the second set has the parts as well.
func wholeName() []string { return []string{"customerName"} }
func everyName() []string {
	return []string{"customerName", "firstName", "middleName", "lastName", "companyName"}
}

// maxWords is the most words of a search for names: each may be matched against
// five fields, and search servers commonly accept 1,024 clauses.
const maxWords = 160

// nameForms returns the forms for names in the order in which a probe tries
// them, for each set of fields. All are documented except fuzzy words and the
// operator of match (probed). The last form needs neither; it returns every
// record that shares a word with each part.
func nameForms(sets ...[]string) []form {
	var forms []form
	for _, fields := range sets {
		forms = append(forms, queryStringForm(fields))
	}
	for _, fields := range sets {
		forms = append(forms, form{"bool of " + fieldsName(fields), "bool", fields, clausesOf(fields, everyWordOf)})
	}
	return append(forms, plainNames())
}

func queryStringForm(fields []string) form {
	return form{"query_string of " + fieldsName(fields), "query_string", fields, queryStringOf(fields)}
}

func plainNames() form {
	return form{"match of customerName", "match", wholeName(), clausesOf(wholeName(), anyWord)}
}

// fieldsName names a set of fields in the name of a form.
func fieldsName(fields []string) string {
	if len(fields) == 1 {
		return fields[0]
	}
	return "names"
}

// searchParts returns the parts that a name must have: words with a letter or
// digit, in parts that have such a word. A text is one part.
func (v Value) searchParts() [][]Word {
	if len(v.Parts) == 0 {
		v.Parts = [][]Word{{{Text: v.Text}}}
	}
	var parts [][]Word
	for _, part := range v.Parts {
		words := slices.DeleteFunc(slices.Clone(part), func(w Word) bool { return !searchable(w.Text) })
		if len(words) > 0 {
			parts = append(parts, words)
		}
	}
	return parts
}

// withoutPrefixes drops the parts that are prefixes if there are others. The
// search then returns more names, never fewer.
func (v Value) withoutPrefixes() Value {
	whole := slices.DeleteFunc(v.searchParts(), func(part []Word) bool {
		return slices.ContainsFunc(part, func(w Word) bool { return w.Prefix })
	})
	if len(whole) == 0 {
		return v
	}
	return Value{Parts: whole}
}

// searchable reports whether text has anything that an index of words keeps.
func searchable(text string) bool { return strings.ContainsFunc(text, alphanumeric) }

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// oneWord reports whether every index of words takes text for a single word.
func oneWord(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !alphanumeric(r) && !unicode.IsMark(r) })
}

// queryStringOf asks for names in the syntax of query_string.
func queryStringOf(fields []string) func(Key, []Value) object {
	return func(_ Key, values []Value) object {
		lines := make([]string, len(values))
		for i, value := range values {
			lines[i] = line(value.searchParts())
		}
		return queryString(strings.Join(lines, " OR "), fields)
	}
}

func queryString(query string, fields []string) object {
	return object{"query_string": object{"query": query, "fields": fields}}
}

// line writes parts as (("john" OR "jon") AND "smith").
func line(parts [][]Word) string {
	all := make([]string, len(parts))
	for i, part := range parts {
		var spellings []string
		for _, word := range part {
			spellings = append(spellings, word.terms()...)
		}
		all[i] = grouped(spellings, " OR ")
	}
	return grouped(all, " AND ")
}

func grouped(terms []string, joint string) string {
	if len(terms) == 1 {
		return terms[0]
	}
	return "(" + strings.Join(terms, joint) + ")"
}

// terms writes a word in the syntax of query_string. Inside quotes only quotes
// and backslashes have a meaning, and several words are a phrase.
func (w Word) terms() []string {
	switch {
	case w.Prefix:
		return prefixes(w.Text)
	case w.Fuzzy && oneWord(w.Text):
		return []string{unreserved(w.Text) + "~1"}
	}
	return []string{quoted(w.Text)}
}

// prefixes writes prefix terms for the first word of text, since an index
// splits texts into words. Some servers do not lower the case of prefix terms,
// so each case is a term.
func prefixes(text string) []string {
	text = text[strings.IndexFunc(text, alphanumeric):]
	if end := strings.IndexFunc(text, func(r rune) bool { return !alphanumeric(r) }); end >= 0 {
		text = text[:end]
	}
	first := []rune(text)[:1]
	lower := strings.ToLower(text)
	title := strings.ToUpper(string(first)) + strings.ToLower(text[len(string(first)):])
	forms := []string{lower, title, strings.ToUpper(text)}
	slices.Sort(forms)
	forms = slices.Compact(forms)
	for i, form := range forms {
		forms[i] = unreserved(form) + "*"
	}
	return forms
}

// unreserved keeps a word of letters and digits from being an operator.
func unreserved(word string) string {
	switch word {
	case "AND", "OR", "NOT":
		return `\` + word
	}
	return word
}

// clausesOf asks for names by bool and match clauses, which have no prefixes or
// fuzzy words. Parts that are prefixes or fuzzy are left out, unless there are
// no others.
func clausesOf(fields []string, arguments func(text string) any) func(Key, []Value) object {
	return func(_ Key, values []Value) object {
		names := make([]object, len(values))
		for i, value := range values {
			names[i] = nameClause(value.searchParts(), fields, arguments)
		}
		if len(names) == 1 {
			return names[0]
		}
		return object{"bool": object{"should": names}}
	}
}

func nameClause(parts [][]Word, fields []string, arguments func(text string) any) object {
	var must []object
	for _, part := range parts {
		if slices.ContainsFunc(part, func(w Word) bool { return w.Prefix || w.Fuzzy }) {
			continue
		}
		var should []object
		for _, word := range part {
			for _, field := range fields {
				should = append(should, object{"match": object{field: arguments(word.Text)}})
			}
		}
		must = append(must, object{"bool": object{"should": should}})
	}
	if len(must) == 0 {
		return queryString(line(parts), fields)
	}
	return object{"bool": object{"must": must}}
}

// anyWord matches any word of text.
func anyWord(text string) any { return text }

// everyWordOf matches all words of text.
func everyWordOf(text string) any {
	if oneWord(text) {
		return text
	}
	return allWords(text)
}
