package loanpro

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"
)

// baseline is what the first pages of a kind of record show. It does not depend
// on the key, so probes of all keys share it.
type baseline struct {
	page     paging
	pagesOn  bool      // $start returns other rows
	wrappers []wrapper // that the tenant accepts, the best first
	samples  map[Key]sample
	controls *controls
	empty    bool // the index has shown no record at all
	// carrierTried is not set yet if only ProbeFew has used the baseline.
	carrierTried bool
}

// baselines holds the baselines of a client by kind of record.
type baselines struct {
	// turn has a token for each kind of record. The probe that loads the
	// baseline takes it, so that concurrent probes load it once and share its
	// controls. A waiting probe ends with its context.
	turn map[string]chan struct{}

	mu       sync.Mutex
	known    map[string]baseline
	expected map[string][]int64 // first records, from an interrupted run
	required map[string][]int64 // some records, from a finished run
}

func newBaselines() *baselines {
	b := &baselines{turn: map[string]chan struct{}{}, known: map[string]baseline{}}
	for _, records := range kinds() {
		b.turn[records] = make(chan struct{}, 1)
	}
	return b
}

// remembers reports whether an earlier run has seen records of a kind.
func (b *baselines) remembers(records string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.expected[records])+len(b.required[records]) > 0
}

// expect returns the first records of an interrupted run.
func (b *baselines) expect(records string) []int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.expected[records]
}

func (b *baselines) of(records string) (known baseline, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	known, ok = b.known[records]
	return known, ok
}

func (b *baselines) keep(records string, known baseline) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.known[records] = known
}

// loadBaseline reads the first pages of the key's kind of record, unless they
// are cached. One probe at a time reads them.
func (p *prober) loadBaseline(ctx context.Context) error {
	turn := p.client.baselines.turn[p.key.records()]
	select {
	case turn <- struct{}{}:
		defer func() { <-turn }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	known, ok := p.client.baselines.of(p.key.records())
	if p.baseline = known; !ok {
		if err := p.sampleRecords(ctx); err != nil {
			return err
		}
	}
	if !p.few && !p.carrierTried {
		if err := p.probeCarrier(ctx); err != nil {
			return err
		}
		p.carrierTried = true
	}
	p.client.baselines.keep(p.key.records(), p.baseline)
	p.sample = p.samples[p.key]
	p.sample.hits = slices.Clone(p.sample.hits) // each probe sorts its own copy
	p.findings.PagesOn = p.pagesOn
	return nil
}

// sampleRecords reads two pages, and chooses the samples of all keys and the
// controls from them.
func (p *prober) sampleRecords(ctx context.Context) error {
	first, err := p.firstRecords(ctx)
	if err != nil {
		return err
	}
	second, err := p.secondPage(ctx, first)
	if err != nil {
		return err
	}
	p.samples = map[Key]sample{}
	for _, key := range keysOf(p.key.records()) {
		p.samples[key] = newSample(key, first.Results.hits, second.Results.hits)
	}
	p.empty = len(first.Results.hits) == 0
	p.controls = newControls(p.client, p.key.records(), p.page, p.pagesOn, first.Results.hits, second.Results.hits)
	return nil
}

// firstRecords returns the first page. An index that shows no record at all, or
// lacks those of an earlier run, may be in trouble, so it is asked again before
// the page is believed.
func (p *prober) firstRecords(ctx context.Context) (*page, error) {
	waiting := p.client.newPatience(time.Now())
	defer waiting.end()
	for {
		first, err := p.firstPage(ctx)
		if err != nil && !partial(err) {
			return nil, err
		}
		if err == nil {
			if whole, err := p.asExpected(first.Results.hits); err != nil || whole {
				return first, err
			}
		}
		if late := waiting.wait(ctx, p.key.records()); late != nil {
			if first != nil && len(first.Results.hits) == 0 && !p.client.baselines.remembers(p.key.records()) && partial(late) {
				return first, nil // an empty tenant; the caller decides
			}
			return nil, late
		}
	}
}

// asExpected reports whether the first page has records, and those of an
// earlier run.
func (p *prober) asExpected(hits []Hit) (bool, error) {
	before := &controls{
		client: p.client, records: p.key.records(), first: slices.Clone(p.client.baselines.expect(p.key.records())),
		complete: len(hits) < p.page.top, misses: map[int64]int{}, confirmed: true,
	}
	whole, err := before.compare(hits)
	return whole && len(hits) > 0 && p.client.baselines.shows(p.key.records(), hits), err
}

// deletedSince is the divisor for the share of an earlier run's records that
// may be deleted by now. A gap of 1 in 5 is still noticed with 99.7 %.
const deletedSince = 20

// shows reports whether hits include the required records.
func (b *baselines) shows(records string, hits []Hit) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	required := b.required[records]
	return len(missing(required, hits)) <= len(required)/deletedSince
}

// firstPage reads the first page. A tenant may reject large pages, so it tries
// smaller ones as well.
func (p *prober) firstPage(ctx context.Context) (first *page, err error) {
	for _, p.page.top = range []int{MaxPage, 100, 25} {
		p.page.rows = p.page.top
		first, err = p.ask(ctx, []byte(matchAll), 0)
		e, ok := errors.AsType[*Error](err)
		if err == nil || !ok || e.Stops() || e.Status == 0 || e.Class == Partial {
			return first, err
		}
		if e.Status == http.StatusConflict {
			defer func() { e.Class = Refused }()
		}
	}
	return nil, err
}

// secondPage reads another page, from the middle if its existence is known, and
// finds out which wrapper the tenant accepts. A tenant may silently cut pages
// to fewer rows than asked for: if more rows follow the first page, its length
// is the limit.
func (p *prober) secondPage(ctx context.Context, first *page) (second *page, err error) {
	rows := len(first.Results.hits)
	start := rows
	if middle := int(first.Summary.Total) / 2; middle > rows && middle+p.page.top <= maxResultWindow {
		start = middle
	}
	if second, err = p.pageInWrapper(ctx, start); refused(err) && start > 0 { // it may be beyond a smaller window
		second, err = p.pageInWrapper(ctx, 0)
	}
	if err != nil {
		return nil, err
	}
	p.wrappers = append(p.wrappers, unwrapped)
	if more := second.Results.hits; len(more) > 0 && rows > 0 {
		p.page.rows = min(p.page.rows, rows)
		p.pagesOn = more[0].ID != first.Results.hits[0].ID
	}
	return second, nil
}

// pageInWrapper reads the page that begins at start, in the best wrapper that the
// tenant accepts.
func (p *prober) pageInWrapper(ctx context.Context, start int) (page *page, err error) {
	for _, inside := range []wrapper{constant, filterClause, unwrapped} {
		page, err = p.askComplete(ctx, object{"query": inside.wrap(object{"match_all": object{}})}, start)
		if refused(err) {
			continue
		}
		if inside.name != "" {
			p.wrappers = append(p.wrappers, inside)
		}
		break
	}
	return page, err
}

// probeCarrier finds out whether a clause of system IDs works next to another
// clause. If it does not although the index is whole, searches carry no
// controls.
func (p *prober) probeCarrier(ctx context.Context) error {
	k := p.controls
	if len(k.known) < 2 {
		return nil
	}
	for _, candidate := range []carrier{idTerms, idMatches} {
		k.carrier = candidate
		ids, _ := k.take(min(carried, p.page.rows/2), matchesNone)
		half := len(ids) / 2
		query := p.wrappers[0].wrap(object{"bool": object{"should": []object{candidate(ids[:half]), candidate(ids[half:])}}})
		for range 2 { // a record may be missing for a moment
			page, err := p.askComplete(ctx, object{"query": query}, 0)
			if refused(err) {
				break
			}
			if err != nil {
				return err
			}
			if len(missing(ids, page.Results.hits)) == 0 {
				return nil
			}
			if _, err := p.awaitWhole(ctx); err != nil {
				return err
			}
		}
	}
	k.carrier = nil
	return p.checkUnrelated(ctx)
}

// checkUnrelated returns an error if a search for system IDs that no record has
// returns records: the answers do not belong to the queries.
func (p *prober) checkUnrelated(ctx context.Context) error {
	page, err := p.askComplete(ctx, object{"query": idMatches([]int64{1<<52 + 1, 1<<52 + 2})}, 0)
	if err != nil || len(page.Results.hits) == 0 {
		if refused(err) {
			return nil
		}
		return err
	}
	return p.client.fail(&Error{Class: unrelated, Message: "its answers do not fit the queries"})
}
