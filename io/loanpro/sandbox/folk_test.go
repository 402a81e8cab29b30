package sandbox

import (
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// crowded makes a population of which half is in the tenant, and three of five
// of that half have a loan.
func crowded(t testing.TB) *Sandbox {
	return made(t, Options{Loans: 7_500, People: 13_800, Present: 0.5})
}

func TestPresent(t *testing.T) {
	s := crowded(t)
	folk := &s.tenant.folk
	absent := 0
	for at := range folk.all {
		_, known := s.tenant.customerAt(folk.all[at].ID)
		if known == folk.isAbsent(at) {
			t.Fatalf("person %d: in the tenant %v, absent %v", folk.all[at].ID, known, folk.isAbsent(at))
		}
		absent += int(oneIf(folk.isAbsent(at)))
	}
	if all := len(folk.all); absent != all-all/2 && absent != all/2 || len(s.tenant.customers) != all-absent {
		t.Errorf("%d of %d absent, %d customers", absent, all, len(s.tenant.customers))
	}
	without := 0
	for at := range s.tenant.customers {
		without += int(oneIf(len(s.tenant.loansOf(at)) == 0))
	}
	within(t, "customers without a loan", without, len(s.tenant.customers), 0.36, 0.44)

	everybody := made(t, Options{Loans: 100, People: 500})
	if got := everybody.tenant; len(got.customers) != len(got.folk.all) || len(got.customers) < 580 {
		t.Errorf("%d customers of %d people", len(got.customers), len(got.folk.all))
	}
	// Those with a loan are in the tenant, however few others are.
	few := made(t, Options{Loans: 100, People: 500, Present: 0.01}).tenant
	if want := len(made(t, Options{Loans: 100}).tenant.customers); len(few.customers) != want {
		t.Errorf("%d customers, want the %d of the loans", len(few.customers), want)
	}
}

// TestPeopleDoNotMoveLoans checks that the people beside them change nothing
// about loans, nor about who has one.
func TestPeopleDoNotMoveLoans(t *testing.T) {
	few, many := made(t, Options{Loans: 500}).tenant, made(t, Options{Loans: 500, People: 2_000, Present: 0.4}).tenant
	if !reflect.DeepEqual(few.loans, many.loans) {
		t.Error("other loans")
	}
	for i := range few.customers {
		if a, b := few.customers[i], many.customers[i]; a.ID != b.ID || a.CustomID != b.CustomID {
			t.Fatalf("customer %d is %d", a.ID, b.ID)
		}
	}
}

func TestPeopleRefused(t *testing.T) {
	for _, o := range []Options{{People: -1}, {People: maxLoans + 1}, {Present: -0.1}, {Present: 1.1}, {Present: math.NaN()}} {
		if _, err := New(o); err == nil {
			t.Errorf("took %+v", o)
		}
	}
}

func within(t *testing.T, what string, count, of int, low, high float64) {
	t.Helper()
	share := float64(count) / float64(of)
	t.Logf("%s: %.4f", what, share)
	if share < low || share > high {
		t.Errorf("%s: %.4f of %d, want %.4f to %.4f", what, share, of, low, high)
	}
}

// TestPopulation measures who lives with whom, and what became of them.
func TestPopulation(t *testing.T) {
	s := crowded(t)
	census, folk := s.census(), &s.tenant.folk
	people, alone, missing := 0, 0, map[string]int{}
	for at := range folk.all {
		p := &folk.all[at]
		if _, double := folk.doubles[at]; p.Kind != kindPerson || double {
			continue
		}
		people++
		alone += int(oneIf(len(census.kin(at)) == 0))
		for name, text := range map[string]string{"email": p.Email, "phone": p.Phone, "birth": p.BirthDate, "ssn": p.SSN, "custom": p.CustomID} {
			missing[name] += int(oneIf(text == ""))
		}
		missing["placeholder"] += int(oneIf(p.Email == "none@none.com" || p.SSN == "000000000" || p.BirthDate == "1900-01-01"))
	}
	within(t, "no email", missing["email"], people, 0.09, 0.11)
	within(t, "no phone", missing["phone"], people, 0.04, 0.06)
	within(t, "no birth date", missing["birth"], people, 0.04, 0.06)
	within(t, "no SSN", missing["ssn"], people, 0.09, 0.11)
	within(t, "no custom ID", missing["custom"], people, 0.28, 0.32)
	within(t, "placeholders", missing["placeholder"], people, 0.003, 0.007)
	within(t, "living alone", alone, people, 0.10, 0.18)
	within(t, "changed lives", len(folk.lives), people, 0.13, 0.17)
	within(t, "second records", len(folk.doubles), len(s.tenant.customers), 0.004, 0.006)
	within(t, "companies", len(folk.all)-people-len(folk.doubles), len(folk.all), 0.025, 0.035)
}

func TestHouseholds(t *testing.T) {
	s := crowded(t)
	census := s.census()
	pairs := map[string]func(a, b *Customer) bool{
		"phone":    func(a, b *Customer) bool { return a.Phone != "" && a.Phone == b.Phone },
		"email":    func(a, b *Customer) bool { return a.Email != "" && a.Email == b.Email },
		"zip":      func(a, b *Customer) bool { return a.Zip == b.Zip },
		"surname":  func(a, b *Customer) bool { return a.LastName == b.LastName },
		"one name": sameName,
		"suffix":   func(a, b *Customer) bool { return sameName(a, b) && a.Suffix+b.Suffix != "" },
		"twins": func(a, b *Customer) bool {
			return a.LastName == b.LastName && a.BirthDate != "" && a.BirthDate == b.BirthDate && a.FirstName != b.FirstName
		},
		"alike": func(a, b *Customer) bool { return slices.Contains(alikeNames(), [2]string{a.FirstName, b.FirstName}) },
		"third": func(a, b *Customer) bool { return sameName(a, b) && strings.HasPrefix(b.Suffix, "II") },
	}
	got := map[string]int{}
	for head, members := range census.households {
		if !slices.Contains(members, head) || len(members) > 5 {
			t.Fatalf("household %d of %v", head, members)
		}
		for name, is := range pairs {
			got[name] += int(oneIf(anyPair(s.tenant.folk.all, members, is)))
		}
	}
	homes := len(census.households)
	within(t, "same phone", got["phone"], homes, 0.40, 0.50) // half of them, unless one moved or has none
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

func sameName(a, b *Customer) bool { return a.FirstName == b.FirstName && a.LastName == b.LastName }

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

// TestFundsHaveSiblings looks for companies that only a number tells apart.
func TestFundsHaveSiblings(t *testing.T) {
	names := map[string]bool{}
	for c := range crowded(t).Customers() {
		names[c.CompanyName] = true
	}
	pairs := 0
	for name := range names {
		pairs += int(oneIf(strings.Contains(name, "Fund 1") && names[strings.Replace(name, "Fund 1", "Fund 2", 1)]))
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
	s := made(t, Options{Loans: 37_500, People: 69_800, Present: 0.5})
	census := s.census()
	unique, people := 0, 0
	for at := range s.tenant.folk.all {
		if p := &s.tenant.folk.all[at]; p.Kind == kindPerson {
			people++
			unique += int(oneIf(census.bearing(p) == 1))
		}
	}
	within(t, "unique full names", unique, people, 0.60, 0.75)
	within(t, "John Smith", census.names["|john|smith"], people, 0.0001, 0.0005)
}

// TestOneOfEverythingComesEarly looks at the first customers of a small tenant.
func TestOneOfEverythingComesEarly(t *testing.T) {
	s := made(t, Options{Loans: 40})
	folk := &s.tenant.folk
	first := folk.all[:openingLife+len(histories())]
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
	has("moved", func(_ *Customer, at int) bool { return folk.lives[at].zip != "" })
	has("married", func(_ *Customer, at int) bool { return folk.lives[at].lastName != "" })
	has("hyphen", func(c *Customer, _ int) bool { return strings.Contains(c.LastName, "-") })
	has("placeholder birth date", func(c *Customer, _ int) bool { return c.BirthDate == "1900-01-01" })
	has("placeholder email", func(c *Customer, _ int) bool { return c.Email == "none@none.com" })
	has("placeholder SSN", func(c *Customer, _ int) bool { return c.SSN == "000000000" })
	if len(folk.doubles) == 0 {
		t.Error("nobody stands there twice")
	}
}
