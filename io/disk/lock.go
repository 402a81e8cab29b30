package disk

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"time"
)

var (
	// errGone: the last holder removed the lock file after we opened it.
	errGone = errors.New("something keeps removing its file")
	// errNotLock: the file at the lock's name is not a lock.
	errNotLock = errors.New("it is not a lock")
)

const (
	// maxHolder bounds what is read of a lock file.
	maxHolder = 4 << 10
	// holderStart is how a lock file begins.
	holderStart = `{"pid":`
	// maxTries bounds how often we open a lock file that its holder then removes. With
	// more, something else must be wrong with the folder.
	maxTries = 1000
)

// holder identifies the process that holds a lock. It is written into the lock file,
// for messages of other runs.
type holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// Lock keeps two runs from writing one file. It is a lock of the operating system on
// a file of its own, because the file that it protects is replaced while it is held.
// It ends when its process ends, also by a kill. A lock file that a killed process
// leaves behind blocks no run.
type Lock struct {
	path string
	file *os.File
}

// AcquireLock takes the lock at path, such as OUTPUT.lock, and writes now into it. It
// never waits: the error is a *HeldError where another run holds the lock, and a
// *NotLockError where path is a file that no run made. A nil system means Real.
func AcquireLock(path string, now time.Time, system System) (*Lock, error) {
	if system == nil {
		system = realSystem{}
	}
	lock, err := tryLock(path, now, system)
	for tries := 1; errors.Is(err, errGone) && tries < maxTries; tries++ {
		lock, err = tryLock(path, now, system)
	}
	_, held := errors.AsType[*HeldError](err)
	switch {
	case held:
		return nil, &HeldError{Path: path, holder: readHolder(path)}
	case errors.Is(err, errNotLock):
		return nil, &NotLockError{path}
	case err != nil:
		return nil, lockError("locking", path, err)
	}
	return lock, nil
}

func tryLock(path string, now time.Time, system System) (*Lock, error) {
	if is, err := os.Lstat(path); err == nil && !is.Mode().IsRegular() {
		return nil, errNotLock
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	lock := &Lock{path, f}
	err = system.TryLock(f)
	if err == nil && !lock.inPlace() {
		err = errGone
	}
	if err == nil {
		err = lock.recognize()
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	if err := lock.sign(now); err != nil {
		_ = lock.discard() // an empty file would be left
		return nil, err
	}
	return lock, nil
}

// inPlace reports whether the locked file is the one that other runs will open.
func (l *Lock) inPlace() bool {
	ours, err := l.file.Stat()
	if err != nil {
		return false
	}
	theirs, err := os.Stat(l.path)
	return err == nil && os.SameFile(ours, theirs)
}

// recognize refuses a file that is not a lock. A lock file begins with its holder, or
// with the part of it that a kill or a power cut left; it may be empty.
func (l *Lock) recognize() error {
	start := make([]byte, maxHolder+1)
	n, err := l.file.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	start = bytes.TrimRight(start[:n], "\x00")
	common := min(len(start), len(holderStart))
	if n > maxHolder || string(start[:common]) != holderStart[:common] {
		return errNotLock
	}
	return nil
}

// sign writes the holder over what the last holder wrote.
func (l *Lock) sign(now time.Time) error {
	host, _ := os.Hostname() // the rest is useful without it
	signature, err := json.Marshal(holder{os.Getpid(), host, now})
	if err != nil {
		return err
	}
	if err := l.file.Truncate(0); err != nil {
		return err
	}
	_, err = l.file.WriteAt(append(signature, '\n'), 0)
	return err
}

// readHolder reads the holder of the lock at path. It is empty where none is written,
// or not yet.
func readHolder(path string) holder {
	f, err := os.Open(path)
	if err != nil {
		return holder{}
	}
	defer f.Close()
	var found holder
	if err := json.NewDecoder(io.LimitReader(f, maxHolder)).Decode(&found); err != nil {
		return holder{}
	}
	return found
}

// Release unlocks and removes the lock file.
func (l *Lock) Release() error {
	if err := l.discard(); err != nil {
		return lockError("unlocking", l.path, err)
	}
	return nil
}

func lockError(doing, path string, err error) error {
	hint := "check the permissions of the folder, or give this run other files with -o, --errors and --summary"
	if isFull(err) {
		hint = SpaceHint(err)
	}
	return &Error{Doing: doing + " " + path, Err: WithoutPath(err), Hint: hint}
}
