package question

import (
	"reflect"
	"slices"
	"testing"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
)

// emptyFields names the fields of a struct that say nothing.
func emptyFields(row any) []string {
	value := reflect.ValueOf(row)
	var empty []string
	for i := range value.NumField() {
		if value.Field(i).IsZero() {
			empty = append(empty, value.Type().Field(i).Name)
		}
	}
	return empty
}

// A row of the table of keys says everything. The first key of LoanPro is 0, so that
// field alone may be.
func TestEveryKindSaysEverything(t *testing.T) {
	t.Parallel()
	keys := map[loanpro.Key]bool{}
	for _, k := range Kinds {
		empty := slices.DeleteFunc(emptyFields(*k), func(field string) bool { return field == "Key" && k.Key == loanpro.DisplayID })
		if len(empty) > 0 {
			t.Errorf("--by %s says nothing of %v", k.Flag, empty)
		}
		if keys[k.Key] {
			t.Errorf("--by %s searches by the field of another kind", k.Flag)
		}
		keys[k.Key] = true
		if k.NotFound.Message == "" || k.NotFound.Hint == "" {
			t.Errorf("--by %s has no advice on what is not found", k.Flag)
		}
		if system := k.System(); system.Record != k.Record || system.Agreement != BySystemID {
			t.Errorf("the system IDs of --by %s are %s", k.Flag, system.Flag)
		}
		if got := KindOf(k.Flag); got != k {
			t.Errorf("--by %s is %v", k.Flag, got)
		}
	}
	if KindOf("ssn") != nil || KindOf("") != nil {
		t.Error("there is a kind without a row")
	}
}

// What a kind reads is in the form in which records are compared, so that reading it
// again changes nothing.
func TestQuestionsAreInNormalForm(t *testing.T) {
	t.Parallel()
	hit := loanpro.Hit{ID: 8890, DisplayID: "L000212", Details: loanpro.Details{Name: "Anna Kowalski", CustomID: "C-1", Email: "Anna.K@Example.NET"}}
	for _, k := range Kinds {
		text, code := k.Read(k.Text(&hit))
		if code != "" {
			t.Errorf("--by %s does not read %q: %s", k.Flag, k.Text(&hit), code)
		}
		if again, code := k.Read(text); again != text || code != "" {
			t.Errorf("--by %s reads %q as %q, %s", k.Flag, text, again, code)
		}
		if k.Agreement == ByText && text != k.Compared(&hit) {
			t.Errorf("--by %s reads %q, and compares %q", k.Flag, text, k.Compared(&hit))
		}
	}
}

func TestReadEmailOfACell(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"Anna.K@Example.NET": "anna.k@example.net", " <anna@example.net> ": "anna@example.net", "mailto:anna@example.net": "anna@example.net",
		"a@example.net; b@example.net": "", "none@none.com": "", "anna": "", "L000212": "", "N/A": "",
	} {
		q, code := (&asker{kind: Emails}).ask(cell)
		if q.Text != want || (code == "") != (want != "") {
			t.Errorf("%q: %q, %s", cell, q.Text, code)
		}
	}
}

// The column that a kind fills is in its outputs.
func TestTheColumnOfAKindIsInOutputs(t *testing.T) {
	t.Parallel()
	for _, k := range Kinds {
		if !slices.ContainsFunc(answer.OutputColumns(answer.Optional{Loans: k.OfLoans()}), func(c answer.Column) bool { return c.Name == k.Column }) {
			t.Errorf("--by %s fills the column %q, which no output has", k.Flag, k.Column)
		}
	}
}
