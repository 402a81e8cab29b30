package sheet

import (
	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// KindOf returns the format of a file to be written at path, by the ending of its name.
// A stream without a known ending is CSV.
func KindOf(path string) (Kind, error) {
	switch {
	case path == "-", rows.HasEnding(path, ".csv"), rows.HasEnding(path, ".tsv"), rows.HasEnding(path, ".txt"):
		return CSV, nil
	case rows.HasEnding(path, ".xlsx"):
		return XLSX, nil
	case disk.Locate(path).Form == disk.Stream:
		return CSV, nil
	}
	return "", &disk.Error{
		Doing: "writing " + path, Problem: "its name ends in none of .csv, .tsv, .txt and .xlsx",
		Hint: "give it one of these endings",
	}
}
