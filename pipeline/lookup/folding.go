package lookup

import (
	"context"
	"slices"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
)

// Names are compared without accents and signs, but an index may hold them as they are
// written: then a search for Odegard does not find Ødegård. If another row of the same batch
// finds that customer, the answer to a row would depend on the batch. So a customer whose
// folded name alone fits then counts only if the index folds what folding changes in that
// name. A search for the folded name tells.

// doubt says whether a search for a question has found a candidate.
type doubt uint8

const (
	certain      doubt = iota
	doubtfulName       // only the folded name fits; another question has found it by the name as it is written
	doubtful           // only the folded name fits; it may also be a control
)

func noDoubt(*record) doubt { return certain }

// doubtOf returns the doubt whether a search for q has found a record that was found for all
// these questions. byName reports whether a question finds it by the name as it is written.
func doubtOf(q *Asked, r *record, questions []*Asked, byName func(*Asked) bool) doubt {
	switch {
	case r.written == nil, byName(q), q.sharesIdentifier(r.evidence):
		return certain
	case slices.ContainsFunc(questions, byName):
		return doubtfulName
	}
	return doubtful
}

// sharesIdentifier reports whether a row has an email, a phone or the custom ID of a record.
func (q *Asked) sharesIdentifier(record match.Evidence) bool {
	theirs := identifiers(&record)
	return slices.ContainsFunc(identifiers(&q.Person.Evidence), func(text string) bool { return slices.Contains(theirs, text) })
}

// foldings are what is known of a tenant's index. Who holds turn may read and change it.
type foldings struct {
	turn  chan struct{}
	folds match.Folding   // searches find names in which folding changes this
	loses []match.Folding // they do not find names in which it changes all of one of these
}

func newFoldings() *foldings { return &foldings{turn: make(chan struct{}, 1)} }

// of reports whether searches for folded names find names in which folding changes this.
func (f *foldings) of(changed match.Folding) (finds, known bool) {
	finds = changed&^f.folds == 0
	return finds, finds || slices.ContainsFunc(f.loses, func(lost match.Folding) bool { return lost&^changed == 0 })
}

// learn notes whether a search has found such a name.
func (f *foldings) learn(changed match.Folding, found bool) {
	if found {
		f.folds |= changed
	} else {
		f.loses = append(f.loses, changed&^f.folds)
	}
}

// decideAll decides questions about people, once all searches for them are done.
func (l *Lookup) decideAll(ctx context.Context, questions []*Asked) error {
	for _, q := range questions {
		if err := l.dropUnfound(ctx, q); err != nil {
			return err
		}
		q.decide()
	}
	return nil
}

// dropUnfound drops the candidates of q that the searches for it cannot find.
func (l *Lookup) dropUnfound(ctx context.Context, q *Asked) error {
	if !slices.ContainsFunc(q.candidates, func(c candidate) bool { return c.doubt != certain }) {
		return nil
	}
	var kept []candidate
	for _, c := range q.candidates {
		if c.doubt != certain {
			finds, err := l.findsFolded(ctx, &c)
			if err != nil {
				return err
			}
			if !finds {
				continue
			}
		}
		kept = append(kept, c)
	}
	q.candidates = kept
	return nil
}

// findsFolded reports whether searches for folded names find names such as that of a customer;
// also if that cannot be found out.
func (l *Lookup) findsFolded(ctx context.Context, c *candidate) (finds bool, err error) {
	select {
	case l.foldings.turn <- struct{}{}:
		defer func() { <-l.foldings.turn }()
	case <-ctx.Done():
		return false, context.Cause(ctx)
	}
	changed := match.FoldingsOf(c.First, c.Last)
	if finds, known := l.foldings.of(changed); known || c.First == "" || c.Last == "" {
		return finds || !known, nil
	}
	tells := c.doubt == doubtfulName
	if finds, err = l.findsByName(ctx, &c.Hit, foldedWords); err == nil && !finds && !tells {
		tells, err = l.findsByName(ctx, &c.Hit, strings.TrimSpace) // is it found by name at all?
	}
	switch {
	case ctx.Err() != nil:
		return false, context.Cause(ctx)
	case classOf(err) == loanpro.LosesRecords:
		return false, ErrDoubt
	case err != nil && stops(err):
		return false, err
	case err != nil, !finds && !tells:
		return true, nil
	}
	l.foldings.learn(changed, finds)

	return finds, nil
}

// findsByName reports whether a search for a customer's name, spelled in some way, finds the
// customer.
func (l *Lookup) findsByName(ctx context.Context, hit *loanpro.Hit, spell func(string) string) (bool, error) {
	known, err := l.Findings(ctx, loanpro.Name)
	if err != nil {
		return false, err
	}
	parts := [][]match.Term{{{Text: spell(hit.First)}}, {{Text: spell(hit.Last)}}}
	hits, err := l.tenant.Find(ctx, l.First(known).AtMost(1), spelled(parts, known, false))
	return slices.ContainsFunc(hits, func(other loanpro.Hit) bool { return other.ID == hit.ID }), err
}

// foldedWords returns the folded words of a text.
func foldedWords(text string) string { return strings.Join(match.FoldedWords(text), " ") }
