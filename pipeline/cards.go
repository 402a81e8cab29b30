package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
	"loanmap/pipeline/review"
)

// cardsAhead is how many cards are read from LoanPro at once: few enough for the first ones
// to come soon, also where a tenant takes one question per request.
const cardsAhead = 10

// Deal reads the report of a job, for a person to decide its open rows. It asks nothing
// and writes nothing; until ctx ends, records are read as they are needed. An error is one
// of sheet, or a *question.UsageError.
func (j *Job) Deal(ctx context.Context) (*review.Deal, error) {
	job := *j
	r := newRun(&job)
	p, err := r.newPass(r.started)
	if err != nil {
		return nil, err
	}
	defer p.in.Reader.Close()
	header := p.in.Reader.Header()
	if question.ReportColumns(header) == nil {
		return nil, question.Usage(fmt.Sprintf("%s is not an error report: it lacks the columns %s and %s", j.Input.Path, answer.LineColumn, answer.CodeColumn),
			"give the report or the output of a run, with all of its columns")
	}
	deal := &review.Deal{
		Kind: p.in.Columns.Kind, Host: p.in.Host, Tenant: p.in.Tenant, PageOf: p.in.PageOf, Closed: map[match.Code]int{},
	}
	reader := cardReader{p.rowReader(), deal, p.in.Columns.Subjects(header), p.in.Kept(), header}
	var cards []*review.Card
	for row, err := range p.in.Reader.Rows() {
		if err != nil {
			return nil, err
		}
		if c := reader.read(row); c != nil {
			cards = append(cards, c)
		}
	}
	deal.Cards = review.Deck(cards)
	search := lookup.New(j.Lookup, deal.Kind.System(), j.Log, func(lookup.Step) {})
	deal.Read = func(from int) review.RecordsOf {
		return lookup.NewAhead(ctx, len(deal.Cards), cardsAhead, from, func(ctx context.Context, from, to int) ([][]review.Record, error) {
			return recordsOf(ctx, search, choicesOf(deal.Cards[from:to]))
		})
	}
	return deal, nil
}

// cardReader turns rows of a report into cards.
type cardReader struct {
	rows     *question.Reader
	deal     *review.Deal
	subjects []question.Evidence
	own      []int // columns that are not loanmap's
	header   []string
}

// read returns the card of a row; nil: it has none.
func (r *cardReader) read(row sheet.Row) *review.Card {
	cell := func(name string) string {
		if at := slices.Index(r.header, name); at >= 0 {
			return match.Clean(row.Cells[at])
		}
		return ""
	}
	own, why := r.rows.AskOwn(row)
	code := match.Code(cell(answer.CodeColumn))
	switch {
	case cell(answer.ChooseColumn) != "":
		r.deal.Chosen++
		return nil
	case why.Code != "":
		r.deal.Closed[cmp.Or(code, why.Code)]++
		return nil
	}
	card := &review.Card{
		Own: own, Code: code, Candidates: question.ReadCandidates(cell(answer.CandidatesColumn)),
		Cells: review.CellsOf(r.header, row.Cells, r.subjects, r.own),
	}
	if line, err := strconv.Atoi(cell(answer.LineColumn)); err == nil {
		card.Lines = []int{line}
	}
	return card
}

func choicesOf(cards []*review.Card) []*lookup.Choosing {
	choices := make([]*lookup.Choosing, len(cards))
	for i, c := range cards {
		choices[i] = &lookup.Choosing{Own: c.Own, IDs: c.IDs()}
	}
	return choices
}

// recordsOf reads records and compares them with their rows. An error
// holds no value of any row.
func recordsOf(ctx context.Context, search *lookup.Lookup, choices []*lookup.Choosing) ([][]review.Record, error) {
	records, err := search.Compare(ctx, choices)
	if err != nil {
		return nil, errors.New(brief(err))
	}
	return records, nil
}
