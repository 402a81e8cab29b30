package text_test

import "loanmap/io/sheet/internal/sheettest"

type table = sheettest.Table

var (
	read       = sheettest.Read
	mustRead   = sheettest.MustRead
	piped      = sheettest.Piped
	file       = sheettest.File
	contentOf  = sheettest.Content
	wantError  = sheettest.WantError
	wantSame   = sheettest.WantSame
	names      = sheettest.FileNames
	sum        = sheettest.SHA256
	wantAdvice = sheettest.WantAdvice
	wantFit    = sheettest.WantFit
	cellsOf    = sheettest.CellsOf
	save       = sheettest.Save
	tables     = sheettest.Tables
	writeTable = sheettest.WriteTable
)
