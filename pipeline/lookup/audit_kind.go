package lookup

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// audit asks questions of one kind again.
type audit struct {
	*Lookup
	known *loanpro.Findings
}

// batched reports whether questions were asked in batches, whose form is
// audited, too.
func (a *audit) batched() bool { return !a.Unbatched && a.known.Batches() }

// way is how everything is asked again.
func (a *audit) way() loanpro.Strategy {
	if a.batched() {
		return a.known.Second.AtMost(a.Batch)
	}
	return a.known.Single
}

// open reports whether q may mean more than it was asked as: it was not found, or it
// was found in different case by chance, in an index that distinguishes case.
func (a *audit) open(q *Asked) bool {
	v := q.Outcome.Verdict()
	return v.Status == match.NotFound || v.Confidence == match.CaseInsensitive && a.known.Case != loanpro.CaseInsensitive
}

// inquiry is a search for all that a question may mean.
func (a *audit) inquiry(way loanpro.Strategy) inquiry {
	if a.known.Key == loanpro.Name {
		return a.byName(way, a.known, newRecordCache(a.known.Keyword))
	}
	return a.searching(way, a.values)
}

// values is what to ask for to find all that q may mean: other forms of it if
// the index takes a text literally.
func (a *audit) values(q *Asked) []loanpro.Value {
	texts := []string{q.Text}
	isText := q.Kind.Agreement == question.ByText
	if isText && (a.open(q) || q.Kind.IgnoresCase == question.Yes) && a.known.Case != loanpro.CaseInsensitive {
		texts = append(texts, match.CaseVariants(q.Text)...)
	}
	if isText && a.open(q) && a.known.Keyword && q.absent() {
		texts = append(texts, " "+q.Text, q.Text+" ")
	}
	return loanpro.Texts(texts...)
}

// fuzzy looks for the names of those who are not matched as they may have
// been before a typing error, if the tenant answers that.
func (a *audit) fuzzy(ctx context.Context, questions []*Asked) error {
	if !a.known.Fuzzy {
		return nil
	}
	by := a.searching(a.First(a.known), func(q *Asked) []loanpro.Value { return fuzzyName(q, a.known) })
	by.assign = newRecordCache(a.known.Keyword).distributeFuzzy
	open := slices.DeleteFunc(slices.Clone(questions), func(q *Asked) bool { return q.Outcome.Status() == match.Matched })
	return a.recheck(ctx, by, open)
}

// second asks in another form what is open, filled up with matches; and everything that
// rests on answers that do not prove themselves, or on a name alone.
func (a *audit) second(ctx context.Context, questions []*Asked) error {
	way, weight := a.way(), 0
	by := a.inquiry(way)
	proved := a.First(a.known).Proves()
	var missing, matched []*Asked
	for _, q := range questions {
		matches := q.Outcome.Status() == match.Matched
		switch {
		case a.open(q), matches && (!proved || q.Outcome.Verdict().Confidence == match.NameOnly):
			missing = append(missing, q)
			weight += weigh(by.values(q))
		case matches:
			matched = append(matched, q)
		}
	}
	if !a.batched() { // there is no form to audit
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
	if a.known.ProvesItself() { // one search for both
		return a.recheck(ctx, by, again, repairs(a.known, With(again, match.NotFound))...)
	}
	return a.recheck(ctx, by, again)
}

// spread returns up to n of questions, evenly from all of them.
func spread(questions []*Asked, n int) []*Asked {
	if len(questions) <= n {
		return questions
	}
	var some []*Asked
	for i := range n {
		some = append(some, questions[i*len(questions)/n])
	}
	return some
}

// askAlone asks some questions one by one that were asked in batches.
func (a *audit) askAlone(ctx context.Context, questions []*Asked) error {
	var some []*Asked
	for _, q := range questions {
		if a.drawn(q) {
			some = append(some, q)
		}
	}
	a.audits.add(&a.audits.Alone, len(some))
	return a.recheck(ctx, a.inquiry(a.known.Single), some)
}

// drawn reports whether q is to be asked alone.
func (a *audit) drawn(q *Asked) bool {
	s := a.audits
	switch {
	case q.Outcome.Status() == match.Failed:
		return false
	case !a.batched(), a.known.ProvesItself(), a.known.Unsearchable.Matches(q.Text):
		return false
	case q.absent():
		return s.draws(q, &s.misses, a.Shard.Part(missesAlone), missesShare)
	case q.Outcome.Status() == match.Ambiguous: // a person decides
		return false
	}
	// Found, if only deleted: what may be missing is another record.
	return s.draws(q, &s.matches, a.Shard.Part(matchesAlone), matchesShare)
}

// recheck asks questions again, together with new ones, and checks what that finds which
// earlier searches should have found.
func (a *audit) recheck(ctx context.Context, by inquiry, questions []*Asked, together ...*Asked) error {
	before := make([]int, len(questions))
	for i, q := range questions {
		before[i] = len(q.candidates)
	}
	if err := a.askMisses(ctx, by, questions, together); err != nil {
		return err
	}
	if err := a.decideAll(ctx, questions); err != nil {
		return err
	}
	for i, q := range questions {
		for _, c := range q.candidates[before[i]:] {
			if !a.expected(q, &c.Hit) {
				continue
			}
			if err := a.foundLate(ctx, q, c.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// askMisses asks questions again, and reports the misses among them while it does.
func (a *audit) askMisses(ctx context.Context, by inquiry, questions, together []*Asked) error {
	open := map[*Asked]bool{}
	for _, q := range With(questions, match.NotFound) {
		open[q] = true
	}
	misses := len(open)
	a.report(Step{Misses: misses})
	defer func() { a.report(Step{Misses: -misses, Audited: len(open) - misses}) }()
	by.asked = func(some []query) {
		before := len(open)
		for _, q := range some {
			delete(open, q.Asked)
		}
		a.report(Step{Audited: before - len(open)})
	}
	return a.askAll(ctx, by, slices.Concat(questions, together))
}

// expected reports whether the batch should have found hit for q.
func (a *audit) expected(q *Asked, hit *loanpro.Hit) bool {
	switch {
	case q.Person != nil:
		return mustBeFound(hit.Details, q.Person.SearchTerms)
	case q.Kind.Agreement == question.BySystemID:
		return true
	case a.known.Unsearchable.Matches(q.Text): // found as a near miss of another
		return false
	}
	id := q.Kind.Text(hit)
	if !a.known.Keyword {
		id = match.Clean(id)
	}
	return id == q.Text || a.known.Case == loanpro.CaseInsensitive && strings.EqualFold(id, q.Text)
}

// foundLate notes a record that the search which answered q first missed. That search
// is repeated: if it finds the record now, the index had a gap, or the record is new.
// If not, or if that happens again and again, batches are not believed. If there is no
// answer, nothing is known but that one search missed something.
func (a *audit) foundLate(ctx context.Context, q *Asked, id int64) error {
	a.audits.add(&a.audits.Late, 1)
	a.tenant.NoteGap()
	if !a.batched() || len(q.among) == 0 {
		return nil
	}
	searches, known := a.audits.missed(q.among)
	if known {
		return nil
	}
	hits, err := a.tenant.Find(ctx, a.First(a.known), q.among)
	switch {
	case err != nil && ctx.Err() != nil:
		return context.Cause(ctx)
	case classOf(err) == loanpro.LosesRecords:
		return ErrDoubt
	case err != nil && stops(err):
		return err
	case err != nil:
		return nil
	}
	now := slices.ContainsFunc(hits, func(hit loanpro.Hit) bool { return hit.ID == id })
	if now && searches < maxLate {
		return nil
	}
	// An index that had gaps when the run began is no fault of the batches.
	if err := a.tenant.Confirm(ctx); err != nil && (ctx.Err() != nil || stops(err)) {
		return err
	}
	return ErrDoubt
}

// database asks the tenant's database for what no search has found.
func (a *audit) database(ctx context.Context, missing []*Asked) error {
	if !a.VerifyMissing || !a.known.Database {
		return nil
	}
	list := inquiry{
		size: loanpro.DatabaseBatch, values: asWritten(a.known), assign: assign,
		find: func(ctx context.Context, values []loanpro.Value) ([]loanpro.Hit, error) {
			return a.tenant.FindInDatabase(ctx, a.known.Key, texts(values))
		},
	}
	if err := a.askAll(ctx, list, missing); err != nil {
		return err
	}
	a.audits.add(&a.audits.Database, len(missing)-len(With(missing, match.NotFound))-len(With(missing, match.Failed)))
	return nil
}

// unsearchable leaves those questions open whose record no search would find.
func (a *audit) unsearchable(missing []*Asked) {
	if a.VerifyMissing && a.known.Database { // which has said that there is none
		return
	}
	for _, q := range missing {
		switch {
		case q.Outcome.Code() != match.CodeNotFound || q.Kind.Agreement != question.ByText:
		case a.known.Unsearchable.Matches(q.Text):
			*q.Outcome = answer.Of(answer.CodeUnsearchable, a.known.Unsearchable.String())
		case q.Kind.IgnoresCase == question.Yes && a.known.Case != loanpro.CaseInsensitive: // not every case was asked for
			*q.Outcome = answer.Of(answer.CodeCaseUnknown, "")
		}
	}
}

// rememberedEach is how many of the records that an audit has seen matched become
// controls.
const rememberedEach = 20

// remember has later searches carry some of what was found as controls.
func (a *audit) remember(questions []*Asked) {
	var hits []loanpro.Hit
	for _, q := range spread(With(questions, match.Matched), rememberedEach) {
		if record := q.Record(); record != nil { // and not only a customer within a loan
			hits = append(hits, *record)
		}
	}
	a.tenant.Remember(a.known.Key, hits)
}

// repair asks for what the missing may have been before a spreadsheet damaged them.
func (a *audit) repair(ctx context.Context, missing []*Asked) error {
	err := a.askAll(ctx, a.searching(a.First(a.known), asWritten(a.known)), repairs(a.known, missing))
	if err == nil {
		proposeRepairs(missing)
	}
	return err
}

// repairs returns what the missing may have been before a spreadsheet damaged them, except
// what was asked for before.
func repairs(known *loanpro.Findings, missing []*Asked) []*Asked {
	var list []*Asked
	for _, q := range missing {
		if q.Kind.Repaired != question.Yes || q.Outcome.Code() != match.CodeNotFound || q.repairs != nil {
			continue
		}
		for _, text := range match.Repairs(q.Text, known.Widths, known.Keyword) {
			q.repairs = append(q.repairs, newAsked(question.Question{Kind: q.Kind, Text: text}))
		}
		list = append(list, q.repairs...)
	}
	return list
}

// proposeRepairs proposes what was found for repairs: as candidates, never as matches.
func proposeRepairs(missing []*Asked) {
	for _, q := range missing {
		for _, repaired := range q.repairs {
			if !q.absent() || repaired.Outcome.Status() != match.Matched {
				continue
			}
			q.Outcome.SetVerdict(answer.Verdict{Status: match.NotFound, Code: match.CodeRepairable})
			q.Outcome.Propose(repaired.Outcome.AsCandidate(q.Kind.OfLoans()))
			q.Outcome.SetMessage(fmt.Sprintf("nothing in LoanPro has this ID as it is written here, but there is %q", repaired.Text))
		}
	}
}
