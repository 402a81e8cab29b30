package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"loanmap/io/loanpro/sandbox"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/question"
)

// sharded is a job that is done in shards and without.
type sharded struct {
	job   *Job
	whole map[string][]byte // files of the run without shards, by name
	sum   *Summary          // of that run
}

// newSharded does the job without shards.
func newSharded(t *testing.T, j *Job) *sharded {
	t.Helper()
	j.Output.Path = filepath.Join(filepath.Dir(j.Input.Path), "out"+filepath.Ext(j.Input.Path))
	j.Resume.Within = time.Hour
	j.Output.ImportReady = j.file("ready.csv")
	sum, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := &sharded{job: j, sum: sum, whole: map[string][]byte{}}
	for _, name := range j.names(t) {
		if name != filepath.Base(j.Input.Path) && name != "previous.csv" && name != "out.summary.json" {
			s.whole[name] = s.take(t, name)
		}
	}
	_ = os.Remove(j.file("out.summary.json"))
	return s
}

// take reads a file and removes it.
func (s *sharded) take(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(s.job.file(name))
	if err == nil {
		err = os.Remove(s.job.file(name))
	}
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// run runs the shards in random order, and returns their parts.
func (s *sharded) run(t *testing.T, of int) []string {
	t.Helper()
	var parts []string
	for _, i := range rand.New(rand.NewPCG(7, uint64(of))).Perm(of) {
		parts = append(parts, s.runOne(t, question.Shard{Number: i + 1, Of: of}))
	}
	return parts
}

func (s *sharded) runOne(t *testing.T, shard question.Shard) (part string) {
	t.Helper()
	j := *s.job
	j.Lookup.Shard = shard
	sum, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return sum.Output
}

func (s *sharded) merge(t *testing.T, parts ...string) (*Summary, error) {
	t.Helper()
	m := &Merge{Parts: parts, Version: s.job.Version, Log: slog.New(slog.DiscardHandler)}
	return m.Run(t.Context())
}

// check merges parts, and compares the files with those of the run without shards.
func (s *sharded) check(t *testing.T, parts []string) {
	t.Helper()
	sum, err := s.merge(t, parts...)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range s.whole {
		if got := s.take(t, name); !bytes.Equal(got, want) {
			t.Errorf("%s is not what a run without shards writes:\n%.2000s\nnot\n%.2000s", name, got, want)
		}
	}
	_ = s.take(t, "out.summary.json")
	for _, part := range parts {
		_, _ = s.take(t, filepath.Base(part)), s.take(t, filepath.Base(part)+".summary.json")
	}
	if left := s.job.names(t); len(left) > 2 {
		t.Errorf("left are %v", left)
	}
	if diff := s.differs(sum); diff != "" {
		t.Errorf("the summary differs: %s", diff)
	}
}

// differs compares the account of a merge with that of the run without shards, but for
// times and for what was sent.
func (s *sharded) differs(sum *Summary) string {
	accounts := make([]string, 2)
	for i, of := range []Summary{*s.sum, *sum} {
		of.Started, of.Seconds, of.LoanPro = time.Time{}, 0, Traffic{Host: of.LoanPro.Host, Batch: of.LoanPro.Batch, Tenant: of.LoanPro.Tenant, Known: of.LoanPro.Known}
		changes := of.Reconciliation
		of.Reconciliation = nil
		accounts[i] = fmt.Sprintf("%+v %+v %+v", of, changes, of.ImportReady)
		accounts[i] = strings.ReplaceAll(accounts[i], fmt.Sprintf("%p", of.ImportReady), "") // an address
		accounts[i] = strings.ReplaceAll(accounts[i], fmt.Sprintf("%p", of.Input.Text), "")
	}
	if accounts[0] == accounts[1] {
		return ""
	}
	return accounts[1] + "\nnot\n" + accounts[0]
}

// loansJob asks for display IDs, some of them again and again, for IDs that do not
// exist, and for nothing.
func loansJob(t *testing.T, rows int) *Job {
	t.Helper()
	client, box := tenantOf(t, sandbox.Options{Loans: 300}, nil)
	ids := []string{"", "N/A", "L00*", "1.23457E+15", "#REF!"}
	for loan := range box.Loans() {
		if ids = append(ids, loan.DisplayID); len(ids)%20 == 0 {
			ids = append(ids, fmt.Sprintf("nothing %d", len(ids)))
		}
	}
	dice := rand.New(rand.NewPCG(3, 4))
	var asked []string
	for range rows {
		asked = append(asked, `"`+strings.ReplaceAll(ids[dice.IntN(len(ids))], `"`, `""`)+`"`)
	}
	return job(t, client, asked...)
}

func TestShardsOfLoansAreOneJob(t *testing.T) {
	t.Parallel()
	s := newSharded(t, loansJob(t, sized(600, 1500)))
	for _, of := range []int{3, 1, 16}[:sized(1, 3)] {
		s.check(t, s.run(t, of))
	}
}

// What is not found is asked once more in each shard.
func TestShardsAskOnceMore(t *testing.T) {
	if !full() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	j := loansJob(t, 300)
	j.Resume.RetryNotFoundAfter = time.Millisecond
	s := newSharded(t, j)
	s.check(t, s.run(t, 3))
}

// Rows about people have candidates with names, and evidence.
func TestShardsOfPeopleAreOneJob(t *testing.T) {
	t.Parallel()
	client, box := tenantOf(t, sandbox.Options{Loans: 200, People: 400, Present: 0.8}, nil)
	dir := t.TempDir()
	if err := box.ExportRows(dir, 250); err != nil {
		t.Fatal(err)
	}
	j := job(t, client)
	content, err := os.ReadFile(filepath.Join(dir, "rows.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(content, []byte("\n"))
	again := slices.Concat(slices.Concat(lines...), slices.Concat(lines[1:60]...)) // equal questions
	if err := os.WriteFile(j.Input.Path, again, 0o600); err != nil {
		t.Fatal(err)
	}
	j.Input.By = question.Names.Flag
	s := newSharded(t, j)
	if s.sum.Code["name_only"] == 0 || s.sum.Questions >= s.sum.Rows {
		t.Fatalf("the rows are too few: %+v", s.sum)
	}
	s.check(t, s.run(t, sized(2, 4)))
}

// A comparison is made by the merge: decisions of people hold in every shard, and the
// brake looks at the whole.
func TestShardsAreCompared(t *testing.T) {
	t.Parallel()
	j := loansJob(t, 400)
	s := newSharded(t, j)
	before := strings.Split(strings.TrimSpace(string(s.whole["out.csv"])), "\n")
	for i, line := range before {
		switch {
		case i%9 == 4:
			before[i] = strings.Replace(line, ",exact,", ",chosen,", 1)
		case i%50 == 7:
			before[i] = strings.Replace(line, "matched,1", "matched,77", 1)
		}
	}
	before = before[:380]
	if err := os.WriteFile(j.file("previous.csv"), []byte(strings.Join(before, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	j.Output.Reconcile = &delivery.Reconcile{Against: j.file("previous.csv"), AllowLost: delivery.Percent(99)}
	s = newSharded(t, j)
	if s.sum.Changes[delivery.Changed] == 0 || s.sum.Confidence["chosen"] == 0 {
		t.Fatalf("there are no changes or no decisions: %v, %v", s.sum.Changes, s.sum.Confidence)
	}
	for _, of := range []int{2, 5}[:sized(1, 2)] {
		s.check(t, s.run(t, of))
	}
}

// The brake of a comparison stops a merge, and then nothing is written.
func TestShardsThatLoseTooMuch(t *testing.T) {
	t.Parallel()
	j := loansJob(t, 100)
	previous := "Display ID,match_status,loan_id\n"
	for i := range 50 {
		previous += fmt.Sprintf("nothing %d,matched,%d\n", 20+20*i+i, i+1)
	}
	if err := os.WriteFile(j.file("previous.csv"), []byte(previous), 0o600); err != nil {
		t.Fatal(err)
	}
	j.Output.Path, j.Output.Reconcile = j.file("out.csv"), &delivery.Reconcile{Against: j.file("previous.csv")}
	s := &sharded{job: j}
	_, err := s.merge(t, s.run(t, 2)...)
	if _, ok := errors.AsType[*delivery.BrakeError](err); !ok {
		t.Errorf("the error is %v", err)
	}
	if names := strings.Join(j.names(t), " "); strings.Contains(names, "out.csv ") || strings.Contains(names, "changes") {
		t.Errorf("written are %s", names)
	}
}
