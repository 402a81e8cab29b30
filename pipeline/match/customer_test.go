package match

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// parsePerson reads a person from a line: the name, and after each bar a kind of
// evidence with its value, such as "email john@example.com".
func parsePerson(line string) Person {
	name, rest, more := strings.Cut(line, " | ")
	p := Person{Name: ReadName(NameParts{Whole: name})}
	for more {
		var field string
		field, rest, more = strings.Cut(rest, " | ")
		kind, cell, _ := strings.Cut(field, " ")
		p.Evidence.set(kind, cell)
	}
	return p
}

func (e *Evidence) set(kind, cell string) {
	switch kind {
	case "dob":
		e.Birth = ReadBirth(cell)
	case "ssn":
		e.SSN4 = ReadSSN4(cell)
	case "email":
		e.Emails = appendKnown(e.Emails, ReadEmail(cell))
	case "phone":
		e.Phones = appendKnown(e.Phones, ReadPhone(cell))
	case "zip":
		e.Zip = ReadZip(cell)
	case "id":
		e.CustomID = ReadCustomID(cell)
	default:
		panic("no kind of evidence is called " + kind)
	}
}

func appendKnown(texts []string, text string) []string {
	if text == "" {
		return texts
	}
	return append(texts, text)
}

// testRecord is a record that searches returned; its system ID is its position, from 1.
type testRecord struct {
	person   string
	deleted  bool
	borrower bool // one of the customers of the loan that the row names
}

func records(people ...string) []testRecord {
	list := make([]testRecord, len(people))
	for i, person := range people {
		list[i] = testRecord{person: person}
	}
	return list
}

// decision is a row, the records that searches return for it, and the verdict.
type decision struct {
	name    string
	row     string
	records []testRecord
	loan    bool // the row names a loan whose customers are known
	want    Verdict
}

func (d *decision) decide(nameOnly bool) Verdict {
	row := parsePerson(d.row)
	var candidates []Candidate
	for i, r := range d.records {
		record := parsePerson(r.person)
		c := Candidate{ID: int64(i + 1), Comparison: Compare(&row, &record), Live: !r.deleted}
		if d.loan {
			c.Comparison = c.Comparison.WithLoan(r.borrower)
		}
		candidates = append(candidates, c)
	}
	return Customer(&row, candidates, CustomerOptions{LoanKnown: d.loan, AcceptNameOnly: nameOnly})
}

func wantMatch(confidence Confidence, reasons string, at int) Verdict {
	return Verdict{Status: Matched, Confidence: confidence, Reasons: reasons, Candidates: []int{at}}
}

func wantAmbiguous(code Code, reasons string, helps EvidenceKinds, at ...int) Verdict {
	return Verdict{Status: Ambiguous, Code: code, Reasons: reasons, MissingEvidence: helps, Candidates: at}
}

func wantNotFound(code Code, reasons string, at ...int) Verdict {
	return Verdict{Status: NotFound, Code: code, Reasons: reasons, Candidates: at}
}

func TestCustomer(t *testing.T) {
	t.Parallel()
	for chapter, decisions := range map[string][]decision{
		"strong": strongDecisions(), "corroborated": corroboratedDecisions(), "name only": nameOnlyDecisions(), "unconfirmed": unconfirmedDecisions(),
		"vetoes": vetoDecisions(), "namesakes": namesakeDecisions(), "dominated": dominatedDecisions(), "changed name": changedNameDecisions(),
		"loan": loanDecisions(), "custom ID": customIDDecisions(), "not found": notFoundDecisions(), "portal": portalTraps(), "sheet": sheetTraps(),
		"placeholders": placeholderTraps(), "slips": slipDecisions(), "outweighed": outweighedDecisions(),
		"joint": jointTraps(), "companies": companyDecisions(),
	} {
		for _, d := range decisions {
			t.Run(chapter+"/"+d.name, func(t *testing.T) {
				t.Parallel()
				if diff := cmp.Diff(d.want, d.decide(false)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", d.row, diff)
				}
				d.checkNameOnly(t)
			})
		}
	}
}

// checkNameOnly checks that accepting names alone changes only rows that rest on the
// name.
func (d *decision) checkNameOnly(t *testing.T) {
	t.Helper()
	want := d.want
	if want.Code == CodeNameOnly {
		want = wantMatch(NameOnly, want.Reasons, want.Candidates[0])
	}
	if diff := cmp.Diff(want, d.decide(true)); diff != "" {
		t.Errorf("%s, a name alone accepted (-want +got):\n%s", d.row, diff)
	}
}

func strongDecisions() []decision {
	rest := records("John Smith | dob 1980-01-22 | ssn 4242 | id C-1 | email john@example.com | phone 2125550100 | zip 94510")
	return []decision{
		{name: "birth date", row: "Smith, John | dob 1/22/1980", records: rest, want: wantMatch(Strong, "by: +name(A) +dob", 0)},
		{name: "social security number", row: "John Smith | ssn 219-48-4242", records: rest, want: wantMatch(Strong, "by: +name(A) +ssn4", 0)},
		{name: "custom ID", row: "John Smith | id c-1", records: rest, want: wantMatch(Strong, "by: +name(A) +custom_id", 0)},
		{
			name: "all there is", row: "John Smith | dob 1980-01-22 | ssn 4242 | id C-1 | email JOHN@example.com | phone 212-555-0100 | zip 94510-1234",
			records: rest, want: wantMatch(Strong, "by: +name(A) +custom_id +ssn4 +dob +email +phone +zip", 0),
		},
		{
			name: "stale evidence does not rule out", row: "John Smith | dob 1980-01-22 | email j@example.org | phone 2125550111 | zip 10001",
			records: rest, want: wantMatch(Strong, "by: +name(A) +dob ~email ~phone ~zip", 0),
		},
		{name: "a nickname", row: "Jack Smith | dob 1980-01-22", records: rest, want: wantMatch(Strong, "by: +name(B:nickname) +dob", 0)},
		{name: "an initial", row: "J Smith | ssn 4242", records: rest, want: wantMatch(Strong, "by: +name(B:initial) +ssn4", 0)},
		{name: "swapped order", row: "SMITH JOHN | dob 1980-01-22", records: rest, want: wantMatch(Strong, "by: +name(B:order) +dob", 0)},
		{
			name: "a typing error", row: "Michael Johnosn | dob 1980-01-22", records: records("Michael Johnson | dob 1980-01-22"),
			want: wantMatch(Strong, "by: +name(B:typo) +dob", 0),
		},
		{
			name: "half a surname", row: "Maria Garcia | dob 1980-01-22", records: records("Maria Garcia-Lopez | dob 1980-01-22"),
			want: wantMatch(Strong, "by: +name(B:surname) +dob", 0),
		},
		{
			name: "a year of two digits", row: "John Smith | dob 1/22/80", records: rest, want: wantMatch(Strong, "by: +name(A) +dob", 0),
		},
		{
			name: "one of several with evidence", row: "John Smith | dob 1980-01-22", records: records("John Smith | dob 1955-06-01", "John Smith", "John Smith | dob 1980-01-22"),
			want: wantMatch(Strong, "by: +name(A) +dob", 2),
		},
		{
			name: "next to a record with less evidence", row: "John Smith | ssn 4242 | email john@example.com", records: records("John Smith | ssn 9876 | email john@example.com", "John Smith | ssn 4242 | email john@example.com"),
			want: wantMatch(Strong, "by: +name(A) +ssn4 +email", 1),
		},
	}
}

func corroboratedDecisions() []decision {
	const both = "by: +name(A) +email"
	john := records("John Smith | email john@example.com | phone 2125550100 | zip 94510")
	junior := records("John Smith Jr | email john@example.com | phone 2125550100 | dob 1980-01-22")
	return []decision{
		{name: "email", row: "John Smith | email john@example.com", records: john, want: wantMatch(corroborated, both, 0)},
		{name: "email and phone", row: "John Smith | email john@example.com | phone 2125550100", records: john, want: wantMatch(corroborated, both+" +phone", 0)},
		{name: "one of two emails", row: "John Smith | email js@example.org | email john@example.com", records: john, want: wantMatch(corroborated, both, 0)},
		{name: "email, and moved", row: "John Smith | email john@example.com | phone 6465550111 | zip 10001", records: john, want: wantMatch(corroborated, both+" ~phone ~zip", 0)},
		{name: "email and a nickname", row: "Jack Smith | email john@example.com", records: john, want: wantMatch(corroborated, "by: +name(B:nickname) +email", 0)},
		{
			name: "an initial and an email", row: "J Smith | email john@example.com", records: john,
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(B:initial) +email", kindPhone|kindZip, 0),
		},
		{
			name: "an initial, a suffix and an email", row: "J Smith Jr | email john@example.com", records: junior,
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(B:initial) +suffix +email", kindBirth|kindPhone, 0),
		},
		{name: "phone is the household's", row: "John Smith | phone 2125550100", records: john, want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) +phone", kindEmail|kindZip, 0)},
		{
			name: "phone and zip are the household's", row: "John Smith | phone 2125550100 | zip 94510", records: john,
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) +phone +zip", kindEmail, 0),
		},
		{
			name: "phone and middle initial are the household's", row: "John Q Smith | phone 2125550100", records: records("John Quincy Smith | phone 2125550100"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) +middle +phone", 0, 0),
		},
		{name: "suffix and phone", row: "John Smith Jr | phone 2125550100", records: junior, want: wantMatch(corroborated, "by: +name(A) +suffix +phone", 0)},
		{name: "suffix and email", row: "John Smith, Jr. | email john@example.com", records: junior, want: wantMatch(corroborated, "by: +name(A) +suffix +email", 0)},
		{
			name: "suffix, email and a nickname", row: "Jack Smith Jr | email john@example.com", records: junior,
			want: wantMatch(corroborated, "by: +name(B:nickname) +suffix +email", 0),
		},
		{
			name: "suffix, phone and a nickname", row: "Jack Smith Jr | phone 2125550100", records: junior,
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(B:nickname) +suffix +phone", kindBirth|kindEmail, 0),
		},
		{
			name: "a suffix on the record alone", row: "John Smith | email john@example.com", records: junior,
			want: wantAmbiguous(CodeUnconfirmed, both, kindBirth|kindPhone, 0),
		},
		{
			name: "a suffix in the row alone", row: "John Smith Sr | email john@example.com", records: john,
			want: wantAmbiguous(CodeUnconfirmed, both, kindPhone|kindZip, 0),
		},
		{
			name: "a junior who may be the second", row: "John Smith II | email john@example.com", records: junior,
			want: wantAmbiguous(CodeUnconfirmed, both, kindBirth|kindPhone, 0),
		},
		{
			name: "email, and another middle name", row: "John Robert Smith | email john@example.com", records: records("John Richard Smith | email john@example.com"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) ~middle +email", 0, 0),
		},
		{
			name: "suffix, phone, and another middle name", row: "John Robert Smith Jr | phone 2125550100", records: records("John Richard Smith Jr | phone 2125550100"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) +suffix ~middle +phone", 0, 0),
		},
		{
			name: "email, and a typing error in the middle name", row: "John Andrew Smith | email john@example.com", records: records("John Andrwe Smith | email john@example.com"),
			want: wantMatch(corroborated, both, 0),
		},
		{name: "another middle name and a birth date", row: "John Robert Smith | dob 1980-01-22", records: records("John Richard Smith | dob 1980-01-22"), want: wantMatch(Strong, "by: +name(A) ~middle +dob", 0)},
		{name: "a suffix on one side and a birth date", row: "John Smith | dob 1980-01-22", records: junior, want: wantMatch(Strong, "by: +name(A) +dob", 0)},
	}
}

func nameOnlyDecisions() []decision {
	return []decision{
		{name: "no evidence on either side", row: "John Smith", records: records("John Smith"), want: wantAmbiguous(CodeNameOnly, "by: +name(A)", 0, 0)},
		{
			name: "no evidence in the row", row: "Smith, John", records: records("John Smith | dob 1980-01-22 | ssn 4242 | email john@example.com | phone 2125550100 | zip 94510"),
			want: wantAmbiguous(CodeNameOnly, "by: +name(A)", kindBirth|kindSSN|kindEmail|kindPhone|kindZip, 0),
		},
		{
			name: "zip alone", row: "John Smith | zip 94510", records: records("John Smith | zip 94510-1234 | ssn 4242"),
			want: wantAmbiguous(CodeNameOnly, "by: +name(A) +zip", kindSSN, 0),
		},
		{
			name: "another zip", row: "John Smith | zip 10001", records: records("John Smith | zip 94510"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) ~zip", 0, 0),
		},
		{
			name: "a year of birth", row: "John Smith | dob 1980", records: records("John Smith"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A)", 0, 0),
		},
		{
			name: "the year of birth", row: "John Smith | dob May 1980", records: records("John Smith | dob 1980-05-22"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A)", 0, 0),
		},
		{
			name: "another year of birth", row: "John Smith | dob 1955", records: records("John Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeContradicted, "by: +name(A) -dob", 0, 0),
		},
		{
			name: "nearly the year of birth", row: "John Smith | dob 1981", records: records("John Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) ~dob", 0, 0),
		},
		{
			name: "a birth date that does not exist", row: "John Smith | dob 2/30/1980", records: records("John Smith"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A)", 0, 0),
		},
		{
			name: "a zip that the record lacks", row: "John Smith | zip 94510", records: records("John Smith | phone 2125550100"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A)", kindPhone, 0),
		},
		{
			name: "a zip and something else", row: "John Smith | zip 94510 | phone 2125550100", records: records("John Smith | zip 94510"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) +zip", 0, 0),
		},
		{
			name: "a variant of the name", row: "Jack Smith", records: records("John Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(B:nickname)", kindBirth, 0),
		},
		{
			name: "next to a variant", row: "John Smith", records: records("Jack Smith | zip 94510", "John Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeNamesakes, "by: +name(A)", kindBirth|kindZip, 1, 0),
		},
		{
			name: "next to a similar name", row: "John Reed", records: records("John Reid", "John Reed"),
			want: wantAmbiguous(CodeNameOnly, "by: +name(A)", 0, 1, 0),
		},
		{
			name: "next to a record that is ruled out", row: "John Q Smith", records: records("John R Smith | zip 94510", "John Q Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) +middle", kindBirth, 1, 0),
		},
		{
			name: "next to a deleted record", row: "John Smith", records: []testRecord{{person: "John Smith", deleted: true}, {person: "John Smith"}},
			want: wantAmbiguous(CodeNameOnly, "by: +name(A)", 0, 1),
		},
		{
			name: "a suffix on one side", row: "John Smith Jr", records: records("John Smith"),
			want: wantAmbiguous(CodeNameOnly, "by: +name(A)", 0, 0),
		},
	}
}

// A value that the record lacks agrees with nothing: the row does not rest on the name
// alone, and has no other evidence.
func unconfirmedDecisions() []decision {
	var decisions []decision
	for _, field := range []string{"dob 1980-01-22", "ssn 4242", "email john@example.com", "phone 2125550100", "zip 94510", "id C-1"} {
		decisions = append(decisions, decision{
			name: "the record lacks " + strings.Fields(field)[0], row: "John Smith | " + field, records: records("John Smith"),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A)", 0, 0),
		})
	}
	for field, other := range map[string]string{"email john@example.com": "email smith@example.com", "phone 2125550100": "phone 6465550111"} {
		kind := strings.Fields(field)[0]
		decisions = append(decisions, decision{
			name: "another " + kind, row: "John Smith | " + field, records: records("John Smith | dob 1980-01-22 | " + other),
			want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) ~"+kind, kindBirth, 0),
		})
	}
	return append(decisions, decision{
		name: "day and month changed places", row: "John Smith | dob 1980-02-11", records: records("John Smith | dob 1980-11-02"),
		want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) ~dob", 0, 0),
	}, decision{
		name: "one digit of a birth date", row: "John Smith | dob 1980-01-22", records: records("John Smith | dob 1981-01-22"),
		want: wantAmbiguous(CodeUnconfirmed, "by: +name(A) ~dob", 0, 0),
	}, decision{
		name: "a slip in the birth date, and an email", row: "John Smith | dob 1980-01-22 | email john@example.com", records: records("John Smith | dob 1981-01-22 | email john@example.com"),
		want: wantMatch(corroborated, "by: +name(A) ~dob +email", 0),
	})
}

func vetoDecisions() []decision {
	veto := func(name, row, record, reasons string, helps EvidenceKinds) decision {
		return decision{name: name, row: row, records: records(record), want: wantAmbiguous(CodeContradicted, reasons, helps, 0)}
	}
	return []decision{
		veto("social security number", "John Smith | ssn 4242 | dob 1980-01-22", "John Smith | ssn 9876 | dob 1980-01-22", "by: +name(A) -ssn4 +dob", 0),
		veto("birth date", "John Smith | ssn 4242 | dob 1980-01-22", "John Smith | ssn 4242 | dob 1955-06-01", "by: +name(A) +ssn4 -dob", 0),
		veto("custom ID", "John Smith | dob 1980-01-22 | id C-1", "John Smith | dob 1980-01-22 | id C-2", "by: +name(A) -custom_id +dob", 0),
		veto("suffix", "John Smith Sr | dob 1980-01-22", "John Smith Jr | dob 1980-01-22", "by: +name(A) -suffix +dob", 0),
		veto("middle initial", "John Q Smith | dob 1980-01-22", "John R Smith | dob 1980-01-22", "by: +name(A) -middle +dob", 0),
		veto("everything at once", "John Q Smith Sr | ssn 4242", "John R Smith Jr | ssn 9876 | zip 94510", "by: +name(A) -suffix -middle -ssn4", 0),
		veto("the name alone", "John Smith Sr", "John Smith Jr | zip 94510", "by: +name(A) -suffix", 0),
		{
			name: "one is ruled out and one unconfirmed", row: "John Smith | ssn 4242 | phone 2125550100",
			records: records("John Smith | ssn 9876 | phone 2125550100", "John Smith | phone 2125550100 | dob 1980-01-22"),
			want:    wantAmbiguous(CodeUnconfirmed, "by: +name(A) +phone", kindBirth, 1, 0),
		},
		{
			name: "all are ruled out", row: "John Smith | ssn 4242", records: records("John Smith | ssn 9876", "Jack Smith | ssn 1357", "John Smith | ssn 9875 | zip 94510"),
			want: wantAmbiguous(CodeContradicted, "by: +name(A) -ssn4", 0, 0, 2, 1),
		},
		{
			name: "all are ruled out, but have enough evidence", row: "John Q Smith | dob 1980-01-22", records: records("John R Smith | dob 1980-01-22", "John A Smith | dob 1980-01-22", "Jack R Smith | dob 1980-01-22"),
			want: wantAmbiguous(CodeContradicted, "by: +name(A) -middle +dob", 0, 0, 1, 2),
		},
		{
			name: "a record that is ruled out is a rival", row: "John Q Smith | dob 1980-01-22", records: records("John R Smith | dob 1980-01-22", "John Smith | dob 1980-01-22 | zip 94510"),
			want: wantAmbiguous(CodeNamesakes, "by: +name(A) +dob", kindZip, 1, 0),
		},
	}
}

// An identifier that differs rules out again in a comparison without what excused it.
func TestOnlyRestoresVetoes(t *testing.T) {
	t.Parallel()
	const row = "Emma Reid | dob 1980-01-22 | ssn 4242 | zip 94510"
	for _, c := range []struct {
		record string
		only   EvidenceKinds
		want   string
	}{
		{"Emma Reid | dob 1955-06-01 | ssn 4242 | zip 94510", kindBirth | kindSSN | kindZip, "by: +name(A) +ssn4 ~dob(other) +zip"},
		{"Emma Reid | dob 1955-06-01 | ssn 4242 | zip 94510", kindBirth | kindZip, "by: +name(A) -dob +zip"},
		{"Emma Reid | dob 1955-06-01 | ssn 4242 | zip 94510", kindBirth | kindSSN, "by: +name(A) +ssn4 -dob"},
		{"Emma Reid | dob 1980-01-22 | ssn 9876 | zip 94510", kindSSN | kindZip, "by: +name(A) -ssn4 +zip"},
		{"Emma Reid | dob 1980-01-22 | ssn 9876 | zip 94510", kindBirth | kindSSN, "by: +name(A) -ssn4 +dob"},
		{"Emma Reid | dob 1980-01-22 | ssn 4243 | zip 94510", kindBirth | kindSSN, "by: +name(A) ~ssn4 +dob"},
		{"Emma Reid | dob 1980-01-22 | ssn 4243 | zip 94510", kindSSN | kindZip, "by: +name(A) -ssn4 +zip"},
	} {
		a, b := parsePerson(row), parsePerson(c.record)
		if got := Compare(&a, &b).Only(c.only).Reasons(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.record, got, c.want)
		}
	}
}
