package journal

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"loanmap/io/disk"
)

// sweep does a run on a disk that fails at its first operation, its second, and
// so on, until none fails. The run returns the error that it met; then check is
// called, with a disk that works. It returns how many operations there were.
func sweep(t *testing.T, start func(*testing.T, Options), run func(*testing.T, Options, *badDisk) error, check func(*testing.T, Options)) int {
	t.Helper()
	for fails := 0; ; fails++ {
		o, system := optionsIn(t), failing(fails)
		start(t, o)
		bad := o
		bad.Disk = system
		err := run(t, bad, system)
		if err != nil {
			wantDiskError(t, err)
		} else if system.failed != "" && system.failed != "close" { // of a file that was read only
			t.Errorf("%s failed, and no error was returned", system.failed)
		}
		wantSame(t, "files that are open", 0, system.opened)
		check(t, o)
		if system.failed == "" {
			return fails
		}
	}
}

// untilTen adds what is missing of ten answers until it fails. It returns how
// many are durable.
func untilTen(t *testing.T, j *Journal, system *badDisk, from int) (durable int, failed error) {
	t.Helper()
	durable = from
	for i := from; i < 10; i++ {
		if err := j.Add(uint64(i), answer(uint64(i))); err != nil {
			wantBroken(t, j, system, err)
			return durable, err
		}
		if (i+1-from)%3 == 0 {
			durable = i + 1
		}
	}
	if err := j.Flush(); err != nil {
		wantBroken(t, j, system, err)
		return durable, err
	}
	return 10, j.Close()
}

// wantBroken checks that nothing more is written, and that the error remains.
func wantBroken(t *testing.T, j *Journal, system *badDisk, first error) {
	t.Helper()
	before := system.done
	for _, err := range []error{j.Add(99, nil), j.Flush(), j.Add(99, nil)} {
		if !errors.Is(err, first) {
			t.Errorf("after %v: %v", first, err)
		}
	}
	wantSame(t, "operations after a failed one", before, system.done)
	for _, err := range []error{j.Close(), j.Add(99, nil)} {
		if !errors.Is(err, first) {
			t.Errorf("closing after %v: %v", first, err)
		}
	}
}

func wantDiskError(t *testing.T, err error) {
	t.Helper()
	failed, ok := errors.AsType[*disk.Error](err)
	if !ok || !errors.Is(err, errDisk) || failed.Advice() == "" || !strings.Contains(err.Error(), "out.csv.journal") {
		t.Errorf("%v is not the disk's", err)
	}
}

// wantPrefix checks that what is found after a failure are the first questions,
// with all that were durable, and that the run can resume.
func wantPrefix(t *testing.T, o Options, durable int) {
	t.Helper()
	j, _ := mustOpen(t, o)
	got := recorded(t, j)
	wantSame(t, "records", ordinals(len(got)), got)
	if len(got) < durable || len(got) > 10 {
		t.Errorf("%d records, %d of them durable", len(got), durable)
	}
	mustAdd(t, j, ordinals(10)[len(got):]...)
	mustClose(t, j)
	wantJournal(t, o, ordinals(10))
}

func nothing(*testing.T, Options) {}

func TestDiskFailsInTheFirstRun(t *testing.T) {
	t.Parallel()
	durable := 0
	steps := sweep(t, nothing, func(t *testing.T, o Options, system *badDisk) error {
		j, _, err := Open(o)
		if err != nil {
			durable = 0
			wantSame(t, "files", []string{}, namesIn(t, o.Path))
			return err
		}
		durable, err = untilTen(t, j, system, 0)
		return err
	}, func(t *testing.T, o Options) { wantPrefix(t, o, durable) })
	if steps < 14 { // five to make the file, two for each of four groups, and the closing
		t.Errorf("only %d operations can fail", steps)
	}
}

// tornAfterFour leaves a journal of two groups, killed in the third.
func tornAfterFour(t *testing.T, o Options) {
	t.Helper()
	j, _ := mustOpen(t, o)
	mustAdd(t, j, 0, 1, 2, 3)
	mustClose(t, j)
	put(t, o.Path, contentOf(t, o.Path), []byte("torn"))
}

func TestDiskFailsInTheSecondRun(t *testing.T) {
	t.Parallel()
	durable := 0
	steps := sweep(t, tornAfterFour, func(t *testing.T, o Options, system *badDisk) error {
		durable = 4
		j, _, err := Open(o)
		if err != nil {
			return err
		}
		if err := readAll(j); err != nil {
			kill(j)
			return err
		}
		durable, err = untilTen(t, j, system, 4)
		return err
	}, func(t *testing.T, o Options) { wantPrefix(t, o, durable) })
	if steps < 20 { // each group is read twice
		t.Errorf("only %d operations can fail", steps)
	}
}

func readAll(j *Journal) error {
	for _, err := range j.Replay() {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestDiskFailsInFresh(t *testing.T) {
	t.Parallel()
	sweep(t, tornAfterFour, func(_ *testing.T, o Options, _ *badDisk) error {
		j, err := Fresh(o)
		if err != nil {
			return err
		}
		return j.Close()
	}, func(t *testing.T, o Options) {
		j, err := Fresh(o)
		if err != nil {
			t.Fatal(err)
		}
		kill(j)
		wantJournal(t, o, ordinals(0))
	})
}

func TestDiskFailsInClose(t *testing.T) {
	t.Parallel()
	o, system := optionsIn(t), failing(-1)
	o.Disk = system
	j, _ := mustOpen(t, o)
	system.fails = system.done
	wantDiskError(t, j.Close())
}

func TestDiskFailsInRemove(t *testing.T) {
	t.Parallel()
	for after, step := range []string{"close", "remove", "sync folder"} {
		o, system := optionsIn(t), failing(-1)
		o.Disk = system
		j, _ := mustOpen(t, o)
		system.fails = system.done + after
		err := j.Remove()
		wantSame(t, "what failed", step, system.failed)
		if step == "close" { // nothing in the file is wanted any more
			wantSame(t, "error", nil, err)
			continue
		}
		wantDiskError(t, err)
		wantSame(t, "text", "removing the journal "+o.Path+": "+errDisk.Error(), err.Error())
	}
}

func TestPowerCut(t *testing.T) {
	t.Parallel()
	for added := range 8 {
		for _, flush := range []bool{false, true} {
			o, system := optionsIn(t), &forgetfulDisk{quickDisk: quick}
			o.Disk = system
			j, _ := mustOpen(t, o)
			mustAdd(t, j, ordinals(added)...)
			kept := added / 3 * 3
			if flush {
				if err := j.Flush(); err != nil {
					t.Fatal(err)
				}
				kept = added
			}
			kill(j)
			system.cutPower(t, o.Path)
			if info, err := os.Stat(o.Path); err != nil || info.Size() < int64(preamble) {
				t.Errorf("%+v is left, %v", info, err)
			}
			wantJournal(t, o, ordinals(kept))
		}
	}
}

// The real disk's errors, without the system's words for what it was doing.
func TestFolderThatIsGone(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	o.Disk = nil
	o.Path = filepath.Join(filepath.Dir(o.Path), "gone", "out.csv.journal")
	_, _, err := Open(o)
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	wantSame(t, "text", "creating the journal "+o.Path+": no such file or directory", err.Error())
}

func TestFolderThatIsRemovedMeanwhile(t *testing.T) {
	t.Parallel()
	o := optionsIn(t)
	o.Disk = nil
	j, _ := mustOpen(t, o)
	if err := os.RemoveAll(filepath.Dir(o.Path)); err != nil {
		t.Skip(err)
	}
	mustAdd(t, j, 0, 1, 2) // an open file remains until it is closed
	if err := j.Remove(); err != nil {
		t.Error(err)
	}
}
