package lookup

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// decided decides a row of a note, an ID or a name, a loan number, a code, candidates
// and a choice by records that a search has found.
func decided(t *testing.T, by *question.Kind, cells []string, hits ...loanpro.Hit) (*Asked, *answer.Outcome) {
	t.Helper()
	people := (*question.PersonColumns)(nil)
	if by == question.Names {
		people = &question.PersonColumns{Whole: 1, Evidence: question.EvidenceColumns{"loan": {2}}}
	}
	reader := question.NewReader(&question.Columns{Kind: by, Key: 1, People: people, Ours: question.Ours{Code: 3, Mark: 3, Candidates: 4, Choose: 5}}, "", "797", false)
	q, why := reader.Ask(sheet.Row{Cells: cells})
	if why.Code != "" {
		t.Fatalf("%q: %s", cells, why.Code)
	}
	one := &Asked{Question: q, Outcome: new(answer.Outcome)}
	assign([]*Asked{one}, hits, nil)
	return one, one.Outcome
}

func TestDecideChoice(t *testing.T) {
	t.Parallel()
	const page = "https://loanpro.simnang.com/client/app/index.php#/t_/797/"
	loan := loanpro.Hit{ID: 8890, DisplayID: "L000212", Status: "Open"}
	anna := loanpro.Hit{ID: 751, Details: loanpro.Details{Name: "Anna Kowalski", First: "Anna", Last: "Kowalski", CustomID: "C-1"}}
	gone, temporary, number := loan, loan, loan
	gone.Deleted, temporary.Temporary = true, true
	number.DisplayID, number.NumericID = "212", true
	annas := loan
	annas.Customers = []loanpro.Customer{{ID: 751, Details: anna.Details}}
	type row = []string
	for _, c := range []struct {
		what       string
		by         *question.Kind
		row        row
		hits       []loanpro.Hit
		status     match.Status
		code       match.Code
		reasons    string
		candidates string
	}{
		{"its display ID", question.DisplayIDs, row{"", "l000212", "", "x", "7", "8890"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +display_id(case)", ""},
		{"its display ID as a number", question.DisplayIDs, row{"", "000212", "", "x", "7", "8890"}, []loanpro.Hit{number}, match.Matched, "", "by: +chosen +display_id(number)", ""},
		{"its page in the row", question.DisplayIDs, row{"", page + "loan/8890", "", "x", "", "8890"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +system_id", ""},
		{"another page in the row", question.DisplayIDs, row{"", page + "loan/8891", "", "x", "", "8890"}, []loanpro.Hit{loan}, match.Ambiguous, answer.CodeChosenDiffers, "by: -system_id", "8890"},
		{"another loan", question.DisplayIDs, row{"", "L7", "", "x", "7;8", "8890"}, []loanpro.Hit{loan}, match.Ambiguous, answer.CodeChosenDiffers, "by: -display_id", "8890;7;8"},
		{"a candidate", question.DisplayIDs, row{"", "L7", "", "x", "7;8890", "8890"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +candidate", ""},
		{"nothing in the row", question.DisplayIDs, row{"", "", "", "x", "", "8890"}, []loanpro.Hit{loan}, match.Ambiguous, answer.CodeChosenDiffers, "", "8890"},
		{"insisted", question.DisplayIDs, row{"", "L7", "", "x", "7", "8890!"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +insisted", ""},
		{"none, insisted", question.DisplayIDs, row{"", "L7", "", "x", "7", "8890!"}, nil, match.NotFound, answer.CodeChosen, "", "7"},
		{"deleted, insisted", question.DisplayIDs, row{"", "L7", "", "x", "7", "8890!"}, []loanpro.Hit{gone}, match.NotFound, answer.CodeChosen, "by: +system_id -deleted", "7;8890"},
		{"temporary, a candidate", question.DisplayIDs, row{"", "L000212", "", "x", "8890:5", "8890"}, []loanpro.Hit{temporary}, match.NotFound, answer.CodeChosen, "by: +system_id -deleted", "8890 (5)"},
		{"chosen before, and differed", question.DisplayIDs, row{"", "L7", "", "chosen_differs", "8890;7", "8890"}, []loanpro.Hit{loan}, match.Ambiguous, answer.CodeChosenDiffers, "by: -display_id", "8890;7"},
		{"damaged, and the text equal", question.DisplayIDs, row{"", "L000212", "", "damaged_in_sheet", "8890", "8890"}, []loanpro.Hit{loan}, match.Invalid, answer.CodeDamaged, "by: -damaged_in_sheet", "8890"},
		{"damaged, insisted", question.DisplayIDs, row{"", "L000212", "", "damaged_in_sheet", "", "8890!"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +insisted", ""},
		{"damaged, none", question.DisplayIDs, row{"", "L000212", "", "damaged_in_sheet", "", "8890"}, nil, match.Invalid, answer.CodeDamaged, "by: -damaged_in_sheet", ""},

		{"the same loan ID", question.LoanIDs, row{"", "8890", "", "x", "", "8890"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +system_id", ""},
		{"another loan ID", question.LoanIDs, row{"", "8891", "", "x", "", "8890"}, []loanpro.Hit{loan}, match.Ambiguous, answer.CodeChosenDiffers, "by: -system_id", "8890"},
		{"another customer ID", question.CustomerIDs, row{"", "752", "", "x", "", "751"}, []loanpro.Hit{anna}, match.Ambiguous, answer.CodeChosenDiffers, "by: -system_id", "751"},
		{"its custom ID", question.CustomIDs, row{"", "c‑1", "", "x", "", "751"}, []loanpro.Hit{anna}, match.Matched, "", "by: +chosen +custom_id(loose)", ""},
		{"its custom ID, by a page in a loan", question.CustomIDs, row{"", "C-1", "", "x", "", page + "loan/8890/customer/751"}, []loanpro.Hit{annas}, match.Matched, "", "by: +chosen +custom_id(exact)", ""},
		{"another custom ID", question.CustomIDs, row{"", "C-2", "", "x", "", "751"}, []loanpro.Hit{anna}, match.Ambiguous, answer.CodeChosenDiffers, "by: -custom_id", "751"},

		{"her name", question.Names, row{"", "Anna Kowalski", "", "x", "7:9", "751"}, []loanpro.Hit{anna}, match.Matched, "", "by: +chosen +name(A)", ""},
		{"another name", question.Names, row{"", "Peter Olson", "", "x", "7:9", "751"}, []loanpro.Hit{anna}, match.Ambiguous, answer.CodeChosenDiffers, "by: -name", "751 Anna Kowalski (1); 7 (9)"},
		{"a damaged name", question.Names, row{"", "Anna Kowalski", "", "damaged_in_sheet", "", "751"}, []loanpro.Hit{anna}, match.Invalid, answer.CodeDamaged, "by: -damaged_in_sheet", "751 Anna Kowalski (1)"},
		{"a loan of hers, by its page", question.Names, row{"", "Peter Olson", "l000212", "x", "", page + "loan/8890/customer/751"}, []loanpro.Hit{annas}, match.Matched, "", "by: +chosen -name +loan", ""},
		{"another loan, by a page", question.Names, row{"", "Peter Olson", "L7", "x", "", page + "loan/8890/customer/751"}, []loanpro.Hit{annas}, match.Ambiguous, answer.CodeChosenDiffers, "by: -name", "751 Anna Kowalski (1)"},
		{"not a customer of that page's loan", question.Names, row{"", "Anna Kowalski", "", "x", "7:9", page + "loan/8890/customer/752!"}, []loanpro.Hit{annas}, match.Ambiguous, match.CodeOtherCustomer, "by: +system_id -customer", "7 (9)"},
	} {
		_, o := decided(t, c.by, c.row, c.hits...)
		v := o.Verdict()
		if v.Status != c.status || v.Code != c.code || v.Reasons != c.reasons || answer.CandidatesText(o.Details().Candidates) != c.candidates {
			t.Errorf("%s: %s %s %q %q", c.what, v.Status, v.Code, v.Reasons, answer.CandidatesText(o.Details().Candidates))
		}
		if list := answer.ReadReasons(v.Reasons); v.Reasons != "" && "by: "+strings.Join(list, " ") != v.Reasons {
			t.Errorf("%s: of %q only %q has words", c.what, v.Reasons, list)
		}
		if (v.Status == match.Matched) != (v.Confidence == match.Chosen) {
			t.Errorf("%s: confidence %q", c.what, v.Confidence)
		}
	}
}

// The message of a choice that differs names the record. The reasons hold no value.
func TestDifferingChoicesAreNamed(t *testing.T) {
	t.Parallel()
	anna := loanpro.Hit{ID: 751, Details: loanpro.Details{Name: "Anna Kowalski"}}
	for _, c := range []struct {
		by   *question.Kind
		hit  loanpro.Hit
		want string
	}{
		{question.Names, anna, "choose holds customer 751, Anna Kowalski: nothing in the row fits it (name differs)"},
		{question.CustomIDs, anna, "choose holds customer 751, Anna Kowalski: nothing in the row fits it (customer number differs)"},
		{question.DisplayIDs, loanpro.Hit{ID: 751, DisplayID: "L000212"}, "choose holds loan 751, L000212: nothing in the row fits it"},
		{question.DisplayIDs, loanpro.Hit{ID: 751}, "choose holds loan 751, without a name: nothing in the row fits it"},
	} {
		_, o := decided(t, c.by, []string{"", "Peter Olson", "", "x", "7", "751"}, c.hit)
		cells := inReport(o, c.by)
		if !slices.Contains(cells, c.want) || strings.Contains(o.Verdict().Reasons, "Anna") {
			t.Errorf("%s: %q", c.by.One, cells)
		}
		if o.NamesCandidates() != !c.by.OfLoans() {
			t.Errorf("%s: whether the answer holds a customer's name is not said", c.by.One)
		}
		if o.NamesCandidates() {
			continue // the journal does not get it
		}
		// It comes back from the journal as it was.
		again, err := answer.Read(o.AppendTo(nil))
		if diff := cmp.Diff(cells, inReport(&again, c.by)); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
}

// Where the loan in the row would have to be looked up to know whether the choice
// fits, and LoanPro does not answer, nothing is known.
func TestDifferingChoiceWithoutItsLoan(t *testing.T) {
	t.Parallel()
	anna := loanpro.Hit{ID: 751, Details: loanpro.Details{Name: "Anna Kowalski"}}
	q, o := decided(t, question.Names, []string{"", "Peter Olson", "L7", "x", "7", "751"}, anna)
	if q.loan() != "L7" || o.Code() != answer.CodeChosenDiffers {
		t.Fatalf("%q, %s", q.loan(), o.Code())
	}
	q.addBorrowers(&Asked{Outcome: new(answer.Failed(errUnsure))})
	if o.Status() != match.Failed {
		t.Errorf("no answer: %s", o.Status())
	}
	fits, o := decided(t, question.Names, []string{"", "Anna Kowalski", "L7", "x", "7", "751"}, anna)
	fits.fail(errUnsure)
	if o.Status() != match.Matched {
		t.Errorf("a choice that fits: %s", o.Status())
	}
}

// inReport is what a report says of an outcome.
func inReport(o *answer.Outcome, by *question.Kind) []string {
	row := answer.Row{Outcome: o, Line: 2, What: by.What, NotFound: by.NotFound, ShowsWhy: by.Agreement == question.ByPerson}
	return answer.AppendValues(nil, answer.ReportColumns(false), &row)
}
