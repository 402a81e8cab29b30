// Package pipeline is the job: rows in, batches out, answers joined, rows
// written. It is the only room that knows all others.
package pipeline

import (
	"context"
	"hash/maphash"
	"io"
	"log/slog"
	"os"
	"time"

	"loanmap/io/journal"
	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Job says what is to be resolved, and how.
type Job struct {
	Input string // path, or "-" for Stdin
	Sheet string // of a workbook, by name or number; empty: the first visible one with something in it
	// HeaderRow is the row of a workbook's header, from 1; 0 finds it.
	HeaderRow int
	// Encoding and Delimiter are those of a text file; empty and 0: told from its content.
	Encoding  sheet.Encoding
	Delimiter sheet.Delimiter
	By        string // a value of KindFlags; empty: detected from the header, names or display IDs
	Column    string // of the questions, by name, letter or number; empty: told from the header
	// Evidence are the columns that tell who a row is about, by name, letter or
	// number, "-" for none; what is not said is told from the header.
	Evidence map[question.Evidence]string
	// AcceptNameOnly has a name do that is the only one of its kind in the tenant,
	// where a row holds nothing else to tell a person by.
	AcceptNameOnly bool
	Prefix         string // of the added columns; empty: none unless it is needed
	// Page is the address of a record's page in LoanPro, with {tenant},
	// {loan_id} and {customer_id} where they belong; empty: no such column.
	Page string

	// Output, Errors and Summary are paths. An empty Output is named after the
	// input, and the others after the output. "-" writes the output to Stdout.
	Output, Errors, Summary string
	// ImportReady is the path of a file with the matched rows alone, as LoanPro's
	// own import takes it; empty: none.
	ImportReady string
	Force       bool // replace files that exist
	// Fresh has the run ask everything, whatever an earlier one has paid for.
	// Without it answers of an interrupted run are used for as long as
	// ResumeWithin says.
	Fresh        bool
	ResumeWithin time.Duration
	// RetryNotFoundAfter is how long to wait before asking once more for what was
	// not found: LoanPro's search may lag behind. 0: do not ask again.
	RetryNotFoundAfter time.Duration
	ErrorsSheet        bool // the report is also a sheet of the output, which is a workbook
	// GuardFormulas has cells of the input that a spreadsheet would take for a
	// formula begin with an apostrophe in text files.
	GuardFormulas bool

	Batch   int // the most questions per search; the tenant may prove to take fewer
	Workers int // searches under way at once
	Rate    float64
	// VerifyMissing asks the tenant's database for what no search finds, if it answers.
	VerifyMissing bool
	DryRun        bool // read and map everything, send and write nothing

	// Into has the input, a corrected report, filled into an output; nil: the output
	// is a new one.
	Into *Into
	// Reconcile has the answers compared with those of before; nil: they are not.
	Reconcile *Reconcile

	Client   *loanpro.Client // may be nil in a dry run
	Version  string
	Stdin    io.Reader
	Stdout   io.Writer
	Disk     Disk // nil means the real one
	Log      *slog.Logger
	Progress func(Progress) // called after every batch, by one at a time
}

// Resumable reports whether a run of the job that is interrupted leaves a journal:
// its input can be read again, and its output is a file.
func (j *Job) Resumable() bool {
	is, err := os.Stat(j.Input)
	return j.Input != "-" && err == nil && is.Mode().IsRegular() && !streamed(j.Output)
}

// Disk is what the files of a run and its journal are written to.
type Disk interface {
	sheet.Disk
	journal.Disk
}

// Progress says how far a run has come.
type Progress struct {
	Rows   int                  // asked for
	Total  int                  // expected; 0 where that is not known
	Status map[match.Status]int // of those that are settled
}

// Run does the job and returns its account. A row that cannot be resolved is
// part of the account; an error means that nothing was written. Errors are of
// sheet, loanpro or this package, or the cause of ctx's end.
func (j *Job) Run(ctx context.Context) (*Summary, error) {
	job := *j // what is told from the header is the run's affair
	job.Disk = lenient(j.Disk, j.Log)
	r := &run{Job: &job, locks: locks{}, audits: audits{seed: maphash.MakeSeed()}, probed: map[loanpro.Key]*loanpro.Findings{}}
	if err := r.begin(time.Now()); err != nil {
		return nil, err
	}
	defer func() { r.reader.Close() }()
	r.describe()
	if j.DryRun {
		if err := r.lookBack(); err != nil {
			return r.summary, err
		}
		return r.summary, r.rehearse(ctx)
	}
	targets, err := r.checkedTargets(r.reader.Source().Kind)
	if err != nil {
		return r.summary, err
	}
	defer r.locks.release()
	if err := r.hold(targets); err != nil {
		r.accountForLocks(ctx, targets, err)
		return r.summary, err
	}
	if err := r.lookBack(); err != nil {
		return r.summary, err
	}
	defer r.ledger.close()
	if err := r.openLedger(targets); err != nil {
		return r.summary, err
	}
	r.recall(targets)
	err = r.resolveAll(ctx, targets)
	if err != nil {
		r.accountFor(ctx, targets, err)
	}
	return r.summary, err
}
