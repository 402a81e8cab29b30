package pipeline

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/sheet"
)

// What is not named is named after the output, so that two runs with outputs of
// their own share no file.
func TestDefaultNamesFollowTheOutput(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		input, output string
		kind          sheet.Kind
		want          targets
	}{
		{"in.csv", "", sheet.CSV, targets{output: "in.resolved.csv", report: "in.errors.csv", summary: "in.summary.json", changes: "in.changes.csv"}},
		{"a/in.TSV", "", sheet.CSV, targets{output: "a/in.resolved.tsv", report: "a/in.errors.csv", summary: "a/in.summary.json", changes: "a/in.changes.csv"}},
		{"in.csv", "", sheet.XLSX, targets{output: "in.resolved.xlsx", report: "in.errors.csv", summary: "in.summary.json", changes: "in.changes.csv"}},
		{"a.resolved.csv", "", sheet.CSV, targets{output: "a.resolved.resolved.csv", report: "a.resolved.errors.csv", summary: "a.resolved.summary.json", changes: "a.resolved.changes.csv"}},
		{"in.csv", "b/out.csv", sheet.CSV, targets{output: "b/out.csv", report: "b/out.errors.csv", summary: "b/out.summary.json", changes: "b/out.changes.csv"}},
		{"in.csv", "out.resolved.xlsx", sheet.CSV, targets{output: "out.resolved.xlsx", report: "out.errors.csv", summary: "out.summary.json", changes: "out.changes.csv"}},
		{"a/in.csv", "-", sheet.CSV, targets{output: "-", report: "a/in.errors.csv", summary: "a/in.summary.json", changes: "a/in.changes.csv"}},
		{"-", "-", sheet.CSV, targets{output: "-", report: "stdin.errors.csv", summary: "stdin.summary.json", changes: "stdin.changes.csv"}},
		{"-", "", sheet.CSV, targets{output: "stdin.resolved.csv", report: "stdin.errors.csv", summary: "stdin.summary.json", changes: "stdin.changes.csv"}},
	} {
		j := &Job{Input: Input{Path: filepath.FromSlash(c.input)}, Output: Output{Path: filepath.FromSlash(c.output), Reconcile: new(Reconcile)}}
		got := newRun(j).request.targets(c.kind)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(targets{}), cmp.Transformer("slashes", filepath.ToSlash)); diff != "" {
			t.Errorf("%s to %s:\n%s", c.input, c.output, diff)
		}
	}
}
