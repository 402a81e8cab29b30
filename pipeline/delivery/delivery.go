package delivery

import (
	"io"
	"log/slog"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/question"
)

// Request says which files a run reads and writes.
type Request struct {
	Output
	Input string // path; "-" is Stdin
	Stdin io.Reader
	Shard question.Shard // of the job; a shard writes a part and a summary
	Kept  []string       // paths of files of decisions, which are never replaced
}

// Delivery writes the files of one pass over the input.
type Delivery struct {
	*Request
	In   *Reading
	Log  *slog.Logger
	Part *PartHead // of the part that is written; nil: no part
}

// Reading is the input as one pass reads it.
type Reading struct {
	Reader   sheet.Reader
	Options  sheet.Options // with which it is opened once more
	Digest   string        // empty: it can be read only once
	asking   question.Options
	Columns  question.Columns
	layout   layout
	Host     string // of the tenant, without its port; empty in a dry run
	Tenant   string // its ID; empty in a dry run
	NameOnly bool   // a name alone may identify a customer
}

// Map maps the columns of the input. It returns a *question.UsageError where
// that would be a guess.
func (in *Reading) Map(asking question.Options) (err error) {
	in.asking = asking
	header := in.Reader.Header()
	if in.Columns, err = question.Map(header, asking); err != nil {
		return err
	}
	in.layout = newLayout(header, &in.Columns, asking.Page)
	return nil
}

// Rows returns a reader of rows with these columns.
func (in *Reading) Rows(c *question.Columns) *question.Reader {
	return question.NewReader(c, in.Host, in.Tenant, in.NameOnly)
}

// CheckRead refuses rows that were not read from the input of which the run has
// the digest. The rows of source have been read to their end.
func (in *Reading) CheckRead(source sheet.Source) error {
	if in.Digest != "" && source.SHA256 != in.Digest {
		return &ChangedError{source.Name}
	}
	return nil
}

// PageOf returns the address of the page of a record that rows of the input may mean;
// empty: the run has no template of addresses.
func (in *Reading) PageOf(id int64) string { return in.layout.pageOf(answer.IDText(id)) }

// Kept returns the columns of the input that are its own, not those of a run.
func (in *Reading) Kept() []int { return in.layout.kept }
