// Command loanmap turns spreadsheets of LoanPro display IDs into the internal
// IDs that LoanPro's API, imports and migrations need.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
