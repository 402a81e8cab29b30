package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/question"
)

// sandboxCommand is `loanmap sandbox`.
type sandboxCommand struct {
	tenantFlags    `embed:"" group:"The tenant:"`
	sandbox.Shape  `embed:"" group:"How tenants differ:"`
	sandbox.Faults `embed:"" prefix:"fault-" group:"Faults (a SHARE is from 0 to 1):"`
	logFlags       `embed:"" group:"Messages:"`
}

// tenantFlags say which tenant to serve, and where.
type tenantFlags struct {
	Listen    string        `default:"127.0.0.1:4010" placeholder:"ADDR" help:"Address to serve on, of this machine only. Port 0 picks a free one. (${default})"`
	Loans     int           `default:"2000" min:"1" max:"1000000" placeholder:"N" help:"How many loans to make, at most 1,000,000 (${default})."`
	People    int           `default:"0" max:"1000000" placeholder:"N" help:"How many people to make in addition to those with loans (${default})."`
	Present   float64       `default:"1" above:"0" placeholder:"SHARE" help:"Share of all people who are customers (people with loans always are). The others occur in rows only (${default})."`
	Distinct  bool          `help:"People who live together have different surnames, and no person has two records."`
	Seed      uint64        `default:"1" placeholder:"N" help:"The same seed makes the same tenant (${default})."`
	TenantDir string        `placeholder:"DIR" help:"Read loans.csv and customers.csv from here instead of making them."`
	Export    string        `placeholder:"DIR" help:"Write the tenant's loans.csv and customers.csv there, then exit."`
	Rows      int           `default:"0" placeholder:"N" help:"With --export: also write rows.csv, a noisy export of N people, with the right system ID (0: not in the tenant) in truth and the difficulty in trap."`
	Limit     int           `default:"0" placeholder:"N" help:"Answer 429 above this many requests per second; 0 means no limit (${default})."`
	Latency   time.Duration `default:"0s" placeholder:"TIME" help:"Delay every answer by this (${default})."`
}

// Validate refuses what cannot be combined.
func (c *sandboxCommand) Validate() error {
	if c.Rows > 0 && c.Export == "" {
		return question.Usage("--rows needs --export", "name the folder for the rows: --export DIR")
	}
	if err := c.options(nil).Check(); err != nil {
		return question.Usage(adviceIn(err, "loanmap sandbox --help lists its flags"))
	}
	return nil
}

// options returns what the flags say of the tenant.
func (c *sandboxCommand) options(log *slog.Logger) sandbox.Options {
	return sandbox.Options{
		Loans: c.Loans, People: c.People, Present: c.Present, Distinct: c.Distinct, Seed: c.tenantFlags.Seed, Dir: c.TenantDir, Limit: c.Limit, Latency: c.Latency, Log: log,
		Shape: c.Shape, Faults: c.Faults,
	}
}

// Run serves the tenant until the command is interrupted.
func (c *sandboxCommand) Run(ctx context.Context, s *streams) error {
	screen := newScreen(s.err, c.logFlags)
	err := c.serve(ctx, s, screen)
	if err != nil {
		screen.fail(hinted{err, "check the flags and the files of the tenant: loanmap sandbox --help describes them"})
	}
	return err
}

func (c *sandboxCommand) serve(ctx context.Context, s *streams, screen *screen) error {
	tenant, err := sandbox.New(c.options(screen.log))
	if err != nil {
		return err
	}
	if c.Export != "" {
		return c.export(tenant)
	}
	base, err := tenant.Start(c.Listen)
	if err != nil {
		return err
	}
	defer tenant.Close()
	if err := printConnection(s, base, tenant); err != nil {
		return err
	}
	screen.log.Info("serving a made-up tenant; Ctrl-C ends it", "event", "sandbox_serving", "url", base)
	<-ctx.Done()
	counters := tenant.Counters()
	screen.log.Info("answered {requests|request|requests}, at most {peak_per_second} in a second; refused {refused} that were neither searches nor reads",
		"event", "sandbox_ended", "requests", counters.Requests, "peak_per_second", counters.PeakPerSecond, "refused", counters.Refused)
	return nil
}

// export writes the tenant's files and, when asked for, rows about its people.
func (c *sandboxCommand) export(tenant *sandbox.Sandbox) error {
	if err := tenant.Export(c.Export); err != nil || c.Rows == 0 {
		return err
	}
	return tenant.ExportRows(c.Export, c.Rows)
}

// printConnection prints the variables that point loanmap at the tenant, as shell commands.
func printConnection(s *streams, base string, tenant *sandbox.Sandbox) error {
	_, err := fmt.Fprintf(s.out, "export LOANPRO_BASE_URL=%s\nexport LOANPRO_TENANT_ID=%s\nexport LOANPRO_API_TOKEN='%s'\n",
		base, tenant.TenantID(), tenant.Token())
	return err
}
