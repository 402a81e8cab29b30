package loanpro

import (
	"context"
	"slices"
	"strings"
)

// The sizes of a trial that does not concern batches, in names. The small one is
// for names whose near misses fill more than a page.
const (
	largeTrial = 20
	smallTrial = 3
)

// forms returns the forms for several values in the order to try them. Names
// are searched in customerName alone first, if it holds all parts.
func (s *sample) forms() []form {
	switch {
	case s.key == Email || s.key == Phone:
		return addressForms()
	case s.key != Name:
		return batchForms()
	case slices.ContainsFunc(s.hits, func(hit Hit) bool { return !hit.namesAllParts() }):
		return nameForms(everyName(), wholeName())
	}
	return nameForms(wholeName(), everyName())
}

// namesAllParts reports whether the full name holds all its parts.
func (d *Details) namesAllParts() bool {
	whole := strings.ToLower(d.Name)
	for _, part := range []string{d.First, d.Middle, d.Last, d.Company} {
		if !strings.Contains(whole, strings.ToLower(part)) {
			return false
		}
	}
	return true
}

// secondForms returns the forms to try as the second one, those of another kind
// first.
func (p *prober) secondForms() []form {
	batch := p.findings.Batch.form
	others := slices.DeleteFunc(slices.Clone(p.forms), func(f form) bool { return f.name == batch.name })
	slices.SortStableFunc(others, func(a, b form) int { return rank(a.kind != batch.kind) - rank(b.kind != batch.kind) })
	return others
}

// probeSingleName uses the form of the batch for single names, or else the
// first form that finds one.
func (p *prober) probeSingleName(ctx context.Context) error {
	f := &p.findings
	defer p.fallBack()
	if f.Batch.Size > 0 {
		f.Single = f.Batch.AtMost(1)
		f.Single.carriesControls = false
		return nil
	}
	f.Single = newStrategy(Name, plainNames(), unwrapped, 1, p.page)
	if len(p.sample.hits) == 0 {
		return nil
	}
	for _, form := range p.forms {
		way := newStrategy(Name, form, unwrapped, 1, p.page)
		if got, err := p.try(ctx, way); err != nil || got == recallComplete {
			if got == recallComplete {
				f.Single = way
			}
			return err
		}
	}
	f.FindsNothing = p.answered && !p.foundAny()
	return nil
}

// probeNameFeatures finds out what else searches accept for names. What the
// sample cannot show counts as not accepted.
func (p *prober) probeNameFeatures(ctx context.Context) (err error) {
	f := &p.findings
	if f.Batch.form.kind != queryStringForm(nil).kind { // other forms have no prefixes or fuzzy words
		f.Keyword, err = p.keepsWhole(ctx, p.controlledWay(plainNames(), f.Batch.wrapper, f.Batch.Size))
		return err
	}
	if f.Prefix, err = p.trial(ctx, f.Batch, byInitial); err != nil {
		return err
	}
	if f.Fuzzy, err = p.trial(ctx, f.Batch, misspelled); err != nil {
		return err
	}
	f.Keyword, err = p.keepsWhole(ctx, p.controlledWay(queryStringForm(wholeName()), f.Batch.wrapper, f.Batch.Size))
	return err
}

// keepsWhole reports whether the index does not find names by their words, as
// way asks for them.
func (p *prober) keepsWhole(ctx context.Context, way Strategy) (bool, error) {
	inWords, err := p.trial(ctx, way, inWords)
	return !inWords, err
}

// trial asks for names of the sample as spell writes them, and reports whether
// all came back.
func (p *prober) trial(ctx context.Context, way Strategy, spell func(*Details) [][]Word) (bool, error) {
	for _, most := range []int{largeTrial, smallTrial} {
		asked := p.sample.respelled(spell, most, way.Size)
		if asked.realCount == 0 {
			break
		}
		if got, err := p.judge(ctx, way, asked); err != nil || got != recallTruncated {
			return got == recallComplete, err
		}
	}
	return false, nil
}

// respelled returns up to most names, of weight up to size, as spell writes
// them.
func (s *sample) respelled(spell func(*Details) [][]Word, most, size int) questions {
	var q questions
	for _, hit := range s.hits {
		parts := spell(&hit.Details)
		if parts == nil || len(q.real) == most || !q.add(Value{Parts: parts}, size) {
			continue
		}
		q.real = append(q.real, hit)
	}
	q.realCount = len(q.real)
	return q
}

// inWords writes a name of several words so that an index of keywords does not
// find it.
func inWords(d *Details) [][]Word {
	words := strings.Fields(d.Name)
	if d.person() {
		words = []string{d.First, d.Last}
	}
	if len(words) < 2 {
		return nil
	}
	var parts [][]Word
	for _, word := range words {
		parts = append(parts, []Word{{Text: word}})
	}
	return parts
}

// byInitial replaces a person's first name by its initial.
func byInitial(d *Details) [][]Word {
	first := []rune(d.First)
	if !d.person() || !alphanumeric(first[0]) {
		return nil
	}
	return [][]Word{{{Text: string(first[:1]), Prefix: true}}, {{Text: d.Last}}}
}

// longWord is the length of the shortest word in which a typo is tried.
const longWord = 6 // letters

// misspelled changes one letter of a person's last name.
func misspelled(d *Details) [][]Word {
	last := []rune(d.Last)
	if !d.person() || len(last) < longWord || !oneWord(d.Last) {
		return nil
	}
	wrong := 'x'
	if last[2] == wrong {
		wrong = 'q'
	}
	last[2] = wrong
	return [][]Word{{{Text: d.First}}, {{Text: string(last), Fuzzy: true}}}
}
