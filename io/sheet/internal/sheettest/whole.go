package sheettest

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"loanmap/io/sheet/bookcheck"
)

// CheckBook returns an error if the workbook at path has problems that the one it was made
// from does not have; from is empty for a new workbook.
func CheckBook(path, from string) error {
	var known []string
	if from != "" {
		content, err := os.ReadFile(from)
		if err != nil {
			return err
		}
		known = bookcheck.Problems(content)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	problems := slices.DeleteFunc(bookcheck.Problems(content), func(p string) bool { return slices.Contains(known, p) })
	if len(problems) > 0 {
		return fmt.Errorf("%s is no whole workbook:\n%s", path, strings.Join(problems, "\n"))
	}
	return nil
}

// WantBook is CheckBook without an error.
func WantBook(t testing.TB, path, from string) {
	t.Helper()
	if err := CheckBook(path, from); err != nil {
		t.Error(err)
	}
}
