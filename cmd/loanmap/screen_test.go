package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"loanmap/pipeline/question"
)

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
