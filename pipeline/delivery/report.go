package delivery

import (
	"slices"
	"strconv"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
)

// report says how the rows that are not matched are laid out: in a text file, or in a
// workbook for a person.
type report struct {
	columns []reportColumn
	review  bool
}

// reportColumn is a column of the input, or one that is added.
type reportColumn struct {
	name  string
	own   int // place among the kept columns
	value func(*answer.Row) string
	look  sheet.Look
}

func (r *report) add(columns ...answer.Column) {
	for _, c := range columns {
		look := reportLooks[c.Name]
		look.Ours = true
		r.columns = append(r.columns, reportColumn{name: c.Name, value: c.Value, look: look})
	}
}

func (r *report) addOwn(l *layout, places ...int) {
	for _, place := range places {
		r.columns = append(r.columns, reportColumn{name: l.header[place], own: place, look: sheet.Look{Width: ownWidth}})
	}
}

// textReport has the input's own columns, and then ours.
func (l *layout) textReport() *report {
	r := new(report)
	r.addOwn(l, placesUpTo(len(l.header))...)
	r.add(answer.ReportColumns(l.page != "")...)
	return r
}

// reviewReport begins with what the row asks by and with the columns by which a person
// decides. Columns with the same name are matched by their order, so it is kept if there
// are such.
func (l *layout) reviewReport() *report {
	r := &report{review: true}
	first, last := answer.ReviewColumns(l.madeUp)
	rest := placesUpTo(len(l.header))
	if !repeats(l.header) {
		r.addOwn(l, l.asks...)
		rest = slices.DeleteFunc(rest, func(place int) bool { return slices.Contains(l.asks, place) })
	}
	r.add(first...)
	r.addOwn(l, rest...)
	r.add(last...)
	r.offer(l)
	return r
}

func placesUpTo(n int) []int {
	places := make([]int, n)
	for i := range places {
		places[i] = i
	}
	return places
}

// repeats reports whether two columns have the same name.
func repeats(header []string) bool {
	names := slices.Sorted(slices.Values(header))
	return len(slices.Compact(names)) < len(header)
}

// reportLooks are the looks of our columns in a workbook, by name. All of them, and a few
// of the input's own, are readable on one page.
var reportLooks = map[string]sheet.Look{
	answer.ChooseColumn: {Width: 12, Prompt: "Pick the system ID of the right candidate, or write another one." +
		" Leave the cell empty if you do not know. When you are done: loanmap resolve REPORT --into OUTPUT"},
	answer.CandidatesColumn: {Width: 36},
	answer.MessageColumn:    {Width: 36},
	answer.HintColumn:       {Width: 38},
	answer.LineColumn:       {Width: 11},
	answer.CodeColumn:       {Width: 17},
	answer.KeyColumn:        {Width: 17},
}

// Widths of the columns with one candidate each, and of the input's own.
const (
	candidateWidth = 13
	ownWidth       = 20
)

// offer has choose offer the candidates, which lead to their pages.
func (r *report) offer(l *layout) {
	firstName, lastName := answer.OfferedColumns()
	first, last := slices.Index(r.header(), firstName), slices.Index(r.header(), lastName)
	if first < 0 || last < first {
		return
	}
	for i := range r.columns {
		switch look := &r.columns[i].look; {
		case r.columns[i].name == answer.ChooseColumn && look.Ours:
			look.Offers = [2]int{first + 1, last + 1}
		case first <= i && i <= last:
			look.Width, look.Spare, look.Link = candidateWidth, true, l.pageOf
		}
	}
}

// pageOf returns the address of the page of a candidate, by its system ID.
func (l *layout) pageOf(id string) string {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || l.page == "" {
		return ""
	}
	return answer.PageOfCandidate(l.page, n, l.kind.OfLoans())
}

func (r *report) header() []string {
	names := make([]string, len(r.columns))
	for i, c := range r.columns {
		names[i] = c.name
	}
	return names
}

// sheetLayout returns the layout of a sheet with the report.
func (r *report) sheetLayout() sheet.Layout {
	looks := make([]sheet.Look, len(r.columns))
	added := 0
	for i, c := range r.columns {
		looks[i] = c.look
		if c.value != nil {
			added++
		}
	}
	return sheet.Layout{Header: r.header(), Added: added, Looks: looks, Review: r.review, Name: errorsSheet}
}

// cells returns the cells of a row, of which own are those of the kept columns.
func (r *report) cells(own []string, row *answer.Row) []string {
	cells := make([]string, 0, len(r.columns))
	for _, c := range r.columns {
		if c.value == nil {
			cells = append(cells, own[c.own])
		} else {
			cells = append(cells, c.value(row))
		}
	}
	return cells
}

// reportOf lays out a report with this header as it is.
func (l *layout) reportOf(header []string) *report {
	r := &report{review: true}
	ours := answer.ReportNames()
	for i, name := range header {
		look := sheet.Look{Width: ownWidth}
		if slices.Contains(ours, name) {
			look = reportLooks[name]
			look.Ours = true
		}
		r.columns = append(r.columns, reportColumn{name: name, own: i, look: look})
	}
	r.offer(l)
	return r
}

// errorsSheet is the name of the sheet of a workbook with the report.
const errorsSheet = "Errors"
