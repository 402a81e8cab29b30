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

// Review is the open rows of a report, for a person to decide.
type Review struct {
	Cards   []*review.Card
	Kind    *question.Kind        // of what the rows hold
	Unasked map[match.Code]int    // rows that are not among the cards: there is nothing to ask
	Chosen  int                   // rows that are not, because the report holds a choice already
	PageOf  func(id int64) string // the address of a record's page; empty: not known
	lookup  *lookup.Lookup
}

// Review reads the report of a job. It asks nothing, and writes nothing. An error is one
// of sheet, or a *question.UsageError.
func (j *Job) Review() (*Review, error) {
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
	kind := p.in.Columns.Kind
	found := &Review{
		Kind: kind, Unasked: map[match.Code]int{}, PageOf: p.in.PageOf,
		lookup: lookup.New(j.Lookup, kind.System(), j.Log, func(lookup.Step) {}),
	}
	reader := cardReader{p.rowReader(), found, p.in.Columns.Subjects(header), p.in.Kept(), header}
	var cards []*review.Card
	for row, err := range p.in.Reader.Rows() {
		if err != nil {
			return nil, err
		}
		if c := reader.read(row); c != nil {
			cards = append(cards, c)
		}
	}
	found.Cards = review.Deck(cards)
	return found, nil
}

// cardReader turns rows of a report into cards.
type cardReader struct {
	rows     *question.Reader
	review   *Review
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
		r.review.Chosen++
		return nil
	case why.Code != "":
		r.review.Unasked[cmp.Or(code, why.Code)]++
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

// Records reads the records of cards and compares them with the cards' rows. An error
// holds no value of any row.
func (r *Review) Records(ctx context.Context, cards []*review.Card) ([][]review.Record, error) {
	choices := make([]*lookup.Choosing, len(cards))
	for i, c := range cards {
		choices[i] = &lookup.Choosing{Own: c.Own, IDs: c.IDs()}
	}
	compared, err := r.lookup.Compare(ctx, choices)
	if err != nil {
		return nil, errors.New(brief(err))
	}
	records := make([][]review.Record, len(cards))
	for i := range compared {
		for _, c := range compared[i] {
			records[i] = append(records[i], review.Record(c))
		}
	}
	return records, nil
}
