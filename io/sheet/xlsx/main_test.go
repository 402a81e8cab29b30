package xlsx_test

import (
	"flag"
	"os"
	"testing"

	"loanmap/io/sheet/internal/sheettest"
)

// TestMain makes rapid check less often than its default of 100 times: a check writes and
// syncs two workbooks. The flag -rapid.checks sets another number.
func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", "20"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

type table = sheettest.Table

var (
	read       = sheettest.Read
	mustRead   = sheettest.MustRead
	piped      = sheettest.Piped
	file       = sheettest.File
	contentOf  = sheettest.Content
	workbook   = sheettest.Workbook
	cells      = sheettest.Sheet1
	fillSheet  = sheettest.FillSheet
	wantError  = sheettest.WantError
	wantSame   = sheettest.WantSame
	wantEmpty  = sheettest.WantEmpty
	sum        = sheettest.SHA256
	tempFolder = sheettest.TempFolder
	openFiles  = sheettest.OpenFiles
	wantAdvice = sheettest.WantAdvice
	wantFit    = sheettest.WantFit
	allOf      = sheettest.ReadAll
	tints      = sheettest.Tints
	mustCommit = sheettest.MustCommit
	save       = sheettest.Save
	cellTexts  = sheettest.CellTexts
	tables     = sheettest.Tables
)
