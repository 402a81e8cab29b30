package pipeline

import (
	"encoding/json"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"loanmap/io/sheet"
)

// target is where a file of the run goes.
func (j *Job) target(path string) sheet.Target {
	return sheet.Target{Path: path, Stream: j.Output.Stdout, Disk: j.Output.Disk}
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
func (f *files) named(t targets) []named {
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

// commit gives the files of a run their names. No system does that to several at
// once. So everything is safely on disk before the first one gets its name, that
// hardly anything can go wrong between them; until the last one, the summary, has
// got it, a summary says that the run has not finished, and which files are whole.
// What stands beside the output goes with it.
func (r *run) commit(f *files, t targets) error {
	if err := r.seal(f, t); err != nil {
		return err
	}
	meanwhile := *r.summary
	meanwhile.Finished, meanwhile.Failure = false, "stopped while its files were given their names"
	if !streamed(t.summary) { // whose reader is to get one summary, not two
		if err := r.writeUnfinished(t, meanwhile); err != nil {
			return err
		}
	}
	for i, n := range append(f.named(t), named{t.summary, f.summary}) {
		if err := n.file.Commit(); err != nil {
			for _, before := range f.named(t)[:i] {
				r.Log.Warn(before.path + " is written, and right; the same command once more writes the others")
			}
			return err
		}
	}
	return nil
}

// seal has everything safely on disk, and takes note of what is there. The summary
// comes last: it holds the digest of the output.
func (r *run) seal(f *files, t targets) error {
	for _, n := range f.named(t) {
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
		r.whole = append(r.whole, Whole{n.path, is.Size(), is.ModTime()})
	}
	if f.into != nil {
		f.into.release()
	}
	var err error
	if r.summary.OutputSHA256, err = f.output.Digest(); err != nil {
		return err
	}
	if err := r.summary.write(f.summary); err != nil {
		return err
	}
	return f.summary.Seal()
}

// writeUnfinished writes the account of a run that has not finished. It waits for
// no reader.
func (r *run) writeUnfinished(t targets, s Summary) error {
	s.Whole = r.whole
	target := r.target(t.summary)
	target.Hasty = true
	file, err := sheet.CreateFile(target)
	if err != nil {
		return err
	}
	defer file.Abort()
	if err := s.write(file); err != nil {
		return err
	}
	return file.Commit()
}

// account is what a run wants to know of the summary of one before it.
type account struct {
	Version  *string   `json:"version"`
	Run      string    `json:"run"`
	Started  time.Time `json:"started"`
	Seconds  float64   `json:"seconds"`
	Finished *bool     `json:"finished"`
	Output   string    `json:"output"`
	Input    Source    `json:"input"`
	Whole    []Whole   `json:"whole_files"`
	LoanPro  struct {
		Host   string       `json:"host"`
		Tenant string       `json:"tenant_id"`
		Known  knownRecords `json:"known_records"`
	} `json:"loanpro"`
	By           string `json:"by"`
	OutputSHA256 string `json:"output_sha256"`
}

// How many files accountsIn looks at, and how large they may be.
const (
	maxAccounts    = 1000
	maxAccountSize = 4 << 20
)

// accountsIn yields the summaries in a folder, as far as their names end as default
// names do.
func accountsIn(folder string) iter.Seq[*account] {
	return func(yield func(*account) bool) {
		names, _ := fs.Glob(os.DirFS(folder), "*.summary.json") // fails for bad patterns alone
		for _, name := range names[:min(len(names), maxAccounts)] {
			path := filepath.Join(folder, name)
			if is, err := os.Stat(path); err != nil || is.Size() > maxAccountSize {
				continue
			}
			if is := readAccount(path); is != nil && !yield(is) {
				return
			}
		}
	}
}

// readAccount reads the summary at path; nil: no regular file there is a summary.
func readAccount(path string) *account {
	if sheet.Locate(path).Form != sheet.Regular {
		return nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	s := new(account)
	if json.Unmarshal(text, s) != nil || s.Version == nil || s.Finished == nil {
		return nil
	}
	return s
}

// spent reports whether the journal at path is of a run on the same input and output
// that has finished, by its summary, and was stopped before the journal was removed.
// Its answers are of then.
func spent(path, digest string, t targets) bool {
	s := readAccount(t.summary)
	is, err := os.Stat(path)
	if err != nil || s == nil || !*s.Finished || s.Input.SHA256 != digest || filepath.Base(s.Output) != filepath.Base(t.output) {
		return false
	}
	const rounded = time.Millisecond
	return is.ModTime().Before(s.Started.Add(time.Duration(s.Seconds*float64(time.Second)) + rounded))
}

// leftOver returns what a run that has not finished has left at its files' names,
// by its account at path: nothing, if that is none.
func leftOver(path string) map[string]bool {
	s := readAccount(path)
	if s == nil || *s.Finished {
		return nil
	}
	left := map[string]bool{path: true}
	for _, was := range s.Whole {
		is, err := os.Stat(was.Path)
		left[was.Path] = err == nil && is.Size() == was.Size && is.ModTime().Equal(was.Modified)
	}
	return left
}
