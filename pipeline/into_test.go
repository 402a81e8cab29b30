package pipeline

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// stand is a row as it is told: its line, its own cells, its key, the ID it has.
func stand(line int, own, key string, id int64) standing {
	s := standing{line: line, id: id}
	s.own, s.bare = digestOf([]string{own})
	s.key, _ = digestOf([]string{key})
	return s
}

func timesOf(output []standing) map[digest]int {
	times := map[digest]int{}
	for _, row := range output {
		times[row.own]++
	}
	return times
}

func TestAlign(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		report, output []standing
		want           []int
	}{
		{
			"by what else is in the row, wherever it stands",
			[]standing{stand(9, "b", "mended", 0), stand(4, "a", "x", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "b", "y", 0)},
			[]int{1, 0},
		},
		{
			"rows that are alike, in order of their lines",
			[]standing{stand(9, "a", "m2", 0), stand(4, "a", "m1", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "y", 7), stand(5, "a", "z", 0)},
			[]int{2, 0},
		},
		{
			"one of those that are alike is gone, and no line is certain",
			[]standing{stand(2, "a", "mended", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "y", 0)},
			[]int{nowhere},
		},
		{
			"it stands between lines that are certain",
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "mended", 0), stand(5, "a", "z", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "y", 0), stand(4, "a", "q", 0), stand(5, "a", "z", 0)},
			[]int{0, 1, 3},
		},
		{
			"it stands below the last line that is certain",
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "mended", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "y", 0), stand(4, "a", "q", 0)},
			[]int{0, nowhere},
		},
		{
			"the output has other lines",
			[]standing{stand(3, "a", "x", 0), stand(4, "a", "mended", 0), stand(5, "a", "q", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "y", 0), stand(4, "a", "q", 0), stand(5, "a", "z", 0)},
			[]int{nowhere, nowhere, nowhere},
		},
		{
			"what is mended to the ID of a matched row makes no line certain",
			[]standing{stand(3, "a", "w", 0), stand(4, "a", "mended", 0), stand(5, "a", "v", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "w", 7), stand(4, "a", "q", 0), stand(5, "a", "v", 8), stand(6, "a", "r", 0), stand(7, "a", "s", 0)},
			[]int{nowhere, nowhere, nowhere},
		},
		{
			"nor does what is twice in the output",
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "mended", 0), stand(5, "a", "z", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "q", 0), stand(4, "a", "x", 0), stand(5, "a", "z", 0)},
			[]int{nowhere, nowhere, 3},
		},
		{
			"some lines are certain and others are not those of the input",
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "mended", 0), stand(5, "a", "z", 0), stand(8, "b", "", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "y", 0), stand(4, "a", "q", 0), stand(5, "a", "z", 0), stand(7, "b", "", 0)},
			[]int{nowhere, nowhere, nowhere, 4},
		},
		{
			"on its line, which is certain, is another row",
			[]standing{stand(2, "a", "x", 0), stand(3, "b", "mended", 0), stand(5, "a", "z", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "a", "y", 0), stand(5, "a", "z", 0), stand(8, "b", "", 0), stand(9, "b", "", 0)},
			[]int{0, nowhere, 2},
		},
		{
			"the only one of its kind is matched already",
			[]standing{stand(9, "a", "mended", 0)},
			[]standing{stand(2, "a", "x", 7)},
			[]int{0},
		},
		{
			"one of its kind is matched already, and it may be another",
			[]standing{stand(9, "a", "mended", 0)},
			[]standing{stand(2, "a", "x", 7), stand(3, "a", "x", 8)},
			[]int{nowhere},
		},
		{
			"nothing but the ID, and it is mended, on its line",
			[]standing{stand(3, "", "mended", 0)},
			[]standing{stand(3, "", "x", 0)},
			[]int{0},
		},
		{
			"nothing but the ID, and it is mended, on another line",
			[]standing{stand(3, "", "mended", 0)},
			[]standing{stand(2, "", "x", 0)},
			[]int{nowhere},
		},
		{
			"nothing but the ID, which is as it was",
			[]standing{stand(3, "", "x", 0)},
			[]standing{stand(2, "", "x", 0)},
			[]int{0},
		},
		{
			"a line that is said twice, and none",
			[]standing{stand(3, "a", "x", 0), stand(3, "b", "y", 0), stand(0, "c", "z", 0)},
			[]standing{stand(2, "a", "x", 0), stand(3, "b", "y", 0), stand(4, "c", "z", 0)},
			[]int{nowhere, nowhere, nowhere},
		},
		{
			"what else is in the row was changed",
			[]standing{stand(2, "changed", "x", 0)},
			[]standing{stand(2, "a", "x", 0)},
			[]int{nowhere},
		},
	} {
		if diff := cmp.Diff(c.want, align(c.report, c.output, timesOf(c.output))); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

// Whatever a person mends, takes out or sorts, and however lines differ between
// input and output, no row gets the place of another.
func TestNoRowGetsThePlaceOfAnother(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var report, output []standing
		truth := map[int]int{} // place in the output, by line of the input
		kinds := rapid.SampledFrom([][]string{{""}, {"a"}, {"", "a", "b"}}).Draw(t, "kinds")
		in, out := rapid.IntRange(2, 4).Draw(t, "first line"), 2
		whole := rapid.Bool().Draw(t, "nothing is taken out")
		for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
			own, key := rapid.SampledFrom(kinds).Draw(t, "own"), rapid.SampledFrom([]string{"x", "y", fmt.Sprint("z", i)}).Draw(t, "key")
			id := rapid.SampledFrom([]int64{0, 0, 7}).Draw(t, "id")
			if id != 0 {
				key = "matches " + key
			}
			output = append(output, stand(out, own, key, id))
			truth[in] = i
			if id == 0 && (whole || rapid.Bool().Draw(t, "left in")) {
				key = rapid.SampledFrom([]string{key, "matches " + key, "matches x", fmt.Sprint("matches z", i+1)}).Draw(t, "mended")
				report = append(report, stand(in, own, key, 0))
			}
			in++
			// Cells with line ends take more lines in a text file than in a workbook.
			out += rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(t, "lines")
		}
		report = rapid.Permutation(report).Draw(t, "sorted")
		for i, place := range align(report, output, timesOf(output)) {
			if place != nowhere && place != truth[report[i].line] {
				t.Fatalf("row %d of %+v got place %d of %+v", i, report, place, output)
			}
			if place == nowhere && whole && !report[i].bare {
				t.Fatalf("row %d of %+v got no place in %+v", i, report, output)
			}
		}
	})
}

// corrected makes a job of a corrected report, and the output it is about.
func corrected(t *testing.T, report, output string, stumble fault) *Job {
	t.Helper()
	j := job(t, tenant(t, stumble))
	j.Into = &Into{Output: j.file("out.csv")}
	for path, text := range map[string]string{j.Input: report, j.Into.Output: output} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return j
}

const (
	smallReport = "Display ID,Note,error_row,error_code,choose\nL000212,a,2,not_found,\n"
	smallOutput = "Display ID,Note,found_match_status,found_loan_id,Mine\nL0O0212,a,not_found,,=1+1\n"
)

// Our columns may stand anywhere and under any prefix, some may be gone, and the
// user may have added some: they stay.
func TestOutputsAreFilledInInPlace(t *testing.T) {
	t.Parallel()
	report := "Display ID,Note,Mine,error_row,error_code,choose\nL000212,a,=1+1,2,not_found,\n"
	j := corrected(t, report, smallOutput, nil)
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(j.Into.Output)
	if want := "Display ID,Note,found_match_status,found_loan_id,Mine\nL0O0212,a,matched,1000,=1+1\n"; err != nil || string(got) != want {
		t.Errorf("the output is %q, %v", got, err)
	}
}

// Somebody who changes one of the files while loanmap runs loses nothing.
func TestAFileThatIsChangedMeanwhileIsNotReplaced(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"in.csv", "out.csv"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var j *Job
			changed := smallReport
			if name == "out.csv" {
				changed = strings.ReplaceAll(smallOutput, ",Mine", "")
			}
			changed = strings.Replace(changed, ",a,", ",b,", 1)
			j = corrected(t, smallReport, strings.ReplaceAll(strings.ReplaceAll(smallOutput, ",Mine", ""), ",=1+1", ""), func(http.ResponseWriter, *http.Request) bool {
				later := time.Now().Add(time.Second)
				if err := errors.Join(os.WriteFile(j.file(name), []byte(changed), 0o600), os.Chtimes(j.file(name), later, later)); err != nil {
					t.Error(err)
				}
				return false
			})
			_, err := j.Run(t.Context())
			if _, ok := errors.AsType[*changedError](err); !ok {
				t.Fatalf("it ended with %v", err)
			}
			if got, err := os.ReadFile(j.file(name)); err != nil || string(got) != changed {
				t.Errorf("%s is %q, %v", name, got, err)
			}
			entries, err := os.ReadDir(j.file(""))
			if err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return strings.Contains(e.Name(), "partial") }) {
				t.Errorf("left behind: %v, %v", entries, err)
			}
		})
	}
}
