package question

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Columns of social security numbers are recognized in sheets of every kind, also those
// that are no evidence.
func TestSubjects(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind   *Kind
		header []string
		want   []Evidence
	}{
		{DisplayIDs, []string{"Loan Number", "SSN", "Class Number", "Co-Borrower SSN#", "Assn", "SSN4", "CoSSN"}, []Evidence{OwnKey, ssn, "", ssn, "", ssn, ssn}},
		{CustomIDs, []string{"Custom ID", "Social Security Number"}, []Evidence{customID, ssn}},
		{Emails, []string{"Email", "Itin"}, []Evidence{email, ssn}},
		{Names, []string{"Name", "DOB", "Phone", "Mobile", "Coapplicant_SSN", "Lesson"}, []Evidence{WholeName, birthDate, phone, phone, ssn, ""}},
	} {
		columns, err := Map(c.header, Options{Kind: c.kind})
		if err != nil {
			t.Fatal(err)
		}
		got := columns.Subjects(c.header)
		if diff := cmp.Diff(c.want, got); diff != "" || !slices.Contains(got, ssn) {
			t.Errorf("%v: %s", c.header, diff)
		}
	}
}
