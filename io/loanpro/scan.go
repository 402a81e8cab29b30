package loanpro

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Scan is the account of a scan that is proved to have read all records.
type Scan struct {
	Read     int   `json:"read"`              // records
	Requests int64 `json:"requests"`          // with the proofs; requests of others at the same time included
	Ranges   int   `json:"ranges"`            // of system IDs that were read at once
	Reread   int   `json:"ranges_read_again"` // ranges that were read anew, because a total differed
	Found    int   `json:"found_late"`        // records that a first reading lacked and a second one showed
	Gone     int   `json:"deleted_meanwhile"` // records that were read and deleted meanwhile
	Drawn    int   `json:"drawn"`             // records drawn by other searches, all of which had been read
	Counted  bool  `json:"totals_agree"`      // totals agree with what was read
}

// Scan reads all records of size's kind, by ranges of their system IDs, and calls page
// with the hits of each page, never two at once. A hit is as complete as one of Find.
// Each record comes once, as it is when it is read. Records that are created
// meanwhile come as well if they are there when the ends of the ranges are asked for
// again. Records that are deleted meanwhile may have come.
//
// An error of class NotComplete means that the scan is not proved: what it has read
// must not be used, and the caller searches. The others are those of Find that end a
// run, those of class Restored, and the cause of the end of ctx.
func (c *Client) Scan(ctx context.Context, size Size, page func([]Hit)) (*Scan, error) {
	if !size.Scannable {
		return nil, c.fail(&Error{Class: NotComplete, Message: size.Why})
	}
	sent := c.stats.requests.Load()
	s, err := c.newScan(size, page)
	if err == nil {
		err = s.run(ctx)
	}
	if err != nil {
		return nil, c.unproved(err)
	}
	s.account.Read, s.account.Gone = len(s.ids), len(s.gone)
	s.account.Requests = c.stats.requests.Load() - sent
	return &s.account, nil
}

// unproved returns the error of a scan that has failed.
func (c *Client) unproved(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || e.Stops() || e.Class == Restored {
		return err
	}
	failed := *e
	failed.Class = NotComplete
	return &failed
}

// notProved returns the error of a scan that a proof has refuted.
func (s *scan) notProved(why string) error {
	return s.client.fail(&Error{Class: NotComplete, Message: "the scan is not proved to be complete: " + why})
}

// scan is a scan in progress.
type scan struct {
	scanner
	size    Size
	account Scan
	out     func([]Hit)
	budget  int // ranges that may still be read anew

	mu       sync.Mutex // held while a page is handed out
	doubtful []idRange  // of pages whose totals differ from those around them
	words    []string   // of some records, to search for
	offered  int        // words so far

	ids  []int64 // that were read, ascending; set once all ranges are read
	gone map[int64]bool
}

// remembered is how many records of a page may become controls.
const remembered = 4

// rereadBudget is the number of requests for ranges that totals put in doubt. Pages of
// a large tenant add to it.
const rereadBudget = 64

func (c *Client) newScan(size Size, page func([]Hit)) (*scan, error) {
	known, ok := c.baselines.of(size.Records)
	if !ok {
		return nil, c.fail(&Error{Class: NotComplete, Message: "the tenant has not been asked how large it is"})
	}
	s := &scan{size: size, out: page, gone: map[int64]bool{}, scanner: scanner{
		client: c, key: size.key, page: known.page, wrapper: known.wrappers[0], controls: known.controls,
		carried: size.carried, most: maxLost, exact: size.exact,
	}}
	s.account.Ranges = size.ranges
	s.budget = rereadBudget + size.Total/size.Page/4
	return s, nil
}

func (s *scan) run(ctx context.Context) error {
	steps := []func(context.Context) error{s.readAll, s.readAgain, s.compareTotals, s.drawRecords, s.client.Confirm}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// reading is a range that is being read.
type reading struct {
	idRange          // what is left of it
	before   idRange // of the last page
	ids      []int64 // that were read, ascending
	expected int     // records that are left, by the last total
}

// ranges divides the system IDs into n ranges. The last one has no end: new records
// are part of it.
func (s *scan) ranges(n int) []*reading {
	step := (s.size.highest - s.size.lowest) / int64(n)
	out := make([]*reading, n)
	from := int64(0)
	for i := range out {
		out[i] = &reading{idRange: idRange{from, s.size.lowest + step*int64(i+1)}, expected: unknown}
		from = out[i].to
	}
	out[n-1].to = noEnd
	return out
}

// readAll reads all records once.
func (s *scan) readAll(ctx context.Context) error {
	ranges := s.ranges(s.size.ranges)
	err := s.readRanges(ctx, ranges, func(r *reading, _ idRange, hits []Hit) {
		r.ids = append(r.ids, idsOf(hits)...)
		s.hand(hits)
	})
	for _, r := range ranges {
		s.ids = append(s.ids, r.ids...)
	}
	return err
}

// maxReadings is how often all records may be read again.
const maxReadings = 3

// readAgain reads all records again where no total can be believed, until a reading
// shows none that was not read before. The pages begin at other records.
func (s *scan) readAgain(ctx context.Context) error {
	if s.exact != 0 {
		return nil
	}
	for range maxReadings {
		found := s.account.Found
		err := s.readRanges(ctx, s.ranges(s.size.ranges+1), func(_ *reading, this idRange, hits []Hit) {
			s.correct(this, hits)
		})
		if err != nil || s.account.Found == found {
			return err
		}
	}
	return s.notProved("each reading shows records that the others do not show")
}

// readRanges reads ranges at once, and then what their ends show when they are asked
// for again. It passes each page on, with the range of which it has all records.
func (s *scan) readRanges(ctx context.Context, ranges []*reading, pass func(*reading, idRange, []Hit)) error {
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(s.client.config.Workers)
	for _, r := range ranges {
		group.Go(func() error { return s.readRange(inner, r, pass) })
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return s.readEnds(ctx, ranges, pass)
}

// readRange reads a range up to an empty page: a page may be shorter than asked for.
func (s *scan) readRange(ctx context.Context, r *reading, pass func(*reading, idRange, []Hit)) error {
	for {
		page, err := s.read(ctx, r.idRange)
		if err != nil {
			return err
		}
		this := idRange{r.from, min(r.to, page.reach())}
		s.follow(r, this, page)
		pass(r, this, page.hits)
		if len(page.hits) == 0 {
			return nil
		}
		r.from = this.to
	}
}

// hand hands records out, and remembers some of them.
func (s *scan) hand(hits []Hit) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(hits) == 0 {
		return
	}
	s.out(hits)
	for i := range hits {
		s.keepWord(&hits[i])
	}
	var some []Hit
	for range min(remembered, len(hits)) {
		hit := hits[rand.IntN(len(hits))]
		if s.controls.fit(&hit) {
			hit.Customers = nil
			some = append(some, hit)
		}
	}
	s.controls.remember(some)
}

// follow compares a page's total with the total before it, which it should be smaller
// than by the records of the page before. If it is too small, the page may lack
// records. If it is too large, the page before may.
func (s *scan) follow(r *reading, this idRange, page *rangePage) {
	expected := r.expected
	if r.expected = unknown; page.total != unknown {
		r.expected = page.total - len(page.hits)
	}
	doubtful := this
	if page.total > expected {
		doubtful = r.before
	}
	r.before = this
	if expected == unknown || page.total == unknown || page.total == expected {
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
func (s *scan) readEnds(ctx context.Context, ranges []*reading, pass func(*reading, idRange, []Hit)) error {
	for range maxEnds {
		ends := make([]idRange, len(ranges))
		for i, r := range ranges {
			ends[i] = r.idRange
		}
		page, err := s.read(ctx, ends...)
		if err != nil {
			return err
		}
		if len(page.hits) == 0 {
			return nil
		}
		for _, r := range ranges {
			if slices.ContainsFunc(page.hits, func(h Hit) bool { return r.holds(h.ID) }) {
				if err := s.readRange(ctx, r, pass); err != nil {
					return err
				}
			}
		}
	}
	return s.notProved("new records come faster than they are read")
}
