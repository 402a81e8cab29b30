package xlsx_test

import "loanmap/io/sheet/internal/sheettest"

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
