package review

import (
	"loanmap/io/loanpro"
	"loanmap/pipeline/question"
)

// Decided returns what a person has decided on a row that asks own by its own cells, as
// question.Reader takes it. It is [question.Undecided] for a row that is left for later, or
// whose decision is undone: known says that the file has a word on the row, whatever others
// say.
func (d *Decisions) Decided(own *question.Question) (_ question.Decision, known bool) {
	key := d.Key(own)
	if !d.knows(key) {
		return question.Decision{}, false
	}
	one, ok := d.Of(key)
	switch {
	case !ok || one.Choice == Later:
		return question.Decision{}, true
	case one.Choice == None:
		return question.Decision{By: question.ByReview, Review: &question.Review{Shown: one.Shown}}, true
	}
	fits := func(own *question.Question, record *loanpro.Hit) bool {
		return d.Fingerprint(own, record) == one.Record
	}
	return question.Decision{ID: one.ID, By: question.ByReview, Review: &question.Review{Shown: one.Shown, Fits: fits}}, true
}

// knows reports whether a line of the file is about a row.
func (d *Decisions) knows(row Key) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.last[row]
	return ok
}
