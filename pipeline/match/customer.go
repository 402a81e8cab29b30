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
	Corroborated Confidence = "corroborated" // name, and something that their household may share
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
	c := contest{row: row, question: q}
	for i := range candidates {
		e := entrant{Candidate: &candidates[i], at: i}
		switch {
		case !e.plausible():
		case e.Live:
			c.entrants = append(c.entrants, e)
		default:
			c.gone = append(c.gone, e)
		}
	}
	slices.SortFunc(c.entrants, rank)
	slices.SortFunc(c.gone, rank)
	return c.decide()
}

// contest is the candidates of one row.
type contest struct {
	row            *Person
	question       Question
	entrants, gone []entrant // best first
}

// entrant is a candidate at its place among the candidates.
type entrant struct {
	*Candidate
	at int
}

// Plausible reports whether a record is worth showing to a person: its name
// comes near, or something agrees that hardly anybody shares.
func (l Likeness) Plausible() bool {
	return l.name.grade >= gradeC || l.custom == agrees || l.loan == agrees || l.email == agrees || l.phone == agrees && l.personal() || l.renamed()
}

// personal reports whether something agrees that only one person has, even in a
// family.
func (l *Likeness) personal() bool { return l.ssn4 == agrees || l.birth == agrees }

func (e *entrant) plausible() bool { return e.Likeness.Plausible() }

// named reports whether the name fits: as it is written, or but for a nickname,
// an initial, the order or a typing error, or as a name that has changed.
func (l *Likeness) named() bool { return l.name.grade >= gradeB || l.renamed() }

// renamed reports whether a name that is not the same is that of the same person
// all the same, after a marriage or several slips of the pen: what only one
// person has agrees, and something else does. A given name that fits is nobody
// else's in the family. Twins whose names are alike share birth date, phone and
// zip, so that without the given name it takes more.
func (l *Likeness) renamed() bool {
	agreed := 0
	for _, came := range []agreement{l.ssn4, l.birth, l.custom, l.loan, l.email, l.phone} {
		if came == agrees {
			agreed++
		}
	}
	switch {
	case l.name.given:
		return agreed >= 2 && l.personal()
	case l.name.grade == gradeC:
		return agreed >= 2 && (l.ssn4 == agrees || l.custom == agrees) || agreed >= 3 && l.birth == agrees && l.email == agrees
	}
	return false
}

// tier is what a likeness would be enough for, were there no rival.
type tier int

const (
	notEnough tier = iota
	corroborated
	strong
)

// tier leaves vetoes out: a rival that is ruled out is a rival still, see
// leavesBehind.
func (l *Likeness) tier() tier {
	switch {
	case !l.named():
		return notEnough
	case l.personal(), l.custom == agrees, l.loan == agrees:
		return strong
	case l.corroborated():
		return corroborated
	}
	return notEnough
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
	case l.name.suffix == agrees || l.name.kind == agrees:
		return l.email == agrees || l.phone == agrees && l.name.grade == gradeA
	}
	return l.email == agrees && !l.name.relative
}

func rank(a, b entrant) int {
	x, y := &a.Likeness, &b.Likeness
	return cmp.Or(
		first(!x.vetoed(), !y.vetoed()),
		cmp.Compare(y.tier(), x.tier()),
		cmp.Compare(y.points(), x.points()),
		cmp.Compare(a.ID, b.ID),
	)
}

// decide says which entrant is meant, if one is.
func (c *contest) decide() Verdict {
	if len(c.entrants) == 0 {
		return c.nobody()
	}
	best := &c.entrants[0]
	v := Verdict{Status: Ambiguous, Reasons: best.Likeness.reasons()}
	for _, e := range c.entrants {
		v.Candidates = append(v.Candidates, e.at)
	}
	rivals := c.rivals()
	switch {
	case c.row.Name.Joint():
		v.Code = CodeJoint
	case c.conflict():
		v.Code = CodeIDNameConflict
	case len(rivals) == 1 && !rivals[0].Likeness.vetoed() && rivals[0].Likeness.tier() > notEnough:
		return matched(rivals[0], confidences[rivals[0].Likeness.tier()])
	case len(rivals) > 1 && !rivals[0].Likeness.vetoed():
		v.Code = together(rivals)
	default:
		return c.unconfirmed(v)
	}
	v.Helps = c.helps()
	return v
}

var confidences = map[tier]Confidence{strong: Strong, corroborated: Corroborated}

func matched(e entrant, confidence Confidence) Verdict {
	return Verdict{Status: Matched, Confidence: confidence, Candidates: []int{e.at}, Reasons: e.Likeness.reasons()}
}

// nobody is the verdict where no live record comes near.
func (c *contest) nobody() Verdict {
	if len(c.gone) > 0 && c.gone[0].Likeness.named() {
		return Verdict{Status: NotFound, Code: CodeDeleted, Reasons: c.gone[0].Likeness.reasons() + " -deleted", Candidates: []int{c.gone[0].at}}
	}
	return Verdict{Status: NotFound, Code: CodeNotFound}
}

// rivals are the entrants that are enough of a match, or would be but for a
// relative whom the suffix hints at, without those that the first of them leaves
// behind.
func (c *contest) rivals() []entrant {
	var rivals []entrant
	for _, e := range c.entrants {
		if e.Likeness.contends() && (len(rivals) == 0 || !leavesBehind(&rivals[0].Likeness, &e.Likeness)) {
			rivals = append(rivals, e)
		}
	}
	return rivals
}

// contends reports whether a likeness is enough of a match for a rival: a hint
// that somebody else may be meant does not make way for a third.
func (l Likeness) contends() bool {
	l.name.relative = false
	return l.tier() > notEnough
}

// leavesBehind reports whether other need not be reckoned with beside best: what
// rules it out speaks for best, or best has the very name where other has one
// like it, and all that agrees with other. But one of a higher tier stays: who has
// the row's birth date, though ruled out, is a rival of one who has its email.
func leavesBehind(best, other *Likeness) bool {
	if other.tier() > best.tier() {
		return false
	}
	ours, theirs := best.traits(), other.traits()
	all := true
	for i := range ours {
		if theirs[i].came == vetoes && ours[i].came == agrees {
			return true
		}
		all = all && (theirs[i].came != agrees || ours[i].came == agrees)
	}
	return all && best.name.grade > other.name.grade
}

// together is the code of several that are enough of a match: where birth date
// or social security number agree with all of them, they are hardly different
// people. Of an initial and a birth date, twins have both.
func together(rivals []entrant) Code {
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
func (c *contest) conflict() bool {
	var owner, other bool // whose ID it is fits; somebody else does
	ids := c.question.LoanKnown
	for i := range c.entrants {
		l := &c.entrants[i].Likeness
		ids = ids || l.custom == agrees
		switch {
		case l.owns() && l.named():
			owner = true
		case l.named() && (l.personal() || l.custom == agrees):
			other = true
		}
	}
	if !ids {
		return false
	}
	return !owner || other && !c.ownerKnown()
}

// ownerKnown reports whether the owner of the loan or the custom ID agrees in
// what only one person has.
func (c *contest) ownerKnown() bool {
	return slices.ContainsFunc(c.entrants, func(e entrant) bool {
		l := &e.Likeness
		return l.named() && l.owns() && l.personal()
	})
}

// owns reports whether the loan, or the custom ID if the loan is not another's, is
// the record's.
func (l *Likeness) owns() bool { return l.loan == agrees || l.custom == agrees && l.loan != vetoes }

// unconfirmed is the verdict where nobody is enough of a match.
func (c *contest) unconfirmed(v Verdict) Verdict {
	var named, open []entrant // those of the name; those of them who are not ruled out
	for _, e := range c.entrants {
		if e.Likeness.named() {
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
	case len(named) == 1 && c.nothingElse(&open[0].Likeness):
		if c.question.AcceptNameOnly {
			return matched(open[0], NameOnly)
		}
		v.Code = CodeNameOnly
	case len(open) > 1:
		v.Code = CodeNamesakes
	default:
		v.Code = CodeUnconfirmed
	}
	v.Helps = c.helps()
	return v
}

// nothingElse reports whether the very name is all there is to tell by: the row
// holds no evidence, or only a zip, which agrees.
func (c *contest) nothingElse(l *Likeness) bool {
	return l.name.grade == gradeA && (l.row == 0 || l.row == HelpZip && l.zip == agrees)
}

// helps is the evidence that the row lacks and that a record has whose name fits
// and which nothing rules out.
func (c *contest) helps() Help {
	var h Help
	for i := range c.entrants {
		if l := &c.entrants[i].Likeness; l.named() && !l.vetoed() {
			h |= l.record &^ l.row
		}
	}
	return h
}
