package question

import (
	"strings"
	"testing"
)

func TestKeyColumn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, header, chosen string
		want                 int    // column, or
		problem              string // part of the error
		by                   *Kind
	}{
		{"detected from the header", "Branch,Loan Number,Name", "", 1, "", DisplayIDs},
		{"whatever its spelling", "Branch,LOAN_display-ID ", "", 1, "", DisplayIDs},
		{"two candidates are not guessed between", "Display ID,Loan No.", "", 0, `"Display ID" (column A), "Loan No." (column B)`, DisplayIDs},
		{"a loan ID may be either", "Name,Loan ID", "", 0, `display IDs or system IDs: "Loan ID" (column B)`, DisplayIDs},
		{"a loan ID does not compete with a display ID", "Loan ID,Display ID", "", 1, "", DisplayIDs},
		{"nothing like it", "Name,Amount", "", 0, "none of the 2 columns", DisplayIDs},
		{"headers may be people: they are not repeated", "Brett Adams,000-12-3456", "", 0, "none of the 2 columns", DisplayIDs},
		{"by name", "Name,Loan ID", "loan id", 1, "", DisplayIDs},
		{"by letter", "Name,Loan ID", "b", 1, "", DisplayIDs},
		{"by number", "Name,Loan ID", "2", 1, "", DisplayIDs},
		{"a name before a letter", "B,A", "A", 1, "", DisplayIDs},
		{"a name before a number", "2,1", "2", 0, "", DisplayIDs},
		{"beyond the last", "Name,Loan ID", "C", 0, `no column "C"; the sheet has 2 columns`, DisplayIDs},
		{"zero", "Name,Loan ID", "0", 0, `no column "0"`, DisplayIDs},
		{"nonsense", "Name,Loan ID", "Lohn", 0, `no column "Lohn"`, DisplayIDs},
		{"a name that stands twice", "X,Y,x", "X", 0, `several columns are named "X": "X" (column A), "x" (column C)`, DisplayIDs},
		{"a loan ID, if system IDs are said", "Name,Loan ID", "", 1, "", LoanIDs},
		{"a customer ID", "Name,Loan ID,LoanPro customer ID", "", 2, "", CustomerIDs},
		{"nothing like a customer ID", "Name,Loan ID", "", 0, "named like a customer ID", CustomerIDs},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := readHeader(strings.Split(c.header, ",")).findColumn(c.by, c.chosen)
			if c.problem == "" {
				if err != nil || got != c.want {
					t.Errorf("got %d, %v; want %d", got, err, c.want)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Errorf("got %v; want %q", err, c.problem)
			}
			if err != nil && strings.Contains(err.Error(), "Brett") {
				t.Errorf("%v repeats a header it does not know", err)
			}
		})
	}
}

// No column for parts of a name leaves the column of whole names, or none.
func TestNoColumnForPartsOfNames(t *testing.T) {
	t.Parallel()
	none := map[Evidence]string{firstName: noColumn, lastName: noColumn, company: noColumn}
	for header, want := range map[string]string{"x,Name,Last Name": "Name", "First Name,Last Name": ""} {
		c, err := Map(strings.Split(header, ","), Options{Kind: Names, Evidence: none})
		if c.KeyName != want || (err == nil) != (want != "") {
			t.Errorf("%s: column %q, %v", header, c.KeyName, err)
		}
	}
}

func TestColumnLetters(t *testing.T) {
	t.Parallel()
	for column, letters := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := ColumnLetter(column); got != letters {
			t.Errorf("column %d is %s, not %s", column, letters, got)
		}
		if got := columnIndex(letters); got != column {
			t.Errorf("%s is column %d, not %d", letters, column, got)
		}
	}
}
