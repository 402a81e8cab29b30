package pipeline

import (
	"io"

	"loanmap/io/sheet"
	"loanmap/pipeline/match"
)

// tints make the statuses of a workbook easy to scan.
var tints = map[string]string{
	string(match.Matched):   "E2EFDA",
	string(match.Ambiguous): "FFF2CC",
	string(match.NotFound):  "F8CBAD",
	string(match.Invalid):   "D9D9D9",
	string(match.Failed):    "FF9999",
}

// files are what a run writes. They appear together or not at all.
type files struct {
	output, report sheet.Writer
	summary        *sheet.File
}

func create(t targets, c *columns, stdout io.Writer) (*files, error) {
	f := new(files)
	var err error
	if f.output, err = sheet.Create(
		sheet.Target{Path: t.output, Stream: stdout},
		sheet.Layout{Header: c.outputHeader(), Added: len(c.added), Tints: tints},
	); err != nil {
		return nil, err
	}
	if f.report, err = sheet.Create(
		sheet.Target{Path: t.report, Stream: stdout},
		sheet.Layout{Header: c.reportHeader(), Added: len(reportColumns)},
	); err != nil {
		f.output.Abort()
		return nil, err
	}
	if f.summary, err = sheet.CreateFile(sheet.Target{Path: t.summary, Stream: stdout}); err != nil {
		f.output.Abort()
		f.report.Abort()
		return nil, err
	}
	return f, nil
}

// commit has everything safely on disk before the first file gets its name, so
// that hardly anything can go wrong between them.
func (f *files) commit() error {
	for _, step := range []func() error{
		f.output.Seal, f.report.Seal, f.summary.Seal,
		f.output.Commit, f.report.Commit, f.summary.Commit,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (f *files) abort() {
	f.output.Abort()
	f.report.Abort()
	f.summary.Abort()
}
