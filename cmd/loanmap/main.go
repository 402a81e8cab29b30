// Command loanmap turns spreadsheets of LoanPro display IDs into the internal
// IDs that LoanPro's API, imports and migrations need.
package main

import (
	"context"
	"io"
	"log"
	"os"
)

func main() {
	// net/http prints pieces of stray answers there, which hold people's data.
	log.SetOutput(io.Discard)
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
