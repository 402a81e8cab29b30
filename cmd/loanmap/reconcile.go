package main

import (
	"context"

	"loanmap/pipeline/delivery"
)

// reconcileCommand is `loanmap reconcile`.
type reconcileCommand struct {
	resolveFlags

	Against string `xor:"before" placeholder:"FILE" help:"Compare with this previous output. It is never replaced. Default: what INPUT itself holds, loanmap's own columns or a column of system IDs."`
	Expect  string `xor:"before" placeholder:"COLUMN" help:"Compare with this column of INPUT, which holds the expected system IDs: its header, letter or number. An empty cell means that no match is expected."`
	Changes string `placeholder:"FILE" help:"Changes, one line for each ID or name. Default: OUTPUT.changes.csv, without OUTPUT's ending."`

	AllowLost   delivery.Share `default:"${allow_lost}" placeholder:"N%" help:"Share of the previous matches that may be lost. If more are (and at least 3), nothing is written (${default})."`
	AllowShrink delivery.Share `default:"${allow_shrink}" placeholder:"N%" help:"Share of rows that INPUT may lack compared with the previous output. If more are missing (and at least 3), or INPUT has no rows, nothing is written (${default})."`
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
