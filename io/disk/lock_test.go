package disk

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func mustLock(t *testing.T, path string) *Lock {
	t.Helper()
	lock, err := AcquireLock(path, noon, nil)
	if err != nil {
		t.Fatal(err)
	}
	return lock
}

func TestLockIsReleased(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.csv.lock")
	for range 3 {
		lock := mustLock(t, path)
		if _, err := AcquireLock(path, noon, nil); err == nil {
			t.Fatal("two runs hold it")
		}
		if err := lock.Release(); err != nil {
			t.Fatal(err)
		}
		wantFiles(t, filepath.Dir(path))
	}
}

// Every holder removes the file, also after another run has opened it.
func TestLockHasOneHolder(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.csv.lock")
	var holders, taken atomic.Int64
	var runs sync.WaitGroup
	for range 8 {
		runs.Go(func() {
			for range 500 {
				lock, err := AcquireLock(path, noon, nil)
				if _, held := errors.AsType[*HeldError](err); held {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if holders.Add(1) > 1 {
					t.Error("two hold the lock")
				}
				taken.Add(1)
				runtime.Gosched()
				holders.Add(-1)
				if err := lock.Release(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	runs.Wait()
	if taken.Load() == 0 {
		t.Error("no run got it")
	}
}

// A longer signature of an earlier holder leaves nothing behind.
func TestNextHolderOverwritesTheLast(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.csv.lock")
	put(t, path, `{"pid":1,"host":"`+strings.Repeat("x", 500)+`"}`)
	lock := mustLock(t, path)
	defer lock.Release()
	if got := contentOf(t, path); strings.Contains(got, "xxx") || !strings.HasSuffix(got, "\"2026-11-25T12:00:00Z\"}\n") {
		t.Errorf("it says %s", got)
	}
}

// The file of a held lock is removed by hand, and another run takes the lock: the
// first run then leaves the second one's file alone.
func TestReleaseLeavesTheNextLock(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open cannot be removed")
	}
	path := filepath.Join(t.TempDir(), "out.csv.lock")
	first := mustLock(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	second := mustLock(t, path)
	if err := first.Release(); err != nil {
		t.Error(err)
	}
	if _, err := AcquireLock(path, noon, nil); err == nil {
		t.Error("two runs hold the second lock")
	}
	if err := second.Release(); err != nil {
		t.Error(err)
	}
}

func TestLockNeedsItsFolder(t *testing.T) {
	t.Parallel()
	_, err := AcquireLock(filepath.Join(t.TempDir(), "gone", "out.csv.lock"), noon, nil)
	if !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// claims is a System whose TryLock returns err.
type claims struct {
	realSystem
	err error
}

func (d claims) TryLock(*os.File) error { return d.err }

// The System decides whether a lock is free. Where TryLock returns no error the lock is
// taken, and Release removes its file.
func TestSystemDecidesWhetherALockIsFree(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.csv.lock")
	if _, err := AcquireLock(path, noon, claims{err: &HeldError{Path: path}}); err == nil || !strings.Contains(err.Error(), "another run is using") {
		t.Errorf("held: got %v", err)
	}
	if _, err := AcquireLock(path, noon, claims{err: errFull}); !errors.Is(err, errFull) {
		t.Errorf("failed: got %v", err)
	}
	lock, err := AcquireLock(path, noon, claims{})
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "holder", os.Getpid(), readHolder(path).PID)
	if err := lock.Release(); err != nil {
		t.Error(err)
	}
	wantFiles(t, filepath.Dir(path))
}

func TestLockFileHasMode0600(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows has no such modes")
	}
	path := filepath.Join(t.TempDir(), "out.csv.lock")
	lock := mustLock(t, path)
	defer lock.Release()
	stat, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, "mode", os.FileMode(0o600), stat.Mode())
}

// A file that no run made is not overwritten. What a kill or a power cut left of a lock
// blocks no run.
func TestForeignFileIsNotALock(t *testing.T) {
	t.Parallel()
	holder := `{"pid":4711,"host":"nightly","since":"2026-11-25T12:00:00Z"}` + "\n"
	for text, foreign := range map[string]bool{
		"mine\n": true, "{}": true, `{"name":"mine"}`: true, "\x00\x00mine": true, strings.Repeat(holder, 100): true,
		"": false, "{": false, `{"pi`: false, `{"pid":1,"ho`: false, holder: false, "\x00\x00\x00": false, `{"pid":1` + "\x00\x00": false,
	} {
		path := filepath.Join(t.TempDir(), "out.csv.lock")
		put(t, path, text)
		lock, err := AcquireLock(path, noon, nil)
		if _, inWay := errors.AsType[*NotLockError](err); inWay != foreign {
			t.Errorf("%.40q: got %v", text, err)
		}
		if foreign {
			wantSame(t, "content", text, contentOf(t, path))
		} else if err := lock.Release(); err != nil {
			t.Error(err)
		}
	}
	folder := t.TempDir()
	if _, err := AcquireLock(folder, noon, nil); err == nil {
		t.Error("a folder was locked")
	}
}

func TestLockErrorsAsText(t *testing.T) {
	t.Parallel()
	local := time.Date(2026, 11, 25, 2, 14, 5, 0, time.Local)
	for want, err := range map[string]interface {
		error
		Advice() string
	}{
		"another run is using out.lock: process 4711 on nightly, since 2026-11-25 02:14:05": &HeldError{Path: "out.lock", holder: holder{4711, "nightly", local}},
		"another run is using out.lock":                     &HeldError{Path: "out.lock"},
		"out.lock exists and is not a lock file of loanmap": &NotLockError{Path: "out.lock"},
	} {
		wantSame(t, "text", want, err.Error())
		if err.Advice() == "" {
			t.Errorf("no advice on %q", want)
		}
	}
}

// The lock of a process ends with the process; its file then blocks no run.
func TestLockOfAnotherProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.csv.lock")
	other := startHolder(t, path)
	host, _ := os.Hostname()
	_, err := AcquireLock(path, noon, nil)
	held, ok := errors.AsType[*HeldError](err)
	if !ok {
		t.Fatalf("got %v", err)
	}
	wantSame(t, "holder", holder{other.Process.Pid, host, noon}, held.holder)

	kill(other)
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the killed process has left no file: %v", err)
	}
	lock, err := AcquireLock(path, noon, nil)
	if err != nil {
		t.Fatalf("the lock of a process that was killed: %v", err)
	}
	wantSame(t, "holder", holder{os.Getpid(), host, noon}, readHolder(path))
	if err := lock.Release(); err != nil {
		t.Error(err)
	}
	wantFiles(t, filepath.Dir(path))
}
