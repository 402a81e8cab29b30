package disk

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// holderEnv names a lock: the test program then takes it, and holds it until it is
// killed or its standard input ends.
const holderEnv = "DISK_TEST_HOLDER"

func TestMain(m *testing.M) {
	if path := os.Getenv(holderEnv); path != "" {
		fmt.Fprintln(os.Stderr, hold(path))
		os.Exit(1)
	}
	os.Exit(m.Run())
}

func hold(path string) error {
	lock, err := AcquireLock(path, noon, nil)
	if err != nil {
		return err
	}
	fmt.Println("locked")
	_, _ = io.Copy(io.Discard, os.Stdin)
	return lock.Release()
}

// startHolder starts the test program as the holder of a lock.
func startHolder(t *testing.T, path string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.CommandContext(t.Context(), self)
	process.Env = append(os.Environ(), holderEnv+"="+path)
	process.Stderr = os.Stderr
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := process.StdinPipe(); err != nil { // open for as long as we are
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { kill(process) })
	if _, err := io.ReadFull(out, make([]byte, len("locked"))); err != nil {
		t.Fatalf("the child has no lock: %v", err)
	}
	return process
}

// kill ends a child, by SIGKILL where there are signals.
func kill(process *exec.Cmd) {
	_ = process.Process.Kill()
	_ = process.Wait()
}

var noon = time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)

var errFull = errors.New("no space left on device")

// content is what the files of the tests hold.
const content = "ID,loan_id\nL7,8890\n"

// start starts a file with that content.
func start(t testing.TB, target Target) *File {
	t.Helper()
	f, err := Create(target)
	if err == nil {
		_, err = io.WriteString(f, content)
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func mustSeal(t testing.TB, f *File) {
	t.Helper()
	if err := f.Seal(); err != nil {
		t.Fatal(err)
	}
}

func mustCommit(t testing.TB, f *File) {
	t.Helper()
	if err := f.Commit(); err != nil {
		t.Fatal(err)
	}
}

func put(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func contentOf(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// wantError checks that an error says what it should, in one line, and what the
// person can do.
func wantError(t testing.TB, err error, says, advises string) {
	t.Helper()
	known, ok := errors.AsType[*Error](err)
	if !ok {
		t.Fatalf("%T: %v; want a *disk.Error", err, err)
	}
	if text := err.Error(); !strings.Contains(text, says) || strings.Contains(text, "\n") {
		t.Errorf("error %q; want %q in one line", text, says)
	}
	if advice := known.Advice(); advice == "" || !strings.Contains(advice, advises) {
		t.Errorf("advice %q; want %q", advice, advises)
	}
}

func wantSame(t testing.TB, what string, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// wantFiles checks which files are in a folder.
func wantFiles(t testing.TB, folder string, want ...string) {
	t.Helper()
	wantSame(t, "files in "+filepath.Base(folder), want, namesIn(t, folder))
}

func namesIn(t testing.TB, folder string) []string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// tempFolder makes a folder the place of temporary files. Such a test cannot run in
// parallel.
func tempFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	return folder
}
