package pipeline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/journal"
	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/io/pace"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

var errStopped = errors.New("stopped by a test")

// listen has a job call heard with every line that it says: the sentence, then its
// attributes.
func listen(j *Job, heard func(line string)) { j.Log = slog.New(listener{slog.DiscardHandler, heard}) }

type listener struct {
	slog.Handler
	heard func(line string)
}

func (listener) Enabled(context.Context, slog.Level) bool { return true }

func (l listener) Handle(_ context.Context, r slog.Record) error {
	line := r.Message
	r.Attrs(func(a slog.Attr) bool {
		line += " " + a.String()
		return true
	})
	l.heard(line)
	return nil
}

// ledgerIn is one with a journal in dir, which is flushed when it is closed.
func ledgerIn(t *testing.T, dir string) *run {
	t.Helper()
	r := ledgerFor(t, journal.Options{Path: filepath.Join(dir, "out.csv.journal"), Secret: []byte("s")})
	t.Cleanup(r.ledger.close)
	return r
}

// replied is a question with an answer.
func replied(number uint64, v answer.Verdict, f answer.Found) *lookup.Asked {
	o := answer.New(v, "")
	o.Found = f
	return &lookup.Asked{Question: question.Question{Kind: question.DisplayIDs}, Number: number, Outcome: &o}
}

func (r *run) mustAdd(t *testing.T, questions ...*lookup.Asked) {
	t.Helper()
	if err := r.ledger.add(questions, nil); err != nil {
		t.Fatal(err)
	}
}

// paidFor lists the answers that a run has found, by their questions.
func (r *run) paidFor() []string {
	var list []string
	for i := range uint64(len(r.ledger.cached)) {
		if o := r.ledger.answerTo(i, &question.Question{Kind: question.DisplayIDs}); o != nil {
			list = append(list, fmt.Sprintf("%d %s %d", i, o.Status(), o.Found.Loan))
		}
	}
	return list
}

var (
	exactly = answer.Verdict{Status: match.Matched, Confidence: match.Exact}
	twice   = answer.Verdict{Status: match.Ambiguous, Code: match.CodeDuplicate}
	unheard = answer.Verdict{Status: match.Failed, Code: "search_failed"}
)

// An answer that an audit changes is written down again, and the last one
// counts; one that it leaves is not. What has no answer is left open.
func TestTheLastAnswerCounts(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := ledgerIn(t, dir)
	same, changed, open := replied(0, exactly, answer.Found{Loan: 7}), replied(2, exactly, answer.Found{Loan: 8}), replied(3, unheard, answer.Found{})
	first.mustAdd(t, same, changed, open)
	*changed.Outcome = answer.New(twice, "")
	first.mustAdd(t, same, changed, open)
	first.ledger.close()

	_, found, err := journal.Open(first.ledger.asides.Options)
	if err != nil || found.Records != 3 {
		t.Errorf("%v, %v", found, err)
	}
	next := ledgerIn(t, dir)
	if diff := cmp.Diff([]string{"0 matched 7", "2 ambiguous 0"}, next.paidFor()); diff != "" || next.ledger.resumed != 2 {
		t.Errorf("%d questions; %s", next.ledger.resumed, diff)
	}
}

// An answer whose candidates have names is left open, also where another answer was
// written down before.
func TestNamedCandidatesAreAskedForAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := ledgerIn(t, dir)
	named, changed, plain := replied(0, twice, answer.Found{}), replied(1, exactly, answer.Found{Loan: 8}), replied(2, twice, answer.Found{})
	named.Outcome.Propose(answer.Candidate{ID: 7, Score: 49, Name: "Anna Kowalski"})
	plain.Outcome.Propose(answer.Candidate{ID: 7, Score: 49})
	first.mustAdd(t, named, changed, plain)
	*changed.Outcome = *named.Outcome
	first.mustAdd(t, named, changed, plain)
	first.ledger.close()
	next := ledgerIn(t, dir)
	if diff := cmp.Diff([]string{"2 ambiguous 0"}, next.paidFor()); diff != "" || next.ledger.resumed != 1 {
		t.Errorf("%d questions; %s", next.ledger.resumed, diff)
	}
}

// journalOf returns what the journal of an interrupted job holds.
func (j *Job) journalOf(t *testing.T) string {
	t.Helper()
	kept, _, err := journal.Open(j.journalOptions(t))
	if err != nil {
		t.Fatal(err)
	}
	defer kept.Close()
	var text strings.Builder
	for record, err := range kept.Replay() {
		if err != nil {
			t.Fatal(err)
		}
		text.Write(record.Answer)
	}
	return text.String()
}

// A run by names that is stopped after its last row leaves no name of a candidate in its
// journal, and ends with the bytes of a calm run. It asks again for what has candidates
// only, and for what is not found.
func TestARunByNamesResumes(t *testing.T) {
	t.Parallel()
	j := job(t, peopleTenant(t, "id,first_name,last_name,birth_date\n70,Anna,Kowalski,1985-06-15\n71,Anna,Kowalski,1949-12-31\n"+
		"72,Peter,Olson,1977-08-28\n73,Ruth,Ferguson,1966-02-14\n"))
	j.Input.By = question.Names.Flag
	rows := "Name,Birth Date\nAnna Kowalski,\nPeter Olson,1977-08-28\nRut Ferguson,\nQuentin Xavier,\nRuth Ferguson,2/14/1966\n"
	if err := os.WriteFile(j.Input.Path, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	listen(j, func(line string) {
		if strings.Contains(line, "asking again in") {
			cancel(errStopped)
		}
	})
	j.Resume.RetryNotFoundAfter = time.Hour
	if _, err := j.Run(ctx); !errors.Is(err, errStopped) {
		t.Fatalf("got %v", err)
	}
	kept := j.journalOf(t)
	if strings.Contains(kept, "Kowalski") || strings.Count(kept, string(match.Strong)) != 2 {
		t.Errorf("the journal holds %q", kept)
	}
	j.Resume.RetryNotFoundAfter = 0
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if summary.Resumed != 2 || summary.Status[match.Ambiguous] != 2 {
		t.Errorf("%d answers were used; %v", summary.Resumed, summary.Status)
	}
	resumed := []string{string(j.content(t, "in.resolved.csv")), string(j.content(t, "in.errors.csv"))}
	j.Resume.Fresh, j.Output.Force = true, true
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	calm := []string{string(j.content(t, "in.resolved.csv")), string(j.content(t, "in.errors.csv"))}
	if diff := cmp.Diff(calm, resumed); diff != "" || !strings.Contains(calm[0], "70 Anna Kowalski (49); 71 Anna Kowalski (49)") {
		t.Error(diff)
	}
}

// peopleTenant serves a tenant of customers, one of whom has a loan.
func peopleTenant(t *testing.T, customers string) *loanpro.Client {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"customers.csv": customers, "loans.csv": "id,display_id,customers\n1000,L1,70:primary\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	client, _ := tenantOf(t, sandbox.Options{Dir: dir}, nil)
	return client
}

// A doubt is about everything that was answered before: a later run knows none
// of it, and asks one by one, too.
func TestARenouncedLedgerIsForgotten(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := ledgerIn(t, dir)
	first.mustAdd(t, replied(0, exactly, answer.Found{Loan: 7}), replied(1, exactly, answer.Found{Loan: 8}))
	if err := first.ledger.restart(true); err != nil {
		t.Fatal(err)
	}
	if first.ledger.answerTo(0, &question.Question{Kind: question.DisplayIDs}) != nil {
		t.Error("the run itself still uses an answer")
	}
	first.mustAdd(t, replied(1, twice, answer.Found{}))
	first.ledger.close()
	next := ledgerIn(t, dir)
	if diff := cmp.Diff([]string{"1 ambiguous 0"}, next.paidFor()); diff != "" || !next.lookup.Unbatched || !next.newest.summary.LoanPro.Unbatched {
		t.Errorf("one by one: %t; %s", next.lookup.Unbatched, diff)
	}
}

// stopAt is a fault that ends a run when a request for a word comes for the n-th
// time, and leaves that request without an answer.
func stopAt(word string, n int64, stop context.CancelCauseFunc) fault {
	var times atomic.Int64
	return func(_ http.ResponseWriter, r *http.Request) bool {
		if !strings.Contains(peek(r), word) || times.Add(1) != n {
			return false
		}
		stop(errStopped)
		<-r.Context().Done()
		return true
	}
}

// A run that is stopped at the audit of its first batch leaves nothing of it: an
// index with gaps may have answered.
func TestNothingIsNotedBeforeItsAudit(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	client := tenant(t, stopAt("NONE-1", 2, cancel))
	j := job(t, client, "L000212", "NONE-1", "LN00000456", "NONE-2", "DISP_ID_001")
	if _, err := j.Run(ctx); !errors.Is(err, errStopped) {
		t.Fatalf("got %v", err)
	}
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if summary.Resumed != 0 || summary.Questions != 5 || summary.Status[match.NotFound] != 2 {
		t.Errorf("%d of %d questions were answered before; %v", summary.Resumed, summary.Questions, summary.Status)
	}
	j.left(t, "in.csv in.errors.csv in.resolved.csv in.summary.json")
}

// left fails if other files are left in the job's folder.
func (j *Job) left(t *testing.T, want string) {
	t.Helper()
	if got := strings.Join(j.names(t), " "); got != want {
		t.Errorf("left are %s", got)
	}
}

// A run that has begun to doubt its batches and is stopped goes on one by one,
// and uses nothing that batches have said.
func TestADoubtSurvivesAStop(t *testing.T) {
	t.Parallel()
	const loans = 400
	ctx, cancel := context.WithCancelCause(t.Context())
	var doubted atomic.Bool
	var alone atomic.Int64
	j, _ := jobOfSeconds(t, loans, func() {
		// By now the first audits are over.
		if doubted.Load() && alone.Add(1) == loans*7/8 {
			cancel(errStopped)
		}
	})
	heard := j.Log.Handler().(listener).heard
	listen(j, func(line string) {
		heard(line)
		if strings.Contains(line, "starting over") {
			doubted.Store(true)
		}
	})
	if _, err := j.Run(ctx); !errors.Is(err, errStopped) || !doubted.Load() {
		t.Fatalf("doubted %t, %v", doubted.Load(), err)
	}
	alone.Store(loans * 7) // no more stops
	summary, err := j.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if summary.Status[match.Ambiguous] != loans || summary.Resumed == 0 || summary.Resumed == loans {
		t.Errorf("%d questions were answered before; %v", summary.Resumed, summary.Status)
	}
	if open := loans - summary.Resumed; summary.LoanPro.Requests < int64(open) || !summary.LoanPro.Unbatched {
		t.Errorf("%d requests for %d questions, one by one: %t", summary.LoanPro.Requests, open, summary.LoanPro.Unbatched)
	}
}

// otherToken is a client of the same tenant with a token of its own.
func otherToken(t *testing.T, base, id, text string) *loanpro.Client {
	t.Helper()
	token, err := loanpro.NewToken(text)
	if err != nil {
		t.Fatal(err)
	}
	client, err := loanpro.New(loanpro.Config{BaseURL: base, TenantID: id, Token: token, Pace: pace.NewLocal(1e5), Workers: 8, Timeout: 10 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// keepsJournal runs a job whose output cannot be committed, so that its journal
// has everything.
func (j *Job) keepsJournal(t *testing.T) {
	t.Helper()
	blocked := j.file("in.resolved.csv")
	j.Progress = func(p Progress) {
		if p.Rows > 0 {
			_ = os.MkdirAll(blocked, 0o700)
		}
	}
	if _, err := j.Run(t.Context()); err == nil {
		t.Fatal("the output was written")
	}
	j.Progress = func(Progress) {}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
}

// content returns a file next to the input.
func (j *Job) content(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(j.file(name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// putAside lists the journals that were put aside.
func (j *Job) putAside(t *testing.T) []string {
	t.Helper()
	return slices.DeleteFunc(j.names(t), func(name string) bool { return !strings.HasSuffix(name, ".old") })
}

// The journal of another token is put aside. It is put back if the run with the new
// one is told nothing, and stays for its own run if that run finishes.
func TestAnotherTokenPutsTheJournalAside(t *testing.T) {
	t.Parallel()
	const right, rotated = "right-token", "rotated-token"
	box, err := sandbox.New(sandbox.Options{Token: right})
	if err != nil {
		t.Fatal(err)
	}
	var accepted atomic.Value
	accepted.Store(right)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+accepted.Load().(string) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.Header.Set("Authorization", "Bearer "+right)
		box.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	base := server.URL + "/api/public/api/1"
	j := job(t, otherToken(t, base, box.TenantID(), right), "L000212", "LN00000456")
	j.keepsJournal(t)
	paid := j.content(t, "in.resolved.csv.journal")

	// A token that is wrong loses no answer.
	var warnings []string
	listen(j, func(line string) {
		if strings.Contains(line, "put aside") {
			warnings = append(warnings, line)
		}
	})
	j.Lookup.Client = otherToken(t, base, box.TenantID(), rotated)
	for range 2 {
		if _, err := j.Run(t.Context()); err == nil {
			t.Fatal("no error")
		}
		if !bytes.Equal(j.content(t, "in.resolved.csv.journal"), paid) || len(j.putAside(t)) > 0 {
			t.Error("the journal is not where it was")
		}
	}
	if len(warnings) != 2 || !strings.Contains(warnings[0], "in.resolved.csv.journal.") {
		t.Errorf("it said %q", warnings)
	}

	// One that is accepted puts it aside, for as long as its own run takes.
	accepted.Store(rotated)
	j.keepsJournal(t)
	if aside := j.putAside(t); len(aside) != 1 || !bytes.Equal(j.content(t, aside[0]), paid) {
		t.Errorf("put aside are %q, which is not what was there", aside)
	}
	summary, err := j.Run(t.Context())
	if err != nil || summary.Resumed != 2 {
		t.Errorf("%+v, %v", summary, err)
	}
	if aside := j.putAside(t); len(aside) != 1 {
		t.Fatalf("left are %q", aside)
	}

	// Its own run takes it back.
	accepted.Store(right)
	j.Lookup.Client, j.Output.Force = otherToken(t, base, box.TenantID(), right), true
	summary, err = j.Run(t.Context())
	if err != nil || summary.Resumed != 2 {
		t.Errorf("%+v, %v", summary, err)
	}
	j.left(t, "in.csv in.errors.csv in.resolved.csv in.summary.json")
}

// A file of the person's is not replaced by a journal that is put aside.
func TestAForeignFileIsNotReplacedByAnOldJournal(t *testing.T) {
	t.Parallel()
	j := job(t, tenant(t, nil), "L000212")
	j.keepsJournal(t)
	label, err := journal.Label(journal.Options{Path: j.file("in.resolved.csv.journal"), Secret: []byte("any")})
	if err != nil || label == "" {
		t.Fatal(label, err)
	}
	mine, paid := "in.resolved.csv.journal."+label+".old", j.content(t, "in.resolved.csv.journal")
	if err := os.WriteFile(j.file(mine), []byte("mine\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	j.Version = "2" // another run
	j.keepsJournal(t)
	if got := string(j.content(t, mine)); got != "mine\n" {
		t.Errorf("the file is now %q", got)
	}
	aside := slices.DeleteFunc(j.putAside(t), func(name string) bool { return name == mine })
	if len(aside) != 1 || !bytes.Equal(j.content(t, aside[0]), paid) {
		t.Errorf("put aside are %q", aside)
	}
}

// What was put aside is kept for a day, or as long as --resume-within says.
func TestAJournalPutAsideIsForgotten(t *testing.T) {
	t.Parallel()
	j := job(t, tenant(t, nil), "L000212")
	j.keepsJournal(t)
	j.Version = "2"
	j.keepsJournal(t)
	aside := j.putAside(t)
	if len(aside) != 1 {
		t.Fatalf("put aside are %q", aside)
	}
	for _, c := range []struct {
		ago, within time.Duration
		left        int
	}{{23 * time.Hour, time.Hour, 1}, {25 * time.Hour, 26 * time.Hour, 1}, {25 * time.Hour, time.Hour, 0}} {
		j.Resume.Within, j.Output.Force = c.within, true
		then := time.Now().Add(-c.ago)
		if err := os.Chtimes(j.file(aside[0]), then, then); err != nil {
			t.Fatal(err)
		}
		if _, err := j.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		if left := len(j.putAside(t)); left != c.left {
			t.Errorf("after %v of %v there are %d", c.ago, c.within, left)
		}
	}
}

// With --fresh a run renews its own journal, and leaves another's.
func TestFreshLeavesTheJournalOfAnotherRun(t *testing.T) {
	t.Parallel()
	j := job(t, tenant(t, nil), "L000212")
	j.keepsJournal(t)
	j.Version, j.Resume.Fresh = "2", true
	if _, err := j.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	j.Version, j.Resume.Fresh, j.Output.Force = "", false, true
	summary, err := j.Run(t.Context())
	if err != nil || summary.Resumed != 1 {
		t.Errorf("%+v, %v", summary, err)
	}
}

// Whatever has a run not use the answers that are there, it says so.
func TestUnusedJournalsAreNamed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Job){
		"--fresh asks everything again":   func(j *Job) { j.Resume.Fresh = true },
		"can be read only once":           func(j *Job) { j.Input.Path, j.Input.Stdin = "-", strings.NewReader("Display ID\nL000212\n") },
		"belongs to another run or token": func(j *Job) { j.Version = "2" },
		"too old":                         func(j *Job) { j.Resume.Within = time.Nanosecond },
	} {
		j := job(t, tenant(t, nil), "L000212")
		j.keepsJournal(t)
		j.Output.Path, j.Output.Errors, j.Output.Summary = j.file("in.resolved.csv"), j.file("in.errors.csv"), j.file("in.summary.json")
		change(j)
		var said []string
		listen(j, func(line string) { said = append(said, line) })
		if _, err := j.Run(t.Context()); err != nil {
			t.Fatal(name, err)
		}
		if all := strings.Join(said, "\n"); !strings.Contains(all, "in.resolved.csv.journal") || !strings.Contains(all, name) || !strings.Contains(all, "answers") {
			t.Errorf("%s: it said %s", name, all)
		}
	}
}
