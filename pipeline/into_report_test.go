package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"loanmap/pipeline/question"

	"github.com/xuri/excelize/v2"
)

// savedReport makes a job of a corrected report that was saved as a workbook, with a
// sheet of the user's own.
func savedReport(t *testing.T, rest ...string) *Job {
	t.Helper()
	j := corrected(t, smallReport, smallOutput, nil)
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", "Report"); err != nil {
		t.Fatal(err)
	}
	for i, line := range append(strings.Split(strings.TrimSpace(smallReport), "\n"), rest...) {
		cells := strings.Split(line, ",")
		place, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := book.SetSheetRow("Report", place, &cells); err != nil {
			t.Fatal(err)
		}
	}
	_, err := book.NewSheet("Mine")
	if err := errors.Join(err, book.SetCellStr("Mine", "A1", "call them"), book.SetCellFormula("Mine", "B1", "1+2")); err != nil {
		t.Fatal(err)
	}
	j.Input.Path = j.file("report.xlsx")
	if err := book.SaveAs(j.Input.Path); err != nil {
		t.Fatal(err)
	}
	return j
}

// What a user has added to a report that is a workbook stays, when the rows that are
// done leave it.
func TestOtherSheetsOfAReportAreKept(t *testing.T) {
	t.Parallel()
	j := savedReport(t, "nope,b,3,not_found,,")
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenFile(j.Input.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Report")
	note, err2 := book.GetCellValue("Mine", "A1")
	formula, err3 := book.GetCellFormula("Mine", "B1")
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 2 || rows[1][0] != "nope" || !slices.Contains(rows[1], "not_found") {
		t.Errorf("the report is %q", rows)
	}
	if got := book.GetSheetList(); !slices.Equal(got, []string{"Report", "Mine"}) || note != "call them" || formula != "1+2" {
		t.Errorf("the workbook has the sheets %q, with %q and %q", got, note, formula)
	}
	output, err := os.ReadFile(j.Output.Into.Output)
	if err != nil || !strings.Contains(string(output), "matched,1000,") {
		t.Errorf("the output is %q, %v", output, err)
	}
}

// A workbook with what would be lost is refused, and stays. The report may go elsewhere.
func TestAReportThatCannotBeKeptIsNotReplaced(t *testing.T) {
	t.Parallel()
	j := savedReport(t)
	named := j.file("report.csv") // by its ending it is no workbook
	if err := os.Rename(j.Input.Path, named); err != nil {
		t.Fatal(err)
	}
	j.Input.Path = named
	before, err := os.ReadFile(named)
	if err != nil {
		t.Fatal(err)
	}
	_, err = j.Run(t.Context())
	if _, ok := errors.AsType[*question.UsageError](err); !ok {
		t.Fatalf("it ended with %v", err)
	}
	if after, err := os.ReadFile(named); err != nil || string(after) != string(before) {
		t.Errorf("the report was changed: %v", err)
	}
	j.Output.Errors = filepath.Join(t.TempDir(), "rest.csv")
	if _, err := j.Run(t.Context()); err != nil {
		t.Errorf("the report cannot go elsewhere: %v", err)
	}
}
