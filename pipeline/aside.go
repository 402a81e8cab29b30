package pipeline

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"loanmap/io/journal"
)

// Journals of other runs on the same output are put aside as
// OUTPUT.journal.LABEL.old, and taken back when their run comes again.
const asideEnding = ".old"

var asideLabel = regexp.MustCompile(`^\.[0-9a-f]{8}(-[0-9]+)?$`)

// keptAside is how long a journal is kept for a run that does not come again, if
// --resume-within says no longer time.
const keptAside = 24 * time.Hour

// putAside moves the journal of another run out of the way, and says so. It
// replaces no file.
func (r *run) putAside(why *journal.StateError) error {
	l := &r.ledger
	label, err := journal.Label(l.options)
	if err != nil {
		return err
	}
	path := l.options.Path + "." + label + asideEnding
	for n := 2; exists(path); n++ {
		path = fmt.Sprintf("%s.%s-%d%s", l.options.Path, label, n, asideEnding)
	}
	r.Log.Warn(fmt.Sprintf("%v: its answers are not used, and it is put aside as %s", why, path))
	if err := os.Rename(l.options.Path, path); err != nil {
		return fmt.Errorf("putting a journal aside: %w", err)
	}
	l.aside = path
	return nil
}

// asides lists the journals that were put aside.
func (l *ledger) asides() []journal.Options {
	folder, name := filepath.Split(l.options.Path)
	entries, err := os.ReadDir(cmp.Or(folder, "."))
	if err != nil {
		return nil
	}
	var asides []journal.Options
	for _, entry := range entries {
		label, ours := strings.CutPrefix(entry.Name(), name)
		if label, ended := strings.CutSuffix(label, asideEnding); ours && ended && asideLabel.MatchString(label) {
			aside := l.options
			aside.Path = folder + entry.Name()
			asides = append(asides, aside)
		}
	}
	return asides
}

// takeBack puts the run's own journal, if it was put aside, where it belongs.
func (l *ledger) takeBack() error {
	for _, aside := range l.asides() {
		if own, _ := journal.Resumable(aside); !own {
			continue
		}
		if err := os.Rename(aside.Path, l.options.Path); err != nil {
			return fmt.Errorf("taking back the journal %s: %w", aside.Path, err)
		}
		return nil
	}
	return nil
}

// removeOwn removes the run's own journals that were put aside, such as one that was
// too old.
func (l *ledger) removeOwn() {
	for _, aside := range l.asides() {
		own, err := journal.Resumable(aside)
		if e, ok := errors.AsType[*journal.StateError](err); own || ok && e.State == journal.TooOld {
			_ = os.Remove(aside.Path)
		}
	}
}

// dropForgotten removes journals of other runs that were put aside long ago.
func (r *run) dropForgotten() {
	most := max(r.Resume.Within, keptAside)
	for _, aside := range r.ledger.asides() {
		label, err := journal.Label(aside)
		is, missing := os.Stat(aside.Path)
		if err != nil || label == "" || missing != nil || time.Since(is.ModTime()) <= most {
			continue
		}
		if os.Remove(aside.Path) == nil {
			r.Log.Info(fmt.Sprintf("removed %s: its run has not come again within %s", aside.Path, most))
		}
	}
}
