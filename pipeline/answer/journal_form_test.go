package answer

import (
	"bytes"
	"encoding/binary"
	"testing"
	"unique"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"loanmap/pipeline/match"
)

// sameOutcome compares outcomes by what they say.
var sameOutcome = cmp.Options{
	cmp.AllowUnexported(Outcome{}, Verdict{}, Found{}, Detail{}, Candidate{}), cmpopts.EquateEmpty(),
	cmp.Transformer("verdict", func(h unique.Handle[Verdict]) Verdict { return (&Outcome{shared: h}).Verdict() }),
}

// drawOutcome draws any outcome, likely or not.
func drawOutcome(t *rapid.T) Outcome {
	text := rapid.String()
	number := rapid.Int64()
	o := Outcome{
		shared: unique.Make(Verdict{
			Status: match.Status(text.Draw(t, "status")), Code: match.Code(text.Draw(t, "code")),
			Confidence: match.Confidence(text.Draw(t, "confidence")), Reasons: text.Draw(t, "reasons"),
			Helps: match.EvidenceKinds(rapid.Uint8().Draw(t, "helps")), LoanStatus: text.Draw(t, "loan status"), Archived: rapid.Bool().Draw(t, "archived"),
		}),
		Found: Found{Loan: number.Draw(t, "loan"), Customer: number.Draw(t, "customer"), Value: text.Draw(t, "value")},
	}
	m := Detail{Message: text.Draw(t, "message"), Others: rapid.SliceOf(number).Draw(t, "others")}
	for range rapid.IntRange(0, MaxCandidates).Draw(t, "candidates") {
		m.Candidates = append(m.Candidates, Candidate{ID: number.Draw(t, "id"), Score: rapid.Int().Draw(t, "score"), Status: text.Draw(t, "status of a candidate")})
	}
	if m.Message != "" || len(m.Others) > 0 || len(m.Candidates) > 0 {
		o.detail = &m
	}
	return o
}

// What is read of an answer is the answer.
func TestAnswersAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := drawOutcome(t)
		got, err := Read(o.AppendTo([]byte("x"))[1:])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(o, got, sameOutcome); diff != "" {
			t.Fatal(diff)
		}
	})
}

// In full, names and places of candidates are read, too, and a cut answer is an error.
func TestAnswersAreReadInFull(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := drawOutcome(t)
		for i := range o.Details().Candidates {
			o.detail.Candidates[i].Name, o.detail.Candidates[i].Place = rapid.String().Draw(t, "name"), rapid.String().Draw(t, "place")
		}
		whole := o.AppendInFull(nil)
		got, err := ReadInFull(whole)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(o, got, sameOutcome); diff != "" {
			t.Fatal(diff)
		}
		for length := range whole {
			if _, err := ReadInFull(whole[:length]); err == nil {
				t.Fatalf("%d of %d bytes are read as an answer", length, len(whole))
			}
		}
	})
}

// The journal holds no name of a candidate.
func TestNamesOfCandidatesAreNotWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := drawOutcome(t)
		if o.NamesCandidates() {
			t.Fatal("a candidate without a name has one")
		}
		o.ProposeAll([]Candidate{{ID: 7, Score: 1}})
		plain := o.AppendTo(nil)
		last := len(o.detail.Candidates) - 1
		for _, field := range []*string{&o.detail.Candidates[last].Name, &o.detail.Candidates[last].Place} {
			*field = rapid.StringN(0, -1, -1).Draw(t, "name or place")
		}
		if at := o.detail.Candidates[last]; at.Name == "" && at.Place == "" {
			return
		}
		if !o.NamesCandidates() || !bytes.Equal(o.AppendTo(nil), plain) {
			t.Fatalf("a candidate's name is written: %q", o.AppendTo(nil))
		}
	})
}

// A question that nothing is known of has an answer, too.
func TestAnEmptyAnswerIsReadAsOne(t *testing.T) {
	t.Parallel()
	var o Outcome
	got, err := Read(o.AppendTo(nil))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(o, got, sameOutcome); diff != "" {
		t.Error(diff)
	}
}

// A cut answer, or one with something behind it, is an error; one with another
// byte is an error or another answer.
func TestDamagedAnswersAreTold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := drawOutcome(t)
		whole := o.AppendTo(nil)
		for length := range whole {
			if _, err := Read(whole[:length]); err == nil {
				t.Fatalf("%d of %d bytes are read as an answer", length, len(whole))
			}
		}
		if _, err := Read(append(whole, 0)); err == nil {
			t.Fatal("a byte too many is read as an answer")
		}
		at := rapid.IntRange(0, len(whole)-1).Draw(t, "at")
		whole[at] ^= rapid.ByteRange(1, 255).Draw(t, "flipped")
		readAgain(t, whole)
	})
}

// readAgain fails if what can be read of bytes is not the same when it is written
// and read again.
func readAgain(t interface{ Fatal(args ...any) }, written []byte) {
	o, err := Read(written)
	if err != nil {
		return
	}
	once := o.AppendTo(nil)
	again, err := Read(once)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(o, again, sameOutcome); diff != "" {
		t.Fatal(diff)
	}
	if !bytes.Equal(once, again.AppendTo(nil)) {
		t.Fatal("equal outcomes are written as different bytes")
	}
}

// FuzzAnswer reads any bytes: an answer, or an error, soon and in little memory.
func FuzzAnswer(f *testing.F) {
	for _, o := range typicalOutcomes() {
		f.Add(o.AppendTo(nil))
	}
	f.Add(claiming(1 << 62))
	f.Add(claiming(-1))
	f.Fuzz(func(t *testing.T, written []byte) { readAgain(t, written) })
}

// claiming is an answer that gives a number of candidates and has none.
func claiming(candidates int64) []byte {
	o := Outcome{detail: &Detail{Candidates: []Candidate{{ID: 1, Score: 1}}}}
	whole := o.AppendTo(nil)
	return append(whole[:len(whole)-3:len(whole)-3], binary.AppendVarint(nil, candidates)...)
}

// An answer may claim more than there is: that is an error, not a wait.
func TestAnAnswerThatClaimsTooMuchIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := Read(claiming(1 << 62)); err == nil {
		t.Error("no error")
	}
}

func typicalOutcomes() map[string]Outcome {
	return map[string]Outcome{
		"a loan": {
			shared: unique.Make(Verdict{Status: match.Matched, Confidence: match.Exact, Reasons: "by: +display_id(exact)", LoanStatus: "Originated"}),
			Found:  Found{Loan: 1_234_567, Customer: 765_432, Value: "LPT-000123456"},
		},
		"a customer": {
			shared: unique.Make(Verdict{Status: match.Matched, Confidence: match.Strong, Reasons: "by: +name(A) +dob ~phone"}),
			Found:  Found{Customer: 765_432, Value: "Bartholomew Featherstone"},
		},
		"nothing": {shared: unique.Make(Verdict{Status: match.NotFound, Code: match.CodeNotFound})},
		"five candidates": {
			shared: unique.Make(Verdict{Status: match.Ambiguous, Code: match.CodeNameOnly, Reasons: "by: +name(A)"}),
			detail: &Detail{Candidates: []Candidate{{ID: 765_432, Score: 99}, {ID: 765_433, Score: 98}, {ID: 765_434, Score: 97}, {ID: 765_435, Score: 96}, {ID: 765_436, Score: 95}}},
		},
	}
}

// A million answers are to be small: in memory, on the disk, and to be read.
func TestAnswersAreSmall(t *testing.T) {
	t.Parallel()
	const most = 100
	for name, o := range typicalOutcomes() {
		size := len(o.AppendTo(nil))
		t.Logf("%s: %d bytes", name, size)
		if size > most {
			t.Errorf("the answer to %s takes %d bytes, more than %d", name, size, most)
		}
	}
}
