package loanpro

import (
	"context"
	"slices"
)

// A probe tries each form with real records before any question is asked. For a few
// questions that costs more than the questions. So their searches try their form
// themselves: each also asks, in the same form, for up to 128 records of the baseline.
// If one of these does not come back, the form is no good, or the index has a gap.
// Either way the search proves nothing.
//
// The chance that searches miss records, but return all of these, is (1-s)^n, where s is
// the share of the records that are missing and n is how many were asked for along:
//
//	records missing    128 in one search    256 in two
//	1 in 5             1 in 10^12
//	1 in 10            1 in 720,000         1 in 10^11
//	1 in 20            1 in 710             1 in 500,000
//
// The records come from both pages of the baseline, and each shape and length of value
// is among them. So a shape that no search finds shows as a record that does not come
// back, and the usual probe tells which shape it is.
const (
	// maxSampled is the most records that a search asks for along.
	maxSampled = 2 * carried
	// maxUnproved is how often a search may lack some of them, while the baseline is
	// complete each time, before its form counts as faulty.
	maxUnproved = 2
)

// sampled are records of the baseline that each search of a strategy asks for along.
type sampled struct {
	values []Value
	ids    []int64
}

// ProbeFew is Probe for a few questions. It takes two requests, for the baseline, or none
// if that is cached. It tries no form: each search by its strategies proves itself, and
// fails with class LosesRecords if its form is rejected, or loses records. Then use
// Probe. If the tenant shows too few records with the key, no strategy can prove itself,
// and the findings are empty. Errors are those of Probe.
func (c *Client) ProbeFew(ctx context.Context, key Key) (*Findings, error) {
	p := &prober{client: c, key: key, few: true, findings: Findings{Key: key, Case: CaseUnknown}}
	if err := p.loadBaseline(ctx); err != nil {
		return nil, err
	}
	f := &p.findings
	along := p.alongWith()
	if len(along.ids) < enoughControls {
		return f, nil
	}
	f.Sample, f.Page, f.Widths, f.Keyword = len(p.sample.hits), p.page.rows, p.sample.widths(), true
	first, second := p.fewForms()
	f.Batch, f.Second = p.sampledWay(first, along), p.sampledWay(second, along)
	f.Single = f.Batch.AtMost(1)
	return f, nil
}

// fewForms returns two forms of different kinds. Those of texts find them in an index of
// words and in one of whole texts.
func (p *prober) fewForms() (first, second form) {
	if p.key.number() {
		return termsForm, plainForm
	}
	return phraseForm, wordsForm
}

// alongWith returns the records to ask for along; they leave room on a page.
func (p *prober) alongWith() *sampled {
	along := new(sampled)
	most := min(maxSampled, p.page.rows/2)
	if !p.pagesOn {
		most = min(most, p.page.rows/4)
	}
	for i := range p.sample.hits[:min(most, len(p.sample.hits))] {
		hit := &p.sample.hits[i]
		along.values = append(along.values, p.sample.value(hit, unchanged))
		along.ids = append(along.ids, hit.ID)
	}
	return along
}

func (p *prober) sampledWay(form form, along *sampled) Strategy {
	way := newStrategy(p.key, form, p.wrappers[0], MaxBatch-maxSampled, p.page)
	way.controls, way.sampled = p.controls, along
	return way
}

// ProvesItself reports whether each search tries its form itself: see ProbeFew.
func (f *Findings) ProvesItself() bool { return f.Batch.sampled != nil }

// with returns values and those that are asked for along.
func (s *sampled) with(values []Value) []Value {
	if s == nil {
		return values
	}
	return slices.Concat(values, s.values)
}

// expected returns the records that were asked for along.
func (s *sampled) expected() []int64 {
	if s == nil {
		return nil
	}
	return s.ids
}
