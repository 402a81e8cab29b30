//go:build !windows

package main

import (
	"os"

	"golang.org/x/term"
)

// drawsBars reports whether a bar can be drawn on file: it is a terminal that
// understands escape sequences.
func drawsBars(file *os.File) bool {
	return term.IsTerminal(int(file.Fd())) && os.Getenv("TERM") != "dumb"
}
