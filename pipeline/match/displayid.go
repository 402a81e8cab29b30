package match

import (
	"cmp"
	"slices"
	"strings"
)

// DisplayID takes a question (a display ID, cleaned) and all the loans that a
// complete search brought up, each once, in any order. It returns which of them
// the question means: an exact live one before one that differs in case, never
// a near miss, and none where two would do.
func DisplayID(question string, loans []Record) Verdict {
	kin := kindred(question, loans)
	v := kin.decide()
	v.Candidates = kin.ranked
	return v
}

// family counts the loans whose display ID equals the question but for case,
// and ranks them, as indexes.
type family struct {
	liveExact, liveCase, deadExact, deadCase int
	ranked                                   []int
}

func (f family) decide() Verdict {
	switch {
	case f.liveExact == 1:
		return Verdict{Status: Matched, Confidence: Exact, Reasons: "by: +display_id(exact)"}
	case f.liveExact > 1:
		return Verdict{Status: Ambiguous, Code: CodeDuplicate, Reasons: "by: +display_id(exact)"}
	case f.liveCase > 0 && f.deadExact > 0:
		return Verdict{Status: Ambiguous, Code: CodeCaseOrDeleted, Reasons: "by: +display_id(case) -deleted"}
	case f.liveCase == 1:
		return Verdict{Status: Matched, Confidence: CaseInsensitive, Reasons: "by: +display_id(case)"}
	case f.liveCase > 1:
		return Verdict{Status: Ambiguous, Code: CodeCaseTwins, Reasons: "by: +display_id(case)"}
	case f.deadExact > 0:
		return Verdict{Status: NotFound, Code: CodeDeleted, Reasons: "by: +display_id(exact) -deleted"}
	case f.deadCase > 0:
		return Verdict{Status: NotFound, Code: CodeDeleted, Reasons: "by: +display_id(case) -deleted"}
	}
	return Verdict{Status: NotFound, Code: CodeNotFound}
}

func kindred(question string, loans []Record) family {
	var f family
	exact := func(i int) bool { return Clean(loans[i].DisplayID) == question }
	for i, loan := range loans {
		if !strings.EqualFold(Clean(loan.DisplayID), question) {
			continue
		}
		f.ranked = append(f.ranked, i)
		switch {
		case loan.live() && exact(i):
			f.liveExact++
		case loan.live():
			f.liveCase++
		case exact(i):
			f.deadExact++
		default:
			f.deadCase++
		}
	}
	slices.SortFunc(f.ranked, func(a, b int) int {
		return cmp.Or(
			first(loans[a].live(), loans[b].live()),
			first(exact(a), exact(b)),
			first(!loans[a].Archived, !loans[b].Archived),
			cmp.Compare(loans[a].ID, loans[b].ID),
		)
	})
	return f
}

// first orders what is so before what is not.
func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
