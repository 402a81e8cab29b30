package pipeline

import (
	"encoding/json"
	"io"
	"os"
	"slices"
	"time"

	"loanmap/io/sheet"
)

// target is where a file of the run goes.
func (q *request) target(path string) sheet.Target {
	return sheet.Target{Path: path, Stream: q.Stdout, Disk: q.Disk}
}

// Whole is a file that was complete when its run was stopped, and may or may not
// have got its name. The next run may replace it, while it is as it was.
type Whole struct {
	Path     string    `json:"file"`
	Size     int64     `json:"bytes"`
	Modified time.Time `json:"modified"`
}

// named is a file in the making and the name that it is to get.
type named struct {
	path string
	file interface {
		Seal() error
		Stat() (os.FileInfo, error)
		Commit() error
	}
}

// named lists the files of a run but for the summary, streams first: what reads
// them may be gone, and then nothing is to be replaced.
func (f *files) named() []named {
	t := f.targets
	list := []named{{t.output, f.output}, {t.report, f.report}}
	if f.ready != nil {
		list = append(list, named{t.ready, f.ready.writer})
	}
	if f.changes != nil {
		list = append(list, named{t.changes, f.changes.writer})
	}
	slices.SortStableFunc(list, func(a, b named) int {
		switch sa, sb := streamed(a.path), streamed(b.path); {
		case sa == sb:
			return 0
		case sa:
			return -1
		}
		return 1
	})
	return list
}

// accounts makes the account of a run, which is written to its summary as JSON.
type accounts struct {
	// finished returns the account of a run that has finished, and whose output has
	// this digest.
	finished func(outputSHA256 string) any
	// unfinished returns that of one that has not, with the files that are complete.
	unfinished func(failure string, whole []Whole) any
}

// commit gives the files of a run their names. No system does that to several at
// once. So everything is safely on disk before the first one gets its name, so that
// hardly anything can fail between them; until the last one, the summary, has
// got its name, a summary says that the run has not finished, and which files are
// complete. The errors sheet is part of the output.
func (f *files) commit(a accounts) error {
	if err := f.seal(a); err != nil {
		return err
	}
	if summary := f.targets.summary; !streamed(summary) { // whose reader is to get one summary, not two
		if err := f.writeAccount(summary, a.unfinished("stopped while its files were given their names", f.whole)); err != nil {
			return err
		}
	}
	for i, n := range append(f.named(), named{f.targets.summary, f.summary}) {
		if err := n.file.Commit(); err != nil {
			for _, before := range f.named()[:i] {
				f.log.Warn(before.path + " is written, and right; the same command once more writes the others")
			}
			return err
		}
	}
	return nil
}

// seal has everything safely on disk, and notes what is there. The summary
// comes last: it holds the digest of the output.
func (f *files) seal(a accounts) error {
	for _, n := range f.named() {
		if err := n.file.Seal(); err != nil {
			return err
		}
		if streamed(n.path) {
			continue
		}
		is, err := n.file.Stat()
		if err != nil {
			return err
		}
		f.whole = append(f.whole, Whole{n.path, is.Size(), is.ModTime()})
	}
	if f.into != nil {
		f.into.release()
	}
	digest, err := f.output.Digest()
	if err != nil {
		return err
	}
	if err := writeJSON(f.summary, a.finished(digest)); err != nil {
		return err
	}
	return f.summary.Seal()
}

// writeAccount writes the account of a run that has not finished to path. It does not
// wait for a reader.
func (q *request) writeAccount(path string, account any) error {
	target := q.target(path)
	target.Hasty = true
	file, err := sheet.CreateFile(target)
	if err != nil {
		return err
	}
	defer file.Abort()
	if err := writeJSON(file, account); err != nil {
		return err
	}
	return file.Commit()
}

func writeJSON(file io.Writer, account any) error {
	encoder := json.NewEncoder(file)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(account)
}
