package delivery

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"loanmap/io/disk"
	"loanmap/io/journal"
)

// Journals of other runs on the same output are put aside as
// OUTPUT.journal.LABEL.old, and taken back when their run comes again.
const asideEnding = ".old"

var asideLabel = regexp.MustCompile(`^\.[0-9a-f]{8}(-[0-9]+)?$`)

// keptAside is how long a journal is kept for a run that does not come again, unless
// --resume-within gives a longer time.
const keptAside = 24 * time.Hour

// Asides are the journals that were put aside next to a run's own.
type Asides struct {
	journal.Options // of the run's own journal
	Log             *slog.Logger
}

// Put moves the journal of another run out of the way, logs why, and returns where it
// is. It replaces no file.
func (a *Asides) Put(why *journal.StateError) (string, error) {
	label, err := journal.Label(a.Options)
	if err != nil {
		return "", err
	}
	path := a.Path + "." + label + asideEnding
	for n := 2; Exists(path); n++ {
		path = fmt.Sprintf("%s.%s-%d%s", a.Path, label, n, asideEnding)
	}
	a.Log.Warn("{reason}: its answers are not used, and it is put aside as {path}", "event", "journal_put_aside", "reason", why.Error(), "path", path)
	if err := os.Rename(a.Path, path); err != nil {
		return "", renameError("putting aside the journal "+a.Path, err)
	}
	return path, nil
}

func renameError(doing string, err error) error {
	return &disk.Error{Doing: doing, Hint: "check the permissions of the folder, or remove the journal", Err: disk.WithoutPath(err)}
}

// list lists the journals that were put aside.
func (a *Asides) list() []journal.Options {
	folder, name := filepath.Split(a.Path)
	entries, err := os.ReadDir(cmp.Or(folder, "."))
	if err != nil {
		return nil
	}
	var list []journal.Options
	for _, entry := range entries {
		label, ours := strings.CutPrefix(entry.Name(), name)
		if label, ended := strings.CutSuffix(label, asideEnding); ours && ended && asideLabel.MatchString(label) {
			aside := a.Options
			aside.Path = folder + entry.Name()
			list = append(list, aside)
		}
	}
	return list
}

// TakeBack puts the run's own journal, if it was put aside, back in its place.
func (a *Asides) TakeBack() error {
	for _, aside := range a.list() {
		if own, _ := journal.Resumable(aside); !own {
			continue
		}
		if err := os.Rename(aside.Path, a.Path); err != nil {
			return renameError("taking back the journal "+aside.Path, err)
		}
		return nil
	}
	return nil
}

// RemoveOwn removes the run's own journals that were put aside, such as one that was
// too old.
func (a *Asides) RemoveOwn() {
	for _, aside := range a.list() {
		own, err := journal.Resumable(aside)
		if e, ok := errors.AsType[*journal.StateError](err); own || ok && e.State == journal.TooOld {
			_ = os.Remove(aside.Path)
		}
	}
}

// RemoveForgotten removes journals of other runs that were put aside long ago.
func (a *Asides) RemoveForgotten() {
	most := max(a.MaxAge, keptAside)
	for _, aside := range a.list() {
		label, err := journal.Label(aside)
		is, missing := os.Stat(aside.Path)
		if err != nil || label == "" || missing != nil || time.Since(is.ModTime()) <= most {
			continue
		}
		if os.Remove(aside.Path) == nil {
			a.Log.Info("removed {path}: its run was not repeated within {kept}", "event", "journal_removed", "path", aside.Path, "kept", most)
		}
	}
}
