package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"loanmap/pipeline"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Where there is no terminal, a line every 30 seconds says how far it is.
func TestProgressWithoutATerminal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var stderr bytes.Buffer
		s := newScreen(&stderr, logFlags{})
		status := map[match.Status]int{match.Matched: 0}
		for range 70 {
			time.Sleep(time.Second)
			status[match.Matched] += 100
			s.progress(pipeline.Progress{Rows: status[match.Matched], Total: 6_500, Status: status})
		}
		want := "loanmap: 3,000 of about 6,500 rows: 3,000 matched\nloanmap: 6,000 of about 6,500 rows: 6,000 matched\n"
		if stderr.String() != want {
			t.Errorf("stderr:\n%s", stderr.String())
		}
	})
}

func TestLines(t *testing.T) {
	t.Parallel()
	var stderr bytes.Buffer
	log := newScreen(&stderr, logFlags{Verbose: true}).log
	log.With("host", "here").Debug("asked", "status", 200)
	log.Warn("careful")
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
