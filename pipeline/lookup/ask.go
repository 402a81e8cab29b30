package lookup

import (
	"context"
	"errors"
	"slices"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// inquiry is one way of putting questions to LoanPro.
type inquiry struct {
	size int // the most that the values asked for at once may weigh
	find func(ctx context.Context, values []loanpro.Value) ([]loanpro.Hit, error)
	// values returns what to ask for to answer q; nothing leaves q out.
	values func(q *Asked) []loanpro.Value
	// assign gives the questions the hits that they may mean.
	assign func(questions []*Asked, hits []loanpro.Hit, among []loanpro.Value)
	// asked hears of questions that were put, whatever came of it; nil: not wanted.
	asked func(questions []query)
}

// searching is an inquiry by a search.
func (l *Lookup) searching(way loanpro.Strategy, values func(*Asked) []loanpro.Value) inquiry {
	return inquiry{
		size:   way.Size,
		values: values,
		assign: assign,
		find: func(ctx context.Context, values []loanpro.Value) ([]loanpro.Hit, error) {
			return l.tenant.Find(ctx, way, values)
		},
	}
}

// asWritten asks for a question as it is, and in different case, too, if case makes
// no difference to its kind, and one to the index.
func asWritten(known *loanpro.Findings) func(*Asked) []loanpro.Value {
	return func(q *Asked) []loanpro.Value {
		if q.Kind.IgnoresCase == question.Yes {
			return loanpro.Texts(forms(q.Text, known, match.CaseVariants)...)
		}
		return []loanpro.Value{loanpro.Text(q.Text)}
	}
}

// answer asks LoanPro questions. One that it cannot answer has a failed outcome; an
// error means that the run cannot continue.
func (l *Lookup) answer(ctx context.Context, questions []*Asked) error {
	return l.eachKind(questions, func(kind *question.Kind, some []*Asked) error {
		ask := l.search
		if d := l.directoryFor(kind); d != nil {
			ask = func(ctx context.Context, some []*Asked) error { return l.answerScanned(ctx, d, some) }
		}
		if err := ask(ctx, some); err != nil {
			return err
		}
		return l.askChosenLoans(ctx, some)
	})
}

// search asks questions of one kind by searches.
func (l *Lookup) search(ctx context.Context, questions []*Asked) error {
	known, err := l.Findings(ctx, questions[0].Kind.Key)
	switch {
	case err != nil:
		return err
	case known.Key == loanpro.Name:
		return l.askPeople(ctx, known, questions)
	}
	return l.askAll(ctx, l.searching(l.First(known), asWritten(known)), questions)
}

// First is how questions are asked at first.
func (l *Lookup) First(known *loanpro.Findings) loanpro.Strategy {
	if l.Unbatched {
		return known.Single
	}
	return known.Batch.AtMost(l.Batch)
}

// eachKind calls work with the questions of each kind, in the order of the table of
// keys.
func (l *Lookup) eachKind(questions []*Asked, work func(*question.Kind, []*Asked) error) error {
	for _, kind := range question.Kinds {
		var some []*Asked
		for _, q := range questions {
			if q.Kind == kind {
				some = append(some, q)
			}
		}
		if len(some) == 0 {
			continue
		}
		if err := work(kind, some); err != nil {
			return err
		}
	}
	return nil
}

// query is a question with the values that are asked for to answer it.
type query struct {
	*Asked
	values []loanpro.Value
}

// askAll puts questions of one kind to LoanPro, as many at once as the inquiry
// takes, and decides them again by all that is known.
func (l *Lookup) askAll(ctx context.Context, by inquiry, questions []*Asked) error {
	var next []query
	weight := 0
	for _, q := range questions {
		values := by.values(q)
		if len(values) == 0 {
			continue
		}
		more := weigh(values)
		if len(next) > 0 && weight+more > by.size {
			if err := l.askNext(ctx, by, next); err != nil {
				return err
			}
			next, weight = next[:0], 0
		}
		next, weight = append(next, query{q, values}), weight+more
	}
	if len(next) == 0 {
		return nil
	}
	return l.askNext(ctx, by, next)
}

// askNext asks questions that fit into one search.
func (l *Lookup) askNext(ctx context.Context, by inquiry, questions []query) error {
	err := l.askBatch(ctx, by, questions)
	if by.asked != nil {
		by.asked(questions)
	}
	return err
}

func weigh(values []loanpro.Value) int {
	weight := 0
	for i := range values {
		weight += values[i].Weight()
	}
	return weight
}

// askBatch asks questions in one search. If that fails it asks either half by itself,
// so that one question that LoanPro cannot take does not cost the others their answers.
func (l *Lookup) askBatch(ctx context.Context, by inquiry, questions []query) error {
	var among []loanpro.Value
	for _, q := range questions {
		among = append(among, q.values...)
	}
	hits, err := by.find(ctx, among)
	switch {
	case err == nil:
		by.assign(questionsOf(questions), hits, among)
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case classOf(err) == loanpro.LosesRecords:
		return ErrDoubt
	case stops(err):
		return err
	case classOf(err) == loanpro.Partial: // less at once would lack as much
		failAll(questionsOf(questions), err)
		return nil
	case len(questions) == 1:
		return l.splitAndAsk(ctx, by, questions[0], err)
	}
	half := len(questions) / 2
	if err := l.askBatch(ctx, by, questions[:half]); err != nil {
		return err
	}
	return l.askBatch(ctx, by, questions[half:])
}

// splitAndAsk asks each part of a question by itself, if too many records are similar,
// or if LoanPro does not take it as a whole. A question without parts stays
// unanswered, because of err.
func (l *Lookup) splitAndAsk(ctx context.Context, by inquiry, q query, err error) error {
	halves := halve(q.values)
	if !smallerHelps(err) || halves == nil {
		q.fail(err)
		return nil
	}
	for _, values := range halves {
		if err := l.askBatch(ctx, by, []query{{q.Asked, values}}); err != nil {
			return err
		}
		if q.Outcome.Status() == match.Failed { // the other half would answer only its own part
			return nil
		}
	}
	return nil
}

// halve returns values that together ask for what values do; nil: they cannot be
// halved.
func halve(values []loanpro.Value) [][]loanpro.Value {
	if len(values) > 1 {
		return [][]loanpro.Value{values[:len(values)/2], values[len(values)/2:]}
	}
	parts := values[0].Parts
	widest := 0
	for i, part := range parts {
		if len(part) > len(parts[widest]) {
			widest = i
		}
	}
	if len(parts) == 0 || len(parts[widest]) < 2 {
		return nil
	}
	halves := make([][]loanpro.Value, 2)
	for i := range halves {
		half := slices.Clone(parts)
		n := len(parts[widest])
		half[widest] = parts[widest][i*(n/2) : n/2+i*(n-n/2)]
		halves[i] = []loanpro.Value{{Parts: half}}
	}
	return halves
}

func texts(values []loanpro.Value) []string {
	list := make([]string, len(values))
	for i := range values {
		list[i] = values[i].Text
	}
	return list
}

func questionsOf(queries []query) []*Asked {
	list := make([]*Asked, len(queries))
	for i, q := range queries {
		list[i] = q.Asked
	}
	return list
}

// classOf returns the class of an error of LoanPro's; -1 for any other.
func classOf(err error) loanpro.Class {
	if e, ok := errors.AsType[*loanpro.Error](err); ok {
		return e.Class
	}
	return -1
}

// stops reports whether err ends the run, and does not only leave a question open.
func stops(err error) bool {
	e, ok := errors.AsType[*loanpro.Error](err)
	return !ok || e.Stops() || e.Class == loanpro.Restored
}

// smallerHelps reports whether asking for less at once may succeed.
func smallerHelps(err error) bool {
	return classOf(err) == loanpro.TooManyHits || classOf(err) == loanpro.Rejected
}

// crowded reports whether more records are similar than a search can page through.
func crowded(err error) bool { return classOf(err) == loanpro.TooManyHits }

// assign gives every question the hits that it may mean, and decides it.
func assign(questions []*Asked, hits []loanpro.Hit, among []loanpro.Value) {
	byKey := make(map[string][]loanpro.Hit, len(hits))
	for i := range hits {
		key := hitKey(questions[0].Kind, &hits[i])
		byKey[key] = append(byKey[key], hits[i])
	}
	for _, q := range questions {
		if q.among == nil {
			q.among = among
		}
		number := numberKey(q.Text)
		unsure := len(byKey[blankKey]) > 0 || number != "" && len(byKey[number]) > 0
		q.unsure = q.unsure || q.Kind.Agreement == question.ByText && unsure
		q.learn(byKey[q.matchKey()])
	}
}

// blankKey is the hitKey of records without a text to compare. No question has it as
// its matchKey.
const blankKey = "\x00blank"

// hitKey is equal to the matchKey of all questions that may mean a hit.
func hitKey(k *question.Kind, hit *loanpro.Hit) string {
	switch {
	case k.Agreement != question.ByText:
		return question.SystemIDOf(hit)
	case k.Text(hit) == "":
		return blankKey
	case k.MayBeNumber(hit):
		return numberKey(k.Text(hit))
	}
	return match.LooseKey(k.Compared(hit))
}

// matchKey groups hits and questions by normalized ID.
func (q *Asked) matchKey() string {
	if q.Kind.Agreement == question.ByText {
		return match.LooseKey(q.Text)
	}
	return q.Text
}

// numberKey is equal for all texts that LoanPro may send as the same number; it is
// not the matchKey of a text. Empty: the text is not a whole number.
func numberKey(text string) string {
	whole, _, _ := strings.Cut(text, ".")
	if whole == "" || strings.Trim(whole, "0123456789") != "" {
		return ""
	}
	return "\x00" + strings.TrimLeft(whole, "0")
}
