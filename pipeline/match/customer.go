package match

import (
	"cmp"
	"slices"
)

// The codes of a row about a person that is not matched.
const (
	CodeNameOnly          Code = "name_only"          // one customer has the name, and there is nothing else to tell by
	CodeNamesakes         Code = "namesakes"          // several fit
	CodeDuplicateCustomer Code = "duplicate_customer" // several fit, and seem to be the same person
	CodeUnconfirmed       Code = "unconfirmed"        // the name fits, but too little else agrees
	CodeContradicted      Code = "contradicted"       // the name fits, but something rules the customer out
	CodeSimilar           Code = "similar_name"       // nobody has the name, somebody comes near
	CodeIDNameConflict    Code = "id_name_conflict"   // the loan or custom ID is of one customer, the name of another
	CodeJoint             Code = "joint_name"         // the row names more than one person
)

// The confidences of a match by name.
const (
	Strong       Confidence = "strong"       // name, and something that only the person has
	corroborated Confidence = "corroborated" // name, and something that their household may share
	NameOnly     Confidence = "name_only"    // the only one of the name
	Chosen       Confidence = "chosen"       // a person has chosen
)

// Candidate is a customer who may be whom a row asks for.
type Candidate struct {
	ID       int64 // system ID
	Likeness Likeness
	Live     bool // not deleted
}

// Question is what is known of a row beside the person.
type Question struct {
	LoanKnown      bool // the row names a loan whose customers are known
	AcceptNameOnly bool // a name may do that only one customer has, if there is nothing else to tell by
}

// Customer takes whom a row asks for and all customers that complete searches
// brought up, each once, in any order, and returns which of them is meant: the
// only one whose name fits and whom something else confirms, or none.
func Customer(row *Person, candidates []Candidate, q Question) Verdict {
	c := pool{row: row, question: q}
	for i := range candidates {
		e := ranked{Candidate: &candidates[i], index: i}
		switch {
		case !e.Likeness.Plausible():
		case e.Live:
			c.live = append(c.live, e)
		default:
			c.deleted = append(c.deleted, e)
		}
	}
	slices.SortFunc(c.live, compareRanked)
	slices.SortFunc(c.deleted, compareRanked)
	return c.decide()
}

// contest is the candidates of one row.
type pool struct {
	row           *Person
	question      Question
	live, deleted []ranked // best first
}

// entrant is a candidate at its place among the candidates.
type ranked struct {
	*Candidate
	index int
}

// Plausible reports whether a record is worth showing to a person: its name
// comes near, or something agrees that hardly anybody shares.
func (l Likeness) Plausible() bool {
	return l.name.grade >= gradeC || l.custom == agrees || l.loan == agrees || l.email == agrees || l.phone == agrees && l.identifierAgrees() || l.nameChanged()
}

// personal reports whether something agrees that only one person has, even in a
// family.
func (l *Likeness) identifierAgrees() bool { return l.ssn4 == agrees || l.birth == agrees }

// named reports whether the name fits: as it is written, or but for a nickname,
// an initial, the order or a typing error, or as a name that has changed.
func (l *Likeness) nameFits() bool { return l.name.grade >= gradeB || l.nameChanged() }

// renamed reports whether a name that is not the same is that of the same person
// all the same, after a marriage or several slips of the pen: what only one
// person has agrees, and something else does. A given name that fits is nobody
// else's in the family. Twins whose names are alike share birth date, phone and
// zip, so that without the given name it takes more.
func (l *Likeness) nameChanged() bool {
	agreed := 0
	for _, came := range []agreementLevel{l.ssn4, l.birth, l.custom, l.loan, l.email, l.phone} {
		if came == agrees {
			agreed++
		}
	}
	switch {
	case l.name.givenFits:
		return agreed >= 2 && l.identifierAgrees()
	case l.name.grade == gradeC:
		return agreed >= 2 && (l.ssn4 == agrees || l.custom == agrees) || agreed >= 3 && l.birth == agrees && l.email == agrees
	}
	return false
}

// tier is what a likeness would be enough for, were there no rival.
type tier int

const (
	tierNone tier = iota
	tierCorroborated
	tierStrong
)

// tier leaves vetoes out: a rival that is ruled out is a rival still, see
// leavesBehind.
func (l *Likeness) tier() tier {
	switch {
	case !l.nameFits():
		return tierNone
	case l.identifierAgrees(), l.custom == agrees, l.loan == agrees:
		return tierStrong
	case l.corroborated():
		return tierCorroborated
	}
	return tierNone
}

// corroborated reports whether what a household may share is enough. Parents and
// children share names, initials, phones, addresses and, rarely, emails. So phone
// and zip prove nothing unless a suffix tells the generations apart; an email
// does, wherever they have moved, if nothing hints at a relative of the same
// name. Companies have no relatives.
func (l *Likeness) corroborated() bool {
	switch {
	case l.name.why == "initial": // that of all in the family whose names begin so
		return false
	case l.name.suffix == agrees || l.name.company == agrees:
		return l.email == agrees || l.phone == agrees && l.name.grade == gradeA
	}
	return l.email == agrees && !l.name.maybeRelative
}

func compareRanked(a, b ranked) int {
	x, y := &a.Likeness, &b.Likeness
	return cmp.Or(
		trueFirst(!x.vetoed(), !y.vetoed()),
		cmp.Compare(y.tier(), x.tier()),
		cmp.Compare(y.rawScore(), x.rawScore()),
		cmp.Compare(a.ID, b.ID),
	)
}

// decide says which entrant is meant, if one is.
func (c *pool) decide() Verdict {
	if len(c.live) == 0 {
		return c.notFound()
	}
	best := &c.live[0]
	v := Verdict{Status: Ambiguous, Reasons: best.Likeness.reasons()}
	for _, e := range c.live {
		v.Candidates = append(v.Candidates, e.index)
	}
	rivals := c.rivals()
	switch {
	case c.row.Name.joint:
		v.Code = CodeJoint
	case c.idConflict():
		v.Code = CodeIDNameConflict
	case len(rivals) == 1 && !rivals[0].Likeness.vetoed() && rivals[0].Likeness.tier() > tierNone:
		return matched(rivals[0], confidences[rivals[0].Likeness.tier()])
	case len(rivals) > 1 && !rivals[0].Likeness.vetoed():
		v.Code = rivalsCode(rivals)
	default:
		return c.unconfirmed(v)
	}
	v.Helps = c.missingEvidence()
	return v
}

var confidences = map[tier]Confidence{tierStrong: Strong, tierCorroborated: corroborated}

func matched(e ranked, confidence Confidence) Verdict {
	return Verdict{Status: Matched, Confidence: confidence, Candidates: []int{e.index}, Reasons: e.Likeness.reasons()}
}

// nobody is the verdict where no live record comes near.
func (c *pool) notFound() Verdict {
	if len(c.deleted) > 0 && c.deleted[0].Likeness.nameFits() {
		return Verdict{Status: NotFound, Code: CodeDeleted, Reasons: c.deleted[0].Likeness.reasons() + " -deleted", Candidates: []int{c.deleted[0].index}}
	}
	return Verdict{Status: NotFound, Code: CodeNotFound}
}

// rivals are the entrants that are enough of a match, or would be but for a
// relative whom the suffix hints at, without those that the first of them leaves
// behind.
func (c *pool) rivals() []ranked {
	var rivals []ranked
	for _, e := range c.live {
		if e.Likeness.qualifies() && (len(rivals) == 0 || !dominates(&rivals[0].Likeness, &e.Likeness)) {
			rivals = append(rivals, e)
		}
	}
	return rivals
}

// contends reports whether a likeness is enough of a match for a rival: a hint
// that somebody else may be meant does not make way for a third.
func (l Likeness) qualifies() bool {
	l.name.maybeRelative = false
	return l.tier() > tierNone
}

// leavesBehind reports whether other need not be reckoned with beside best: what
// rules it out speaks for best, or best has the very name where other has one
// like it, and all that agrees with other. But one of a higher tier stays: who has
// the row's birth date, though ruled out, is a rival of one who has its email.
func dominates(best, other *Likeness) bool {
	if other.tier() > best.tier() {
		return false
	}
	ours, theirs := best.fields(), other.fields()
	all := true
	for i := range ours {
		if theirs[i].result == vetoes && ours[i].result == agrees {
			return true
		}
		all = all && (theirs[i].result != agrees || ours[i].result == agrees)
	}
	return all && best.name.grade > other.name.grade
}

// together is the code of several that are enough of a match: where birth date
// or social security number agree with all of them, they are hardly different
// people. Of an initial and a birth date, twins have both.
func rivalsCode(rivals []ranked) Code {
	for _, e := range rivals {
		l := &e.Likeness
		if l.vetoed() || l.ssn4 != agrees && (l.birth != agrees || l.name.why == "initial") {
			return CodeNamesakes
		}
	}
	return CodeDuplicateCustomer
}

// conflict reports whether the loan or the custom ID in the row is of one
// customer and the name, what only one person has, or the other ID of another.
func (c *pool) idConflict() bool {
	var owner, other bool // whose ID it is fits; somebody else does
	ids := c.question.LoanKnown
	for i := range c.live {
		l := &c.live[i].Likeness
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

// ownerKnown reports whether the owner of the loan or the custom ID agrees in
// what only one person has.
func (c *pool) ownerConfirmed() bool {
	return slices.ContainsFunc(c.live, func(e ranked) bool {
		l := &e.Likeness
		return l.nameFits() && l.ownsID() && l.identifierAgrees()
	})
}

// owns reports whether the loan, or the custom ID if the loan is not another's, is
// the record's.
func (l *Likeness) ownsID() bool { return l.loan == agrees || l.custom == agrees && l.loan != vetoes }

// unconfirmed is the verdict where nobody is enough of a match.
func (c *pool) unconfirmed(v Verdict) Verdict {
	var named, open []ranked // those of the name; those of them who are not ruled out
	for _, e := range c.live {
		if e.Likeness.nameFits() {
			named = append(named, e)
			if !e.Likeness.vetoed() {
				open = append(open, e)
			}
		}
	}
	switch {
	case len(named) == 0:
		v.Code = CodeSimilar
	case len(open) == 0:
		v.Code = CodeContradicted
	case len(named) == 1 && c.nameAlone(&open[0].Likeness):
		if c.question.AcceptNameOnly {
			return matched(open[0], NameOnly)
		}
		v.Code = CodeNameOnly
	case len(open) > 1:
		v.Code = CodeNamesakes
	default:
		v.Code = CodeUnconfirmed
	}
	v.Helps = c.missingEvidence()
	return v
}

// nothingElse reports whether the very name is all there is to tell by: the row
// holds no evidence, or only a zip, which agrees.
func (c *pool) nameAlone(l *Likeness) bool {
	return l.name.grade == gradeA && (l.row == 0 || l.row == kindZip && l.zip == agrees)
}

// helps is the evidence that the row lacks and that a record has whose name fits
// and which nothing rules out.
func (c *pool) missingEvidence() Help {
	var h Help
	for i := range c.live {
		if l := &c.live[i].Likeness; l.nameFits() && !l.vetoed() {
			h |= l.record &^ l.row
		}
	}
	return h
}
