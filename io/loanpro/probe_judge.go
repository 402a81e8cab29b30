package loanpro

import (
	"context"
	"errors"
	"time"
)

// recall is the share of the sample that a search has returned.
type recall int

const (
	// recallNone: none, or so few that the form cannot be right. In a wrapped
	// query all records have the same score, so a score cutoff does not explain
	// it.
	recallNone recall = iota
	recallPartial
	recallTruncated // too many other hits to know whether all are there
	recallRejected  // the tenant rejects the search
	recallComplete
)

// try asks for as many values as way takes at once.
func (p *prober) try(ctx context.Context, way Strategy) (recall, error) {
	return p.judge(ctx, way, p.sample.questions(way.Size))
}

// judge searches by way, and returns how many of the real values came back. One
// page suffices: records are sorted by ID, so all up to the last one must be
// there.
func (p *prober) judge(ctx context.Context, way Strategy, asked questions) (recall, error) {
	if p.requests >= p.limit {
		return recallRejected, nil
	}
	page, err := p.pageOfWhole(ctx, way, asked)
	if refused(err) {
		return recallRejected, nil
	}
	if err != nil {
		return recallNone, err
	}
	hits := page.Results.hits
	ends := p.ends(page)
	if !ends {
		asked.truncate(hits[len(hits)-1].ID)
	}
	missed, tells := asked.compare(hits)
	p.sample.prefer(missed)
	p.recordFound(asked.real, missed)
	p.answered = true
	p.client.config.Log.Debug("probe", "event", "probe", "form", way.Form, "size", way.Size, "real", len(asked.real), "missed", len(missed), "hits", len(hits))
	switch seen := len(asked.real) - len(missed); {
	case len(asked.real) == 0: // the page ends before any of them
		return recallTruncated, nil
	case seen == 0, way.wrapper.name != "" && seen < len(missed):
		return recallNone, nil
	case len(missed) > 0:
		return recallPartial, nil
	case !ends && (!p.pagesOn || 2*seen < asked.realCount):
		return recallTruncated, nil
	}
	if tells == CaseSensitive || p.findings.Case == CaseUnknown {
		p.findings.Case = tells
	}
	return recallComplete, nil
}

// maxIncomplete is how many trials in a row may lack controls, while the index
// is whole, before controls count as unusable next to other clauses.
const maxIncomplete = 8

// pageOfWhole searches by way until gaps in the index cannot explain the
// result: the controls of the search came back, or the baseline is whole.
func (p *prober) pageOfWhole(ctx context.Context, way Strategy, asked questions) (*page, error) {
	for lacking := 0; ; lacking++ {
		var controls []int64
		if way.carries() && lacking < maxIncomplete {
			controls, _ = p.controls.take(min(carried/2, p.page.rows/4), mayMatch(p.key, asked.values))
		}
		page, err := p.askComplete(ctx, way.body(asked.values, controls), 0)
		if err != nil {
			return nil, err
		}
		lost, missed := p.uncovered(page, controls), p.missed(page, asked)
		if len(lost) == len(controls) && len(controls) >= fewQuestions && 2*len(missed) < len(asked.real) {
			p.controls.drop() // gaps would hide as many of the others
			return page, nil
		}
		certain := len(controls) > 0 && len(lost) == 0 || len(controls) == 0 && len(missed) == 0
		if !certain {
			gaps, err := p.awaitWhole(ctx)
			if err != nil {
				return nil, err
			}
			certain = len(controls) == 0 && !gaps
			p.repeatRequest(!certain)
		}
		if certain {
			if lacking >= maxIncomplete {
				p.controls.drop()
			}
			return page, nil
		}
	}
}

// repeatRequest exempts a request from the limit if it was repeated because of
// gaps in the index.
func (p *prober) repeatRequest(repeated bool) {
	if repeated {
		p.requests--
		p.rereadRequests++
	}
}

// awaitWhole returns once the index is whole, and reports whether it had gaps.
func (p *prober) awaitWhole(ctx context.Context) (gaps bool, err error) {
	before, looks := p.controls.gaps.Load(), p.controls.rereads.Load()
	err = p.controls.awaitWhole(ctx, p.sent)
	p.rereadRequests += int(p.controls.rereads.Load() - looks)
	return p.controls.gaps.Load() > before, err
}

// missed returns the real records that a page should have and lacks.
func (p *prober) missed(page *page, asked questions) []Hit {
	if hits := page.Results.hits; !p.ends(page) {
		asked.truncate(hits[len(hits)-1].ID)
	}
	missed, _ := asked.compare(page.Results.hits)
	return missed
}

// uncovered returns the controls that a page should have and lacks.
func (p *prober) uncovered(page *page, controls []int64) []int64 {
	lost := missing(controls, page.Results.hits)
	if p.ends(page) {
		return lost
	}
	last := page.Results.hits[len(page.Results.hits)-1].ID
	var covered []int64
	for _, id := range lost {
		if id <= last {
			covered = append(covered, id)
		}
	}
	return covered
}

// ends reports whether page is the last one.
func (p *prober) ends(page *page) bool {
	return !page.full(p.page.rows) && len(page.Results.hits) >= int(page.Summary.Total) || len(page.Results.hits) == 0
}

// ask reads one page and counts the request.
func (p *prober) ask(ctx context.Context, body []byte, start int) (*page, error) {
	p.requests++
	p.sent = time.Now()
	req := search(p.key.records(), p.key.expand(), body, p.page, start)
	req.rejectRepeats = true
	return p.client.ask(ctx, req)
}

// askComplete reads one page, again and again while the search says that it is
// incomplete.
func (p *prober) askComplete(ctx context.Context, query object, start int) (*page, error) {
	body, err := encoded(query)
	if err != nil {
		return nil, err
	}
	waiting := p.client.newPatience(time.Now())
	defer waiting.end()
	for {
		page, err := p.ask(ctx, body, start)
		if !partial(err) {
			return page, err
		}
		p.repeatRequest(true)
		if err := waiting.wait(ctx, p.key.records()); err != nil {
			return nil, err
		}
	}
}

// refused reports whether err concerns that one search: others have succeeded.
func refused(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && !e.Stops() && !e.first && e.Class != Partial
}

// partial reports whether err says that the index does not show all records.
func partial(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Class == Partial
}
