package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// transcript is a command in README or a topic, with what it prints there.
var transcript = regexp.MustCompile(`(?m)^    \$ loanmap (.+)\n((?:    [^$\n].*\n)+)`)

// The transcripts show what the program prints. A line … means any lines;
// ports and seconds differ.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	found := 0
	for file, text := range pages(t) {
		for _, shown := range transcript.FindAllStringSubmatch(text, -1) {
			found++
			t.Run(filepath.Base(file), func(t *testing.T) {
				t.Parallel()
				want := strings.ReplaceAll(shown[2], "\n    ", "\n")
				checkTranscript(t, strings.Fields(shown[1]), strings.TrimPrefix(want, "    "))
			})
		}
	}
	if found < 2 {
		t.Errorf("only %d transcripts found", found)
	}
}

func checkTranscript(t *testing.T, args []string, want string) {
	t.Helper()
	p := program(t, nil, append(args, "--rate", "500")...)
	if err := os.CopyFS(filepath.Join(p.Dir, "testdata"), os.DirFS(root+"/testdata")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(p.Dir, "out"), 0o700); err != nil {
		t.Fatal(err)
	}
	printed, _ := p.CombinedOutput() // an exit code of 3 is an error too
	pattern := regexp.QuoteMeta(want)
	pattern = strings.ReplaceAll(pattern, "…\n", "(?:.*\n)*")
	pattern = regexp.MustCompile(`127\\\.0\\\.0\\\.1:\d+, \d+\\\.\d s`).ReplaceAllString(pattern, `127\.0\.0\.1:\d+, \d+\.\d s`)
	if !regexp.MustCompile(`^` + pattern + `$`).Match(printed) {
		t.Errorf("loanmap %s prints\n%s\nand not\n%s", strings.Join(args, " "), printed, want)
	}
}
