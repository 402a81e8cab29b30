package lookup

import (
	"context"
	"slices"

	"loanmap/io/loanpro"
	"loanmap/pipeline/lookup/directory"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// directories are what has been scanned; nil: those records are searched.
type directories map[question.Record]*directory.Directory

// directoryFor returns what answers questions of a kind; nil: they are searched. A record
// without a text to compare may be any that is asked for, so it proves nothing of the others.
func (l *Lookup) directoryFor(kind *question.Kind) *directory.Directory {
	d := l.scanned[kind.Record]
	switch {
	case d == nil, kind.Scanned == question.No:
		return nil
	case kind.Agreement == question.ByText && withoutText(d, kind) > 0:
		return nil
	}
	return d
}

// withoutText returns how many records have no text of a kind.
func withoutText(d *directory.Directory, kind *question.Kind) int {
	return len(d.WithText(directoryText(kind, blankKey)))
}

// newDirectory returns a directory that finds the records of a kind by all texts for
// which a question may ask.
func newDirectory(of question.Record) *directory.Directory {
	return directory.New(func(hit *loanpro.Hit) []string {
		var texts []string
		for _, kind := range question.Kinds {
			if kind.Record == of && kind.Agreement != question.ByPerson {
				texts = append(texts, directoryText(kind, hitKey(kind, hit)))
			}
		}
		return texts
	})
}

// directoryText is the text by which a directory finds records whose hitKey is key.
func directoryText(kind *question.Kind, key string) string { return kind.Flag + " " + key }

// answerScanned answers questions of one kind from a directory, for good: it holds every
// record, so there is nothing to audit.
func (l *Lookup) answerScanned(ctx context.Context, d *directory.Directory, questions []*Asked) error {
	for _, q := range questions {
		q.Scanned = true
	}
	if questions[0].Kind.Agreement == question.ByPerson {
		return l.findPeople(ctx, d, questions)
	}
	findScanned(d, questions)
	known, err := l.Findings(ctx, questions[0].Kind.Key)
	if err != nil {
		return err
	}
	missing := With(questions, match.NotFound)
	findScanned(d, repairs(known, missing))
	proposeRepairs(missing)
	return nil
}

// findScanned gives questions the records that they may mean, and decides them.
func findScanned(d *directory.Directory, questions []*Asked) {
	for _, q := range questions {
		records := d.WithText(directoryText(q.Kind, q.matchKey()))
		if number := numberKey(q.Text); number != "" {
			records = append(records, d.WithText(directoryText(q.Kind, number))...)
		}
		slices.Sort(records)
		assign([]*Asked{q}, d.Hits(slices.Compact(records)), nil)
	}
}

// findPeople decides who rows are about by everyone who may be meant.
func (l *Lookup) findPeople(ctx context.Context, d *directory.Directory, questions []*Asked) error {
	if err := l.askLoans(ctx, questions); err != nil {
		return err
	}
	records := newRecordCache(false)
	for _, q := range questions {
		q.accepts = l.risks.accepts(ctx, q)
		who := whoIs(&q.Person.Person, q.Person.Filter)
		found, namesakes := d.People(who)
		q.rarity = d.Rarity(who, namesakes)
		q.addCandidates(records.read(d.Hits(found)), noDoubt)
	}
	return l.decideAll(ctx, questions)
}

// whoIs is a query for everyone who may be a person.
func whoIs(p *match.Person, name match.NameFilter) *directory.Query {
	return &directory.Query{Name: name, Near: match.NewNameFilter(p.Name.FuzzyTerms()), Evidence: p.Evidence}
}

// searched returns the questions whose answers rest on searches.
func (l *Lookup) searched(questions []*Asked) []*Asked {
	return slices.DeleteFunc(slices.Clone(questions), func(q *Asked) bool {
		return l.directoryFor(q.Kind) != nil && (q.loan() == "" || l.directoryFor(question.DisplayIDs) != nil)
	})
}
