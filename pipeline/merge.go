package pipeline

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"loanmap/io/disk"
	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/question"
)

// Merge says which parts of a job to put together. It reads the input again, and writes
// what a run without shards writes: byte for byte, but for times and for what was sent. It
// asks LoanPro nothing, and holds one row of each part at a time.
type Merge struct {
	Parts []string // paths, in any order
	Input string   // path; empty: as the shards were given it
	// Output has the files that are written. An empty path is as the shards were given it.
	Output delivery.Output

	Version  string
	Log      *slog.Logger
	Progress func(Progress) // as in Job
}

// merging is a merge under way.
type merging struct {
	*run
	parts    delivery.Parts
	dealt    question.Shard   // how rows were dealt out to shards
	accounts []*Summary       // of the shards
	same     sameOutcomes     // nil: nothing is compared
	reader   *question.Reader // of the rows
	rows     lookup.Step      // not yet reported
}

// sameOutcomes holds one outcome for each question, by its name: a comparison counts
// questions.
type sameOutcomes map[string]*answer.Outcome

// Run merges the parts and returns the account of the job. The error is a
// *delivery.PartError where the parts are not those of one whole job; then nothing was
// written.
func (m *Merge) Run(ctx context.Context) (*Summary, error) {
	parts, err := delivery.OpenParts(m.Parts)
	if err != nil {
		return nil, err
	}
	defer parts.Close()
	merge, err := m.begin(parts)
	if err != nil {
		return nil, err
	}
	defer func() { merge.newest.in.Reader.Close() }()
	if merge.digest != parts[0].Input {
		return nil, &delivery.PartError{
			Problem: merge.Input.Path + " is not the input that the shards have read, or it has changed since",
			Hint:    "give the input of the shards with --input, or run all shards again",
		}
	}
	merge.newest.describe()
	return merge.newest.summary, merge.mergeLocked(ctx)
}

// begin opens the input as the shards did.
func (m *Merge) begin(parts delivery.Parts) (*merging, error) {
	merge := &merging{parts: parts}
	var job jobOfShard
	var decides struct { // as in jobOfAll
		Host, Tenant  string
		VerifyMissing bool
		Plan          lookup.Access
		MaxRisk       lookup.Chance
	}
	for _, text := range []struct {
		from json.RawMessage
		to   any
	}{{parts[0].Job, &job}, {parts[0].Decisive, &decides}} {
		if err := json.Unmarshal(text.from, text.to); err != nil {
			return nil, fmt.Errorf("reading the job of %s: %w", parts[0].Path, err)
		}
	}
	for _, part := range parts {
		account := new(Summary)
		if err := json.Unmarshal(part.Account, account); err != nil {
			return nil, fmt.Errorf("reading the account of %s: %w", part.Path, err)
		}
		merge.accounts = append(merge.accounts, account)
	}
	if changes := m.Output.Reconcile; changes != nil && changes.Changes != "" && job.Output.Reconcile == nil {
		return nil, question.Usage("there are no changes: the shards were not run by loanmap reconcile", "leave out --changes")
	}
	first := &merge.accounts[0].LoanPro
	merge.run = newRun(&Job{
		Input: job.Input, Decisions: job.Decisions, Output: m.output(&job.Output), Lookup: lookup.Options{Rate: first.Rate, Batch: first.Batch, VerifyMissing: decides.VerifyMissing, Plan: decides.Plan, MaxRisk: decides.MaxRisk},
		Version: m.Version, Log: m.Log, Progress: m.Progress,
	})
	merge.dealt = question.Shard{Of: len(parts), Together: decides.Plan == lookup.Scan}
	merge.Input.Path = cmp.Or(m.Input, job.Input.Path)
	merge.request.Input = merge.Input.Path
	merge.started, merge.tenantHost, merge.tenantID = begunAt(merge.accounts), decides.Host, decides.Tenant
	return merge, merge.begin()
}

// checkPlans refuses answers of shards of which some have scanned the tenant's records and
// others have searched them: who is a candidate may differ.
func (m *merging) checkPlans() error {
	access := map[string]lookup.Access{}
	for _, shard := range m.accounts {
		for _, plan := range shard.LoanPro.Plans {
			if other, known := access[plan.Of]; known && other != plan.Access {
				return &delivery.PartError{
					Problem: fmt.Sprintf("some shards have scanned all %s, and shard %s or others have searched for them", plan.Of, shard.Shard),
					Hint:    "run the shards again, all with --plan search",
				}
			}
			access[plan.Of] = plan.Access
		}
	}
	return nil
}

// output returns which files are written, and what they look like.
func (m *Merge) output(given *delivery.Output) delivery.Output {
	o := *given
	o.Path, o.Errors, o.Summary = cmp.Or(m.Output.Path, o.Path), cmp.Or(m.Output.Errors, o.Errors), cmp.Or(m.Output.Summary, o.Summary)
	o.ImportReady, o.Force, o.Stdout = cmp.Or(m.Output.ImportReady, o.ImportReady), m.Output.Force, m.Output.Stdout
	o.JSON = m.Output.JSON
	o.Disk = disk.Lenient(m.Output.Disk, m.Log)
	if changes := m.Output.Reconcile; o.Reconcile != nil && changes != nil {
		o.Reconcile.Changes = cmp.Or(changes.Changes, o.Reconcile.Changes)
	}
	return o
}

// mergeLocked merges with the files locked.
func (m *merging) mergeLocked(ctx context.Context) (err error) {
	if m.targets, err = m.request.Targets(m.newest.in.Reader.Source().Kind); err != nil {
		return err
	}
	locks, err := m.request.Hold(m.targets)
	defer locks.Release()
	if err != nil {
		return err
	}
	if err := m.findPrevious(); err != nil {
		return err
	}
	if err := m.checkDecisive(); err != nil {
		return err
	}
	if err := m.checkPlans(); err != nil {
		return err
	}
	p := m.newest
	if err := p.createFiles(); err != nil {
		return err
	}
	defer p.files.Abort()
	p.progress.enter(Writing)
	if err := m.writeRows(ctx); err != nil {
		return err
	}
	return p.finish(func() { m.account(p.summary) })
}

// checkDecisive refuses a merge that would read the rows in another way than the shards.
func (m *merging) checkDecisive() error {
	now, err := m.newest.common()
	if err != nil {
		return err
	}
	return m.parts.CheckSettings(now)
}

// writeRows writes every row of the input with the answer of its shard.
func (m *merging) writeRows(ctx context.Context) error {
	p := m.newest
	if p.previous != nil {
		m.same = sameOutcomes{}
	}
	m.reader = p.rowReader()
	for row, err := range p.rows() {
		if err == nil && p.read%progressRows == 0 {
			err = context.Cause(ctx)
		}
		if err != nil {
			return err
		}
		q, _ := m.reader.Ask(row)
		found, err := m.parts.Row(m.dealt.Owner(&q, row.Line), row.Line)
		if err != nil {
			return err
		}
		o, err := p.files.Write(row, m.same.of(&q, &found))
		if err != nil {
			return err
		}
		p.summary.count(o)
		m.report(p)
	}
	if err := p.in.CheckRead(p.in.Reader.Source()); err != nil {
		return err
	}
	return m.parts.CheckRead()
}

// progressRows is after how many rows the progress of a merge is reported.
const progressRows = 1000

func (m *merging) report(p *pass) {
	if m.rows.Rows++; m.rows.Rows == progressRows {
		p.progress.add(m.rows)
		m.rows.Rows = 0
	}
}

// of returns the one outcome of a question, which is found for each of its rows.
func (s sameOutcomes) of(q *question.Question, found *answer.Outcome) *answer.Outcome {
	if s == nil || q.Kind == nil {
		return found
	}
	name := q.Name()
	if s[name] == nil {
		s[name] = found
	}
	return s[name]
}

// account fills in what the shards have asked, all together.
func (m *merging) account(s *Summary) {
	s.close(time.Now(), m.newest.in.Reader.Source(), m.traffic())
	first := m.accounts[0].LoanPro
	into := &s.LoanPro
	into.Host, into.Tenant, into.Known, into.Probe, into.Unbatched, into.Plans = first.Host, first.Tenant, first.Known, first.Probe, first.Unbatched, first.Plans
	for _, shard := range m.accounts {
		s.Questions += shard.Questions
		s.Resumed += shard.Resumed
		s.Risks = lookup.AddRisks(s.Risks, shard.Risks)
		if of := shard.Decisions; of != nil && s.Decisions != nil {
			s.Decisions.Applied += of.Applied
			s.Decisions.Stale += of.Stale
		}
		into.Gaps += shard.LoanPro.Gaps
		into.Audited = into.Plus(shard.LoanPro.Audited)
	}
	m.newest.namesFiles()
}

// traffic adds up what the shards have sent.
func (m *merging) traffic() (all loanpro.Stats) {
	for _, shard := range m.accounts {
		t := &shard.LoanPro
		all.Requests += t.Requests
		all.Retries += t.Retries
		all.Throttled += t.Waits
		all.Sent += t.Sent
		all.Received += t.Received
	}
	return all
}
