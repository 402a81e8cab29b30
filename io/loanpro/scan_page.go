package loanpro

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"
)

// idRange holds the system IDs above from, up to to.
type idRange struct{ from, to int64 }

// noEnd is the end of a range that has none.
const noEnd = math.MaxInt64

// clause asks for the records in the range. LoanPro documents range for dates;
// that it works on id is probed.
func (r idRange) clause() object {
	limits := object{"gt": r.from}
	if r.to != noEnd {
		limits["lte"] = r.to
	}
	return object{"range": object{"id": limits}}
}

func (r idRange) holds(id int64) bool { return r.from < id && id <= r.to }

// holds reports whether one of ranges holds id.
func holds(ranges []idRange, id int64) bool {
	return slices.ContainsFunc(ranges, func(r idRange) bool { return r.holds(id) })
}

// scanner reads pages of one kind of record by ranges of system IDs.
type scanner struct {
	client   *Client
	key      Key
	page     paging
	wrapper  wrapper
	controls *controls
	carried  int // controls of a page
	most     int // how often the answer to one request may lack controls
	// exact is the total from which on totals are not believed: 0 if none is.
	exact int
}

// rangePage is the first page of the records in some ranges.
type rangePage struct {
	hits []Hit // ascending
	// total is the number of records in the ranges, as LoanPro says; unknown if
	// that is not to be believed.
	total int
}

const unknown = -1

// errNoRange is returned for a page with a record that the ranges do not hold, or
// not in the order of IDs.
var errNoRange = errors.New("its search does not sort by system ID or does not limit it to a range")

// read returns the first page of the records in ranges, which ascend. It is asked for
// until controls prove it.
func (s *scanner) read(ctx context.Context, ranges ...idRange) (*rangePage, error) {
	var got *rangePage
	err := s.client.untilWhole(ctx, s.key.records(), s.controls, s.most, func() (whole bool, err error) {
		got, whole, err = s.readOnce(ctx, ranges)
		return whole, err
	})
	return got, err
}

// readOnce asks once. The page carries controls at or below the ranges, which the
// order puts first. Known records within the ranges are controls as well, as far as
// the page reaches.
func (s *scanner) readOnce(ctx context.Context, ranges []idRange) (got *rangePage, whole bool, err error) {
	controls := s.controls.below(s.carried, ranges[0].from)
	clauses := make([]object, len(ranges), len(ranges)+1)
	for i, r := range ranges {
		clauses[i] = r.clause()
	}
	if len(controls) > 0 {
		clauses = append(clauses, s.controls.clause(controls))
	}
	sent := time.Now()
	page, err := s.ask(ctx, object{"bool": object{"should": clauses}})
	if err != nil {
		return nil, false, err
	}
	hits := page.Results.hits
	got = &rangePage{hits: without(slices.Clone(hits), controls), total: s.totalOf(page, len(controls))}
	if !ascending(hits) || slices.ContainsFunc(got.hits, func(h Hit) bool { return !holds(ranges, h.ID) }) {
		return nil, false, s.client.fail(&Error{Class: Rejected, Err: errNoRange})
	}
	whole, err = s.controls.judge(ctx, sent, append(controls, s.controls.within(ranges, got.reach())...), hits)
	return got, whole, err
}

// ask sends one search for a page in the order of IDs.
func (s *scanner) ask(ctx context.Context, query object) (*page, error) {
	body, err := encoded(object{"query": s.wrapper.wrap(query)})
	if err != nil {
		return nil, err
	}
	return s.client.ask(ctx, search(s.key.records(), s.key.expand(), body, s.page, 0))
}

// totalOf returns the total of a page without its controls.
func (s *scanner) totalOf(p *page, controls int) int {
	total := int(p.Summary.Total)
	if total < len(p.Results.hits) || total >= s.exact {
		return unknown
	}
	return total - controls
}

// reach returns the last ID that the page proves to be there or absent.
func (p *rangePage) reach() int64 {
	if len(p.hits) == 0 {
		return noEnd
	}
	return p.hits[len(p.hits)-1].ID
}

// ascending reports whether hits are in the order of IDs, each once.
func ascending(hits []Hit) bool {
	for i := 1; i < len(hits); i++ {
		if hits[i-1].ID >= hits[i].ID {
			return false
		}
	}
	return true
}

// below returns up to n different controls with IDs of at most last.
func (k *controls) below(n int, last int64) []int64 {
	ids, own := k.take(n, func(hit *Hit) bool { return hit.ID > last })
	ids = ids[:own]
	slices.Sort(ids)
	return slices.Compact(ids)
}

// within returns the known records with IDs in ranges, up to last.
func (k *controls) within(ranges []idRange, last int64) []int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	var ids []int64
	for i := range k.known {
		if id := k.known[i].ID; id <= last && holds(ranges, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
