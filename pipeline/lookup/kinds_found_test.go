package lookup

import (
	"testing"

	"loanmap/io/loanpro"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

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
	for _, k := range question.Kinds {
		if k.Agreement == question.ByPerson {
			continue
		}
		for i := range hits {
			text, _ := k.Read(k.Text(&hits[i]))
			q := &Asked{Question: question.Question{Kind: k, Text: text}, Outcome: new(answer.Outcome)}
			assign([]*Asked{q}, hits, nil)
			if id := q.Outcome.ID(k.OfLoans()); q.Outcome.Status() != match.Matched || id != hits[i].ID {
				t.Errorf("--by %s: %q is %s, %d", k.Flag, text, q.Outcome.Status(), id)
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
		q := &Asked{Question: question.Question{Kind: question.Emails, Text: "a@example.net"}, Outcome: new(answer.Outcome)}
		assign([]*Asked{q}, c.hits, nil)
		if q.Outcome.Status() != c.status || q.Outcome.Code() != c.code {
			t.Errorf("%s: %s %s", c.what, q.Outcome.Status(), q.Outcome.Code())
		}
	}
}
