package xlsx

import (
	"io"

	"loanmap/io/sheet/rows"
)

// SampleRows is how many rows a workbook's writer holds back.
const SampleRows = sampleRows

// OpenSpilled opens a workbook with its shared strings in temporary files.
func OpenSpilled(content io.Reader) (rows.Reader, error) {
	in, err := rows.OpenInput("-", content)
	if err != nil {
		return nil, err
	}
	return newReader(in, rows.Options{}, 1)
}

// Display returns what is read of a number, or of a text, under a number format.
func Display(code, value string, isNumber bool) string {
	f := compile(code)
	if isNumber {
		return (&styles{}).displayNumber(value, f).text
	}
	text, _ := f.displayText(value)
	return text
}
