package delivery

import "loanmap/pipeline/question"

// trace is what is kept of a row of a report, or of the output that the report is
// about: digests, by which rows are compared.
type trace struct {
	line     int             // of a row of the report: its line in the input, as the report says
	key      rowKey          // zero: none, or none that can be believed
	asked    question.Digest // of what its key column asks, or its name
	evidence question.Digest // of all cells by which it may ask
	rest     question.Digest // of its other cells
	noRest   bool            // all of its other cells are empty
	cells    question.Digest // of all of its cells
	id       int64           // system ID in the output; 0: the row is open
}

// alignment finds the row of an output for each row of a report.
//
// Both have the same key, whatever was sorted, filtered or removed. A key is not
// believed if several rows have it, if the row of the output does not ask
// what the key says, or if the other cells of the report's row are those of
// another row, as after columns were sorted apart from each other.
//
// A report of an older loanmap has no keys. Then the row is the only one in the output
// with the same cells, the question among them: there is one if a record was
// chosen, and none if the row was corrected.
type alignment struct {
	report []trace
	output []trace // the rows that may be in the report
	byKey  map[rowKey]*pairing
	byCell map[question.Digest]*pairing
	// Of the open rows of the output: what they ask, and how many have the same rest.
	asked map[question.Digest]bool
	rest  map[question.Digest]int
	runs  map[string]bool // by the keys of the output
}

// pairing counts the rows of both files that have something in common.
type pairing struct{ inReport, inOutput, place int }

func newAlignment(report []trace) *alignment {
	a := &alignment{
		report: report, byKey: map[rowKey]*pairing{}, byCell: map[question.Digest]*pairing{},
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

func expect[K comparable](pairings map[K]*pairing, by K) {
	if pairings[by] == nil {
		pairings[by] = new(pairing)
	}
	pairings[by].inReport++
}

// add adds the next row of the output. It returns the row's place, or noPlace if the
// report cannot hold it.
func (a *alignment) add(row trace) int {
	if row.id == 0 {
		a.asked[row.asked] = true
		a.rest[row.rest]++
	}
	a.runs[row.key.run] = true
	pair := a.byKey[row.key]
	if row.key == (rowKey{}) || pair == nil {
		pair = a.byCell[row.cells]
	}
	if pair == nil {
		return noPlace
	}
	pair.inOutput, pair.place = pair.inOutput+1, len(a.output)
	a.output = append(a.output, row)
	return pair.place
}

// noPlace says that the row of the output is not certain.
const noPlace = -1

// ofOtherRun reports whether the report is of another run than the output.
func (a *alignment) ofOtherRun() bool {
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
// or noPlace.
func (a *alignment) places() []int {
	places := make([]int, len(a.report))
	var unsure []int
	moved := 0
	for i, row := range a.report {
		places[i] = a.place(row)
		if places[i] == noPlace {
			continue
		}
		switch at := a.output[places[i]]; {
		case a.same(row, at):
		case a.isAnother(row, at):
			places[i] = noPlace
			moved++
		default:
			unsure = append(unsure, i)
		}
	}
	if moved > 1 { // columns were sorted apart, and only in some rows can it be seen
		for _, i := range unsure {
			places[i] = noPlace
		}
	}
	return places
}

// place returns the place of the row of the output with the same key, or else with the
// same cells.
func (a *alignment) place(row trace) int {
	pair := a.byKey[row.key]
	if row.key == (rowKey{}) {
		pair = a.byCell[row.cells]
	}
	if pair.inReport != 1 || pair.inOutput != 1 {
		return noPlace
	}
	return pair.place
}

// same reports whether the cells, too, say that two rows are the same row.
func (a *alignment) same(row, at trace) bool {
	return row.asked == at.asked || !row.noRest && row.rest == at.rest && a.rest[row.rest] <= 1
}

// isAnother reports whether the cells say that the row of the report is another
// open row than the one at its place.
func (a *alignment) isAnother(row, at trace) bool {
	return a.asked[row.asked] || !row.noRest && row.rest != at.rest && a.rest[row.rest] > 0
}
