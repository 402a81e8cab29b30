// Package journal keeps the answers that a run has already paid for in a file
// beside its output, so that a run that was killed can go on from where it was.
// It knows questions by their number alone, seals what it writes, and never
// hands back a record that was not added, whatever has happened to the file.
//
// A plain log is enough: records are only ever added, and read once, in order.
// It costs about 1 µs an answer, fsync included, where an embedded database
// costs about 20.
package journal

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"time"

	"loanmap/io/disk"
)

const (
	// MaxAnswer is how many bytes an answer may have.
	MaxAnswer = 1 << 20
	// fullGroup is how many bytes of records make a group full, however few
	// they are: a group is held in memory as a whole.
	fullGroup = 1 << 20
	// defaultGroup makes the fsync cost each answer little, and is half a
	// minute of questions at five requests a second with ten in each.
	defaultGroup = 256
)

// errClosed is what is left to say of a journal after Close or Remove.
var errClosed = errors.New("the journal is closed")

// Identity is what must be the same for answers to be used again. The caller
// hashes whatever fixes the order of the questions and the meaning of the
// answers: the input's digest, the tenant, the options that matter, the
// version of the answers' encoding.
type Identity [32]byte

// Options says where a journal is and whose it is.
type Options struct {
	Path string
	// Secret is what the key is derived from, such as the API token: whoever
	// has it may ask for the answers anyway. It is in the file in no form.
	Secret   []byte
	Identity Identity
	// Group is after how many records a group is written; 0 means 256. It is
	// also how many answers a kill costs at most.
	Group int
	// MaxAge refuses a journal that was begun longer ago; 0 takes any.
	MaxAge time.Duration
	// Now tells the time; nil means time.Now.
	Now  func() time.Time
	Disk disk.System // nil means the real one
}

// Journal is a file of answers, open for more. All of its methods may be
// called by several goroutines.
type Journal struct {
	path  string
	group int
	now   func() time.Time
	disk  disk.System
	seal  *seal
	file  disk.Handle
	found int64 // where the groups end that were there at Open

	mu      sync.Mutex
	end     int64  // where the next group goes
	number  uint64 // of the next group
	pending content
	records int // in pending
	frame   []byte
	failed  error // the first failure: nothing is written after it
	closed  bool
}

// Add takes an answer, of at most MaxAnswer bytes, to the question with this
// ordinal. It is safe from a kill once its group is written: when that is full,
// or with Flush. A kill loses at most the answers of one group, which has as
// many as Options.Group says. After an error of the disk every later Add
// returns the same *disk.Error.
func (j *Journal) Add(ordinal uint64, answer []byte) error {
	if len(answer) > MaxAnswer {
		return fmt.Errorf("adding to the journal: an answer of %d bytes, more than %d", len(answer), MaxAnswer)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	j.pending = j.pending.with(Record{ordinal, answer})
	j.records++
	if j.records >= j.group || len(j.pending) >= fullGroup {
		return j.flush()
	}
	return nil
}

// Flush writes the answers that wait for their group to be full, and returns
// when they have reached the disk. Its error is that of Add.
func (j *Journal) Flush() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.flush()
}

func (j *Journal) flush() error {
	if j.failed != nil || j.records == 0 {
		return j.failed
	}
	j.pending.stamp(j.now())
	if err := j.append(j.pending); err != nil {
		// In particular an fsync is not tried again: after one that failed the
		// system may have dropped what it could not write, and the next one
		// would succeed without it.
		j.failed = diskError("writing", j.path, err)
		return j.failed
	}
	j.pending, j.records = j.pending[:stampLength], 0
	return nil
}

// append writes a group after the last one and waits for the disk.
func (j *Journal) append(group content) error {
	j.frame = j.seal.frame(j.frame[:0], j.number, group)
	if _, err := j.file.WriteAt(j.frame, j.end); err != nil {
		return err
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	j.end += int64(len(j.frame))
	j.number++
	return nil
}

// Close flushes and keeps the file. After it, or after Remove, it does nothing.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return nil
	}
	err := j.flush()
	if closing := j.release(); err == nil && closing != nil {
		err = diskError("closing", j.path, closing)
	}
	return err
}

// Remove closes the journal and removes its file: the output is committed, and
// stands also when this fails. Its error is a *disk.Error.
func (j *Journal) Remove() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.release() // nothing in it is wanted any more
	if err := removeFile(j.disk, j.path); err != nil {
		return diskError("removing", j.path, err)
	}
	return nil
}

// removeFile removes a file durably. It is no error if there is none.
func removeFile(system disk.System, path string) error {
	err := system.Remove(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	}
	return system.SyncFolder(path)
}

// release closes the file, and with it the journal.
func (j *Journal) release() error {
	j.closed = true
	if j.failed == nil {
		j.failed = errClosed
	}
	return j.file.Close()
}

// Record is an answer and the ordinal of the question that it answers.
type Record struct {
	Ordinal uint64
	Answer  []byte
}

// content is what a group holds: the time at which it was written, in Unix
// seconds, then its records: ordinal, length of the answer, answer.
type content []byte

const stampLength = 8

// empty returns the content of a group without records.
func empty() content { return make(content, stampLength) }

func (c content) stamp(now time.Time) {
	binary.BigEndian.PutUint64(c, uint64(now.Unix()))
}

// written is when the group was written.
func (c content) written() time.Time {
	return time.Unix(int64(binary.BigEndian.Uint64(c)), 0)
}

func (c content) with(record Record) content {
	c = binary.AppendUvarint(c, record.Ordinal)
	c = binary.AppendUvarint(c, uint64(len(record.Answer)))
	return append(c, record.Answer...)
}
