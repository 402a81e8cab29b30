package delivery

import (
	"io"

	"loanmap/io/disk"
)

// Output says which files a job writes, and what they look like.
type Output struct {
	// Path, Errors and Summary are paths. An empty Path is named after the input, and
	// the others after the output. A Path of "-" is Stdout.
	Path, Errors, Summary string
	Stdout                io.Writer `json:"-"` // used for "-" alone
	// ImportReady is the path of a file with the matched rows alone, as LoanPro's
	// own import takes it; empty: none.
	ImportReady string
	Force       bool   // replace files that exist
	Prefix      string // of the added columns; empty: none unless it is needed
	// Page is a template of the address of a record's page in LoanPro, with {tenant},
	// {loan_id} and {customer_id}; empty: no such column.
	Page        string
	ErrorsSheet bool // the report is also a sheet of the output, which is a workbook
	// GuardFormulas puts an apostrophe in front of cells of the input that a
	// spreadsheet would take for a formula, in text files.
	GuardFormulas bool

	Into      *Into       `json:"-"` // fill the input, a corrected report, into an output; nil: write a new output
	Reconcile *Reconcile  // compare with earlier answers; nil: do not
	Disk      disk.System `json:"-"` // nil: the real one
}
