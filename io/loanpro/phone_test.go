package loanpro

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"loanmap/io/loanpro/sandbox"
)

func TestPhonesAreWrittenAsTheTenantDoes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		phones []string
		phone  string
		want   []string
	}{
		{"no phones", nil, "5551234567", []string{"5551234567"}},
		{"ten digits", []string{"2015550101"}, "5551234567", []string{"5551234567"}},
		{"the most frequent first", []string{"(201) 555-0101", "201-555-0102", "(201) 555-0103"}, "5551234567", []string{"(555) 123-4567", "555-123-4567"}},
		{"with a country code", []string{"+12015550101", "1 (201) 555-0102"}, "5551234567", []string{"+15551234567", "1 (555) 123-4567"}},
		{"a country code that is the first digit", []string{"1-201-555-0101"}, "1111111111", []string{"1-111-111-1111"}},
		{"four ways at most", []string{"2015550101", "201.555.0101", "201 555 0101", "(201)5550101", "201/5550101"}, "5551234567",
			[]string{"555 123 4567", "5551234567", "555.123.4567", "555/1234567"}},
		{"what has other digits", []string{"", "555-0101", "442071838750", "2015550101 x12", "+442071838750", "20155501012", "#201555010", "1#201555010", " 2015550101"}, "5551234567", []string{"5551234567"}},
		{"a text that has no ten digits", []string{"(201) 555-0101"}, "555-0101", []string{"555-0101"}},
		{"a text with signs", []string{"(201) 555-0101"}, "+155512345", []string{"+155512345"}},
		{"digits of another script", []string{"(201) 555-0101"}, "٥٥٥١٢", []string{"٥٥٥١٢"}},
	}
	for _, test := range tests {
		var hits []Hit
		for i, phone := range test.phones {
			hits = append(hits, Hit{ID: int64(i + 1), Details: Details{Phone: phone}})
		}
		f := &Findings{phoneFormats: newSample(Phone, hits).phoneFormats}
		if diff := cmp.Diff(test.want, f.PhoneFormats(test.phone)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

// Written returns the tenant's own notation of a phone for its digits.
func TestPhonesAreWrittenBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		phone := rapid.StringMatching(`(\+?1)?[ (]{0,2}\d{3}[-.) ]{0,2}\d{3}[-. ]?\d{4}`).Draw(t, "phone")
		digits := strings.Map(func(r rune) rune {
			if notDigit(r) {
				return -1
			}
			return r
		}, phone)
		f := &Findings{phoneFormats: phoneFormatsOf([]Hit{{Details: Details{Phone: phone}}})}
		if written := f.PhoneFormats(digits[len(digits)-10:]); strings.TrimSpace(phone) == phone && !slices.Contains(written, phone) {
			t.Fatalf("%q is written %q", phone, written)
		}
	})
}

// Ten digits find a phone in any notation, in an index of keywords or of words.
func TestPhonesAreFoundHoweverWritten(t *testing.T) {
	t.Parallel()
	styles := []string{"(%s) %s-%s", "%s-%s-%s", "%s%s%s", "+1%s%s%s"}
	for _, mapping := range []sandbox.Mapping{"text", "keyword", "lowercase", "text+keyword"} {
		var people []sandbox.Customer
		digits := map[string]int{}
		for i := range 80 {
			area, local := 201+i, 1000+i
			person := sandbox.Customer{ID: 900_001 + i, FirstName: "Ann", LastName: "Bee"}
			person.Phone = sprintPhone(styles[i%len(styles)], area, local)
			digits[sprintPhone("%s%s%s", area, local)] = person.ID
			people = append(people, person)
		}
		c, _ := tenantWith(t, 3, sandbox.Shape{Mapping: mapping}, people)
		f, err := c.Probe(t.Context(), Phone, MaxBatch, false)
		if err != nil || f.Batch.Size < 100 || f.Second.Size < 100 {
			t.Fatalf("%s: %+v, %v", mapping, f, err)
		}
		for _, way := range []Strategy{f.Batch, f.Second, f.Single} {
			wantPhones(t, c, f, way, digits)
		}
	}
}

// wantPhones searches for phones in batches, each in all of its formats.
func wantPhones(t *testing.T, c *Client, f *Findings, way Strategy, digits map[string]int) {
	t.Helper()
	found := map[int64]bool{}
	var values []Value
	flush := func() {
		hits, err := c.Find(t.Context(), way, values)
		if err != nil {
			t.Fatal(err)
		}
		for _, hit := range hits {
			found[hit.ID] = true
		}
		values = nil
	}
	asked := func(id int) bool { return way.Size > 1 || id%8 == 0 } // few, where each is a search
	for phone, id := range digits {
		if !asked(id) {
			continue
		}
		for _, written := range f.PhoneFormats(phone) {
			if values = append(values, Text(written)); len(values) == way.Size {
				flush()
			}
		}
	}
	flush()
	for phone, id := range digits {
		if asked(id) && !found[int64(id)] {
			t.Errorf("%s: customer %d is not found by any of %q", way.Form, id, f.PhoneFormats(phone))
		}
	}
}

func sprintPhone(style string, area, local int) string {
	return fmt.Sprintf(style, strconv.Itoa(area), "555", strconv.Itoa(local))
}
