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
		c := anyScenario.Draw(t, "crowd")
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
				c := anyScenario.Draw(t, "crowd")
				want := c.decide(false)
				c.row.rewrite(change)
				if diff := cmp.Diff(want, c.decide(false)); diff != "" {
					t.Error(diff)
				}
			})
		})
	}
}

// rewrite changes how every cell that holds something is written.
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

// withAnother calls try with every crowd in which the row says something more,
// and its name fits as it did.
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

// What agrees with nobody, be it that it differs, rules out, or is compared with
// nothing, makes no match: neither of what was ambiguous nor of what was not found.
func TestUnmatchedEvidenceMakesNoMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "crowd")
		for _, nameOnly := range []bool{false, true} {
			before := c.decide(nameOnly)
			if before.Status == Matched {
				continue
			}
			withOneMoreField(c, func(with scenario, f *evidenceField) {
				if after := with.decide(nameOnly); after.Status == Matched && !slices.Contains(with.results(f), agrees) {
					t.Errorf("%+v was matched by a %s of nobody's: %+v", before, f.kind, after)
				}
			})
		}
	})
}

// What agrees with somebody loses nobody; what agrees with the match alone
// leaves it the match, as sure as it was or surer. Only a match by name alone is
// none any more where the row has something else to tell by.
func TestAgreementKeepsTheMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "crowd")
		before := c.decide(false)
		if before.Status != Matched {
			return
		}
		meant := before.Candidates[0]
		withOneMoreField(c, func(with scenario, f *evidenceField) {
			came := with.results(f)
			after := with.decide(false)
			switch {
			case !slices.Contains(came, agrees):
			case after.Status == NotFound:
				t.Errorf("%+v was lost by its %s", before, f.kind)
			case came[meant-1] != agrees || agreesElsewhere(came, meant):
			case after.Status != Matched || after.Candidates[0] != meant, before.Confidence == Strong && after.Confidence != Strong:
				t.Errorf("%+v, whose %s agrees, too, became %+v", before, f.kind, after)
			}
		})
	})
}

// Taking away from a row what contradicts nobody makes no match of anyone but
// one beside whom it agreed with somebody else, who then has less to be meant by.
// A suffix is not taken away: that the record lacks it hints at a relative.
func TestRemovingEvidenceMakesNoMatch(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "crowd")
		before := c.decide(false)
		if before.Status == Matched {
			return
		}
		for i := range allFields {
			f := &allFields[i]
			came := c.results(f)
			if *f.of(&c.row) == "" || f.kind == "suffix" || contradicted(came) {
				continue
			}
			without := c
			*f.of(&without.row) = ""
			if !without.sameNames(&c) {
				continue
			}
			if after := without.decide(false); after.Status == Matched && !agreesElsewhere(came, after.Candidates[0]) {
				t.Errorf("%+v without its %s became %+v", before, f.kind, after)
			}
		}
	})
}

// A verdict holds together, whatever it is about.
func TestVerdictsOnPeopleAreWellFormed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "crowd")
		candidates := c.candidates()
		v := c.decide(false)
		for i, id := range v.Candidates {
			if slices.Contains(v.Candidates[:i], id) || c.deleted[id-1] != (v.Code == CodeDeleted) || !candidates[id-1].Likeness.Plausible() {
				t.Errorf("%d is no candidate: %+v", id, v)
			}
		}
		switch v.Status {
		case Matched:
			l := candidates[v.Candidates[0]-1].Likeness
			if len(v.Candidates) != 1 || v.Code != "" || v.Helps != 0 || v.Confidence != Strong && v.Confidence != corroborated {
				t.Errorf("%+v", v)
			}
			if l.vetoed() || !l.confirmed() {
				t.Errorf("%+v: nothing confirms it, or something rules it out", v)
			}
		case Ambiguous:
			if len(v.Candidates) == 0 || v.Code == "" || v.Confidence != "" || !strings.HasPrefix(v.Reasons, "by: ") {
				t.Errorf("%+v", v)
			}
		default:
			if v.Status != NotFound || v.Code != CodeNotFound && v.Code != CodeDeleted || v.Confidence != "" || v.Helps != 0 {
				t.Errorf("%+v", v)
			}
		}
	})
}

// confirmed is the rule of a match as design.md has it, without its exceptions:
// what it does not allow must never be.
func (l *Likeness) confirmed() bool {
	personal := []agreementLevel{l.ssn4, l.birth, l.custom, l.loan}
	named := l.name.grade >= gradeB || l.name.givenFits || l.name.grade == gradeC
	return named && (slices.Contains(personal, agrees) || l.email == agrees || l.phone == agrees && l.name.grade == gradeA)
}

func TestAcceptNameOnlyChangesNameOnlyRows(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyScenario.Draw(t, "crowd")
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
		c := anyScenario.Draw(t, "crowd")
		row, record := c.row.person(), c.records[0].person()
		there, back := Compare(&row, &record), Compare(&record, &row)
		back.row, back.record = back.record, back.row
		if there != back {
			t.Errorf("%+v there, %+v back", there, back)
		}
	})
}
