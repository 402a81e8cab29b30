// Package pipeline is the job: rows in, batches out, answers joined, rows
// written. It is the only room that knows all others.
package pipeline

import (
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/match"
)

// Job says what is to be resolved, and how.
type Job struct {
	Input  string // path, or "-" for Stdin
	Sheet  string // of a workbook, by name or number; empty: the first visible one
	Column string // of the display IDs, by name, letter or number; empty: told from the header
	Prefix string // of the added columns; empty: none unless it is needed

	// Output, Errors and Summary are paths; an empty one is named after the
	// input. "-" writes the output to Stdout.
	Output, Errors, Summary string
	Force                   bool // replace files that exist

	Batch   int // questions per search
	Workers int // searches under way at once
	Rate    float64
	DryRun  bool // read and map everything, send and write nothing

	Client   *loanpro.Client // may be nil in a dry run
	Version  string
	Stdin    io.Reader
	Stdout   io.Writer
	Log      *slog.Logger
	Progress func(Progress) // called after every batch, from one goroutine
}

// Progress says how far a run has come.
type Progress struct {
	Rows   int
	Total  int // expected; 0 where that is not known
	Status map[match.Status]int
}

// Run does the job and returns its account. A row that cannot be resolved is
// part of the account; an error means that nothing was written. Errors are of
// sheet, loanpro or this package, or the cause of ctx's end.
func (j *Job) Run(ctx context.Context) (*Summary, error) {
	reader, err := sheet.Open(j.Input, sheet.Options{Sheet: j.Sheet, Stdin: j.Stdin})
	if err != nil {
		return nil, err
	}
	defer reader.Close()
	columns, err := mapColumns(reader.Header(), j.Column, j.Prefix)
	if err != nil {
		return nil, err
	}
	r := &run{Job: j, reader: reader, columns: columns, summary: newSummary(j.Version, time.Now())}
	r.describe()
	if j.DryRun {
		return r.summary, r.rehearse(ctx)
	}
	return r.summary, r.resolve(ctx)
}

// run is one execution of a Job.
type run struct {
	*Job
	reader  sheet.Reader
	columns columns
	summary *Summary
	total   int // rows expected
	read    int // rows read
}

// describe notes down how the input was understood.
func (r *run) describe() {
	s, source := r.summary, r.reader.Source()
	r.total = source.Estimate
	s.Key, s.Prefix = r.columns.keyName, r.columns.prefix
	s.LoanPro.Rate, s.LoanPro.Batch = r.Rate, r.Batch
	r.Log.Info(fmt.Sprintf("reading %s: display IDs in column %s (%q)",
		source.Name, columnLetter(r.columns.key), r.columns.keyName))
	if r.columns.prefix != r.Prefix {
		r.Log.Info(fmt.Sprintf("the input has a column named like one of the output's, which therefore begin with %s", r.columns.prefix))
	}
}

// rehearse reads everything and counts what would be asked.
func (r *run) rehearse(ctx context.Context) error {
	requests := int64(1) // the greeting
	for b, err := range batches(r.rows(), r.columns.key, r.Batch) {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if len(b.questions) > 0 {
			requests++
		}
		r.summary.Questions += len(b.questions)
		for _, row := range b.rows {
			r.summary.Rows++
			if row.outcome.status == match.Invalid {
				r.summary.Status[match.Invalid]++
				r.summary.Code[row.outcome.code]++
			}
		}
	}
	r.summary.close(time.Now(), r.reader.Source(), loanpro.Stats{Requests: requests})
	r.summary.LoanPro.Expected = time.Duration(float64(requests) / r.Rate * float64(time.Second))
	return nil
}

// resolve asks and writes everything. Files that a failure leaves unfinished
// are removed.
func (r *run) resolve(ctx context.Context) error {
	targets := r.targets(r.reader.Source().Kind)
	if err := targets.check(r.Input, r.Force); err != nil {
		return err
	}
	files, err := create(targets, &r.columns, r.Stdout)
	if err != nil {
		return err
	}
	defer files.abort()
	if err := r.Client.Hello(ctx); err != nil {
		return err
	}
	todo := batches(r.rows(), r.columns.key, r.Batch)
	for b, err := range ordered(ctx, todo, r.Workers, r.Workers*windowPerWorker, r.answer) {
		if err != nil {
			return err
		}
		if err := r.write(files, b); err != nil {
			return err
		}
	}
	if !r.summary.reconciled(r.read) {
		return fmt.Errorf("counting: %d rows were read and %d written; this is a fault of loanmap", r.read, r.summary.Rows)
	}
	r.summary.close(time.Now(), r.reader.Source(), r.Client.Stats())
	r.summary.LoanPro.Host = r.Client.Host()
	r.summary.Output, r.summary.Errors, r.summary.Path = targets.output, targets.report, targets.summary
	if err := r.summary.write(files.summary); err != nil {
		return err
	}
	return files.commit()
}

// windowPerWorker is how many batches per worker may wait for one that is slow.
const windowPerWorker = 8

// rows counts the rows as they are read.
func (r *run) rows() iter.Seq2[sheet.Row, error] {
	return func(yield func(sheet.Row, error) bool) {
		for row, err := range r.reader.Rows() {
			if err == nil {
				r.read++
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// write writes the rows of a batch.
func (r *run) write(files *files, b batch) error {
	r.summary.Questions += len(b.questions)
	for _, row := range b.rows {
		own := r.columns.own(row.Cells)
		if err := files.output.Write(append(own, row.outcome.cells()...)); err != nil {
			return err
		}
		if row.outcome.status != match.Matched {
			if err := files.report.Write(append(own, row.outcome.reportCells(row.Line)...)); err != nil {
				return err
			}
		}
		r.summary.count(row.outcome)
	}
	r.Progress(Progress{Rows: r.summary.Rows, Total: r.total, Status: r.summary.Status})
	return nil
}
