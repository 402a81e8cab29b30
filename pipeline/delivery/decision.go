package delivery

import (
	"slices"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// decisionColumns are where a row of an output says that a person has decided it;
// -1: nowhere.
type decisionColumns struct{ confidence, reasons int }

func findDecisions(header []string, prefix string) *decisionColumns {
	return &decisionColumns{slices.Index(header, prefix+answer.ConfidenceColumn), slices.Index(header, prefix+answer.ReasonsColumn)}
}

// read returns by what a person has decided a row for which found was found.
func (c *decisionColumns) read(row sheet.Row, found finding) question.Decider {
	switch {
	case !found.matched():
		return question.Undecided
	case c.confidence >= 0 && match.Clean(row.Cells[c.confidence]) == string(match.Chosen):
		return question.ByChoice
	case c.reasons >= 0 && slices.Contains(answer.ReadReasons(row.Cells[c.reasons]), answer.CorrectedReason):
		return question.ByCorrection
	}
	return question.Undecided
}

// decisions are what people have decided before. They may be read while rows are
// compared.
type decisions struct {
	// source tells runs apart whose decisions differ: the digest of a previous output,
	// or that the input says them itself. Empty: there is no decision.
	source string
	// Where columns is not nil, each row of the input says its own decision.
	columns *decisionColumns
	found   *foundColumns
	known   map[string]question.Decision // of a previous output, by the question's name
}

// Decided returns what finds the decision of a person on a row; nil: there are no
// decisions.
func (p *Previous) Decided() question.FindDecision {
	if p == nil || p.decisions == nil {
		return nil
	}
	return p.decisions.of
}

// DecisionsSource tells runs apart whose decisions differ; empty: there are no
// decisions.
func (p *Previous) DecisionsSource() string {
	if p == nil || p.decisions == nil {
		return ""
	}
	return p.decisions.source
}

// inInput is the source of decisions that the input says itself.
const inInput = "input"

// of returns what a person has decided for a row, which asks own by its own cells, or
// nothing because of why.
func (d *decisions) of(row sheet.Row, own *question.Question, why question.Reason) (_ question.Decision, ok bool) {
	if d.columns == nil {
		if why.Code != "" || len(d.known) == 0 {
			return question.Decision{}, false
		}
		found, ok := d.known[own.Name()]
		return found, ok
	}
	found, said, err := d.found.read(row)
	if err != nil || !said { // comparing the row returns the error
		return question.Decision{}, false
	}
	by := d.columns.read(row, found)
	return question.Decision{ID: found.id, By: by}, by != question.Undecided
}
