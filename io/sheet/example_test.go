package sheet_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"loanmap/io/disk"
	"loanmap/io/sheet"
)

// The dialect of a text file is detected, and every row has the line that it starts on.
func ExampleOpen() {
	const exported = "Loan ID;Name\r\nL000212;\"Adams, Ann\r\n(deceased)\"\r\nL000213;\r\n"
	r, err := sheet.Open("-", sheet.Options{Stdin: strings.NewReader(exported)})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	fmt.Println(r.Source().Text)
	fmt.Printf("%q\n", r.Header())
	for row, err := range r.Rows() {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("line %d: %q\n", row.Line, row.Cells)
	}
	// Output:
	// utf-8, delimiter semicolon, line ends CRLF
	// ["Loan ID" "Name"]
	// line 2: ["L000212" "Adams, Ann\r\n(deceased)"]
	// line 4: ["L000213" ""]
}

// What cannot be read for certain is refused, with what the person can do.
func ExampleOpen_refused() {
	const cut = "Loan ID,Name\nL000212,Adams\nL000213,\"Brown\nL000214,Clark\n"
	_, err := sheet.Open("-", sheet.Options{Stdin: strings.NewReader(cut)})
	fmt.Println(err)
	// Output:
	// reading standard input: line 3 opens a quote that is never closed
}

// The ending of the name chooses the format. There is no file before Commit.
func ExampleCreate() {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "loans.csv")

	w, err := sheet.Create(disk.Target{Path: path}, sheet.Layout{Header: []string{"Loan ID", "loan_id"}, Added: 1})
	if err != nil {
		log.Fatal(err)
	}
	defer w.Abort() // does nothing after Commit
	if err := w.Write([]string{"L000212", "8890"}); err != nil {
		log.Fatal(err)
	}
	_, err = os.Stat(path)
	fmt.Println("before Commit, no file:", os.IsNotExist(err))
	if err := w.Commit(); err != nil {
		log.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s", content)
	// Output:
	// before Commit, no file: true
	// Loan ID,loan_id
	// L000212,8890
}
