package question

import (
	"strings"
	"testing"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

// A row with a damaged cell among its key or its evidence asks nothing: without it the row
// could be matched to a customer whom the cell rules out. A birth date may be a date.
func TestDamagedCellsOfAPerson(t *testing.T) {
	t.Parallel()
	header := []string{"Customer Name", "Phone", "DOB", "Zip", "Loan Number", "Balance"}
	columns, err := Map(header, Options{Kind: Names})
	if err != nil {
		t.Fatal(err)
	}
	reader := NewReader(&columns, "", "", false)
	cells := []string{"Ann Adams", "5550100123", "1990-02-03", "84604", "L7", "12"}
	for _, c := range []struct {
		what    string
		damage  sheet.Damage
		problem string // empty: the row is asked
	}{
		{"the name", sheet.Damage{Column: 0, Problem: "hidden"}, "hidden"},
		{"a phone", sheet.Damage{Column: 1, Problem: "a power"}, "column B (phone): a power"},
		{"a phone that is a date", sheet.Damage{Column: 1, Problem: "a date", IsDate: true}, "column B (phone): a date"},
		{"a birth date", sheet.Damage{Column: 2, Problem: "a date", IsDate: true}, ""},
		{"a hidden birth date", sheet.Damage{Column: 2, Problem: "hidden"}, "column C (birth): hidden"},
		{"a zip", sheet.Damage{Column: 3, Problem: "rounded"}, "column D (zip): rounded"},
		{"a loan that is a date", sheet.Damage{Column: 4, Problem: "a date", IsDate: true}, "column E (loan): a date"},
		{"a cell that is no evidence", sheet.Damage{Column: 5, Problem: "rounded"}, ""},
	} {
		q, why := reader.Ask(sheet.Row{Cells: cells, Damaged: []sheet.Damage{c.damage}})
		if c.problem == "" {
			if why.Code != "" || q.Person.Evidence.Birth != (match.Date{Year: 1990, Month: 2, Day: 3}) {
				t.Errorf("%s: %q, born %v", c.what, why.Code, q.Person.Evidence.Birth)
			}
			continue
		}
		if got := why.Outcome().Details().Message; why.Code != answer.CodeDamaged || got != c.problem {
			t.Errorf("%s: %q, %q; want %q", c.what, why.Code, got, c.problem)
		}
	}
}

// A date is no ID, whatever it would be as text.
func TestDatesAreNoIDs(t *testing.T) {
	t.Parallel()
	row := sheet.Row{Cells: []string{"2024-03-01"}, Damaged: []sheet.Damage{{Problem: "a date", IsDate: true}}}
	for _, kind := range []*Kind{DisplayIDs, CustomIDs, Emails, LoanIDs, CustomerIDs} {
		columns, err := Map([]string{"ID"}, Options{Kind: kind, Column: "1"})
		if err != nil {
			t.Fatal(err)
		}
		_, why := NewReader(&columns, "", "", false).Ask(row)
		o := why.Outcome()
		if o.Code() != answer.CodeDamaged || o.Details().Message != "a date" || !strings.Contains(answer.AdviceOn(o.Code(), kind.What).Hint, "as text") {
			t.Errorf("%s: %q, %q", kind.Flag, o.Code(), o.Details().Message)
		}
	}
}
