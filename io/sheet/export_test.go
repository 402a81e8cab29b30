package sheet

// SampleRows is how many rows a workbook's writer holds back.
const SampleRows = sampleRows

// Unpacking returns opt with no sheet held in memory.
func Unpacking(opt Options) Options {
	opt.held = 1
	return opt
}
