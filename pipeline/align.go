package pipeline

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
)

// digest stands for cells. Cells that differ have different ones.
type digest [16]byte

// digestOf returns the digest of cells, and whether all of them are empty.
func digestOf(cells []string) (digest, bool) {
	sum := sha256.New()
	empty := true
	for _, cell := range cells {
		_ = binary.Write(sum, binary.LittleEndian, int64(len(cell))) // a hash takes everything
		_, _ = sum.Write([]byte(cell))
		empty = empty && cell == ""
	}
	return digest(sum.Sum(nil)[:16]), empty
}

// standing is a row of a report, or of the output that the report is about.
type standing struct {
	line int    // in the input of both, as the report says it, or in the output
	own  digest // of the cells that nobody has mended
	key  digest // of those that a person may have mended
	bare bool   // there is nothing in own
	id   int64  // system ID that the output has; 0: the row is open
}

// nowhere says of a row of a report that its row in the output is not certain.
const nowhere = -1

// align returns, for each row of a report, the index of its row in the output, or
// nowhere. Output holds, in order, all open rows, those on the lines that the
// report names, and the first ones of each kind in the report; times says how many
// of a kind the whole output has.
//
// Rows of a kind, alike but for what a person mends, cannot be told apart by their
// cells. Where as many of them are in the report as are open in the output, they
// are the same ones, in the same order. Where rows have been taken out of the
// report, only their lines can tell, and only between two rows that are certain to
// stand in the output on the line that they had in the input: what makes lines
// differ, titles, blank lines and line ends in cells, adds up from the top.
func align(report, output []standing, times map[digest]int) []int {
	a := &alignment{report: report, output: output, places: slices.Repeat([]int{nowhere}, len(report)), onLine: map[int]int{}}
	for i, row := range output {
		a.onLine[row.line] = i
	}
	unsure := a.pair(times)
	from, to := a.held()
	for _, row := range unsure {
		line := report[row].line
		if place, ok := a.onLine[line]; ok && from <= line && line <= to && report[row].own == output[place].own {
			a.places[row] = place
		}
	}
	return a.places
}

type alignment struct {
	report, output []standing
	places         []int
	onLine         map[int]int // rows of the output
}

// pair pairs the rows that are as many here as there, and returns the others. A
// row that is the only one of its kind need not be open.
func (a *alignment) pair(times map[digest]int) (unsure []int) {
	open, only := map[digest][]int{}, map[digest]int{}
	for i, row := range a.output {
		if row.id == 0 {
			open[row.own] = append(open[row.own], i)
		}
		only[row.own] = i
	}
	for own, rows := range a.kinds() {
		there := open[own]
		if len(rows) == 1 && times[own] == 1 {
			there = []int{only[own]}
		}
		if len(rows) != len(there) {
			unsure = append(unsure, rows...)
			continue
		}
		for i, row := range rows {
			if a.mayBe(row, there[i]) {
				a.places[row] = there[i]
			}
		}
	}
	return unsure
}

// kinds sorts the rows of the report by what nobody has mended, and each kind by
// line. It leaves out rows that do not say a line, or say one that another says.
func (a *alignment) kinds() map[digest][]int {
	named := map[int]int{}
	for _, row := range a.report {
		named[row.line]++
	}
	kinds := map[digest][]int{}
	for i, row := range a.report {
		if row.line > 0 && named[row.line] == 1 {
			kinds[row.own] = append(kinds[row.own], i)
		}
	}
	for _, rows := range kinds {
		slices.SortFunc(rows, func(i, j int) int { return cmp.Compare(a.report[i].line, a.report[j].line) })
	}
	return kinds
}

// mayBe reports whether two rows that count as the same one have anything more
// in common than that nothing is in them.
func (a *alignment) mayBe(row, place int) bool {
	r, p := a.report[row], a.output[place]
	return !r.bare || r.key == p.key || r.line == p.line
}

// held returns the first and the last line that are certain to be those of the
// input; to is below from if there are none, or others are not.
func (a *alignment) held() (from, to int) {
	cells := func(row standing) [2]digest { return [2]digest{row.own, row.key} }
	unmended := map[[2]digest][]int{}
	for i, row := range a.output {
		// A row is not mended into an open one: what that one asks does not match.
		if row.id == 0 {
			unmended[cells(row)] = append(unmended[cells(row)], i)
		}
	}
	from = math.MaxInt
	for i, row := range a.report {
		place := a.places[i]
		if same := unmended[cells(row)]; place == nowhere && len(same) == 1 {
			place = same[0]
		}
		switch {
		case place == nowhere:
		case a.output[place].line != row.line:
			return 1, 0
		default:
			from, to = min(from, row.line), max(to, row.line)
		}
	}
	return from, to
}
