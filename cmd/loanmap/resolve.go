package main

import (
	"context"
	"fmt"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline"
	"loanmap/pipeline/match"
)

// resolveCommand is `loanmap resolve`.
type resolveCommand struct {
	Input string `arg:"" help:"The sheet: .csv or .xlsx, or - for CSV on standard input."`

	By       string                       `enum:",loan,customer,custom-id,loan-id,customer-id" default:"" placeholder:"KIND" help:"What the rows hold: loan for display IDs; customer for names; custom-id for your own customer numbers; loan-id or customer-id for system IDs, which are checked. Told from the header: customer if it names people and no loans, else loan. A cell with the address of a LoanPro page counts as the IDs in it."`
	Column   string                       `placeholder:"NAME" help:"Column of these IDs or names: its header, letter or number. Told from the header if unmistakable."`
	Evidence map[pipeline.Evidence]string `mapsep:"," placeholder:"KIND=COLUMN,…" help:"With --by customer: columns that tell who a row is about, - for none: first, middle, last, suffix, company, email, phone, birth, ssn, zip, custom-id, loan. Told from the header if unmistakable."`

	AcceptNameOnly bool `help:"With --by customer: take the only customer of exactly that name where a row holds nothing else to tell by. Such matches are wrong more often."`

	Sheet string `placeholder:"NAME" help:"Sheet of a workbook, by name or number. Default: the first visible one with something in it."`

	HeaderRow int             `placeholder:"N" help:"Row of the header of a workbook. Told from the content: titles above it are left out."`
	Encoding  sheet.Encoding  `placeholder:"NAME" help:"Encoding of a text file: utf-8, utf-16, utf-16le, utf-16be or windows-1252. Told from the content."`
	Delimiter sheet.Delimiter `placeholder:"SIGN" help:"Delimiter of a text file: comma, semicolon, tab, pipe or a sign. Told from the content."`

	Output        string `short:"o" placeholder:"FILE" help:"Enriched sheet, .csv or .xlsx, - for CSV on standard output. Default: INPUT.resolved.EXT."`
	Errors        string `placeholder:"FILE" help:"Rows that are not matched, and why. Default: INPUT.errors.csv beside the output."`
	Summary       string `placeholder:"FILE" help:"Account of the run, as JSON. Default: INPUT.summary.json beside the output."`
	ImportReady   string `placeholder:"FILE" help:"Write the matched rows there, too, as LoanPro's own import takes them."`
	ErrorsSheet   bool   `help:"Add the rows that are not matched to the output, a workbook, as a sheet Errors."`
	GuardFormulas bool   `help:"Let cells of the input that a spreadsheet would take for a formula begin with an apostrophe in CSV."`
	Prefix        string `placeholder:"TEXT" help:"Begin the names of the added columns with this."`
	Page          string `name:"url-template" placeholder:"URL" help:"Add a column page_url with the address of each record's page; {tenant}, {loan_id} and {customer_id} stand for its IDs."`
	Force         bool   `help:"Replace files that exist."`
	DryRun        bool   `help:"Read and check everything, ask and write nothing; say what it would cost."`

	Rate    float64 `default:"${rate}" help:"Most requests per second (${default})."`
	Workers int     `default:"${workers}" help:"Requests under way at once (${default})."`
	Batch   int     `default:"${batch}" help:"Most IDs per request; never more than the tenant proves to take (${default})."`

	VerifyMissing bool `help:"Ask the tenant's database, too, for what its search does not find, if it answers."`

	connectionFlags
	logFlags
}

// Validate checks what kong cannot.
func (c *resolveCommand) Validate() error {
	switch {
	case !(c.Rate > 0 && c.Rate <= 1000):
		return fmt.Errorf("--rate must be above 0 and at most 1000")
	case c.Workers < 1 || c.Workers > 64:
		return fmt.Errorf("--workers must be from 1 to 64")
	case c.Batch < 1 || c.Batch > loanpro.MaxBatch:
		return fmt.Errorf("--batch must be from 1 to %d", loanpro.MaxBatch)
	case c.HeaderRow < 0:
		return fmt.Errorf("--header-row counts from 1")
	case c.Timeout <= 0:
		return fmt.Errorf("--timeout must be above 0")
	case c.By != "customer" && c.By != "" && (len(c.Evidence) > 0 || c.AcceptNameOnly):
		return fmt.Errorf("--evidence and --accept-name-only go with --by customer")
	case c.Page != "" && !strings.Contains(c.Page, "{loan_id}") && !strings.Contains(c.Page, "{customer_id}"):
		return fmt.Errorf("--url-template must hold {loan_id} or {customer_id}")
	}
	return nil
}

// Run resolves the sheet and says on the screen what came of it.
func (c *resolveCommand) Run(ctx context.Context, s *streams, code *int) error {
	screen := newScreen(s.err, c.logFlags)
	summary, err := c.resolve(ctx, s, screen)
	if err != nil {
		screen.fail(explain(ctx, err))
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

func (c *resolveCommand) resolve(ctx context.Context, s *streams, screen *screen) (*pipeline.Summary, error) {
	defer screen.clear()
	job := c.job(s, screen)
	if c.DryRun {
		return job.Run(ctx)
	}
	client, disconnect, err := c.connect(c.Workers, c.Rate, screen.log)
	if err != nil {
		return nil, err
	}
	defer disconnect()
	job.Client = client
	return job.Run(ctx)
}

func (c *resolveCommand) job(s *streams, screen *screen) *pipeline.Job {
	return &pipeline.Job{
		Input: c.Input, Sheet: c.Sheet, HeaderRow: c.HeaderRow, Encoding: c.Encoding, Delimiter: c.Delimiter,
		By: keys[c.by()], TellBy: c.by() == "", Column: c.Column, Evidence: c.Evidence, AcceptNameOnly: c.AcceptNameOnly, Prefix: c.Prefix, Page: c.Page,
		Output: c.Output, Errors: c.Errors, Summary: c.Summary, ImportReady: c.ImportReady, Force: c.Force,
		ErrorsSheet: c.ErrorsSheet, GuardFormulas: c.GuardFormulas,
		Batch: c.Batch, Workers: c.Workers, Rate: c.Rate, VerifyMissing: c.VerifyMissing, DryRun: c.DryRun,
		Version: versionText(), Stdin: s.in, Stdout: s.out,
		Log: screen.log, Progress: screen.progress,
	}
}

// by is what the rows are said to hold; empty: it is to be told from the header.
func (c *resolveCommand) by() string {
	switch {
	case c.By == "" && (len(c.Evidence) > 0 || c.AcceptNameOnly):
		return "customer"
	case c.By == "" && c.Column != "":
		return "loan"
	}
	return c.By
}

// keys are what --by stands for.
var keys = map[string]loanpro.Key{
	"loan": loanpro.DisplayID, "loan-id": loanpro.LoanID,
	"customer": loanpro.Name, "custom-id": loanpro.CustomID, "customer-id": loanpro.CustomerID,
}

// explain says of an interrupted run that it was, and not what broke by it.
func explain(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return &usageError{"stopped: " + context.Cause(ctx).Error(), "nothing was written; run the same command again"}
}

// outcomeCode is the exit code of a run that finished.
func outcomeCode(s *pipeline.Summary) int {
	switch {
	case s.Status[match.Failed] > 0:
		return exitIncomplete
	case !s.Clean():
		return exitUnmatched
	}
	return exitMatched
}
