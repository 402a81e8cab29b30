package pipeline

import (
	"testing"

	"loanmap/io/loanpro"
	"loanmap/io/sheet"
	"loanmap/pipeline/match"
)

func TestWhatChooseTakes(t *testing.T) {
	t.Parallel()
	b := &batcher{asker: asker{key: loanpro.DisplayID}, chooser: asker{key: loanpro.LoanID}, column: 0, choose: 1, listed: 2, mark: -1}
	for _, c := range []struct {
		cell, text string
		insists    bool
		code       match.Code
	}{
		{"3220", "3220", false, ""},
		{" 3220\u00A0", "3220", false, ""},
		{"３２２０！", "3220", true, ""},
		{"3220!", "3220", true, ""},
		{"3220 !", "3220", true, ""},
		{"5027:59", "5027", false, ""},
		{"5027:59!", "5027", true, ""},
		{"https://loanpro.simnang.com/client/app/index.php#/t_/1/loan/8890!", "8890", true, ""},
		{"https://loanpro.simnang.com/client/app/index.php#/t_/1/customer/7", "", false, codePageNoID},
		{"yes", "", false, codeNoChoice},
		{"L000212", "", false, codeNoChoice},
		{"3220;5027", "", false, codeNoChoice},
		{"5027:", "", false, codeNoChoice},
		{"0", "", false, codeNoChoice},
		{"-1", "", false, codeNoChoice},
		{"-", "", false, codeNoChoice},
		{"!", "", false, codeNoChoice},
		{"1.23E+05", "", false, codeNoChoice},
	} {
		q, why := b.ask(sheet.Row{Cells: []string{"L1", c.cell, "751:97;752"}})
		if why.code != c.code || q.text != c.text {
			t.Errorf("%q: %q, %q", c.cell, q.text, why.code)
			continue
		}
		if why.code != "" {
			if why.listed != "751:97;752" {
				t.Errorf("%q: the candidates become %q", c.cell, why.listed)
			}
		} else if q.choice.insists != c.insists || proposals(q.choice.listed) != "751:97;752" || q.choice.own.text != "L1" {
			t.Errorf("%q: %+v", c.cell, q.choice)
		}
	}
	if q, _ := b.ask(sheet.Row{Cells: []string{"L1", " ", "751:97"}}); q.choice != nil || q.text != "L1" {
		t.Errorf("nothing is chosen, and it asks %+v", q)
	}
}

func TestAChosenRecordFitsItsRow(t *testing.T) {
	t.Parallel()
	person := func(name string, known match.Evidence) question {
		return question{key: loanpro.Name, person: &person{Person: match.Person{Name: match.ReadName(match.NameParts{Whole: name}), Evidence: known}}}
	}
	anna := loanpro.Hit{ID: 76, Details: loanpro.Details{
		Name: "Anna Kowalski", First: "Anna", Last: "Kowalski", Email: "anna@example.com", Phone: "8015550123", Birth: "1985-06-15", SSN: "***-**-8142", Zip: "84601", CustomID: "C-1",
	}}
	loan := loanpro.Hit{ID: 8890, DisplayID: "L000212"}
	for _, c := range []struct {
		name string
		choice
		hit  loanpro.Hit
		want bool
	}{
		{"a candidate", choice{listed: []proposal{{5, 0}, {76, 49}}, own: person("Peter Olson", match.Evidence{})}, anna, true},
		{"the name", choice{own: person("Kowalski, Anna", match.Evidence{})}, anna, true},
		{"a name like it", choice{own: person("Ana Kowalsky", match.Evidence{})}, anna, true},
		{"another name", choice{own: person("Peter Olson", match.Evidence{})}, anna, false},
		{"the birth date", choice{own: person("Peter Olson", match.Evidence{Birth: match.ReadBirth("1985-06-15")})}, anna, true},
		{"the SSN", choice{own: person("Peter Olson", match.Evidence{SSN4: match.ReadSSN4("536-22-8142")})}, anna, true},
		{"the email", choice{own: person("Peter Olson", match.Evidence{Emails: []string{match.ReadEmail("anna@example.com")}})}, anna, true},
		{"the phone", choice{own: person("Peter Olson", match.Evidence{Phones: []string{match.ReadPhone("801-555-0123")}})}, anna, true},
		{"the customer number", choice{own: person("Peter Olson", match.Evidence{CustomID: match.ReadCustomID("C-1")})}, anna, true},
		{"only the zip", choice{own: person("Peter Olson", match.Evidence{Zip: match.ReadZip("84601")})}, anna, false},
		{"a row that asks nothing", choice{}, anna, false},
		{"by customer number", choice{own: question{key: loanpro.CustomID, text: "c-1"}}, anna, true},
		{"by another customer number", choice{own: question{key: loanpro.CustomID, text: "C-2"}}, anna, false},
		{"the display ID", choice{own: question{key: loanpro.DisplayID, text: "l000212"}}, loan, true},
		{"it with other dashes", choice{own: question{key: loanpro.DisplayID, text: "L–000212"}}, loanpro.Hit{ID: 1, DisplayID: "L-000212"}, true},
		{"zeros lost", choice{own: question{key: loanpro.DisplayID, text: "212"}}, loanpro.Hit{ID: 1, DisplayID: "000212"}, true},
		{"zeros lost in LoanPro", choice{own: question{key: loanpro.DisplayID, text: "000212"}}, loanpro.Hit{ID: 1, DisplayID: "212"}, true},
		{"another display ID", choice{own: question{key: loanpro.DisplayID, text: "L000213"}}, loan, false},
		{"a loan without a display ID", choice{own: question{key: loanpro.DisplayID, text: "L000213"}}, loanpro.Hit{ID: 1}, false},
		{"the system ID", choice{own: question{key: loanpro.LoanID, text: "8890"}}, loan, true},
		{"another system ID", choice{own: question{key: loanpro.LoanID, text: "8891"}}, loan, false},
	} {
		if got := c.fits(&c.hit); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}
