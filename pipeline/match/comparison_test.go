package match

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func compareLines(row, record string) Comparison {
	a, b := parsePerson(row), parsePerson(record)
	return Compare(&a, &b)
}

// Every kind of evidence: the same value, another one, and missing on either side.
func TestCompareEvidence(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, text, same, other string
		want                    agreementLevel // the level of another value
		result                  func(Comparison) agreementLevel
	}{
		{"ssn", "4242", "219-48-4242", "9876", vetoes, func(l Comparison) agreementLevel { return l.ssn4 }},
		{"dob", "1980-01-22", "1/22/80", "1955-06-01", vetoes, func(l Comparison) agreementLevel { return l.birth }},
		{"id", "C-1", "c-1", "C-2", vetoes, func(l Comparison) agreementLevel { return l.custom }},
		{"email", "john@example.com", "JOHN@example.com", "mary@example.com", disagrees, func(l Comparison) agreementLevel { return l.email }},
		{"phone", "2125550100", "+1 (212) 555-0100", "6465550111", disagrees, func(l Comparison) agreementLevel { return l.phone }},
		{"zip", "07030", "7030", "94510", disagrees, func(l Comparison) agreementLevel { return l.zip }},
	} {
		t.Run(c.kind, func(t *testing.T) {
			t.Parallel()
			const name = "John Smith"
			with := func(text string) string { return name + " | " + c.kind + " " + text }
			got := []agreementLevel{
				c.result(compareLines(with(c.text), with(c.same))), c.result(compareLines(with(c.text), with(c.other))),
				c.result(compareLines(with(c.text), name)), c.result(compareLines(name, with(c.text))), c.result(compareLines(name, name)),
			}
			if want := []agreementLevel{agrees, c.want, missing, missing, missing}; !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestCompareLists(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b []string
		want agreementLevel
	}{
		{[]string{"a", "b"}, []string{"c", "b"}, agrees},
		{[]string{"b"}, []string{"c", "b"}, agrees},
		{[]string{"a", "b"}, []string{"c", "d"}, disagrees},
		{nil, []string{"c"}, missing},
		{[]string{"a"}, nil, missing},
	} {
		if got := compareLists(c.a, c.b); got != c.want {
			t.Errorf("%v and %v: got %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

func TestCompareDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		a, b Date
		want agreementLevel
	}{
		{"the same", Date{1980, 1, 22}, Date{1980, 1, 22}, agrees},
		{"no century on one side", Date{1980, 1, 22}, Date{80, 1, 22}, agrees},
		{"no century on either side", Date{80, 1, 22}, Date{80, 1, 22}, agrees},
		{"another century", Date{1905, 1, 22}, Date{2005, 1, 22}, vetoes},
		{"the year 1900 has its century", Date{1900, 5, 6}, Date{2000, 5, 6}, vetoes},
		{"missing", Date{}, Date{1980, 1, 22}, missing},
		{"day and month changed places", Date{1980, 2, 11}, Date{1980, 11, 2}, disagrees},
		{"day and month changed places, no century", Date{80, 2, 11}, Date{1980, 11, 2}, disagrees},
		{"day and month changed places, another year", Date{1980, 2, 11}, Date{1995, 11, 2}, vetoes},
		{"the day is the month alone", Date{1980, 2, 11}, Date{1980, 11, 23}, vetoes},
		{"the month is the day alone", Date{1980, 2, 11}, Date{1980, 3, 2}, vetoes},
		{"a digit of the year", Date{1980, 1, 22}, Date{1981, 1, 22}, disagrees},
		{"the first digit of the year", Date{1980, 1, 22}, Date{2980, 1, 22}, disagrees},
		{"a digit of a short year", Date{80, 1, 22}, Date{1981, 1, 22}, disagrees},
		{"a digit of a short year, on the other side", Date{1981, 1, 22}, Date{80, 1, 22}, disagrees},
		{"a digit of the month", Date{1980, 1, 22}, Date{1980, 2, 22}, disagrees},
		{"the tens of the month", Date{1980, 2, 22}, Date{1980, 12, 22}, disagrees},
		{"a digit of the day", Date{1980, 1, 22}, Date{1980, 1, 23}, disagrees},
		{"the tens of the day", Date{1980, 1, 22}, Date{1980, 1, 12}, disagrees},
		{"two digits of the day", Date{1980, 1, 22}, Date{1980, 1, 13}, vetoes},
		{"two digits of the year", Date{1980, 1, 22}, Date{1991, 1, 22}, vetoes},
		{"two digits of a short year", Date{80, 1, 22}, Date{1991, 1, 22}, vetoes},
		{"a digit of year and day each", Date{1980, 1, 22}, Date{1981, 1, 23}, vetoes},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, got := range []agreementLevel{compareDates(c.a, c.b), compareDates(c.b, c.a)} {
				if got != c.want {
					t.Errorf("got %v, want %v", got, c.want)
				}
			}
		})
	}
}

func TestWithLoan(t *testing.T) {
	t.Parallel()
	l := compareLines("John Smith", "John Smith")
	if is, not := l.WithLoan(true), l.WithLoan(false); l.loan != missing || is.loan != agrees || not.loan != vetoes || is.vetoed() || !not.vetoed() {
		t.Errorf("%v, %v, %v", l.loan, is.loan, not.loan)
	}
}

func TestMaybeRelative(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		row, record string
		want        bool
	}{
		{"John Smith", "John Smith", false},
		{"John Smith Jr", "John Smith Jr", false},
		{"John Smith Jr", "John Smith", true},
		{"John Smith", "John Smith Jr", true},
		{"John Smith Jr", "John Smith II", true},
		{"John Smith Jr", "John Smith Sr", false}, // no hint, a veto
		{"Acme Motors LLC", "Acme Motors LLC", false},
	} {
		if got := compareLines(c.row, c.record).name.maybeRelative; got != c.want {
			t.Errorf("%s and %s: got %t, want %t", c.row, c.record, got, c.want)
		}
	}
}

func TestScore(t *testing.T) {
	t.Parallel()
	const rest = " | id C-1 | ssn 4242 | dob 1980-01-22"
	for _, c := range []struct {
		row, record string
		want        int
	}{
		{"John Smith", "John Smith", 49},
		{"Jack Smith", "John Smith", 42},
		{"John Smith | dob 1980-01-22", "John Smith | dob 1980-01-22", 74},
		{"John Smith | ssn 4242", "John Smith | ssn 4242", 74},
		{"John Smith | id C-1", "John Smith | id C-1", 74},
		{"John Smith | email j@example.com", "John Smith | email j@example.com", 64},
		{"John Smith | phone 2125550100", "John Smith | phone 2125550100", 59},
		{"John Smith | zip 94510", "John Smith | zip 94510", 54},
		{"John Smith | zip 94510", "John Smith | zip 10001", 49}, // that it differs takes nothing
		{"John Smith | dob 1980-01-22", "John Smith | dob 1955-06-01", 24},
		{"John Q Smith", "John Q Smith", 53},
		{"John Smith Jr", "John Smith Jr", 53},
		{"John Smith Sr", "John Smith Jr", 32},
		{"Acme Motors LLC", "Acme Motors LLC", 59},
		{"John Smith" + rest, "John Smith" + rest, 100},
		{"John Smith" + rest, "Mary Jones | id C-2 | ssn 9876 | dob 1955-06-01", 1},
	} {
		if got := compareLines(c.row, c.record).Score(); got != c.want {
			t.Errorf("%s and %s: got %d, want %d", c.row, c.record, got, c.want)
		}
	}
	if got := compareLines("John Smith", "John Smith").WithLoan(true).Score(); got != 74 {
		t.Errorf("of the loan: got %d", got)
	}
}

func TestPlausible(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		row, record string
		want        bool
	}{
		{"John Smith", "John Smith", true},
		{"John Reed", "John Reid", true},
		{"John Smith", "Mary Jones", false},
		{"John Smith | id C-1", "Mary Jones | id C-1", true},
		{"John Smith | email j@example.com", "Mary Jones | email j@example.com", true},
		{"John Smith | phone 2125550100", "Mary Jones | phone 2125550100", false},
		{"John Smith | phone 2125550100 | ssn 4242", "Mary Jones | phone 2125550100 | ssn 4242", true},
		{"John Smith | phone 2125550100 | dob 1980-01-22", "Mary Jones | phone 2125550100 | dob 1980-01-22", true},
		{"John Smith | ssn 4242 | dob 1980-01-22", "Mary Jones | ssn 4242 | dob 1980-01-22", false},
		{"Ann Smith | ssn 4242 | dob 1980-01-22", "Ann Jones | ssn 4242 | dob 1980-01-22", true},
		{"Ann Smith | ssn 4242", "Ann Jones | ssn 4242", false},
		{"John Smith | zip 94510 | dob 1980-01-22", "Mary Jones | zip 94510 | dob 1980-01-22", false},
	} {
		if got := compareLines(c.row, c.record).Plausible(); got != c.want {
			t.Errorf("%s and %s: got %t, want %t", c.row, c.record, got, c.want)
		}
	}
	if stranger := compareLines("John Smith", "Mary Jones"); !stranger.WithLoan(true).Plausible() || stranger.WithLoan(false).Plausible() {
		t.Error("want every customer of the loan, whatever the name, and no other record for the loan's sake")
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ row, record, want string }{
		{
			"John Q Smith Jr | id C-1 | ssn 4242 | dob 1980-01-22 | email j@example.com | phone 2125550100 | zip 94510",
			"John Q Smith Jr | id C-1 | ssn 4242 | dob 1980-01-22 | email j@example.com | phone 2125550100 | zip 94510",
			"by: +name(A) +suffix +middle +custom_id +ssn4 +dob +email +phone +zip",
		},
		{
			"John Q Smith Jr | id C-1 | ssn 4242 | dob 1980-01-22 | email j@example.com | phone 2125550100 | zip 94510",
			"John R Smith Sr | id C-2 | ssn 9876 | dob 1955-06-01 | email k@example.com | phone 6465550111 | zip 10001",
			"by: +name(A) -suffix -middle -custom_id -ssn4 -dob ~email ~phone ~zip",
		},
		{"John Robert Smith", "John Richard Smith", "by: +name(A) ~middle"},
		{"Acme Motors LLC", "Acme Motors LLC", "by: +name(A) +company"},
		{"Acme Motors LLC", "John Smith", "by: -name -company"},
		{"John Reed", "John Reid", "by: +name(C)"},
		{"Jack Smith", "John Smith", "by: +name(B:nickname)"},
		{"Ann Smith", "Ann Jones", "by: ~name"},
		{"John Smith", "Mary Jones", "by: -name"},
	} {
		l := compareLines(c.row, c.record)
		if got := l.reasons(); got != c.want {
			t.Errorf("%s and %s: got %q, want %q", c.row, c.record, got, c.want)
		}
	}
	l := compareLines("John Smith | zip 94510", "John Smith | zip 94510").WithLoan(false)
	if got := l.reasons(); got != "by: +name(A) -loan +zip" {
		t.Errorf("not of the loan: got %q", got)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	all := parsePerson("John Smith | dob 1980-01-22 | ssn 4242 | email j@example.com | phone 2125550100 | zip 94510 | id C-1")
	if diff := cmp.Diff([]string{"birth", "ssn", "email", "phone", "zip"}, all.Evidence.Kinds().Names()); diff != "" {
		t.Error(diff)
	}
	for line, want := range map[string]EvidenceKinds{
		"": 0, " | dob 1980-01-22": kindBirth, " | ssn 4242": kindSSN, " | email j@example.com": kindEmail, " | phone 2125550100": kindPhone,
		" | zip 94510": kindZip, " | id C-1": kindCustomID,
	} {
		p := parsePerson("John Smith" + line)
		if got := p.Evidence.Kinds(); got != want || len(got.Names()) > 1 {
			t.Errorf("%s: got %v, want %v", line, got, want)
		}
	}
	if got := (kindBirth | kindZip).Names(); !slices.Equal(got, []string{"birth", "zip"}) {
		t.Errorf("got %v", got)
	}
}
