package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"loanmap/io/journal"
	"loanmap/io/sheet"
)

// locks are those of a run, by the regular file that it writes.
type locks map[string]*journal.Lock

// hold locks the files of the run, and clears away what a killed run has left of
// them. The order is the same for every run, so that of several with files in
// common one gets all of its locks. None waits for another.
func (r *run) hold(t targets) error {
	for _, file := range lockOrder(t.all()) {
		if err := r.lock(file); err != nil {
			return r.cannotLock(file, err)
		}
	}
	if r.Output.Into != nil {
		return nil
	}
	return t.checkFree(r.Output.Force)
}

// lock locks a file and clears away what a killed run has left of it.
func (r *run) lock(file string) error {
	lock, err := journal.AcquireLock(lockOf(file), time.Now(), r.Output.Disk)
	if err != nil {
		return err
	}
	r.locks[file] = lock
	sheet.Sweep(file)
	return nil
}

// accountForLocks writes the account of a run that cannot lock its files because a
// folder cannot be written to. The summary must be this run's own: another run may
// be writing it.
func (r *run) accountForLocks(ctx context.Context, t targets, failure error) {
	if _, ok := errors.AsType[*sheet.Error](failure); !ok {
		return
	}
	if r.locks[t.summary] == nil && (streamed(t.summary) || r.lock(t.summary) != nil || t.checkFree(r.Output.Force) != nil) {
		return
	}
	r.accountFor(ctx, t, failure)
}

// lockOrder sorts files by where they are, however they are spelled. Streams have
// no lock.
func lockOrder(files []string) []string {
	files = slices.DeleteFunc(slices.Clone(files), streamed)
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(canonical(a), canonical(b)) })
	return files
}

// canonical is equal for every spelling of a path, as far as can be found out. The
// folder is not cleaned before its links are followed: ".." is where they lead.
func canonical(path string) string {
	folder, name := filepath.Split(sheet.Locate(path).Path)
	if !filepath.IsAbs(folder) {
		if here, err := os.Getwd(); err == nil {
			folder = here + string(filepath.Separator) + folder
		}
	}
	if resolved, err := filepath.EvalSymlinks(folder); err == nil {
		folder = resolved
	}
	return filepath.Join(folder, name)
}

// cannotLock says what is in the way of a lock: if it is in the way of the file,
// too, in the words for that.
func (r *run) cannotLock(path string, err error) error {
	_, held := errors.AsType[*journal.HeldError](err)
	if _, inWay := errors.AsType[*journal.InWayError](err); held || inWay {
		return err
	}
	file, broken := sheet.CreateFile(r.target(path))
	if broken != nil {
		return broken
	}
	file.Abort()
	return err
}

// release gives the locks up.
func (l locks) release() {
	for _, lock := range l {
		_ = lock.Release()
	}
}
