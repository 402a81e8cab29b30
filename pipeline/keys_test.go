package pipeline

import (
	"reflect"
	"slices"
	"testing"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
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
	for _, k := range kinds {
		empty := slices.DeleteFunc(emptyFields(*k), func(field string) bool { return field == "key" && k.key == loanpro.DisplayID })
		if len(empty) > 0 {
			t.Errorf("--by %s says nothing of %v", k.flag, empty)
		}
		if keys[k.key] {
			t.Errorf("--by %s searches by the field of another kind", k.flag)
		}
		keys[k.key] = true
		if k.notFound.Message == "" || k.notFound.Hint == "" {
			t.Errorf("--by %s has no advice on what is not found", k.flag)
		}
		if system := k.system(); system.record != k.record || system.agreement != bySystemID {
			t.Errorf("the system IDs of --by %s are %s", k.flag, system.flag)
		}
		if got := kindOf(k.flag); got != k {
			t.Errorf("--by %s is %v", k.flag, got)
		}
	}
	if kindOf("ssn") != nil || kindOf("") != nil {
		t.Error("there is a kind without a row")
	}
}

// No header is that of two kinds: that would be a guess.
func TestHeadersOfKindsDiffer(t *testing.T) {
	t.Parallel()
	whose := map[string]string{}
	for _, k := range kinds {
		for _, header := range k.headers {
			if other := whose[header]; other != "" {
				t.Errorf("%q is a column of --by %s and of --by %s", header, other, k.flag)
			}
			if header != plain(header) {
				t.Errorf("%q is not reduced", header)
			}
			whose[header] = k.flag
		}
	}
}

// What a kind reads is in the form in which records are compared, so that reading it
// again changes nothing, and a record that has the ID has the same matchKey.
func TestQuestionsAreInNormalForm(t *testing.T) {
	t.Parallel()
	hit := loanpro.Hit{ID: 8890, DisplayID: "L000212", Details: loanpro.Details{Name: "Anna Kowalski", CustomID: "C-1", Email: "Anna.K@Example.NET"}}
	for _, k := range kinds {
		text, code := k.read(k.text(&hit))
		if code != "" {
			t.Errorf("--by %s does not read %q: %s", k.flag, k.text(&hit), code)
		}
		if again, code := k.read(text); again != text || code != "" {
			t.Errorf("--by %s reads %q as %q, %s", k.flag, text, again, code)
		}
		q := asked{question: question{kind: k, text: text}}
		if k.agreement != byPerson && q.matchKey() != matchKey(k, &hit) {
			t.Errorf("--by %s: %q is not found by %q", k.flag, q.matchKey(), matchKey(k, &hit))
		}
	}
}

// A kind whose text is not read from the record finds nothing: every email was
// not_found when the text of a hit was its display ID. Each kind finds the record that
// has its ID, and no other.
func TestEveryKindFindsItsRecord(t *testing.T) {
	t.Parallel()
	record := func(id int64, mark string) loanpro.Hit {
		return loanpro.Hit{
			ID: id, DisplayID: "L-" + mark,
			Details: loanpro.Details{Name: "Anna " + mark, CustomID: "C-" + mark, Email: "anna@" + mark + ".net"},
		}
	}
	hits := []loanpro.Hit{record(8890, "one"), record(8891, "two")}
	for _, k := range kinds {
		if k.agreement == byPerson {
			continue
		}
		for i := range hits {
			text, _ := k.read(k.text(&hits[i]))
			q := &asked{question: question{kind: k, text: text}, outcome: new(answer.Outcome)}
			assign([]*asked{q}, hits, nil)
			if id := q.outcome.ID(k.ofLoans()); q.outcome.Status() != match.Matched || id != hits[i].ID {
				t.Errorf("--by %s: %q is %s, %d", k.flag, text, q.outcome.Status(), id)
			}
		}
	}
}

// A shared email is ambiguous, and a record without one proves nothing.
func TestEmailsThatProveNothing(t *testing.T) {
	t.Parallel()
	one := loanpro.Hit{ID: 1, Details: loanpro.Details{Email: "a@example.net"}}
	other, gone, blank := one, one, one
	other.ID, other.Email = 2, "A@Example.net"
	gone.ID, gone.Deleted = 3, true
	blank.ID, blank.Email = 4, ""
	for _, c := range []struct {
		what   string
		hits   []loanpro.Hit
		status match.Status
		code   match.Code
	}{
		{"one", []loanpro.Hit{one}, match.Matched, ""},
		{"one in other case", []loanpro.Hit{other}, match.Matched, ""},
		{"two share it", []loanpro.Hit{one, other}, match.Ambiguous, match.CodeDuplicate},
		{"one is deleted", []loanpro.Hit{gone, other}, match.Matched, ""},
		{"the only one is deleted", []loanpro.Hit{gone}, match.NotFound, match.CodeDeleted},
		{"none", nil, match.NotFound, match.CodeNotFound},
		{"one without an email", []loanpro.Hit{blank}, match.Failed, "search_failed"},
		{"one, and one without an email", []loanpro.Hit{one, blank}, match.Failed, "search_failed"},
	} {
		q := &asked{question: question{kind: emails, text: "a@example.net"}, outcome: new(answer.Outcome)}
		assign([]*asked{q}, c.hits, nil)
		if q.outcome.Status() != c.status || q.outcome.Code() != c.code {
			t.Errorf("%s: %s %s", c.what, q.outcome.Status(), q.outcome.Code())
		}
	}
}

func TestReadEmailOfACell(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"Anna.K@Example.NET": "anna.k@example.net", " <anna@example.net> ": "anna@example.net", "mailto:anna@example.net": "anna@example.net",
		"a@example.net; b@example.net": "", "none@none.com": "", "anna": "", "L000212": "", "N/A": "",
	} {
		q, code := (&asker{kind: emails}).ask(cell)
		if q.text != want || (code == "") != (want != "") {
			t.Errorf("%q: %q, %s", cell, q.text, code)
		}
	}
}

// The column that a kind fills is in every output.
func TestTheColumnOfAKindIsInOutputs(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		if !slices.ContainsFunc(answer.AnswerColumns, func(c answer.Column) bool { return c.Name == k.column }) {
			t.Errorf("--by %s fills the column %q, which no output has", k.flag, k.column)
		}
	}
}
