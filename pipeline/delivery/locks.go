package delivery

import (
	"errors"
	"slices"
	"strings"
	"time"

	"loanmap/io/disk"
)

// Locks are those of a run, by the regular file that it writes.
type Locks struct {
	*Request
	held map[string]*disk.Lock
}

// Hold locks the files of a run, and clears away what a killed run has left of
// them. The order is the same for every run, so that one of several with files in
// common gets all of its locks. None waits for another. Locks that were got before an
// error are held.
func (q *Request) Hold(t Targets) (*Locks, error) {
	l := &Locks{Request: q, held: map[string]*disk.Lock{}}
	for _, file := range lockOrder(t.all()) {
		if err := l.lock(file); err != nil {
			return l, q.cannotLock(file, err)
		}
	}
	if q.Into != nil {
		return l, nil
	}
	return l, q.checkFree(t)
}

// lock locks a file and clears away what a killed run has left of it.
func (l *Locks) lock(file string) error {
	lock, err := disk.AcquireLock(lockOf(file), time.Now(), l.Disk)
	if err != nil {
		return err
	}
	l.held[file] = lock
	disk.Sweep(file)
	return nil
}

// MayAccount reports whether a run that could not lock its files, because of failure,
// may write its summary: a folder cannot be written to, and the summary is this run's
// own. Another run may be writing it.
func (l *Locks) MayAccount(t Targets, failure error) bool {
	if _, ok := errors.AsType[*disk.Error](failure); !ok {
		return false
	}
	return l.held[t.Summary] != nil || !Streamed(t.Summary) && l.lock(t.Summary) == nil && l.checkFree(t) == nil
}

// lockOrder sorts files by where they are, however they are spelled. Streams have
// no lock.
func lockOrder(files []string) []string {
	files = slices.DeleteFunc(slices.Clone(files), Streamed)
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(disk.Locate(a).Canonical(), disk.Locate(b).Canonical()) })
	return files
}

// cannotLock says what is in the way of a lock: if it is in the way of the file,
// too, in the words for that.
func (q *Request) cannotLock(path string, err error) error {
	_, held := errors.AsType[*disk.HeldError](err)
	if _, inWay := errors.AsType[*disk.NotLockError](err); held || inWay {
		return err
	}
	file, broken := disk.Create(q.target(path))
	if broken != nil {
		return broken
	}
	file.Abort()
	return err
}

// Release gives the locks up.
func (l *Locks) Release() {
	for _, lock := range l.held {
		_ = lock.Release()
	}
}
