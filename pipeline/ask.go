package pipeline

import (
	"context"
	"errors"
	"slices"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// inquiry is one way of putting questions to LoanPro.
type inquiry struct {
	size int // the most that the values asked for at once may weigh
	find func(ctx context.Context, values []loanpro.Value) ([]loanpro.Hit, error)
	// values returns what to ask for to answer q; nothing leaves q out.
	values func(q *asked) []loanpro.Value
	// assign gives the questions the hits they may mean.
	assign func(questions []*asked, hits []loanpro.Hit, among []loanpro.Value)
}

// searching is an inquiry by a search.
func (r *run) searching(way loanpro.Way, values func(*asked) []loanpro.Value) inquiry {
	return inquiry{
		size:   way.Size,
		values: values,
		assign: assign,
		find: func(ctx context.Context, values []loanpro.Value) ([]loanpro.Hit, error) {
			return r.Lookup.Client.Find(ctx, way, values)
		},
	}
}

// asWritten asks for a question as it stands, and where case makes no difference but to
// the index, in other case, too.
func asWritten(known *loanpro.Findings) func(*asked) []loanpro.Value {
	return func(q *asked) []loanpro.Value {
		if q.Kind.IgnoresCase == question.Yes {
			return loanpro.Texts(forms(q.Text, known, match.CaseForms)...)
		}
		return []loanpro.Value{loanpro.Text(q.Text)}
	}
}

// answer asks LoanPro all questions of a batch. What it cannot answer is an
// outcome; an error means that the run cannot go on.
func (r *run) answer(ctx context.Context, b batch) (batch, error) {
	b.gaps = r.Lookup.Client.Gaps()
	return b, r.answerAll(ctx, b.questions)
}

func (r *run) answerAll(ctx context.Context, questions []*asked) error {
	for key, some := range byKey(questions) {
		known, err := r.findings(ctx, key)
		if err != nil {
			return err
		}
		if key == loanpro.Name {
			err = r.askPeople(ctx, known, some)
		} else {
			err = r.askAll(ctx, r.searching(r.first(known), asWritten(known)), some)
		}
		if err == nil {
			err = r.askChosenLoans(ctx, some)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// first is how questions are asked at first.
func (r *run) first(known *loanpro.Findings) loanpro.Way {
	if r.singly {
		return known.Alone
	}
	return known.Batch.AtMost(r.Lookup.Batch)
}

// byKey sorts questions by what they ask for.
func byKey(questions []*asked) map[loanpro.Key][]*asked {
	sorted := map[loanpro.Key][]*asked{}
	for _, q := range questions {
		sorted[q.Kind.Key] = append(sorted[q.Kind.Key], q)
	}
	return sorted
}

// query is a question with the values that are asked for to answer it.
type query struct {
	*asked
	values []loanpro.Value
}

// askAll puts questions of one key to LoanPro, as many at once as the inquiry
// takes, and decides them anew by all that is known.
func (r *run) askAll(ctx context.Context, by inquiry, questions []*asked) error {
	var next []query
	weight := 0
	for _, q := range questions {
		values := by.values(q)
		if len(values) == 0 {
			continue
		}
		more := weigh(values)
		if len(next) > 0 && weight+more > by.size {
			if err := r.askBatch(ctx, by, next); err != nil {
				return err
			}
			next, weight = next[:0], 0
		}
		next, weight = append(next, query{q, values}), weight+more
	}
	if len(next) == 0 {
		return nil
	}
	return r.askBatch(ctx, by, next)
}

func weigh(values []loanpro.Value) int {
	weight := 0
	for i := range values {
		weight += values[i].Weight()
	}
	return weight
}

// askBatch asks questions in one search. If that fails it asks either half alone,
// so that one question LoanPro cannot take does not cost the others theirs.
func (r *run) askBatch(ctx context.Context, by inquiry, questions []query) error {
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
	case classOf(err) == loanpro.Doubtful:
		return errDoubt
	case stops(err):
		return err
	case classOf(err) == loanpro.Partial: // less at once would lack as much
		failAll(questionsOf(questions), err)
		return nil
	case len(questions) == 1:
		return r.splitAndAsk(ctx, by, questions[0], err)
	}
	half := len(questions) / 2
	if err := r.askBatch(ctx, by, questions[:half]); err != nil {
		return err
	}
	return r.askBatch(ctx, by, questions[half:])
}

// splitAndAsk asks the parts of a question that too many records resemble, or that
// LoanPro does not take as a whole, each alone. One that has no parts is left
// unanswered, because of err.
func (r *run) splitAndAsk(ctx context.Context, by inquiry, q query, err error) error {
	halves := halve(q.values)
	if !smallerHelps(err) || halves == nil {
		q.fail(err)
		return nil
	}
	for _, values := range halves {
		if err := r.askBatch(ctx, by, []query{{q.asked, values}}); err != nil {
			return err
		}
		if q.outcome.Status() == match.Failed { // the other half would answer only its own part
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

func questionsOf(questions []query) []*asked {
	list := make([]*asked, len(questions))
	for i, q := range questions {
		list[i] = q.asked
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

// stops reports whether err ends the run, rather than leaving a question open.
func stops(err error) bool {
	e, ok := errors.AsType[*loanpro.Error](err)
	return !ok || e.Stops() || e.Class == loanpro.Restored
}

// smallerHelps reports whether asking for less at once may succeed.
func smallerHelps(err error) bool {
	return classOf(err) == loanpro.Crowded || classOf(err) == loanpro.Rejected
}

// crowded reports whether more records resemble what was asked than can be read.
func crowded(err error) bool { return classOf(err) == loanpro.Crowded }

// fail takes note that a search for q did not succeed. What is matched stays
// so, for the search that matched it was complete; but of a person that takes
// all searches, and so it does that nothing fits what a person has chosen.
func (q *asked) fail(err error) {
	if q.Person != nil {
		if q.unanswered == nil || crowded(q.unanswered) { // of which more is known
			q.unanswered = err
		}
		return
	}
	switch status := q.outcome.Status(); {
	case status == match.Matched || status == match.Ambiguous && q.outcome.Code() != answer.CodeChosenDiffers:
	case crowded(err):
		*q.outcome = answer.Of(answer.CodeTooManyAlike, "")
	default:
		*q.outcome = answer.Failed(err)
	}
}

// void forgets what has been said to q: the index had gaps while it was asked.
func (q *asked) void() {
	*q.outcome = answer.Outcome{}
	q.hits, q.likenesses, q.borrowers, q.unanswered, q.among, q.unsure = nil, nil, nil, nil, nil, false
}

// giveUp leaves q unanswered, whatever was answered before.
func (q *asked) giveUp(err error) {
	q.void()
	q.fail(err)
	if q.Person != nil {
		q.decide()
	}
}

// assign gives every question the hits that it may mean, and decides it.
func assign(questions []*asked, hits []loanpro.Hit, among []loanpro.Value) {
	byKey := make(map[string][]loanpro.Hit, len(hits))
	for i := range hits {
		key := matchKey(questions[0].Kind, &hits[i])
		byKey[key] = append(byKey[key], hits[i])
	}
	for _, q := range questions {
		if q.among == nil {
			q.among = among
		}
		number := numberKey(q.Text)
		q.unsure = q.unsure || q.Kind.Agreement == question.ByText && (len(byKey[blankKey]) > 0 || number != "" && len(byKey[number]) > 0)
		q.learn(byKey[q.matchKey()])
	}
}

// errUnsure is why a question stays open if a record may be meant whose ID LoanPro
// does not send as it is.
var errUnsure = errors.New("LoanPro sends a record that may be meant without its ID, or with the ID as a number, without its leading zeros")

// blankKey is the matchKey of records without a text to compare. It is no matchKey
// of a question.
const blankKey = "\x00blank"

// matchKey is equal for a question and all hits that it may mean.
func matchKey(k *question.Kind, hit *loanpro.Hit) string {
	switch {
	case k.Agreement != question.ByText:
		return question.SystemIDOf(hit)
	case k.Text(hit) == "":
		return blankKey
	case k.MayBeNumber(hit):
		return numberKey(k.Text(hit))
	}
	return match.Loose(k.Compared(hit))
}

// numberKey is equal for all texts that one number may stand for; it is no
// matchKey of a text. Empty: the text is not a whole number.
func numberKey(text string) string {
	whole, _, _ := strings.Cut(text, ".")
	if whole == "" || strings.Trim(whole, "0123456789") != "" {
		return ""
	}
	return "\x00" + strings.TrimLeft(whole, "0")
}

func (q *asked) matchKey() string {
	if q.Kind.Agreement == question.ByText {
		return match.Loose(q.Text)
	}
	return q.Text
}

// learn adds hits that are new and decides the question.
func (q *asked) learn(hits []loanpro.Hit) {
	for _, hit := range hits {
		if !q.holds(hit.ID) {
			q.hits = append(q.hits, hit)
		}
	}
	q.decide()
}

func (q *asked) holds(id int64) bool {
	return slices.ContainsFunc(q.hits, func(hit loanpro.Hit) bool { return hit.ID == id })
}

// decide takes note of what all that is known of a question comes to.
func (q *asked) decide() {
	switch {
	case q.Person != nil:
		*q.outcome = q.decidePerson()
	case q.Choice != nil:
		*q.outcome = q.decideChoice()
	case q.unsure:
		*q.outcome = answer.Failed(errUnsure)
	default:
		*q.outcome = decide(q.Question, q.hits)
	}
}
