package pipeline

import (
	"io"
	"log/slog"
	"os"
	"time"

	"loanmap/io/sheet"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// Job says what to resolve, and how.
type Job struct {
	Input  Input
	Output delivery.Output
	Lookup lookup.Options
	Resume Resume
	// Decisions is the path of a file of what people have decided in reviews, which comes
	// before the rows' own cells; empty: there is none.
	Decisions string

	DryRun   bool // read and map everything, send and write nothing
	Version  string
	Log      *slog.Logger
	Progress func(Progress) // called whenever something changes, never by two at once; nil: not wanted
}

// Input says which sheet a job reads, and what its rows hold.
type Input struct {
	Path  string    // "-" is Stdin
	Stdin io.Reader `json:"-"` // used for "-" alone
	Sheet string    // of a workbook, by name or number; empty: the first visible one with something in it
	// HeaderRow is the row of the header, from 1; 0: detected, or the first line of text.
	HeaderRow int
	NoHeader  bool // of a text file: its first row is a row like any other
	// Encoding and Delimiter are those of a text file; empty and 0: detected.
	Encoding  sheet.Encoding  `json:",omitzero"`
	Delimiter sheet.Delimiter `json:",omitzero"`
	By        string          // a value of question.Flags; empty: detected from the header, names or display IDs
	Column    string          // of the questions, by name, letter or number; empty: detected from the header
	// Evidence are the columns that say who a row is about, by name, letter or
	// number, "-" for none; the others are detected from the header.
	Evidence map[question.Evidence]string
	// AcceptNameOnly accepts a match by name alone: the only customer of that name in
	// the tenant, where a row has no other evidence.
	AcceptNameOnly bool
}

// Resume says what a run takes over from an interrupted one.
type Resume struct {
	Fresh  bool          // ask everything anew, and ignore saved answers
	Within time.Duration // resume a run that began no longer ago than this
	// RetryNotFoundAfter is how long to wait before asking once more for what was
	// not found: LoanPro's search may lag behind an import. 0: do not ask again.
	RetryNotFoundAfter time.Duration
}

// Resumable reports whether a run of the job that is interrupted leaves a journal:
// its input can be read again, and its output is a file.
func (j *Job) Resumable() bool {
	is, err := os.Stat(j.Input.Path)
	return j.Input.Path != "-" && err == nil && is.Mode().IsRegular() && !delivery.Streamed(j.Output.Path)
}
