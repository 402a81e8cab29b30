package answer

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"loanmap/pipeline/match"
)

// Reasons in words and in their compact form say the same, in both directions.
func TestReasonsAreReadFromBothForms(t *testing.T) {
	t.Parallel()
	one := rapid.SampledFrom(reasonTable)
	rapid.Check(t, func(t *rapid.T) {
		var want []string
		for _, w := range rapid.SliceOf(one).Draw(t, "reasons") {
			want = append(want, w.compact)
		}
		compact := "by: " + strings.Join(want, " ")
		words := ReasonsInWords(compact)
		for _, cell := range []string{compact, words, strings.ToUpper(words), " " + words + " ; a note of a person"} {
			if diff := cmp.Diff(want, ReadReasons(cell)); diff != "" {
				t.Fatalf("%q: %s", cell, diff)
			}
		}
	})
}

func TestReasonTable(t *testing.T) {
	t.Parallel()
	for i, w := range reasonTable {
		if slices.ContainsFunc(reasonTable[:i], func(other wording) bool {
			return other.compact == w.compact || strings.EqualFold(other.words, w.words)
		}) {
			t.Errorf("%q or %q is in the table twice", w.compact, w.words)
		}
		// A comma would have a CSV quote the cell, and a spreadsheet takes a cell that begins with a sign for a formula.
		if w.words == "" || strings.ContainsAny(w.words, ";,+~") || strings.ContainsAny(w.words[:1], "=-@") {
			t.Errorf("%q: the words are %q", w.compact, w.words)
		}
	}
}

// everyName holds names that differ from each other in every way that reasons tell.
var everyName = []match.NameParts{
	{Whole: "John Smith"}, {Whole: "J Smith"}, {Whole: "Jonh Smith"}, {Whole: "Smith John"}, {Whole: "Johnny Smith"}, {Whole: "John Smyth"},
	{Whole: "John Andrew Smith Jr"}, {Whole: "John Adam Smith Sr"}, {Whole: "John B Smith"}, {Whole: "John Smith Miller"}, {Whole: "John Baxter"},
	{Whole: "Mary Ann Keller"}, {Whole: "Maryann Keller"}, {Whole: "Joel Smithson"}, {Whole: "Johnathan Smith"}, {Whole: "Jоhn Smith"}, // a Cyrillic o
	{Whole: "Harbor Lending LLC"}, {Whole: "Harbor Lending Inc."}, {Whole: "Store 12 LLC"}, {Whole: "Store 14 LLC"}, {Whole: "Keller"}, {Whole: ""}, {Whole: "Jonathan Winterbourne"}, {Whole: "Jonathan Winterbourme"},
}

// everyEvidence holds evidence that agrees and differs in every way that reasons tell.
func everyEvidence() []match.Evidence {
	full := match.Evidence{
		Emails: []string{"a@example.net"}, Phones: []string{"2125550170"}, Birth: match.ReadBirth("1961-03-07"), SSN4: "1170", Zip: "10001", CustomID: "C-1",
	}
	other := match.Evidence{
		Emails: []string{"b@example.net"}, Phones: []string{"2125550171"}, Birth: match.ReadBirth("1972-11-23"), SSN4: "2281", Zip: "10002", CustomID: "C-2",
	}
	slip, digit, born, number := full, full, full, full
	slip.Birth = match.ReadBirth("1961-07-03")
	digit.SSN4 = "1171"
	born.Birth, number.SSN4 = other.Birth, other.SSN4
	return []match.Evidence{full, other, slip, digit, born, number, {}}
}

// compared returns the reasons of every pair of people.
func compared() []string {
	var list []string
	for _, row := range everyName {
		for _, record := range everyName {
			names := [2]match.Name{match.ReadName(row), match.ReadName(record)}
			for _, evidence := range everyEvidence() {
				full := everyEvidence()[0]
				c := match.CompareNames(&names[0], &names[1]).WithEvidence(&full, &evidence)
				list = append(list, c.Reasons(), c.WithLoan(true).Reasons(), c.WithLoan(false).Reasons())
			}
		}
	}
	return list
}

// judged returns the reasons of verdicts on IDs and on deleted records.
func judged() []string {
	live := func(number string) match.Record { return match.Record{ID: 7, Number: number, Customers: []int64{8}} }
	gone := live("L1")
	gone.Deleted = true
	var list []string
	for _, kind := range []string{"display_id", "custom_id", "email"} {
		for _, records := range [][]match.Record{{live("L1")}, {live("l1")}, {gone}, {gone, live("l1")}} {
			list = append(list, match.Number(kind, "L1", records).Reasons)
		}
	}
	for _, customer := range []int64{8, 9} {
		list = append(list, match.SystemID(7, customer, true, []match.Record{live("L1")}).Reasons)
	}
	return append(list, match.SystemID(7, 0, false, []match.Record{gone}).Reasons)
}

// Every reason that a verdict can have has words, and every row of the table is of such a
// reason or of a decision of a person.
func TestEveryReasonHasWords(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, reasons := range slices.Concat(compared(), judged()) {
		list := ReadReasons(reasons)
		if got := "by: " + strings.Join(list, " "); got != reasons && reasons != "" {
			t.Errorf("of %q only %q has words", reasons, got)
		}
		for _, reason := range list {
			seen[reason] = true
		}
	}
	chosen := []string{"+chosen", "+candidate", "+insisted", CorrectedReason, DamagedReason, "-system_id", "-display_id", "-email"}
	for _, w := range reasonTable {
		_, how, _ := strings.Cut(w.compact, "(")
		ofChoice := slices.Contains(chosen, w.compact) || slices.Contains([]string{"loose)", "repaired)", "number)"}, how)
		if !seen[w.compact] && !ofChoice {
			t.Errorf("no verdict has the reason %q", w.compact)
		}
	}
}

// Any person's name and evidence, compared with any other's, give reasons that have words.
func TestReasonsOfAnyoneHaveWords(t *testing.T) {
	t.Parallel()
	words := rapid.SampledFrom(strings.Fields("John Jon Jack J Mary Ann MaryAnn O'Neil de la Cruz Cruz-Diaz Smith Smyth Jr II Sr III Dr LLC Inc 12 & Sons, Влад"))
	name := rapid.Custom(func(t *rapid.T) match.Name {
		return match.ReadName(match.NameParts{Whole: strings.Join(rapid.SliceOfN(words, 1, 4).Draw(t, "words"), " ")})
	})
	evidence := rapid.SampledFrom(everyEvidence())
	rapid.Check(t, func(t *rapid.T) {
		row := match.Person{Name: name.Draw(t, "row"), Evidence: evidence.Draw(t, "row's evidence")}
		record := match.Person{Name: name.Draw(t, "record"), Evidence: evidence.Draw(t, "record's evidence")}
		reasons := match.Compare(&row, &record).Reasons()
		if got := "by: " + strings.Join(ReadReasons(ReasonsInWords(reasons)), " "); got != reasons {
			t.Fatalf("%q reads as %q", reasons, got)
		}
	})
}
