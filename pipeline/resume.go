package pipeline

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"sync"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"loanmap/io/journal"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

const (
	// flushEvery is how long an answer may wait for its group in the journal.
	flushEvery = 2 * time.Second
	// aloneOrdinal marks a journal of a run that asks every question alone.
	aloneOrdinal = math.MaxUint64
	// baselineOrdinal marks the records by which its answers were proved.
	baselineOrdinal = math.MaxUint64 - 1
)

// ledger keeps the answers of a run in a journal beside its output, so that a
// run that was killed can go on. A run whose output is a stream, or whose input
// can be read only once, keeps none: its journal is nil.
type ledger struct {
	journal *journal.Journal
	options journal.Options
	aside   string   // where the journal of another run was put; empty: it was not
	noted   bool     // an answer was written down
	kinds   int      // of records whose baseline was written down
	cached  []cached // of an earlier run, by the question's ordinal
	resumed int      // questions of an earlier run
	strange bool     // an answer was to another question, and the log says so

	mu      sync.Mutex
	tags    tagger
	buffer  []byte
	flushed time.Time
}

// cached is an answer of an earlier run, and the tag of its question. The outcome
// is nil where there is no answer.
type cached struct {
	question tag
	outcome  *answer.Outcome
}

// openLedger finds the answers that an interrupted run has received. The files of
// the run are locked.
func (r *run) openLedger(t targets) error {
	l := &r.ledger
	l.options = journal.Options{Path: journalOf(t.output), Secret: r.Lookup.Client.Derive("journal"), MaxAge: r.Resume.Within, Disk: r.Output.Disk}
	if streamed(t.output) {
		return nil
	}
	if !r.again {
		if exists(l.options.Path) {
			r.Log.Warn(fmt.Sprintf("the saved answers in %s are not used: %s can be read only once", l.options.Path, r.reader.Source().Name))
		}
		return nil
	}
	var err error
	if l.options.Identity, err = r.identity(); err != nil {
		return err
	}
	if l.tags, err = newTagger(l.options.Secret); err != nil {
		return err
	}
	r.dropForgotten()
	switch {
	case r.Resume.Fresh:
		return r.beginFresh("--fresh asks everything anew")
	case spent(l.options.Path, r.digest, t):
		return r.beginFresh("their run has finished")
	}
	return r.resume()
}

// beginFresh begins a journal in place of the run's own, if it has one. That of
// another run is put aside.
func (r *run) beginFresh(why string) error {
	l := &r.ledger
	_, err := journal.Resumable(l.options)
	switch e, ok := errors.AsType[*journal.StateError](err); {
	case ok && e.State == journal.OtherRun:
		if err := r.putAside(e); err != nil {
			return err
		}
	case exists(l.options.Path):
		r.Log.Info(fmt.Sprintf("the saved answers in %s are not used: %s", l.options.Path, why))
	}
	l.journal, err = journal.Fresh(l.options)
	return err
}

// resume takes the answers from the journal. One of another run is put aside: it
// may be wanted again, and a job at night must not wait for a person.
func (r *run) resume() error {
	l := &r.ledger
	own, err := journal.Resumable(l.options)
	if e, ok := errors.AsType[*journal.StateError](err); ok && (e.State == journal.OtherRun || e.State == journal.TooOld) {
		err = r.putAside(e)
	}
	if err == nil && !own {
		err = l.takeBack()
	}
	if err != nil {
		return err
	}
	j, found, err := journal.Open(l.options)
	if err != nil {
		return err
	}
	l.journal = j
	if found == nil || found.Records == 0 {
		return nil
	}
	for written, err := range j.Records() {
		if err != nil {
			return err
		}
		switch written.Ordinal {
		case aloneOrdinal:
			r.singly, r.summary.LoanPro.StartedOver = true, true
		case baselineOrdinal:
			err = r.expect(written.Answer)
		default:
			err = r.take(written)
		}
		if err != nil {
			return err
		}
	}
	r.Log.Info(message.NewPrinter(language.English).Sprintf("resuming: %d questions were answered by %s",
		l.resumed, found.Written.Local().Format("15:04 on 2 January")))
	return nil
}

// expect has probes wait until the index shows the records by which the answers
// of an earlier run were proved.
func (r *run) expect(written []byte) error {
	var first map[string][]int64
	if err := json.Unmarshal(written, &first); err != nil {
		return fmt.Errorf("reading the journal: %w", err)
	}
	r.Lookup.Client.Expect(first)
	return nil
}

// take keeps an answer that was paid for. The last one to a question counts. A
// run that is to ask again for what is not found does so for that, too: whether
// the run that found nothing has, nothing says.
func (r *run) take(written journal.Record) error {
	l := &r.ledger
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
	if r.Resume.RetryNotFoundAfter > 0 && o.Status() == match.NotFound {
		l.cached[written.Ordinal] = cached{}
		return nil
	}
	l.cached[written.Ordinal] = cached{question, &o}
	l.resumed++
	return nil
}

// cached returns what an earlier run was answered to a question with this
// ordinal. An answer to another question is not used.
func (r *run) cached(ordinal uint64, q *question.Question) *answer.Outcome {
	l := &r.ledger
	if ordinal >= uint64(len(l.cached)) || l.cached[ordinal].outcome == nil {
		return nil
	}
	if l.tagOf(q) == l.cached[ordinal].question {
		return l.cached[ordinal].outcome
	}
	l.cached[ordinal] = cached{}
	if !l.strange {
		l.strange = true
		r.Log.Warn("answers of the interrupted run are to other questions than the rows ask now: they are not used, and these rows are asked again")
	}
	return nil
}

func (l *ledger) tagOf(q *question.Question) tag {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.tags.of(q)
}

// add writes down the answers to questions, once they are believed, after the
// records by which they were proved. A question that LoanPro did not answer is
// left open.
func (l *ledger) add(questions []*asked, baseline map[string][]int64) error {
	if l.journal == nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(baseline) > l.kinds && len(questions) > 0 {
		l.kinds = len(baseline)
		written, err := json.Marshal(baseline)
		if err != nil {
			return fmt.Errorf("writing the journal: %w", err)
		}
		if err := l.journal.Add(baselineOrdinal, written); err != nil {
			return err
		}
	}
	for _, q := range questions {
		if q.outcome.Status() == match.Failed || q.noted == q.outcome.Handle() {
			continue
		}
		q.noted = q.outcome.Handle()
		question := l.tags.of(&q.Question)
		l.buffer = q.outcome.AppendTo(append(l.buffer[:0], question[:]...))
		if err := l.journal.Add(q.ordinal, l.buffer); err != nil {
			return err
		}
		l.noted = true
	}
	if time.Since(l.flushed) < flushEvery {
		return nil
	}
	l.flushed = time.Now()
	return l.journal.Flush()
}

// restart begins the journal anew for a run that believes nothing that was
// answered before; alone: it asks every question alone.
func (l *ledger) restart(alone bool) (err error) {
	l.cached, l.resumed, l.kinds = nil, 0, 0
	if l.journal == nil {
		return nil
	}
	if err := l.journal.Close(); err != nil {
		return err
	}
	if l.journal, err = journal.Fresh(l.options); err != nil || !alone {
		return err
	}
	if err := l.journal.Add(aloneOrdinal, nil); err != nil {
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
	l.removeOwn()
	return l.journal.Remove()
}

// close keeps the journal, for the run that comes next. A run that was told
// nothing, such as one with the wrong token, puts back what it has put aside.
func (l *ledger) close() {
	switch {
	case l.journal == nil:
	case !l.noted && l.resumed == 0: // it holds nothing
		if err := l.journal.Remove(); err == nil && l.aside != "" {
			_ = os.Rename(l.aside, l.options.Path)
		}
	default:
		_ = l.journal.Close() // what it held before is still there
	}
}
