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
	size int // the most texts at once
	find func(ctx context.Context, texts []string) ([]loanpro.Hit, error)
	// texts returns what to ask for to answer q.
	texts func(q *asked) []string
}

// searching is an inquiry by a search.
func (r *run) searching(way loanpro.Way, texts func(*asked) []string) inquiry {
	return inquiry{
		size:  way.Size,
		texts: texts,
		find: func(ctx context.Context, texts []string) ([]loanpro.Hit, error) {
			return r.Client.Find(ctx, way, texts)
		},
	}
}

// itself asks for a question as it stands.
func itself(q *asked) []string { return []string{q.text} }

// answer asks LoanPro all questions of a batch. What it cannot answer is an
// outcome; an error means that the run cannot go on.
func (r *run) answer(ctx context.Context, b batch) (batch, error) {
	for key, questions := range byKey(b.questions) {
		known, err := r.findings(ctx, key)
		if err != nil {
			return b, err
		}
		if err := r.put(ctx, r.searching(r.first(known), itself), questions); err != nil {
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

// put puts questions of one key to LoanPro, as many at once as the inquiry
// takes, and decides them anew by all that is known.
func (r *run) put(ctx context.Context, by inquiry, questions []*asked) error {
	texts := make([][]string, len(questions))
	for i, q := range questions {
		texts[i] = by.texts(q)
	}
	for len(questions) > 0 {
		n, size := 1, len(texts[0])
		for n < len(questions) && size+len(texts[n]) <= by.size {
			size += len(texts[n])
			n++
		}
		if err := r.putOnce(ctx, by, questions[:n], texts[:n]); err != nil {
			return err
		}
		questions, texts = questions[n:], texts[n:]
	}
	return nil
}

// putOnce puts questions, each with its texts, in one search. If that fails it puts either half
// alone, so that one question LoanPro cannot take does not cost the others
// theirs.
func (r *run) putOnce(ctx context.Context, by inquiry, questions []*asked, texts [][]string) error {
	all := slices.Concat(texts...)
	hits, err := by.find(ctx, all)
	switch {
	case err == nil:
		assign(questions, hits, all)
		return nil
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case stops(err):
		return err
	case len(questions) == 1:
		questions[0].fail(err)
		return nil
	}
	half := len(questions) / 2
	if err := r.putOnce(ctx, by, questions[:half], texts[:half]); err != nil {
		return err
	}
	return r.putOnce(ctx, by, questions[half:], texts[half:])
}

// stops reports whether err ends the run, rather than leaving a question open.
func stops(err error) bool {
	e, ok := errors.AsType[*loanpro.Error](err)
	return !ok || e.Stops()
}

// fail takes note that a search for q did not succeed. What is matched stays
// so: the search that matched it was complete.
func (q *asked) fail(err error) {
	if status := q.outcome.status(); status != match.Matched && status != match.Ambiguous {
		*q.outcome = failed(err)
	}
}

// assign gives every question the hits that it may mean, and decides it.
func assign(questions []*asked, hits []loanpro.Hit, among []string) {
	kin := make(map[string][]loanpro.Hit, len(hits))
	for i := range hits {
		key := kinship(questions[0].key, hits[i].ID, hits[i].DisplayID)
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
func kinship(key loanpro.Key, id int64, displayID string) string {
	if key == loanpro.DisplayID {
		return match.Fold(match.Clean(displayID))
	}
	return strconv.FormatInt(id, 10)
}

func (q *asked) kinship() string {
	if q.key == loanpro.DisplayID {
		return match.Fold(q.text)
	}
	return q.text
}

// learn adds hits that are new and decides the question.
func (q *asked) learn(hits []loanpro.Hit) {
	for _, hit := range hits {
		if !q.holds(hit.ID) {
			q.hits = append(q.hits, hit)
		}
	}
	*q.outcome = decide(q.question, q.hits)
}

func (q *asked) holds(id int64) bool {
	return slices.ContainsFunc(q.hits, func(hit loanpro.Hit) bool { return hit.ID == id })
}
