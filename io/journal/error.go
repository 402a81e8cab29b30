package journal

import (
	"fmt"
	"time"

	"loanmap/io/disk"
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

// diskError returns the error of a journal that could not be read or written. What
// the file held before is still in it. The cause keeps no path: it is in the text.
func diskError(doing, path string, cause error) error {
	return &disk.Error{
		Doing: doing + " the journal " + path,
		Hint:  "check the disk and the rights on the folder, then run the same command again: answers in the journal are not asked for again",
		Err:   disk.WithoutPath(cause),
	}
}
