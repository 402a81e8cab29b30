//go:build !windows

package disk

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func mustPipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A pipe gets the whole file, and remains a pipe.
func TestPipesAreWrittenTo(t *testing.T) {
	t.Parallel()
	path := mustPipe(t)
	read := make(chan string, 1)
	go func() {
		content, _ := os.ReadFile(path)
		read <- string(content)
	}()
	mustCommit(t, start(t, Target{Path: path}))
	wantSame(t, "content", content, <-read)
	if is, err := os.Stat(path); err != nil || is.Mode()&os.ModeNamedPipe == 0 {
		t.Errorf("the pipe is now %v, %v", is, err)
	}
}

func TestHastyFilesDoNotWaitForAReader(t *testing.T) {
	t.Parallel()
	f := start(t, Target{Path: mustPipe(t), NoWait: true})
	if err := f.Commit(); !errors.Is(err, syscall.ENXIO) {
		t.Errorf("got %v", err)
	}
}

// A pipe that nothing reads costs seconds, and does not hold up the run for good.
func TestPipesWithoutAReaderAreAnError(t *testing.T) {
	t.Parallel()
	path := mustPipe(t)
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		err := start(t, Target{Path: path}).Commit()
		if err == nil || !strings.Contains(err.Error(), "nothing has read this pipe") {
			t.Errorf("got %v", err)
		}
		if waited := time.Since(began); waited < readerWait {
			t.Errorf("it waited only %v for a reader", waited)
		}
	})
}
