package main

import (
	"context"
	"path/filepath"

	"loanmap/pipeline"
	"loanmap/pipeline/delivery"
)

// mergeCommand is `loanmap merge`.
type mergeCommand struct {
	Parts []string `arg:"" name:"PART" help:"The parts of all shards of one job, in any order. * in a name is for any text: OUTPUT.*-of-N.part."`

	Input      string `group:"Input:" placeholder:"FILE" help:"The sheet that the shards have read. Default: the file that they were given."`
	mergeFlags `embed:"" group:"Output:"`
	exitFlags  `embed:"" group:"Messages:"`
	logFlags   `embed:"" group:"Messages:"`
}

// mergeFlags say where the merged files go.
type mergeFlags struct {
	Output      string `short:"o" placeholder:"FILE" help:"Enriched sheet, .csv or .xlsx. This file and the next are by default those that the shards were given."`
	Errors      string `placeholder:"FILE" help:"Report of the rows that are not matched."`
	Summary     string `placeholder:"FILE" help:"Summary of the job, as JSON, - for standard output."`
	ImportReady string `placeholder:"FILE" help:"Also write the matched rows to FILE, in the form that LoanPro's own import takes."`
	Changes     string `placeholder:"FILE" help:"Changes, if the shards were run by loanmap reconcile."`
	Force       bool   `help:"Replace files that exist."`
}

// Run merges the parts and shows the result.
func (c *mergeCommand) Run(ctx context.Context, s *streams, code *int) error {
	screen := newScreen(s.err, c.logFlags)
	merge := &pipeline.Merge{
		Parts: matching(c.Parts), Input: c.Input,
		Output: delivery.Output{
			Path: c.Output, Errors: c.Errors, Summary: c.Summary, ImportReady: c.ImportReady, Force: c.Force, Stdout: s.out,
			Reconcile: &delivery.Reconcile{Changes: c.Changes},
		},
		Version: versionText(), Log: screen.log, Progress: screen.progressed,
	}
	stop := screen.watch()
	summary, err := merge.Run(ctx)
	stop()
	if err != nil {
		err = explain(ctx, err, false)
		screen.fail(err)
		return err
	}
	*code = c.apply(outcomeCode(summary))
	screen.finished(summary, *code)
	return nil
}

// matching returns the files that names are, or match. A container has no shell that
// does it, and neither does Windows.
func matching(names []string) []string {
	var files []string
	for _, name := range names {
		found, err := filepath.Glob(name)
		if err != nil || found == nil {
			found = []string{name} // opening it says what is wrong
		}
		files = append(files, found...)
	}
	return files
}
