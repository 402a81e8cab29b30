package sheet

import "loanmap/io/disk"

// KindOf returns what a file at path is to be, by the ending of the name. A stream
// without a known ending is CSV.
func KindOf(path string) (Kind, error) {
	switch {
	case path == "-", named(path, ".csv"), named(path, ".tsv"), named(path, ".txt"):
		return CSV, nil
	case named(path, ".xlsx"):
		return XLSX, nil
	case disk.Locate(path).Form == disk.Stream:
		return CSV, nil
	}
	return "", &Error{
		Doing: "writing " + path, Problem: "its ending says neither CSV nor XLSX",
		Hint: "let the name end in .csv, .tsv, .txt or .xlsx",
	}
}
