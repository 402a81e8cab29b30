package match_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"loanmap/pipeline/match"
)

// kind is a state of a loan, in the order of the flags of match.Record.
type kind int

const (
	active kind = iota
	archived
	deleted
	temporary
)

func loan(id int64, displayID string, k kind) match.Record {
	return match.Record{
		ID: id, Number: displayID,
		Archived: k == archived, Deleted: k == deleted, Temporary: k == temporary,
	}
}

// All possible verdicts, without their candidates.
var (
	exact         = match.Verdict{Status: match.Matched, Confidence: match.Exact, Reasons: "by: +display_id(exact)"}
	insensitive   = match.Verdict{Status: match.Matched, Confidence: match.CaseInsensitive, Reasons: "by: +display_id(case)"}
	duplicate     = match.Verdict{Status: match.Ambiguous, Code: match.CodeDuplicate, Reasons: "by: +display_id(exact)"}
	caseTwins     = match.Verdict{Status: match.Ambiguous, Code: match.CodeCaseTwins, Reasons: "by: +display_id(case)"}
	caseOrDeleted = match.Verdict{Status: match.Ambiguous, Code: match.CodeCaseOrDeleted, Reasons: "by: +display_id(case) -deleted"}
	deletedOnly   = match.Verdict{Status: match.NotFound, Code: match.CodeDeleted, Reasons: "by: +display_id(exact) -deleted"}
	deletedByCase = match.Verdict{Status: match.NotFound, Code: match.CodeDeleted, Reasons: "by: +display_id(case) -deleted"}
	repairable    = match.Verdict{Status: match.NotFound, Code: match.CodeRepairable}
	notFound      = match.Verdict{Status: match.NotFound, Code: match.CodeNotFound}
)

// All of them ask for LN-7a.
var displayIDCases = []struct {
	name  string
	loans []match.Record
	want  match.Verdict
	ids   []int64 // of the candidates, best first
}{
	{"the same characters match", []match.Record{loan(1, "LN-7a", active)}, exact, []int64{1}},
	{"the same but for case matches", []match.Record{loan(1, "ln-7A", active)}, insensitive, []int64{1}},
	{
		"exact beats the same but for case",
		[]match.Record{loan(1, "LN-7A", active), loan(2, "LN-7a", active), loan(3, "ln-7a", active)},
		exact, []int64{2, 1, 3},
	},
	{
		"two live ones are a duplicate",
		[]match.Record{loan(9, "LN-7a", active), loan(3, "LN-7a", active)},
		duplicate, []int64{3, 9},
	},
	{
		"a deleted twin loses to a live one",
		[]match.Record{loan(1, "LN-7a", deleted), loan(2, "LN-7a", active)},
		exact, []int64{2, 1},
	},
	{
		"a temporary twin loses to a live one",
		[]match.Record{loan(1, "LN-7a", temporary), loan(2, "LN-7a", active)},
		exact, []int64{2, 1},
	},
	{"an archived one is live", []match.Record{loan(1, "LN-7a", archived)}, exact, []int64{1}},
	{
		"an archived twin is a duplicate, ranked second",
		[]match.Record{loan(1, "LN-7a", archived), loan(2, "LN-7a", active)},
		duplicate, []int64{2, 1},
	},
	{
		"two archived twins are a duplicate",
		[]match.Record{loan(2, "LN-7a", archived), loan(1, "LN-7a", archived)},
		duplicate, []int64{1, 2},
	},
	{
		"an archived one beats a deleted twin",
		[]match.Record{loan(1, "LN-7a", deleted), loan(2, "LN-7a", archived)},
		exact, []int64{2, 1},
	},
	{
		"archived and deleted is not live",
		[]match.Record{{ID: 1, Number: "LN-7a", Archived: true, Deleted: true}},
		deletedOnly, []int64{1},
	},
	{
		"a deleted exact one next to a live one that differs in case is for a person",
		[]match.Record{loan(1, "LN-7a", deleted), loan(2, "LN-7A", active)},
		caseOrDeleted, []int64{2, 1},
	},
	{
		"so is a temporary exact one",
		[]match.Record{loan(1, "LN-7a", temporary), loan(2, "LN-7A", archived)},
		caseOrDeleted, []int64{2, 1},
	},
	{
		"so it is next to two that differ in case",
		[]match.Record{loan(1, "LN-7a", deleted), loan(2, "LN-7A", active), loan(3, "ln-7a", active)},
		caseOrDeleted, []int64{2, 3, 1},
	},
	{
		"a deleted one that differs in case does not count against a live one that does, too",
		[]match.Record{loan(1, "LN-7A", deleted), loan(2, "ln-7a", active)},
		insensitive, []int64{2, 1},
	},
	{"only a deleted one is not found", []match.Record{loan(1, "LN-7a", deleted)}, deletedOnly, []int64{1}},
	{"only a temporary one is not found", []match.Record{loan(1, "LN-7a", temporary)}, deletedOnly, []int64{1}},
	{"only a deleted one that differs in case is not found", []match.Record{loan(1, "ln-7a", deleted)}, deletedByCase, []int64{1}},
	{
		"deleted ones, exact and not, are not found",
		[]match.Record{loan(1, "ln-7a", deleted), loan(2, "LN-7a", deleted)},
		deletedOnly, []int64{2, 1},
	},
	{
		"two live ones that differ in case alone, none exact, are twins",
		[]match.Record{loan(2, "ln-7a", active), loan(1, "LN-7A", archived)},
		caseTwins, []int64{2, 1},
	},
	{"no loan is not found", nil, notFound, nil},

	{"a longer one is a near miss", []match.Record{loan(1, "LN-7ab", active)}, notFound, nil},
	{"a shorter one is a near miss", []match.Record{loan(1, "LN-7", active)}, notFound, nil},
	{"one with more before it is a near miss", []match.Record{loan(1, "XLN-7a", active)}, notFound, nil},
	{"one with less before it is a near miss", []match.Record{loan(1, "N-7a", active)}, notFound, nil},
	{"one without the hyphen is a near miss", []match.Record{loan(1, "LN7a", active)}, notFound, nil},
	{"one with a space for the hyphen is a near miss", []match.Record{loan(1, "LN 7a", active)}, notFound, nil},
	{"one with a space inside is a near miss", []match.Record{loan(1, "LN- 7a", active)}, notFound, nil},
	{"one with a leading zero is a near miss", []match.Record{loan(1, "0LN-7a", active)}, notFound, nil},
	{"one with a zero inside is a near miss", []match.Record{loan(1, "LN-07a", active)}, notFound, nil},
	{"a letter with an accent is a near miss", []match.Record{loan(1, "LN-7á", active)}, notFound, nil},
	{"a look-alike letter is a near miss", []match.Record{loan(1, "LN-7а", active)}, notFound, nil}, // Cyrillic
	{"an empty one is a near miss", []match.Record{loan(1, "", active)}, notFound, nil},
	{
		"a near miss does not disturb a match",
		[]match.Record{loan(1, "LN-7ab", active), loan(2, "LN-7a", active), loan(3, "LN-7", deleted)},
		exact, []int64{2},
	},

	{"one with another hyphen is proposed", []match.Record{loan(1, "LN\u20117a", active)}, repairable, []int64{1}},
	{"one with a zero-width space inside is proposed", []match.Record{loan(1, "LN-\u200b7a", active)}, repairable, []int64{1}},
	{"one with a full-width digit is proposed", []match.Record{loan(1, "LN-７a", active)}, repairable, []int64{1}},
	{"one that differs in case and hyphen is proposed", []match.Record{loan(1, "ln\u20137A", active)}, repairable, []int64{1}},
	{"a deleted one with another hyphen is proposed", []match.Record{loan(1, "LN\u20117a", deleted)}, repairable, []int64{1}},
	{
		"several are proposed, live ones first, then by system ID",
		[]match.Record{
			loan(1, "LN\u20117a", deleted), loan(2, "LN-7b", active), loan(3, "LN\u20137A", temporary),
			loan(8, "LN\u22127a", active), loan(5, "LN\u20147a", archived), loan(6, "LN\u20137a", active),
		},
		repairable, []int64{5, 6, 8, 1, 3},
	},
	{
		"one with another hyphen does not disturb a match",
		[]match.Record{loan(1, "LN\u20117a", active), loan(2, "LN-7a", active)},
		exact, []int64{2},
	},
	{
		"nor one by case",
		[]match.Record{loan(1, "LN\u20117a", active), loan(2, "LN-7A", active)},
		insensitive, []int64{2},
	},
	{
		"nor a deleted one",
		[]match.Record{loan(1, "LN\u20117a", active), loan(2, "LN-7a", deleted)},
		deletedOnly, []int64{2},
	},

	{"blanks around it are ignored", []match.Record{loan(1, " \t LN-7a \r\n", active)}, exact, []int64{1}},
	{"no-break spaces around it are ignored", []match.Record{loan(1, "\u00a0LN-7a\u202f", active)}, exact, []int64{1}},
	{"zero-width characters around it are ignored", []match.Record{loan(1, "\ufeff\u200bLN-7a\u200c\u200d\u2060", active)}, exact, []int64{1}},
	{
		"twins that differ in white space alone are a duplicate",
		[]match.Record{loan(1, "LN-7a", active), loan(2, "LN-7a ", active)},
		duplicate, []int64{1, 2},
	},

	{
		"candidates rank by live, exact, not archived, then by system ID",
		[]match.Record{
			loan(80, "ln-7A", deleted), loan(70, "LN-7a", temporary), loan(60, "LN-7a", deleted),
			loan(50, "ln-7a", archived), loan(40, "LN-7A", active), loan(30, "ln-7a", active),
			loan(20, "LN-7a", archived), loan(10, "LN-7a", archived), loan(90, "LN-7a", active),
		},
		duplicate, []int64{90, 10, 20, 30, 40, 50, 60, 70, 80},
	},
}

func TestNumber(t *testing.T) {
	t.Parallel()
	for _, c := range displayIDCases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := match.Number("display_id", "LN-7a", c.loans)
			if diff := cmp.Diff(c.ids, candidates(got, c.loans)); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
			got.Candidates = nil
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("verdict (-want +got):\n%s", diff)
			}
		})
	}
}

// A spreadsheet that reads IDs as numbers loses their leading zeros.
func TestLeadingZerosAreNeverAdded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ question, displayID string }{
		{"12345", "00012345"}, {"00012345", "12345"}, {"0", "00"}, {"12345", "00012345.0"}, {"12345", "0,012,345"},
	} {
		got := match.Number("display_id", c.question, []match.Record{loan(1, c.displayID, active)})
		if diff := cmp.Diff(notFound, got); diff != "" {
			t.Errorf("%s against %s (-want +got):\n%s", c.question, c.displayID, diff)
		}
	}
}

// Either side may be damaged.
func TestLooseTwinIsProposed(t *testing.T) {
	t.Parallel()
	for _, c := range variantPairs {
		for _, pair := range [][2]string{{c.plain, c.variant}, {c.variant, c.plain}} {
			question := match.Clean(pair[0])
			want, ids := repairable, []int64{1}
			switch cleaned := match.Clean(pair[1]); {
			case cleaned == question:
				want = exact
			case strings.EqualFold(cleaned, question):
				want = insensitive
			}
			if diff := cmp.Diff(verdictWithIDs{want, ids}, judgeNumber(question, []match.Record{loan(1, pair[1], active)})); diff != "" {
				t.Errorf("%s: %q against %q (-want +got):\n%s", c.name, question, pair[1], diff)
			}
		}
	}
}

// Every text without a character to compare has the empty key.
func TestEmptyKeyProposesNothing(t *testing.T) {
	t.Parallel()
	got := match.Number("display_id", "'", []match.Record{loan(1, "", active), loan(2, `=""`, active)})
	if diff := cmp.Diff(notFound, got); diff != "" {
		t.Error(diff)
	}
}

func TestStatusesAreListedOnce(t *testing.T) {
	t.Parallel()
	want := []match.Status{"matched", "ambiguous", "not_found", "invalid", "failed"}
	if diff := cmp.Diff(want, match.Statuses()); diff != "" {
		t.Error(diff)
	}
}

func candidates(v match.Verdict, loans []match.Record) []int64 {
	var ids []int64
	for _, i := range v.Candidates {
		ids = append(ids, loans[i].ID)
	}
	return ids
}

// questions hold a digit, which no reason does, and few letters, so that hits which
// differ in case only are common.
var questions = rapid.StringMatching(`([ABKkabé-][ABKkabé -]?)?[0-9][Kka]{0,2}`)

// likelyHitText generates the IDs that a search may return for a question: mostly the
// question, its case twins, and near misses.
func likelyHitText(question string) *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Just(question),
		rapid.Custom(func(t *rapid.T) string { return withRandomCase(t, question) }),
		rapid.Custom(func(t *rapid.T) string { return rapid.SampledFrom(margins).Draw(t, "margin") + question }),
		rapid.Custom(func(t *rapid.T) string { return vary(t, question) }),
		unrelated(question),
	)
}

var margins = []string{" ", "\t", "\u00a0", "\u200b", "\ufeff", "0", "-", "A"}

// withRandomCase changes the case of some letters. The Kelvin sign is a K, too.
func withRandomCase(t *rapid.T, text string) string {
	return strings.Map(func(r rune) rune {
		variants := []rune{r, []rune(strings.ToLower(string(r)))[0], []rune(strings.ToUpper(string(r)))[0]}
		if r == 'k' || r == 'K' {
			variants = append(variants, '\u212A')
		}
		return rapid.SampledFrom(variants).Draw(t, "letter")
	}, text)
}

func unrelated(question string) *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Just(question+"0"), rapid.Just("0"+question), rapid.Just(question[1:]),
		rapid.Just(question+" 1"), questions, rapid.String(),
	).Filter(func(s string) bool { return match.LooseKey(s) != match.LooseKey(question) })
}

// looseTwin generates an ID that differs from a question in more than case, but has its
// key.
func looseTwin(question string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		dashes := strings.NewReplacer("-", rapid.SampledFrom([]string{"-", "\u2010", "\u2013", "\u2212"}).Draw(t, "dash"))
		form := rapid.SampledFrom([]string{"'%", `="%"`, "\u2018%", "% ", "%"}).Draw(t, "form")
		return strings.Replace(form, "%", dashes.Replace(vary(t, question)), 1)
	}).Filter(func(s string) bool {
		return !strings.EqualFold(match.Clean(s), question) && match.LooseKey(s) == match.LooseKey(question)
	})
}

// hits generates up to six loans for a question, each with its own system ID.
func hits(t *rapid.T, question string) []match.Record {
	texts := rapid.SliceOfN(likelyHitText(question), 0, 6).Draw(t, "display IDs")
	loans := make([]match.Record, len(texts))
	for i, text := range texts {
		loans[i] = anyLoan(t, int64(i+1), text)
	}
	return loans
}

func anyLoan(t *rapid.T, id int64, displayID string) match.Record {
	flag := rapid.Bool()
	return match.Record{
		ID: id, Number: displayID,
		Archived: flag.Draw(t, "archived"), Deleted: flag.Draw(t, "deleted"), Temporary: flag.Draw(t, "temporary"),
	}
}

// verdictWithIDs is a verdict with system IDs instead of indexes, which a shuffle
// changes.
type verdictWithIDs struct {
	match.Verdict
	IDs []int64
}

func judgeNumber(question string, loans []match.Record) verdictWithIDs {
	v := match.Number("display_id", question, loans)
	ids := candidates(v, loans)
	v.Candidates = nil
	return verdictWithIDs{v, ids}
}

func TestOrderOfHitsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		question := questions.Draw(t, "question")
		loans := hits(t, question)
		shuffled := rapid.Permutation(loans).Draw(t, "shuffled")
		if diff := cmp.Diff(judgeNumber(question, loans), judgeNumber(question, shuffled)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestUnrelatedHitChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		question := questions.Draw(t, "question")
		loans := hits(t, question)
		more := anyLoan(t, 99, unrelated(question).Draw(t, "unrelated"))
		at := rapid.IntRange(0, len(loans)).Draw(t, "at")
		with := slices.Insert(slices.Clone(loans), at, more)
		if diff := cmp.Diff(judgeNumber(question, loans), judgeNumber(question, with)); diff != "" {
			t.Error(diff)
		}
	})
}

// A loose twin is a candidate if no record has the ID, and has no effect if one does.
func TestLooseTwinNeverMatchesAndNeverDisturbs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		question := questions.Draw(t, "question")
		loans := hits(t, question)
		twin := anyLoan(t, 99, looseTwin(question).Draw(t, "twin"))
		at := rapid.IntRange(0, len(loans)).Draw(t, "at")
		before, after := judgeNumber(question, loans), judgeNumber(question, slices.Insert(slices.Clone(loans), at, twin))
		if before.Code == match.CodeNotFound || before.Code == match.CodeRepairable {
			if after.Status != match.NotFound || after.Code != match.CodeRepairable || !slices.Contains(after.IDs, twin.ID) {
				t.Errorf("%q is %+v, though %q has the same key", question, after, twin.Number)
			}
			return
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Errorf("%q disturbed %q:\n%s", twin.Number, question, diff)
		}
	})
}

// A match means exactly one loan, counted here in the simplest way.
func TestMatchedMeansExactlyOneLoan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		question := questions.Draw(t, "question")
		loans := hits(t, question)
		equal := pick(loans, func(l match.Record) bool { return match.Clean(l.Number) == question })
		sameButCase := pick(loans, func(l match.Record) bool { return strings.EqualFold(match.Clean(l.Number), question) })

		var want []match.Record
		switch liveEqual, liveByCase := pick(equal, isLive), pick(sameButCase, isLive); {
		case len(liveEqual) == 1:
			want = liveEqual
		case len(equal) == 0 && len(liveByCase) == 1:
			want = liveByCase
		}
		got := match.Number("display_id", question, loans)
		if (got.Status == match.Matched) != (len(want) == 1) {
			t.Fatalf("%s; want a match with one of %+v", got.Status, want)
		}
		if len(want) == 1 && loans[got.Candidates[0]].ID != want[0].ID {
			t.Fatalf("matched %+v, want %+v", loans[got.Candidates[0]], want[0])
		}
		if len(sameButCase) > 0 && len(got.Candidates) != len(sameButCase) {
			t.Fatalf("%d candidates, want every one of %+v", len(got.Candidates), sameButCase)
		}
	})
}

func isLive(l match.Record) bool { return !l.Deleted && !l.Temporary }

func pick(loans []match.Record, keep func(match.Record) bool) []match.Record {
	return slices.DeleteFunc(slices.Clone(loans), func(l match.Record) bool { return !keep(l) })
}

func TestVerdictIsWellFormed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		question := questions.Draw(t, "question")
		got := match.Number("display_id", question, hits(t, question))
		matched := got.Status == match.Matched
		if matched != (got.Confidence != "") || matched != (got.Code == "") {
			t.Errorf("a match has a confidence, any other verdict a code: %+v", got)
		}
		if strings.Contains(got.Reasons, question) {
			t.Errorf("%q repeats the question", got.Reasons)
		}
		if (len(got.Candidates) == 0) != (got.Code == match.CodeNotFound) {
			t.Errorf("want the code not_found exactly if there is no candidate: %+v", got)
		}
	})
}

func BenchmarkNumber(b *testing.B) {
	loans := []match.Record{loan(8890, "L000212", active), loan(4711, "L000212", deleted)}
	b.ReportAllocs()
	for b.Loop() {
		match.Number("display_id", "L000212", loans)
	}
}
