package pipeline

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/disk"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/question"
)

// stoppedBetweenNames returns a job whose output has its name, and whose report
// and import have not.
func stoppedBetweenNames(t *testing.T, s *sweep) *Job {
	t.Helper()
	j := s.job(t)
	j.Output.Disk = &badDisk{kind: "rename", n: 3, done: map[string]int{}} // after those of a summary and of the output
	if _, err := j.Run(t.Context()); err == nil {
		t.Fatal("no error")
	}
	j.Output.Disk = nil
	found := s.found(t, j)
	if found["out.csv"] != s.want["out.csv"] || found["out.errors.csv"] != "" || found["out.summary.json"] != "finished: false" {
		t.Fatalf("found %v", found)
	}
	return j
}

// What an earlier run has an answer for is not asked again.
func TestStopBetweenNamesCostsNoAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	s := newSweep(t, ".csv", 300)
	summary, err := stoppedBetweenNames(t, s).Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if summary.Resumed != len(s.rows) || summary.Questions != len(s.rows) {
		t.Errorf("%d questions of %d resumed, of %d", summary.Resumed, summary.Questions, len(s.rows))
	}
}

// So it is where the output is a link, which is not the file that got its name.
func TestStopBetweenNamesOfALink(t *testing.T) {
	t.Parallel()
	s := newSweep(t, ".csv", 3)
	j := s.job(t)
	if err := os.Symlink("real.csv", j.Output.Path); err != nil {
		t.Skip(err)
	}
	j.Output.Disk = &badDisk{kind: "rename", n: 3, done: map[string]int{}}
	if _, err := j.Run(t.Context()); err == nil || !delivery.Exists(j.file("real.csv")) {
		t.Fatalf("got %v", err)
	}
	j.Output.Disk = nil
	if _, err := j.Run(t.Context()); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(j.file("real.csv")); string(got) != s.want["out.csv"] {
		t.Errorf("the output is not right, %v", err)
	}
}

// A file that was changed since is not replaced unasked.
func TestStopBetweenNamesReplacesNoFileOfOthers(t *testing.T) {
	t.Parallel()
	s := newSweep(t, ".csv", 3)
	for name, change := range map[string]func(*Job) error{
		"changed": func(j *Job) error { return os.WriteFile(j.Output.Path, []byte("mine"), 0o600) },
		"replaced": func(j *Job) error {
			return errors.Join(os.Remove(j.Output.Path), os.WriteFile(j.Output.Path, []byte(s.want["out.csv"]), 0o600))
		},
		"changed at the same time": func(j *Job) error {
			is, err := os.Stat(j.Output.Path)
			if err != nil {
				return err
			}
			return errors.Join(os.WriteFile(j.Output.Path, []byte("mine"), 0o600), os.Chtimes(j.Output.Path, time.Time{}, is.ModTime()))
		},
		"another": func(j *Job) error { return os.WriteFile(j.file("out.errors.csv"), []byte("mine"), 0o600) },
	} {
		j := stoppedBetweenNames(t, s)
		if err := change(j); err != nil {
			t.Fatal(err)
		}
		before := s.found(t, j)
		_, err := j.Run(t.Context())
		if refused, ok := errors.AsType[*question.UsageError](err); !ok || !strings.HasSuffix(refused.Problem, "exists already") {
			t.Errorf("%s: %v", name, err)
		}
		if after := s.found(t, j); len(after) != len(before) || after["out.csv"] != before["out.csv"] {
			t.Errorf("%s: a run that was refused has changed what is there", name)
		}
	}
}

// lasting is a disk from which no journal is removed: as if the run were killed
// just before.
type lasting struct{ badDisk }

func (d *lasting) Remove(path string) error {
	if strings.HasSuffix(path, ".journal") {
		return nil
	}
	return d.badDisk.Remove(path)
}

// Answers of a run that has finished are not those of the next, though its
// journal may be left.
func TestJournalOfAFinishedRunIsSpent(t *testing.T) {
	t.Parallel()
	s := newSweep(t, ".csv", 20)
	j := s.job(t)
	j.Output.Disk = &lasting{badDisk{done: map[string]int{}}}
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := s.found(t, j); len(found["out.csv.journal"]) == 0 {
		t.Fatal("no journal is left")
	}
	j.Output.Disk, j.Output.Force = nil, true
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if summary.Resumed != 0 {
		t.Errorf("%d answers are of the run before", summary.Resumed)
	}
	if diff := cmp.Diff(s.want, s.found(t, j)); diff != "" {
		t.Error(diff)
	}
}

// The summary of an older run, which a run that is stopped has not yet replaced,
// costs it no answers.
func TestJournalAfterAFinishedRunGoesOn(t *testing.T) {
	t.Parallel()
	s := newSweep(t, ".csv", 20)
	j := s.job(t)
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	j.Output.Force, j.Output.Disk = true, &badDisk{kind: "rename", n: 1, stays: true, done: map[string]int{}}
	if _, err := j.Run(t.Context()); err == nil {
		t.Fatal("no error")
	}
	if diff := cmp.Diff("finished: true", s.found(t, j)["out.summary.json"]); diff != "" {
		t.Fatal(diff)
	}
	j.Output.Disk = nil
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if summary.Resumed != len(s.rows) {
		t.Errorf("%d questions of %d resumed", summary.Resumed, len(s.rows))
	}
}

// The folder of the outputs goes away in mid-run, with the journal, or is
// replaced: the run says so, and the next one needs only the folder.
func TestFolderThatGoesAwayInMidRun(t *testing.T) {
	t.Parallel()
	s := newSweep(t, ".csv", 20)
	j := s.job(t)
	folder := j.file("out")
	j.Output.Path, j.Output.ImportReady = filepath.Join(folder, "out.csv"), filepath.Join(folder, "ready.csv")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	probed, gone := afterProbe(j), new(atomic.Bool)
	stumble := fault(func(http.ResponseWriter, *http.Request) bool {
		if probed.Load() && !gone.Swap(true) {
			if err := os.RemoveAll(folder); err != nil {
				t.Error(err)
			}
		}
		return false
	})
	s.fault.Store(&stumble)
	_, err := j.Run(t.Context())
	s.fault.Store(nil)
	if e, ok := errors.AsType[*disk.Error](err); !ok || !gone.Load() || !strings.Contains(e.Hint, "mkdir -p "+folder) {
		t.Errorf("got %v", err)
	}
	if _, err := os.Stat(folder); err == nil {
		t.Error("it was made again")
	}
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Run(t.Context()); err != nil {
		t.Error(err)
	}
	if got, err := os.ReadFile(j.Output.Path); string(got) != s.want["out.csv"] {
		t.Errorf("the output is not right, %v", err)
	}
}

// A folder in which nothing can be made or renamed any more.
func TestFolderThatBecomesReadOnly(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	s := newSweep(t, ".csv", 20)
	s.try(t, func(j *Job) {
		folder := filepath.Dir(j.Input.Path)
		probed, closed := afterProbe(j), new(atomic.Bool)
		stumble := fault(func(http.ResponseWriter, *http.Request) bool {
			if probed.Load() && !closed.Swap(true) {
				_ = os.Chmod(folder, 0o500)
			}
			return false
		})
		s.fault.Store(&stumble)
		t.Cleanup(func() { _ = os.Chmod(folder, 0o700) })
		_, err := j.Run(t.Context())
		if _, ok := errors.AsType[*disk.Error](err); !ok || os.Chmod(folder, 0o700) != nil {
			t.Errorf("got %v", err)
		}
		s.fault.Store(nil)
	})
}
