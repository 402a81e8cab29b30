package journal

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

// childGroup is how many records the groups of a child's journal have.
const childGroup = 5

// writeForever resumes a journal and prints the ordinal of every record that it adds.
func writeForever(path string) error {
	j, found, err := Open(childOptions(path))
	if err != nil {
		return err
	}
	next := uint64(0)
	if found != nil {
		next = uint64(found.Records)
	}
	for ; ; next++ {
		if err := j.Add(next, answer(next)); err != nil {
			return err
		}
		fmt.Println(next)
	}
}

func childOptions(path string) Options {
	return Options{Path: path, Secret: []byte(secret), group: childGroup}
}

// startChild starts the test program as a writer of the journal at path and returns
// what it prints.
func startChild(t *testing.T, path string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	process := exec.CommandContext(t.Context(), self)
	process.Env = append(os.Environ(), childEnv+"="+path)
	process.Stderr = os.Stderr
	said, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := process.StdinPipe(); err != nil { // open for as long as we are
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(process) })
	return process, bufio.NewScanner(said)
}

// end kills a child, SIGKILL where there are signals.
func end(process *exec.Cmd) {
	_ = process.Process.Kill()
	_ = process.Wait()
}

// Killed again and again, a run has after each kill all that it added, but for
// less than a group.
func TestKilledForReal(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "out.csv.journal")
	rounds := 20
	if testing.Short() {
		rounds = 5
	}
	for range rounds {
		added := addedBeforeKill(t, path, rand.IntN(40))
		j, _ := mustOpen(t, childOptions(path))
		got := recorded(t, j)
		kill(j)
		wantSame(t, "records", ordinals(len(got)), got)
		// One more may have been written and not yet said.
		if lost := added - len(got); lost >= childGroup || lost < -1 {
			t.Errorf("%d were added, %d are there", added, len(got))
		}
	}
}

// addedBeforeKill has a child add answers, kills it after some, and returns how
// many there then were, as far as it said.
func addedBeforeKill(t *testing.T, path string, some int) int {
	t.Helper()
	process, said := startChild(t, path)
	last := ""
	for range some + 1 {
		if !said.Scan() {
			t.Fatal("the child has ended")
		}
		last = said.Text()
	}
	if err := process.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for said.Scan() {
		last = said.Text()
	}
	_ = process.Wait()
	ordinal, err := strconv.Atoi(last)
	if err != nil {
		t.Fatal(err)
	}
	return ordinal + 1
}
