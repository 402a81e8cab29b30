package journal

import (
	"os"
	"testing"
	"time"
)

func TestErrorsAsText(t *testing.T) {
	t.Parallel()
	local := time.Date(2026, 11, 25, 2, 14, 5, 0, time.Local)
	for want, err := range map[string]interface {
		error
		Advice() string
	}{
		"the journal out.journal was written by a newer version of loanmap":         &StateError{path: "out.journal", State: newer},
		"the journal out.journal belongs to another run or token":                   &StateError{path: "out.journal", State: OtherRun},
		"the journal out.journal belongs to tenant 5201234":                         &StateError{path: "out.journal", State: OtherOwner, owner: "tenant 5201234"},
		"the journal out.journal is too old: it was created on 2026-11-25 02:14:05": &StateError{path: "out.journal", State: TooOld, created: local},
		"out.journal exists and is not a loanmap journal":                           &StateError{path: "out.journal", State: foreign},
		"writing the journal out.journal: no space left on device":                  diskError("writing", "out.journal", &os.PathError{Op: "write", Path: "out.journal", Err: errDisk}),
	} {
		wantSame(t, "text", want, err.Error())
		if err.Advice() == "" {
			t.Errorf("no advice on %q", want)
		}
	}
}
