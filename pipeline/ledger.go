package pipeline

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"slices"
	"sync"
	"time"

	"loanmap/io/journal"
	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/delivery"
	"loanmap/pipeline/lookup"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

const (
	// flushEvery is how long an answer may wait for its group commit in the journal.
	flushEvery = 2 * time.Second
	// unbatchedNumber marks the journal of a run that asks every question by itself.
	unbatchedNumber = math.MaxUint64
	// baselineNumber marks the records by which the answers were proved.
	baselineNumber = math.MaxUint64 - 1
	// plannedNumber marks the kinds of record that are scanned.
	plannedNumber = math.MaxUint64 - 2
)

// ledger keeps the answers of a run in a journal next to its output, so that a
// run that was killed resumes. A run whose output is a stream, or whose input
// can be read only once, keeps none: its journal is nil.
type ledger struct {
	asides  delivery.Asides
	client  *loanpro.Client
	recheck bool // what was not found is asked again later, so it is not cached
	journal *journal.Journal
	aside   string   // where the journal of another run was put; empty: it was not
	written bool     // the journal holds an answer of this run
	kinds   int      // of records whose baseline is in the journal
	cached  []cached // answers of an earlier run, by the number of their question
	resumed int      // answers of an earlier run
	scanned []string // kinds of record that the run scans, by the names of plans; nil: there is no plan
	differs bool     // an answer was to another question, and the log says so

	mu      sync.Mutex
	tags    tagger
	buffer  []byte
	flushed time.Time
}

// cached is an answer of an earlier run, and the tag of its question. The outcome
// is nil if there is no answer.
type cached struct {
	question tag
	outcome  *answer.Outcome
}

// openLedger finds the answers that an interrupted run has received. The files of
// the run are locked.
func (r *run) openLedger(p *pass) error {
	l := &r.ledger
	l.client, l.recheck = r.Lookup.Client, r.Resume.RetryNotFoundAfter > 0
	l.asides = delivery.Asides{
		Options: journal.Options{Path: delivery.JournalOf(r.targets.Output), Secret: r.Lookup.Client.Derive("journal"), MaxAge: r.Resume.Within, Disk: r.Output.Disk,
			Owner: fmt.Sprintf("tenant %s at %s", r.Lookup.Client.TenantID(), r.Lookup.Client.Hostname())},
		Log: r.Log,
	}
	if delivery.Streamed(r.targets.Output) {
		return nil
	}
	if !p.rereadable() {
		if delivery.Exists(l.asides.Path) {
			l.ignoreSaved(slog.LevelWarn, p.in.Reader.Source().Name+" can be read only once")
		}
		return nil
	}
	var err error
	if l.asides.Identity, err = p.identity(); err != nil {
		return err
	}
	if l.tags, err = newTagger(l.asides.Secret); err != nil {
		return err
	}
	l.asides.RemoveForgotten()
	switch {
	case r.Resume.Fresh:
		return l.beginFresh("--fresh asks everything again")
	case delivery.Spent(l.asides.Path, r.digest, r.targets):
		return l.beginFresh("their run has finished")
	}
	return r.resume(p)
}

// beginFresh begins a journal in place of the run's own, if it has one. That of
// another run is put aside.
func (l *ledger) beginFresh(why string) error {
	_, err := journal.Resumable(l.asides.Options)
	switch e, ok := errors.AsType[*journal.StateError](err); {
	case ok && (e.State == journal.OtherRun || e.State == journal.OtherOwner):
		if l.aside, err = l.asides.Put(e); err != nil {
			return err
		}
	case delivery.Exists(l.asides.Path):
		l.ignoreSaved(slog.LevelInfo, why)
	}
	l.journal, err = journal.Fresh(l.asides.Options)
	return err
}

// ignoreSaved logs why the answers of an earlier run are not used.
func (l *ledger) ignoreSaved(level slog.Level, why string) {
	l.asides.Log.Log(context.Background(), level, "the saved answers in {path} are not used: {reason}", "event", "saved_answers_ignored", "path", l.asides.Path, "reason", why)
}

// resume takes the answers from the journal. One of another run is put aside: it
// may be wanted again, and a job at night must not wait for a person.
func (r *run) resume(p *pass) error {
	l := &r.ledger
	own, err := journal.Resumable(l.asides.Options)
	if e, ok := errors.AsType[*journal.StateError](err); ok && (e.State == journal.OtherRun || e.State == journal.TooOld) {
		l.aside, err = l.asides.Put(e)
	}
	if e, ok := errors.AsType[*journal.StateError](err); ok && e.State == journal.OtherOwner {
		return question.Usage(fmt.Sprintf("%s, but this run asks %s", e, l.asides.Owner), "check LOANPRO_TENANT_ID and LOANPRO_BASE_URL; or "+e.Advice())
	}
	if err == nil && !own {
		err = l.asides.TakeBack()
	}
	if err != nil {
		return err
	}
	j, found, err := journal.Open(l.asides.Options)
	if err != nil {
		return err
	}
	l.journal = j
	if found == nil || found.Records == 0 {
		return nil
	}
	r.progress.read(l.asides.Path)
	unbatched, err := l.replay()
	if err != nil {
		return err
	}
	if unbatched {
		r.fallBack(p)
	}
	if l.resumed == 0 { // all was answered from a scan
		return nil
	}
	r.Log.Info("resuming: {lookups|lookup|lookups} already done (last at {last})", "event", "resuming", "lookups", l.resumed, "last", found.Written)
	return nil
}

// replay reads the journal, and reports whether its run has asked every question by
// itself.
func (l *ledger) replay() (unbatched bool, _ error) {
	for written, err := range l.journal.Replay() {
		if err != nil {
			return false, err
		}
		switch written.Ordinal {
		case unbatchedNumber:
			unbatched = true
		case baselineNumber:
			err = l.expect(written.Answer)
		case plannedNumber:
			err = json.Unmarshal(written.Answer, &l.scanned)
		default:
			err = l.take(written)
		}
		if err != nil {
			return false, err
		}
	}
	return unbatched, nil
}

// expect has probes wait until the index shows the records by which the answers
// of an earlier run were proved.
func (l *ledger) expect(written []byte) error {
	var first map[string][]int64
	if err := json.Unmarshal(written, &first); err != nil {
		return fmt.Errorf("reading the journal: %w", err)
	}
	l.client.Expect(first)
	return nil
}

// take keeps an answer that was received. The last one to a question counts; an empty
// one leaves the question open. A run that asks again for what is not found does so for
// these, too: nothing says whether the earlier run has done it.
func (l *ledger) take(written journal.Record) error {
	question, o, err := cachedFrom(written.Answer)
	if err != nil {
		return err
	}
	for uint64(len(l.cached)) <= written.Ordinal {
		l.cached = append(l.cached, cached{})
	}
	if l.cached[written.Ordinal].outcome != nil {
		l.resumed--
	}
	if o.Status() == "" || l.recheck && o.Status() == match.NotFound {
		l.cached[written.Ordinal] = cached{}
		return nil
	}
	l.cached[written.Ordinal] = cached{question, &o}
	l.resumed++
	return nil
}

// answerTo returns the answer of an earlier run to the question with this number; nil:
// there is none. An answer to another question is not used.
func (l *ledger) answerTo(number uint64, q *question.Question) *answer.Outcome {
	if number >= uint64(len(l.cached)) || l.cached[number].outcome == nil {
		return nil
	}
	if l.tagOf(q) == l.cached[number].question {
		return l.cached[number].outcome
	}
	l.cached[number] = cached{}
	if !l.differs {
		l.differs = true
		l.asides.Log.Warn("some saved answers of the interrupted run do not fit the rows of the input; these rows are asked again", "event", "saved_answers_differ")
	}
	return nil
}

func (l *ledger) tagOf(q *question.Question) tag {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tags.of(q)
}

// add writes down the answers to questions, once they are believed, after the
// records by which they were proved. A question that LoanPro did not answer stays
// open.
func (l *ledger) add(questions []*lookup.Asked, baseline map[string][]int64) error {
	if l.journal == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(questions) > 0 {
		if err := l.addBaseline(baseline); err != nil {
			return err
		}
	}
	for _, q := range questions {
		o := saved(q.Outcome)
		if q.Scanned || o.Status() == match.Failed || q.Noted == o.Handle() {
			continue
		}
		q.Noted = o.Handle()
		question := l.tags.of(&q.Question)
		l.buffer = o.AppendTo(append(l.buffer[:0], question[:]...))
		if err := l.journal.Add(q.Number, l.buffer); err != nil {
			return err
		}
		l.written = true
	}
	if time.Since(l.flushed) < flushEvery {
		return nil
	}
	l.flushed = time.Now()
	return l.journal.Flush()
}

// notePlan writes down which kinds of record are scanned, so that a run that resumes does
// the same. What is answered from a scan is not in the journal: after a kill, records are
// read anew, and rows are answered by these.
func (l *ledger) notePlan(plans []lookup.Plan) error {
	scanned := []string{}
	for _, plan := range plans {
		if plan.Access == lookup.Scan {
			scanned = append(scanned, plan.Of)
		}
	}
	if l.journal == nil || slices.Equal(scanned, l.scanned) {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	written, err := json.Marshal(scanned)
	if err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	l.scanned, l.written = scanned, true
	if err := l.journal.Add(plannedNumber, written); err != nil {
		return err
	}
	return l.journal.Flush()
}

// saved returns what the journal holds of an answer. Names of candidates are not among it,
// and a run that resumes must write them: it asks such a question again. The empty
// outcome says so, and replaces an answer that was saved before.
func saved(o *answer.Outcome) *answer.Outcome {
	if o.NamesCandidates() {
		return new(answer.Outcome)
	}
	return o
}

func (l *ledger) addBaseline(baseline map[string][]int64) error {
	if len(baseline) <= l.kinds {
		return nil
	}
	l.kinds = len(baseline)
	written, err := json.Marshal(baseline)
	if err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	return l.journal.Add(baselineNumber, written)
}

// restart begins the journal anew for a run that believes nothing that was
// answered before; unbatched: it asks every question by itself.
func (l *ledger) restart(unbatched bool) (err error) {
	l.cached, l.resumed, l.kinds, l.scanned = nil, 0, 0, nil
	if l.journal == nil {
		return nil
	}
	if err := l.journal.Close(); err != nil {
		return err
	}
	if l.journal, err = journal.Fresh(l.asides.Options); err != nil || !unbatched {
		return err
	}
	if err := l.journal.Add(unbatchedNumber, nil); err != nil {
		return err
	}
	return l.journal.Flush()
}

// discard removes the journal, once the output is committed, and older ones of the
// same run.
func (l *ledger) discard() error {
	if l.journal == nil {
		return nil
	}
	l.aside = ""
	l.asides.RemoveOwn()
	return l.journal.Remove()
}

// close keeps the journal, for the run that comes next. A run that received
// nothing, such as one with the wrong token, puts back what it has put aside.
func (l *ledger) close() {
	switch {
	case l.journal == nil:
	case !l.written && l.resumed == 0: // it holds nothing
		if err := l.journal.Remove(); err == nil && l.aside != "" {
			_ = os.Rename(l.aside, l.asides.Path)
		}
	default:
		_ = l.journal.Close() // what it held before is still there
	}
}
