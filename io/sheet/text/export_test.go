package text

import "loanmap/io/sheet/rows"

const (
	// SampleLength is how much of a text file its dialect is detected from.
	SampleLength = rows.PeekLength
	// MaxCell is how many bytes a cell may have.
	MaxCell = maxCell
	// FilterBlock is how many bytes are filtered at a time: that much later a
	// cell may be found to be too long.
	FilterBlock = filterBlock
)
