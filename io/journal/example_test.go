package journal_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"loanmap/io/journal"
)

// A run adds answers and is stopped. The next run opens the same journal, replays what
// the first one has received, and removes the journal at its end.
func ExampleOpen() {
	folder, err := os.MkdirTemp("", "journal")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	options := journal.Options{
		Path:     filepath.Join(folder, "out.csv.journal"),
		Secret:   []byte("the token"),
		Identity: journal.Identity{1}, // a hash of the input, the tenant and the options
	}

	first, found, err := journal.Open(options)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("found at first:", found)
	for ordinal, answer := range []string{"8890", "8891"} {
		if err := first.Add(uint64(ordinal), []byte(answer)); err != nil {
			log.Fatal(err)
		}
	}
	if err := first.Close(); err != nil { // syncs the last group
		log.Fatal(err)
	}

	second, found, err := journal.Open(options)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("found then:", found.Records, "records")
	for record, err := range second.Replay() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("question %d: %s\n", record.Ordinal, record.Answer)
	}
	if err := second.Remove(); err != nil { // the output is committed
		log.Fatal(err)
	}
	// Output:
	// found at first: <nil>
	// found then: 2 records
	// question 0: 8890
	// question 1: 8891
}
