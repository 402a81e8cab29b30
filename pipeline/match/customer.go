package match

import (
	"cmp"
	"slices"
)

// The codes of a row about a person that is not matched, see [Customer].
const (
	CodeNameOnly          Code = "name_only"          // one customer has the name, and there is no other evidence
	CodeNamesakes         Code = "namesakes"          // more than one customer fits
	CodeDuplicateCustomer Code = "duplicate_customer" // more than one customer fits, and they seem to be the same person
	CodeUnconfirmed       Code = "unconfirmed"        // the name fits, but too little evidence agrees
	CodeContradicted      Code = "contradicted"       // the name fits, but some evidence rules the customer out
	CodeSimilar           Code = "similar_name"       // no customer has the name, but one has a similar name
	CodeIDNameConflict    Code = "id_name_conflict"   // the loan or custom ID belongs to one customer, the name to another
	CodeJoint             Code = "joint_name"         // the row names more than one person
)

// The confidences of a match by name.
const (
	Strong       Confidence = "strong"       // the name, and evidence that only this person has
	corroborated Confidence = "corroborated" // the name, and evidence that the household may share
	NameOnly     Confidence = "name_only"    // the only customer of that name
	Chosen       Confidence = "chosen"       // a person has chosen
)

// Candidate is a customer that a row may ask for.
type Candidate struct {
	ID         int64      // system ID
	Comparison Comparison // of the row's person with this customer
	Live       bool       // not deleted
}

// CustomerOptions holds what [Customer] must know in addition to the people.
type CustomerOptions struct {
	LoanKnown      bool // the row names a loan whose customers are known
	AcceptNameOnly bool // a name that only one customer has is enough if there is no other evidence
	// Accepts reports whether a tier is enough for a match in this tenant; nil: no tier is.
	Accepts func(Tier) bool
}

// Customer takes the person that a row asks for and all customers that complete
// searches returned, each once, in any order. The row matches the one customer whose
// name fits and whom other evidence confirms. Otherwise the verdict says why there is
// no match, and lists the candidates for a person to choose from.
func Customer(row *Person, candidates []Candidate, q CustomerOptions) Verdict {
	c := pool{row: row, question: q}
	for i := range candidates {
		r := ranked{Candidate: &candidates[i], index: i}
		switch {
		case !r.Comparison.Plausible():
		case r.Live:
			c.live = append(c.live, r)
		default:
			c.deleted = append(c.deleted, r)
		}
	}
	slices.SortFunc(c.live, compareRanked)
	slices.SortFunc(c.deleted, compareRanked)
	return c.decide()
}

// pool is the candidates of one row.
type pool struct {
	row           *Person
	question      CustomerOptions
	live, deleted []ranked // best first
}

// ranked is a candidate with its index among the candidates given to Customer.
type ranked struct {
	*Candidate
	index int
}

// compareRanked orders candidates from best to worst.
func compareRanked(a, b ranked) int {
	x, y := &a.Comparison, &b.Comparison
	return cmp.Or(
		trueFirst(!x.vetoed(), !y.vetoed()),
		cmp.Compare(y.tier(), x.tier()),
		cmp.Compare(y.rawScore(), x.rawScore()),
		cmp.Compare(a.ID, b.ID),
	)
}

// decide returns the verdict on a row that has the given candidates.
func (c *pool) decide() Verdict {
	if len(c.live) == 0 {
		return c.notFound()
	}
	v := Verdict{Status: Ambiguous, Reasons: c.live[0].Comparison.reasons()}
	for _, candidate := range c.live {
		v.Candidates = append(v.Candidates, candidate.index)
	}
	rivals := c.rivals()
	switch {
	case c.row.Name.joint:
		v.Code = CodeJoint
	case c.idConflict():
		v.Code = CodeIDNameConflict
	case len(rivals) == 1 && !rivals[0].Comparison.vetoed() && rivals[0].Comparison.tier() > tierNone:
		return matched(rivals[0], confidences[rivals[0].Comparison.tier()])
	case len(rivals) > 1 && !rivals[0].Comparison.vetoed():
		v.Code = rivalsCode(rivals)
	default:
		return c.unconfirmed(v)
	}
	v.MissingEvidence = c.missingEvidence()
	return v
}

var confidences = map[tier]Confidence{tierStrong: Strong, tierCorroborated: corroborated}

func matched(r ranked, confidence Confidence) Verdict {
	return Verdict{Status: Matched, Confidence: confidence, Candidates: []int{r.index}, Reasons: r.Comparison.reasons()}
}

// notFound is the verdict if no live candidate is plausible.
func (c *pool) notFound() Verdict {
	if len(c.deleted) > 0 && c.deleted[0].Comparison.nameFits() {
		return Verdict{Status: NotFound, Code: CodeDeleted, Reasons: c.deleted[0].Comparison.reasons() + " -deleted", Candidates: []int{c.deleted[0].index}}
	}
	return Verdict{Status: NotFound, Code: CodeNotFound}
}

// rivals are the candidates that qualify for a match, best first, except those that the
// first one dominates.
func (c *pool) rivals() []ranked {
	var rivals []ranked
	for _, r := range c.live {
		if r.Comparison.qualifies() && (len(rivals) == 0 || !dominates(&rivals[0].Comparison, &r.Comparison)) {
			rivals = append(rivals, r)
		}
	}
	return rivals
}

// rivalsCode is the code of several rivals. If birth date or social security number
// agree with all of them, they are probably one person. An initial does not count
// together with a birth date, because twins may share both.
func rivalsCode(rivals []ranked) Code {
	for _, r := range rivals {
		l := &r.Comparison
		number := l.ssn4 == agrees && l.birth != outweighed
		birth := l.birth == agrees && l.ssn4 != outweighed && l.name.why != "initial"
		if l.vetoed() || !number && !birth {
			return CodeNamesakes
		}
	}
	return CodeDuplicateCustomer
}

// idConflict reports whether the loan or the custom ID in the row belongs to one
// customer, while the name, a personal identifier or the other ID belongs to another.
func (c *pool) idConflict() bool {
	var owner, other bool // the ID's owner has the name; another customer does
	ids := c.question.LoanKnown
	for i := range c.live {
		l := &c.live[i].Comparison
		ids = ids || l.custom == agrees
		switch {
		case l.ownsID() && l.nameFits():
			owner = true
		case l.nameFits() && (l.identifierAgrees() || l.custom == agrees):
			other = true
		}
	}
	if !ids {
		return false
	}
	return !owner || other && !c.ownerConfirmed()
}

// ownerConfirmed reports whether a personal identifier confirms the owner of the loan
// or the custom ID.
func (c *pool) ownerConfirmed() bool {
	return slices.ContainsFunc(c.live, func(r ranked) bool {
		l := &r.Comparison
		return l.nameFits() && l.ownsID() && l.identifierAgrees()
	})
}

// unconfirmed is the verdict if no candidate qualifies for a match.
func (c *pool) unconfirmed(v Verdict) Verdict {
	var named, open []ranked // candidates whose name fits; those of them that are not ruled out
	for _, r := range c.live {
		if r.Comparison.nameFits() {
			named = append(named, r)
			if !r.Comparison.vetoed() {
				open = append(open, r)
			}
		}
	}
	best, accepted := c.accepted()
	switch {
	case accepted:
		return matched(best, corroborated)
	case len(named) == 0:
		v.Code = CodeSimilar
	case len(open) == 0:
		v.Code = CodeContradicted
	case len(named) == 1 && c.nameAlone(&open[0].Comparison):
		if c.question.AcceptNameOnly {
			return matched(open[0], NameOnly)
		}
		v.Code = CodeNameOnly
	case len(open) > 1:
		v.Code = CodeNamesakes
	default:
		v.Code = CodeUnconfirmed
	}
	v.MissingEvidence = c.missingEvidence()
	return v
}

// nameAlone reports whether exactly the same name is all that there is to decide on:
// the row holds no evidence, or only a ZIP code, which agrees.
func (c *pool) nameAlone(l *Comparison) bool {
	return l.name.grade == gradeA && (l.row == 0 || l.row == kindZip && l.zip == agrees)
}

// missingEvidence is the evidence that the row lacks and that a record has whose name
// fits and which is not ruled out.
func (c *pool) missingEvidence() EvidenceKinds {
	var h EvidenceKinds
	for i := range c.live {
		if l := &c.live[i].Comparison; l.nameFits() && !l.vetoed() {
			h |= l.record &^ l.row
		}
	}
	return h
}
