package sheet

import (
	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// KindOf returns what a file at path is to be, by the ending of the name. A stream
// without a known ending is CSV.
func KindOf(path string) (rows.Kind, error) {
	switch {
	case path == "-", rows.HasEnding(path, ".csv"), rows.HasEnding(path, ".tsv"), rows.HasEnding(path, ".txt"):
		return rows.CSV, nil
	case rows.HasEnding(path, ".xlsx"):
		return rows.XLSX, nil
	case disk.Locate(path).Form == disk.Stream:
		return rows.CSV, nil
	}
	return "", &Error{
		Doing: "writing " + path, Problem: "its ending says neither CSV nor XLSX",
		Hint: "let the name end in .csv, .tsv, .txt or .xlsx",
	}
}
