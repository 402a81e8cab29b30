package pipeline

import (
	"encoding/json"
	"fmt"
	"time"

	"loanmap/pipeline/delivery"
	"loanmap/pipeline/question"
)

// jobOfAll is what all shards of a job have in common, apart from the input: what decides
// the questions and answers of a run, and what decides the columns of its files.
type jobOfAll struct {
	decisive
	Page                       string
	ErrorsSheet, GuardFormulas bool
	Compared                   bool
	Expect                     string
}

// jobOfShard is a job as a part keeps it, so that a merge can read the input again.
type jobOfShard struct {
	Input     Input
	Output    delivery.Output
	Decisions string // of reviews, as in Job
}

// partHead returns the head of the part that a pass writes; nil: it writes no part.
func (p *pass) partHead() (*delivery.PartHead, error) {
	if p.Lookup.Shard.Whole() {
		return nil, nil //nolint:nilnil // only shards write parts
	}
	decides, err := p.common()
	if err != nil {
		return nil, err
	}
	job, err := json.Marshal(jobOfShard{p.Input, p.Output, p.Decisions})
	if err != nil {
		return nil, fmt.Errorf("writing the job of a part: %w", err)
	}
	return &delivery.PartHead{Shard: p.Lookup.Shard, Input: p.digest, Decisive: decides, Job: job}, nil
}

// common returns the jobOfAll of a pass as JSON.
func (p *pass) common() (json.RawMessage, error) {
	all := jobOfAll{decisive: p.decisive(), Page: p.Output.Page, ErrorsSheet: p.Output.ErrorsSheet, GuardFormulas: p.Output.GuardFormulas}
	all.Digest, all.Shard = "", ""
	if with := p.Output.Reconcile; with != nil {
		all.Compared, all.Expect = true, with.Expect
	}
	text, err := json.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("identifying the job: %w", err)
	}
	return text, nil
}

// checkShard refuses a job that cannot be split.
func (r *run) checkShard() error {
	switch {
	case r.Lookup.Shard.Whole():
		return nil
	case r.Output.Into != nil:
		return question.Usage("a report that is filled in cannot be split into shards", "leave out --shard")
	case !r.newest.rereadable() && !r.DryRun:
		return question.Usage("--shard reads the whole input in each shard, but "+r.newest.in.Reader.Source().Name+" can be read only once", "give the name of a file as input")
	}
	return nil
}

// finishedBefore returns the account of an earlier run of the same shard that has finished
// and whose part may be kept; nil: the shard must run.
func (r *run) finishedBefore() (*Summary, error) {
	if r.Lookup.Shard.Whole() {
		return nil, nil //nolint:nilnil // parts are of shards
	}
	d := r.newest.delivery()
	var err error
	if d.Part, err = r.newest.partHead(); err != nil {
		return nil, err
	}
	since := r.started.Add(-r.Resume.Within)
	r.doubted = d.BatchesDoubted(r.targets.Output, since)
	part, err := d.Earlier(r.targets.Output)
	if part == nil || err != nil {
		return nil, err
	}
	defer part.Close()
	before := new(Summary)
	if json.Unmarshal(part.Account, before) != nil || !r.mayKeep(before, part.Modified().After(since)) {
		return nil, nil //nolint:nilnil // it is replaced
	}
	before.Path = r.targets.Summary
	r.Log.Info("shard {shard} has finished already: its part is kept", "event", "part_kept", "shard", r.Lookup.Shard.String(), "path", part.Path)
	return before, nil
}

// mayKeep reports whether a part may be kept, by the account of its run: everything was
// answered, and not long ago, in a way that is believed.
func (r *run) mayKeep(before *Summary, recent bool) bool {
	return recent && !r.Resume.Fresh && !r.Output.Force && before.Unanswered() == 0 && (before.LoanPro.Unbatched || !r.doubted)
}

// heedDoubt has a shard ask every question by itself if another shard has found that
// batches miss records. Answers of batches that it has saved are not believed.
func (r *run) heedDoubt() error {
	if !r.doubted || r.lookup.Unbatched {
		return nil
	}
	r.Log.Warn("another shard has found that batch searches miss records here: asking one question per request", "event", "shard_unbatched")
	r.fallBack(r.newest)
	return r.ledger.restart(true)
}

// partOf returns how much of an estimate of the whole input belongs to the run's shard.
func (r *run) partOf(rows int) int {
	if s := r.Lookup.Shard; !s.Whole() && rows > 0 {
		return max(1, s.Part(rows))
	}
	return rows
}

// begunAt returns the earliest time at which one of several runs began.
func begunAt(accounts []*Summary) time.Time {
	first := accounts[0].Started
	for _, s := range accounts {
		if s.Started.Before(first) {
			first = s.Started
		}
	}
	return first
}
