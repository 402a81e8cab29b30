package loanpro

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	// probeRequests is what the search for the best forms may cost; it leaves
	// reserve of them for what comes after it. Where some shape of value is not
	// found, it may cost as much again. aloneRequests are for single questions.
	probeRequests    = 13
	singleRequests   = 2
	reservedRequests = 3
	// MaxBatch is the most questions that are ever asked at once.
	MaxBatch = 200
	// fewQuestions is a batch so small that a form which fails in it is unfit.
	fewQuestions = 6
	// secondBatch is the largest batch of the second form: other in size too,
	// for a search may hold back hits in large batches alone. smallBatch is one
	// for tenants to which that is too much.
	secondBatch = 150
	smallBatch  = 25
)

// everything asks for all records (seen in public code).
const matchAll = `{"query":{"match_all":{}}}`

// Case says whether an index tells upper from lower case.
type Case string

// What a probe can find out about case.
const (
	CaseBlind     Case = "blind"     // every text in other case was found
	CaseSensitive Case = "sensitive" // some was not
	CaseUnknown   Case = "unknown"   // no text of the sample had letters
)

// Findings is what a probe has found out about one key of a tenant.
type Findings struct {
	Key     Key  `json:"-"`
	Sample  int  `json:"sample"`   // records that the forms were tried with
	Page    int  `json:"page"`     // the most rows at a time that it gave, or gives where it cuts pages
	PagesOn bool `json:"pages_on"` // $start brings other rows
	Case    Case `json:"case"`
	// Whole: the index keeps texts whole, with the blanks around them, and does
	// not cut them into words; true also where that is not known. Names are then
	// found by a first or last name that is all of its field.
	Whole    bool `json:"whole"`
	Batch    Way  `json:"batch"`  // for questions
	Second   Way  `json:"second"` // for what Batch did not find; zero where there is no other
	Alone    Way  `json:"alone"`  // for one question
	Database bool `json:"database"`
	// Controls is how many records that are known to exist each search asks for in
	// addition; 0 where the tenant does not take that.
	Controls int `json:"controls"`
	// Unsearchable are the shapes of values that no form finds.
	Unsearchable Shapes `json:"unsearchable,omitzero"`
	// Prefix and Fuzzy, of Name: words that only begin so, or that hold one typing
	// error, bring up names.
	Prefix   bool `json:"prefix,omitempty"`
	Fuzzy    bool `json:"fuzzy,omitempty"`
	Requests int  `json:"requests"`
	// Widths are the lengths of the sample's display IDs that are all digits: to
	// one of them, zeros that a spreadsheet has lost may be filled up.
	Widths []int `json:"-"`

	// Deaf: the tenant's search found none of the records that it shows.
	Deaf bool `json:"deaf,omitempty"`

	phoneFormats []string // see Written
	blank        bool
}

// Empty reports whether the tenant shows no record that holds the key.
func (f *Findings) Empty() bool { return f.Sample == 0 }

// Blank reports whether the tenant shows no record of the key's kind at all, for
// as long as Config.Patience: of an index like that, nothing is known.
func (f *Findings) Blank() bool { return f.blank }

// Batches reports whether several questions can be asked at once.
func (f *Findings) Batches() bool { return f.Batch.Size > 1 }

// Probe finds out how key can be asked for: it fetches some records and asks
// for them, among others that do not exist, in each form until one gives back
// all of them. It takes at most fifteen requests, and as many again where values of
// some shape are not found, retries aside and looks whether the index is whole. It waits while the index does not show
// all of its records, or none. most bounds the
// batch; database has it try the lists of OData too, of a key that is an ID. What
// the first pages tell is kept for probes of the same kind of record's other
// keys. It returns an *Error of class Refused where host, tenant or token are not
// accepted: LoanPro answers 401, or 409 to a tenant it does not know (seen in
// public code).
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

// MaySearch reports whether the token's role allows searches for key's kind of
// record. LoanPro grants that by endpoint (LoanPro docs, token management); that
// it answers 403 where it does not is assumed.
func (c *Client) MaySearch(ctx context.Context, key Key) (bool, error) {
	_, err := c.ask(ctx, search(key.records(), "", []byte(matchAll), paging{1, 1}, 0))
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusForbidden {
		return false, nil
	}
	return err == nil, err
}

// prober is a probe under way.
type prober struct {
	client *Client
	key    Key
	most   int
	lists  bool // whether to try lists of the database
	baseline
	requests       int       // requests
	rereadRequests int       // of them, whether the index is whole: those come on top
	limit          int       // of the others
	sent           time.Time // when the last one left
	sample         sample
	forms          []form          // to try for several values
	unreliable     map[string]bool // forms that do not bring up what they ask for
	rejected       map[string]bool // kinds of form that are an error, by refusal
	findings       Findings
	// found says of the records of the sample that a search has asked for whether
	// any has given it back.
	found    map[int64]bool
	answered bool // a search for values of the sample was answered
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
	for _, way := range []*Way{&f.Batch, &f.Second, &f.Alone} {
		way.controls = p.controls
		way.withoutPrefixes = p.key == Name && !f.Prefix
	}
	return nil
}

// learnBatch takes the first form, and the largest batch, that give back the
// whole sample. Values of a shape that no form finds are left out of it.
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

// largestSize leaves room for near misses and controls on the page.
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

// controlledWay is a way whose searches carry controls, where the tenant takes
// them.
func (p *prober) controlledWay(form form, inside wrapper, size int) Way {
	way := newStrategy(p.key, form, inside, size, p.page)
	way.controls, way.carriesControls = p.controls, p.controls.carries()
	return way
}

// largest returns the largest batch, by halving, in which way gives back the
// sample; 0 if there is none.
func (p *prober) largest(ctx context.Context, way Way) (int, error) {
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
	// Refused, or not complete: because they are too many, or in any number?
	if got, err = p.try(ctx, way.AtMost(fewQuestions)); err != nil || got != recallComplete {
		p.rejected[way.rejectionKey()] = got == recallRejected
		return 0, err
	}
	var sizes []int // between what works and what does not
	for size := way.Size / 2; size > fewQuestions; size /= 2 {
		sizes = append(sizes, size)
	}
	return p.bisect(ctx, way, sizes)
}

// bisect finds the largest of sizes that works; fewQuestions does.
func (p *prober) bisect(ctx context.Context, way Way, sizes []int) (int, error) {
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

// learnSecond takes another form, and smaller batches, for what the first form
// does not find; where no other works, the first in smaller batches.
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

// learnAlone finds out whether a single question can ask for all its words.
// If not, it is the plain match that LoanPro documents.
func (p *prober) probeSingle(ctx context.Context) error {
	p.findings.Whole = !p.unreliable[termsForm.name]
	p.findings.Alone = newStrategy(p.key, plainForm, unwrapped, 1, p.page)
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
			p.findings.Alone = way
			return nil
		}
	}
	p.findings.Deaf = p.findings.Batch.Size == 0 && p.answered && !p.foundAny()
	return nil
}

// heard reports whether any search has given back a record that it asked for.
func (p *prober) foundAny() bool {
	for _, found := range p.found {
		if found {
			return true
		}
	}
	return false
}

// fallBack has questions asked alone where there is no batch.
func (p *prober) fallBack() {
	if p.findings.Batch.Size == 0 {
		p.findings.Batch = p.findings.Alone
	}
}

// learnDatabase finds out whether the tenant lists records by the key, which
// LoanPro has deprecated for lists of all of them (help, OData).
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

// encoded is a query of our own making as JSON.
func encoded(query object) []byte {
	body, err := json.Marshal(query)
	if err != nil {
		panic(fmt.Errorf("writing a query: %w", err)) // it holds strings, numbers and lists
	}
	return body
}
