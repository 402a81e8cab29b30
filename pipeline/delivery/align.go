package delivery

import "loanmap/pipeline/question"

// standing is a row of a report, or of the output that the report is about.
type standing struct {
	line     int             // of a row of the report: in the input, as the report says it
	key      rowKey          // zero: it has none that can be believed
	asked    question.Digest // of what its key column asks, or its name
	evidence question.Digest // of all by which it may ask
	rest     question.Digest // of its other cells
	bare     bool            // there is nothing in rest
	cells    question.Digest // of all of them
	id       int64           // system ID that the output has; 0: the row is open
}

// alignment finds the row of an output for each row of a report.
//
// They have the same key, whatever was sorted, filtered or taken out. A key is not
// believed where several rows have it, where the row of the output does not ask
// what the key says, or where the other cells of the report's row are those of
// another row, as after columns were sorted apart from each other.
//
// A row without a key is of an older loanmap. Its row is the only one in the output
// with the same cells, what was asked among them: there is one if a record was
// chosen, and none if the row was corrected.
type alignment struct {
	report []standing
	output []standing // the rows that may be in the report
	byKey  map[rowKey]*meeting
	byCell map[question.Digest]*meeting
	// Of the open rows of the output: what they ask, and how many have the same rest.
	asked map[question.Digest]bool
	rest  map[question.Digest]int
	runs  map[string]bool // by the keys of the output
}

// meeting counts the rows that have something in common.
type meeting struct{ reported, found, place int }

func newAlignment(report []standing) *alignment {
	a := &alignment{
		report: report, byKey: map[rowKey]*meeting{}, byCell: map[question.Digest]*meeting{},
		asked: map[question.Digest]bool{}, rest: map[question.Digest]int{}, runs: map[string]bool{},
	}
	for _, row := range report {
		if row.key != (rowKey{}) {
			expect(a.byKey, row.key)
		} else {
			expect(a.byCell, row.cells)
		}
	}
	return a
}

func expect[K comparable](meetings map[K]*meeting, by K) {
	if meetings[by] == nil {
		meetings[by] = new(meeting)
	}
	meetings[by].reported++
}

// add takes note of the next row of the output. It returns the row's place, or
// nowhere if it is in no report.
func (a *alignment) add(row standing) int {
	if row.id == 0 {
		a.asked[row.asked] = true
		a.rest[row.rest]++
	}
	a.runs[row.key.run] = true
	met := a.byKey[row.key]
	if row.key == (rowKey{}) || met == nil {
		met = a.byCell[row.cells]
	}
	if met == nil {
		return nowhere
	}
	met.found, met.place = met.found+1, len(a.output)
	a.output = append(a.output, row)
	return met.place
}

// nowhere says of a row of a report that its row in the output is not certain.
const nowhere = -1

// foreign reports whether the report is of another run than the output.
func (a *alignment) foreign() bool {
	keyed := false
	for _, row := range a.report {
		if row.key.run != "" && a.runs[row.key.run] {
			return false
		}
		keyed = keyed || row.key.run != ""
	}
	return keyed
}

// places returns, for each row of the report, the place of its row in the output,
// or nowhere.
func (a *alignment) places() []int {
	places := make([]int, len(a.report))
	var unsure []int
	moved := 0
	for i, row := range a.report {
		places[i] = a.place(row)
		if places[i] == nowhere {
			continue
		}
		switch at := a.output[places[i]]; {
		case a.same(row, at):
		case a.anothers(row, at):
			places[i] = nowhere
			moved++
		default:
			unsure = append(unsure, i)
		}
	}
	if moved > 1 { // columns were sorted apart, and only in some rows can it be seen
		for _, i := range unsure {
			places[i] = nowhere
		}
	}
	return places
}

// place is where the row of the output is that has the key, or else the cells.
func (a *alignment) place(row standing) int {
	met := a.byKey[row.key]
	if row.key == (rowKey{}) {
		met = a.byCell[row.cells]
	}
	if met.reported != 1 || met.found != 1 {
		return nowhere
	}
	return met.place
}

// same reports whether the cells, too, tell that two rows are the same one.
func (a *alignment) same(row, at standing) bool {
	return row.asked == at.asked || !row.bare && row.rest == at.rest && a.rest[row.rest] <= 1
}

// anothers reports whether the cells tell that the row of the report is another
// open row than the one at its place.
func (a *alignment) anothers(row, at standing) bool {
	return a.asked[row.asked] || !row.bare && row.rest != at.rest && a.rest[row.rest] > 0
}
