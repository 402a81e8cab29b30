package pipeline

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox"
	"loanmap/io/pace"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// A merge names what is missing or does not fit, and writes nothing.
func TestPartsThatAreRefused(t *testing.T) {
	t.Parallel()
	j := loansJob(t, 60)
	j.Output.Path, j.Resume.Within = j.file("out.csv"), time.Hour
	s := &sharded{job: j}
	parts := s.run(t, 3)
	copyOf := func(from, to string, change func([]byte) []byte) string {
		content, err := os.ReadFile(from)
		if err == nil {
			err = os.WriteFile(j.file(to), change(bytes.Clone(content)), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		return j.file(to)
	}
	same := func(content []byte) []byte { return content }
	first, second, third := j.file("out.csv.1-of-3.part"), j.file("out.csv.2-of-3.part"), j.file("out.csv.3-of-3.part")

	other := *j
	other.Output.Path, other.Output.Page = j.file("paged.csv"), "https://x.example/{loan_id}"
	paged := (&sharded{job: &other}).runOne(t, question.Shard{Number: 3, Of: 3})
	other = *j
	other.Output.Path = j.file("four.csv")
	four := (&sharded{job: &other}).runOne(t, question.Shard{Number: 3, Of: 4})
	other = *j
	other.Input.Path, other.Output.Path = copyOf(j.Input.Path, "other.csv", func(c []byte) []byte { return append(c, "L000212\n"...) }), j.file("other.out.csv")
	otherInput := (&sharded{job: &other}).runOne(t, question.Shard{Number: 3, Of: 3})

	for name, c := range map[string]struct {
		parts   []string
		problem string
	}{
		"one is missing":     {parts[:2], "no part of these shards is given: "},
		"two are missing":    {[]string{second}, "no part of these shards is given: 1/3, 3/3"},
		"one comes twice":    {[]string{first, second, third, copyOf(second, "copy.part", same)}, "shard 2/3 is given twice: " + second + " and " + j.file("copy.part")},
		"another number":     {[]string{first, second, four}, "one is of 3 shards, the other of 4"},
		"another input":      {[]string{first, second, otherInput}, "they are of two inputs"},
		"other options":      {[]string{first, second, paged}, "these settings differ: Page"},
		"a cut part":         {[]string{first, second, copyOf(third, "cut.part", func(c []byte) []byte { return c[:len(c)-1] })}, "cut.part is cut or damaged"},
		"half a part":        {[]string{first, second, copyOf(third, "half.part", func(c []byte) []byte { return c[:len(c)/2] })}, "half.part is cut or damaged"},
		"hardly a part":      {[]string{copyOf(third, "hardly.part", func(c []byte) []byte { return c[:20] })}, "hardly.part is cut or damaged"},
		"a damaged part":     {[]string{first, second, copyOf(third, "bad.part", func(c []byte) []byte { c[len(c)/2] ^= 1; return c })}, "bad.part is cut or damaged"},
		"a file like any":    {[]string{first, second, j.Input.Path}, "in.csv is not the part of a shard"},
		"an empty file":      {[]string{copyOf(third, "empty.part", func([]byte) []byte { return nil })}, "empty.part is not the part of a shard"},
		"a file not there":   {[]string{first, second, j.file("none.part")}, "reading " + j.file("none.part")},
		"a part for another": {[]string{first, second, third, four}, "one is of 3 shards, the other of 4"},
	} {
		t.Run(name, func(t *testing.T) {
			s.refuses(t, c.problem, c.parts...)
		})
	}
	t.Run("the input has changed", func(t *testing.T) {
		copyOf(j.Input.Path, "in.csv", func(c []byte) []byte { return append(c, "L000212\n"...) })
		s.refuses(t, "is not the input that the shards have read", parts...)
	})
}

// refuses fails if parts are merged, or if it is not said why not.
func (s *sharded) refuses(t *testing.T, problem string, parts ...string) {
	t.Helper()
	_, err := s.merge(t, parts...)
	var advised interface{ Advice() string }
	if err == nil || !strings.Contains(err.Error(), problem) || !errors.As(err, &advised) || advised.Advice() == "" {
		t.Errorf("the error is %v", err)
	}
	if _, usage := errors.AsType[*question.UsageError](err); usage {
		t.Error("it is a fault of the command line")
	}
	for _, file := range []string{"out.csv", "out.errors.csv", "out.summary.json"} {
		if delivery.Exists(s.job.file(file)) {
			t.Errorf("%s is there", file)
		}
	}
}

// A part that answers other rows than those of its shard is not merged, whatever its
// digest says.
func TestPartsThatLackRows(t *testing.T) {
	t.Parallel()
	j := loansJob(t, 40)
	j.Output.Path, j.Resume.Within = j.file("out.csv"), time.Hour
	s := &sharded{job: j}
	parts := s.run(t, 2)
	for name, c := range map[string]struct {
		change  func([]record) []record
		problem string
	}{
		"the first is missing": {func(all []record) []record { return all[1:] }, "does not answer the row on line"},
		"the last is missing":  {func(all []record) []record { return all[:len(all)-1] }, "does not answer the row on line"},
		"one comes twice":      {func(all []record) []record { return append(all[:2:2], all[1:]...) }, "does not answer the row on line"},
		"one too many":         {func(all []record) []record { return append(all, record{all[len(all)-1].line + 7, all[0].outcome}) }, "answers a row on line"},
	} {
		t.Run(name, func(t *testing.T) {
			was := rewrite(t, parts[0], c.change)
			s.refuses(t, c.problem, parts...)
			if err := os.WriteFile(parts[0], was, 0o600); err != nil {
				t.Fatal(err)
			}
		})
	}
}

// changing is a tenant that is served by one sandbox after another at one address.
type changing struct {
	url string
	box atomic.Pointer[sandbox.Sandbox]
}

func newChanging(t *testing.T) *changing {
	t.Helper()
	c := new(changing)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { c.box.Load().ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	c.url = server.URL
	return c
}

// become has the tenant served by a new sandbox, and returns a client that knows nothing
// of it.
func (c *changing) become(t *testing.T, shape sandbox.Shape) *loanpro.Client {
	t.Helper()
	box, err := sandbox.New(sandbox.Options{Loans: 900, Shape: shape})
	if err != nil {
		t.Fatal(err)
	}
	c.box.Store(box)
	token, err := loanpro.NewToken(box.Token())
	if err != nil {
		t.Fatal(err)
	}
	client, err := loanpro.New(loanpro.Config{
		BaseURL: c.url + "/api/public/api/1", TenantID: box.TenantID(), Token: token, Pace: pace.NewLocal(1e5), Workers: 8, Timeout: 10 * time.Second, Patience: 2 * time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// One shard finds out that batches miss loans. What the others have found by batches is
// not merged, their saved answers are not used, and they ask anew.
func TestShardsHeedDoubt(t *testing.T) {
	if !full() {
		t.Skip("make check runs it")
	}
	t.Parallel()
	c := newChanging(t)
	honest := c.become(t, sandbox.Shape{})
	j := job(t, honest, quoted(existing(c.box.Load(), 240))...)
	s := newSharded(t, j)
	s.runOne(t, question.Shard{Number: 1, Of: 3})
	s.stopped(t, question.Shard{Number: 3, Of: 3})

	j.Lookup.Client = c.become(t, sandbox.Shape{DropHits: 0.3, HoldBackFrom: 7})
	s.runOne(t, question.Shard{Number: 2, Of: 3})
	j.Lookup.Client = c.become(t, sandbox.Shape{DropHits: 0.3, HoldBackFrom: 7})
	var log bytes.Buffer
	j.Log = slog.New(slog.NewTextHandler(&log, nil))
	s.runOne(t, question.Shard{Number: 3, Of: 3})
	if !strings.Contains(log.String(), "event=shard_unbatched") || strings.Contains(log.String(), "event=fallback_unbatched") {
		t.Errorf("the log of a shard that comes after the doubt is %s", &log)
	}
	part := func(n string) string { return j.file("out.csv." + n + "-of-3.part") }
	s.refuses(t, "shard 3/3 has found that batch searches miss records here, and these shards have used them: 1/3", part("1"), part("2"), part("3"))

	s.runOne(t, question.Shard{Number: 1, Of: 3}) // with the same command
	s.sum.LoanPro.Batch = 1
	s.check(t, []string{part("1"), part("2"), part("3")})
}

// stopped stops a shard once it has saved answers.
func (s *sharded) stopped(t *testing.T, shard question.Shard) {
	t.Helper()
	j := *s.job
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	j.Lookup.Shard, j.Lookup.Batch = shard, 4
	j.Progress = func(now Progress) {
		if len(now.Status) > 0 {
			stop()
		}
	}
	_, err := j.Run(ctx)
	journal := delivery.JournalOf(s.job.file("out.csv.3-of-3.part"))
	if !errors.Is(err, context.Canceled) || !delivery.Exists(journal) {
		t.Fatalf("%v, and its journal is there: %t", err, delivery.Exists(journal))
	}
}

// The part of another job is in the way, unless it is to be replaced; that of the same
// shard is kept, or renewed when that is wanted.
func TestPartsThatAreThere(t *testing.T) {
	t.Parallel()
	asked := int64(0)
	j := job(t, nil, "L000212", "LN00000456", "nothing")
	j.Lookup.Client = tenant(t, func(http.ResponseWriter, *http.Request) bool { atomic.AddInt64(&asked, 1); return false })
	j.Output.Path, j.Resume.Within = j.file("out.csv"), time.Hour
	s, only := &sharded{job: j}, question.Shard{Number: 1, Of: 1}
	asks := func(wanted bool, why string) {
		t.Helper()
		before := atomic.LoadInt64(&asked)
		s.runOne(t, only)
		if (atomic.LoadInt64(&asked) > before) != wanted {
			t.Errorf("%s: %d requests", why, atomic.LoadInt64(&asked)-before)
		}
	}
	asks(true, "the first run")
	asks(false, "the same again")
	for why, change := range map[string]func(*Job){
		"with --fresh":           func(j *Job) { j.Resume.Fresh = true },
		"with --force":           func(j *Job) { j.Output.Force = true },
		"when its part is older": func(j *Job) { j.Resume.Within = time.Nanosecond },
	} {
		was := *j
		change(j)
		asks(true, why)
		*j = was
	}
	if err := os.WriteFile(j.Input.Path, []byte("Display ID\nL000212\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	j.Lookup.Shard = only
	_, err := j.Run(t.Context())
	if e, usage := errors.AsType[*question.UsageError](err); !usage || !strings.Contains(e.Problem, "is not of this job: they are of two inputs") {
		t.Errorf("the part of another input: %v", err)
	}
	j.Output.Force = true
	asks(true, "the part of another input, with --force")
}

// What cannot be read again, or written next to, is not split.
func TestJobsThatAreNotSplit(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Job){
		"standard input": func(j *Job) { j.Input.Path, j.Input.Stdin = "-", strings.NewReader("Display ID\nL1\n") },
		"a stream":       func(j *Job) { j.Output.Path, j.Output.Stdout = "-", os.Stdout },
		"a correction":   func(j *Job) { j.Output.Into = &delivery.Into{Output: filepath.Join(t.TempDir(), "x.csv")} },
	} {
		j := job(t, tenant(t, nil), "L000212")
		j.Lookup = lookup.Options{Client: j.Lookup.Client, Batch: 50, Workers: 4, Rate: 1000, Shard: question.Shard{Number: 1, Of: 2}}
		change(j)
		_, err := j.Run(t.Context())
		if e, usage := errors.AsType[*question.UsageError](err); !usage || !strings.Contains(e.Problem, "shard") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// record is an answer in a part.
type record struct {
	line    int
	outcome answer.Outcome
}

// rewrite changes the records of a part, whose digest is right then, too. It returns what
// the part was.
func rewrite(t *testing.T, path string, change func([]record) []record) []byte {
	t.Helper()
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	p, err := delivery.OpenPart(path)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	var all []record
	for {
		line, o, ok, err := p.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			break
		}
		all = append(all, record{line, o})
	}
	head := was[:bytes.Index(was, p.Job)+len(p.Job)+1]
	var content bytes.Buffer
	content.Write(head)
	block := func(b []byte) {
		content.Write(binary.AppendUvarint(nil, uint64(len(b))))
		content.Write(b)
	}
	line := 0
	for _, r := range change(all) {
		block(r.outcome.AppendInFull(binary.AppendUvarint(nil, uint64(r.line-line))))
		line = r.line
	}
	block(nil)
	at := content.Len()
	block(p.Account)
	content.Write(binary.BigEndian.AppendUint64(nil, uint64(at)))
	sum := sha256.Sum256(content.Bytes())
	content.Write(sum[:])
	if err := os.WriteFile(path, content.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return was
}

// Shards that have scanned and shards that have searched may propose other candidates.
func TestPlansThatDiffer(t *testing.T) {
	t.Parallel()
	scanned, searched := lookup.Plan{Of: "customers", Access: lookup.Scan}, lookup.Plan{Of: "customers", Access: lookup.Search}
	loans := lookup.Plan{Of: "loans", Access: lookup.Search}
	for name, c := range map[string]struct {
		plans   [][]lookup.Plan
		refused bool
	}{
		"none":                  {[][]lookup.Plan{nil, nil}, false},
		"the same":              {[][]lookup.Plan{{scanned, loans}, {scanned}, nil}, false},
		"one has not scanned":   {[][]lookup.Plan{{scanned}, {searched, loans}}, true},
		"the last has not":      {[][]lookup.Plan{{scanned}, {loans}, {searched}}, true},
		"of two kinds, as both": {[][]lookup.Plan{{scanned}, {loans}}, false},
	} {
		m := new(merging)
		for _, plans := range c.plans {
			m.accounts = append(m.accounts, &Summary{LoanPro: Traffic{Plans: plans}})
		}
		if err := m.checkPlans(); (err != nil) != c.refused {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Risks are read from the summaries of shards, and their questions add up.
func TestRisksAddUp(t *testing.T) {
	t.Parallel()
	of := func(tier string, rows int) lookup.Risk {
		return lookup.Risk{Tier: tier, Of: 100, Bound: 0.03, Rows: rows}
	}
	text, err := json.Marshal([]lookup.Risk{of("a", 2), of("b", 3)})
	var read []lookup.Risk
	if err == nil {
		err = json.Unmarshal(text, &read)
	}
	if err != nil {
		t.Fatal(err)
	}
	want := []lookup.Risk{of("a", 7), of("b", 3), of("c", 4)}
	if got := lookup.AddRisks([]lookup.Risk{of("c", 4), of("a", 5)}, read); !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

// A merge has changes only if the shards were compared.
func TestMergeWithoutChanges(t *testing.T) {
	t.Parallel()
	j := job(t, tenant(t, nil), "L000212")
	j.Output.Path = j.file("out.csv")
	parts := (&sharded{job: j}).run(t, 1)
	m := &Merge{Parts: parts, Log: slog.New(slog.DiscardHandler), Output: delivery.Output{Reconcile: &delivery.Reconcile{Changes: "c.csv"}}}
	if _, err := m.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "there are no changes") {
		t.Error(err)
	}
}
