package loanpro

import "context"

// Rehearsal takes the place of a Client where nothing may be sent. It counts the
// requests that a Client would send to a calm tenant: one that answers each of them
// completely, on one page, and whose index splits texts into words. It finds no record.
// The zero Rehearsal has counted nothing. It is not safe for concurrent use.
type Rehearsal struct {
	requests map[string]int64 // by kind of record
	probed   map[string]bool  // kinds of record
}

// Requests returns how many requests a Client would have sent so far.
func (r *Rehearsal) Requests() (sum int64) {
	for _, n := range r.requests {
		sum += n
	}
	return sum
}

// RequestsFor returns how many of them would have been for records of key's kind.
func (r *Rehearsal) RequestsFor(key Key) int64 { return r.requests[key.records()] }

func (r *Rehearsal) add(records string, n int) {
	if r.requests == nil {
		r.requests = map[string]int64{}
	}
	r.requests[records] += int64(n)
}

const (
	// baselineRequests are the first page, the second page and the clause of controls.
	baselineRequests = 3
	// secondTrials, singleTrials and nameTrials are the trials of a second form, of a
	// single question, and of prefixes, typos and words of names.
	secondTrials = 1
	singleTrials = 1
	nameTrials   = 3
)

// Probe returns what Client.Probe finds out about key in a calm tenant.
func (r *Rehearsal) Probe(_ context.Context, key Key, most int, database bool) (*Findings, error) {
	p := calmProber(key, most)
	if records := key.records(); !r.probed[records] {
		if r.probed == nil {
			r.probed = map[string]bool{}
		}
		r.probed[records] = true
		p.requests += baselineRequests
	}
	p.rehearse(database && key.listed())
	r.add(key.records(), p.requests)
	return &p.findings, nil
}

// calmProber returns the probe of a calm tenant as it is after the baseline.
func calmProber(key Key, most int) *prober {
	page := paging{MaxPage, MaxPage}
	p := &prober{key: key, most: min(most, MaxBatch), baseline: baseline{
		page: page, pagesOn: true,
		controls: &controls{page: page, each: carried, carrier: idTerms, known: make([]Hit, carried)},
	}}
	p.sample = sample{key: key}
	p.forms = p.sample.forms()
	p.findings = Findings{
		Key: key, Sample: sampleSize, Page: MaxPage, PagesOn: true, Case: CaseUnknown, Controls: carried,
		Prefix: key == Name, Fuzzy: key == Name,
	}
	return p
}

// rehearse notes the strategies that a calm tenant proves to handle, and counts the
// trials that find them.
func (p *prober) rehearse(database bool) {
	f := &p.findings
	at := 0
	if p.forms[0].name == termsForm.name && !p.key.number() { // an index of words has no whole texts
		at = 1
	}
	f.Batch = p.controlledWay(p.forms[at], constant, p.largestSize())
	f.Keyword = at == 0 && p.key != Name // by what probeSingle concludes
	if letters := !p.key.number() && p.key != Phone; letters && f.Batch.Size >= swappedShare {
		f.Case = CaseInsensitive
	}
	f.Second = p.controlledWay(p.secondForms()[0], constant, min(f.Batch.Size, secondBatch))
	f.Single = newStrategy(p.key, plainForm, unwrapped, 1, p.page)
	p.requests += at + 1 + secondTrials
	if p.key == Name {
		f.Single = f.Batch.AtMost(1)
		p.requests += nameTrials
	} else {
		p.requests += singleTrials
	}
	if database {
		f.Database = true
		p.requests++
	}
	f.Requests = p.requests
}

// Find counts a search.
func (r *Rehearsal) Find(_ context.Context, way Strategy, values []Value) ([]Hit, error) {
	if len(values) > 0 {
		r.add(way.key.records(), 1)
	}
	return nil, nil
}

// FindInDatabase counts a list.
func (r *Rehearsal) FindInDatabase(_ context.Context, key Key, _ []string) ([]Hit, error) {
	r.add(key.records(), 1)
	return nil, nil
}

// Confirm counts a look at the baseline of each kind of record that was probed.
func (r *Rehearsal) Confirm(context.Context) error {
	for records := range r.probed {
		r.add(records, 1)
	}
	return nil
}

// Gaps returns 0: each answer is complete.
func (r *Rehearsal) Gaps() int64 { return 0 }

// NoteGap does nothing, as there are no gaps.
func (r *Rehearsal) NoteGap() {}

// Remember does nothing, as there are no records.
func (r *Rehearsal) Remember(Key, []Hit) {}
