package review

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// Rows that ask the same are one card, cards with candidates come first, and codes are in the
// order of their table.
func TestDeck(t *testing.T) {
	t.Parallel()
	missing, twin, again := cardOf(2), cardOf(3, 31, 32), cardOf(5, 31, 32)
	missing.Code, again.Own.Text = match.CodeNotFound, twin.Own.Text
	repaired := cardOf(4, 41)
	repaired.Code = match.CodeRepairable
	var got []string
	for _, c := range Deck([]*Card{missing, repaired, twin, again}) {
		got = append(got, fmt.Sprint(c.Code, c.Lines))
	}
	if diff := cmp.Diff([]string{"duplicate[3 5]", "repairable[4]", "not_found[2]"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestCellsAreMasked(t *testing.T) {
	t.Parallel()
	header := []string{"Name", "SSN", "Note", "Co-SSN", "Phone", "Empty", "Ours"}
	cells := []string{" Ann Marlow ", "917-46-0825", "her SSN is 917 46 0825 indeed", "917460825", "917-555-0825", "", "x"}
	subjects := []question.Evidence{question.WholeName, ssnField, "", ssnField, "phone", "", ""}
	got := CellsOf(header, cells, subjects, []int{0, 1, 2, 3, 4, 5})
	want := []Cell{
		{"Name", "Ann Marlow", question.WholeName}, {"SSN", "•••-••-0825", ssnField}, {"Note", "her SSN is •••-••-0825 indeed", ""},
		{"Co-SSN", "•••-••-0825", ssnField}, {"Phone", "917-555-0825", "phone"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := maskedSSN("call 917460825 at home"); got != "••••" {
		t.Errorf("what cannot be read is shown as %q", got)
	}
}

// Every kind of evidence, and every reason of a comparison of people, has its field.
func TestEveryKindHasAField(t *testing.T) {
	t.Parallel()
	for _, kind := range append(question.EvidenceKinds(), question.WholeName, question.OwnKey) {
		if !slices.ContainsFunc(fields, func(f field) bool { return slices.Contains(f.subjects, kind) }) {
			t.Errorf("no field has the cells of %s", kind)
		}
	}
	for _, reason := range answer.ReadReasons("same name; suffix differs; middle names differ but begin alike; both companies; same loan; same customer number; " +
		"SSN differs; birth date nearly the same; email differs; same phone; ZIP code differs; same display ID; system ID differs") {
		var found []string
		for i := range fields {
			if how, words := fields[i].compared([]string{reason}); how != unknown && words != "" {
				found = append(found, fields[i].label)
			}
		}
		if len(found) != 1 {
			t.Errorf("%s is in the fields %v", reason, found)
		}
	}
}

func TestAgreement(t *testing.T) {
	t.Parallel()
	for reason, want := range map[string]agreement{
		"+name(A)": same, "+name(B:nickname)": near, "+name(C)": near, "~name": differs, "-name": rejects,
		"+dob": same, "~dob": differs, "-dob": rejects, "+display_id(exact)": same, "+display_id(loose)": near,
	} {
		if got := agreementOf(reason); got != want || signs[got] == "" {
			t.Errorf("%s: %q", reason, got)
		}
	}
	name := &fields[0]
	if how, words := name.compared([]string{"+name(A)", "-suffix", "+dob"}); how != rejects || words != "same name; suffix differs" {
		t.Errorf("%s: %s", how, words)
	}
}
