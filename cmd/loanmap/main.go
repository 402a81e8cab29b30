// Command loanmap turns spreadsheets of LoanPro display IDs or customer names into
// the internal IDs that LoanPro's API, imports and migrations need.
//
// This package is the command line and the terminal. Each command is a struct whose
// fields are its flags (kong reads them) and whose Run method does the work: it fills
// a [loanmap/pipeline.Job], runs it and shows the result. [screen] writes everything
// that a person sees on standard error; [codeOf] and [outcomeCode] are the only places
// that choose an exit code.
package main

import (
	"context"
	"io"
	"log"
	"math"
	"os"
	"runtime"
	"runtime/debug"
)

func main() {
	// net/http logs pieces of unexpected responses, which hold people's data.
	log.SetOutput(io.Discard)
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		saveMemory()
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// smallHeap is up to how many bytes nothing is collected: most commands need no more, and so
// end sooner.
const smallHeap = 32 << 20

// saveMemory has garbage collected later than by default, and from then on more often: what a
// run keeps in memory lives to its end, so the default of 100 would double the peak.
func saveMemory() {
	debug.SetGCPercent(-1)
	debug.SetMemoryLimit(smallHeap)
	runtime.AddCleanup(new([64]byte), func(int) { // after the first collection
		debug.SetGCPercent(40)
		debug.SetMemoryLimit(math.MaxInt64)
	}, 0)
}
