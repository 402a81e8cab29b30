package match

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestOrderOfCandidatesChangesNoVerdict(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "scenario")
		candidates := c.candidates()
		want := c.decideAmong(slices.Clone(candidates), false)
		if diff := cmp.Diff(want, c.decideAmong(rapid.Permutation(candidates).Draw(t, "order"), false)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSpellingChangesNoVerdict(t *testing.T) {
	t.Parallel()
	for name, change := range rewritings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				c := anyScenario.Draw(t, "scenario")
				want := c.decide(false)
				c.row.rewrite(change)
				if diff := cmp.Diff(want, c.decide(false)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// rewrite changes how every cell that is not empty is written.
func (c *cells) rewrite(change func(string) string) {
	texts := []*string{&c.first, &c.last}
	for _, f := range allFields {
		texts = append(texts, f.of(c))
	}
	for _, text := range texts {
		if *text != "" {
			*text = change(*text)
		}
	}
}

// withOneMoreField calls try with every scenario in which the row has one more value,
// if that leaves the comparison of names as it was.
func withOneMoreField(c scenario, try func(with scenario, f *evidenceField)) {
	for i := range allFields {
		f := &allFields[i]
		if *f.of(&c.row) != "" {
			continue
		}
		for _, text := range f.values {
			with := c
			*f.of(&with.row) = text
			if with.sameNames(&c) {
				try(with, f)
			}
		}
	}
}

// A value that agrees with no record makes no match, neither of an ambiguous row nor of
// one that was not found. It makes no difference whether it disagrees, vetoes, or is
// missing in the records.
func TestUnmatchedEvidenceMakesNoMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "scenario")
		for _, nameOnly := range []bool{false, true} {
			before := c.decide(nameOnly)
			if before.Status == Matched {
				continue
			}
			withOneMoreField(c, func(with scenario, f *evidenceField) {
				if after := with.decide(nameOnly); after.Status == Matched && !slices.Contains(with.results(f), agrees) {
					t.Errorf("%+v was matched by a %s that no record has: %+v", before, f.kind, after)
				}
			})
		}
	})
}

// A value that agrees with a record loses no match. One that agrees with the match only
// keeps it, with the same or a higher confidence.
func TestAgreementKeepsTheMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "scenario")
		before := c.decide(false)
		if before.Status != Matched {
			return
		}
		match := before.Candidates[0]
		withOneMoreField(c, func(with scenario, f *evidenceField) {
			results := with.results(f)
			after := with.decide(false)
			switch {
			case !slices.Contains(results, agrees):
			case after.Status == NotFound:
				t.Errorf("%+v was lost by its %s", before, f.kind)
			case results[match-1] != agrees || agreesElsewhere(results, match):
			case after.Status != Matched || after.Candidates[0] != match, before.Confidence == Strong && after.Confidence != Strong:
				t.Errorf("%+v, whose %s agrees, too, became %+v", before, f.kind, after)
			}
		})
	})
}

// Removing a value that contradicts no record makes no match, unless the value agreed
// with a rival of that match, who then has less evidence. A suffix is not removed: that
// the record lacks one hints at a relative.
func TestRemovingEvidenceMakesNoMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "scenario")
		before := c.decide(false)
		if before.Status == Matched {
			return
		}
		for i := range allFields {
			f := &allFields[i]
			results := c.results(f)
			if *f.of(&c.row) == "" || f.kind == "suffix" || contradicted(results) {
				continue
			}
			without := c
			*f.of(&without.row) = ""
			if !without.sameNames(&c) {
				continue
			}
			if after := without.decide(false); after.Status == Matched && !agreesElsewhere(results, after.Candidates[0]) {
				t.Errorf("%+v without its %s became %+v", before, f.kind, after)
			}
		}
	})
}

// A verdict is consistent in itself.
func TestVerdictsOnPeopleAreWellFormed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "scenario")
		candidates := c.candidates()
		v := c.decide(false)
		for i, id := range v.Candidates {
			if slices.Contains(v.Candidates[:i], id) || c.deleted[id-1] != (v.Code == CodeDeleted) || !candidates[id-1].Comparison.Plausible() {
				t.Errorf("%d is not a candidate: %+v", id, v)
			}
		}
		switch v.Status {
		case Matched:
			l := candidates[v.Candidates[0]-1].Comparison
			if len(v.Candidates) != 1 || v.Code != "" || v.MissingEvidence != 0 || v.Confidence != Strong && v.Confidence != corroborated {
				t.Errorf("%+v", v)
			}
			if l.vetoed() || !l.confirmed() {
				t.Errorf("%+v: not confirmed, or ruled out", v)
			}
		case Ambiguous:
			if len(v.Candidates) == 0 || v.Code == "" || v.Confidence != "" || !strings.HasPrefix(v.Reasons, "by: ") {
				t.Errorf("%+v", v)
			}
		default:
			if v.Status != NotFound || v.Code != CodeNotFound && v.Code != CodeDeleted || v.Confidence != "" || v.MissingEvidence != 0 {
				t.Errorf("%+v", v)
			}
		}
	})
}

// confirmed is a condition that every match must meet: a similar name, and evidence
// that agrees. The rules themselves are stricter.
func (c *Comparison) confirmed() bool {
	identifiers := []agreementLevel{c.ssn4, c.birth, c.custom, c.loan}
	similar := c.name.grade >= gradeC || c.name.givenFits || c.name.near || c.name.partFits
	return similar && (c.birthSlip && (c.zip == agrees || c.phone == agrees) || slices.Contains(identifiers, agrees) || c.email == agrees || c.phone == agrees && c.name.grade == gradeA)
}

func TestAcceptNameOnlyChangesNameOnlyRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "scenario")
		want, got := c.decide(false), c.decide(true)
		if want.Code == CodeNameOnly {
			want = Verdict{Status: Matched, Confidence: NameOnly, Reasons: want.Reasons, Candidates: want.Candidates[:1]}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func TestCompareIsSymmetric(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "scenario")
		row, record := c.row.person(), c.records[0].person()
		there, back := Compare(&row, &record), Compare(&record, &row)
		back.row, back.record = back.record, back.row
		if there != back {
			t.Errorf("%+v there, %+v back", there, back)
		}
	})
}
