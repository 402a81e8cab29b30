package delivery

import (
	"slices"

	"github.com/gocarina/gocsv"

	"loanmap/pipeline/match"
)

// changeRecord is a line of the file of changes, without the columns of the question:
// these come after the first column, and their number and names are the input's.
type changeRecord struct {
	Change       Change       `csv:"change"`
	BeforeStatus match.Status `csv:"before_status"`
	BeforeID     string       `csv:"before_id"`
	AfterStatus  match.Status `csv:"after_status"`
	AfterID      string       `csv:"after_id"`
	FirstRow     int          `csv:"first_row"`
	LastRow      int          `csv:"last_row"`
	Rows         int          `csv:"rows"`
}

// changesHeader returns the header of the file of changes. question is the names of
// the columns that tell the question.
func changesHeader(question []string) (header []string, _ error) {
	keep := func(cells []string) error {
		header = cells
		return nil
	}
	err := gocsv.MarshalCSV([]changeRecord{}, &withQuestion{write: keep, cells: question})
	return header, err
}

// writeChanges writes lines of the file of changes of one question, whose cells are
// question.
func writeChanges(write func(cells []string) error, question []string, records []changeRecord) error {
	return gocsv.MarshalCSVWithoutHeaders(records, &withQuestion{write: write, cells: question})
}

// withQuestion is a gocsv.CSVWriter that puts the cells of a question after the first
// cell of every line.
type withQuestion struct {
	write func(cells []string) error
	cells []string
	err   error
}

// Write writes a line.
func (w *withQuestion) Write(cells []string) error {
	w.err = w.write(slices.Concat(cells[:1], w.cells, cells[1:]))
	return w.err
}

// Flush does nothing: no line is held back.
func (w *withQuestion) Flush() {}

// Error returns the error of the last Write.
func (w *withQuestion) Error() error { return w.err }
