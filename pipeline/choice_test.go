package pipeline

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

func TestWhatChooseTakes(t *testing.T) {
	t.Parallel()
	const page = "https://beta-loanpro.simnang.com/client/app/index.php#/t_/797/"
	for _, c := range []struct {
		by      *kind
		cell    string
		want    string // what is asked for
		insists bool
		code    match.Code
	}{
		{displayIDs, "3220", "3220", false, ""},
		{names, " 3220\u00A0\u200B", "3220", false, ""},
		{names, "３２２０", "3220", false, ""},
		{names, "\u30003220\u3000", "3220", false, ""},
		{names, "5027:59", "5027", false, ""},
		{names, "5027：59", "5027", false, ""},
		{names, "5027:59:00", "5027", false, ""}, // a time, to a spreadsheet
		{names, "5027:100", "5027", false, ""},
		{displayIDs, "3220!", "3220", true, ""},
		{displayIDs, "3220 !", "3220", true, ""},
		{displayIDs, "3220！", "3220", true, ""},
		{names, "3220:59!", "3220", true, ""},
		{displayIDs, "999999999999999999", "999999999999999999", false, ""},
		{displayIDs, page + "loan/8890", "8890", false, ""},
		{names, page + "customer/751 ! ", "751", true, ""},
		{names, page + "loan/8890/customer/751!", "8890", true, ""},

		{names, "yes", "", false, answer.CodeNoChoice},
		{names, "yes!", "", true, answer.CodeNoChoice},
		{displayIDs, "L000212", "", false, answer.CodeNoChoice},
		{displayIDs, "3220;5027", "", false, answer.CodeNoChoice},
		{displayIDs, "3220 5027", "", false, answer.CodeNoChoice},
		{displayIDs, "3220;", "", false, answer.CodeNoChoice},
		{displayIDs, "0", "", false, answer.CodeNoChoice},
		{displayIDs, "-1", "", false, answer.CodeNoChoice},
		{displayIDs, "-", "", false, answer.CodeNoChoice},
		{displayIDs, "#N/A", "", false, answer.CodeNoChoice},
		{displayIDs, "!", "", true, answer.CodeNoChoice},
		{displayIDs, "!3220", "", false, answer.CodeNoChoice},
		{displayIDs, "3220!!", "", true, answer.CodeNoChoice},
		{displayIDs, "3220!:59", "", false, answer.CodeNoChoice},
		{displayIDs, "03220", "", false, answer.CodeNoChoice},
		{displayIDs, "3220.5", "", false, answer.CodeNoChoice},
		{displayIDs, "3,220", "", false, answer.CodeNoChoice},
		{displayIDs, "3220²", "", false, answer.CodeNoChoice},
		{displayIDs, "٣", "", false, answer.CodeNoChoice},
		{displayIDs, "3.22E+10", "", false, answer.CodeNoChoice},
		{displayIDs, "1234567890123456789", "", false, answer.CodeNoChoice},
		{displayIDs, "3220:", "", false, answer.CodeNoChoice},
		{displayIDs, "3220:1234", "", false, answer.CodeNoChoice},
		{displayIDs, "32\xff", "", false, answer.CodeNoChoice},
		{displayIDs, "a/b", "", false, answer.CodeNoChoice},
		{displayIDs, page + "customer/751", "", false, answer.CodePageNoID},
		{names, strings.Replace(page, "797", "798", 1) + "customer/751!", "", true, answer.CodePageTenant},
	} {
		a := asker{kind: c.by, host: "127.0.0.1", tenant: "797"}
		q, insists, code := a.askChosen(c.cell)
		if q.text != c.want || insists != c.insists || code != c.code {
			t.Errorf("%s %q: got %q, %t, %q", c.by.one, c.cell, q.text, insists, code)
		}
		if code == "" && q.kind != loanIDs && c.by == displayIDs {
			t.Errorf("%q asks for a %s", c.cell, q.kind.one)
		}
	}
}

func TestReadCandidates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		cell string
		want []answer.Candidate
	}{
		{"", nil},
		{"76", []answer.Candidate{{ID: 76, Score: 0}}},
		{"76:49;77:30", []answer.Candidate{{ID: 76, Score: 49}, {ID: 77, Score: 30}}},
		{" 76:49 ; 77 ", []answer.Candidate{{ID: 76, Score: 49}, {ID: 77, Score: 0}}},
		{"76:49:00", []answer.Candidate{{ID: 76, Score: 49}}},
		{"76:999;x;0;;-1;78", []answer.Candidate{{ID: 76, Score: 100}, {ID: 78, Score: 0}}},
		{"1;2;3;4;5;6;7;8", []answer.Candidate{{ID: 1, Score: 0}, {ID: 2, Score: 0}, {ID: 3, Score: 0}, {ID: 4, Score: 0}, {ID: 5, Score: 0}, {ID: 6, Score: 0}}},
	} {
		if diff := cmp.Diff(c.want, readCandidates(c.cell), cmp.AllowUnexported(answer.Candidate{})); diff != "" {
			t.Errorf("%q: %s", c.cell, diff)
		}
	}
}

// choiceBatcher reads rows of a note, an ID or a name, a loan number, a code,
// candidates and a choice.
func choiceBatcher(by *kind) *batcher {
	reader := newRowReader(&columns{kind: by, key: 1, ours: ours{code: 3, mark: 3, candidates: 4, choose: 5}}, "", "797", false)
	if by == names {
		reader.people = &reading{whole: 1, evidence: evidence{loanNumber: {2}}}
	}
	return &batcher{
		reader: reader, known: map[string]*answer.Outcome{}, nothing: map[reason]*answer.Outcome{}, cached: func(uint64, *question) *answer.Outcome { return nil },
	}
}

// Rows that have chosen one record are one question only where they are decided
// alike: by equal cells.
func TestChoicesThatDifferAreOtherQuestions(t *testing.T) {
	t.Parallel()
	for _, by := range []*kind{displayIDs, customIDs, loanIDs, names} {
		first := []string{"", "L1", "L7", "not_found", "7:9;8:9", "3220"}
		change := func(column int, cell string) []string {
			cells := slices.Clone(first)
			cells[column] = cell
			return cells
		}
		for _, c := range []struct {
			what  string
			cells []string
			equal bool
		}{
			{"another note", change(0, "x"), true},
			{"blanks around the choice", change(5, " 3220 "), true},
			{"the choice with its score", change(5, "3220:59"), true},
			{"another choice", change(5, "3221"), false},
			{"an exclamation mark", change(5, "3220!"), false},
			{"a page", change(5, "https://loanpro.simnang.com/client/app/index.php#/t_/797/loan/3220/customer/3220"), false},
			{"another ID or name", change(1, "2"), false},
			{"another loan number", change(2, "L8"), by != names},
			{"other candidates", change(4, "7:9"), false},
			{"candidates in another order", change(4, "8:9;7:9"), false},
			{"damaged", change(3, string(answer.CodeDamaged)), false},
			{"after a choice that differed", change(3, string(answer.CodeChosenDiffers)), false},
			{"no choice", change(5, ""), false},
		} {
			b := choiceBatcher(by)
			one, why := b.reader.ask(sheet.Row{Cells: first})
			other, _ := b.reader.ask(sheet.Row{Cells: c.cells})
			if why.code != "" || one.choice == nil {
				t.Fatalf("%s: %+v", by.one, why)
			}
			if (one.name() == other.name()) != c.equal {
				t.Errorf("%s: %s is the same question: %t", by.one, c.what, !c.equal)
			}
		}
	}
}

// What a person has chosen before is no candidate of the row's, nor is anything
// where a spreadsheet has damaged the row.
func TestCandidatesOfAChoice(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code match.Code
		cell string
		want string
	}{
		{match.CodeDuplicate, "7;8", "7;8"},
		{match.CodeDuplicate, "1;2;3;4;5;6", "1;2;3;4;5"},
		{answer.CodeChosenDiffers, "3220:1;7:49;8:49", "7:49;8:49"},
		{answer.CodeChosenDiffers, "3220;1;2;3;4;5", "1;2;3;4;5"},
		{answer.CodeChosenDiffers, "", ""},
		{answer.CodeNoChoice, "7;8", "7;8"},
		{answer.CodeDamaged, "3220;7", ""},
	} {
		b := choiceBatcher(displayIDs)
		read := b.reader.readChoice(sheet.Row{Cells: []string{"", "L1", "", string(c.code), c.cell, "3220"}})
		if got := answer.CandidatesText(read.candidates); got != c.want || read.damaged != (c.code == answer.CodeDamaged) {
			t.Errorf("%s, %q: got %q, damaged: %t", c.code, c.cell, got, read.damaged)
		}
	}
}

// A row whose choice cannot be read keeps its candidates, and what is known of its
// damage. No message repeats the cell.
func TestSlips(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what       string
		row        sheet.Row
		code       match.Code
		candidates string
		says       string
	}{
		{"words", sheet.Row{Cells: []string{"", "L1", "", "duplicate", "7:9;8", "yes"}}, answer.CodeNoChoice, "7:9;8", ""},
		{"a page", sheet.Row{Cells: []string{"", "L1", "", "duplicate", "7;8", "https://example.com/#/t_/797/loan/8890"}}, answer.CodePageHost, "7;8", "choose: the address"},
		{"a damaged row", sheet.Row{Cells: []string{"", "L1", "", "damaged_in_sheet", "7;8", "yes"}}, answer.CodeDamaged, "", "choose does not hold"},
		{"a damaged choice", sheet.Row{Cells: []string{"", "L1", "", "duplicate", "7;8", "3220"}, Damaged: []sheet.Damage{{Column: 5, Problem: "digits"}}}, answer.CodeNoChoice, "7;8", ""},
		{"a damaged ID", sheet.Row{Cells: []string{"", "L1", "", "x", "7;8", "yes"}, Damaged: []sheet.Damage{{Column: 1, Problem: "digits"}}}, answer.CodeDamaged, "", "choose does not hold"},
	} {
		for _, by := range []*kind{displayIDs, names} {
			b := choiceBatcher(by)
			var to batch
			b.add(&to, c.row)
			o := to.rows[0].outcome
			if o.Status() != match.Invalid || o.Code() != c.code || answer.CandidatesText(o.Details().Candidates) != c.candidates {
				t.Errorf("%s: %s, %s, %q", c.what, o.Status(), o.Code(), answer.CandidatesText(o.Details().Candidates))
			}
			if !strings.HasPrefix(o.Details().Message, c.says) || len(to.questions) > 0 {
				t.Errorf("%s: %q, %d questions", c.what, o.Details().Message, len(to.questions))
			}
		}
	}
}

// decided decides a row of choiceBatcher by records that a search has found.
func decided(t *testing.T, by *kind, cells []string, hits ...loanpro.Hit) (*asked, *answer.Outcome) {
	t.Helper()
	q, why := choiceBatcher(by).reader.ask(sheet.Row{Cells: cells})
	if why.code != "" {
		t.Fatalf("%q: %s", cells, why.code)
	}
	one := &asked{question: q, outcome: new(answer.Outcome)}
	assign([]*asked{one}, hits, nil)
	return one, one.outcome
}

func TestDecideChoice(t *testing.T) {
	t.Parallel()
	const page = "https://loanpro.simnang.com/client/app/index.php#/t_/797/"
	loan := loanpro.Hit{ID: 8890, DisplayID: "L000212", Status: "Open"}
	anna := loanpro.Hit{ID: 751, Details: loanpro.Details{Name: "Anna Kowalski", First: "Anna", Last: "Kowalski", CustomID: "C-1"}}
	gone, temporary, number := loan, loan, loan
	gone.Deleted, temporary.Temporary = true, true
	number.DisplayID, number.Number = "212", true
	annas := loan
	annas.Customers = []loanpro.Customer{{ID: 751, Details: anna.Details}}
	type row = []string
	for _, c := range []struct {
		what       string
		by         *kind
		row        row
		hits       []loanpro.Hit
		status     match.Status
		code       match.Code
		reasons    string
		candidates string
	}{
		{"its display ID", displayIDs, row{"", "l000212", "", "x", "7", "8890"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +display_id(case)", ""},
		{"its display ID as a number", displayIDs, row{"", "000212", "", "x", "7", "8890"}, []loanpro.Hit{number}, match.Matched, "", "by: +chosen +display_id(number)", ""},
		{"its page in the row", displayIDs, row{"", page + "loan/8890", "", "x", "", "8890"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +system_id", ""},
		{"another page in the row", displayIDs, row{"", page + "loan/8891", "", "x", "", "8890"}, []loanpro.Hit{loan}, match.Ambiguous, answer.CodeChosenDiffers, "by: -system_id", "8890"},
		{"another loan", displayIDs, row{"", "L7", "", "x", "7;8", "8890"}, []loanpro.Hit{loan}, match.Ambiguous, answer.CodeChosenDiffers, "by: -display_id", "8890;7;8"},
		{"a candidate", displayIDs, row{"", "L7", "", "x", "7;8890", "8890"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +candidate", ""},
		{"nothing in the row", displayIDs, row{"", "", "", "x", "", "8890"}, []loanpro.Hit{loan}, match.Ambiguous, answer.CodeChosenDiffers, "", "8890"},
		{"insisted", displayIDs, row{"", "L7", "", "x", "7", "8890!"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +insisted", ""},
		{"none, insisted", displayIDs, row{"", "L7", "", "x", "7", "8890!"}, nil, match.NotFound, answer.CodeChosen, "", "7"},
		{"deleted, insisted", displayIDs, row{"", "L7", "", "x", "7", "8890!"}, []loanpro.Hit{gone}, match.NotFound, answer.CodeChosen, "by: +system_id -deleted", "7;8890"},
		{"temporary, a candidate", displayIDs, row{"", "L000212", "", "x", "8890:5", "8890"}, []loanpro.Hit{temporary}, match.NotFound, answer.CodeChosen, "by: +system_id -deleted", "8890:5"},
		{"chosen before, and differed", displayIDs, row{"", "L7", "", "chosen_differs", "8890;7", "8890"}, []loanpro.Hit{loan}, match.Ambiguous, answer.CodeChosenDiffers, "by: -display_id", "8890;7"},
		{"damaged, and the text equal", displayIDs, row{"", "L000212", "", "damaged_in_sheet", "8890", "8890"}, []loanpro.Hit{loan}, match.Invalid, answer.CodeDamaged, damagedReason, "8890"},
		{"damaged, insisted", displayIDs, row{"", "L000212", "", "damaged_in_sheet", "", "8890!"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +insisted", ""},
		{"damaged, none", displayIDs, row{"", "L000212", "", "damaged_in_sheet", "", "8890"}, nil, match.Invalid, answer.CodeDamaged, damagedReason, ""},

		{"the same loan ID", loanIDs, row{"", "8890", "", "x", "", "8890"}, []loanpro.Hit{loan}, match.Matched, "", "by: +chosen +system_id", ""},
		{"another loan ID", loanIDs, row{"", "8891", "", "x", "", "8890"}, []loanpro.Hit{loan}, match.Ambiguous, answer.CodeChosenDiffers, "by: -system_id", "8890"},
		{"another customer ID", customerIDs, row{"", "752", "", "x", "", "751"}, []loanpro.Hit{anna}, match.Ambiguous, answer.CodeChosenDiffers, "by: -system_id", "751"},
		{"its custom ID", customIDs, row{"", "c‑1", "", "x", "", "751"}, []loanpro.Hit{anna}, match.Matched, "", "by: +chosen +custom_id(loose)", ""},
		{"its custom ID, by a page in a loan", customIDs, row{"", "C-1", "", "x", "", page + "loan/8890/customer/751"}, []loanpro.Hit{annas}, match.Matched, "", "by: +chosen +custom_id(exact)", ""},
		{"another custom ID", customIDs, row{"", "C-2", "", "x", "", "751"}, []loanpro.Hit{anna}, match.Ambiguous, answer.CodeChosenDiffers, "by: -custom_id", "751"},

		{"her name", names, row{"", "Anna Kowalski", "", "x", "7:9", "751"}, []loanpro.Hit{anna}, match.Matched, "", "by: +chosen +name(A)", ""},
		{"another name", names, row{"", "Peter Olson", "", "x", "7:9", "751"}, []loanpro.Hit{anna}, match.Ambiguous, answer.CodeChosenDiffers, "by: -name", "751:1;7:9"},
		{"a damaged name", names, row{"", "Anna Kowalski", "", "damaged_in_sheet", "", "751"}, []loanpro.Hit{anna}, match.Invalid, answer.CodeDamaged, damagedReason, "751:1"},
		{"a loan of hers, by its page", names, row{"", "Peter Olson", "l000212", "x", "", page + "loan/8890/customer/751"}, []loanpro.Hit{annas}, match.Matched, "", "by: +chosen -name +loan", ""},
		{"another loan, by a page", names, row{"", "Peter Olson", "L7", "x", "", page + "loan/8890/customer/751"}, []loanpro.Hit{annas}, match.Ambiguous, answer.CodeChosenDiffers, "by: -name", "751:1"},
		{"not a customer of that page's loan", names, row{"", "Anna Kowalski", "", "x", "7:9", page + "loan/8890/customer/752!"}, []loanpro.Hit{annas}, match.Ambiguous, match.CodeOtherCustomer, "by: +system_id -customer", "7:9"},
	} {
		_, o := decided(t, c.by, c.row, c.hits...)
		v := o.Verdict()
		if v.Status != c.status || v.Code != c.code || v.Reasons != c.reasons || answer.CandidatesText(o.Details().Candidates) != c.candidates {
			t.Errorf("%s: %s %s %q %q", c.what, v.Status, v.Code, v.Reasons, answer.CandidatesText(o.Details().Candidates))
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
		by   *kind
		hit  loanpro.Hit
		want string
	}{
		{names, anna, "choose holds customer 751, Anna Kowalski: nothing in the row fits it (by: -name)"},
		{customIDs, anna, "choose holds customer 751, Anna Kowalski: nothing in the row fits it (by: -custom_id)"},
		{displayIDs, loanpro.Hit{ID: 751, DisplayID: "L000212"}, "choose holds loan 751, L000212: nothing in the row fits it"},
		{displayIDs, loanpro.Hit{ID: 751}, "choose holds loan 751, without a name: nothing in the row fits it"},
	} {
		_, o := decided(t, c.by, []string{"", "Peter Olson", "", "x", "7", "751"}, c.hit)
		cells := inReport(o, c.by)
		if !slices.Contains(cells, c.want) || strings.Contains(o.Verdict().Reasons, "Anna") {
			t.Errorf("%s: %q", c.by.one, cells)
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
	q, o := decided(t, names, []string{"", "Peter Olson", "L7", "x", "7", "751"}, anna)
	if q.loan() != "L7" || o.Code() != answer.CodeChosenDiffers {
		t.Fatalf("%q, %s", q.loan(), o.Code())
	}
	q.meetBorrowers(&asked{outcome: new(answer.Failed(errUnsure))})
	if o.Status() != match.Failed {
		t.Errorf("no answer: %s", o.Status())
	}
	fits, o := decided(t, names, []string{"", "Anna Kowalski", "L7", "x", "7", "751"}, anna)
	fits.fail(errUnsure)
	if o.Status() != match.Matched {
		t.Errorf("a choice that fits: %s", o.Status())
	}
}

// inReport is what a report says of an outcome.
func inReport(o *answer.Outcome, by *kind) []string {
	row := entry{outcome: o}
	row.Line = 2
	return answer.AppendValues(nil, answer.ReportColumns, (&layout{kind: by}).answered(&row))
}
