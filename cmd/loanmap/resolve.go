package main

import (
	"context"
	"fmt"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// resolveCommand is `loanmap resolve`.
type resolveCommand struct {
	resolveFlags

	Into string `placeholder:"OUTPUT" help:"INPUT is the corrected error report of this output: fill in the rows that are matched now, and leave the others in the report. Both files are replaced. --sheet is then the output's."`
}

// Validate checks what kong cannot.
func (c *resolveCommand) Validate() error {
	if c.Into != "" && (c.Output != "" || c.ImportReady != "" || c.ErrorsSheet || c.Prefix != "") {
		return fmt.Errorf("--output, --import-ready, --errors-sheet and --prefix do not go with --into: the output is there already")
	}
	return c.resolveFlags.Validate()
}

// resolveFlags are what is said of a sheet that is to be resolved.
type resolveFlags struct {
	Input string `arg:"" help:"The sheet: .csv or .xlsx, or - for CSV on standard input."`

	By       string                       `enum:",${kinds}" default:"" placeholder:"KIND" help:"What the rows hold: ${kinds_help}. Told from the header: customer if it names people and no loans, else loan. A cell with the address of a LoanPro page counts as the IDs in it."`
	Column   string                       `placeholder:"NAME" help:"Column of these IDs or names: its header, letter or number. Told from the header if unmistakable."`
	Evidence map[question.Evidence]string `mapsep:"," placeholder:"KIND=COLUMN,…" help:"With --by customer: columns that tell who a row is about, - for none: first, middle, last, suffix, company, email, phone, birth, ssn, zip, custom-id, loan. Told from the header if unmistakable."`

	AcceptNameOnly bool `help:"With --by customer: take the only customer of exactly that name where a row holds nothing else to tell by. Such matches are wrong more often."`

	Sheet string `placeholder:"NAME" help:"Sheet of a workbook, by name or number. Default: the first visible one with something in it."`

	HeaderRow int             `placeholder:"N" help:"Row of the header of a workbook. Told from the content: titles above it are left out."`
	Encoding  sheet.Encoding  `placeholder:"NAME" help:"Encoding of a text file: utf-8, utf-16, utf-16le, utf-16be or windows-1252. Told from the content."`
	Delimiter sheet.Delimiter `placeholder:"SIGN" help:"Delimiter of a text file: comma, semicolon, tab, pipe or a sign. Told from the content."`

	Output        string `short:"o" placeholder:"FILE" help:"Enriched sheet, .csv or .xlsx, - for CSV on standard output. Default: INPUT.resolved.EXT."`
	Errors        string `placeholder:"FILE" help:"Rows that are not matched, and why. Default: OUTPUT.errors.csv, without OUTPUT's ending and .resolved."`
	Summary       string `placeholder:"FILE" help:"Account of the run, as JSON. Default: OUTPUT.summary.json, likewise."`
	ImportReady   string `placeholder:"FILE" help:"Write the matched rows there, too, as LoanPro's own import takes them."`
	ErrorsSheet   bool   `help:"Add the rows that are not matched to the output, a workbook, as a sheet Errors."`
	GuardFormulas bool   `help:"Let cells of the input that a spreadsheet would take for a formula begin with an apostrophe in CSV."`
	Prefix        string `placeholder:"TEXT" help:"Begin the names of the added columns with this."`
	Page          string `name:"url-template" placeholder:"URL" help:"Add a column page_url with the address of each record's page; {tenant}, {loan_id} and {customer_id} stand for its IDs."`
	Force         bool   `help:"Replace files that exist."`

	Fresh        bool          `help:"Ask everything anew, whatever an interrupted run of the same command has paid for."`
	ResumeWithin time.Duration `default:"24h" placeholder:"TIME" help:"Go on with an interrupted run that was begun no longer ago than this (${default})."`
	MaxDuration  time.Duration `placeholder:"TIME" help:"Stop after this, such as 4h; the same command goes on from there."`

	DryRun bool `help:"Read and check everything, ask and write nothing; say what it would cost."`

	Rate    float64 `default:"${rate}" help:"Most requests per second (${default})."`
	Workers int     `default:"${workers}" help:"Requests under way at once (${default})."`
	Batch   int     `default:"${batch}" help:"Most IDs per request; never more than the tenant proves to take (${default})."`

	RetryNotFoundAfter time.Duration `placeholder:"TIME" help:"Wait so long at the end, such as 2m, and ask once more for what was not found: LoanPro's search may lag behind an import."`

	VerifyMissing bool `help:"Ask the tenant's database, too, for what its search does not find, if it answers."`

	connectionFlags
	logFlags
}

// Validate checks what kong cannot.
func (c *resolveFlags) Validate() error {
	switch {
	case !(c.Rate > 0 && c.Rate <= 1000):
		return fmt.Errorf("--rate must be above 0 and at most 1000")
	case c.Workers < 1 || c.Workers > 64:
		return fmt.Errorf("--workers must be from 1 to 64")
	case c.Batch < 1 || c.Batch > loanpro.MaxBatch:
		return fmt.Errorf("--batch must be from 1 to %d", loanpro.MaxBatch)
	case c.HeaderRow < 0:
		return fmt.Errorf("--header-row counts from 1")
	case c.Patience <= 0:
		return fmt.Errorf("--patience must be above 0")
	case c.Timeout <= 0 || c.ResumeWithin <= 0 || c.MaxDuration < 0 || c.RetryNotFoundAfter < 0:
		return fmt.Errorf("--timeout, --resume-within, --max-duration and --retry-not-found-after must be above 0")
	case c.By != question.Names.Flag && c.By != "" && (len(c.Evidence) > 0 || c.AcceptNameOnly):
		return fmt.Errorf("--evidence and --accept-name-only go with --by customer")
	case c.Page != "" && !strings.Contains(c.Page, "{loan_id}") && !strings.Contains(c.Page, "{customer_id}"):
		return fmt.Errorf("--url-template must hold {loan_id} or {customer_id}")
	}
	return nil
}

// Run resolves the sheet and says on the screen what came of it.
func (c *resolveCommand) Run(ctx context.Context, s *streams, code *int) error {
	screen := newScreen(s.err, c.logFlags)
	job := c.job(s, screen)
	if c.Into != "" {
		job.Output.Into, job.Input.Sheet = &delivery.Into{Output: c.Into, Sheet: c.Sheet}, ""
	}
	return c.run(ctx, job, screen, code)
}

// run does a job and says what came of it. It gives code the exit code.
func (c *resolveFlags) run(ctx context.Context, job *pipeline.Job, screen *screen, code *int) error {
	// A reader of the output or of the messages that has gone, such as head, is an
	// error of writing, after which a run clears its files away, and not a death.
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := limited(ctx, c.MaxDuration)
	defer cancel()
	summary, err := c.resolve(ctx, job, screen)
	if err != nil {
		err = explain(ctx, err, job.Resumable())
		screen.fail(err)
		return err
	}
	if c.DryRun {
		screen.rehearsed(summary)
		return nil
	}
	screen.finished(summary)
	if c.Sandbox {
		screen.log.Warn("these IDs are made up: they come from the sandbox")
	}
	*code = outcomeCode(summary)
	return nil
}

func (c *resolveFlags) resolve(ctx context.Context, job *pipeline.Job, screen *screen) (*pipeline.Summary, error) {
	defer screen.clear()
	if c.DryRun {
		return job.Run(ctx)
	}
	client, disconnect, err := c.connect(c.Workers, c.Rate, screen.log)
	if err != nil {
		return nil, err
	}
	defer disconnect()
	job.Lookup.Client = client
	return job.Run(ctx)
}

func (c *resolveFlags) job(s *streams, screen *screen) *pipeline.Job {
	return &pipeline.Job{
		Input: pipeline.Input{
			Path: c.Input, Stdin: s.in, Sheet: c.Sheet, HeaderRow: c.HeaderRow, Encoding: c.Encoding, Delimiter: c.Delimiter,
			By: c.by(), Column: c.Column, Evidence: c.Evidence, AcceptNameOnly: c.AcceptNameOnly,
		},
		Output: delivery.Output{
			Path: c.Output, Stdout: s.out, Errors: c.Errors, Summary: c.Summary, ImportReady: c.ImportReady, Force: c.Force,
			Prefix: c.Prefix, Page: c.Page, ErrorsSheet: c.ErrorsSheet, GuardFormulas: c.GuardFormulas,
		},
		Lookup: lookup.Options{Batch: c.Batch, Workers: c.Workers, Rate: c.Rate, VerifyMissing: c.VerifyMissing},
		Resume: pipeline.Resume{Fresh: c.Fresh, Within: c.ResumeWithin, RetryNotFoundAfter: c.RetryNotFoundAfter},
		DryRun: c.DryRun, Version: versionText(), Log: screen.log, Progress: screen.progress,
	}
}

// by is what the rows are said to hold; empty: it is to be told from the header.
func (c *resolveFlags) by() string {
	switch {
	case c.By == "" && (len(c.Evidence) > 0 || c.AcceptNameOnly):
		return question.Names.Flag
	case c.By == "" && c.Column != "":
		return question.DisplayIDs.Flag
	}
	return c.By
}

// limited returns a context that ends after duration, if that is not 0.
func limited(ctx context.Context, duration time.Duration) (context.Context, context.CancelFunc) {
	if duration == 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeoutCause(ctx, duration, fmt.Errorf("%s are over, as --max-duration says", duration))
}

// stoppedError is a run that was interrupted.
type stoppedError struct {
	cause  error
	goesOn bool // the same command has a journal to go on from
}

func (e *stoppedError) Error() string { return "stopped: " + e.cause.Error() }

// Advice returns what the person can do about it.
func (e *stoppedError) Advice() string {
	if !e.goesOn {
		return "nothing was written; run the same command again"
	}
	return "nothing was written; run the same command again, it goes on from where it was"
}

// explain says of an interrupted run that it was, and not what broke by it;
// goesOn: it can be gone on with.
func explain(ctx context.Context, err error, goesOn bool) error {
	if ctx.Err() == nil {
		return err
	}
	return &stoppedError{context.Cause(ctx), goesOn}
}

// outcomeCode is the exit code of a run that finished.
func outcomeCode(s *pipeline.Summary) int {
	switch {
	case s.Unanswered() > 0:
		return exitIncomplete
	case s.Reconciliation != nil && s.Same():
		return exitMatched
	case s.Reconciliation != nil, !s.Clean():
		return exitUnmatched
	}
	return exitMatched
}
