package main

import (
	"context"
	"fmt"
	"time"

	"loanmap/io/loanpro/sandbox"
)

// sandboxCommand is `loanmap sandbox`.
type sandboxCommand struct {
	Listen    string        `default:"127.0.0.1:4010" placeholder:"ADDR" help:"Address to serve on, of this machine only. Port 0 picks a free one. (${default})"`
	Loans     int           `default:"2000" help:"How many loans to make, at most 1,000,000 (${default})."`
	People    int           `default:"0" help:"How many people to make in addition to those with loans (${default})."`
	Present   float64       `default:"1" placeholder:"SHARE" help:"Share of all people who are customers (people with loans always are). The others occur in rows only (${default})."`
	Seed      uint64        `default:"1" help:"The same seed makes the same tenant (${default})."`
	TenantDir string        `placeholder:"DIR" help:"Read loans.csv and customers.csv from here instead of making them."`
	Export    string        `placeholder:"DIR" help:"Write the tenant's loans.csv and customers.csv there, then exit."`
	Rows      int           `default:"0" placeholder:"N" help:"With --export: also write rows.csv, a noisy export of N people, with the right system ID (0: not in the tenant) in truth and the difficulty in trap."`
	Limit     int           `help:"Answer 429 above this many requests per second; 0 means no limit (${default})." default:"0"`
	Latency   time.Duration `default:"0s" help:"Delay every answer by this (${default})."`

	sandbox.Shape  `embed:"" group:"How tenants differ:"`
	sandbox.Faults `embed:"" prefix:"fault-" group:"Faults (a SHARE is from 0 to 1):"`

	logFlags
}

// Validate checks combinations and ranges, which kong does not.
func (c *sandboxCommand) Validate() error {
	switch {
	case c.Rows < 0:
		return fmt.Errorf("--rows must be 0 or more")
	case c.Rows > 0 && c.Export == "":
		return fmt.Errorf("--rows needs --export")
	case !(c.Present > 0 && c.Present <= 1):
		return fmt.Errorf("--present must be above 0 and at most 1")
	}
	return nil
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
	tenant, err := sandbox.New(sandbox.Options{
		Loans: c.Loans, People: c.People, Present: c.Present, Seed: c.Seed, Dir: c.TenantDir, Limit: c.Limit, Latency: c.Latency, Log: screen.log,
		Shape: c.Shape, Faults: c.Faults,
	})
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
