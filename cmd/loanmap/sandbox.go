package main

import (
	"context"
	"fmt"
	"time"

	"loanmap/io/loanpro/sandbox"
)

// sandboxCommand is `loanmap sandbox`.
type sandboxCommand struct {
	Listen    string        `default:"127.0.0.1:4010" placeholder:"ADDR" help:"Address to serve on; this machine's only. Port 0 picks one. (${default})"`
	Loans     int           `default:"2000" help:"How many loans to make up, at most 1,000,000 (${default})."`
	Seed      uint64        `default:"1" help:"The same seed makes the same tenant (${default})."`
	TenantDir string        `placeholder:"DIR" help:"Take loans.csv and customers.csv from here instead of making them up."`
	Export    string        `placeholder:"DIR" help:"Write the tenant's loans.csv and customers.csv there, and end."`
	Limit     int           `help:"Answer 429 to more requests per second than this; 0 for no limit (${default})." default:"0"`
	Latency   time.Duration `default:"0s" help:"Let every answer take this long (${default})."`

	sandbox.Shape  `embed:"" group:"How tenants differ:"`
	sandbox.Faults `embed:"" prefix:"fault-" group:"What goes wrong (a SHARE is from 0 to 1):"`

	logFlags
}

// Run serves the tenant until the command is interrupted.
func (c *sandboxCommand) Run(ctx context.Context, s *streams) error {
	screen := newScreen(s.err, c.logFlags)
	err := c.serve(ctx, s, screen)
	if err != nil {
		screen.fail(err)
	}
	return err
}

func (c *sandboxCommand) serve(ctx context.Context, s *streams, screen *screen) error {
	tenant, err := sandbox.New(sandbox.Options{
		Loans: c.Loans, Seed: c.Seed, Dir: c.TenantDir, Limit: c.Limit, Latency: c.Latency, Log: screen.log,
		Shape: c.Shape, Faults: c.Faults,
	})
	if err != nil {
		return err
	}
	if c.Export != "" {
		return tenant.Export(c.Export)
	}
	base, err := tenant.Start(c.Listen)
	if err != nil {
		return err
	}
	defer tenant.Close()
	if err := printConnection(s, base, tenant); err != nil {
		return err
	}
	screen.log.Info("serving a made-up tenant; Ctrl-C ends it")
	<-ctx.Done()
	counters := tenant.Counters()
	screen.log.Info(fmt.Sprintf("answered %d requests, at most %d in a second; refused %d that were no reads",
		counters.Requests, counters.PeakPerSecond, counters.Refused))
	return nil
}

// printConnection says how to reach the tenant, in the words of a shell.
func printConnection(s *streams, base string, tenant *sandbox.Sandbox) error {
	_, err := fmt.Fprintf(s.out, "export LOANPRO_BASE_URL=%s\nexport LOANPRO_TENANT_ID=%s\nexport LOANPRO_API_TOKEN='%s'\n",
		base, tenant.TenantID(), tenant.Token())
	return err
}
