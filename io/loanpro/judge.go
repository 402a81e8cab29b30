package loanpro

import (
	"context"
	"errors"
)

// gave is how much of the sample a search has given back.
type gave int

const (
	// gaveNone: none, or so few that the form cannot be right: all records weigh
	// the same in a wrapped query, so that it is not their score that hides them.
	gaveNone    gave = iota
	gaveSome         // not all
	gaveMuch         // so much else that it is not known whether that is all
	gaveRefusal      // an error that is the search's own
	gaveAll
)

// try asks for as many values as way takes at once.
func (p *prober) try(ctx context.Context, way Way) (gave, error) {
	return p.judge(ctx, way, p.sample.questions(way.Size))
}

// judge asks for values by way, and says how many of the real ones came back.
// One page is enough to judge by: records come in the order of their IDs, so
// that of those up to the last one all must be there.
func (p *prober) judge(ctx context.Context, way Way, asked questions) (gave, error) {
	if p.spent >= probeRequests-1 {
		return gaveRefusal, nil
	}
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
	case len(asked.real) == 0: // the page ends before them, so much resembles what was asked
		return gaveMuch, nil
	case seen == 0, way.inside.name != "" && seen < len(missed):
		return gaveNone, nil
	case len(missed) > 0:
		return gaveSome, nil
	case !ends && (!p.pagesOn || 2*seen < asked.reals):
		return gaveMuch, nil
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
