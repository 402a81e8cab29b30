package loanpro

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// An index can forget for a while: a lost shard, an alias that is being swapped
// or a tenant in maintenance answers 200 with fewer hits, and says nothing. So
// searches carry controls: system IDs of records that are known to exist, as one
// more clause. A search whose controls do not all come back proves nothing.
//
// The arithmetic: of an index of which a share s is gone, c controls all come
// back with probability (1-s)^c, the chance that one such answer is believed.
//
//	records missing    64 carried   2 such answers   500 of the baseline
//	1 in 2             1 in 10^19
//	1 in 5             1 in 1.6 million
//	1 in 10            1 in 850     1 in 720,000
//	1 in 20            1 in 27      1 in 710         1 in 10^11
//
// Every question of the search that exists is one more control: what it did not
// find is asked again, and what is found then makes the search void. The baseline
// is read again after each audit and at the end; where a tenant gives 100 records
// of it, 1 in 20 is noticed with 99.4 %. It costs a request for each audit, and
// 64 hits for each search.
const (
	// carried is how many controls a search carries.
	carried = 64
	// enoughControls make it less than 1 in 1,000 that a search is believed of which
	// 1 in 5 records are missing: 0.8^31.
	enoughControls = 31
	// maxControls is how many records are remembered as controls.
	maxControls = 4096
	// maxLost is how often a search may lack controls, while the baseline is whole
	// each time, before the search itself is at fault.
	maxLost = 12
	// gone is how often in a row a control must be missing, where all others are
	// there, to count as deleted meanwhile.
	deletedAfter = 3
)

// carrier asks for records by their system IDs in a clause of its own. That IDs
// are searched so is seen in public code; that it goes with other clauses is not
// documented; probed.
type carrier func(ids []int64) object

func idTerms(ids []int64) object {
	return object{"terms": object{"id": ids}}
}

func idMatches(ids []int64) object {
	clauses := make([]object, len(ids))
	for i, id := range ids {
		clauses[i] = object{"match": object{"id": id}}
	}
	return object{"bool": object{"should": clauses}}
}

// controls are the records of one kind that are known to exist.
type controls struct {
	client  *Client
	records string // Loans or Customers
	page    paging
	each    int // how many a search carries

	gaps    atomic.Int64  // answers that lacked records
	rereads atomic.Int64  // at the baseline
	turn    chan struct{} // held by the one who asks whether the index is whole

	mu           sync.Mutex
	carrier      carrier // nil: the tenant takes none
	known        []Hit   // what searches carry
	next         int     // where the next search's begin
	first        []int64 // the baseline: the first page, in the order of IDs
	complete     bool    // the first page is all there is
	misses       map[int64]int
	confirmed    bool      // a second look has shown the same
	wholeAt      time.Time // when the last request was sent that found all of the baseline
	lackingSince time.Time // since when looks have found it lacking; zero: it is whole
}

func newControls(c *Client, records string, page paging, pagesOn bool, first, second []Hit) *controls {
	each := carried
	if !pagesOn { // they must fit on one page
		each = min(each, page.rows/4)
	}
	k := &controls{client: c, records: records, page: page, each: each, turn: make(chan struct{}, 1), misses: map[int64]int{}, wholeAt: time.Now()}
	k.first = idsOf(first)
	k.complete = len(first) < page.top
	if !slices.IsSorted(k.first) && !k.complete { // another page may be the first next time
		k.first = nil
	}
	known := map[int64]bool{}
	for _, hit := range slices.Concat(first, second) {
		// A loan without a display ID may be what a search asks for.
		if blank := records == "Loans" && hit.DisplayID == ""; !known[hit.ID] && !blank {
			known[hit.ID] = true
			k.known = append(k.known, hit)
		}
	}
	// Neighbors in one search would be neighbors in the index, too.
	spread(k.known)
	return k
}

func idsOf(hits []Hit) []int64 {
	ids := make([]int64, len(hits))
	for i := range hits {
		ids[i] = hits[i].ID
	}
	return ids
}

// stride puts hits, in place, into an order in which neighbors are far apart.
func spread(hits []Hit) {
	const step = 16
	var out []Hit
	for from := range step {
		for i := from; i < len(hits); i += step {
			out = append(out, hits[i])
		}
	}
	copy(hits, out)
}

// take returns the system IDs of up to n controls, other ones each time: of those
// that are not near what is asked for, and of the others where there are too few;
// own counts the former, which come first.
func (k *controls) take(n int, near func(*Hit) bool) (ids []int64, own int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.carrier == nil || n <= 0 {
		return nil, 0
	}
	var rest []int64
	for range k.known {
		k.next = (k.next + 1) % len(k.known)
		hit := &k.known[k.next]
		if near(hit) {
			rest = append(rest, hit.ID)
		} else if ids = append(ids, hit.ID); len(ids) == n {
			break
		}
	}
	few := max(0, min(n, enoughControls)-len(ids))
	return append(ids, rest[:min(len(rest), few)]...), len(ids)
}

// anyone is near of no record.
func matchesNone(*Hit) bool { return false }

// enough reports whether an answer with controls can be believed by itself.
func (k *controls) enough() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.carrier != nil && (min(k.each, len(k.known)) >= enoughControls || k.complete && len(k.known) > 0 && len(k.known) <= k.each)
}

// carries reports whether the tenant takes controls.
func (k *controls) carries() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.carrier != nil
}

// drop has searches carry no controls any more.
func (k *controls) drop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.carrier = nil
}

// clause returns the clause that asks for ids; nil: there are none.
func (k *controls) clause(ids []int64) object {
	if len(ids) == 0 {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.carrier == nil { // dropped meanwhile, by the probe of another key
		return idTerms(ids)
	}
	return k.carrier(ids)
}

// remember adds records that were found as controls.
func (k *controls) remember(hits []Hit) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, hit := range hits {
		if len(k.known) < maxControls {
			k.known = append(k.known, hit)
			continue
		}
		k.known[k.next] = hit
		k.next = (k.next + 1) % len(k.known)
	}
}

// forget drops controls that are deleted.
func (k *controls) forget(ids []int64) {
	k.known = slices.DeleteFunc(k.known, func(hit Hit) bool { return slices.Contains(ids, hit.ID) })
}

// missing returns which of ids hits lack.
func missing(ids []int64, hits []Hit) []int64 {
	found := make(map[int64]bool, len(hits))
	for i := range hits {
		found[hits[i].ID] = true
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return found[id] })
}

// settle takes note of an answer that was sent at sent and lacked controls, and
// returns when the index is whole again. retired: what was lost is deleted, and
// the answer is complete without it.
func (k *controls) settle(ctx context.Context, sent time.Time, lost []int64) (retired bool, err error) {
	k.gaps.Add(1)
	k.client.config.Log.Debug("an answer lacks records that exist", "records", k.records, "missing", len(lost))
	if err := k.awaitWhole(ctx, sent); err != nil {
		return false, err
	}
	return k.retire(lost), nil
}

// retire drops controls that are missing again and again while all else is there.
// It reports whether lost is nothing but such ones.
func (k *controls) retire(lost []int64) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(lost) == 0 || len(lost) > 2 {
		return false
	}
	for _, id := range lost {
		if k.misses[id]++; k.misses[id] < deletedAfter {
			return false
		}
	}
	k.forget(lost)
	return true
}

// seen takes note of which controls came back: all but those lost.
func (k *controls) seen(ids, lost []int64) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.misses) == 0 {
		return
	}
	for _, id := range ids {
		if !slices.Contains(lost, id) {
			delete(k.misses, id)
		}
	}
}

// await returns once the index has shown all of the baseline in an answer to a
// request that was sent after the time given. One at a time asks; the others
// profit.
func (k *controls) awaitWhole(ctx context.Context, after time.Time) error {
	select {
	case k.turn <- struct{}{}:
		defer func() { <-k.turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	k.mu.Lock()
	known := k.wholeAt.After(after)
	k.mu.Unlock()
	if known {
		return nil
	}
	for waiting := k.client.newPatience(k.waitingSince()); ; {
		whole, err := k.reread(ctx)
		if err != nil || whole {
			return err
		}
		k.gaps.Add(1)
		if err := waiting.wait(ctx, k.records); err != nil {
			return err
		}
	}
}

// lackingSince returns since when the baseline is lacking; now, if it is not.
func (k *controls) waitingSince() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.lackingSince.IsZero() {
		return time.Now()
	}
	return k.lackingSince
}

// look reads the baseline again and reports whether all of it is there.
func (k *controls) reread(ctx context.Context) (whole bool, err error) {
	sent := time.Now()
	k.rereads.Add(1)
	page, err := k.client.ask(ctx, search(k.records, "", []byte(matchAll), k.page, 0))
	if err != nil && !partial(err) {
		return false, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if partial(err) {
		err = nil
	} else {
		whole, err = k.compare(page.Results.hits)
	}
	switch {
	case whole:
		k.wholeAt, k.lackingSince, k.confirmed = sent, time.Time{}, true
	case k.lackingSince.IsZero():
		k.lackingSince = time.Now()
	}
	return whole, err
}

// compare compares the first page with what it was. A record that was not there
// then, between those that were, was missing then: the baseline itself was drawn
// from an index with gaps.
// The caller holds k.mu.
func (k *controls) compare(hits []Hit) (whole bool, err error) {
	now := idsOf(hits)
	lost := missing(k.first, hits)
	if len(k.first) > 0 && slices.IsSorted(k.first) && slices.IsSorted(now) {
		last := k.first[len(k.first)-1]
		fresh := 0
		for _, id := range now {
			if _, known := slices.BinarySearch(k.first, id); !known && id < last {
				fresh++
			}
		}
		if fresh > 0 && !k.confirmed { // nothing is believed yet
			k.first = slices.Compact(slices.Sorted(slices.Values(slices.Concat(k.first, now))))
			return false, nil
		}
		if fresh > 0 {
			return false, k.client.fail(&Error{Class: Restored, Message: fmt.Sprintf("its search shows %d records that it did not show when the run began", fresh)})
		}
		if !k.complete { // records that were found have moved others off the page
			lost = slices.DeleteFunc(lost, func(id int64) bool { return len(now) > 0 && id > now[len(now)-1] })
		}
	}
	if len(lost) > len(k.first)/100 && !k.persists(lost) {
		return false, nil
	}
	if len(lost) > 0 {
		k.first = slices.DeleteFunc(k.first, func(id int64) bool { return slices.Contains(lost, id) })
		k.forget(lost)
	}
	return len(hits) > 0 || len(k.first) > 0 || k.complete, nil
}

// persists reports whether the one or two records that are missing were missing
// before, too: they are deleted.
func (k *controls) persists(lost []int64) bool {
	if len(lost) > 2 || len(lost) == len(k.first) {
		return false
	}
	for _, id := range lost {
		if k.misses[id]++; k.misses[id] < deletedAfter {
			return false
		}
	}
	return true
}

// patience waits for an index to be whole, longer each time.
type patience struct {
	client *Client
	begun  time.Time
	next   time.Duration
}

// The waits for an index to be whole.
const (
	firstIndexWait = 100 * time.Millisecond
	maxIndexWait   = 15 * time.Second
)

func (c *Client) newPatience(begun time.Time) *patience {
	return &patience{client: c, begun: begun, next: firstIndexWait}
}

// wait waits, or returns an error of class Partial where it has waited too long.
func (p *patience) wait(ctx context.Context, records string) error {
	if waited := time.Since(p.begun); waited >= p.client.config.Patience {
		return p.client.fail(&Error{Class: Partial, Message: fmt.Sprintf(
			"its search has not shown all %s for %s", recordNames[records], waited.Round(time.Second))})
	}
	if p.next == firstIndexWait {
		p.client.config.Log.Warn(fmt.Sprintf("LoanPro's search does not show all %s at the moment; waiting until it does", recordNames[records]))
	}
	select {
	case <-time.After(p.next):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	p.next = min(2*p.next, maxIndexWait)
	return nil
}

// recordNames are what messages call a kind of record.
var recordNames = map[string]string{"Loans": "loans", "Customers": "customers"}

// Gaps returns how many answers so far lacked records that exist. What was
// answered while it grew is to be asked again.
func (c *Client) Gaps() int64 {
	c.baselines.mu.Lock()
	defer c.baselines.mu.Unlock()
	sum := c.lateGaps.Load()
	for _, known := range c.baselines.known {
		sum += known.controls.gaps.Load()
	}
	return sum
}

// NoteGap counts an answer of which a later one has shown that it lacked records.
func (c *Client) NoteGap() { c.lateGaps.Add(1) }

// Confirm reads the first records of each kind that was probed again, and returns
// once the index shows all that it showed then. It waits while some are missing,
// which Gaps counts; the error is of class Partial where that takes longer than
// Config.Patience, and of class Restored where records have appeared among them:
// then nothing that was answered before is proved.
func (c *Client) Confirm(ctx context.Context) error {
	now := time.Now()
	for _, records := range kinds() {
		if known, ok := c.baselines.of(records); ok {
			if err := known.controls.awaitWhole(ctx, now); err != nil {
				return err
			}
		}
	}
	return nil
}

// Expect takes what Baseline has returned in an earlier run: probes wait until
// the index shows these records, too. Where it shows others among them, what was
// answered then is not proved: the error is of class Restored, and the next probe
// expects nothing.
func (c *Client) Expect(first map[string][]int64) {
	c.baselines.mu.Lock()
	defer c.baselines.mu.Unlock()
	c.baselines.expected = cloned(first)
}

// Remember takes records of key's kind that were found: later searches carry some
// of them as controls.
func (c *Client) Remember(key Key, hits []Hit) {
	if known, ok := c.baselines.of(key.records()); ok {
		known.controls.remember(hits)
	}
}

// Baseline returns the system IDs of the first records of each kind, by which
// Confirm tells whether the index is whole.
func (c *Client) Baseline() map[string][]int64 {
	c.baselines.mu.Lock()
	defer c.baselines.mu.Unlock()
	first := map[string][]int64{}
	for records, known := range c.baselines.known {
		first[records] = known.controls.baseline()
	}
	return first
}

// baseline returns a copy of the system IDs of the first page.
func (k *controls) baseline() []int64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.first)
}

// cloned returns a copy of lists of system IDs.
func cloned(lists map[string][]int64) map[string][]int64 {
	lists = maps.Clone(lists)
	for records, ids := range lists {
		lists[records] = slices.Clone(ids)
	}
	return lists
}

// Known returns system IDs of some records of each kind that was probed, for a
// later run to Require.
func (c *Client) Known() map[string][]int64 {
	some := c.Baseline()
	for records, first := range some {
		var ids []int64
		for i := range min(len(first), carried) {
			ids = append(ids, first[i*len(first)/min(len(first), carried)])
		}
		some[records] = ids
	}
	return some
}

// Require takes what Known has returned in an earlier run: probes wait until the
// index shows these records, but for a few that may be deleted since.
func (c *Client) Require(some map[string][]int64) {
	c.baselines.mu.Lock()
	defer c.baselines.mu.Unlock()
	c.baselines.required = cloned(some)
}

// Forget drops all that probes have found out: the next ones begin anew.
func (c *Client) Forget() {
	c.baselines.mu.Lock()
	defer c.baselines.mu.Unlock()
	for _, known := range c.baselines.known {
		c.lateGaps.Add(known.controls.gaps.Load())
	}
	c.baselines.known, c.baselines.expected = map[string]baseline{}, nil
}
