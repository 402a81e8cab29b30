package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

func TestLines(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	log := newScreen(&stderr, logFlags{Verbose: true}).log
	log.With("host", "here").Debug("asked", "event", "asked", "status", 200)
	log.Warn("careful", "event", "care", "rows", 3)
	log.Error("broken", "hint", "fix it")
	want := "loanmap: asked host=here status=200\nloanmap: warning: careful\nloanmap: error: broken\nloanmap: hint: fix it\n"
	if stderr.String() != want {
		t.Errorf("stderr:\n%s", stderr.String())
	}
	for flags, level := range map[logFlags]slog.Level{
		{}: slog.LevelInfo, {Quiet: true}: slog.LevelWarn, {LogFormat: "json", Quiet: true}: slog.LevelWarn,
	} {
		log := newScreen(&stderr, flags).log
		if !log.Enabled(t.Context(), level) || log.Enabled(t.Context(), level-1) {
			t.Errorf("%+v does not begin at %v", flags, level)
		}
	}
}

// A sentence shows its attributes as people read them, and nothing else in braces.
func TestSentences(t *testing.T) {
	t.Parallel()
	now := time.Date(2025, 12, 1, 9, 0, 0, 0, time.Local)
	for _, c := range []struct {
		message string
		value   any
		want    string
	}{
		{"reading {x}", "in.csv", "reading in.csv"},
		{`sheet "{x}"`, "a\x1b\"b", `sheet "a\x1b\"b"`},
		{"{x|row needs|rows need} review", 1, "1 row needs review"},
		{"{x|row needs|rows need} review", 18050, "18,050 rows need review"},
		{"{x} rows", int64(2000), "2,000 rows"},
		{"in {x}", 90 * time.Second, "in 1m30s"},
		{"at {x}", now.Add(-time.Hour), "at 08:00, 1 Dec"},
		{"at {x}", now.AddDate(-1, 0, 0), "at 09:00, 1 Dec 2024"},
		{"{y} {x} {", "{x}", "{y} {x} {"},
	} {
		r := slog.NewRecord(now, slog.LevelInfo, c.message, 0)
		r.Add("x", c.value)
		if got := filled(r); got != c.want {
			t.Errorf("%q with %v: %q, want %q", c.message, c.value, got, c.want)
		}
	}
}

// For machines a record has its sentence, its event and its figures as numbers.
func TestRecordsForMachines(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	s := newScreen(&stderr, logFlags{LogFormat: "json"})
	s.log.Info("{rows|row|rows} in {wait}", "event", "waiting", "rows", 2000, "wait", 1500*time.Millisecond)
	s.fail(context.DeadlineExceeded)
	want := []string{
		`"level":"INFO","msg":"2,000 rows in 1.5s","event":"waiting","rows":2000,"wait_seconds":1.5}`,
		`"level":"ERROR","msg":"context deadline exceeded","event":"failed","error":"context deadline exceeded","hint":"` + noHint + `","exit_code":1}`,
	}
	lines := strings.Split(strings.TrimSuffix(stderr.String(), "\n"), "\n")
	for i, line := range lines {
		if len(lines) != len(want) || !strings.HasSuffix(line, want[i]) || !json.Valid([]byte(line)) {
			t.Errorf("stderr:\n%s", stderr.String())
		}
	}
}

// An error that wraps another keeps its hint.
func TestHintsAreFound(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	newScreen(&stderr, logFlags{}).fail(wrapped{&question.UsageError{Problem: "no input", Hint: "name one"}})
	if !strings.HasSuffix(stderr.String(), "loanmap: hint: name one\n") {
		t.Errorf("stderr:\n%s", stderr.String())
	}
}

type wrapped struct{ error }

func (w wrapped) Unwrap() error { return w.error }

// What was matched because of the risk takes two lines at most, with the largest of the risks.
func TestRisksAreSummedUp(t *testing.T) {
	t.Parallel()
	risk := func(tier string, rows, of int, oneIn lookup.Chance, byRelatives bool) lookup.Risk {
		return lookup.Risk{Tier: tier, Rows: rows, Of: of, Bound: 1 / oneIn, Accepted: true, ByRelatives: byRelatives}
	}
	refused := risk("name and zip", 3, 500, 80, false)
	refused.Accepted = false
	few := []lookup.Risk{risk("name and phone", 51, 17_199, 2870, false), risk("similar name", 0, 17_000, 2800, false), refused}
	many := append([]lookup.Risk{
		risk("a", 1, 14_000, 2500, false), risk("b", 2, 14_000, 4000, false), risk("c", 3, 14_000, 4000, false),
		risk("d", 4, 14_000, 4000, false), risk("e", 5, 14_000, 4000, false), risk("part of the name and birth and zip", 1, 15_773, 5446, true),
	}, few...)
	const measured = "of the tenant's own customers, that is wrong less often than 1 time in "
	for _, c := range []struct {
		risks []lookup.Risk
		want  string
	}{
		{nil, ""},
		{[]lookup.Risk{refused}, ""},
		{few, "loanmap: 51 rows were matched by no more than name and phone (51): measured on 17,199 or more " + measured + "2,870 (--max-risk)\n"},
		{many, "loanmap: 66 rows were matched by no more than name and phone (51), e (5), d (4), c (3), 2 others: measured on 14,000 or more " + measured + "2,500 (--max-risk)\n" +
			"loanmap: 1 row was matched by no more than part of the name and birth and zip (1): so few relatives are among 15,773 customers or more that this is wrong less often than 1 time in 5,446, if at most 1 in 50 pairs of relatives are twins (--max-risk)\n"},
	} {
		var stderr strings.Builder
		newScreen(&stderr, logFlags{}).risks(c.risks)
		if diff := cmp.Diff(c.want, stderr.String()); diff != "" {
			t.Error(diff)
		}
	}
}
