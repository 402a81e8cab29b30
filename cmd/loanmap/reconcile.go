package main

import (
	"context"

	"loanmap/pipeline/delivery"
)

// reconcileCommand is `loanmap reconcile`.
type reconcileCommand struct {
	resolveFlags

	Against string `xor:"before" placeholder:"FILE" help:"Compare with this previous output. It is never replaced. Default: what INPUT itself holds: loanmap's own columns, or one of system IDs."`
	Expect  string `xor:"before" placeholder:"COLUMN" help:"Compare with this column of INPUT, of the system IDs that are expected: its header, letter or number. An empty cell expects none."`
	Changes string `placeholder:"FILE" help:"What has changed, a line for each ID or name. Default: OUTPUT.changes.csv, without OUTPUT's ending."`

	AllowLost   delivery.Share `default:"${allow_lost}" placeholder:"N%" help:"How much of what was matched before may be lost. Beyond that, from 3 on, nothing is written (${default})."`
	AllowShrink delivery.Share `default:"${allow_shrink}" placeholder:"N%" help:"By how much INPUT may have fewer rows than the previous output. Beyond that, from 3 rows on or if it has none, nothing is written (${default})."`
}

// Run resolves the sheet, compares, and says on the screen what came of it.
func (c *reconcileCommand) Run(ctx context.Context, s *streams, code *int) error {
	screen := newScreen(s.err, c.logFlags)
	job := c.job(s, screen)
	job.Output.Reconcile = &delivery.Reconcile{
		Against: c.Against, Expect: c.Expect, Changes: c.Changes, AllowLost: c.AllowLost, AllowShrink: c.AllowShrink,
	}
	return c.run(ctx, job, screen, code)
}
