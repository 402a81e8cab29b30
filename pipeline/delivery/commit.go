package delivery

import (
	"encoding/json"
	"io"
	"os"
	"slices"
	"time"

	"loanmap/io/disk"
)

// target is where a file of the run goes.
func (q *Request) target(path string) disk.Target {
	return disk.Target{Path: path, Stream: q.Stdout, Disk: q.Disk}
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
func (f *Files) named() []named {
	t := f.targets
	if f.part != nil {
		return []named{{t.Output, f.part.file}}
	}
	list := []named{{t.Output, f.output}}
	if f.report != nil {
		list = append(list, named{t.Report, f.report})
	}
	if f.ready != nil {
		list = append(list, named{t.Ready, f.ready.writer})
	}
	if f.changes != nil {
		list = append(list, named{t.Changes, f.changes.writer})
	}
	slices.SortStableFunc(list, func(a, b named) int {
		switch sa, sb := Streamed(a.path), Streamed(b.path); {
		case sa == sb:
			return 0
		case sa:
			return -1
		}
		return 1
	})
	return list
}

// Accounts makes the account of a run, which is written to its summary as JSON.
type Accounts struct {
	// Finished returns the account of a run that has finished, and whose output has
	// this digest.
	Finished func(outputSHA256 string) any
	// Unfinished returns that of one that has not, with the files that are complete.
	Unfinished func(failure string, whole []Whole) any
}

// Commit gives the files of a run their names. No system does that to several at
// once. So everything is safely on disk before the first one gets its name, so that
// hardly anything can fail between them; until the last one, the summary, has
// got its name, a summary says that the run has not finished, and which files are
// complete. The errors sheet is part of the output.
func (f *Files) Commit(a Accounts) error {
	if err := f.seal(a); err != nil {
		return err
	}
	if summary := f.targets.Summary; !Streamed(summary) { // whose reader is to get one summary, not two
		if err := f.WriteAccount(summary, a.Unfinished("stopped while its files were being renamed", f.Whole)); err != nil {
			return err
		}
	}
	for i, n := range append(f.named(), named{f.targets.Summary, f.summary}) {
		if err := n.file.Commit(); err != nil {
			for _, before := range f.named()[:i] {
				f.Log.Warn("{path} is complete, but not all other files are; run the same command again to write them", "event", "file_written_alone", "path", before.path)
			}
			return err
		}
	}
	return nil
}

// seal has everything safely on disk, and notes what is there. The summary
// comes last: it holds the digest of the output.
func (f *Files) seal(a Accounts) error {
	if f.part != nil {
		if err := f.part.seal(a.Finished("")); err != nil {
			return err
		}
	}
	for _, n := range f.named() {
		if err := n.file.Seal(); err != nil {
			return err
		}
		if Streamed(n.path) {
			continue
		}
		is, err := n.file.Stat()
		if err != nil {
			return err
		}
		f.Whole = append(f.Whole, Whole{n.path, is.Size(), is.ModTime()})
	}
	if f.into != nil {
		f.into.release()
	}
	f.errors.release()
	digest, err := f.digest()
	if err != nil {
		return err
	}
	if err := writeJSON(f.summary, a.Finished(digest)); err != nil {
		return err
	}
	return f.summary.Seal()
}

// digest returns that of the output, or of the part.
func (f *Files) digest() (string, error) {
	if f.part != nil {
		return f.part.file.Digest()
	}
	return f.output.Digest()
}

// WriteAccount writes the account of a run that has not finished to path. It does not
// wait for a reader.
func (q *Request) WriteAccount(path string, account any) error {
	target := q.target(path)
	target.NoWait = true
	file, err := disk.Create(target)
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
