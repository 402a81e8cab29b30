package engine

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// luceneParser parses Lucene's classic query syntax from left to right.
type luceneParser struct {
	parser *parser
	text   []rune
	at     int
	depth  int
	fields []*field
	all    bool // default_operator AND
}

// occur is how a clause counts in its group.
type occur int

const (
	should occur = iota
	must
	mustNot
)

type clause struct {
	occur occur
	node  node
}

func (q *luceneParser) whole() (node, error) {
	n, err := q.group()
	if err != nil {
		return nil, err
	}
	if q.at < len(q.text) {
		return nil, q.syntaxError()
	}
	if n == nil {
		return matchNone{}, nil
	}
	return n, nil
}

func (q *luceneParser) syntaxError() error {
	return &Error{"query_shard_exception", "Failed to parse query: parse_exception"}
}

func (q *luceneParser) unsupported(what string) error {
	return &Error{"query_shard_exception", "this tenant takes no " + what + " in a query_string"}
}

// group parses clauses up to the closing parenthesis or the end. It returns nil
// when there is nothing to look for.
func (q *luceneParser) group() (node, error) {
	var clauses []clause
	first := true
	for {
		q.spaces()
		if q.end() {
			break
		}
		operator := q.word("AND", "&&", "OR", "||")
		if operator != "" && first {
			return nil, q.syntaxError()
		}
		sign := q.sign()
		n, err := q.clause()
		if err != nil {
			return nil, err
		}
		clauses = q.join(clauses, operator, sign, n)
		first = false
	}
	return q.combine(clauses)
}

func (q *luceneParser) end() bool { return q.at == len(q.text) || q.text[q.at] == ')' }

// join adds a clause as Lucene does: AND also requires the clause before it, OR
// under the default operator AND makes that one optional again.
func (q *luceneParser) join(clauses []clause, operator string, sign occur, n node) []clause {
	and, or := operator == "AND" || operator == "&&", operator == "OR" || operator == "||"
	if last := len(clauses) - 1; last >= 0 && clauses[last].occur != mustNot {
		if and {
			clauses[last].occur = must
		} else if or && q.all {
			clauses[last].occur = should
		}
	}
	if n == nil {
		return clauses
	}
	c := clause{sign, n}
	if sign == should && (and || q.all && !or) {
		c.occur = must
	}
	return append(clauses, c)
}

func (q *luceneParser) combine(clauses []clause) (node, error) {
	if len(clauses) == 0 {
		return nil, nil
	}
	var b boolQuery
	for _, c := range clauses {
		switch c.occur {
		case must:
			b.must = append(b.must, c.node)
		case mustNot:
			b.mustNot = append(b.mustNot, c.node)
		default:
			b.should = append(b.should, c.node)
		}
	}
	return q.parser.finish(b, 0)
}

func (q *luceneParser) spaces() {
	for q.at < len(q.text) && isBlank(q.text[q.at]) {
		q.at++
	}
}

func isBlank(r rune) bool { return strings.ContainsRune(" \t\n\r\u3000", r) }

// word reads one of the words, if it is a whole word, and the spaces after it.
func (q *luceneParser) word(words ...string) string {
	for _, word := range words {
		end := q.at + len(word)
		if end > len(q.text) || string(q.text[q.at:end]) != word {
			continue
		}
		if end < len(q.text) && (isTermRune(q.text[end]) || q.text[end] == '\\') {
			continue // the start of a longer term
		}
		q.at = end
		q.spaces()
		return word
	}
	return ""
}

// sign reads +, -, ! or NOT. Spaces may follow.
func (q *luceneParser) sign() occur {
	if q.word("NOT") != "" {
		return mustNot
	}
	var sign occur
	switch q.peek() {
	case '+':
		sign = must
	case '-', '!':
		sign = mustNot
	default:
		return should
	}
	q.at++
	q.spaces()
	return sign
}

// peek returns the next rune, 0 at the end.
func (q *luceneParser) peek() rune {
	if q.at == len(q.text) {
		return 0
	}
	return q.text[q.at]
}

// isTermRune reports whether a term can contain r without an escape.
func isTermRune(r rune) bool {
	return !isBlank(r) && !strings.ContainsRune(`!():^[]"{}~*?\/`, r)
}

// clause parses a group, a phrase, a term or field:clause.
func (q *luceneParser) clause() (node, error) {
	switch q.peek() {
	case '(':
		return q.parenthesis()
	case '"':
		return q.phrase()
	case '[', '{':
		return nil, q.unsupported("range")
	case '/':
		return nil, q.unsupported("regular expression")
	}
	if q.word("AND", "&&", "OR", "||", "NOT") != "" { // instead of a term
		return nil, q.syntaxError()
	}
	return q.termOrField()
}

// termOrField parses a term, fuzzy or not, or field:clause.
func (q *luceneParser) termOrField() (node, error) {
	symbols, err := q.term()
	if err != nil {
		return nil, err
	}
	if q.peek() == ':' {
		q.at++
		return q.inField(plain(symbols))
	}
	edits, fuzzy, err := q.fuzziness(len(symbols))
	if err != nil {
		return nil, err
	}
	if err := q.boost(); err != nil {
		return nil, err
	}
	if fuzzy && !isPattern(symbols) {
		q.parser.fuzzy = true
		if !q.parser.index.settings.IgnoreFuzziness {
			return q.fuzzyNode(symbols, edits)
		}
	}
	return q.termNode(symbols)
}

func (q *luceneParser) inField(name string) (node, error) {
	if q.at == len(q.text) || isBlank(q.peek()) {
		return nil, q.syntaxError()
	}
	if strings.ContainsRune("<>", q.peek()) {
		return nil, q.unsupported("range")
	}
	outer := q.fields
	q.fields = q.parser.named(name)
	n, err := q.clause()
	q.fields = outer
	return n, err
}

func (q *luceneParser) parenthesis() (node, error) {
	if q.depth++; q.depth > maxNesting {
		return nil, q.syntaxError()
	}
	q.at++
	if q.spaces(); q.end() {
		return nil, q.syntaxError()
	}
	n, err := q.group()
	if err != nil {
		return nil, err
	}
	if q.peek() != ')' {
		return nil, q.syntaxError()
	}
	q.at++
	q.depth--
	return n, q.boost()
}

// phrase parses a quoted text. A backslash escapes the next rune.
func (q *luceneParser) phrase() (node, error) {
	var text strings.Builder
	for q.at++; q.peek() != '"'; q.at++ {
		if q.peek() == '\\' {
			q.at++
		}
		if q.at == len(q.text) {
			return nil, q.syntaxError()
		}
		text.WriteRune(q.text[q.at])
	}
	q.at++
	if err := q.boost(); err != nil {
		return nil, err
	}
	return q.anyField(func(f *field) (node, error) { return phraseText(f, text.String()) })
}

// term reads runes up to the first that cannot be part of a term.
func (q *luceneParser) term() ([]symbol, error) {
	var out []symbol
	for ; q.at < len(q.text); q.at++ {
		switch r := q.text[q.at]; {
		case r == '\\':
			if q.at++; q.at == len(q.text) {
				return nil, q.syntaxError()
			}
			out = append(out, symbol{r: q.text[q.at]})
		case r == '*' || r == '?':
			out = append(out, symbol{r: r, wild: true})
		case isTermRune(r) && (len(out) > 0 || r != '+' && r != '-'):
			out = append(out, symbol{r: r})
		case len(out) == 0:
			return nil, q.syntaxError()
		default:
			return out, nil
		}
	}
	if len(out) == 0 {
		return nil, q.syntaxError()
	}
	return out, nil
}

// maxEdits is the largest fuzziness, and the default.
const maxEdits = 2

// fuzziness reads ~, ~1 or ~2 after a term of length runes: how many edits away a
// token may be. A number below 1 is the share of the term that must stay.
func (q *luceneParser) fuzziness(length int) (edits int, fuzzy bool, err error) {
	if q.peek() != '~' {
		return 0, false, nil
	}
	q.at++
	text := q.number()
	if text == "" {
		return maxEdits, true, nil
	}
	number, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil, number > 1 && number != math.Trunc(number):
		return 0, false, q.syntaxError()
	case number > 0 && number < 1:
		number = (1 - number) * float64(length)
	}
	return int(min(number, maxEdits)), true, nil
}

// boost reads and ignores ^number, which only raises scores. It rejects slop, the
// ~ after a phrase.
func (q *luceneParser) boost() error {
	if q.peek() == '~' {
		return q.unsupported("~")
	}
	if q.peek() != '^' {
		return nil
	}
	q.at++
	if q.number() == "" {
		return q.syntaxError()
	}
	return nil
}

// number reads digits and points.
func (q *luceneParser) number() string {
	from := q.at
	for unicode.IsDigit(q.peek()) || q.peek() == '.' {
		q.at++
	}
	return string(q.text[from:q.at])
}
