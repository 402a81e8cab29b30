package main

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	wantedShardRows   = flag.Int("shard-rows", 600, "how many rows a job has whose shards are killed")
	wantedShardRounds = flag.Int("shard-rounds", 1, "how often to do such a job")
	wantedShards      = flag.Int("shards", 3, "in how many shards")
	wantedShardKills  = flag.Float64("shard-kills", 0.5, "which share of the runs of shards and merges to kill")
)

// Jobs in shards, which are killed at random moments and started again, as are the
// merges. The files are those of a run without shards, and a job that is not disturbed
// costs hardly more requests. The long form: make shards.
func TestShardsThatAreKilled(t *testing.T) {
	t.Parallel()
	jobs := map[string]func(*shardedJob, *testing.T){"loans": (*shardedJob).ofLoans, "people": (*shardedJob).ofPeople}
	if testing.Short() {
		delete(jobs, "people")
	}
	for name, prepare := range jobs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShardedJob(t, prepare)
			s.check(t, s.round(t, 0, 0))
			kills, most := 0, 0
			for round := 1; round <= *wantedShardRounds; round++ {
				r := s.round(t, round, *wantedShardKills)
				s.check(t, r)
				kills, most = kills+r.kills, max(most, r.requests)
			}
			if kills == 0 {
				t.Error("no run was killed")
			}
			t.Logf("%d rounds with %d kills, at most %d requests; %d without shards", *wantedShardRounds, kills, most, s.calm.requests)
		})
	}
}

// shardedJob is a job that is done in shards again and again against one tenant.
type shardedJob struct {
	binary, dir, base string
	env               []string
	args              []string // of the job
	calm              shardRound
}

// shardRound is a job that was done.
type shardRound struct {
	files           map[string][]byte
	requests, kills int
}

func newShardedJob(t *testing.T, prepare func(*shardedJob, *testing.T)) *shardedJob {
	t.Helper()
	binary, err := exec.LookPath("loanmap")
	if err != nil {
		t.Fatal(err)
	}
	s := &shardedJob{binary: binary, dir: t.TempDir()}
	prepare(s, t)
	s.calm = s.whole(t)
	return s
}

// serve makes a tenant and serves it.
func (s *shardedJob) serve(t *testing.T, flags ...string) {
	t.Helper()
	if out, err := exec.Command(s.binary, append([]string{"sandbox", "--export", s.dir}, flags...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	env, stop, err := startTenant(s.binary, s.dir, "--tenant-dir", s.dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	s.env = append(os.Environ(), env...)
	for _, variable := range env {
		if base, ok := strings.CutPrefix(variable, "LOANPRO_BASE_URL="); ok {
			s.base = base
		}
	}
}

// ofLoans compares display IDs with a previous output, in which people have decided on
// some. A third of the rows ask what another row asks.
func (s *shardedJob) ofLoans(t *testing.T) {
	t.Helper()
	rows := *wantedShardRows
	s.serve(t, "--loans", strconv.Itoa(rows))
	scale{rows: rows, distinct: rows * 2 / 3}.sheet(t, filepath.Join(s.dir, "in.csv"), readTruth(t, filepath.Join(s.dir, "loans.csv")))
	s.args = []string{"resolve", "in.csv"}
	before := s.whole(t).files["out.csv"]
	if err := os.WriteFile(filepath.Join(s.dir, "previous.csv"), withDecisions(t, before), 0o600); err != nil {
		t.Fatal(err)
	}
	s.args = []string{"reconcile", "in.csv", "--against", "previous.csv", "--allow-lost", "90%"}
}

// withDecisions returns an output in which people have decided on some rows, and others were
// different.
func withDecisions(t *testing.T, output []byte) []byte {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(output)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	key, status, id, confidence := slices.Index(rows[0], "Display ID"), slices.Index(rows[0], "match_status"), slices.Index(rows[0], "loan_id"), slices.Index(rows[0], "match_confidence")
	for _, row := range rows[1:] {
		last := row[key][max(0, len(row[key])-1):]
		switch {
		case row[status] == "matched" && last == "3":
			row[confidence] = "chosen"
		case row[status] == "matched" && last == "4":
			row[id] = "1"
		}
	}
	var text bytes.Buffer
	if err := csv.NewWriter(&text).WriteAll(rows[:len(rows)*9/10]); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

// ofPeople asks for customers, some of them twice.
func (s *shardedJob) ofPeople(t *testing.T) {
	t.Helper()
	rows := *wantedShardRows / 5
	s.serve(t, "--loans", strconv.Itoa(max(200, rows/10)), "--people", strconv.Itoa(rows), "--present", "0.8", "--rows", strconv.Itoa(rows))
	lines := strings.SplitAfter(read(t, filepath.Join(s.dir, "rows.csv")), "\n")
	all := strings.Join(lines, "") + strings.Join(lines[1:len(lines)/3], "")
	if err := os.WriteFile(filepath.Join(s.dir, "in.csv"), []byte(all), 0o600); err != nil {
		t.Fatal(err)
	}
	s.args = []string{"resolve", "in.csv", "--by", "customer"}
}

// command is a run of the program in the folder of the job.
func (s *shardedJob) command(args ...string) *exec.Cmd {
	run := exec.Command(s.binary, args...)
	run.Dir, run.Env, run.Stderr = s.dir, s.env, new(strings.Builder)
	return run
}

// resolve is a run of the job, or of a shard of it.
func (s *shardedJob) resolve(more ...string) *exec.Cmd {
	return s.command(slices.Concat(s.args, []string{"-o", "out.csv", "--import-ready", "ready.csv", "--rate", "1000", "--plan", "search"}, more)...)
}

// whole does the job without shards.
func (s *shardedJob) whole(t *testing.T) (r shardRound) {
	t.Helper()
	before := s.requests(t)
	s.finish(t, s.resolve(), nil)
	r.requests = s.requests(t) - before
	r.files = s.take(t)
	return r
}

// finish runs a command to its end, unless kill kills it. It reports whether it did.
func (s *shardedJob) finish(t *testing.T, run *exec.Cmd, kill func(ended <-chan struct{})) (killed bool) {
	t.Helper()
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	if kill != nil {
		go kill(ended)
	}
	err := run.Wait()
	close(ended)
	switch code := run.ProcessState.ExitCode(); code {
	case exitMatched, exitUnmatched:
		return false
	case -1:
		return true
	default:
		t.Fatalf("%v: exit code %d, %v\n%s", run.Args, code, err, run.Stderr)
	}
	return false
}

// round does the job in shards. Each start of a run is killed with this chance.
func (s *shardedJob) round(t *testing.T, round int, chance float64) (r shardRound) {
	t.Helper()
	dice := rand.New(rand.NewPCG(uint64(round), 23))
	before, of := s.requests(t), *wantedShards
	merge := []string{"merge"}
	for _, i := range dice.Perm(of) {
		shard := fmt.Sprintf("%d/%d", i+1, of)
		merge = append(merge, fmt.Sprintf("out.csv.%d-of-%d.part", i+1, of))
		for s.strike(t, s.resolve("--shard", shard), dice, chance, func() int { return s.requests(t) }, s.calm.requests/of) {
			r.kills++
		}
	}
	r.requests = s.requests(t) - before
	begun := time.Now()
	for s.strike(t, s.command(merge...), dice, chance, func() int { return int(time.Since(begun).Milliseconds()) }, mergeTime) {
		r.kills++
	}
	r.files = s.take(t)
	s.checkLeft(t)
	return r
}

// mergeTime is in how many milliseconds a merge that is killed is killed at the latest.
const mergeTime = 300

// strike runs a command and kills it, with this chance, once measure has grown by a
// random part of most. It reports whether it did.
func (s *shardedJob) strike(t *testing.T, run *exec.Cmd, dice *rand.Rand, chance float64, measure func() int, most int) bool {
	t.Helper()
	strikes, enough := dice.Float64() < chance, measure()+int(dice.Float64()*float64(most))
	if !strikes {
		return s.finish(t, run, nil)
	}
	return s.finish(t, run, func(ended <-chan struct{}) {
		for {
			select {
			case <-ended:
				return
			case <-time.After(2 * time.Millisecond):
			}
			if measure() >= enough {
				_ = run.Process.Kill()
				return
			}
		}
	})
}

// take reads the files of the job and removes them, parts and summaries, too.
func (s *shardedJob) take(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range []string{"out.csv", "out.errors.csv", "ready.csv", "out.changes.csv"} {
		path := filepath.Join(s.dir, name)
		if content, err := os.ReadFile(path); err == nil {
			files[name] = content
			_ = os.Remove(path)
		}
	}
	rest, err := filepath.Glob(filepath.Join(s.dir, "out.*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range rest {
		if strings.HasSuffix(path, ".part") || strings.HasSuffix(path, ".summary.json") {
			_ = os.Remove(path)
		}
	}
	return files
}

// checkLeft fails the test if anything is left but the files of the tenant and the input.
func (s *shardedJob) checkLeft(t *testing.T) {
	t.Helper()
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	known := []string{"customers.csv", "in.csv", "loans.csv", "previous.csv", "rows.csv"}
	for _, entry := range entries {
		if !slices.Contains(known, entry.Name()) {
			t.Errorf("left is %s", entry.Name())
		}
	}
}

// perKill is how many requests a kill may cost in addition to what its shard has asked: a
// probe, and what its four workers had in flight.
const perKill = 20

// check compares a job in shards with the one without.
func (s *shardedJob) check(t *testing.T, r shardRound) {
	t.Helper()
	if len(r.files) != len(s.calm.files) || len(r.files) < 3 {
		t.Errorf("%d files are written, not %d", len(r.files), len(s.calm.files))
	}
	for name, want := range s.calm.files {
		if !bytes.Equal(r.files[name], want) {
			t.Errorf("%s is not what a run without shards writes", name)
		}
	}
	share := s.calm.requests / *wantedShards
	most := s.mostCalm() + r.kills*(share+perKill)
	if r.requests > most {
		t.Errorf("%d requests with %d kills, more than %d; %d without shards", r.requests, r.kills, most, s.calm.requests)
	}
	t.Logf("%d requests with %d kills, %.3f x", r.requests, r.kills, float64(r.requests)/float64(s.calm.requests))
}

// mostCalm is how many requests a job in shards may take that is not disturbed: a tenth
// more than without. Of a small job, probes and batches that are not full are a larger
// part.
func (s *shardedJob) mostCalm() int {
	const probe = 40
	if *wantedShardRows < 100_000 {
		return s.calm.requests + *wantedShards*probe
	}
	return s.calm.requests * 11 / 10
}

func (s *shardedJob) requests(t *testing.T) int {
	t.Helper()
	all, err := counters(s.base)
	if err != nil {
		t.Error(err)
		return 0
	}
	n, _ := all["requests"].(float64)
	return int(n)
}
