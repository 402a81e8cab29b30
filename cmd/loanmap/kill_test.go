package main

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var wantedKills = flag.Int("kills", 3, "how many runs of 20,000 rows to kill again and again until they are done")

// lostByKill is how many display IDs a kill may cost at most that were asked
// for already: what waits for its audit (two groups of 16 batches of 200 are
// audited, one is being gathered), what four workers ask and have ready, one group
// of the journal, and a probe. Before its audit no answer is certain enough to be
// kept: the index may have had a gap.
const lostByKill = 3*16*200 + 2*4*200 + 256 + 1200

// retried is the share, as a divisor, of what a run asks for that it may ask for
// again because of the tenant's bad day: of searches for 200 at once, six in a
// hundred fail.
const retried = 6

// A run of 20,000 rows against a tenant that has a bad day is killed at random
// moments and started again until it is done. What it writes is what a run
// writes without a kill, hardly anything is asked twice, and no other file
// remains.
func TestKilledRunsGoOn(t *testing.T) {
	if testing.Short() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	rounds := *wantedKills
	k := newKilling(t, "--fault-500", "0.02", "--fault-cut", "0.02", "--fault-reset", "0.02")
	kills := 0
	for round := range rounds {
		kills += k.round(t, round)
	}
	t.Logf("%d rounds, %d kills, %d display IDs asked for again", rounds, kills, k.twice)
	if kills < rounds {
		t.Errorf("only %d kills in %d rounds: they come too late to tell anything", kills, rounds)
	}
}

// killing is a job that is done again and again against one tenant.
type killing struct {
	binary, dir, base string
	env               []string
	output, report    []byte // of a run without a kill
	asked, twice      int    // display IDs: by such a run, and by those that are killed beyond that
}

func newKilling(t *testing.T, faults ...string) *killing {
	t.Helper()
	binary, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	k := &killing{binary: binary, dir: t.TempDir()}
	if out, err := exec.Command(binary, "sandbox", "--loans", "24000", "--export", k.dir).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	loans := readTruth(t, filepath.Join(k.dir, "loans.csv"))
	scale{rows: 20_000, distinct: 18_000}.sheet(t, filepath.Join(k.dir, "in.csv"), loans)
	env, stop, err := startTenant(binary, k.dir, append([]string{"--tenant-dir", k.dir, "--latency", "5ms"}, faults...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	k.env = append(os.Environ(), env...)
	for _, variable := range env {
		if base, ok := strings.CutPrefix(variable, "LOANPRO_BASE_URL="); ok {
			k.base = base
		}
	}
	before := k.keysAsked(t)
	if code := k.wait(t, k.begin(t, "calm")); code != exitUnmatched {
		t.Fatalf("exit code %d", code)
	}
	k.asked = k.keysAsked(t) - before
	k.output, k.report = k.read(t, "calm", "out.csv"), k.read(t, "calm", "out.errors.csv")
	return k
}

// begin starts the job in a folder of its own; temporary files go there, too.
func (k *killing) begin(t *testing.T, folder string) *exec.Cmd {
	t.Helper()
	dir := filepath.Join(k.dir, folder)
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	run := exec.Command(k.binary, "resolve", filepath.Join(k.dir, "in.csv"), "-o", filepath.Join(dir, "out.csv"), "--rate", "400", "--plan", "search")
	run.Env = append(k.env, "TMPDIR="+filepath.Join(dir, "tmp"))
	run.Stderr = new(strings.Builder)
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	return run
}

// wait returns the exit code of a run; -1: it was killed.
func (k *killing) wait(t *testing.T, run *exec.Cmd) int {
	t.Helper()
	err := run.Wait()
	code := run.ProcessState.ExitCode()
	if code != exitUnmatched && code != -1 {
		t.Fatalf("exit code %d, %v\n%s", code, err, run.Stderr)
	}
	return code
}

// round kills runs until one comes through, and returns how many it has killed.
func (k *killing) round(t *testing.T, round int) (kills int) {
	t.Helper()
	dice := rand.New(rand.NewPCG(uint64(round), 11))
	folder := fmt.Sprint("round", round)
	before := k.keysAsked(t)
	for code := -1; code == -1; {
		if kills > 60 {
			t.Fatalf("round %d: it does not come through", round)
		}
		enough := k.keysAsked(t) + int(dice.Float64()*latestKill*float64(k.asked))
		run, ended := k.begin(t, folder), make(chan struct{})
		go k.kill(run, enough, ended)
		if code = k.wait(t, run); code == -1 {
			kills++
		}
		close(ended)
	}
	asked := k.keysAsked(t) - before
	if most := k.asked + k.asked/retried + kills*lostByKill; asked > most {
		t.Errorf("round %d: %d display IDs asked for after %d kills, where %d are asked for without; that is more than %d", round, asked, kills, k.asked, most)
	}
	k.twice += max(0, asked-k.asked)
	if !bytes.Equal(k.read(t, folder, "out.csv"), k.output) || !bytes.Equal(k.read(t, folder, "out.errors.csv"), k.report) {
		t.Errorf("round %d: after %d kills the outputs are not those of a calm run", round, kills)
	}
	k.checkLeft(t, filepath.Join(k.dir, folder))
	return kills
}

// latestKill is by which share of what a calm run asks for a run is killed at the
// latest: one that has nothing to resume from does not end before.
const latestKill = 0.9

// kill kills a run once the tenant was asked for enough, unless it has ended.
func (k *killing) kill(run *exec.Cmd, enough int, ended <-chan struct{}) {
	for {
		select {
		case <-ended:
			return
		case <-time.After(2 * time.Millisecond):
		}
		all, err := counters(k.base)
		if asked, _ := all["keys_asked"].(float64); err == nil && int(asked) >= enough {
			_ = run.Process.Kill()
			return
		}
	}
}

// checkLeft fails the test if more is left than the outputs.
func (k *killing) checkLeft(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	if got := strings.Join(left, " "); got != "out.csv out.errors.csv out.summary.json tmp" {
		t.Errorf("left are %s", got)
	}
	if entries, err = os.ReadDir(filepath.Join(dir, "tmp")); err != nil || len(entries) > 0 {
		t.Errorf("left in the temporary folder are %v, %v", entries, err)
	}
}

func (k *killing) read(t *testing.T, folder, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(k.dir, folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func (k *killing) keysAsked(t *testing.T) int {
	t.Helper()
	all, err := counters(k.base)
	if err != nil {
		t.Fatal(err)
	}
	asked, ok := all["keys_asked"].(float64)
	if !ok {
		t.Fatalf("the tenant says %v", all)
	}
	return int(asked)
}
