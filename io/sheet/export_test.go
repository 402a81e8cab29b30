package sheet

const (
	// SampleRows is how many rows a workbook's writer holds back.
	SampleRows = sampleRows
	// SampleLength is how much of a text file its format is told from.
	SampleLength = sampleLength
	// MaxCell is how many bytes a cell may have.
	MaxCell = maxCell
	// FilterBlock is how many bytes are filtered at a time: that much later a
	// cell may be found to be too long.
	FilterBlock = filterBlock
)

// Unpacking returns opt with no sheet held in memory.
func Unpacking(opt Options) Options {
	opt.held = 1
	return opt
}
