package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// State says why a journal cannot be gone on with.
type State int

// The states of StateError.
const (
	// Foreign: the file is no journal.
	Foreign State = iota
	// Newer: a later version of this program wrote it.
	Newer
	// OtherRun: it is of another Identity or Secret, or its header is damaged:
	// the three cannot be told apart.
	OtherRun
	// TooOld: it was begun longer ago than Options.MaxAge.
	TooOld
)

// StateError is a journal that cannot be gone on with. It is left as it is.
type StateError struct {
	Path    string
	State   State
	Created time.Time // when it was begun; set for TooOld
}

func (e *StateError) Error() string {
	switch e.State {
	case Newer:
		return fmt.Sprintf("the journal %s is of a newer version of this program", e.Path)
	case OtherRun:
		return fmt.Sprintf("the journal %s is of another run or token", e.Path)
	case TooOld:
		return fmt.Sprintf("the journal %s is too old: it was begun on %s", e.Path, e.Created.Format(time.DateTime))
	default:
		return fmt.Sprintf("%s stands where the journal is to be, and is none", e.Path)
	}
}

// Advice returns what the person can do about it.
func (e *StateError) Advice() string {
	switch e.State {
	case Newer:
		return "go on with that version, or ask everything again with --fresh"
	case OtherRun:
		return "go on with the same input, options, tenant and token, or ask everything again with --fresh"
	case TooOld:
		return "ask everything again with --fresh, or accept older answers with --resume-within"
	default:
		return "move that file away, or give the output another name with -o"
	}
}

// DiskError is a journal that could not be read or written. What it held on the
// disk before is still there.
type DiskError struct {
	Path  string
	Doing string // such as "writing"
	Err   error
}

func (e *DiskError) Error() string {
	cause := e.Err
	if inner, ok := errors.AsType[*fs.PathError](cause); ok {
		cause = inner.Err // its path is ours
	}
	return fmt.Sprintf("%s the journal %s: %v", e.Doing, e.Path, cause)
}

// Unwrap returns the cause.
func (e *DiskError) Unwrap() error { return e.Err }

// Advice returns what the person can do about it.
func (e *DiskError) Advice() string {
	return "check the disk and the rights on the folder, then run the same command again: answers in the journal are not asked for again"
}

// HeldError is a lock that another run has.
type HeldError struct {
	Path   string
	Holder Holder
}

func (e *HeldError) Error() string {
	if e.Holder.PID == 0 {
		return fmt.Sprintf("another run holds %s", e.Path)
	}
	return fmt.Sprintf("another run holds %s: process %d on %s, since %s",
		e.Path, e.Holder.PID, e.Holder.Host, e.Holder.Since.Local().Format(time.DateTime))
}

// Advice returns what the person can do about it.
func (e *HeldError) Advice() string {
	return "wait until it has ended, or give this run other files with -o, --errors and --summary"
}

// InWayError is a file at a lock's name that is not a lock. It is left as it is.
type InWayError struct{ Path string }

func (e *InWayError) Error() string {
	return fmt.Sprintf("%s exists and is not a lock of loanmap", e.Path)
}

// Advice returns what the person can do about it.
func (e *InWayError) Advice() string {
	return "move that file away, or give this run other files with -o, --errors and --summary"
}
