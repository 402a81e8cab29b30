package main

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// A decision on a row of a report or an output is about the row of the input, so all of
// them ask the same, in text and in workbooks.
func TestReportsAskWhatTheirInputsAsk(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	path, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		input string
		kind  *question.Kind
	}{{"customers.xlsx", question.Names}, {"loans.xlsx", question.DisplayIDs}, {"loans.csv", question.DisplayIDs}} {
		input, ending, stem := filepath.Join(testdata, test.input), filepath.Ext(test.input), filepath.Join(t.TempDir(), "x")
		run := exec.CommandContext(t.Context(), path, "resolve", input, "--by", test.kind.Flag, "--sandbox", "-o", stem+".resolved"+ending, "--rate", "500")
		if output, err := run.CombinedOutput(); run.ProcessState.ExitCode() != exitUnmatched {
			t.Fatalf("%v\n%s", err, output)
		}
		want := rowsAsk(t, input, test.kind)
		for _, file := range []string{stem + ".errors" + ending, stem + ".resolved" + ending} {
			asked := rowsAsk(t, file, test.kind)
			if len(asked) < 10 {
				t.Errorf("%s has %d rows", file, len(asked))
			}
			for line, got := range asked {
				if got != want[line] {
					t.Errorf("%s: line %d asks %q, and the input %q", filepath.Base(file), line, got, want[line])
				}
			}
		}
	}
}

// rowsAsk returns what the rows of a sheet ask, or why they ask nothing, by their line in
// the input.
func rowsAsk(t *testing.T, path string, kind *question.Kind) map[int]string {
	t.Helper()
	in, err := sheet.Open(path, sheet.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	columns, err := question.Map(in.Header(), question.Options{Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	reader, at := question.NewReader(&columns, "", "", false), slices.Index(in.Header(), answer.LineColumn)
	asked := map[int]string{}
	for row, err := range in.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		line := row.Line
		if at >= 0 {
			line, _ = strconv.Atoi(match.Clean(row.Cells[at]))
		}
		q, why := reader.AskOwn(row)
		asked[line] = q.Name() + string(why.Code)
	}
	return asked
}
