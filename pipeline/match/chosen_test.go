package match

import "testing"

func TestCompareNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ question, number, want string }{
		{"L000212", "L000212", "exact"},
		{"L000212", " L000212\u00A0", "exact"},
		{"l000212", "L000212", "case"},
		{"L\u201312", "L-12", "loose"},
		{"Ｌ１２", "L12", "loose"},
		{"212.0", "212", "loose"},
		{"1,234", "1234", "loose"},
		{"212", "0000212", "repaired"},
		{"212.0", "0000212", "repaired"},
		{"0000212", "212", ""}, // the row's own zeros are not damage
		{"L000212", "L000213", ""},
		{"212", "2120", ""},
		{"", "", ""},
		{"", "L1", ""},
		{"L1", "", ""},
		{"'", "\u200B", ""},
	} {
		if got := CompareNumbers(c.question, c.number); got != c.want {
			t.Errorf("%q and %q: got %q, not %q", c.question, c.number, got, c.want)
		}
	}
}

func TestAnyAgreement(t *testing.T) {
	t.Parallel()
	record := Person{
		Name: ReadName(NameParts{Whole: "Anna Kowalski"}),
		Evidence: Evidence{
			Emails: []string{"a@example.com"}, Phones: []string{"2065550100"}, Birth: Date{Year: 1985, Month: 6, Day: 15},
			SSN4: "8302", Zip: "10001", CustomID: "C-1",
		},
	}
	for _, c := range []struct {
		title, name string
		evidence    Evidence
		want        bool
	}{
		{"the same name", "Kowalski, Anna", Evidence{}, true},
		{"a nickname", "Annie Kowalski", Evidence{}, true},
		{"a name like it", "Ana Kowalsky", Evidence{}, true},
		{"the name, though something contradicts", "Anna Kowalski", Evidence{SSN4: "1111", Birth: Date{Year: 1949, Month: 1, Day: 2}}, true},
		{"another name", "Peter Olson", Evidence{}, false},
		{"the given name alone", "Anna Ferguson", Evidence{}, false},
		{"no name", "", Evidence{}, false},
		{"the zip alone", "Peter Olson", Evidence{Zip: "10001"}, false},
		{"the email", "Peter Olson", Evidence{Emails: []string{"a@example.com"}}, true},
		{"the phone", "Peter Olson", Evidence{Phones: []string{"2065550100"}}, true},
		{"the birth date", "Peter Olson", Evidence{Birth: Date{Year: 1985, Month: 6, Day: 15}}, true},
		{"the birth date but for a slip", "Peter Olson", Evidence{Birth: Date{Year: 1985, Month: 6, Day: 16}}, false},
		{"the social security number", "", Evidence{SSN4: "8302"}, true},
		{"the custom ID", "", Evidence{CustomID: "c-1"}, true},
		{"another custom ID", "", Evidence{CustomID: "c-2"}, false},
	} {
		row := Person{Name: ReadName(NameParts{Whole: c.name}), Evidence: c.evidence}
		comparison := Compare(&row, &record)
		if got := comparison.Supports(); got != c.want {
			t.Errorf("%s: got %t", c.title, got)
		}
		if !comparison.WithLoan(true).Supports() {
			t.Errorf("%s: a loan of the record does not count", c.title)
		}
		if comparison.WithLoan(false).Supports() != c.want {
			t.Errorf("%s: a loan of another record counts", c.title)
		}
	}
}
