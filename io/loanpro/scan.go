package loanpro

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
)

// A scan reads all records of a kind by ranges of system IDs, several at once. Each page
// asks for the IDs above the last one of the page before, so that no page begins beyond
// the result window. Nothing is believed because the search server says so once:
//
//   - A page must be strictly ascending and within its range. An empty page alone ends a
//     range, and the ends of all ranges are asked for again when all have been read.
//   - A page carries 32 controls at or below its range, 64 if no total can be believed,
//     and known records within it are controls as well. If a control is missing, the
//     page is void. A page that lacks a share s of the index passes with probability
//     (1-s)^32: 1 in 1,260 for 1 in 5, 1 in 5 for 1 in 20.
//   - The total of a page must be smaller than that of the page before by what that page
//     had. The totals of all records, or of ranges below the number up to which LoanPro
//     counts, must equal what was read. A page that differs is read anew, and a
//     difference is halved until it is found. So even one lost record is noticed, unless
//     as many are missing from the total.
//   - Where no total can be believed, all records are read twice, by pages that begin at
//     other records. If a page lacks a share q of its records without a trace, a record
//     is lost with probability q in one reading and q^2 in two. A reading that has found
//     a lost record is followed by another.
//   - Records that only an earlier page showed are asked for by their IDs. If one is
//     there, pages lack records that exist, and nothing is proved.
//   - 300 records are drawn by other searches: half of these ask for system IDs drawn at
//     random among all possible ones, half for words of names, which find records with
//     other IDs than those that were read. Neither uses a range. If a share s of all
//     records is lost to ranges, the draws miss it with probability (1-s)^300: 1 in 20
//     for 1 in 100, 1 in 4.8 million for 1 in 20. Records known from before, such as the
//     baseline and the samples of probes, were read by pages of the same index, and are
//     used as controls only.
//   - The baseline must be whole at the end.
//
// What no search shows is not noticed: records that the token may not see, and those
// that the index lacks all the time.

// Scan is the account of a scan that is proved to have read all records.
type Scan struct {
	Read     int   `json:"read"`              // records
	Requests int64 `json:"requests"`          // with the proofs; requests of others at the same time included
	Ranges   int   `json:"ranges"`            // of system IDs that were read at once
	Reread   int   `json:"ranges_read_again"` // ranges that were read anew, because a total differed
	Found    int   `json:"found_late"`        // records that a first reading lacked and a second one showed
	Deleted  int   `json:"deleted_meanwhile"` // records that were read and deleted meanwhile
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
	s.account.Read, s.account.Deleted = len(s.ids), len(s.vanished)
	s.account.Requests = c.stats.requests.Load() - sent
	account := s.account // does not hold what was read
	return &account, nil
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

	ids      []int64 // that were read, ascending; set once all ranges are read
	vanished map[int64]bool
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
	s := &scan{size: size, out: page, vanished: map[int64]bool{}, scanner: scanner{
		client: c, key: size.key, page: known.page, wrapper: known.wrappers[0], controls: known.controls,
		carried: size.carried, most: maxLost, exact: size.exact,
	}}
	s.budget = rereadBudget + size.Total/size.Page/4
	return s, nil
}

func (s *scan) run(ctx context.Context) error {
	steps := []func(context.Context) error{s.readAll, s.compareTotals, s.readAgain, s.checkVanished, s.drawRecords, s.client.Confirm}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
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
