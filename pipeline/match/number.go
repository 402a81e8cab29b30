package match

import (
	"cmp"
	"slices"
	"strings"
)

// Number takes a question (one of the lender's own IDs, cleaned) and all records that a
// complete search returned, each once, in any order. It returns which of them the
// question means:
//
//   - an exact live record before one that differs in case;
//   - never a near miss, and no record if more than one qualifies.
//
// If no record has the ID, deleted ones included, then the records with the same
// [LooseKey] key are candidates, and never a match. kind is the name of the ID in the
// reasons.
func Number(kind, question string, records []Record) Verdict {
	equal := findEqualIDs(question, records)
	if len(equal.ranked) == 0 {
		return proposeLoose(question, records)
	}
	v := equal.decide()
	v.Reasons = "by: +" + kind + v.Reasons
	v.Candidates = equal.ranked
	return v
}

// proposeLoose ranks the records that have the question's [LooseKey] key: live ones first,
// then by system ID.
func proposeLoose(question string, records []Record) Verdict {
	key := LooseKey(question)
	v := Verdict{Status: NotFound, Code: CodeNotFound}
	for i, r := range records {
		if key != "" && LooseKey(r.Number) == key {
			v.Code = CodeRepairable
			v.Candidates = append(v.Candidates, i)
		}
	}
	slices.SortFunc(v.Candidates, func(a, b int) int {
		return cmp.Or(trueFirst(records[a].live(), records[b].live()), cmp.Compare(records[a].ID, records[b].ID))
	})
	return v
}

// equalIDs are the records whose ID equals the question except for case: how many of
// each kind, and their indexes, best first.
type equalIDs struct {
	liveExact, liveCase, deletedExact int
	ranked                            []int
}

// decide returns the verdict on these records, without the candidates.
func (e equalIDs) decide() Verdict {
	switch {
	case e.liveExact == 1:
		return Verdict{Status: Matched, Confidence: Exact, Reasons: "(exact)"}
	case e.liveExact > 1:
		return Verdict{Status: Ambiguous, Code: CodeDuplicate, Reasons: "(exact)"}
	case e.liveCase > 0 && e.deletedExact > 0:
		return Verdict{Status: Ambiguous, Code: CodeCaseOrDeleted, Reasons: "(case) -deleted"}
	case e.liveCase == 1:
		return Verdict{Status: Matched, Confidence: CaseInsensitive, Reasons: "(case)"}
	case e.liveCase > 1:
		return Verdict{Status: Ambiguous, Code: CodeCaseTwins, Reasons: "(case)"}
	case e.deletedExact > 0:
		return Verdict{Status: NotFound, Code: CodeDeleted, Reasons: "(exact) -deleted"}
	}
	return Verdict{Status: NotFound, Code: CodeDeleted, Reasons: "(case) -deleted"}
}

// findEqualIDs counts and ranks the records whose ID equals the question except for
// case.
func findEqualIDs(question string, records []Record) equalIDs {
	var equal equalIDs
	exact := func(i int) bool { return Clean(records[i].Number) == question }
	for i, r := range records {
		if !strings.EqualFold(Clean(r.Number), question) {
			continue
		}
		equal.ranked = append(equal.ranked, i)
		switch {
		case r.live() && exact(i):
			equal.liveExact++
		case r.live():
			equal.liveCase++
		case exact(i):
			equal.deletedExact++
		}
	}
	slices.SortFunc(equal.ranked, func(a, b int) int {
		return cmp.Or(
			trueFirst(records[a].live(), records[b].live()),
			trueFirst(exact(a), exact(b)),
			trueFirst(!records[a].Archived, !records[b].Archived),
			cmp.Compare(records[a].ID, records[b].ID),
		)
	})
	return equal
}

// trueFirst orders true before false.
func trueFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}
