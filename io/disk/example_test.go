package disk_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"loanmap/io/disk"
)

// A file has its final name only after Commit.
func ExampleCreate() {
	folder, err := os.MkdirTemp("", "disk")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "out.csv")

	file, err := disk.Create(disk.Target{Path: path})
	if err != nil {
		log.Fatal(err)
	}
	defer file.Abort() // does nothing after Commit
	if _, err := fmt.Fprintln(file, "L000212,8890"); err != nil {
		log.Fatal(err)
	}
	fmt.Println("before:", disk.Locate(path).Form == disk.Absent)
	if err := file.Commit(); err != nil {
		log.Fatal(err)
	}
	content, err := os.ReadFile(path)
	fmt.Printf("after: %q, %v\n", content, err)
	// Output:
	// before: true
	// after: "L000212,8890\n", <nil>
}
