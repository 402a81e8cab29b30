// Command loanmap turns spreadsheets of LoanPro display IDs into the internal
// IDs that LoanPro's API, imports and migrations need.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"runtime/debug"
)

func main() {
	// net/http prints pieces of stray answers there, which hold people's data.
	log.SetOutput(io.Discard)
	// What a run remembers lives to its end: with the default, as much again
	// would be allowed to be garbage.
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(40)
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
