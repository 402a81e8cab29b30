package pipeline

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"strings"
	"sync"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// How much of what a batch said is asked again. Everything it did not find is
// asked in batches of another form and another size, which are filled up with
// what it did match. Then questions are asked one by one.
const (
	// The first missesAlone misses that remain are all asked alone, and then a
	// share. If of the misses a share f exists after all, none of them is noticed
	// with probability (1-f)^n, n being those asked alone: with the first 200 a
	// share of 1.5 % or more is noticed in 95 of 100 runs, with 1,200 (of 50,200)
	// one of 0.25 %.
	missesAlone = 200
	missesShare = 0.02
	// Matches are asked alone for a second live loan that the batch held back.
	// The first few show at once a form that loses much; a share f of hidden
	// seconds is noticed with probability 1-(1-f)^n, as above.
	matchesAlone = 5
	matchesShare = 0.00025
	// maxLate is how many searches may have lacked records that later ones find, as
	// they lack new ones, before it is the batches that are doubted.
	maxLate = 3
	// maxLooks is how often questions are asked anew because the index had gaps
	// meanwhile. Each time, searches with controls prove themselves.
	maxLooks = 4
)

// errDoubt is what an audit ends a run with whose batches hold loans back.
var errDoubt = errors.New("searches for several questions at once do not bring up every loan")

// audits is what the audits of a run have come to.
type audits struct {
	seed maphash.Seed

	mu sync.Mutex
	Audited
	misses, matches int // that came up for an audit alone
	// late are the searches that lacked records, by what they asked for.
	late map[*loanpro.Value]bool
}

// Audited counts questions that were asked again.
type Audited struct {
	Second   int `json:"asked_again"` // in batches of another form
	Alone    int `json:"asked_alone"`
	Late     int `json:"found_late"`        // records that only a later search found
	Anew     int `json:"asked_anew"`        // because the index had gaps meanwhile
	Database int `json:"found_in_database"` // loans that no search brought up
}

// draws reports whether q is among those asked alone: the first of them all,
// and then by chance, the same in whatever order they come.
func (a *audits) draws(q *asked, counter *int, all int, share float64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	*counter++
	return *counter <= all || float64(maphash.String(a.seed, q.Name())) < share*math.MaxUint64
}

func (a *audits) add(to *int, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*to += n
}

// audit asks again what the batches of g have said, until nothing speaks for gaps
// in the index while they were asked: what was answered meanwhile is void.
func (r *run) audit(ctx context.Context, g group) (group, error) {
	questions, gaps := g.questions(), g.gaps()
	if len(questions) == 0 {
		return g, nil
	}
	for look := 1; ; look++ {
		err := r.auditWhole(ctx, questions, gaps, look == maxLooks)
		switch {
		case ctx.Err() != nil:
			return g, context.Cause(ctx)
		case err != nil && stops(err):
			return g, err
		case err != nil && (look == maxLooks || classOf(err) == loanpro.Partial):
			for _, q := range questions {
				q.giveUp(err)
			}
			return g, nil
		case err == nil && (r.Lookup.Client.Gaps() == gaps || look == maxLooks):
			return g, r.finish(ctx, questions)
		}
		gaps = r.Lookup.Client.Gaps()
		r.audits.add(&r.audits.Anew, len(questions))
		for _, q := range questions {
			q.void()
		}
		if err := r.answerAll(ctx, questions); err != nil {
			return g, err
		}
	}
}

// manyMissing are enough to look whether the index is whole before each is asked
// for again.
const manyMissing = 20

// auditWhole audits questions, and checks before, if many were not found, and after
// that the index is whole. It leaves the audit out where the index has had gaps since
// questions were asked, as all are asked anew then, unless this is the last look.
func (r *run) auditWhole(ctx context.Context, questions []*asked, gaps int64, last bool) error {
	if !last && r.Lookup.Client.Gaps() != gaps {
		return nil
	}
	if !last && len(with(questions, match.NotFound)) >= manyMissing {
		if err := r.Lookup.Client.Confirm(ctx); err != nil || r.Lookup.Client.Gaps() != gaps {
			return err
		}
	}
	if err := r.auditOnce(ctx, questions); err != nil {
		return err
	}
	return r.Lookup.Client.Confirm(ctx)
}

// auditOnce asks again what has been answered.
func (r *run) auditOnce(ctx context.Context, questions []*asked) error {
	return r.each(ctx, questions, func(a *audit, some []*asked) error {
		if err := a.resembling(ctx, some); err != nil {
			return err
		}
		if err := a.second(ctx, some); err != nil {
			return err
		}
		return a.alone(ctx, some)
	})
}

// finish looks elsewhere for what no search has found.
func (r *run) finish(ctx context.Context, questions []*asked) error {
	return r.each(ctx, questions, func(a *audit, some []*asked) error {
		if err := a.database(ctx, with(some, match.NotFound)); err != nil {
			return err
		}
		a.unsearchable(with(some, match.NotFound))
		a.remember(some)
		return a.repair(ctx, with(some, match.NotFound))
	})
}

func (r *run) each(ctx context.Context, questions []*asked, work func(*audit, []*asked) error) error {
	for key, some := range byKey(questions) {
		known, err := r.findings(ctx, key)
		if err != nil {
			return err
		}
		if err := work(&audit{run: r, known: known}, some); err != nil {
			return err
		}
	}
	return nil
}

// audit asks questions of one key again.
type audit struct {
	*run
	known *loanpro.Findings
}

// trusting reports whether questions were asked in batches, whose form is to be
// audited, too.
func (a *audit) trusting() bool { return !a.singly && a.known.Batches() }

// absent reports whether no record has the ID, but perhaps one like it.
func (q *asked) absent() bool {
	code := q.outcome.Code()
	return code == match.CodeNotFound || code == match.CodeRepairable
}

// way is how everything is asked again.
func (a *audit) way() loanpro.Way {
	if a.trusting() {
		return a.known.Second.AtMost(a.Lookup.Batch)
	}
	return a.known.Alone
}

// open reports whether q may mean more than it was asked as: it was not found,
// or found in other case by chance, where the index tells upper from lower.
func (a *audit) open(q *asked) bool {
	v := q.outcome.Verdict()
	return v.Status == match.NotFound || v.Confidence == match.CaseInsensitive && a.known.Case != loanpro.CaseBlind
}

// inquiry is one by a search for all that a question may mean.
func (a *audit) inquiry(way loanpro.Way) inquiry {
	if a.known.Key == loanpro.Name {
		return a.named(way, a.known, newCrowd())
	}
	return a.searching(way, a.values)
}

// values is what to ask for to find all that q may mean: other forms of it where
// the index takes a text literally.
func (a *audit) values(q *asked) []loanpro.Value {
	texts := []string{q.Text}
	if q.Kind.Agreement == question.ByText && (a.open(q) || q.Kind.IgnoresCase == question.Yes) && a.known.Case != loanpro.CaseBlind {
		texts = append(texts, match.CaseForms(q.Text)...)
	}
	if q.Kind.Agreement == question.ByText && a.open(q) && a.known.Whole && q.absent() {
		texts = append(texts, " "+q.Text, q.Text+" ")
	}
	return loanpro.Texts(texts...)
}

// resembling looks for the names of those who are not matched as they may have
// been before a typing error, if the tenant answers that.
func (a *audit) resembling(ctx context.Context, questions []*asked) error {
	if !a.known.Fuzzy {
		return nil
	}
	by := a.searching(a.first(a.known), func(q *asked) []loanpro.Value { return resembling(q, a.known) })
	by.assign = newCrowd().introduceAll
	open := slices.DeleteFunc(slices.Clone(questions), func(q *asked) bool { return q.outcome.Status() == match.Matched })
	return a.again(ctx, by, open)
}

// second asks in another form what is open, filled up with matches; and all that
// rests on answers that do not prove themselves, or on a name alone.
func (a *audit) second(ctx context.Context, questions []*asked) error {
	way, weight := a.way(), 0
	by := a.inquiry(way)
	proved := a.first(a.known).Proves()
	var missing, matched []*asked
	for _, q := range questions {
		matches := q.outcome.Status() == match.Matched
		switch {
		case a.open(q), matches && (!proved || q.outcome.Verdict().Confidence == match.NameOnly):
			missing = append(missing, q)
			weight += weigh(by.values(q))
		case matches:
			matched = append(matched, q)
		}
	}
	if !a.trusting() { // there is no form to audit
		matched = nil
	}
	free := way.Size - weight%way.Size
	if weight > 0 && free == way.Size {
		free = 0
	}
	if len(matched) > 0 { // how many of them fit, each weighing about as much as the first
		free /= max(1, weigh(by.values(matched[0])))
	}
	again := slices.Concat(missing, spread(matched, free))
	a.audits.add(&a.audits.Second, len(again))
	return a.again(ctx, by, again)
}

// spread returns up to n of questions, evenly from all of them.
func spread(questions []*asked, n int) []*asked {
	if len(questions) <= n {
		return questions
	}
	var some []*asked
	for i := range n {
		some = append(some, questions[i*len(questions)/n])
	}
	return some
}

// alone asks some questions one by one, where they were asked in batches.
func (a *audit) alone(ctx context.Context, questions []*asked) error {
	var some []*asked
	for _, q := range questions {
		if a.drawn(q) {
			some = append(some, q)
		}
	}
	a.audits.add(&a.audits.Alone, len(some))
	return a.again(ctx, a.inquiry(a.known.Alone), some)
}

// drawn reports whether q is to be asked alone.
func (a *audit) drawn(q *asked) bool {
	s := &a.audits
	switch {
	case q.outcome.Status() == match.Failed:
		return false
	case !a.trusting(), a.known.Unsearchable.Holds(q.Text):
		return false
	case q.absent():
		return s.draws(q, &s.misses, missesAlone, missesShare)
	case q.outcome.Status() == match.Ambiguous: // a person decides
		return false
	}
	// Found, if only deleted: what may be missing is another one.
	return s.draws(q, &s.matches, matchesAlone, matchesShare)
}

// again asks questions again, and sees what that finds which earlier searches
// should have.
func (a *audit) again(ctx context.Context, by inquiry, questions []*asked) error {
	before := make([]int, len(questions))
	for i, q := range questions {
		before[i] = len(q.hits)
	}
	if err := a.askAll(ctx, by, questions); err != nil {
		return err
	}
	decideAll(questions)
	for i, q := range questions {
		for _, hit := range q.hits[before[i]:] {
			if !a.expected(q, hit) {
				continue
			}
			if err := a.late(ctx, q, hit); err != nil {
				return err
			}
		}
	}
	return nil
}

// expected reports whether the batch should have brought up hit for q.
func (a *audit) expected(q *asked, hit loanpro.Hit) bool {
	switch {
	case q.Person != nil:
		return holds(hit.Details, q.Person.Sought)
	case q.Kind.Agreement == question.BySystemID:
		return true
	case a.known.Unsearchable.Holds(q.Text): // found as a near miss of another
		return false
	}
	id := q.Kind.Text(&hit)
	if !a.known.Whole {
		id = match.Clean(id)
	}
	return id == q.Text || a.known.Case == loanpro.CaseBlind && strings.EqualFold(id, q.Text)
}

// late takes note of a record that the search which answered q first lacked. It
// is asked once more: if it finds the record now, the index had a gap, or the
// record is new. If not, batches are not to be believed, nor if that happens
// again and again. Where there is no answer, nothing is known but that one search
// lacked something.
func (a *audit) late(ctx context.Context, q *asked, late loanpro.Hit) error {
	a.audits.add(&a.audits.Late, 1)
	a.Lookup.Client.NoteGap()
	if !a.trusting() || len(q.among) == 0 {
		return nil
	}
	searches, known := a.audits.lacked(q.among)
	if known {
		return nil
	}
	hits, err := a.Lookup.Client.Find(ctx, a.first(a.known), q.among)
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case classOf(err) == loanpro.Doubtful:
		return errDoubt
	case err != nil && stops(err):
		return err
	case err != nil:
		return nil
	}
	now := slices.ContainsFunc(hits, func(hit loanpro.Hit) bool { return hit.ID == late.ID })
	if now && searches < maxLate {
		return nil
	}
	// An index that had gaps when the run began is no fault of the batches.
	if err := a.Lookup.Client.Confirm(ctx); err != nil && (ctx.Err() != nil || stops(err)) {
		return err
	}
	return errDoubt
}

// lacked counts the searches that lacked records, and reports whether the one for
// these values is known to.
func (a *audits) lacked(values []loanpro.Value) (searches int, known bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.late == nil {
		a.late = map[*loanpro.Value]bool{}
	}
	known = a.late[&values[0]]
	a.late[&values[0]] = true
	return len(a.late), known
}

// database asks the tenant's database for what no search has found.
func (a *audit) database(ctx context.Context, missing []*asked) error {
	if !a.Lookup.VerifyMissing || !a.known.Database {
		return nil
	}
	list := inquiry{
		size: loanpro.DatabaseBatch, values: asWritten(a.known), assign: assign,
		find: func(ctx context.Context, values []loanpro.Value) ([]loanpro.Hit, error) {
			return a.Lookup.Client.FindInDatabase(ctx, a.known.Key, texts(values))
		},
	}
	if err := a.askAll(ctx, list, missing); err != nil {
		return err
	}
	a.audits.add(&a.audits.Database, len(missing)-len(with(missing, match.NotFound))-len(with(missing, match.Failed)))
	return nil
}

// unsearchable leaves those open of which no search would find the record.
func (a *audit) unsearchable(missing []*asked) {
	if a.Lookup.VerifyMissing && a.known.Database { // which has said that there is none
		return
	}
	for _, q := range missing {
		switch {
		case q.outcome.Code() != match.CodeNotFound || q.Kind.Agreement != question.ByText:
		case a.known.Unsearchable.Holds(q.Text):
			*q.outcome = answer.Of(answer.CodeUnsearchable, a.known.Unsearchable.String())
		case q.Kind.IgnoresCase == question.Yes && a.known.Case != loanpro.CaseBlind: // not every case was asked for
			*q.outcome = answer.Of(answer.CodeCaseUnknown, "")
		}
	}
}

// rememberedEach is how many of the records that an audit has seen matched become
// controls.
const rememberedEach = 20

// remember has later searches carry some of what was found as controls.
func (a *audit) remember(questions []*asked) {
	var hits []loanpro.Hit
	for _, q := range spread(with(questions, match.Matched), rememberedEach) {
		id := cmp.Or(q.outcome.Found.Loan, q.outcome.Found.Customer)
		if i := slices.IndexFunc(q.hits, func(hit loanpro.Hit) bool { return hit.ID == id }); i >= 0 { // and not a loan's customer alone
			hits = append(hits, q.hits[i])
		}
	}
	a.Lookup.Client.Remember(a.known.Key, hits)
}

// repair asks for what the missing may have been before a spreadsheet damaged
// them. What that brings up is a candidate, never a match.
func (a *audit) repair(ctx context.Context, missing []*asked) error {
	var repairs, whose []*asked
	for _, q := range missing {
		if q.Kind.Repaired != question.Yes || q.outcome.Code() != match.CodeNotFound {
			continue
		}
		for _, text := range match.Repairs(q.Text, a.known.Widths, a.known.Whole) {
			repairs = append(repairs, &asked{Question: question.Question{Kind: q.Kind, Text: text}, outcome: new(answer.Outcome)})
			whose = append(whose, q)
		}
	}
	if err := a.askAll(ctx, a.searching(a.first(a.known), asWritten(a.known)), repairs); err != nil {
		return err
	}
	for i, repaired := range repairs {
		if repaired.outcome.Status() == match.Matched {
			whose[i].outcome.SetVerdict(answer.Verdict{Status: match.NotFound, Code: match.CodeRepairable})
			whose[i].outcome.Propose(answer.Candidate{ID: cmp.Or(repaired.outcome.Found.Loan, repaired.outcome.Found.Customer)})
			whose[i].outcome.SetMessage(fmt.Sprintf("nothing in LoanPro has this ID as it is written here, but %q is there", repaired.Text))
		}
	}
	return nil
}
