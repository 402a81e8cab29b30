package loanpro

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// object is a JSON object of a query. Queries are always encoded, never
// concatenated: a display ID may contain any character.
type object map[string]any

// encoded returns a search as JSON. It fails if the value of a system ID is not a
// number.
func encoded(search object) ([]byte, error) {
	body, err := json.Marshal(search)
	if err != nil {
		return nil, errors.New("writing the query: a system ID is not a number") // the cause quotes the value
	}
	return body, nil
}

// form is a query form: a way to ask for several values of a key at once.
// LoanPro documents match, bool and query_string; the others are the search
// server's (not documented; probed).
type form struct {
	name   string
	kind   string   // the clause it consists of
	fields []string // for names
	query  func(key Key, values []Value) object
}

// The forms, from the most exact one to the one with the most near misses.
var (
	termsForm  = textForm("terms", termsQuery)
	phraseForm = textForm("match_phrase", eachOf("match_phrase", identity))
	quotedForm = textForm("query_string", quotedQuery)
	wordsForm  = textForm("match_and", eachOf("match", allWords))
	// plainForm is documented by LoanPro; it returns every record that shares a
	// word with the question.
	plainForm = textForm("match", eachOf("match", identity))
)

func textForm(name string, query func(Key, []Value) object) form {
	return form{name: name, kind: name, query: query}
}

// batchForms returns the forms for IDs in the order to try them.
func batchForms() []form { return []form{termsForm, phraseForm, quotedForm, wordsForm} }

// addressForms returns the forms for emails and phones. Terms come last: an
// index of words may find the whole sample by terms, and still not find a rarer
// notation.
func addressForms() []form { return []form{phraseForm, quotedForm, wordsForm, termsForm} }

func termsQuery(key Key, values []Value) object {
	terms := make([]any, len(values))
	for i, value := range values {
		terms[i] = key.term(value)
	}
	return object{"terms": object{key.field(): terms}}
}

// eachOf returns a query that asks for any of the values, with a clause for
// each.
func eachOf(clause string, arguments func(value any) any) func(Key, []Value) object {
	return func(key Key, values []Value) object {
		clauses := make([]object, len(values))
		for i, value := range values {
			clauses[i] = object{clause: object{key.field(): arguments(key.term(value))}}
		}
		if len(clauses) == 1 {
			return object{"bool": object{"must": clauses[0]}}
		}
		return object{"bool": object{"should": clauses}}
	}
}

func identity(value any) any { return value }
func allWords(value any) any { return object{"query": value, "operator": "and"} }

// quotes escapes what ends or escapes a quoted phrase. Inside one, Lucene's
// other signs have no meaning.
var quotes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func quoted(text string) string { return `"` + quotes.Replace(text) + `"` }

func quotedQuery(key Key, values []Value) object {
	phrases := make([]string, len(values))
	for i, value := range values {
		phrases[i] = quoted(value.Text)
	}
	return queryString(strings.Join(phrases, " OR "), []string{key.field()})
}

// wrapper is a clause around a query. A search drops hits of low score (LoanPro
// help, query objects); the larger the batch, the more it drops. In
// constant_score all hits have the same score. Whether a tenant accepts it is
// probed.
type wrapper struct {
	name string
	wrap func(object) object
}

var (
	unwrapped    = wrapper{"", func(q object) object { return q }}
	constant     = wrapper{"constant_score", func(q object) object { return object{"constant_score": object{"filter": q}} }}
	filterClause = wrapper{"bool.filter", func(q object) object { return object{"bool": object{"filter": q}} }}
)

// Strategy is a search strategy for a key: a query form and a batch size that the
// tenant has proved to handle. The zero Strategy finds nothing.
type Strategy struct {
	Form string `json:"form,omitempty"` // such as "match_phrase in constant_score"
	Size int    `json:"size"`           // the most weight of one search's values; see Value.Weight

	key             Key
	form            form
	wrapper         wrapper
	page            paging
	withoutPrefixes bool // names are searched without prefixes
	// controls detect gaps in the index. Searches carry them if
	// carriesControls.
	controls        *controls
	carriesControls bool
	sampled         *sampled // see ProbeFew; nil: the form was tried before
}

func newStrategy(key Key, f form, inside wrapper, size int, page paging) Strategy {
	name := f.name
	if inside.name != "" {
		name += " in " + inside.name
	}
	return Strategy{Form: name, Size: size, key: key, form: f, wrapper: inside, page: page}
}

// rejectionKey names the property of a strategy that a tenant may reject in any
// batch size.
func (w Strategy) rejectionKey() string { return w.form.kind + " in " + w.wrapper.name }

// AtMost returns the strategy with a batch size of at most size, and at least
// 1.
func (w Strategy) AtMost(size int) Strategy {
	w.Size = max(1, min(w.Size, size))
	return w
}

// carries reports whether searches carry controls.
func (w Strategy) carries() bool { return w.carriesControls }

// Proves reports whether an answer is reliable by itself: its controls would
// detect an index with gaps. Without them, each negative result needs a second
// answer.
func (w Strategy) Proves() bool { return w.sampled != nil || w.carries() && w.controls.enough() }

// body returns the search for any of values, and for the records with these
// system IDs.
func (w Strategy) body(values []Value, ids []int64) object {
	if w.withoutPrefixes {
		values = slices.Clone(values)
		for i := range values {
			values[i] = values[i].withoutPrefixes()
		}
	}
	query := w.form.query(w.key, values)
	if len(ids) > 0 {
		query = object{"bool": object{"should": []object{query, w.controls.clause(ids)}}}
	}
	return object{"query": w.wrapper.wrap(query)}
}
