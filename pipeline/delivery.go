package pipeline

import (
	"io"
	"log/slog"

	"loanmap/io/sheet"
	"loanmap/pipeline/question"
)

// request says which files a run reads and writes.
type request struct {
	Output
	Input string // path; "-" is Stdin
	Stdin io.Reader
}

// delivery writes the files of one pass over the input.
type delivery struct {
	*request
	in  *reading
	log *slog.Logger
}

// reading is the input as one pass reads it.
type reading struct {
	reader   sheet.Reader
	options  sheet.Options // with which it is opened once more
	digest   string        // empty: it can be read only once
	asking   question.Options
	columns  question.Columns
	layout   layout
	host     string // of the tenant, without its port; empty in a dry run
	tenant   string // its ID; empty in a dry run
	nameOnly bool   // a name alone may identify a customer
}

// rows returns a reader of rows with these columns.
func (in *reading) rows(c *question.Columns) *question.Reader {
	return question.NewReader(c, in.host, in.tenant, in.nameOnly)
}

// checkRead refuses rows that were not read from the input of which the run has
// the digest. The rows of source have been read to their end.
func (in *reading) checkRead(source sheet.Source) error {
	if in.digest != "" && source.SHA256 != in.digest {
		return &changedError{source.Name}
	}
	return nil
}
