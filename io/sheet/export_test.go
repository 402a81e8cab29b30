package sheet

const (
	// SampleRows is how many rows a workbook's writer holds back.
	SampleRows = sampleRows
	// MaxWidths is how many columns it gives a width.
	MaxWidths = maxWidths
)

// Unpacking returns opt with no sheet held in memory.
func Unpacking(opt Options) Options {
	opt.held = 1
	return opt
}
