package delivery

import (
	"slices"
	"strings"
	"testing"

	"loanmap/pipeline/question"

	"github.com/google/go-cmp/cmp"
)

// stand is a row as it is told: the letter of its key, what it asks, its other
// cells, the ID it has.
func stand(key, asks, rest string, id int64) trace {
	s := trace{id: id}
	if key != "" {
		s.key = rowKey{run: "run " + key[:1], row: key[1:]}
	}
	s.asked, _ = question.DigestOf([]string{asks})
	s.rest, s.noRest = question.DigestOf([]string{rest})
	s.cells, _ = question.DigestOf([]string{asks, rest})
	return s
}

func TestAlignment(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		report, output []trace
		want           []int
	}{
		{
			"by the key, wherever the row is and whatever was corrected",
			[]trace{stand("a2", "new", "b", 0), stand("a1", "newer", "a", 0)},
			[]trace{stand("a1", "x", "a", 0), stand("a2", "y", "b", 0)},
			[]int{1, 0},
		},
		{
			"rows that are alike but for what was corrected, some of them gone",
			[]trace{stand("a3", "new", "", 0), stand("a1", "newer", "", 0)},
			[]trace{stand("a2", "y", "", 0), stand("a3", "z", "", 0)},
			[]int{1, noPlace},
		},
		{
			"what else is in the row was changed, too",
			[]trace{stand("a1", "new", "changed", 0)},
			[]trace{stand("a1", "x", "a", 0), stand("a2", "y", "b", 0)},
			[]int{0},
		},
		{
			"a key that is twice in the output, and one twice in the report",
			[]trace{stand("a1", "x", "a", 0), stand("a2", "y", "b", 0), stand("a2", "z", "c", 0)},
			[]trace{stand("a1", "x", "a", 0), stand("a1", "x", "a", 0), stand("a2", "y", "b", 0)},
			[]int{noPlace, noPlace, noPlace},
		},
		{
			"the cells of the report were sorted without their keys",
			[]trace{stand("a1", "y", "b", 0), stand("a2", "new", "a", 0), stand("a3", "newer", "unknown", 0)},
			[]trace{stand("a1", "x", "a", 0), stand("a2", "y", "b", 0), stand("a3", "z", "c", 0)},
			[]int{noPlace, noPlace, noPlace},
		},
		{
			"so, and there are no other cells",
			[]trace{stand("a1", "y", "", 0), stand("a2", "x", "", 0), stand("a3", "new", "", 0)},
			[]trace{stand("a1", "x", "", 0), stand("a2", "y", "", 0), stand("a3", "z", "", 0)},
			[]int{noPlace, noPlace, noPlace},
		},
		{
			"one row asks what another open one does, and the others are certain",
			[]trace{stand("a1", "y", "", 0), stand("a2", "new", "", 0)},
			[]trace{stand("a1", "x", "", 0), stand("a2", "y", "", 0)},
			[]int{noPlace, 1},
		},
		{
			"it asks what another open one does, and its other cells are its own",
			[]trace{stand("a1", "y", "a", 0)},
			[]trace{stand("a1", "x", "a", 0), stand("a2", "y", "b", 0)},
			[]int{0},
		},
		{
			"it is filled in already",
			[]trace{stand("a1", "new", "a", 0)},
			[]trace{stand("a1", "x", "a", 7)},
			[]int{0},
		},
		{
			"without a key, all cells tell, if no other row has them",
			[]trace{stand("", "x", "a", 0), stand("", "new", "b", 0), stand("", "z", "", 0)},
			[]trace{stand("", "z", "", 0), stand("", "y", "b", 0), stand("", "x", "a", 0), stand("", "z", "", 7)},
			[]int{2, noPlace, noPlace},
		},
		{
			"a report without keys and an output with some",
			[]trace{stand("", "x", "a", 0), stand("", "new", "b", 0)},
			[]trace{stand("a1", "x", "a", 0), stand("a2", "y", "b", 0)},
			[]int{0, noPlace},
		},
	} {
		if got := aligned(c.report, c.output).lines(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %s", c.name, cmp.Diff(c.want, got))
		}
	}
}

func aligned(report, output []trace) *alignment {
	a := newAlignment(report)
	for i, row := range output {
		row.line = i
		a.add(row)
	}
	return a
}

// lines returns where in the output the rows of the report are.
func (a *alignment) lines() []int {
	lines := a.places()
	for i, place := range lines {
		if place != noPlace {
			lines[i] = a.output[place].line
		}
	}
	return lines
}

func TestAReportOfAnotherRunIsForeign(t *testing.T) {
	t.Parallel()
	output := []trace{stand("a1", "x", "a", 0), stand("", "y", "b", 7)}
	for _, c := range []struct {
		name   string
		report []trace
		want   bool
	}{
		{"of this run", []trace{stand("a1", "x", "a", 0)}, false},
		{"of this run, its row is gone", []trace{stand("a9", "x", "a", 0)}, false},
		{"of another run", []trace{stand("b1", "x", "a", 0)}, true},
		{"of both", []trace{stand("b1", "x", "a", 0), stand("a1", "x", "a", 0)}, false},
		{"of an older loanmap", []trace{stand("", "x", "a", 0)}, false},
		{"empty", nil, false},
	} {
		if got := aligned(c.report, output).ofOtherRun(); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
	if !aligned([]trace{stand("a1", "x", "a", 0)}, output[1:]).ofOtherRun() {
		t.Error("an output without open rows is of no run")
	}
}

func TestRowKeys(t *testing.T) {
	t.Parallel()
	key := newRowKey("bcdfghj", 123456, askedBy(" L-000212 "))
	for cell, want := range map[string]rowKey{
		key.String(): key,
		" " + strings.ToUpper(key.String()) + "\t": key,
		"":                 {},
		key.String() + "b": {},
		"1e5-b-bcdfg":      {},
		"bcdfghj--bcdfg":   {},
		"bcdfgha-b-bcdfg":  {},
	} {
		if got := readRowKey(cell); got != want {
			t.Errorf("%q is read as %v", cell, got)
		}
	}
	for asks, want := range map[string]bool{"l000212": true, "L000212": true, "L000213": false, "": false} {
		if key.holds(askedBy(asks)) != want {
			t.Errorf("that a row asks %q: %t", asks, !want)
		}
	}
	if !newRowKey("bcdfghj", 2, askedBy("000123")).holds(askedBy("123")) {
		t.Error("leading zeros that a spreadsheet takes away make it another row")
	}
}
