package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What the sample sheet resolves to is kept as a whole, so that a change of
// any cell shows in review.
func TestGoldenOutputs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	var stderr bytes.Buffer
	code := run(t.Context(), []string{
		"resolve", filepath.Join(testdata, "loans.csv"), "--sandbox",
		"-o", filepath.Join(dir, "loans.resolved.csv"),
	}, nil, &stderr, &stderr)
	if code != exitUnmatched {
		t.Fatalf("exit code %d\n%s", code, stderr.String())
	}
	for _, name := range []string{"loans.resolved.csv", "loans.errors.csv"} {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		golden := filepath.Join(testdata, "golden", name)
		if *update {
			if err := os.WriteFile(golden, got, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), string(got)); diff != "" {
			t.Errorf("%s (make golden, if this is intended):\n%s", name, diff)
		}
	}
}
