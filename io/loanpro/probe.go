package loanpro

import (
	"context"
	"errors"
	"net/http"
	"time"
)

const (
	// probeRequests is the budget for finding the best forms; reservedRequests
	// of it are kept for the steps after that. If values of some shape are not
	// found, the budget is granted once more. singleRequests is the budget for
	// single questions.
	probeRequests    = 13
	singleRequests   = 2
	reservedRequests = 3
	// MaxBatch is the most questions of one search.
	MaxBatch = 200
	// fewQuestions is a batch so small that a form which fails in it is
	// unreliable.
	fewQuestions = 6
	// secondBatch is the largest batch of the second form. It differs in size
	// because a search may drop hits in large batches only. smallBatch is for
	// tenants that reject secondBatch.
	secondBatch = 150
	smallBatch  = 25
)

// matchAll asks for all records (seen in public code).
const matchAll = `{"query":{"match_all":{}}}`

// Case says whether an index distinguishes upper from lower case.
type Case string

// What a probe can find out about case.
const (
	CaseInsensitive Case = "blind"     // every text in other case was found
	CaseSensitive   Case = "sensitive" // at least one was not
	CaseUnknown     Case = "unknown"   // the sample had no letters
)

// Findings is what a probe has found out about one key of a tenant. Its JSON is
// for people; see loanmap check.
type Findings struct {
	Key     Key  `json:"-"`
	Sample  int  `json:"sample"`   // records that the forms were tried with
	Page    int  `json:"page"`     // the most rows of a page, as far as known
	PagesOn bool `json:"pages_on"` // $start returns other rows
	Case    Case `json:"case"`
	// Keyword: the index keeps texts whole, as keywords, and does not split them
	// into words; also true if that is unknown. A name is then found by a first
	// or last name only if that is the whole field.
	Keyword  bool     `json:"whole"`
	Batch    Strategy `json:"batch"`  // for several questions
	Second   Strategy `json:"second"` // for questions that Batch did not find; zero if there is no other
	Single   Strategy `json:"alone"`  // for a single question
	Database bool     `json:"database"`
	// Controls is the number of controls that each search carries; 0 if the
	// tenant does not accept them.
	Controls int `json:"controls"`
	// Unsearchable are the shapes of values that no form finds.
	Unsearchable Shapes `json:"unsearchable,omitzero"`
	// Prefix and Fuzzy, of Name: searches accept words that are prefixes, and
	// words with one typo.
	Prefix   bool `json:"prefix,omitempty"`
	Fuzzy    bool `json:"fuzzy,omitempty"`
	Requests int  `json:"requests"`
	// Widths are the lengths of the display IDs in the sample that are all
	// digits. An ID that a spreadsheet has stripped of leading zeros had one of
	// these lengths.
	Widths []int `json:"-"`

	// FindsNothing: the search found none of the records that the tenant shows.
	FindsNothing bool `json:"deaf,omitempty"`

	phoneFormats []string // see PhoneFormats
	blank        bool
}

// Empty reports whether the tenant shows no record that has the key.
func (f *Findings) Empty() bool { return f.Sample == 0 }

// ShowsNothing reports whether the tenant has shown no record at all of the key's kind
// for as long as Config.Patience. Such an index proves nothing.
func (f *Findings) ShowsNothing() bool { return f.blank }

// Batches reports whether one search can take several questions.
func (f *Findings) Batches() bool { return f.Batch.Size > 1 }

// Probe finds out how to search by key. It reads some records and asks for
// them, mixed with values that do not exist, in one form after another until
// one returns all of them. most bounds the size of a batch. With database, it
// also tries OData lists, if key is an ID.
//
// It takes at most fifteen requests, and as many again if values of some shape
// are not found, not counting retries and rereads of the baseline. The first
// pages are cached for probes of other keys of the same kind of record. It
// waits while the index does not show all of its records, or shows none.
//
// The error is an *Error of class Refused if LoanPro does not accept host,
// tenant or token: it answers 401, or 409 to a tenant that it does not know
// (seen in public code).
func (c *Client) Probe(ctx context.Context, key Key, most int, database bool) (*Findings, error) {
	p := &prober{
		client: c, key: key, most: min(most, MaxBatch), limit: probeRequests, found: map[int64]bool{}, lists: database && key.listed(),
		unreliable: map[string]bool{}, rejected: map[string]bool{},
		findings: Findings{Key: key, Case: CaseUnknown},
	}
	err := p.run(ctx)
	p.findings.Requests = p.requests + p.rereadRequests
	return &p.findings, err
}

// MaySearch reports whether the role of the token may search for key's kind of
// record. LoanPro grants that by endpoint (LoanPro docs, token management).
// That it answers 403 otherwise is assumed.
func (c *Client) MaySearch(ctx context.Context, key Key) (bool, error) {
	_, err := c.ask(ctx, search(key.records(), "", []byte(matchAll), paging{1, 1}, 0))
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusForbidden {
		return false, nil
	}
	return err == nil, err
}

// prober is a probe in progress.
type prober struct {
	client *Client
	key    Key
	most   int
	lists  bool // whether to try OData lists
	few    bool // see ProbeFew
	baseline
	requests       int       // sent, without rereads
	rereadRequests int       // sent to see whether the index is whole; not limited
	limit          int       // of requests
	sent           time.Time // when the last request left
	sample         sample
	forms          []form          // to try for several values
	unreliable     map[string]bool // forms that do not find what they ask for
	rejected       map[string]bool // kinds of form that the tenant rejects, by rejectionKey
	findings       Findings
	// found holds the records of the sample that a search has asked for, and
	// whether any search has returned them.
	found    map[int64]bool
	answered bool // whether any search for the sample was answered
}

func (p *prober) run(ctx context.Context) error {
	if err := p.loadBaseline(ctx); err != nil {
		return err
	}
	f := &p.findings
	f.Sample, f.Page, f.Widths, f.phoneFormats, f.blank = len(p.sample.hits), p.page.rows, p.sample.widths(), p.sample.phoneFormats, p.empty
	p.forms = p.sample.forms()
	lessons := []func(context.Context) error{p.probeBatch, p.probeSecond, p.probeSingle, p.probeDatabase}
	if p.key == Name {
		lessons = []func(context.Context) error{p.probeBatch, p.probeSingleName, p.probeNameFeatures, p.probeSecond}
	}
	for _, learn := range lessons {
		if err := learn(ctx); err != nil {
			return err
		}
	}
	if f.Batch.Proves() {
		f.Controls = p.controls.each
	}
	for _, way := range []*Strategy{&f.Batch, &f.Second, &f.Single} {
		way.controls = p.controls
		way.withoutPrefixes = p.key == Name && !f.Prefix
	}
	return nil
}

// probeBatch takes the first form, and the largest batch, that return the whole
// sample. It excludes values of a shape that no form finds.
func (p *prober) probeBatch(ctx context.Context) error {
	for i, inside := range p.wrappers {
		if found, err := p.probeBatchIn(ctx, inside); err != nil || found {
			return err
		}
		if i > 0 {
			continue
		}
		if aside, err := p.excludeUnsearchable(ctx); err != nil || !aside {
			return err
		}
		if found, err := p.probeBatchIn(ctx, inside); err != nil || found {
			return err
		}
	}
	return nil
}

func (p *prober) probeBatchIn(ctx context.Context, inside wrapper) (found bool, err error) {
	most := p.largestSize()
	for _, form := range p.forms {
		way := p.controlledWay(form, inside, most)
		if p.unreliable[form.name] || p.rejected[way.rejectionKey()] || most == 1 || len(p.sample.hits) == 0 {
			continue
		}
		size, err := p.largest(ctx, way)
		if err != nil {
			return false, err
		}
		if size > 1 {
			p.findings.Batch = way.AtMost(size)
			return true, nil
		}
	}
	return false, nil
}

// largestSize leaves room for near misses and controls on a page.
func (p *prober) largestSize() int {
	room := p.page.rows - p.page.rows/8
	if with := room - p.controls.each; with >= p.controls.each || !p.pagesOn {
		room = with
	}
	most := max(1, min(p.most, room))
	if p.key == Name {
		most = min(most, maxWords)
	}
	return most
}

// controlledWay returns a strategy whose searches carry controls, if the tenant
// accepts them.
func (p *prober) controlledWay(form form, inside wrapper, size int) Strategy {
	way := newStrategy(p.key, form, inside, size, p.page)
	way.controls, way.carriesControls = p.controls, p.controls.carries()
	return way
}

// largest returns the largest batch, by halving, in which way returns the
// sample; 0 if none does.
func (p *prober) largest(ctx context.Context, way Strategy) (int, error) {
	got, err := p.try(ctx, way)
	if err != nil || got == recallComplete {
		return way.Size, err
	}
	if got == recallNone {
		p.unreliable[way.form.name] = true
	}
	if got == recallNone || way.Size <= fewQuestions {
		return 0, nil
	}
	// Is it rejected or incomplete because of the number, or in any number?
	if got, err = p.try(ctx, way.AtMost(fewQuestions)); err != nil || got != recallComplete {
		p.rejected[way.rejectionKey()] = got == recallRejected
		return 0, err
	}
	var sizes []int // between the largest that works and the smallest that fails
	for size := way.Size / 2; size > fewQuestions; size /= 2 {
		sizes = append(sizes, size)
	}
	return p.bisect(ctx, way, sizes)
}

// bisect returns the largest of sizes that works; fewQuestions is known to
// work.
func (p *prober) bisect(ctx context.Context, way Strategy, sizes []int) (int, error) {
	works := fewQuestions
	for low, high := 0, len(sizes); low < high; {
		middle := (low + high) / 2
		got, err := p.try(ctx, way.AtMost(sizes[middle]))
		switch {
		case err != nil:
			return 0, err
		case got == recallComplete:
			works, high = sizes[middle], middle
		default:
			low = middle + 1
		}
	}
	return works, nil
}

// probeSecond takes another form, in smaller batches, for questions that the
// first form does not find. If no other works, it takes the first in smaller
// batches.
func (p *prober) probeSecond(ctx context.Context) error {
	batch := p.findings.Batch
	if batch.Size <= 1 {
		return nil
	}
	for _, form := range p.secondForms() {
		if p.unreliable[form.name] || p.requests > p.limit-reservedRequests {
			continue
		}
		for _, size := range []int{secondBatch, smallBatch} {
			way := p.controlledWay(form, batch.wrapper, min(batch.Size, size))
			if p.rejected[way.rejectionKey()] {
				break
			}
			got, err := p.try(ctx, way)
			if err != nil {
				return err
			}
			if got == recallComplete {
				p.findings.Second = way
				return nil
			}
			if got == recallNone || way.Size < size || p.requests > p.limit-reservedRequests {
				break
			}
		}
	}
	p.findings.Second = batch.AtMost(batch.Size / 4)
	return nil
}

// probeSingle finds out whether a single question can require all of its words.
// If not, it falls back to the plain match that LoanPro documents.
func (p *prober) probeSingle(ctx context.Context) error {
	p.findings.Keyword = !p.unreliable[termsForm.name]
	p.findings.Single = newStrategy(p.key, plainForm, unwrapped, 1, p.page)
	defer p.fallBack()
	if len(p.sample.hits) == 0 {
		return nil
	}
	p.limit = p.requests + singleRequests
	for _, form := range []form{wordsForm, plainForm} {
		way := newStrategy(p.key, form, unwrapped, 1, p.page)
		got, err := p.try(ctx, way)
		if err != nil {
			return err
		}
		if got == recallComplete {
			p.findings.Single = way
			return nil
		}
	}
	p.findings.FindsNothing = p.findings.Batch.Size == 0 && p.answered && !p.foundAny()
	return nil
}

// foundAny reports whether any search has returned a record that it asked for.
func (p *prober) foundAny() bool {
	for _, found := range p.found {
		if found {
			return true
		}
	}
	return false
}

// fallBack uses single questions where there is no batch.
func (p *prober) fallBack() {
	if p.findings.Batch.Size == 0 {
		p.findings.Batch = p.findings.Single
	}
}

// probeDatabase finds out whether OData lists can be filtered by the key.
// LoanPro has deprecated lists of all records (LoanPro help, OData).
func (p *prober) probeDatabase(ctx context.Context) error {
	if len(p.sample.hits) == 0 || !p.lists {
		return nil
	}
	asked := p.sample.questions(1)
	p.requests++
	hits, err := p.client.FindInDatabase(ctx, p.key, []string{asked.values[0].Text})
	if err != nil && !refused(err) {
		return err
	}
	missed, _ := asked.compare(hits)
	p.findings.Database = len(missed) == 0
	return nil
}
