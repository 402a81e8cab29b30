package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestPagerCommand(t *testing.T) {
	less := []string{"less", "-FRX"}
	for _, c := range []struct {
		env  map[string]string
		path string
		want []string
	}{
		{map[string]string{"PAGER": "more -d"}, "", []string{"more", "-d"}},
		{map[string]string{"PAGER": ""}, "less", nil},
		{map[string]string{"PAGER": "more", "TERM": "dumb"}, "less", nil},
		{map[string]string{"TERM": "xterm"}, "less", less},
		{nil, "", nil},
	} {
		dir := t.TempDir()
		if c.path != "" {
			if err := os.WriteFile(filepath.Join(dir, c.path), []byte("#!/bin/sh\n"), 0o700); err != nil {
				t.Fatal(err)
			}
		}
		t.Setenv("PATH", dir)
		got := pagerCommand(func(name string) (string, bool) { value, ok := c.env[name]; return value, ok })
		if !slices.Equal(got, c.want) && len(got)+len(c.want) > 0 {
			t.Errorf("%v: %q", c.env, got)
		}
	}
}

// On a terminal a topic goes through the pager; a pager that does not exist is no
// obstacle. The program script of Linux gives a command a terminal.
func TestTopicsArePagedOnATerminal(t *testing.T) {
	t.Parallel()
	terminal, err := exec.LookPath("script")
	if err != nil {
		t.Skip("there is no program called script")
	}
	for pager, marked := range map[string]bool{"sed s/^/paged:/": true, "no-such-pager": false, "": false} {
		p := program(t, []string{"PAGER=" + pager, "TERM=xterm"})
		show := exec.CommandContext(t.Context(), terminal, "-qec", p.Path+" help exit codes", os.DevNull)
		show.Dir, show.Env, show.Stdin = p.Dir, p.Env, bytes.NewReader(nil)
		shown, err := show.CombinedOutput()
		if err != nil || !strings.Contains(string(shown), "# Exit codes") || strings.Contains(string(shown), "paged:# Exit codes") != marked {
			t.Errorf("PAGER=%q: %v\n%s", pager, err, shown)
		}
	}
}
