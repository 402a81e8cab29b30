package loanpro

import (
	"slices"
	"strings"
	"unicode"
)

// The fields that names are looked for in (customerName and firstName: LoanPro
// docs, searching customers; the others seen in public code). The whole name may
// lack a middle name, and where an index keeps texts whole it answers to nothing
// less than all of it; so the other set has every part as well.
func wholeName() []string { return []string{"customerName"} }
func everyName() []string {
	return []string{"customerName", "firstName", "middleName", "lastName", "companyName"}
}

// maxWords is the most words of a search for names: each may be asked of five
// fields, and search servers commonly take 1,024 clauses.
const maxWords = 160

// nameForms are the ways to ask for names, in the order in which they are tried,
// over the sets of fields in theirs. All are documented but for the typing error
// and the operator of match (probed). The last form needs neither, and brings up
// whoever shares a word with each part.
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

// called names a set of fields in the name of a form.
func fieldsName(fields []string) string {
	if len(fields) == 1 {
		return fields[0]
	}
	return "names"
}

// parts returns what of a value must be in a name: parts that hold a letter or
// digit, of such words. A text is one part.
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

// withoutPrefixes leaves out the parts that only begin so, where there are
// others: that brings up more names, and none less.
func (v Value) withoutPrefixes() Value {
	whole := slices.DeleteFunc(v.searchParts(), func(part []Word) bool {
		return slices.ContainsFunc(part, func(w Word) bool { return w.Begins })
	})
	if len(whole) == 0 {
		return v
	}
	return Value{Parts: whole}
}

// wordy reports whether text holds anything that an index of words keeps.
func searchable(text string) bool { return strings.ContainsFunc(text, alphanumeric) }

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// oneWord reports whether an index of words surely takes text for a single word.
func oneWord(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !alphanumeric(r) && !unicode.IsMark(r) })
}

// linesIn asks for names in the language of query_string.
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

// terms writes a word in the language of query_string. In quotes, nothing but
// quotes and backslashes has a meaning, and several words are a phrase.
func (w Word) terms() []string {
	switch {
	case w.Begins:
		return prefixes(w.Text)
	case w.Resembles && oneWord(w.Text):
		return []string{unreserved(w.Text) + "~1"}
	}
	return []string{quoted(w.Text)}
}

// prefixes writes what begins as text does, as far as its first word goes, for
// an index keeps words apart. Not every server brings such terms into the case
// of its index, so they are asked for in each.
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

// clausesIn asks for names by clauses of bool and match, which cannot ask for
// what begins so or resembles: such parts are left out, but where there is
// nothing else.
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
		if slices.ContainsFunc(part, func(w Word) bool { return w.Begins || w.Resembles }) {
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

// inPart asks for any word of a text that may be several.
func anyWord(text string) any { return text }

// inFull asks for all words of a text that may be several.
func everyWordOf(text string) any {
	if oneWord(text) {
		return text
	}
	return allWords(text)
}
