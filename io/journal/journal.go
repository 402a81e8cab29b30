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
	// maxAnswer bounds the length of an answer, in bytes.
	maxAnswer = 1 << 20
	// fullGroup is the length of records, in bytes, that makes a group full, however few
	// they are: a group is held in memory as a whole.
	fullGroup = 1 << 20
	// defaultGroup is the number of records that makes a group full. It keeps the cost
	// of fsync for each answer low.
	defaultGroup = 256
)

// errClosed is the error of a journal after Close or Remove.
var errClosed = errors.New("the journal is closed")

// Identity identifies the runs that may use each other's answers. The caller hashes
// whatever determines the numbers of the questions and the meaning of the answers: the
// digest of the input, the tenant, the options that matter, and the version of the
// encoding of answers.
type Identity [32]byte

// Options says where a journal is and whose it is.
type Options struct {
	Path string
	// Secret is what the key is derived from, such as the API token: its owner may ask
	// for the answers anyway. The file does not contain it in any form.
	Secret   []byte
	Identity Identity
	// Owner is whose answers these are, in a few words. It is stored in clear, as far as it
	// has at most 64 bytes, so that a journal of another owner can be named; empty: it
	// is not stored.
	Owner string
	// MaxAge refuses a journal that was created longer ago; 0 accepts any age.
	MaxAge time.Duration
	Disk   disk.System // nil means disk.Real

	// Tests set these: the number of records that makes a group full, and the clock.
	group int
	now   func() time.Time
}

// Journal is an open journal. Several goroutines may call its methods.
type Journal struct {
	path      string
	group     int // the number of records that makes a group full
	now       func() time.Time
	disk      disk.System
	seal      *seal
	file      disk.Handle
	replayEnd int64 // where the groups end that the file had when it was opened

	mu      sync.Mutex
	end     int64  // where the next group goes
	number  uint64 // of the next group
	pending content
	records int // in pending
	frame   []byte
	failed  error // the first failure: nothing is written after it
	closed  bool
}

// Add appends the answer, of at most 1 MiB, to the question with this number. It is
// durable once its group is written: when the group is full, or on Flush. A *disk.Error
// is final: every later call returns the same one.
func (j *Journal) Add(ordinal uint64, answer []byte) error {
	if len(answer) > maxAnswer {
		return fmt.Errorf("adding to the journal: an answer of %d bytes, more than %d", len(answer), maxAnswer)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failed != nil {
		return j.failed
	}
	j.pending = j.pending.add(Record{ordinal, answer})
	j.records++
	if j.records >= j.group || len(j.pending) >= fullGroup {
		return j.flush()
	}
	return nil
}

// Flush writes the group that is not full yet, and returns when all records are
// durable. Its error is that of Add.
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
		// An fsync in particular is not tried again: the system may have dropped what it
		// could not write, and the next fsync would succeed without it.
		j.failed = diskError("writing", j.path, err)
		return j.failed
	}
	j.pending, j.records = j.pending[:stampLength], 0
	return nil
}

// append writes a group after the last one and syncs it.
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

// Close flushes the journal and keeps its file. It does nothing after Close or Remove.
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

// Remove closes the journal and deletes its file durably. The caller has committed the
// output, and may ignore the error, a *disk.Error.
func (j *Journal) Remove() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	_ = j.release() // its content is no longer needed
	if err := removeFile(j.disk, j.path); err != nil {
		return diskError("removing", j.path, err)
	}
	return nil
}

// removeFile removes a file durably. A file that does not exist is not an error.
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

// release closes the file. Later calls of Add and Flush fail.
func (j *Journal) release() error {
	j.closed = true
	if j.failed == nil {
		j.failed = errClosed
	}
	return j.file.Close()
}

// Record is an answer and the number of its question.
type Record struct {
	Ordinal uint64
	Answer  []byte
}

// content is a group before it is sealed: the time at which it was written, in Unix
// seconds, then for each record the ordinal, the length of the answer, and the answer.
type content []byte

const stampLength = 8

// newContent returns the content of a group without records.
func newContent() content { return make(content, stampLength) }

// stamp sets the time at which the group is written.
func (c content) stamp(now time.Time) {
	binary.BigEndian.PutUint64(c, uint64(now.Unix()))
}

// written returns the time at which the group was written.
func (c content) written() time.Time {
	return time.Unix(int64(binary.BigEndian.Uint64(c)), 0)
}

// add appends a record.
func (c content) add(record Record) content {
	c = binary.AppendUvarint(c, record.Ordinal)
	c = binary.AppendUvarint(c, uint64(len(record.Answer)))
	return append(c, record.Answer...)
}
