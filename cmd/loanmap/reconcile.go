package main

import (
	"context"

	"loanmap/pipeline/delivery"
)

// reconcileCommand is `loanmap reconcile`.
type reconcileCommand struct {
	compareFlags `embed:"" group:"Comparing:"`
	resolveFlags
}

// compareFlags say what to compare with.
type compareFlags struct {
	Against string `xor:"before" placeholder:"FILE" complete:"sheets" help:"Compare with this previous output. It is never replaced. Default: what INPUT itself holds (loanmap help reconcile)."`
	Expect  string `xor:"before" placeholder:"COLUMN" help:"Compare with this column of INPUT, which holds the expected system IDs: its header, letter or number."`
	Changes string `placeholder:"FILE" help:"Changes, one line for each ID or name. Default: OUTPUT.changes.csv, without OUTPUT's ending."`

	AllowLost   delivery.Share `default:"${allow_lost}" placeholder:"N%" help:"Share of the previous matches that may be lost. If more are, at least 3, nothing is written (${default})."`
	AllowShrink delivery.Share `default:"${allow_shrink}" placeholder:"N%" help:"Share of rows by which INPUT may be shorter than the previous output. If it is shorter, nothing is written (${default})."`
}

// Run resolves the sheet, compares it with the previous output and shows the result.
func (c *reconcileCommand) Run(ctx context.Context, s *streams, code *int) error {
	screen := newScreen(s.err, c.logFlags)
	job := c.job(s, screen)
	job.Output.Reconcile = &delivery.Reconcile{
		Against: c.Against, Expect: c.Expect, Changes: c.Changes, AllowLost: c.AllowLost, AllowShrink: c.AllowShrink,
	}
	return c.run(ctx, job, screen, code)
}
