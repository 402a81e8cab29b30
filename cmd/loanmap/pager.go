package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/term"
)

// page writes text to out: through a pager, if out is a terminal and there is one.
func page(ctx context.Context, out io.Writer, text string) error {
	file, ok := out.(*os.File)
	if ok && term.IsTerminal(int(file.Fd())) {
		if pager := pagerCommand(os.LookupEnv); len(pager) > 0 && runPager(ctx, pager, file, text) == nil {
			return nil
		}
	}
	_, err := io.WriteString(out, text)
	return err
}

// pagerCommand returns the pager and its arguments: PAGER, or else less, if it is
// installed. An empty PAGER, and a terminal that cannot move its cursor, need none.
func pagerCommand(lookup func(string) (string, bool)) []string {
	if kind, _ := lookup("TERM"); kind == "dumb" {
		return nil
	}
	if chosen, ok := lookup("PAGER"); ok {
		return strings.Fields(chosen)
	}
	if _, err := exec.LookPath("less"); err != nil {
		return nil
	}
	return []string{"less", "-FRX"} // leaves a text that fits the screen on it
}

// runPager shows text with a pager. An error means that the pager did not start: one
// that is left early has shown what was wanted. Ctrl-C is the pager's.
func runPager(ctx context.Context, command []string, out *os.File, text string) error {
	pager := exec.CommandContext(context.WithoutCancel(ctx), command[0], command[1:]...)
	pager.Stdin, pager.Stdout, pager.Stderr = strings.NewReader(text), out, os.Stderr
	if err := pager.Start(); err != nil {
		return err
	}
	_ = pager.Wait()
	return nil
}
