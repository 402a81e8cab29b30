package loanpro

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"
)

// compareTotals reads the doubtful pages anew, and compares totals with what was read.
func (s *scan) compareTotals(ctx context.Context) error {
	if s.exact == 0 {
		return nil
	}
	for _, r := range append(s.doubtful, s.countable()...) {
		if err := s.compare(ctx, r); err != nil {
			return err
		}
	}
	s.doubtful = nil
	s.account.Counted = true
	return nil
}

// countable divides all IDs into ranges whose totals can be believed.
func (s *scan) countable() []idRange {
	parts := 1
	if s.exact != math.MaxInt {
		parts = pieces(len(s.ids), s.exact)
	}
	out := make([]idRange, parts)
	from := int64(0)
	for i := range out {
		out[i] = idRange{from, noEnd}
		if i < parts-1 {
			out[i].to = s.ids[(i+1)*len(s.ids)/parts]
		}
		from = out[i].to
	}
	return out
}

// compare compares the total of a range with what was read of it. The first page of the
// range is read anew by that. If the rest differs, it is halved until the difference is
// on such a page.
func (s *scan) compare(ctx context.Context, r idRange) error {
	if s.budget--; s.budget < 0 {
		return s.notProved("its totals differ from what was read")
	}
	page, err := s.read(ctx, r)
	if err != nil {
		return err
	}
	first := idRange{r.from, min(r.to, page.reach())}
	s.correct(first, page.hits)
	rest := idRange{first.to, r.to}
	switch left := page.total - len(page.hits); {
	case page.total != unknown && left == s.count(rest):
		return nil
	case len(page.hits) == 0:
		return s.notProved("a total says that there are more records than it shows")
	}
	s.account.Reread++
	from, to := s.between(rest)
	if to-from <= s.fresh() {
		return s.compare(ctx, rest)
	}
	middle := s.ids[(from+to)/2]
	if err := s.compare(ctx, idRange{rest.from, middle}); err != nil {
		return err
	}
	return s.compare(ctx, idRange{middle, rest.to})
}

// fresh is the most records of a page that are not controls.
func (s *scan) fresh() int { return s.page.rows - s.carried }

// between returns the positions in ids of a range's records.
func (s *scan) between(r idRange) (from, to int) {
	from, _ = slices.BinarySearch(s.ids, r.from+1)
	if r.to == noEnd {
		return from, len(s.ids)
	}
	to, _ = slices.BinarySearch(s.ids, r.to+1)
	return from, max(from, to)
}

// count returns how many records of a range were read and are still there.
func (s *scan) count(r idRange) int {
	from, to := s.between(r)
	count := to - from
	for id := range s.vanished {
		if r.holds(id) {
			count--
		}
	}
	return count
}

// correct takes hits, all records of a range at the moment, in addition to what was
// read of it: records that it lacks have vanished, others are handed out now.
func (s *scan) correct(r idRange, hits []Hit) { s.hand(s.merge(r, hits)) }

// merge returns the hits that were not read before. Those with IDs below others that
// were read are counted: they are not new.
func (s *scan) merge(r idRange, hits []Hit) (found []Hit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	from, to := s.between(r)
	for _, id := range missing(s.ids[from:to], hits) {
		s.vanished[id] = true
	}
	for _, hit := range hits {
		delete(s.vanished, hit.ID)
		at, known := slices.BinarySearch(s.ids, hit.ID)
		if known {
			continue
		}
		if at < len(s.ids) {
			s.account.Found++
		}
		s.ids = slices.Insert(s.ids, at, hit.ID)
		found = append(found, hit)
	}
	return found
}

// checkVanished asks for the records that a later page lacked. If one is there, a page lacks
// records that exist.
func (s *scan) checkVanished(ctx context.Context) error {
	for ids := range slices.Chunk(slices.Sorted(maps.Keys(s.vanished)), scanControls) {
		var hits []Hit
		err := s.client.untilWhole(ctx, s.key.records(), s.controls, s.most, func() (whole bool, err error) {
			controls := s.controls.below(s.carried, noEnd)
			controls = slices.DeleteFunc(controls, func(id int64) bool { return s.vanished[id] })
			sent := time.Now()
			page, err := s.ask(ctx, s.controls.clause(append(slices.Clone(ids), controls...)))
			if err != nil {
				return false, err
			}
			hits = without(slices.Clone(page.Results.hits), controls)
			return s.controls.judge(ctx, sent, controls, page.Results.hits)
		})
		if err != nil {
			return err
		}
		if len(hits) > 0 {
			return s.notProved("its pages lack records that another search shows")
		}
	}
	return nil
}
