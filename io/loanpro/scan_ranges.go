package loanpro

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// reading is a range that is being read.
type reading struct {
	idRange          // what is left of it
	before   idRange // of the last page
	expected int     // records that are left, by the last total
	ended    bool
}

// readings are the ranges into which all records are divided to be read once.
type readings struct {
	mu   sync.Mutex
	all  []*reading
	most int // ranges
	// pass takes all records of a range, page by page.
	pass func(idRange, []Hit)
}

// newReadings divides the system IDs into n ranges. The last one has no end: new
// records are part of it.
func (s *scan) newReadings(n int, pass func(idRange, []Hit)) *readings {
	step := (s.size.highest - s.size.lowest) / int64(n)
	all := &readings{all: make([]*reading, n), most: maxHalves * n, pass: pass}
	from := int64(0)
	for i := range all.all {
		all.all[i] = &reading{idRange: idRange{from, s.size.lowest + step*int64(i+1)}, expected: unknown}
		from = all.all[i].to
	}
	all.all[n-1].to = noEnd
	return all
}

// maxHalves is how many ranges there may be at the end for each at the start.
const maxHalves = 6

// readAll reads all records once.
func (s *scan) readAll(ctx context.Context) error {
	all := s.newReadings(s.size.ranges, func(_ idRange, hits []Hit) {
		s.mu.Lock()
		s.ids = append(s.ids, idsOf(hits)...)
		s.mu.Unlock()
		s.hand(hits)
	})
	err := s.readRanges(ctx, all)
	slices.Sort(s.ids)
	s.account.Ranges = len(all.all)
	return err
}

// maxReadings is how often all records may be read again.
const maxReadings = 3

// readAgain reads all records again, until a reading shows none that was not read
// before, and compares totals again. Its pages begin at other records. It does nothing
// if totals have shown that the first reading had all.
func (s *scan) readAgain(ctx context.Context) error {
	if s.exact != 0 && s.account.Found == 0 {
		return nil
	}
	for range maxReadings {
		found := s.account.Found
		if err := s.readRanges(ctx, s.newReadings(s.size.ranges+1, s.correct)); err != nil {
			return err
		}
		if s.account.Found == found {
			return s.compareTotals(ctx)
		}
	}
	return s.notProved("each reading shows records that the others do not show")
}

// readRanges reads ranges at once, and then what their ends show when they are asked
// for again.
func (s *scan) readRanges(ctx context.Context, all *readings) error {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(s.client.config.Workers)
	for _, r := range slices.Clone(all.all) {
		group.Go(func() error {
			for ; r != nil; r = s.halve(all) {
				if err := s.readRange(inner, all, r); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return s.readEnds(ctx, all)
}

// halve returns half of the range of which most is left, so that no worker is idle; nil
// if no range is worth another request.
func (s *scan) halve(all *readings) *reading {
	all.mu.Lock()
	defer all.mu.Unlock()
	if len(all.all) >= all.most {
		return nil
	}
	var longest *reading
	most := pagesOfRange * s.fresh()
	for _, r := range all.all {
		if left := s.left(r); left > most {
			longest, most = r, left
		}
	}
	if longest == nil {
		return nil
	}
	middle := longest.from + (min(longest.to, s.size.highest)-longest.from)/2
	half := &reading{idRange: idRange{middle, longest.to}, expected: unknown}
	longest.to, longest.expected = middle, unknown
	all.all = append(all.all, half)
	return half
}

// left estimates how many records of a range are left, from its IDs if no total says
// so.
func (s *scan) left(r *reading) int {
	switch width := min(r.to, s.size.highest) - r.from; {
	case r.ended || width < 2:
		return 0
	case r.expected != unknown:
		return r.expected
	default:
		return int(float64(s.size.Total) * float64(width) / float64(s.size.highest-s.size.lowest+1))
	}
}

// readRange reads a range up to an empty page: a page may be shorter than asked for.
func (s *scan) readRange(ctx context.Context, all *readings, r *reading) error {
	for !r.ended {
		all.mu.Lock()
		asked := r.idRange
		all.mu.Unlock()
		page, err := s.read(ctx, asked)
		if err != nil {
			return err
		}
		all.pass(s.advance(all, r, asked, page))
	}
	return nil
}

// advance takes a page of r, which may have been halved since. It returns the range of
// which the hits are all records.
func (s *scan) advance(all *readings, r *reading, asked idRange, page *rangePage) (idRange, []Hit) {
	all.mu.Lock()
	defer all.mu.Unlock()
	hits, total := page.hits, page.total
	if r.to < asked.to {
		hits = hits[:countUpTo(hits, r.to)]
		total = unknown
	}
	this := idRange{r.from, min(r.to, page.reach())}
	s.follow(r, this, total, len(hits))
	r.ended = this.to == r.to
	if len(page.hits) > 0 {
		r.from = this.to
	}
	return this, hits
}

// countUpTo returns how many of hits, which ascend, have an ID of at most last.
func countUpTo(hits []Hit, last int64) int {
	if i := slices.IndexFunc(hits, func(h Hit) bool { return h.ID > last }); i >= 0 {
		return i
	}
	return len(hits)
}

// follow compares a page's total with the total before it, which it should be smaller
// than by the records of the page before. If it is too small, the page may lack
// records. If it is too large, the page before may.
func (s *scan) follow(r *reading, this idRange, total, hits int) {
	expected, doubtful := r.expected, this
	if total > expected {
		doubtful = r.before
	}
	r.before, r.expected = this, unknown
	if total == unknown {
		return
	}
	r.expected = total - hits
	if expected == unknown || total == expected {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains(s.doubtful, doubtful) {
		s.doubtful = append(s.doubtful, doubtful)
	}
}

// maxEnds is how often the ends of all ranges may show new records.
const maxEnds = 5

// readEnds asks for the ends of all ranges again, until they show nothing new.
func (s *scan) readEnds(ctx context.Context, all *readings) error {
	for range maxEnds {
		page, err := s.read(ctx, all.ends()...)
		if err != nil {
			return err
		}
		if len(page.hits) == 0 {
			return nil
		}
		for _, r := range all.all {
			if slices.ContainsFunc(page.hits, func(h Hit) bool { return r.holds(h.ID) }) {
				r.ended = false
				if err := s.readRange(ctx, all, r); err != nil {
					return err
				}
			}
		}
	}
	return s.notProved("new records come faster than they are read")
}

// ends returns what is left of the ranges: nothing, unless records have come.
func (all *readings) ends() []idRange {
	var ends []idRange
	for _, r := range all.all {
		if r.from < r.to {
			ends = append(ends, r.idRange)
		}
	}
	slices.SortFunc(ends, func(a, b idRange) int { return cmp.Compare(a.from, b.from) })
	return ends
}
