package match

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// tierCase is a row, the records that it may mean, and the tier by which one of them would
// be accepted.
type tierCase struct {
	name    string
	row     string
	records []string
	tier    string // empty: none
	at      int    // which record is accepted
}

func tierCases() []tierCase {
	const home = " | phone 2125550100 | zip 94510"
	return []tierCase{
		{name: "the phone", row: "John Smith | phone 2125550100", records: []string{"John Smith" + home}, tier: "name and phone"},
		{name: "phone and zip", row: "John Smith" + home, records: []string{"John Smith" + home}, tier: "name and phone and zip"},
		{name: "a nickname", row: "Jack Smith | phone 2125550100", records: []string{"John Smith" + home}, tier: "similar name and phone"},
		{name: "nothing", row: "John Smith | phone 6465550111", records: []string{"John Smith" + home}},
		{name: "a typing error", row: "Michael Johnosn | phone 2125550100", records: []string{"Michael Johnson" + home}, tier: "inexact name and phone"},
		{name: "an initial", row: "J Smith | phone 2125550100", records: []string{"John Smith" + home}, tier: "inexact name and phone"},
		{name: "the surname first", row: "Longfellow Mary | phone 2125550100", records: []string{"Mary Longfellow" + home}, tier: "inexact name and phone"},
		{name: "an initial, and the phone is another's, too", row: "J Smith | phone 2125550100", records: []string{"John Smith" + home, "Jane Smith" + home}},
		{name: "a single word fits too many", row: "Cher | phone 2125550100", records: []string{"Cher Sarkisian" + home}},
		{name: "perhaps a relative", row: "John Smith Jr | phone 2125550100", records: []string{"John Smith" + home}},
		{name: "another birth date", row: "John Smith | phone 2125550100 | dob 1980-01-22", records: []string{"John Smith | dob 1955-06-01" + home}},
		{name: "more agrees with one", row: "John Smith" + home, records: []string{"John Smith | phone 2125550100", "John Smith" + home}, tier: "name and phone and zip", at: 1},
		{name: "as much agrees with two", row: "John Smith" + home, records: []string{"John Smith" + home, "John Smith" + home}},
		{name: "the zip agrees with one of a similar name, too", row: "Maria Luxford | zip 94510", records: []string{"Maria Luxford" + home, "Maria Luxon | zip 94510"}, tier: "name and zip"},
		{name: "the phone agrees with one of a similar name, too", row: "Maria Luxford" + home, records: []string{"Maria Luxford" + home, "Maria Luxon" + home}},
		{name: "something else agrees with each", row: "John Smith" + home, records: []string{"John Smith | phone 2125550100", "John Smith | zip 94510"}},
		{name: "the birth date agrees with another", row: "Maria Luxford | dob 1980-01-22" + home, records: []string{"Maria Luxford" + home, "Maria Luxon | dob 1980-01-22"}},
		{
			name: "a better name, of which nothing agrees", row: "Jack Smith | zip 94510",
			records: []string{"Jack Smith", "John Smith | zip 94510"},
		},

		{name: "the surname, birth date and zip", row: "Mary Jones | dob 1980-01-22 | zip 94510", records: []string{"Ann Jones | dob 1980-01-22 | zip 94510"}, tier: "part of the name and birth and zip"},
		{name: "a surname alone, birth date and phone", row: "Jones | dob 1980-01-22 | phone 2125550100", records: []string{"Ann Jones | dob 1980-01-22 | phone 2125550100"}, tier: "part of the name and birth and phone"},
		{name: "the given name, number and zip", row: "Annie Kowalski | ssn 4242 | zip 94510", records: []string{"Ann Jones | ssn 4242 | zip 94510"}, tier: "part of the name and ssn and zip"},
		{name: "a similar name, birth date and zip", row: "Peter Marxyn | dob 1980-01-22 | email p@example.com", records: []string{"Pieter Marin | dob 1980-01-22 | email p@example.com"}, tier: "part of the name and birth and email"},
		{name: "no part, birth date and zip", row: "Mary Jones | dob 1980-01-22 | zip 94510", records: []string{"Ann Kowalski | dob 1980-01-22 | zip 94510"}},
		{name: "the surname and the birth date", row: "Mary Jones | dob 1980-01-22 | zip 94510", records: []string{"Ann Jones | dob 1980-01-22 | zip 10001"}},
		{name: "the surname and the home", row: "Mary Jones | dob 1980-01-22" + home, records: []string{"Ann Jones" + home}},
		{name: "the surname, birth date and zip, and another number", row: "Mary Jones | dob 1980-01-22 | zip 94510 | ssn 4242", records: []string{"Ann Jones | dob 1980-01-22 | zip 94510 | ssn 9876"}},
		{name: "of both twins", row: "Mary Jones | dob 1980-01-22 | zip 94510", records: []string{"Ann Jones | dob 1980-01-22 | zip 94510", "Eve Jones | dob 1980-01-22 | zip 94510"}},
		{
			name: "the name is another's", row: "Mary Jones | dob 1980-01-22 | zip 94510",
			records: []string{"Ann Jones | dob 1980-01-22 | zip 94510", "Mary Jones | phone 2125550100"},
		},
		{
			name: "the name is another's, of another birth date", row: "Mary Jones | dob 1980-01-22 | zip 94510",
			records: []string{"Ann Jones | dob 1980-01-22 | zip 94510", "Mary Jones | dob 1955-06-01"},
		},
		{
			name: "the phone is another's", row: "Mary Jones | dob 1980-01-22" + home,
			records: []string{"Ann Jones | dob 1980-01-22 | zip 94510", "Mary Jones | phone 2125550100"},
		},
	}
}

func (c *tierCase) decide(accepts func(Tier) bool) Verdict {
	row := parsePerson(c.row)
	var candidates []Candidate
	for i, line := range c.records {
		record := parsePerson(line)
		candidates = append(candidates, Candidate{ID: int64(i + 1), Comparison: Compare(&row, &record), Live: true})
	}
	return Customer(&row, candidates, CustomerOptions{Accepts: accepts})
}

func TestTiers(t *testing.T) {
	t.Parallel()
	for _, c := range tierCases() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			asked := ""
			accepted := c.decide(func(tier Tier) bool {
				asked = tier.String()
				return true
			})
			if asked != c.tier {
				t.Errorf("%s: the tier is %q, not %q", c.row, asked, c.tier)
			}
			refused := c.decide(func(Tier) bool { return false })
			if refused.Status == Matched {
				t.Errorf("%s is matched without its tier: %+v", c.row, refused)
			}
			if c.tier == "" {
				if diff := cmp.Diff(refused, accepted); diff != "" {
					t.Errorf("%s: %s", c.row, diff)
				}
			} else if accepted.Status != Matched || accepted.Confidence != corroborated || accepted.Candidates[0] != c.at {
				t.Errorf("%s: %+v", c.row, accepted)
			}
		})
	}
}
