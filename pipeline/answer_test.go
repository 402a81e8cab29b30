package pipeline

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
	cmp.AllowUnexported(outcome{}, verdict{}, found{}, detail{}, candidate{}), cmpopts.EquateEmpty(),
	cmp.Transformer("verdict", func(h unique.Handle[verdict]) verdict { return (&outcome{handle: h}).verdict() }),
}

// drawOutcome draws any outcome, likely or not.
func drawOutcome(t *rapid.T) outcome {
	text := rapid.String()
	number := rapid.Int64()
	o := outcome{
		handle: unique.Make(verdict{
			status: match.Status(text.Draw(t, "status")), code: match.Code(text.Draw(t, "code")),
			confidence: match.Confidence(text.Draw(t, "confidence")), reasons: text.Draw(t, "reasons"),
			helps: match.Help(rapid.Uint8().Draw(t, "helps")), loanStatus: text.Draw(t, "loan status"), archived: rapid.Bool().Draw(t, "archived"),
		}),
		found: found{loan: number.Draw(t, "loan"), customer: number.Draw(t, "customer"), value: text.Draw(t, "value")},
	}
	m := detail{message: text.Draw(t, "message"), others: rapid.SliceOf(number).Draw(t, "others")}
	for range rapid.IntRange(0, maxCandidates).Draw(t, "candidates") {
		m.candidates = append(m.candidates, candidate{number.Draw(t, "id"), rapid.Int().Draw(t, "score")})
	}
	if m.message != "" || len(m.others) > 0 || len(m.candidates) > 0 {
		o.detail = &m
	}
	return o
}

// What is read of an answer is the answer.
func TestAnswersAreReadAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		o := drawOutcome(t)
		got, err := outcomeFrom(o.appendTo([]byte("x"))[1:])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(o, got, sameOutcome); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A question that nothing is known of has an answer, too.
func TestAnEmptyAnswerIsReadAsOne(t *testing.T) {
	t.Parallel()
	var o outcome
	got, err := outcomeFrom(o.appendTo(nil))
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
		whole := o.appendTo(nil)
		for length := range whole {
			if _, err := outcomeFrom(whole[:length]); err == nil {
				t.Fatalf("%d of %d bytes are read as an answer", length, len(whole))
			}
		}
		if _, err := outcomeFrom(append(whole, 0)); err == nil {
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
	o, err := outcomeFrom(written)
	if err != nil {
		return
	}
	once := o.appendTo(nil)
	again, err := outcomeFrom(once)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(o, again, sameOutcome); diff != "" {
		t.Fatal(diff)
	}
	if !bytes.Equal(once, again.appendTo(nil)) {
		t.Fatal("equal outcomes are written as different bytes")
	}
}

// FuzzAnswer reads any bytes: an answer, or an error, soon and in little memory.
func FuzzAnswer(f *testing.F) {
	for _, o := range typicalOutcomes() {
		f.Add(o.appendTo(nil))
	}
	f.Add(claiming(1 << 62))
	f.Add(claiming(-1))
	f.Fuzz(func(t *testing.T, written []byte) { readAgain(t, written) })
}

// claiming is an answer that says it has so many candidates.
func claiming(candidates int64) []byte {
	o := outcome{detail: &detail{candidates: []candidate{{1, 1}}}}
	whole := o.appendTo(nil)
	return append(whole[:len(whole)-3:len(whole)-3], binary.AppendVarint(nil, candidates)...)
}

// An answer may claim more than there is: that is an error, not a wait.
func TestAnAnswerThatClaimsTooMuchIsAnError(t *testing.T) {
	t.Parallel()
	if _, err := outcomeFrom(claiming(1 << 62)); err == nil {
		t.Error("no error")
	}
}

func typicalOutcomes() map[string]outcome {
	return map[string]outcome{
		"a loan": {
			handle: unique.Make(verdict{status: match.Matched, confidence: match.Exact, reasons: "by: +display_id(exact)", loanStatus: "Originated"}),
			found:  found{loan: 1_234_567, customer: 765_432, value: "LPT-000123456"},
		},
		"a customer": {
			handle: unique.Make(verdict{status: match.Matched, confidence: match.Strong, reasons: "by: +name(A) +dob ~phone"}),
			found:  found{customer: 765_432, value: "Bartholomew Featherstone"},
		},
		"nothing": {handle: unique.Make(verdict{status: match.NotFound, code: match.CodeNotFound})},
		"five candidates": {
			handle: unique.Make(verdict{status: match.Ambiguous, code: match.CodeNameOnly, reasons: "by: +name(A)"}),
			detail: &detail{candidates: []candidate{{765_432, 99}, {765_433, 98}, {765_434, 97}, {765_435, 96}, {765_436, 95}}},
		},
	}
}

// A million answers are to be small: in memory, on the disk, and to be read.
func TestAnswersAreSmall(t *testing.T) {
	t.Parallel()
	const most = 100
	for name, o := range typicalOutcomes() {
		size := len(o.appendTo(nil))
		t.Logf("%s: %d bytes", name, size)
		if size > most {
			t.Errorf("the answer to %s takes %d bytes, more than %d", name, size, most)
		}
	}
}
