package people

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func TestPresent(t *testing.T) {
	tenant := crowded()
	population := &tenant.population
	absent := 0
	for at := range population.all {
		_, known := tenant.CustomerAt(population.all[at].ID)
		if known == population.isAbsent(at) {
			t.Fatalf("person %d: in the tenant %v, absent %v", population.all[at].ID, known, population.isAbsent(at))
		}
		absent += oneIf(population.isAbsent(at))
	}
	if all := len(population.all); absent != all-all/2 && absent != all/2 || len(tenant.Customers) != all-absent {
		t.Errorf("%d of %d absent, %d customers", absent, all, len(tenant.Customers))
	}
	without := 0
	for at := range tenant.Customers {
		without += oneIf(len(tenant.LoansOf(at)) == 0)
	}
	within(t, "customers without a loan", without, len(tenant.Customers), 0.36, 0.44)

	everybody := generated(Config{Loans: 100, People: 500})
	if got := len(everybody.Customers); got != len(everybody.population.all) || got < 580 {
		t.Errorf("%d customers of %d people", got, len(everybody.population.all))
	}
	// People with a loan are in the tenant even if few others are.
	few := generated(Config{Loans: 100, People: 500, Present: 0.01})
	if want := len(generated(Config{Loans: 100}).Customers); len(few.Customers) != want {
		t.Errorf("%d customers, want the %d of the loans", len(few.Customers), want)
	}
}

// TestPeopleDoNotMoveLoans checks that further people change neither the loans
// nor who has one.
func TestPeopleDoNotMoveLoans(t *testing.T) {
	few, many := generated(Config{Loans: 500}), generated(Config{Loans: 500, People: 2_000, Present: 0.4})
	if !reflect.DeepEqual(few.Loans, many.Loans) {
		t.Error("other loans")
	}
	for i := range few.Customers {
		if a, b := few.Customers[i], many.Customers[i]; a.ID != b.ID || a.CustomID != b.CustomID {
			t.Fatalf("customer %d is %d", a.ID, b.ID)
		}
	}
}

func TestConfigIsChecked(t *testing.T) {
	for _, c := range []Config{
		{Loans: -1}, {Loans: maxRecords + 1}, {People: -1}, {People: maxRecords + 1}, {Present: -0.1}, {Present: 1.1}, {Present: math.NaN()},
	} {
		if err := c.Check(); err == nil {
			t.Errorf("%+v passes", c)
		}
	}
	for _, c := range []Config{{}, {Loans: maxRecords, People: maxRecords, Present: 1}} {
		if err := c.Check(); err != nil {
			t.Error(err)
		}
	}
}

// TestPopulation measures what records have, and how often people live alone or
// change.
func TestPopulation(t *testing.T) {
	s := crowded()
	directory, population := s.index(), &s.population
	people, alone, missing := 0, 0, map[string]int{}
	for at := range population.all {
		p := &population.all[at]
		if _, duplicate := population.duplicates[at]; p.Kind != kindPerson || duplicate {
			continue
		}
		people++
		alone += oneIf(len(directory.housemates(at)) == 0)
		for name, text := range map[string]string{"email": p.Email, "phone": p.Phone, "birth": p.BirthDate, "ssn": p.SSN, "custom": p.CustomID} {
			missing[name] += oneIf(text == "")
		}
		missing["placeholder"] += oneIf(p.Email == "none@none.com" || p.SSN == "000000000" || p.BirthDate == "1900-01-01")
	}
	within(t, "no email", missing["email"], people, 0.09, 0.11)
	within(t, "no phone", missing["phone"], people, 0.04, 0.06)
	within(t, "no birth date", missing["birth"], people, 0.04, 0.06)
	within(t, "no SSN", missing["ssn"], people, 0.09, 0.11)
	within(t, "no custom ID", missing["custom"], people, 0.28, 0.32)
	within(t, "placeholders", missing["placeholder"], people, 0.003, 0.007)
	within(t, "living alone", alone, people, 0.10, 0.18)
	within(t, "other facts", len(population.otherFacts), people, 0.13, 0.17)
	within(t, "second records", len(population.duplicates), len(s.Customers), 0.004, 0.006)
	within(t, "companies", len(population.all)-people-len(population.duplicates), len(population.all), 0.025, 0.035)
}

func TestHouseholds(t *testing.T) {
	s := crowded()
	directory := s.index()
	pairs := map[string]func(a, b *Customer) bool{
		"phone":    func(a, b *Customer) bool { return a.Phone != "" && a.Phone == b.Phone },
		"email":    func(a, b *Customer) bool { return a.Email != "" && a.Email == b.Email },
		"zip":      func(a, b *Customer) bool { return a.Zip == b.Zip },
		"surname":  func(a, b *Customer) bool { return a.LastName == b.LastName },
		"one name": sameFullName,
		"suffix":   func(a, b *Customer) bool { return sameFullName(a, b) && a.Suffix+b.Suffix != "" },
		"twins": func(a, b *Customer) bool {
			return a.LastName == b.LastName && a.BirthDate != "" && a.BirthDate == b.BirthDate && a.FirstName != b.FirstName
		},
		"alike": func(a, b *Customer) bool { return slices.Contains(similarNames(), [2]string{a.FirstName, b.FirstName}) },
		"third": func(a, b *Customer) bool { return sameFullName(a, b) && strings.HasPrefix(b.Suffix, "II") },
	}
	got := map[string]int{}
	for head, members := range directory.households {
		if !slices.Contains(members, head) || len(members) > 5 {
			t.Fatalf("household %d of %v", head, members)
		}
		for name, is := range pairs {
			got[name] += oneIf(anyPair(s.population.all, members, is))
		}
	}
	homes := len(directory.households)
	within(t, "same phone", got["phone"], homes, 0.40, 0.50) // half of them; some moved or have none
	within(t, "same email", got["email"], homes, 0.09, 0.13)
	within(t, "same zip", got["zip"], homes, 0.88, 0.96)
	within(t, "same surname", got["surname"], homes, 0.83, 0.92)
	within(t, "parent and child of one name", got["one name"], homes, 0.07, 0.09)
	within(t, "of them with suffix", got["suffix"], got["one name"], 0.34, 0.46)
	within(t, "twins", got["twins"], homes, 0.01, 0.02)
	if got["alike"] == 0 || got["third"] == 0 {
		t.Errorf("%v", got)
	}
}

func sameFullName(a, b *Customer) bool { return a.FirstName == b.FirstName && a.LastName == b.LastName }

func anyPair(all []Customer, members []int32, is func(a, b *Customer) bool) bool {
	for _, a := range members {
		for _, b := range members {
			if a != b && is(&all[a], &all[b]) {
				return true
			}
		}
	}
	return false
}

// TestFundsHaveSiblings looks for companies whose names differ by a number only.
func TestFundsHaveSiblings(t *testing.T) {
	names := map[string]bool{}
	for _, c := range crowded().Customers {
		names[c.CompanyName] = true
	}
	pairs := 0
	for name := range names {
		pairs += oneIf(strings.Contains(name, "Fund 1") && names[strings.Replace(name, "Fund 1", "Fund 2", 1)])
	}
	if pairs < 3 {
		t.Errorf("%d pairs of funds", pairs)
	}
}

// TestNamesAreAsInACensus measures how many full names a large population has.
func TestNamesAreAsInACensus(t *testing.T) {
	if testing.Short() {
		t.Skip("makes 100,000 people")
	}
	s := generated(Config{Loans: 37_500, People: 69_800, Present: 0.5})
	directory := s.index()
	unique, people := 0, 0
	for at := range s.population.all {
		if p := &s.population.all[at]; p.Kind == kindPerson {
			people++
			unique += oneIf(directory.sameName(p) == 1)
		}
	}
	within(t, "unique full names", unique, people, 0.60, 0.75)
	within(t, "John Smith", directory.names["|john|smith"], people, 0.0001, 0.0005)
}

// TestOneOfEverythingComesEarly looks at the first customers of a small tenant.
func TestOneOfEverythingComesEarly(t *testing.T) {
	s := generated(Config{Loans: 40})
	population := &s.population
	first := population.all[:firstEvent+len(events())]
	has := func(what string, is func(a *Customer, at int) bool) {
		t.Helper()
		for at := range first {
			if is(&first[at], at) {
				return
			}
		}
		t.Errorf("no %s among the first %d", what, len(first))
	}
	next := func(at int) *Customer { return &first[(at+1)%len(first)] }
	has("company", func(c *Customer, _ int) bool { return c.Kind == kindCompany })
	has("parent and child, with suffix", func(c *Customer, at int) bool {
		return c.FirstName == next(at).FirstName && c.LastName == next(at).LastName && next(at).Suffix != ""
	})
	has("parent and child, without", func(c *Customer, at int) bool {
		return c.FirstName == next(at).FirstName && c.LastName == next(at).LastName && c.Suffix+next(at).Suffix == ""
	})
	has("twins", func(c *Customer, at int) bool {
		return c.BirthDate != "" && c.BirthDate == next(at).BirthDate && c.LastName == next(at).LastName
	})
	has("shared phone", func(c *Customer, at int) bool { return c.Phone != "" && c.Phone == next(at).Phone })
	has("shared address", func(c *Customer, at int) bool { return c.Address1 != "" && c.Address1 == next(at).Address1 })
	has("moved", func(_ *Customer, at int) bool { return population.otherFacts[at].zip != "" })
	has("married", func(_ *Customer, at int) bool { return population.otherFacts[at].lastName != "" })
	has("hyphen", func(c *Customer, _ int) bool { return strings.Contains(c.LastName, "-") })
	has("placeholder birth date", func(c *Customer, _ int) bool { return c.BirthDate == "1900-01-01" })
	has("placeholder email", func(c *Customer, _ int) bool { return c.Email == "none@none.com" })
	has("placeholder SSN", func(c *Customer, _ int) bool { return c.SSN == "000000000" })
	if len(population.duplicates) == 0 {
		t.Error("no customer has a second record")
	}
}
