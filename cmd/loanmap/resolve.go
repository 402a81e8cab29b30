package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline"
	"loanmap/pipeline/match"
)

// resolveCommand is `loanmap resolve`.
type resolveCommand struct {
	Input string `arg:"" help:"The sheet: .csv or .xlsx, or - for CSV on standard input."`

	By     string `enum:"loan" default:"loan" help:"What the rows name: loan (by display ID)."`
	Column string `placeholder:"NAME" help:"Column of the display IDs: its header, letter or number. Told from the header if unmistakable."`
	Sheet  string `placeholder:"NAME" help:"Sheet of a workbook, by name or number. Default: the first visible one."`

	Output  string `short:"o" placeholder:"FILE" help:"Enriched sheet, .csv or .xlsx, - for CSV on standard output. Default: INPUT.resolved.EXT."`
	Errors  string `placeholder:"FILE" help:"Rows that are not matched, and why. Default: INPUT.errors.csv beside the output."`
	Summary string `placeholder:"FILE" help:"Account of the run, as JSON. Default: INPUT.summary.json beside the output."`
	Prefix  string `placeholder:"TEXT" help:"Begin the names of the added columns with this."`
	Force   bool   `help:"Replace files that exist."`
	DryRun  bool   `help:"Read and check everything, ask and write nothing; say what it would cost."`

	Rate    float64       `default:"5" help:"Most requests per second (${default})."`
	Workers int           `default:"4" help:"Requests under way at once (${default})."`
	Batch   int           `default:"50" help:"Display IDs per request (${default})."`
	Timeout time.Duration `default:"60s" help:"Longest wait for one answer (${default})."`

	Sandbox  bool   `help:"Ask a made-up tenant on this machine instead of LoanPro. The IDs are made up too."`
	BaseURL  string `env:"LOANPRO_BASE_URL" placeholder:"URL" help:"Whole base of the API. Default: ${base_url}."`
	TenantID string `env:"LOANPRO_TENANT_ID" placeholder:"ID" help:"LoanPro's number of your tenant."`
	// A token is never a flag: other users of the machine can read those.
	TokenFile string `env:"LOANPRO_API_TOKEN_FILE" placeholder:"FILE" help:"File that holds the API token, if LOANPRO_API_TOKEN does not."`

	logFlags
}

// Validate checks what kong cannot.
func (c *resolveCommand) Validate() error {
	switch {
	case !(c.Rate > 0 && c.Rate <= 1000):
		return fmt.Errorf("--rate must be above 0 and at most 1000")
	case c.Workers < 1 || c.Workers > 64:
		return fmt.Errorf("--workers must be from 1 to 64")
	case c.Batch < 1 || c.Batch > 500:
		return fmt.Errorf("--batch must be from 1 to 500")
	case c.Timeout <= 0:
		return fmt.Errorf("--timeout must be above 0")
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
	if c.Sandbox {
		tenant, err := c.startSandbox()
		if err != nil {
			return nil, err
		}
		defer tenant.Close()
	}
	client, err := c.client(screen)
	if err != nil {
		return nil, err
	}
	defer client.Close()
	job.Client = client
	return job.Run(ctx)
}

func (c *resolveCommand) job(s *streams, screen *screen) *pipeline.Job {
	return &pipeline.Job{
		Input: c.Input, Sheet: c.Sheet, Column: c.Column, Prefix: c.Prefix,
		Output: c.Output, Errors: c.Errors, Summary: c.Summary, Force: c.Force,
		Batch: c.Batch, Workers: c.Workers, Rate: c.Rate, DryRun: c.DryRun,
		Version: versionText(), Stdin: s.in, Stdout: s.out,
		Log: screen.log, Progress: screen.progress,
	}
}

// startSandbox serves a tenant and points the command at it.
func (c *resolveCommand) startSandbox() (*sandbox.Sandbox, error) {
	tenant, err := sandbox.New(sandbox.Options{})
	if err != nil {
		return nil, err
	}
	if c.BaseURL, err = tenant.Start("127.0.0.1:0"); err != nil {
		return nil, err
	}
	c.TenantID = tenant.TenantID()
	return tenant, nil
}

func (c *resolveCommand) client(screen *screen) (*loanpro.Client, error) {
	token, err := c.token()
	if err != nil {
		return nil, err
	}
	if c.TenantID == "" {
		return nil, &usageError{"LOANPRO_TENANT_ID is not set", noCredentials}
	}
	client, err := loanpro.New(loanpro.Config{
		BaseURL: cmp.Or(c.BaseURL, loanpro.DefaultBaseURL), TenantID: c.TenantID, Token: token,
		Rate: c.Rate, Workers: c.Workers, Timeout: c.Timeout,
		Agent: "loanmap/" + versionText(), Log: screen.log,
	})
	if err != nil {
		return nil, &usageError{err.Error(), "check LOANPRO_BASE_URL and LOANPRO_TENANT_ID"}
	}
	return client, nil
}

const noCredentials = "set LOANPRO_TENANT_ID and LOANPRO_API_TOKEN, or rehearse with --sandbox"

func (c *resolveCommand) token() (loanpro.Token, error) {
	pasted := os.Getenv("LOANPRO_API_TOKEN")
	source := "LOANPRO_API_TOKEN"
	switch {
	case c.Sandbox:
		pasted = sandbox.DefaultToken
	case pasted == "" && c.TokenFile != "":
		source = c.TokenFile
		content, err := os.ReadFile(c.TokenFile)
		if err != nil {
			return loanpro.Token{}, &usageError{err.Error(), "check LOANPRO_API_TOKEN_FILE"}
		}
		pasted = string(content)
	case pasted == "":
		return loanpro.Token{}, &usageError{"LOANPRO_API_TOKEN is not set", noCredentials}
	}
	token, err := loanpro.NewToken(pasted)
	if err != nil {
		return loanpro.Token{}, &usageError{source + ": " + err.Error(), "paste the token again, alone"}
	}
	return token, nil
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
