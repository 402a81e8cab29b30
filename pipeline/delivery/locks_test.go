package delivery

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"loanmap/pipeline/question"
)

// Files of their own are not refused: neither those of other folders, nor, where
// case counts, those that differ in case; and what is thrown away may be so twice.
func TestFilesOfTheirOwnAreNotRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "deep"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, pair := range [][2]string{
		{filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")},
		{filepath.Join(dir, "a.csv"), filepath.Join(dir, "deep", "a.csv")},
		{os.DevNull, os.DevNull},
		{"-", filepath.Join(dir, "a.csv")},
	} {
		if same(pair[0], pair[1]) {
			t.Errorf("%q are one", pair)
		}
	}
	_, err := os.Stat(filepath.Join(dir, "DEEP"))
	if one := same(filepath.Join(dir, "new.csv"), filepath.Join(dir, "NEW.csv")); one != (err == nil) {
		t.Errorf("names that differ in case are one: %t", one)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 {
		t.Errorf("left are %v, %v", left, err)
	}
}

// Two runs that name the files of each other in another order and spelling lock
// them in the same one.
func TestLocksHaveOneOrder(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("links need rights that a user may lack")
	}
	dir := t.TempDir()
	if err := os.Symlink(dir, filepath.Join(dir, "z")); err != nil {
		t.Fatal(err)
	}
	a, b := filepath.Join(dir, "a.csv"), filepath.Join(dir, "b.csv")
	linked := filepath.Join(dir, "z", "a.csv")
	if got := lockOrder([]string{b, a, "-", os.DevNull}); len(got) != 2 || got[0] != a {
		t.Errorf("got %v", got)
	}
	if got := lockOrder([]string{b, linked}); len(got) != 2 || got[0] != linked {
		t.Errorf("got %v", got)
	}
}

// A file that another run has written since the first look is not replaced.
func TestFilesAreLookedAtOnceMoreWhenLocked(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	files := Targets{Output: filepath.Join(dir, "out.csv"), Report: filepath.Join(dir, "e.csv"), Summary: filepath.Join(dir, "s.json")}
	if err := os.WriteFile(files.Report, []byte("another run's"), 0o600); err != nil {
		t.Fatal(err)
	}
	locks, err := new(Request).Hold(files)
	defer locks.Release()
	if refused, ok := errors.AsType[*question.UsageError](err); !ok || !strings.Contains(refused.Problem, "e.csv exists already") {
		t.Errorf("got %v", err)
	}
	if len(locks.held) != 3 {
		t.Errorf("%d locks", len(locks.held))
	}
}
