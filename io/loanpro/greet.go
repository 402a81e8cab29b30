package loanpro

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
)

// greeting is what the first pages of a kind of record tell, whatever is asked
// for afterwards: probes of its other keys need not ask for them again.
type greeting struct {
	page    paging
	pagesOn bool       // $start brings other rows
	insides []wrapping // that the tenant takes, the best first
	samples map[Key]sample
}

// greetings holds those of a client, by kind of record.
type greetings struct {
	mu    sync.Mutex
	known map[string]greeting
}

func (g *greetings) of(records string) (known greeting, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	known, ok = g.known[records]
	return known, ok
}

func (g *greetings) keep(records string, known greeting) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.known == nil {
		g.known = map[string]greeting{}
	}
	g.known[records] = known
}

// meet finds out what the first pages tell, if that is not known yet.
func (p *prober) meet(ctx context.Context) error {
	known, ok := p.client.greetings.of(p.key.records())
	if p.greeting = known; !ok {
		if err := p.introduce(ctx); err != nil {
			return err
		}
		p.client.greetings.keep(p.key.records(), p.greeting)
	}
	p.sample = p.samples[p.key]
	p.sample.hits = slices.Clone(p.sample.hits) // a probe puts them in an order of its own
	p.findings.PagesOn = p.pagesOn
	return nil
}

// introduce fetches two pages, and chooses from them the samples of all keys.
func (p *prober) introduce(ctx context.Context) error {
	first, err := p.greet(ctx)
	if err != nil {
		return err
	}
	second, err := p.turn(ctx, first)
	if err != nil {
		return err
	}
	p.samples = map[Key]sample{}
	for _, key := range keysOf(p.key.records()) {
		p.samples[key] = newSample(key, first.Results.hits, second.Results.hits)
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
		p.pagesOn = more[0].ID != first.Results.hits[0].ID
	}
	return second, nil
}
