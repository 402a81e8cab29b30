package lookup

import (
	"context"
	"errors"
	"slices"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Choosing is a row's question and the records from which a person chooses.
type Choosing struct {
	Own question.Question // what the row's own cells ask
	IDs []int64           // system IDs of the records
	// Rarity is how rare the row's values are; zero: not known.
	Rarity match.Rarity
}

// Compare reads the records of each choice, in batches, and compares them. It returns the
// records of each choice in the order of its IDs. An error means that LoanPro has not
// shown all of them.
func (l *Lookup) Compare(ctx context.Context, choices []*Choosing) ([][]question.ComparedRecord, error) {
	records, err := l.readRecords(ctx, choices)
	if err != nil {
		return nil, err
	}
	people := make([]*Asked, len(choices))
	for i, c := range choices {
		people[i] = newAsked(question.Question{Kind: l.kind, Choice: &question.Choice{Own: c.Own, Person: c.Own.Person}})
		people[i].rarity = c.Rarity
	}
	if err := l.askLoans(ctx, people); err != nil {
		return nil, err
	}
	compared := make([][]question.ComparedRecord, len(choices))
	for i, c := range choices {
		if people[i].Outcome.Status() == match.Failed {
			return nil, errors.New(people[i].Outcome.Details().Message)
		}
		for _, id := range c.IDs {
			compared[i] = append(compared[i], people[i].compareRecord(id, records[id]))
		}
	}
	return compared, nil
}

// readRecords reads the records of all choices, each once.
func (l *Lookup) readRecords(ctx context.Context, choices []*Choosing) (map[int64]*Asked, error) {
	records := map[int64]*Asked{}
	var list []*Asked
	for _, c := range choices {
		for _, id := range c.IDs {
			if records[id] == nil {
				records[id] = newAsked(question.Question{Kind: l.kind, Text: answer.IDText(id)})
				list = append(list, records[id])
			}
		}
	}
	if len(list) == 0 {
		return records, nil
	}
	known, err := l.Findings(ctx, l.kind.Key)
	if err != nil {
		return nil, err
	}
	if err := l.askAll(ctx, l.searching(l.First(known), asWritten(known)), list); err != nil {
		return nil, err
	}
	at := slices.IndexFunc(list, func(q *Asked) bool { return q.Outcome.Status() == match.Failed })
	if at >= 0 {
		return nil, errors.New(list[at].Outcome.Details().Message)
	}
	return records, nil
}

// compareRecord compares a record with the row of q.
func (q *Asked) compareRecord(id int64, read *Asked) question.ComparedRecord {
	found := read.candidate(id)
	if found == nil {
		return question.ComparedRecord{Hit: loanpro.Hit{ID: id}}
	}
	c := question.ComparedRecord{Hit: found.Hit, Found: true}
	if q.Choice.Person != nil {
		comparison := q.compareChosen(id, &c.Details, &c.Hit)
		c.Score, c.Reasons, c.Agreements = comparison.Score(), comparison.Reasons(), comparison.Agreements()
		return c
	}
	_, c.Reasons = compareOwn(&q.Choice.Own, id, &c.Hit)
	return c
}
