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

// An index can lose records for a while: with a lost shard, an alias that is
// being swapped, or a tenant in maintenance, searches answer 200 with fewer hits
// and no warning. So searches carry controls: one more clause, with the system
// IDs of records that are known to exist. If some controls do not come back, the
// search proves nothing.
//
// If a share s of the index is missing, c controls all come back with probability
// (1-s)^c. That is the chance to believe one such answer:
//
//	records missing    64 carried   2 such answers   500 of the baseline
//	1 in 2             1 in 10^19
//	1 in 5             1 in 1.6 million
//	1 in 10            1 in 850     1 in 720,000
//	1 in 20            1 in 27      1 in 710         1 in 10^11
//
// Each question whose record exists is one more control: a question without an
// answer is asked again, and a late answer voids the search. The baseline is
// reread after each audit and at the end. If a tenant returns 100 records of it,
// a loss of 1 in 20 is noticed with 99.4 %. The cost is a request for each audit,
// and 64 hits for each search.
const (
	// carried is the number of controls that a search carries.
	carried = 64
	// enoughControls make the chance of believing a search that misses 1 in 5
	// records less than 1 in 1,000: 0.8^31.
	enoughControls = 31
	// maxControls is the number of records remembered as controls.
	maxControls = 4096
	// maxLost is how often a search may lose controls, while the baseline is
	// complete each time, before the search itself counts as faulty.
	maxLost = 12
	// deletedAfter is how often in a row a control must be missing, while all
	// others are there, to count as deleted.
	deletedAfter = 3
)

// carrier is a clause that asks for records by their system IDs. That IDs are
// searched so is seen in public code; that it combines with other clauses is
// not documented; probed.
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
	each    int // controls per search

	gaps    atomic.Int64  // answers that lacked records
	rereads atomic.Int64  // of the baseline
	turn    chan struct{} // held while rereading the baseline

	mu           sync.Mutex
	carrier      carrier // nil: the tenant does not accept controls
	known        []Hit   // the controls
	next         int     // index in known of the next search's first
	first        []int64 // the baseline: IDs of the first page, in order
	complete     bool    // the first page holds all records
	misses       map[int64]int
	confirmed    bool      // a reread has shown the same
	wholeAt      time.Time // when the last request left that returned the whole baseline
	lackingSince time.Time // when rereads began to find it incomplete; zero: it is whole
}

func newControls(c *Client, records string, page paging, pagesOn bool, first, second []Hit) *controls {
	each := carried
	if !pagesOn { // they must fit on one page
		each = min(each, page.rows/4)
	}
	k := &controls{client: c, records: records, page: page, each: each, turn: make(chan struct{}, 1), misses: map[int64]int{}, wholeAt: time.Now()}
	k.first = idsOf(first)
	k.complete = len(first) < page.top
	if !slices.IsSorted(k.first) && !k.complete { // the next first page may differ
		k.first = nil
	}
	known := map[int64]bool{}
	for _, hit := range slices.Concat(first, second) {
		if !known[hit.ID] && k.fit(&hit) {
			known[hit.ID] = true
			k.known = append(k.known, hit)
		}
	}
	// Neighbors in one search would be neighbors in the index as well.
	spread(k.known)
	return k
}

// fit reports whether a record may be a control: a search may be asking for a loan
// without a display ID.
func (k *controls) fit(hit *Hit) bool { return k.records != "Loans" || hit.DisplayID != "" }

func idsOf(hits []Hit) []int64 {
	ids := make([]int64, len(hits))
	for i := range hits {
		ids[i] = hits[i].ID
	}
	return ids
}

// spread reorders hits in place so that neighbors are far apart.
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

// take returns the system IDs of up to n controls, different ones each time.
// Those that near rejects come first, and own counts them; others fill up where
// there are too few.
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

// matchesNone accepts no record.
func matchesNone(*Hit) bool { return false }

// enough reports whether the controls prove an answer by themselves.
func (k *controls) enough() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.carrier != nil && (min(k.each, len(k.known)) >= enoughControls || k.complete && len(k.known) > 0 && len(k.known) <= k.each)
}

// carries reports whether searches carry controls.
func (k *controls) carries() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.carrier != nil
}

// drop stops searches from carrying controls.
func (k *controls) drop() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.carrier = nil
}

// clause returns the clause that asks for ids, or nil if there are none.
func (k *controls) clause(ids []int64) object {
	if len(ids) == 0 {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.carrier == nil { // dropped meanwhile by the probe of another key
		return idTerms(ids)
	}
	return k.carrier(ids)
}

// remember adds records that a search has found as controls.
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

// forget drops deleted controls. The caller holds k.mu.
func (k *controls) forget(ids []int64) {
	k.known = slices.DeleteFunc(k.known, func(hit Hit) bool { return slices.Contains(ids, hit.ID) })
}

// missing returns the ids that hits lack.
func missing(ids []int64, hits []Hit) []int64 {
	found := make(map[int64]bool, len(hits))
	for i := range hits {
		found[hits[i].ID] = true
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return found[id] })
}

// judge reports whether hits, the answer to a request that left at sent, have the
// records ids. If not, it returns once the index is whole again.
func (k *controls) judge(ctx context.Context, sent time.Time, ids []int64, hits []Hit) (whole bool, err error) {
	lost := missing(ids, hits)
	k.seen(ids, lost)
	if len(lost) == 0 {
		return true, nil
	}
	return k.settle(ctx, sent, lost)
}

// settle handles an answer, to a request that left at sent, without the
// controls in lost. It returns once the index is whole again. retired is set if
// lost records are deleted, and the answer is complete without them.
func (k *controls) settle(ctx context.Context, sent time.Time, lost []int64) (retired bool, err error) {
	k.gaps.Add(1)
	k.client.config.Log.Debug("an answer lacks records that exist", "event", "index_gap", "records", k.records, "missing", len(lost))
	if err := k.awaitWhole(ctx, sent); err != nil {
		return false, err
	}
	return k.retire(lost), nil
}

// retire drops controls that are missing again and again while all others are
// there. It reports whether lost holds only such controls.
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

// seen resets the misses of the controls that came back: ids without lost.
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

// awaitWhole returns once the index has shown the whole baseline in an answer
// to a request that left later than after. One caller at a time rereads it, and
// the others use the result.
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
	waiting := k.client.newPatience(k.waitingSince())
	defer waiting.end()
	for {
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

// waitingSince returns when the baseline became incomplete; now, if it is
// whole.
func (k *controls) waitingSince() time.Time {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.lackingSince.IsZero() {
		return time.Now()
	}
	return k.lackingSince
}

// reread reads the baseline again and reports whether it is whole.
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

// compare compares the first page with the baseline. A new record between known
// ones was missing before: the baseline itself came from an index with gaps.
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
		if fresh > 0 && !k.confirmed { // no answer depends on it yet
			k.first = slices.Compact(slices.Sorted(slices.Values(slices.Concat(k.first, now))))
			return false, nil
		}
		if fresh > 0 {
			return false, k.client.fail(&Error{Class: Restored, Message: fmt.Sprintf("its search shows %d records that it did not show when the run began", fresh)})
		}
		if !k.complete { // new records have moved others off the page
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

// persists reports whether the one or two missing records were missing before
// as well, so that they count as deleted.
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

// patience waits for the index to be whole, longer each time.
type patience struct {
	client *Client
	begun  time.Time
	next   time.Duration
	waits  bool // counted as waiting, until end
}

// The first and the longest wait for an index to be whole.
const (
	firstIndexWait = 100 * time.Millisecond
	maxIndexWait   = 15 * time.Second
)

func (c *Client) newPatience(begun time.Time) *patience {
	return &patience{client: c, begun: begun, next: firstIndexWait}
}

// wait waits, or returns an error of class Partial once Config.Patience is
// over.
func (p *patience) wait(ctx context.Context, records string) error {
	if waited := time.Since(p.begun); waited >= p.client.config.Patience {
		return p.client.fail(&Error{Class: Partial, Message: fmt.Sprintf(
			"its search has not shown all %s for %s", recordNames[records], waited.Round(time.Second))})
	}
	if p.next == firstIndexWait {
		p.client.config.Log.Warn("LoanPro's search does not show all {records} at the moment; waiting until it does", "event", "index_incomplete", "records", recordNames[records])
	}
	if !p.waits {
		p.waits = true
		p.client.incomplete.Add(1)
	}
	select {
	case <-time.After(p.next):
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	p.next = min(2*p.next, maxIndexWait)
	return nil
}

// recordNames are the names of kinds of record in messages.
var recordNames = map[string]string{"Loans": "loans", "Customers": "customers"}

// Gaps returns how many answers so far lacked records that exist. Questions
// answered while it grew must be asked again.
func (c *Client) Gaps() int64 {
	c.baselines.mu.Lock()
	defer c.baselines.mu.Unlock()
	sum := c.lateGaps.Load()
	for _, known := range c.baselines.known {
		sum += known.controls.gaps.Load()
	}
	return sum
}

// NoteGap counts an answer that was incomplete, as a later answer has shown.
func (c *Client) NoteGap() { c.lateGaps.Add(1) }

// Confirm rereads the baseline of each kind of record that was probed, and
// returns once the index shows all of it. It waits while records are missing,
// which Gaps counts. The error is of class Partial if that takes longer than
// Config.Patience, and of class Restored if new records have appeared among the
// known ones: earlier answers may lack them.
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

// Expect takes the result of Baseline from an interrupted run. Probes wait
// until the index shows these records as well. If it shows others among them,
// the answers of that run may be incomplete: the probe returns an error of
// class Restored, and the next probe expects nothing.
func (c *Client) Expect(first map[string][]int64) {
	c.baselines.mu.Lock()
	defer c.baselines.mu.Unlock()
	c.baselines.expected = cloned(first)
}

// Remember takes records of key's kind that a search has found. Later searches
// carry some of them as controls.
func (c *Client) Remember(key Key, hits []Hit) {
	if known, ok := c.baselines.of(key.records()); ok {
		known.controls.remember(hits)
	}
}

// Baseline returns a copy of the baseline: for each kind of record that was
// probed, the system IDs of its first page. Confirm compares with it.
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

// cloned returns a deep copy of lists of system IDs.
func cloned(lists map[string][]int64) map[string][]int64 {
	lists = maps.Clone(lists)
	for records, ids := range lists {
		lists[records] = slices.Clone(ids)
	}
	return lists
}

// Known returns system IDs of some records of each kind that was probed; a
// later run passes them to Require.
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

// Require takes the result of Known from a finished run. Probes wait until the
// index shows these records, except a few that may be deleted by now.
func (c *Client) Require(some map[string][]int64) {
	c.baselines.mu.Lock()
	defer c.baselines.mu.Unlock()
	c.baselines.required = cloned(some)
}

// Forget drops what probes have found out, so that the next ones start from
// nothing.
func (c *Client) Forget() {
	c.baselines.mu.Lock()
	defer c.baselines.mu.Unlock()
	for _, known := range c.baselines.known {
		c.lateGaps.Add(known.controls.gaps.Load())
	}
	c.baselines.known, c.baselines.expected = map[string]baseline{}, nil
}
