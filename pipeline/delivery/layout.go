package delivery

import (
	"slices"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
)

// layout says how an output and a report are laid out: the columns of the input
// that are kept, and then those that are added.
type layout struct {
	kept    []int           // columns of the input that the output has, too
	header  []string        // their names
	prefix  string          // of the added columns
	added   []answer.Column // of the output; the row keys come last
	rowKeys int             // column of the input with row keys of an earlier run; -1: none
	keys    []int           // columns by which a person knows a question
	page    string          // template of the addresses of pages; empty: none
	madeUp  bool            // the IDs come from the sandbox
	kind    *question.Kind  // whose words the report uses
	asks    []int           // of the kept columns, by place: those from which the question is read
}

// newLayout lays out the output of an input with this header.
func newLayout(header []string, c *question.Columns, page string, madeUp bool) layout {
	l := layout{
		prefix: c.Prefix, added: answer.OutputColumns(answer.Optional{Loans: c.Kind.OfLoans(), Pages: page != "", MadeUp: madeUp}),
		rowKeys: c.RowKeys, keys: c.Keys(), page: page, madeUp: madeUp, kind: c.Kind,
	}
	for i, name := range header {
		if !slices.Contains(c.Dropped, i) {
			if c.Asks(i) {
				l.asks = append(l.asks, len(l.kept))
			}
			l.kept = append(l.kept, i)
			l.header = append(l.header, name)
		}
	}
	return l
}

// answered is a row as the tables of columns read it.
func (l *layout) answered(row *entry) *answer.Row {
	return &answer.Row{
		Outcome: row.outcome, Line: row.Line, Key: row.key.String(), Page: l.page,
		What: l.kind.What, NotFound: l.kind.NotFound, ShowsWhy: l.kind.Agreement == question.ByPerson,
		OfLoans: l.kind.OfLoans(), MadeUp: l.madeUp,
	}
}

// appendKept adds the cells of a row that are kept to own.
func (l *layout) appendKept(own, cells []string) []string {
	for _, column := range l.kept {
		own = append(own, cells[column])
	}
	return own
}

// outputHeader returns the header of the output.
func (l *layout) outputHeader() []string {
	header := slices.Clone(l.header)
	for _, c := range l.added {
		header = append(header, l.prefix+c.Name)
	}
	return header
}

// maxReasons is the width of the columns of an output whose longer cells are wrapped.
const maxReasons = 48

// outputLooks returns how the columns of the output look in a workbook.
func (l *layout) outputLooks() []sheet.Look {
	looks := make([]sheet.Look, len(l.header), len(l.header)+len(l.added))
	for _, c := range l.added {
		looks = append(looks, outputLook(c.Name))
	}
	return looks
}

// outputLook returns how a column of ours looks.
func outputLook(name string) sheet.Look {
	look := sheet.Look{Ours: true}
	switch name {
	case answer.ReasonsColumn, answer.ProposedColumn:
		look.Width = maxReasons
	case answer.PageColumn:
		look.Link = itself
	}
	return look
}

// itself is the address that the address of a page leads to.
func itself(page string) string { return page }

// keyOf returns the key of an open row: the one that an earlier run gave it, if the
// row is as it was, or a new one.
func (l *layout) keyOf(row *entry, run string) rowKey {
	asked := askedBy(pick(row.Cells, l.keys)...)
	if l.rowKeys >= 0 {
		if k := readRowKey(row.Cells[l.rowKeys]); k.holds(asked) {
			return k
		}
	}
	return newRowKey(run, row.Line, asked)
}
