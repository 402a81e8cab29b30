package pipeline

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
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
			return r.Client.Find(ctx, way, values)
		},
	}
}

// itself asks for a question as it stands.
func itself(q *asked) []loanpro.Value { return []loanpro.Value{loanpro.Text(q.text)} }

// answer asks LoanPro all questions of a batch. What it cannot answer is an
// outcome; an error means that the run cannot go on.
func (r *run) answer(ctx context.Context, b batch) (batch, error) {
	for key, questions := range byKey(b.questions) {
		known, err := r.findings(ctx, key)
		if err != nil {
			return b, err
		}
		if key == loanpro.Name {
			err = r.askPeople(ctx, known, questions)
		} else {
			err = r.put(ctx, r.searching(r.first(known), itself), questions)
		}
		if err != nil {
			return b, err
		}
	}
	return b, nil
}

// first is how questions are asked at first.
func (r *run) first(known *loanpro.Findings) loanpro.Way {
	if r.singly {
		return known.Alone
	}
	return known.Batch
}

// byKey sorts questions by what they ask for.
func byKey(questions []*asked) map[loanpro.Key][]*asked {
	sorted := map[loanpro.Key][]*asked{}
	for _, q := range questions {
		sorted[q.key] = append(sorted[q.key], q)
	}
	return sorted
}

// posed is a question with the values that are asked for to answer it.
type posed struct {
	*asked
	values []loanpro.Value
}

// put puts questions of one key to LoanPro, as many at once as the inquiry
// takes, and decides them anew by all that is known.
func (r *run) put(ctx context.Context, by inquiry, questions []*asked) error {
	var next []posed
	weight := 0
	for _, q := range questions {
		values := by.values(q)
		if len(values) == 0 {
			continue
		}
		more := weigh(values)
		if len(next) > 0 && weight+more > by.size {
			if err := r.putOnce(ctx, by, next); err != nil {
				return err
			}
			next, weight = next[:0], 0
		}
		next, weight = append(next, posed{q, values}), weight+more
	}
	if len(next) == 0 {
		return nil
	}
	return r.putOnce(ctx, by, next)
}

func weigh(values []loanpro.Value) int {
	weight := 0
	for i := range values {
		weight += values[i].Weight()
	}
	return weight
}

// putOnce puts questions in one search. If that fails it puts either half
// alone, so that one question LoanPro cannot take does not cost the others
// theirs.
func (r *run) putOnce(ctx context.Context, by inquiry, questions []posed) error {
	var among []loanpro.Value
	for _, q := range questions {
		among = append(among, q.values...)
	}
	hits, err := by.find(ctx, among)
	switch {
	case err == nil:
		by.assign(alone(questions), hits, among)
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case stops(err):
		return err
	case len(questions) == 1:
		return r.putApart(ctx, by, questions[0], err)
	}
	half := len(questions) / 2
	if err := r.putOnce(ctx, by, questions[:half]); err != nil {
		return err
	}
	return r.putOnce(ctx, by, questions[half:])
}

// putApart puts the parts of a question that brings up too many records, or that
// LoanPro does not take as a whole, each alone. That err cannot be helped
// otherwise leaves the question unanswered.
func (r *run) putApart(ctx context.Context, by inquiry, q posed, err error) error {
	halves := halve(q.values)
	if !smallerHelps(err) || halves == nil {
		q.fail(err)
		return nil
	}
	for _, values := range halves {
		if err := r.putOnce(ctx, by, []posed{{q.asked, values}}); err != nil {
			return err
		}
		if q.outcome.status() == match.Failed { // the other half would answer only its own part
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

func alone(questions []posed) []*asked {
	list := make([]*asked, len(questions))
	for i, q := range questions {
		list[i] = q.asked
	}
	return list
}

// stops reports whether err ends the run, rather than leaving a question open.
func stops(err error) bool {
	e, ok := errors.AsType[*loanpro.Error](err)
	return !ok || e.Stops()
}

// smallerHelps reports whether asking for less at once may succeed.
func smallerHelps(err error) bool {
	e, ok := errors.AsType[*loanpro.Error](err)
	return ok && (e.Class == loanpro.Crowded || e.Class == loanpro.Rejected)
}

// crowded reports whether a search has brought up too many records to read.
func crowded(err error) bool {
	e, ok := errors.AsType[*loanpro.Error](err)
	return ok && e.Class == loanpro.Crowded
}

// fail takes note that a search for q did not succeed. What is matched stays
// so, for the search that matched it was complete; but of a person that takes
// all searches.
func (q *asked) fail(err error) {
	if q.person != nil {
		if q.unanswered == nil || crowded(q.unanswered) { // of which more is known
			q.unanswered = err
		}
		return
	}
	if status := q.outcome.status(); status != match.Matched && status != match.Ambiguous {
		*q.outcome = failed(err)
	}
}

// assign gives every question the hits that it may mean, and decides it.
func assign(questions []*asked, hits []loanpro.Hit, among []loanpro.Value) {
	kin := make(map[string][]loanpro.Hit, len(hits))
	for i := range hits {
		key := kinship(questions[0].key, &hits[i])
		kin[key] = append(kin[key], hits[i])
	}
	for _, q := range questions {
		if q.among == nil {
			q.among = among
		}
		q.learn(kin[q.kinship()])
	}
}

// kinship is equal for all that a question may mean.
func kinship(key loanpro.Key, hit *loanpro.Hit) string {
	if byText(key) {
		return match.Fold(match.Clean(numberOf(key, hit)))
	}
	return strconv.FormatInt(hit.ID, 10)
}

// numberOf is the lender's own number of a record.
func numberOf(key loanpro.Key, hit *loanpro.Hit) string {
	if key == loanpro.CustomID {
		return hit.CustomID
	}
	return hit.DisplayID
}

func (q *asked) kinship() string {
	if byText(q.key) {
		return match.Fold(q.text)
	}
	return q.text
}

// byText reports whether key's IDs are the lender's own: texts, which differ in
// case and may repeat.
func byText(key loanpro.Key) bool { return key == loanpro.DisplayID || key == loanpro.CustomID }

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
	if q.person == nil {
		*q.outcome = decide(q.question, q.hits)
		return
	}
	*q.outcome = q.decidePerson()
}
