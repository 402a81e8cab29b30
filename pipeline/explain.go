package pipeline

import (
	"context"
	"fmt"
	"io"
	"iter"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
	"loanmap/pipeline/review"
)

// Explain resolves one row of the input as a run would, and writes to out what was decided,
// and how the row compares with its first candidates. Nothing else is written. values says
// whether cells of the row and fields of the records may be shown. line is the row's line,
// as the report has it.
func (j *Job) Explain(ctx context.Context, line int, values bool, out io.Writer) error {
	job := *j
	r := newRun(&job)
	if err := r.begin(); err != nil {
		return err
	}
	defer func() { r.newest.in.Reader.Close() }()
	p := r.newest
	row, err := p.rowAt(line)
	if err != nil {
		return err
	}
	resolved, asked, err := resolveFew(ctx, p.lookup, func(l *lookup.Lookup) (*lookup.Batcher, error) {
		p.lookup = l
		known, err := l.Findings(ctx, p.in.Columns.Kind.Key)
		if err != nil {
			return nil, err
		}
		if err := p.plan(ctx); err != nil {
			return nil, err
		}
		return p.batcher(l.BatchSize(known)), nil
	}, only(row))
	if err != nil {
		return err
	}
	return p.explain(ctx, resolved[0], asked[resolved[0].Outcome], values, out)
}

// rowAt returns the row on a line.
func (p *pass) rowAt(line int) (sheet.Row, error) {
	for row, err := range p.in.Reader.Rows() {
		if err != nil || row.Line == line {
			return row, err
		}
	}
	return sheet.Row{}, question.Usage(fmt.Sprintf("--explain: %s has no row %d", p.in.Reader.Source().Name, line), "give the number that a report has in "+answer.LineColumn)
}

func only(row sheet.Row) iter.Seq2[sheet.Row, error] {
	return func(yield func(sheet.Row, error) bool) { yield(row, nil) }
}

// explain writes what was decided about a row. q is its question; nil: it asks nothing.
func (p *pass) explain(ctx context.Context, row lookup.Row, q *lookup.Asked, values bool, out io.Writer) error {
	kind, header := p.in.Columns.Kind, p.in.Reader.Header()
	e := review.Explanation{
		Line: row.Line, Verdict: row.Outcome.Verdict(), Values: values,
		Cells: review.CellsOf(header, row.Cells, p.in.Columns.Subjects(header), p.in.Kept()),
	}
	if e.Verdict.Status != match.Matched {
		e.Advice = (&answer.Row{Outcome: row.Outcome, What: kind.What, NotFound: kind.NotFound, ShowsWhy: true}).Advice()
	}
	if q != nil {
		choice := &lookup.Choosing{Own: q.Question, IDs: q.Proposed(), Rarity: q.Rarity()}
		search := lookup.New(p.Lookup, kind.System(), p.Log, func(lookup.Step) {})
		records, err := recordsOf(ctx, search, []*lookup.Choosing{choice})
		if err != nil {
			return err
		}
		e.Records = records[0]
	}
	return e.Write(out)
}
