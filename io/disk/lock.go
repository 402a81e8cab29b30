package disk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

var (
	// errGone is a lock file that its last holder removed after we opened it.
	errGone = errors.New("it is removed again and again")
	// errInWay is what is left to say of a file at the lock's name that is not a lock.
	errInWay = errors.New("it is not a lock")
)

const (
	// maxHolder bounds what is read of a lock file.
	maxHolder = 4 << 10
	// holderStart is what a holder begins with in a lock file.
	holderStart = `{"pid":`
	// maxGone is how often the file may be removed under our hands before
	// something else must be wrong with the folder.
	maxGone = 1000
)

// holder is who holds a lock: written into its file, for others to read.
type holder struct {
	PID   int       `json:"pid"`
	Host  string    `json:"host"`
	Since time.Time `json:"since"`
}

// Lock keeps two runs from one file. It is a lock of the operating system on a
// file of its own, next to the other: that, and a journal, come and go while it is
// held. It ends with its process, however that ends; a file that is left behind
// holds nobody up.
type Lock struct {
	path string
	file *os.File
}

// AcquireLock takes the lock at path, such as OUTPUT.lock, or returns at once:
// the error is a *HeldError when another run has it, and an *NotLockError when a
// file that no run has made has its name. now goes into the file. The disk says
// whether the file is free; nil means the real one.
func AcquireLock(path string, now time.Time, system System) (*Lock, error) {
	if system == nil {
		system = realSystem{}
	}
	lock, err := tryLock(path, now, system)
	for tries := 1; errors.Is(err, errGone) && tries < maxGone; tries++ {
		lock, err = tryLock(path, now, system)
	}
	_, held := errors.AsType[*HeldError](err)
	switch {
	case held:
		return nil, &HeldError{Path: path, holder: readHolder(path)}
	case errors.Is(err, errInWay):
		return nil, &NotLockError{path}
	case err != nil:
		return nil, fmt.Errorf("taking the lock %s: %w", path, err)
	}
	return lock, nil
}

func tryLock(path string, now time.Time, system System) (*Lock, error) {
	if is, err := os.Lstat(path); err == nil && !is.Mode().IsRegular() {
		return nil, errInWay
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	lock := &Lock{path, f}
	err = system.Claim(f)
	if err == nil && !lock.inPlace() {
		err = errGone
	}
	if err == nil {
		err = lock.recognize()
	}
	if err == nil {
		err = lock.sign(now)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return lock, nil
}

// inPlace reports whether the file that is locked is the one others will find.
func (l *Lock) inPlace() bool {
	ours, err := l.file.Stat()
	if err != nil {
		return false
	}
	theirs, err := os.Stat(l.path)
	return err == nil && os.SameFile(ours, theirs)
}

// recognize refuses a file that is not a lock: a lock is empty or begins with its
// holder, or with as much of it as a kill or a power cut has left.
func (l *Lock) recognize() error {
	start := make([]byte, maxHolder+1)
	n, err := l.file.ReadAt(start, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	start = bytes.TrimRight(start[:n], "\x00")
	common := min(len(start), len(holderStart))
	if n > maxHolder || string(start[:common]) != holderStart[:common] {
		return errInWay
	}
	return nil
}

// sign writes down who holds the lock, over what the last holder wrote.
func (l *Lock) sign(now time.Time) error {
	host, _ := os.Hostname() // without one the rest is still worth knowing
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

// readHolder reads who holds the lock: nobody, if that is not (yet) written.
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

// Release gives the lock up and removes its file.
func (l *Lock) Release() error {
	if err := l.discard(); err != nil {
		return fmt.Errorf("giving up the lock %s: %w", l.path, err)
	}
	return nil
}
