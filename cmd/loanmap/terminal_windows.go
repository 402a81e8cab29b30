package main

import (
	"os"

	"golang.org/x/sys/windows"
	"golang.org/x/term"
)

// drawsBars reports whether a bar can be drawn on file: it is a console that
// understands escape sequences, once they are switched on.
func drawsBars(file *os.File) bool {
	if !term.IsTerminal(int(file.Fd())) {
		return false
	}
	var mode uint32
	console := windows.Handle(file.Fd())
	return windows.GetConsoleMode(console, &mode) == nil &&
		windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
