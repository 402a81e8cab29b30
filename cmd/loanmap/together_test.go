package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"loanmap/pipeline"
)

// Runs on one input at one time, each with an output of its own, share no file: all
// that they write is whole, and as one run alone writes it.
func TestRunsTogether(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	for _, runs := range []int{2, 8} {
		t.Run(fmt.Sprint(runs), func(t *testing.T) {
			t.Parallel()
			g := newTogether(t)
			begun := make([]*exec.Cmd, runs)
			for i := range begun {
				begun[i] = g.begin(t, fmt.Sprintf("out%d.csv", i))
			}
			want := g.names("calm")
			for i, run := range begun {
				g.wait(t, run)
				g.checkFiles(t, fmt.Sprintf("out%d", i))
				want = append(want, g.names(fmt.Sprintf("out%d", i))...)
			}
			want = append(want, "in.csv")
			slices.Sort(want)
			if got := g.all(t); !slices.Equal(got, want) {
				t.Errorf("there are %s\nnot %s", strings.Join(got, " "), strings.Join(want, " "))
			}
		})
	}
}

// Of runs with one report, one works, and the others change nothing.
func TestRunsTogetherOnOneReport(t *testing.T) {
	t.Parallel()
	g := newTogether(t)
	begun := make([]*exec.Cmd, 4)
	for i := range begun {
		begun[i] = g.begin(t, fmt.Sprintf("out%d.csv", i), "--errors", "shared.csv", "--summary", "shared.json", "--force")
	}
	finished := 0
	for i, run := range begun {
		_ = run.Wait()
		switch code := run.ProcessState.ExitCode(); code {
		case exitUnmatched:
			finished++
		case exitFailed:
			if stderr := fmt.Sprint(run.Stderr); !strings.Contains(stderr, "another run is using shared.") {
				t.Errorf("stderr: %s", stderr)
			}
			if _, err := os.Stat(filepath.Join(g.dir, fmt.Sprintf("out%d.csv", i))); err == nil {
				t.Error("the output of a run that was refused is there")
			}
		default:
			t.Errorf("exit code %d\n%s", code, run.Stderr)
		}
	}
	if finished == 0 { // one that begins after another's end works, too
		t.Error("none has finished")
	}
	if !bytes.Equal(g.read(t, "shared.csv"), g.report) || !g.summary(t, "shared.json").Finished {
		t.Error("the report or the summary is not right")
	}
}

// together is a folder with an input, and what one run alone makes of it.
type together struct {
	binary, dir    string
	env            []string
	output, report []byte
}

func newTogether(t *testing.T) *together {
	t.Helper()
	binary, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	g := &together{binary: binary, dir: t.TempDir()}
	env, stop, err := startTenant(binary, t.TempDir(), "--latency", "5ms")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	g.env = append(os.Environ(), env...)
	rows := "Display ID\nL000212\nLN00000456\nDISP_ID_001\n"
	for i := range 60 {
		rows += fmt.Sprintf("Q%d\n", i)
	}
	write(t, filepath.Join(g.dir, "in.csv"), rows)
	g.wait(t, g.begin(t, "calm.csv"))
	g.output, g.report = g.read(t, "calm.csv"), g.read(t, "calm.errors.csv")
	return g
}

func (g *together) begin(t *testing.T, output string, flags ...string) *exec.Cmd {
	t.Helper()
	run := exec.CommandContext(t.Context(), g.binary, append([]string{"resolve", "in.csv", "-o", output, "--rate", "200", "--batch", "4"}, flags...)...)
	run.Dir, run.Env, run.Stderr = g.dir, g.env, new(strings.Builder)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	return run
}

func (g *together) wait(t *testing.T, run *exec.Cmd) {
	t.Helper()
	_ = run.Wait()
	if code := run.ProcessState.ExitCode(); code != exitUnmatched {
		t.Fatalf("exit code %d\n%s", code, run.Stderr)
	}
}

// names are the files of a run with this stem.
func (*together) names(stem string) []string {
	return []string{stem + ".csv", stem + ".errors.csv", stem + ".summary.json"}
}

// checkFiles compares what a run has written with what one run alone writes.
func (g *together) checkFiles(t *testing.T, stem string) {
	t.Helper()
	if !bytes.Equal(g.read(t, stem+".csv"), g.output) {
		t.Errorf("%s.csv is not that of one run alone", stem)
	}
	if !bytes.Equal(g.read(t, stem+".errors.csv"), g.report) {
		t.Errorf("%s.errors.csv is not that of one run alone", stem)
	}
	s := g.summary(t, stem+".summary.json")
	if !s.Finished || s.Output != stem+".csv" || s.Errors != stem+".errors.csv" || s.Rows != 63 || s.Resumed != 0 {
		t.Errorf("%s.summary.json: finished %t, %s, %s, %d rows, %d resumed", stem, s.Finished, s.Output, s.Errors, s.Rows, s.Resumed)
	}
}

func (g *together) summary(t *testing.T, name string) pipeline.Summary {
	t.Helper()
	var s pipeline.Summary
	if err := json.Unmarshal(g.read(t, name), &s); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return s
}

func (g *together) read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(g.dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func (g *together) all(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(g.dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}
