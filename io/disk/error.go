package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// Error is a file that cannot be read or written. Its text is one line for a
// person, and Advice says what that person can do.
type Error struct {
	Doing   string // what was being done, such as "reading loans.xlsx"
	Problem string // what is wrong; empty where Err says it
	Hint    string // what the person can do
	Err     error
}

func (e *Error) Error() string {
	switch {
	case e.Err == nil:
		return e.Doing + ": " + e.Problem
	case e.Problem == "":
		return fmt.Sprintf("%s: %v", e.Doing, e.Err)
	}
	return fmt.Sprintf("%s: %s: %v", e.Doing, e.Problem, e.Err)
}

// Unwrap returns the cause, if any.
func (e *Error) Unwrap() error { return e.Err }

// Advice returns what the person can do about it.
func (e *Error) Advice() string { return e.Hint }

// WithoutPath returns the cause of an error of package os without the path: a
// message has the path already, and the names of temporary files mean nothing to
// its reader.
func WithoutPath(err error) error {
	if inner, ok := errors.AsType[*fs.PathError](err); ok {
		return inner.Err
	}
	if inner, ok := errors.AsType[*os.LinkError](err); ok {
		return inner.Err
	}
	return err
}

// SpaceHint returns what a person can do about err, an error of writing: make room, if that
// is what is missing, or else check the permissions.
func SpaceHint(err error) string {
	if isFull(err) {
		return "the disk is full, or a quota or the limit of file sizes is reached: make room, or write elsewhere with -o, --errors and --summary"
	}
	return "check the free space of the disk and the permissions of the folder"
}

// HeldError is a lock that another run has.
type HeldError struct {
	Path   string
	holder holder
}

func (e *HeldError) Error() string {
	if e.holder.PID == 0 {
		return fmt.Sprintf("another run is using %s", e.Path)
	}
	return fmt.Sprintf("another run is using %s: process %d on %s, since %s",
		e.Path, e.holder.PID, e.holder.Host, e.holder.Since.Local().Format(time.DateTime))
}

// Advice returns what the person can do about it.
func (e *HeldError) Advice() string {
	return "wait until it has ended, or give this run other files with -o, --errors and --summary"
}

// NotLockError is a file at a lock's name that is not a lock. It is left as it is.
type NotLockError struct{ Path string }

func (e *NotLockError) Error() string {
	return fmt.Sprintf("%s exists and is not a lock file of loanmap", e.Path)
}

// Advice returns what the person can do about it.
func (e *NotLockError) Advice() string {
	return "move that file away, or give this run other files with -o, --errors and --summary"
}
