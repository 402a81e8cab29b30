package journal

import (
	"fmt"
	"time"

	"loanmap/io/disk"
)

// State says why a journal cannot be resumed.
type State int

const (
	// foreign means that the file is not a journal.
	foreign State = iota
	// newer means that a later version of this program wrote it.
	newer
	// OtherRun means another Identity or Secret, or a damaged header. The three cannot be
	// distinguished.
	OtherRun
	// OtherOwner means another run, of another Owner.
	OtherOwner
	// TooOld means created longer ago than Options.MaxAge.
	TooOld
)

// StateError is a journal that cannot be resumed. Its file is left as it is.
type StateError struct {
	State   State
	path    string
	created time.Time // set for TooOld
	owner   string    // set for OtherOwner
}

func (e *StateError) Error() string {
	switch e.State {
	case newer:
		return fmt.Sprintf("the journal %s was written by a newer version of loanmap", e.path)
	case OtherRun:
		return fmt.Sprintf("the journal %s belongs to another run or token", e.path)
	case OtherOwner:
		return fmt.Sprintf("the journal %s belongs to %s", e.path, e.owner)
	case TooOld:
		return fmt.Sprintf("the journal %s is too old: it was created on %s", e.path, e.created.Format(time.DateTime))
	default:
		return fmt.Sprintf("%s exists and is not a loanmap journal", e.path)
	}
}

// Advice returns what the person can do about it.
func (e *StateError) Advice() string {
	switch e.State {
	case newer:
		return "resume with that version, or ask everything again with --fresh"
	case OtherRun:
		return "use the same input, options, tenant and token, or ask everything again with --fresh"
	case OtherOwner:
		return "give this run another output with -o, or put that journal aside with --fresh"
	case TooOld:
		return "ask everything again with --fresh, or accept older answers with --resume-within"
	default:
		return "move that file away, or give the output another name with -o"
	}
}

// diskError is a journal that could not be read or written. What it held on disk before
// is still there.
func diskError(doing, path string, cause error) *disk.Error {
	return &disk.Error{
		Doing: doing + " the journal " + path,
		Hint:  disk.SpaceHint(cause) + "; then run the same command again: it resumes from the journal",
		Err:   disk.WithoutPath(cause),
	}
}
