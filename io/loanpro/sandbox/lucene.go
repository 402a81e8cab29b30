package sandbox

import (
	"math"
	"strconv"
	"strings"
	"unicode"
)

// symbol is a rune of a term; wild ones stand for others.
type symbol struct {
	r    rune
	wild bool
}

// lucene reads the classic query syntax from left to right.
type lucene struct {
	parser *parser
	text   []rune
	at     int
	depth  int
	fields []*field
	all    bool // default_operator AND
}

// occur says what a clause means for its group.
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

func (q *lucene) whole() (node, error) {
	n, err := q.group()
	if err != nil {
		return nil, err
	}
	if q.at < len(q.text) {
		return nil, q.broken()
	}
	if n == nil {
		return nothing{}, nil
	}
	return n, nil
}

func (q *lucene) broken() error {
	return &queryError{"query_shard_exception", "Failed to parse query: parse_exception"}
}

func (q *lucene) notTaken(what string) error {
	return &queryError{"query_shard_exception", "this tenant takes no " + what + " in a query_string"}
}

// group reads clauses up to the closing parenthesis or the end. It returns nil
// when there is nothing to look for.
func (q *lucene) group() (node, error) {
	var clauses []clause
	first := true
	for {
		q.spaces()
		if q.end() {
			break
		}
		joint := q.word("AND", "&&", "OR", "||")
		if joint != "" && first {
			return nil, q.broken()
		}
		sign := q.sign()
		n, err := q.clause()
		if err != nil {
			return nil, err
		}
		clauses = q.join(clauses, joint, sign, n)
		first = false
	}
	return q.combine(clauses)
}

func (q *lucene) end() bool { return q.at == len(q.text) || q.text[q.at] == ')' }

// join adds a clause as Lucene does: AND makes the clause before it required
// too, OR under the default operator AND makes it optional again.
func (q *lucene) join(clauses []clause, joint string, sign occur, n node) []clause {
	and, or := joint == "AND" || joint == "&&", joint == "OR" || joint == "||"
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

func (q *lucene) combine(clauses []clause) (node, error) {
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
	return q.parser.sized(b, 0)
}

func (q *lucene) spaces() {
	for q.at < len(q.text) && isBlank(q.text[q.at]) {
		q.at++
	}
}

func isBlank(r rune) bool { return strings.ContainsRune(" \t\n\r\u3000", r) }

// word reads one of the words, standing alone, and the spaces behind it.
func (q *lucene) word(words ...string) string {
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

// sign reads +, -, ! or NOT, which may stand off from their clause.
func (q *lucene) sign() occur {
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
func (q *lucene) peek() rune {
	if q.at == len(q.text) {
		return 0
	}
	return q.text[q.at]
}

// isTermRune reports whether r may stand inside a term without an escape.
func isTermRune(r rune) bool {
	return !isBlank(r) && !strings.ContainsRune(`!():^[]"{}~*?\/`, r)
}

// clause reads a group, a phrase, a term or field:clause.
func (q *lucene) clause() (node, error) {
	switch q.peek() {
	case '(':
		return q.parenthesis()
	case '"':
		return q.phrase()
	case '[', '{':
		return nil, q.notTaken("range")
	case '/':
		return nil, q.notTaken("regular expression")
	}
	if q.word("AND", "&&", "OR", "||", "NOT") != "" { // where a term is due
		return nil, q.broken()
	}
	return q.termOrField()
}

// termOrField reads a term, fuzzy or not, or field:clause.
func (q *lucene) termOrField() (node, error) {
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
		if !q.parser.index.literal {
			return q.fuzzyNode(symbols, edits)
		}
	}
	return q.termNode(symbols)
}

func (q *lucene) inField(name string) (node, error) {
	if q.at == len(q.text) || isBlank(q.peek()) {
		return nil, q.broken()
	}
	if strings.ContainsRune("<>", q.peek()) {
		return nil, q.notTaken("range")
	}
	outer := q.fields
	q.fields = q.parser.named(name)
	n, err := q.clause()
	q.fields = outer
	return n, err
}

func (q *lucene) parenthesis() (node, error) {
	if q.depth++; q.depth > maxNesting {
		return nil, q.broken()
	}
	q.at++
	if q.spaces(); q.end() {
		return nil, q.broken()
	}
	n, err := q.group()
	if err != nil {
		return nil, err
	}
	if q.peek() != ')' {
		return nil, q.broken()
	}
	q.at++
	q.depth--
	return n, q.boost()
}

// phrase reads a quoted text; a backslash takes the next rune as it is.
func (q *lucene) phrase() (node, error) {
	var text strings.Builder
	for q.at++; q.peek() != '"'; q.at++ {
		if q.peek() == '\\' {
			q.at++
		}
		if q.at == len(q.text) {
			return nil, q.broken()
		}
		text.WriteRune(q.text[q.at])
	}
	q.at++
	if err := q.boost(); err != nil {
		return nil, err
	}
	return q.anyField(func(f *field) (node, error) { return phraseText(f, text.String()) })
}

// term reads runes up to the first that cannot belong to a term.
func (q *lucene) term() ([]symbol, error) {
	var out []symbol
	for ; q.at < len(q.text); q.at++ {
		switch r := q.text[q.at]; {
		case r == '\\':
			if q.at++; q.at == len(q.text) {
				return nil, q.broken()
			}
			out = append(out, symbol{r: q.text[q.at]})
		case r == '*' || r == '?':
			out = append(out, symbol{r: r, wild: true})
		case isTermRune(r) && (len(out) > 0 || r != '+' && r != '-'):
			out = append(out, symbol{r: r})
		case len(out) == 0:
			return nil, q.broken()
		default:
			return out, nil
		}
	}
	if len(out) == 0 {
		return nil, q.broken()
	}
	return out, nil
}

// maxEdits is how far a fuzzy term reaches at most, and when it does not say.
const maxEdits = 2

// fuzziness reads ~, ~1 or ~2 behind a term of so many runes: how many edits
// away a token may be. A number below 1 is a share of the term to be kept.
func (q *lucene) fuzziness(length int) (edits int, fuzzy bool, err error) {
	if q.peek() != '~' {
		return 0, false, nil
	}
	from := q.at + 1
	for q.at = from; unicode.IsDigit(q.peek()) || q.peek() == '.'; q.at++ {
	}
	if q.at == from {
		return maxEdits, true, nil
	}
	number, err := strconv.ParseFloat(string(q.text[from:q.at]), 64)
	switch {
	case err != nil, number > 1 && number != math.Trunc(number):
		return 0, false, q.broken()
	case number > 0 && number < 1:
		number = (1 - number) * float64(length)
	}
	return int(min(number, maxEdits)), true, nil
}

// boost reads ^number, which only raises scores and is ignored here. Slop, the
// ~ behind a phrase, is not taken.
func (q *lucene) boost() error {
	if q.peek() == '~' {
		return q.notTaken("~")
	}
	if q.peek() != '^' {
		return nil
	}
	from := q.at + 1
	for q.at = from; unicode.IsDigit(q.peek()) || q.peek() == '.'; q.at++ {
	}
	if q.at == from {
		return q.broken()
	}
	return nil
}
