package question

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"loanmap/io/sheet"
	"loanmap/pipeline/answer"
	"loanmap/pipeline/match"
)

func TestWhatChooseTakes(t *testing.T) {
	t.Parallel()
	const page = "https://beta-loanpro.simnang.com/client/app/index.php#/t_/797/"
	for _, c := range []struct {
		by      *Kind
		cell    string
		want    string // what is asked for
		insists bool
		code    match.Code
	}{
		{DisplayIDs, "3220", "3220", false, ""},
		{Names, " 3220\u00A0\u200B", "3220", false, ""},
		{Names, "３２２０", "3220", false, ""},
		{Names, "\u30003220\u3000", "3220", false, ""},
		{Names, "5027:59", "5027", false, ""},
		{Names, "5027：59", "5027", false, ""},
		{Names, "5027:59:00", "5027", false, ""}, // a time, to a spreadsheet
		{Names, "5027:100", "5027", false, ""},
		{Names, "5027 Anna Kowalski (59)", "5027", false, ""}, // as candidates are shown
		{Names, "5027 Anna Kowalski (59)!", "5027", true, ""},
		{Names, "５０２７ Yahoo! 24/7 (NY) （59）", "5027", false, ""},
		{Names, "5027 (59)", "5027", false, ""},
		{DisplayIDs, "8891 (Open)", "8891", false, ""},
		{DisplayIDs, "8891 (Open)!", "8891", true, ""},
		{DisplayIDs, "3220!", "3220", true, ""},
		{DisplayIDs, "3220 !", "3220", true, ""},
		{DisplayIDs, "3220！", "3220", true, ""},
		{Names, "3220:59!", "3220", true, ""},
		{DisplayIDs, "999999999999999999", "999999999999999999", false, ""},
		{DisplayIDs, page + "loan/8890", "8890", false, ""},
		{Names, page + "customer/751 ! ", "751", true, ""},
		{Names, page + "loan/8890/customer/751!", "8890", true, ""},

		{Names, "yes", "", false, answer.CodeNoChoice},
		{Names, "yes!", "", true, answer.CodeNoChoice},
		{DisplayIDs, "L000212", "", false, answer.CodeNoChoice},
		{DisplayIDs, "3220;5027", "", false, answer.CodeNoChoice},
		{DisplayIDs, "3220 5027", "", false, answer.CodeNoChoice},
		{DisplayIDs, "3220;", "", false, answer.CodeNoChoice},
		{Names, "3220 Anna Kowalski (64); 5027 Anna Kowalski (59)", "", false, answer.CodeNoChoice},
		{Names, "3220 Anna Kowalski (64)；5027 Anna Kowalski (59)", "", false, answer.CodeNoChoice},
		{Names, "3220 Anna Kowalski", "", false, answer.CodeNoChoice},
		{Names, "Anna Kowalski (64)", "", false, answer.CodeNoChoice},
		{DisplayIDs, "8891 (Closed)", "", false, answer.CodeNoChoice}, // a remark
		{DisplayIDs, "8891 (not 8890)", "", false, answer.CodeNoChoice},
		{DisplayIDs, "8892 (Open)", "", false, answer.CodeNoChoice},
		{DisplayIDs, "0", "", false, answer.CodeNoChoice},
		{DisplayIDs, "-1", "", false, answer.CodeNoChoice},
		{DisplayIDs, "-", "", false, answer.CodeNoChoice},
		{DisplayIDs, "#N/A", "", false, answer.CodeNoChoice},
		{DisplayIDs, "!", "", true, answer.CodeNoChoice},
		{DisplayIDs, "!3220", "", false, answer.CodeNoChoice},
		{DisplayIDs, "3220!!", "", true, answer.CodeNoChoice},
		{DisplayIDs, "3220!:59", "", false, answer.CodeNoChoice},
		{DisplayIDs, "03220", "", false, answer.CodeNoChoice},
		{DisplayIDs, "3220.5", "", false, answer.CodeNoChoice},
		{DisplayIDs, "3,220", "", false, answer.CodeNoChoice},
		{DisplayIDs, "3220²", "", false, answer.CodeNoChoice},
		{DisplayIDs, "٣", "", false, answer.CodeNoChoice},
		{DisplayIDs, "3.22E+10", "", false, answer.CodeNoChoice},
		{DisplayIDs, "1234567890123456789", "", false, answer.CodeNoChoice},
		{DisplayIDs, "3220:", "", false, answer.CodeNoChoice},
		{DisplayIDs, "3220:1234", "", false, answer.CodeNoChoice},
		{DisplayIDs, "32\xff", "", false, answer.CodeNoChoice},
		{DisplayIDs, "a/b", "", false, answer.CodeNoChoice},
		{DisplayIDs, page + "customer/751", "", false, answer.CodePageNoID},
		{Names, strings.Replace(page, "797", "798", 1) + "customer/751!", "", true, answer.CodePageTenant},
	} {
		a := asker{kind: c.by, host: "127.0.0.1", tenant: "797"}
		q, insists, code := a.askChosen(c.cell, []answer.Candidate{{ID: 8890, Name: "Paid Off (new)"}, {ID: 8891, Name: "Open"}})
		if q.Text != c.want || insists != c.insists || code != c.code {
			t.Errorf("%s %q: got %q, %t, %q", c.by.One, c.cell, q.Text, insists, code)
		}
		if code == "" && q.Kind != LoanIDs && c.by == DisplayIDs {
			t.Errorf("%q asks for a %s", c.cell, q.Kind.One)
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
		{"76 Anna Kowalski (49); 77 (30);78", []answer.Candidate{{ID: 76, Score: 49, Name: "Anna Kowalski"}, {ID: 77, Score: 30}, {ID: 78}}},
		{"76 24 Hour (7) Gym: 9 (49)", []answer.Candidate{{ID: 76, Score: 49, Name: "24 Hour (7) Gym: 9"}}},
		{"76 (Paid Off);\n77 (2nd lien, archived)", []answer.Candidate{{ID: 76, Name: "Paid Off"}, {ID: 77, Name: "2nd lien, archived"}}},
		{"76 Anna Kowalski, Provo, UT (49)", []answer.Candidate{{ID: 76, Score: 49, Name: "Anna Kowalski, Provo, UT"}}},
		{"76:49:00", []answer.Candidate{{ID: 76, Score: 49}}},
		{"76:999;x;0;;-1;78", []answer.Candidate{{ID: 76, Score: 100}, {ID: 78, Score: 0}}},
		{"1;2;3;4;5;6;7;8", []answer.Candidate{{ID: 1, Score: 0}, {ID: 2, Score: 0}, {ID: 3, Score: 0}, {ID: 4, Score: 0}, {ID: 5, Score: 0}, {ID: 6, Score: 0}}},
	} {
		if diff := cmp.Diff(c.want, ReadCandidates(c.cell), cmp.AllowUnexported(answer.Candidate{})); diff != "" {
			t.Errorf("%q: %s", c.cell, diff)
		}
	}
}

// Candidates are read as they were shown, whatever their names hold.
func TestCandidatesAreReadAsTheyAreShown(t *testing.T) {
	t.Parallel()
	name := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ab ;；:,()0-9/!\t\n\x{202E}=+-]*`), rapid.Just(strings.Repeat("long; name (7) ", 20)))
	rapid.Check(t, func(t *rapid.T) {
		var list []answer.Candidate
		for range rapid.IntRange(0, answer.MaxCandidates+1).Draw(t, "candidates") {
			c := answer.Candidate{ID: rapid.Int64Range(1, 999_999_999_999_999_999).Draw(t, "id"), Score: rapid.IntRange(0, 100).Draw(t, "score")}
			c.Name, c.Place, c.Status = name.Draw(t, "name"), name.Draw(t, "place"), name.Draw(t, "status")
			list = append(list, c)
		}
		show := answer.CandidatesText
		if rapid.Bool().Draw(t, "in full") {
			show = func(list []answer.Candidate) string { return answer.CandidatesInFull(list, ";\n") }
		}
		cell := show(list)
		read := ReadCandidates(cell)
		for i, c := range read {
			if i >= len(list) || c.ID != list[i].ID || c.Score != list[i].Score {
				t.Fatalf("%q reads as %v", cell, read)
			}
		}
		if again := show(read); len(read) != len(list) || again != cell {
			t.Fatalf("%q is shown again as %q", cell, again)
		}
		if len(list) > 1 {
			if c, ok := readCandidate(cell); ok {
				t.Fatalf("%q reads as one candidate, %v", cell, c)
			}
		}
	})
}

// choiceReader reads rows of a note, an ID or a name, a loan number, a code,
// candidates and a choice.
func choiceReader(by *Kind) *Reader {
	reader := NewReader(&Columns{Kind: by, Key: 1, Ours: Ours{Code: 3, Mark: 3, Candidates: 4, Choose: 5}}, "", "797", false)
	if by == Names {
		reader.people = &PersonColumns{Whole: 1, Evidence: EvidenceColumns{loanNumber: {2}}}
	}
	return reader
}

// Rows that have chosen one record are one question only where they are decided
// alike: by equal cells.
func TestChoicesThatDifferAreOtherQuestions(t *testing.T) {
	t.Parallel()
	for _, by := range []*Kind{DisplayIDs, CustomIDs, LoanIDs, Names} {
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
			{"another loan number", change(2, "L8"), by != Names},
			{"other candidates", change(4, "7:9"), false},
			{"candidates in another order", change(4, "8:9;7:9"), false},
			{"damaged", change(3, string(answer.CodeDamaged)), false},
			{"after a choice that differed", change(3, string(answer.CodeChosenDiffers)), false},
			{"no choice", change(5, ""), false},
		} {
			b := choiceReader(by)
			one, why := b.Ask(sheet.Row{Cells: first})
			other, _ := b.Ask(sheet.Row{Cells: c.cells})
			if why.Code != "" || one.Choice == nil {
				t.Fatalf("%s: %+v", by.One, why)
			}
			if (one.Name() == other.Name()) != c.equal {
				t.Errorf("%s: %s is the same question: %t", by.One, c.what, !c.equal)
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
		{answer.CodeChosenDiffers, "3220:1;7:49;8:49", "7 (49); 8 (49)"},
		{answer.CodeChosenDiffers, "3220 Peter Olson (1); 7 Anna; Kowalski (49); 8 Anna (49)", "8 Anna (49)"},
		{answer.CodeChosenDiffers, "3220;1;2;3;4;5", "1;2;3;4;5"},
		{answer.CodeChosenDiffers, "", ""},
		{answer.CodeNoChoice, "7;8", "7;8"},
		{answer.CodeDamaged, "3220;7", ""},
	} {
		b := choiceReader(DisplayIDs)
		read := b.readChoice(sheet.Row{Cells: []string{"", "L1", "", string(c.code), c.cell, "3220"}})
		if got := answer.CandidatesText(read.Candidates); got != c.want || read.Damaged != (c.code == answer.CodeDamaged) {
			t.Errorf("%s, %q: got %q, damaged: %t", c.code, c.cell, got, read.Damaged)
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
		{"words", sheet.Row{Cells: []string{"", "L1", "", "duplicate", "7:9;8", "yes"}}, answer.CodeNoChoice, "7 (9); 8", ""},
		{"a page", sheet.Row{Cells: []string{"", "L1", "", "duplicate", "7;8", "https://example.com/#/t_/797/loan/8890"}}, answer.CodePageHost, "7;8", "choose: the address"},
		{"a damaged row", sheet.Row{Cells: []string{"", "L1", "", "damaged_in_sheet", "7;8", "yes"}}, answer.CodeDamaged, "", "choose holds neither"},
		{"a damaged choice", sheet.Row{Cells: []string{"", "L1", "", "duplicate", "7;8", "3220"}, Damaged: []sheet.Damage{{Column: 5, Problem: "digits"}}}, answer.CodeNoChoice, "7;8", ""},
		{"a damaged ID", sheet.Row{Cells: []string{"", "L1", "", "x", "7;8", "yes"}, Damaged: []sheet.Damage{{Column: 1, Problem: "digits"}}}, answer.CodeDamaged, "", "choose holds neither"},
	} {
		for _, by := range []*Kind{DisplayIDs, Names} {
			_, why := choiceReader(by).Ask(c.row)
			o := why.Outcome()
			if o.Status() != match.Invalid || o.Code() != c.code || answer.CandidatesText(o.Details().Candidates) != c.candidates {
				t.Errorf("%s: %s, %s, %q", c.what, o.Status(), o.Code(), answer.CandidatesText(o.Details().Candidates))
			}
			if !strings.HasPrefix(o.Details().Message, c.says) {
				t.Errorf("%s: %q", c.what, o.Details().Message)
			}
		}
	}
}
