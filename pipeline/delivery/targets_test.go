package delivery

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
		want          Targets
	}{
		{"in.csv", "", sheet.CSV, Targets{Output: "in.resolved.csv", Report: "in.errors.csv", Summary: "in.summary.json", Changes: "in.changes.csv"}},
		{"a/in.TSV", "", sheet.CSV, Targets{Output: "a/in.resolved.tsv", Report: "a/in.errors.csv", Summary: "a/in.summary.json", Changes: "a/in.changes.csv"}},
		{"in.csv", "", sheet.XLSX, Targets{Output: "in.resolved.xlsx", Report: "in.errors.xlsx", Summary: "in.summary.json", Changes: "in.changes.csv"}},
		{"a.resolved.csv", "", sheet.CSV, Targets{Output: "a.resolved.resolved.csv", Report: "a.resolved.errors.csv", Summary: "a.resolved.summary.json", Changes: "a.resolved.changes.csv"}},
		{"in.csv", "b/out.csv", sheet.CSV, Targets{Output: "b/out.csv", Report: "b/out.errors.csv", Summary: "b/out.summary.json", Changes: "b/out.changes.csv"}},
		{"in.csv", "out.resolved.xlsx", sheet.CSV, Targets{Output: "out.resolved.xlsx", Report: "out.errors.csv", Summary: "out.summary.json", Changes: "out.changes.csv"}},
		{"a/in.csv", "-", sheet.CSV, Targets{Output: "-", Report: "a/in.errors.csv", Summary: "a/in.summary.json", Changes: "a/in.changes.csv"}},
		{"-", "-", sheet.CSV, Targets{Output: "-", Report: "stdin.errors.csv", Summary: "stdin.summary.json", Changes: "stdin.changes.csv"}},
		{"-", "", sheet.CSV, Targets{Output: "stdin.resolved.csv", Report: "stdin.errors.csv", Summary: "stdin.summary.json", Changes: "stdin.changes.csv"}},
	} {
		q := &Request{Input: filepath.FromSlash(c.input), Output: Output{Path: filepath.FromSlash(c.output), Reconcile: new(Reconcile)}}
		got := q.targets(c.kind)
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(Targets{}), cmp.Transformer("slashes", filepath.ToSlash)); diff != "" {
			t.Errorf("%s to %s:\n%s", c.input, c.output, diff)
		}
	}
}
