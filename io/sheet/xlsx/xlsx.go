package xlsx

import (
	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

// OpenXLSX reads the header.
func Open(in *rows.Input, opt rows.Options) (rows.Reader, error) {
	return newReader(in, opt, maxStringsInMemory)
}

// CreateXLSX starts a workbook in file.
func Create(file *disk.File, layout rows.Layout) (rows.Writer, error) {
	switch {
	case layout.Keep != nil && layout.Anew:
		return newRewriteWriter(file, layout)
	case layout.Keep != nil:
		return newKeepWriter(file, layout)
	}
	return newWriter(file, layout)
}
