package lookup

import (
	"context"
	"slices"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Names are compared without accents and signs, but an index may hold them as they are
// written: then a search for Odegard does not find Ødegård. Or it holds whole fields: then one
// for Ann does not find Mary Ann. If another row of the same batch finds that customer, the
// answer to a row would depend on the batch. So a customer whose folded name alone fits counts
// only if the index folds what folding changes in that name. A search for the folded name
// tells.

// doubt says whether a search for a question has found a candidate.
type doubt uint8

const (
	certain doubt = iota
	// Only the folded name fits, and another question finds the candidate by the name as it is
	// written.
	doubtfulName
	// Only the folded name fits, and another question finds the candidate by other evidence, or
	// it is a control.
	doubtful
)

func noDoubt(*record) doubt { return certain }

// doubtOf returns the doubt whether a search for q has found a record that was found for all
// these questions. filter returns what a question asks for.
func (c *recordCache) doubtOf(q *Asked, r *record, questions []*Asked, filter func(*Asked) match.NameFilter, near bool) doubt {
	written := c.asWritten(r)
	byName := func(q *Asked) bool {
		if c.whole {
			return filter(q).MatchesFields(written, near)
		}
		return filter(q).MatchesWritten(written, near)
	}
	switch {
	case slices.Equal(written, r.words) && !c.whole, byName(q), q.sharesIdentifier(r.evidence):
		return certain
	case slices.ContainsFunc(questions, byName):
		return doubtfulName
	}
	return doubtful
}

// asWritten returns the words of a record's name, or its fields if the index may keep them
// whole, as they are written but in lower case.
func (c *recordCache) asWritten(r *record) []string {
	if r.written == nil {
		fields := fieldsOf(question.NamePartsOf(&r.hit.Details))
		if !c.whole {
			r.written = match.WrittenWords(fields...)
		} else {
			for _, field := range fields {
				r.written = append(r.written, strings.Join(match.WrittenWords(field), " "))
			}
		}
	}
	return r.written
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
	known, err := l.Findings(ctx, loanpro.Name)
	if err != nil {
		return false, err
	}
	changed := match.FoldingsOf(known.Keyword, c.First, c.Last)
	if finds, known := l.foldings.of(changed); known || c.First == "" || c.Last == "" {
		return finds || !known, nil
	}
	tells := c.doubt == doubtfulName
	if finds, err = l.findsByName(ctx, known, &c.Hit, lastFolded); err == nil && !finds && !tells {
		tells, err = l.findsByName(ctx, known, &c.Hit, strings.TrimSpace) // is it found by name at all?
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
func (l *Lookup) findsByName(ctx context.Context, known *loanpro.Findings, hit *loanpro.Hit, spell func(string) string) (bool, error) {
	parts := [][]match.Term{{{Text: spell(hit.First)}}, {{Text: spell(hit.Last)}}}
	hits, err := l.tenant.Find(ctx, l.First(known).AtMost(1), spelled(parts, known, false))
	return slices.ContainsFunc(hits, func(other loanpro.Hit) bool { return other.ID == hit.ID }), err
}

// lastFolded returns the last folded word of a field.
func lastFolded(field string) string {
	words := match.FoldedWords(field)
	return strings.Join(words[max(0, len(words)-1):], " ")
}
