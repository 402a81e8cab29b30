package sheet_test

import "loanmap/io/sheet/internal/sheettest"

type table = sheettest.Table

var (
	read       = sheettest.Read
	mustRead   = sheettest.MustRead
	file       = sheettest.File
	contentOf  = sheettest.Content
	workbook   = sheettest.Workbook
	cells      = sheettest.Sheet1
	wantError  = sheettest.WantError
	wantSame   = sheettest.WantSame
	wantEmpty  = sheettest.WantEmpty
	names      = sheettest.FileNames
	tempFolder = sheettest.TempFolder
	openFiles  = sheettest.OpenFiles
	allOf      = sheettest.ReadAll
	tints      = sheettest.Tints
	mustCommit = sheettest.MustCommit
)
