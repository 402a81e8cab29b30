package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"loanmap/io/sheet"
	"loanmap/pipeline"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// resolveCommand is `loanmap resolve`.
type resolveCommand struct {
	resolveFlags

	Explain int `group:"Output:" placeholder:"ROW" min:"1" help:"Show why a row of INPUT, by its line number, is decided as it is, with its first candidates. Writes no file."`

	Into string `group:"Output:" placeholder:"OUTPUT" complete:"sheets" help:"INPUT is the corrected error report of this output: fill in the rows that match now. Both files are replaced (loanmap help corrections)."`
}

// Validate refuses what cannot be combined.
func (c *resolveCommand) Validate() error {
	for _, flag := range []struct {
		name  string
		given bool
	}{{"--output", c.Output != ""}, {"--import-ready", c.ImportReady != ""}, {"--errors-sheet", c.ErrorsSheet}, {"--prefix", c.Prefix != ""}, {"--shard", c.Shard.Of > 0 || c.Shards > 0}} {
		if flag.given && c.Into != "" {
			return question.Usage(flag.name+" cannot be combined with --into: the output already exists", "leave "+flag.name+" out")
		}
	}
	if c.Explain > 0 && c.JSON {
		return question.Usage("--json cannot be combined with --explain, which writes text for people", "leave one of them out")
	}
	return c.resolveFlags.Validate()
}

// resolveFlags are the flags of every command that resolves a sheet, in the groups
// and the order in which the help shows them.
type resolveFlags struct {
	Input string `arg:"" name:"INPUT" complete:"sheets" help:"The sheet: .csv or .xlsx, or - for CSV on standard input."`

	inputFlags      `embed:"" group:"Input:"`
	outputFlags     `embed:"" group:"Output:"`
	matchingFlags   `embed:"" group:"Matching:"`
	connectionFlags `embed:"" group:"Connection:"`
	paceFlags       `embed:"" group:"Pace:"`
	resumeFlags     `embed:"" group:"Resuming:"`
	shardFlags      `embed:"" group:"Shards:"`
	exitFlags       `embed:"" group:"Messages:"`
	logFlags        `embed:"" group:"Messages:"`
}

// inputFlags say what to read and how.
type inputFlags struct {
	By     string `enum:",${kinds}" default:"" placeholder:"KIND" help:"What the rows hold: ${kinds_list}. Detected from the header (loanmap help options)."`
	Column string `placeholder:"NAME" help:"Column of these IDs or names: its header, letter or number. Detected from the header if unmistakable."`
	Sheet  string `placeholder:"NAME" help:"Sheet of a workbook, by name or number. Default: the first visible sheet that is not empty."`

	HeaderRow int             `placeholder:"N" min:"1" help:"Row of the header of a workbook, or its line in a text file. What is above it is left out. Default: detected in a workbook, else the first line."`
	NoHeader  bool            `help:"The first row of a text file is a row like any other. Its columns are named Column A, Column B, …"`
	Encoding  sheet.Encoding  `placeholder:"NAME" help:"Encoding of a text file by any usual name, such as utf-8, windows-1252, macintosh or cp850. Detected from the content."`
	Delimiter sheet.Delimiter `placeholder:"CHAR" help:"Delimiter of a text file: comma, semicolon, tab, pipe or a character. Detected from the content."`
}

// outputFlags say what to write and where.
type outputFlags struct {
	Output        string `short:"o" placeholder:"FILE" complete:"sheets" help:"Enriched sheet, .csv or .xlsx, - for CSV on standard output. Default: INPUT.resolved.EXT."`
	Errors        string `placeholder:"FILE" help:"Report of the rows that are not matched. Default: OUTPUT.errors.csv, without OUTPUT's ending and .resolved; .xlsx if INPUT is a workbook."`
	Summary       string `placeholder:"FILE" help:"Summary of the run, as JSON, - for standard output. Default: OUTPUT.summary.json, likewise."`
	Force         bool   `help:"Replace files that exist."`
	ErrorsSheet   bool   `help:"Also write the rows that are not matched to a sheet named Errors of the output workbook."`
	ImportReady   string `placeholder:"FILE" help:"Also write the matched rows to FILE, in the form that LoanPro's own import takes."`
	GuardFormulas bool   `help:"In CSV, put an apostrophe before input cells that a spreadsheet would take for a formula."`
	Prefix        string `placeholder:"TEXT" help:"Prefix for added column names."`
	Page          string `name:"url-template" placeholder:"URL" help:"Add links to the pages of the records and candidates; URL holds {tenant}, {loan_id} or {customer_id} in place of their IDs."`
	JSON          bool   `name:"json" help:"Also print the summary on standard output (loanmap help files)."`
	DryRun        bool   `help:"Read and check the input and show how many requests it needs. Nothing is asked or written."`
}

// matchingFlags say what counts as a match, and how thoroughly LoanPro is asked.
type matchingFlags struct {
	Evidence           map[question.Evidence]string `mapsep:"," placeholder:"KIND=COLUMN,…" help:"With --by customer: columns that identify the person, such as email=D,zip=-. Detected from the header (loanmap help names)."`
	Decisions          string                       `placeholder:"FILE" complete:"decisions" help:"Apply the decisions of loanmap review in FILE, as long as the records are what they were (loanmap help nightly)."`
	AcceptNameOnly     bool                         `help:"With --by customer: accept the only customer of exactly that name if a row holds no other evidence. Such matches are wrong more often."`
	MaxRisk            lookup.Chance                `default:"${max_risk}" placeholder:"1/N" help:"With --by customer and a scan: accept weak evidence that is wrong less often (${default}; loanmap help names)."`
	Plan               lookup.Access                `enum:"auto,search,scan" default:"auto" placeholder:"HOW" help:"How records are looked up: search for each row, scan all records first, or auto: whichever takes fewer requests (${default})."`
	VerifyMissing      bool                         `help:"Also ask the tenant's database for what its search does not find, if the tenant allows it."`
	RetryNotFoundAfter time.Duration                `placeholder:"TIME" above:"0" help:"At the end wait this long, such as 2m, and ask again for what was not found: the search may lag behind an import."`
}

// paceFlags say how fast LoanPro is asked.
type paceFlags struct {
	Rate    float64 `default:"${rate}" above:"0" max:"1000" placeholder:"N" help:"Maximum requests per second (${default})."`
	Workers int     `default:"${workers}" min:"1" max:"64" placeholder:"N" help:"Requests in flight at once (${default})."`
	Batch   int     `default:"${batch}" min:"1" max:"default" placeholder:"N" help:"Maximum IDs per request; never more than the tenant is measured to take (${default})."`
}

// resumeFlags say when a run stops, and when the next one resumes.
type resumeFlags struct {
	MaxDuration  time.Duration `placeholder:"TIME" above:"0" help:"Stop after this time, such as 4h; the same command resumes from there."`
	ResumeWithin time.Duration `default:"24h" placeholder:"TIME" above:"0" help:"Resume an interrupted run started within this time (${default})."`
	Fresh        bool          `help:"Ignore saved progress: ask for every row again."`
}

// Validate refuses what cannot be combined.
func (c *resolveFlags) Validate() (err error) {
	c.Shard, err = c.shard()
	switch {
	case err != nil:
		return err
	case c.HeaderRow > 0 && c.NoHeader:
		return question.Usage("--header-row and --no-header cannot be combined", "leave out --header-row: without a header, the rows begin on the first line")
	case c.By != question.Names.Flag && c.By != "" && (len(c.Evidence) > 0 || c.AcceptNameOnly):
		return evidenceNeedsNames(c.By)
	}
	return checkPage(c.Page)
}

func evidenceNeedsNames(by string) error {
	return question.Usage("--evidence and --accept-name-only need --by customer", fmt.Sprintf("leave them out, or give --by customer in place of --by %s", by))
}

// checkPage refuses a template of addresses without a place for an ID.
func checkPage(template string) error {
	if template == "" || strings.Contains(template, "{loan_id}") || strings.Contains(template, "{customer_id}") {
		return nil
	}
	return question.Usage(fmt.Sprintf("--url-template: %q holds neither {loan_id} nor {customer_id}", template),
		"copy the address of a record's page and put {loan_id} or {customer_id} in place of its ID")
}

// Run resolves the sheet and shows the result.
func (c *resolveCommand) Run(ctx context.Context, s *streams, code *int) error {
	screen := newScreen(s.err, c.logFlags)
	job := c.job(s, screen)
	if c.Into != "" {
		job.Output.Into, job.Input.Sheet = &delivery.Into{Output: c.Into, Sheet: c.Sheet}, ""
		if c.By == "" && c.Column != "" {
			job.Input.By = "" // the output says it
		}
	}
	if c.Explain > 0 {
		return c.explain(ctx, job, s, screen)
	}
	return c.run(ctx, job, screen, code)
}

// explain shows how one row is decided. Values of the row go to a terminal only: that is
// the user's.
func (c *resolveCommand) explain(ctx context.Context, job *pipeline.Job, s *streams, screen *screen) error {
	file, _ := s.out.(*os.File)
	values := file != nil && term.IsTerminal(int(file.Fd()))
	var text bytes.Buffer
	err := c.with(job, screen, func() error { return job.Explain(ctx, c.Explain, values, &text) })
	if err == nil {
		_, err = text.WriteTo(s.out)
	}
	return c.failed(ctx, screen, err)
}

// run runs job, shows the result and sets code to the exit code.
func (c *resolveFlags) run(ctx context.Context, job *pipeline.Job, screen *screen, code *int) error {
	// When a reader such as head goes away, writing fails with an error, so that
	// the run still removes its staged files. By default the signal would kill it.
	signal.Ignore(syscall.SIGPIPE)
	ctx, cancel := limited(ctx, c.MaxDuration)
	defer cancel()
	summary, err := c.resolve(ctx, job, screen)
	if err != nil {
		err = explain(ctx, c.withProfile(err), job.Resumable())
		screen.fail(err)
	}
	if c.JSON {
		err = printSummary(job.Output.Stdout, summary, err, screen)
	}
	if err != nil {
		return err
	}
	if c.DryRun {
		screen.rehearsed(summary)
		return nil
	}
	*code = c.apply(outcomeCode(summary))
	screen.finished(summary, *code)
	if c.Sandbox {
		screen.log.Warn("these IDs are made up: they come from the sandbox", "event", "made_up_ids")
	}
	return nil
}

// printSummary prints the account of a run, also of one that has failed, if the run has
// got so far as to give one. It returns failed, or why it cannot print.
func printSummary(out io.Writer, summary *pipeline.Summary, failed error, screen *screen) error {
	if summary == nil || failed != nil && summary.Failure == "" {
		return failed
	}
	err := summary.Print(out)
	if err == nil || failed != nil {
		return failed
	}
	err = hinted{fmt.Errorf("printing the summary on standard output: %w", err), "the files are complete; the summary is in " + summary.Path}
	screen.fail(err)
	return err
}

func (c *resolveFlags) resolve(ctx context.Context, job *pipeline.Job, screen *screen) (summary *pipeline.Summary, err error) {
	screen.giveWay(job.Output)
	err = c.with(job, screen, func() error {
		summary, err = job.Run(ctx)
		return err
	})
	return summary, err
}

// with does work on a job that has a client, unless it is a dry run, and shows its progress.
func (c *resolveFlags) with(job *pipeline.Job, screen *screen, work func() error) error {
	defer screen.watch()()
	if c.DryRun {
		c.announcePlanned(screen.log)
		return work()
	}
	client, disconnect, err := c.connect(c.Workers, c.Rate, screen.log)
	if err != nil {
		return err
	}
	defer disconnect()
	c.announce(client.Host(), screen.log)
	screen.aboutTenant = cmp.Or(c.aboutTenant(), screen.aboutTenant)
	job.Lookup.Client = client
	screen.await(client.Waiting)
	return work()
}

func (c *resolveFlags) job(s *streams, screen *screen) *pipeline.Job {
	return &pipeline.Job{
		Input: pipeline.Input{
			Path: c.Input, Stdin: s.in, Sheet: c.Sheet, HeaderRow: c.HeaderRow, NoHeader: c.NoHeader, Encoding: c.Encoding, Delimiter: c.Delimiter,
			By: c.by(), Column: c.Column, Evidence: c.Evidence, AcceptNameOnly: c.AcceptNameOnly,
		},
		Output: delivery.Output{
			Path: c.Output, Stdout: s.out, Errors: c.Errors, Summary: c.Summary, ImportReady: c.ImportReady, Force: c.Force,
			Prefix: c.Prefix, Page: c.Page, ErrorsSheet: c.ErrorsSheet, GuardFormulas: c.GuardFormulas, JSON: c.JSON, MadeUp: c.Sandbox,
		},
		Lookup: lookup.Options{Batch: c.Batch, Workers: c.Workers, Rate: c.Rate, VerifyMissing: c.VerifyMissing, Plan: c.Plan, MaxRisk: c.MaxRisk, Shard: c.Shard},
		Resume: pipeline.Resume{Fresh: c.Fresh, Within: c.ResumeWithin, RetryNotFoundAfter: c.RetryNotFoundAfter},
		DryRun: c.DryRun, Decisions: c.Decisions, Version: versionText(), Log: screen.log, Progress: screen.progressed,
	}
}

// by returns what the flags say that rows hold; empty: detect it from the header.
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
	return context.WithTimeoutCause(ctx, duration, fmt.Errorf("reached --max-duration %s", duration))
}

// stoppedError is a run that was interrupted.
type stoppedError struct {
	cause     error
	resumable bool // a journal is there, and the same command resumes from it
}

func (e *stoppedError) Error() string { return "stopped: " + e.cause.Error() }

// Advice returns what the person can do about it.
func (e *stoppedError) Advice() string {
	if !e.resumable {
		return "nothing was written; run the same command again"
	}
	return "nothing was written; run the same command again to resume"
}

// explain returns err, or a stoppedError where ctx has ended: what fails after
// that is a consequence of the interruption.
func explain(ctx context.Context, err error, resumable bool) error {
	if ctx.Err() == nil {
		return err
	}
	return &stoppedError{context.Cause(ctx), resumable}
}

// outcomeCode returns the exit code of a run that finished.
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
