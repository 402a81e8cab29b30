package directory_test

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox/people"
	"loanmap/pipeline/lookup/directory"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// fill sets every field of a value to something of its own.
func fill(value reflect.Value, next *int) {
	*next++
	switch value.Kind() {
	case reflect.Struct:
		for _, field := range value.Fields() {
			fill(field, next)
		}
	case reflect.Slice:
		value.Set(reflect.MakeSlice(value.Type(), 2, 2))
		for i := range value.Len() {
			fill(value.Index(i), next)
		}
	case reflect.String:
		value.SetString(fmt.Sprint("text ", *next))
	case reflect.Int64:
		value.SetInt(int64(*next) << 40)
	case reflect.Bool:
		value.SetBool(true)
	default:
		panic("a field of a new type: " + value.Kind().String())
	}
}

func TestRecordsAreKeptWhole(t *testing.T) {
	d := directory.New(func(*loanpro.Hit) []string { return nil })
	var full loanpro.Hit
	next := 0
	fill(reflect.ValueOf(&full).Elem(), &next)
	want := []loanpro.Hit{{}, full, {ID: 1<<63 - 1}, {ID: -1}, full}
	d.Add(want[:3])
	d.Add(want[3:])
	d.Complete()
	for i := range want {
		if diff := cmp.Diff(want[i], d.Hit(uint32(i))); diff != "" {
			t.Error(i, diff)
		}
	}
}

func TestTextsFindTheirRecords(t *testing.T) {
	d := directory.New(func(h *loanpro.Hit) []string { return []string{"loan " + h.DisplayID} })
	d.Add([]loanpro.Hit{{ID: 1, DisplayID: "A"}, {ID: 2, DisplayID: "B"}})
	d.Add([]loanpro.Hit{{ID: 3, DisplayID: "A"}})
	d.Complete()
	for text, want := range map[string][]uint32{"loan A": {0, 2}, "loan B": {1}, "loan C": nil, "A": nil} {
		if diff := cmp.Diff(want, d.WithText(text)); diff != "" {
			t.Error(text, diff)
		}
	}
}

// hitOf is a generated customer as a scan returns it.
func hitOf(c *people.Customer) loanpro.Hit {
	return loanpro.Hit{ID: int64(c.ID), Details: loanpro.Details{
		Name: c.FullName(), First: c.FirstName, Middle: c.MiddleName, Last: c.LastName, Suffix: c.Suffix, Company: c.CompanyName,
		Email: c.Email, Phone: c.Phone, Birth: birth(c.BirthDate), SSN: c.SSN, Zip: c.Zip, CustomID: c.CustomID,
	}}
}

func birth(day string) string {
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return ""
	}
	return fmt.Sprintf("/Date(%d)/", at.Unix())
}

// of returns a directory of a tenant's customers.
func of(tenant *people.Tenant) (*directory.Directory, []loanpro.Hit) {
	d := directory.New(func(*loanpro.Hit) []string { return nil })
	var hits []loanpro.Hit
	for i := range tenant.Customers {
		hits = append(hits, hitOf(&tenant.Customers[i]))
	}
	for page := range slices.Chunk(hits, 500) {
		d.Add(page)
	}
	d.Complete()
	return d, hits
}

// personOf is whom a row is about.
func personOf(row *people.Row) match.Person {
	return match.Person{Name: match.ReadName(match.NameParts{Whole: row.Name}), Evidence: match.Evidence{
		Emails: some(match.ReadEmail(row.Email)), Phones: some(match.ReadPhone(row.Phone)), Birth: match.ReadBirth(row.Birth),
		SSN4: match.ReadSSN4(row.SSN), Zip: match.ReadZip(row.Zip), CustomID: match.ReadCustomID(row.CustomID),
	}}
}

func some(text string) []string {
	if text == "" {
		return nil
	}
	return []string{text}
}

func queryFor(p *match.Person) *directory.Query {
	return &directory.Query{Name: match.NewNameFilter(p.Name.SearchTerms()), Near: match.NewNameFilter(p.Name.FuzzyTerms()), Evidence: p.Evidence}
}

// verdictAmong returns the verdict on a row by some of the hits, if each tier is accepted or
// none is.
func verdictAmong(row *match.Person, hits []loanpro.Hit, among []uint32, accepted bool) (string, int64) {
	var candidates []match.Candidate
	for _, record := range among {
		h := &hits[record]
		theirs := match.Person{Name: match.ReadName(question.NamePartsOf(&h.Details)), Evidence: question.EvidenceOf(&h.Details)}
		candidates = append(candidates, match.Candidate{ID: h.ID, Comparison: match.Compare(row, &theirs), Live: true})
	}
	v := match.Customer(row, candidates, match.CustomerOptions{Accepts: func(match.Tier) bool { return accepted }})
	if v.Status != match.Matched {
		return string(v.Code), 0
	}
	return string(v.Confidence), candidates[v.Candidates[0]].ID
}

// Whoever everybody's comparison would match, or make ambiguous, is found: only records
// with a similar name, which are shown if there is nothing better, may be missing.
func TestPeopleAreFoundAsIfEverybodyWereCompared(t *testing.T) {
	customers, rows := 2000, 600
	if testing.Short() {
		customers, rows = 600, 200
	}
	tenant := people.Generate(people.Config{Seed: 5, Loans: 100, People: customers, Present: 0.8})
	d, hits := of(tenant)
	everybody := make([]uint32, len(hits))
	for i := range everybody {
		everybody[i] = uint32(i)
	}
	found, candidates := map[bool]int{}, 0
	for row := range tenant.Rows(rows, 9) {
		p := personOf(&row)
		some, _ := d.People(queryFor(&p))
		candidates += len(some)
		for _, accepted := range []bool{false, true} {
			want, wantID := verdictAmong(&p, hits, everybody, accepted)
			got, gotID := verdictAmong(&p, hits, some, accepted)
			onlySimilar := want == string(match.CodeSimilar) && got == string(match.CodeNotFound)
			if (want != got || wantID != gotID) && !onlySimilar {
				t.Errorf("row %+v: by everybody %s %d, by the directory %s %d", row, want, wantID, got, gotID)
			}
			if gotID > 0 {
				found[accepted]++
			}
		}
	}
	if found[false] < rows/3 || found[true] <= found[false] || candidates > 40*rows {
		t.Errorf("%v of %d rows matched, %d candidates: the test shows little", found, rows, candidates)
	}
}

// An identifier and one more field find a record whose name has no word in common with the row.
func TestWhoSharesAnIdentifierAndMoreIsFound(t *testing.T) {
	d := directory.New(func(*loanpro.Hit) []string { return nil })
	d.Add([]loanpro.Hit{
		{ID: 1, Details: loanpro.Details{First: "Peter", Last: "Marin", Birth: birth("1980-01-22"), Zip: "94510"}},
		{ID: 2, Details: loanpro.Details{First: "Peter", Last: "Marin", Birth: birth("1980-01-22"), Zip: "10001"}},
		{ID: 3, Details: loanpro.Details{First: "Peter", Last: "Marin", Birth: birth("1980-01-23"), Zip: "94510"}},
		{ID: 4, Details: loanpro.Details{First: "Peter", Last: "Marin", Birth: birth("1980-01-22"), SSN: "4242"}},
		{ID: 5, Details: loanpro.Details{First: "Georgia", Last: "Marin", Birth: birth("1980-01-22")}},
	})
	d.Complete()
	p := match.Person{Name: match.ReadName(match.NameParts{Whole: "Georgia Kowalski"}), Evidence: match.Evidence{Birth: match.ReadBirth("1980-01-22"), SSN4: "4242", Zip: "94510"}}
	found, namesakes := d.People(queryFor(&p))
	if diff := cmp.Diff([]uint32{0, 3, 4}, found); diff != "" || namesakes != 0 {
		t.Error(namesakes, diff)
	}
	p.Name = match.ReadName(match.NameParts{Whole: "Marin, Peter"})
	if found, namesakes := d.People(queryFor(&p)); len(found) != 5 || namesakes != 4 {
		t.Error(namesakes, found)
	}
}
