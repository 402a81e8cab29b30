package lookup

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"loanmap/io/loanpro"
	"loanmap/pipeline/lookup/directory"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// maxDrawn is how many customers are left out at most. If none of them is matched wrongly,
// the bound is 1 in 3,300 to 6,700.
const maxDrawn = 20_000

// leftOut is a customer who is left out.
type leftOut struct {
	has    match.EvidenceKinds
	others [][]match.Candidate // who may be taken for that customer, by each name in a row
}

// takenBy reports whether one of others would be matched by a tier, if the row had only its
// evidence. An error may make a name just another's, so then any match counts.
func takenBy(others []match.Candidate, t match.Tier) (is bool) {
	if len(others) == 0 {
		return false
	}
	masked := make([]match.Candidate, len(others))
	for i, other := range others {
		masked[i] = other
		masked[i].Comparison = other.Comparison.Only(t.Agrees())
	}
	match.Customer(new(match.Person), masked, match.CustomerOptions{Accepts: func(by match.Tier) bool {
		is = by == t || t.Inexact()
		return true
	}})
	return is
}

// leftOut returns who may be taken for each customer drawn, by the right name or by names with
// errors.
func (r *risks) leftOut(ctx context.Context, inexact bool) ([]leftOut, error) {
	known, leave := &r.drawn, leaveOut
	if inexact {
		known, leave = &r.inexact, leaveOutWithErrors
	}
	if *known == nil {
		drawn, err := r.draw(ctx, leave)
		if err != nil {
			return nil, err
		}
		*known = drawn
	}
	return *known, nil
}

// draw leaves customers out and finds who may be taken for each of them.
func (r *risks) draw(ctx context.Context, leave func(*directory.Directory, uint32) leftOut) ([]leftOut, error) {
	const each = 500 // customers that one worker takes at once
	drawn := make([]leftOut, 0, maxDrawn)
	work := func(_ context.Context, some []uint32) (found []leftOut, _ error) {
		for _, record := range some {
			found = append(found, leave(r.people, record))
		}
		return found, nil
	}
	chunks := withoutErrors(slices.Chunk(drawCustomers(r.people), each))
	for some, err := range ordered(ctx, chunks, riskWorkers, riskWorkers, work) {
		if err != nil {
			return nil, err
		}
		drawn = append(drawn, some...)
	}
	return drawn, nil
}

// riskWorkers is how many customers are left out at once.
const riskWorkers = 4

func withoutErrors[T any](in iter.Seq[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for value := range in {
			if !yield(value, nil) {
				return
			}
		}
	}
}

// drawCustomers returns live customers, all of them or maxDrawn that are always the same.
func drawCustomers(people *directory.Directory) []uint32 {
	type draft struct {
		record uint32
		order  uint64
	}
	var all []draft
	for record := range uint32(people.Len()) {
		if hit := people.Hit(record); !hit.Deleted {
			all = append(all, draft{record, scramble(uint64(hit.ID))})
		}
	}
	slices.SortFunc(all, func(a, b draft) int { return cmp.Compare(a.order, b.order) })
	records := make([]uint32, min(len(all), maxDrawn))
	for i := range records {
		records[i] = all[i].record
	}
	return records
}

// scramble spreads numbers evenly (the finalizer of SplitMix64).
func scramble(n uint64) uint64 {
	n ^= n >> 30
	n *= 0xbf58476d1ce4e5b9
	n ^= n >> 27
	n *= 0x94d049bb133111eb
	return n ^ n>>31
}

// leaveOut finds the customers who may be taken for one who is left out.
func leaveOut(people *directory.Directory, record uint32) leftOut {
	own := people.Hit(record)
	left := personOf(&own)
	all, _ := people.People(whoIs(&left, match.NewNameFilter(left.Name.SearchTerms())))
	others := newRecordCache(false).read(people.Hits(all))
	return leftOut{left.Evidence.Kinds(), [][]match.Candidate{whoIsTakenFor(&left, &left, own.ID, others)}}
}

// leaveOutWithErrors does so for names with errors, among those who have the email or the
// phone: one of them agrees then.
func leaveOutWithErrors(people *directory.Directory, record uint32) leftOut {
	own := people.Hit(record)
	left := personOf(&own)
	all, _ := people.People(&directory.Query{Evidence: match.Evidence{Emails: left.Evidence.Emails, Phones: left.Evidence.Phones}})
	others := newRecordCache(false).read(people.Hits(all))
	found := leftOut{has: left.Evidence.Kinds()}
	for _, name := range briefName(&own).WithErrors(scramble(uint64(own.ID))) {
		asked := match.Person{Name: match.ReadName(name), Evidence: left.Evidence}
		found.others = append(found.others, whoIsTakenFor(&left, &asked, own.ID, others))
	}
	return found
}

// whoIsTakenFor returns who may be taken for a customer by what a row asks for. That is not the
// customer's own record or another one of the same person.
func whoIsTakenFor(left, asked *match.Person, own int64, others []*record) (taken []match.Candidate) {
	for _, other := range others {
		compared := other.compare(asked)
		same := compared
		if asked != left {
			same = other.compare(left)
		}
		if other.hit.ID != own && compared.Plausible() && !same.SamePerson() {
			taken = append(taken, match.Candidate{ID: other.hit.ID, Comparison: compared, Live: !other.hit.Deleted})
		}
	}
	return taken
}

// personOf returns a customer as a row describes one.
func personOf(hit *loanpro.Hit) match.Person {
	return match.Person{Name: match.ReadName(briefName(hit)), Evidence: question.EvidenceOf(&hit.Details)}
}

// briefName returns a customer's name without middle name and suffix.
func briefName(hit *loanpro.Hit) match.NameParts {
	p := question.NamePartsOf(&hit.Details)
	if p.First == "" || p.Last == "" {
		return p
	}
	return match.NameParts{First: p.First, Last: p.Last, Company: p.Company}
}
