package xlsx

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"loanmap/io/disk"
)

// checkCells refuses what a workbook cannot hold. Excel and excelize cut it silently.
func checkCells(doing string, row int, cells []string) error {
	for _, cell := range cells {
		var problem string
		switch {
		case !utf8.ValidString(cell):
			problem = "bytes that are not UTF-8"
		case len(cell) > maxCellLength && len(utf16.Encode([]rune(cell))) > maxCellLength:
			problem = fmt.Sprintf("more than %d characters", maxCellLength)
		default:
			continue
		}
		return &disk.Error{
			Doing:   doing,
			Problem: fmt.Sprintf("row %d has a cell with %s, which a workbook cannot hold", row, problem),
			Hint:    "write .csv instead",
		}
	}
	return nil
}

// checkRowCount refuses more rows than a workbook can hold.
func checkRowCount(doing string, rows int) error {
	if rows <= maxRows {
		return nil
	}
	return &disk.Error{Doing: doing, Problem: fmt.Sprintf("a workbook cannot hold more than %d rows", maxRows), Hint: "write .csv instead"}
}

// checkColumnCount refuses more columns than a workbook can hold.
func checkColumnCount(doing string, columns int) error {
	if columns <= excelize.MaxColumns {
		return nil
	}
	return &disk.Error{Doing: doing, Problem: fmt.Sprintf("a workbook cannot hold %d columns", columns), Hint: "write .csv instead"}
}

// notInXML reports whether XML cannot hold a character.
func notInXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF'
}
