package loanpro

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

const (
	// probeRequests is what a probe may cost, retries aside; the search for a
	// batch form leaves reserve of them for what comes after it.
	probeRequests = 12
	reserve       = 3
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
const everything = `{"query":{"match_all":{}}}`

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
	// not cut them into words; true also where that is not known.
	Whole    bool `json:"whole"`
	Batch    Way  `json:"batch"`  // for questions
	Second   Way  `json:"second"` // for what Batch did not find; zero where there is no other
	Alone    Way  `json:"alone"`  // for one question
	Database bool `json:"database"`
	Requests int  `json:"requests"`
	// Widths are the lengths of the sample's display IDs that are all digits: to
	// one of them, zeros that a spreadsheet has lost may be filled up.
	Widths []int `json:"-"`
}

// Empty reports whether the tenant shows no record at all.
func (f *Findings) Empty() bool { return f.Sample == 0 }

// Batches reports whether several questions can be asked at once.
func (f *Findings) Batches() bool { return f.Batch.Size > 1 }

// Probe finds out how key can be asked for: it fetches some records and asks
// for them, among others that do not exist, in each form until one gives back
// all of them. It takes at most twelve requests, retries aside. most bounds the
// batch; database has it try the lists of OData too. It returns an *Error of
// class Refused where host, tenant or token are not accepted: LoanPro answers
// 401, or 409 to a tenant it does not know (seen in public code).
func (c *Client) Probe(ctx context.Context, key Key, most int, database bool) (*Findings, error) {
	p := &prober{client: c, key: key, most: min(most, MaxBatch), page: paging{maxPage, maxPage}, findings: Findings{Key: key, Case: CaseUnknown}}
	err := p.run(ctx, database)
	p.findings.Requests = p.spent
	return &p.findings, err
}

// MaySearch reports whether the token's role allows searches for key's kind of
// record. LoanPro grants that by endpoint (LoanPro docs, token management); that
// it answers 403 where it does not is assumed.
func (c *Client) MaySearch(ctx context.Context, key Key) (bool, error) {
	_, err := c.ask(ctx, search(key, []byte(everything), paging{1, 1}, 0))
	if e, ok := errors.AsType[*Error](err); ok && e.Status == http.StatusForbidden {
		return false, nil
	}
	return err == nil, err
}

// prober is a probe under way.
type prober struct {
	client   *Client
	key      Key
	most     int
	page     paging
	spent    int
	sample   sample
	insides  []wrapping // that the tenant takes, the best first
	unfit    map[string]bool
	findings Findings
}

func (p *prober) run(ctx context.Context, database bool) error {
	first, err := p.greet(ctx)
	if err != nil {
		return err
	}
	second, err := p.turn(ctx, first)
	if err != nil {
		return err
	}
	p.sample = newSample(p.key, first.Results.hits, second.Results.hits)
	f := &p.findings
	f.Sample, f.Page, f.Widths = len(p.sample.hits), p.page.rows, p.sample.widths()
	defer func() { f.Whole = !p.unfit[termsForm.name] }()
	for _, learn := range []func(context.Context) error{p.learnBatch, p.learnSecond, p.learnAlone} {
		if err := learn(ctx); err != nil {
			return err
		}
	}
	if f.Batch.Size == 0 {
		f.Batch = f.Alone
	}
	if database {
		return p.learnDatabase(ctx)
	}
	return nil
}

// greet asks for the first page. Large ones may be too much for a tenant, so
// smaller ones are tried.
func (p *prober) greet(ctx context.Context) (first *page, err error) {
	for _, p.page.top = range []int{maxPage, 100, 25} {
		p.page.rows = p.page.top
		first, err = p.ask(ctx, []byte(everything), 0)
		e, ok := errors.AsType[*Error](err)
		if err == nil || !ok || e.Stops() || e.Status == 0 {
			return first, err
		}
		if e.Status == http.StatusConflict {
			defer func() { e.Class = Refused }()
		}
	}
	return nil, err
}

// turn asks for another page, deeper in where that is known to exist, and finds
// out on the way which wrapping the tenant takes. A tenant may cut pages to
// fewer rows than asked for, without a word: if more follow, that was the cut.
func (p *prober) turn(ctx context.Context, first *page) (second *page, err error) {
	rows := len(first.Results.hits)
	start := rows
	if middle := int(first.Summary.Total) / 2; middle > rows && middle+p.page.top <= window {
		start = middle
	}
	for _, inside := range []wrapping{constant, filterClause, bare} {
		second, err = p.ask(ctx, encoded(object{"query": inside.wrap(object{"match_all": object{}})}), start)
		if refused(err) {
			continue
		}
		if inside.name != "" {
			p.insides = append(p.insides, inside)
		}
		break
	}
	if err != nil {
		return nil, err
	}
	p.insides = append(p.insides, bare)
	if more := second.Results.hits; len(more) > 0 && rows > 0 {
		p.page.rows = min(p.page.rows, rows)
		p.findings.PagesOn = more[0].ID != first.Results.hits[0].ID
	}
	return second, nil
}

// learnBatch takes the first form, and the largest batch, that give back the
// whole sample.
func (p *prober) learnBatch(ctx context.Context) error {
	most := max(1, min(p.most, p.page.rows-p.page.rows/8)) // room for near misses on the page
	p.unfit = map[string]bool{}
	for _, inside := range p.insides {
		for _, form := range batchForms() {
			if p.unfit[form.name] || most == 1 || len(p.sample.hits) == 0 {
				continue
			}
			size, err := p.largest(ctx, newWay(p.key, form, inside, most, p.page))
			if err != nil {
				return err
			}
			if size > 1 {
				p.findings.Batch = newWay(p.key, form, inside, size, p.page)
				return nil
			}
		}
	}
	return nil
}

// largest returns the largest batch, by halving, in which way gives back the
// sample; 0 if there is none.
func (p *prober) largest(ctx context.Context, way Way) (int, error) {
	got, err := p.try(ctx, way)
	if err != nil || got == gaveAll {
		return way.Size, err
	}
	if got == gaveNone {
		p.unfit[way.form.name] = true
	}
	if got == gaveNone || way.Size <= fewQuestions {
		return 0, nil
	}
	// Refused, or not complete: because they are too many, or in any number?
	if got, err = p.try(ctx, way.smaller(fewQuestions)); err != nil || got != gaveAll {
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
		got, err := p.try(ctx, way.smaller(sizes[middle]))
		switch {
		case err != nil:
			return 0, err
		case got == gaveAll:
			works, high = sizes[middle], middle
		default:
			low = middle + 1
		}
	}
	return works, nil
}

// learnSecond takes another form, and smaller batches, for what the first form
// does not find; where no other works, the first in smaller batches.
func (p *prober) learnSecond(ctx context.Context) error {
	batch := p.findings.Batch
	if batch.Size == 0 {
		return nil
	}
	for _, form := range batchForms() {
		if form.name == batch.form.name || p.unfit[form.name] || p.spent > probeRequests-reserve {
			continue
		}
		for _, size := range []int{secondBatch, smallBatch} {
			way := newWay(p.key, form, batch.inside, min(batch.Size, size), p.page)
			got, err := p.try(ctx, way)
			if err != nil {
				return err
			}
			if got == gaveAll {
				p.findings.Second = way
				return nil
			}
			if got == gaveNone || way.Size < size || p.spent > probeRequests-reserve {
				break
			}
		}
	}
	p.findings.Second = batch.smaller(batch.Size / 4)
	return nil
}

// learnAlone finds out whether a single question can ask for all its words.
// If not, it is the plain match that LoanPro documents.
func (p *prober) learnAlone(ctx context.Context) error {
	p.findings.Alone = newWay(p.key, plainForm, bare, 1, p.page)
	if len(p.sample.hits) == 0 {
		return nil
	}
	way := newWay(p.key, wordsForm, bare, 1, p.page)
	got, err := p.try(ctx, way)
	if got == gaveAll {
		p.findings.Alone = way
	}
	return err
}

// learnDatabase finds out whether the tenant lists records by the key, which
// LoanPro has deprecated for lists of all of them (help, OData).
func (p *prober) learnDatabase(ctx context.Context) error {
	if len(p.sample.hits) == 0 {
		return nil
	}
	asked := p.sample.questions(1)
	p.spent++
	hits, err := p.client.FindInDatabase(ctx, p.key, asked.values)
	if err != nil && !refused(err) {
		return err
	}
	missed, _ := asked.compare(hits)
	p.findings.Database = len(missed) == 0
	return nil
}

// gave is how much of the sample a search has given back.
type gave int

const (
	// gaveNone: none, or so few that the form cannot be right: all records weigh
	// the same in a wrapped query, so that it is not their score that hides them.
	gaveNone    gave = iota
	gaveSome         // not all, or none of which it is known whether that is all
	gaveRefusal      // an error that is the search's own
	gaveAll
)

// try asks for as many values as way takes at once. One page is enough to judge
// by: records come in the order of their IDs, so that of those up to the last
// one all must be there.
func (p *prober) try(ctx context.Context, way Way) (gave, error) {
	if p.spent >= probeRequests-1 {
		return gaveRefusal, nil
	}
	asked := p.sample.questions(way.Size)
	page, err := p.ask(ctx, encoded(way.body(asked.values)), 0)
	if refused(err) {
		return gaveRefusal, nil
	}
	if err != nil {
		return gaveNone, err
	}
	hits := page.Results.hits
	ends := p.ends(page)
	if !ends {
		asked.until(hits[len(hits)-1].ID)
	}
	missed, tells := asked.compare(hits)
	p.sample.prefer(missed)
	p.client.config.Log.Debug("probe", "form", way.Form, "size", way.Size, "real", len(asked.real), "missed", len(missed), "hits", len(hits))
	switch seen := len(asked.real) - len(missed); {
	case seen == 0, way.inside.name != "" && seen < len(missed):
		return gaveNone, nil
	case len(missed) > 0, !ends && (!p.findings.PagesOn || 2*seen < asked.reals):
		return gaveSome, nil
	}
	if tells == CaseSensitive || p.findings.Case == CaseUnknown {
		p.findings.Case = tells
	}
	return gaveAll, nil
}

// ends reports whether no page follows.
func (p *prober) ends(page *page) bool {
	return !page.full(p.page.rows) && len(page.Results.hits) >= int(page.Summary.Total) || len(page.Results.hits) == 0
}

// ask asks for one page, and counts.
func (p *prober) ask(ctx context.Context, body []byte, start int) (*page, error) {
	p.spent++
	return p.client.ask(ctx, search(p.key, body, p.page, start))
}

// refused reports whether err is about that one search: others have succeeded.
func refused(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && !e.Stops() && !e.first
}

// encoded is a query of our own making as JSON.
func encoded(query object) []byte {
	body, err := json.Marshal(query)
	if err != nil {
		panic(fmt.Errorf("writing a query: %w", err)) // it holds strings, numbers and lists
	}
	return body
}
