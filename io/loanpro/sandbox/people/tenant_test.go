package people

import (
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestSameSeedSameTenant(t *testing.T) {
	a, b := Generate(Config{Loans: 3000, Seed: 7, Present: 1}), Generate(Config{Loans: 3000, Seed: 7, Present: 1})
	if !reflect.DeepEqual(a, b) {
		t.Error("one seed makes two tenants")
	}
	if c := Generate(Config{Loans: 3000, Seed: 8, Present: 1}); reflect.DeepEqual(a.Loans, c.Loans) || reflect.DeepEqual(a.Customers, c.Customers) {
		t.Error("another seed makes the same tenant")
	}
	// The first loans depend on the seed only, not on the version of Go.
	got := [2]string{a.Loans[3].DisplayID, a.Loans[7].DisplayID}
	want := [2]string{"LN - 6271ee5e-5e54-e21b-9365-9af3772fcb8e", "L-AMOqnbPJm0VH286VUIee6XABt"}
	if got != want {
		t.Errorf("seed 7 made %q", got)
	}
}

func TestRecordsAreSound(t *testing.T) {
	made := Generate(Config{Loans: 5000, Seed: 3, Present: 1})
	last := 0
	for _, l := range made.Loans {
		length := utf8.RuneCountInString(l.DisplayID)
		if l.ID <= last || length == 0 || length > maxDisplayID || !strings.ContainsFunc(l.DisplayID, isWordRune) {
			t.Errorf("loan %+v after %d", l, last)
		}
		if l.Temporary && !l.Deleted || l.Title == "" || l.StatusID == 0 {
			t.Errorf("loan %+v", l)
		}
		for _, link := range l.Customers {
			if made.Customer(link.CustomerID) == nil {
				t.Errorf("loan %d has customer %d, who is not there", l.ID, link.CustomerID)
			}
		}
		last = l.ID
	}
	last = 0
	ssn, email := regexp.MustCompile(`^9\d{8}$|^0{9}$`), regexp.MustCompile(`^[a-z0-9.]+@example\.(com|net|org)$|^none@none\.com$`)
	phone := regexp.MustCompile(`^\d{3}55501\d\d$`)
	for _, c := range made.Customers {
		if c.ID <= last || c.FullName() == "" || strings.Contains(c.FullName(), "  ") || strings.TrimSpace(c.LastName) != c.LastName {
			t.Errorf("customer %+v after %d", c, last)
		}
		if c.SSN != "" && !ssn.MatchString(c.SSN) || c.Email != "" && !email.MatchString(c.Email) || c.Phone != "" && !phone.MatchString(c.Phone) {
			t.Errorf("customer %+v could be a real person", c)
		}
		last = c.ID
	}
	if share := float64(len(made.Customers)) / 5000; math.Abs(share-0.8) > 0.05 {
		t.Errorf("%.2f customers for a loan", share)
	}
}

// TestTenantHasEverything looks for one of each style, relation and combination
// of borrowers.
func TestTenantHasEverything(t *testing.T) {
	s := generated(Config{Loans: 2_000})
	loans := s.Loans
	if len(loans) != 2_000 {
		t.Fatalf("%d loans", len(loans))
	}
	live := map[string]int{}
	for _, l := range loans {
		if !l.Deleted && !l.Archived {
			live[l.DisplayID]++
		}
	}
	for _, id := range []string{
		"L000212", "LN00000456", "LPT-002517043", "DISP_ID_001", "My Loan 12", "[AWA]1719123456", "00012345", "2021/00123",
		"Loan (12)", "A[12]", "AB.123", "AB:12", "O'Brien-12", "Smith & Sons #12", "Préstamo-12", "ŁÓDŹ-77", "ローン0012",
		"Straße 5", "İZMİR-3",
	} {
		if live[id] == 0 {
			t.Errorf("no live %q", id)
		}
	}
	all := map[string]bool{}
	for _, l := range loans {
		all[l.DisplayID] = true
	}
	for _, id := range firstDisplayIDs() {
		if !all[id] {
			t.Errorf("no %q", id)
		}
	}
	for name, holds := range oddities(s, loans) {
		if !slices.ContainsFunc(loans, holds) {
			t.Errorf("no loan with %s", name)
		}
	}
}

func oddities(s *Tenant, loans []Loan) map[string]func(Loan) bool {
	form := func(pattern string) func(Loan) bool {
		r := regexp.MustCompile(pattern)
		return func(l Loan) bool { return r.MatchString(l.DisplayID) }
	}
	twin := func(fits func(a, b Loan) bool) func(Loan) bool {
		return func(a Loan) bool {
			return slices.ContainsFunc(loans, func(b Loan) bool { return a.ID != b.ID && fits(a, b) })
		}
	}
	live := func(l Loan) bool { return !l.Deleted && !l.Archived }
	same := func(a, b Loan) bool { return a.DisplayID == b.DisplayID }
	folded := func(a, b Loan) bool { return !same(a, b) && strings.EqualFold(a.DisplayID, b.DisplayID) }
	roles := func(count func(primaries, all int) bool) func(Loan) bool {
		return func(l Loan) bool {
			primaries := 0
			for _, link := range l.Customers {
				if link.Role == RolePrimary {
					primaries++
				}
			}
			return count(primaries, len(l.Customers))
		}
	}
	return map[string]func(Loan) bool{
		"guid":                        form(`^LN - [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`),
		"mixed case":                  form(`^L-[A-Za-z0-9]{25}$`),
		"VIN tail":                    form(`^[A-Z]\d{7}$`),
		"VIN digits":                  form(`^\d{8}$`),
		"fifty characters":            func(l Loan) bool { return len(l.DisplayID) == maxDisplayID },
		"fifty characters, not bytes": func(l Loan) bool { return len(l.DisplayID) > 80 && len([]rune(l.DisplayID)) == maxDisplayID },
		"a leading space":             form(`^ `),
		"a trailing space":            form(` $`),
		"archived, alone":             func(l Loan) bool { return l.Archived && !l.Deleted },
		"temporary":                   func(l Loan) bool { return l.Temporary && l.Deleted },
		"another title":               func(l Loan) bool { return l.Title != l.DisplayID },
		"deleted, alone": func(l Loan) bool {
			return l.Deleted && !twin(func(a, b Loan) bool { return strings.EqualFold(a.DisplayID, b.DisplayID) })(l)
		},
		"live twins":              twin(func(a, b Loan) bool { return same(a, b) && live(a) && live(b) }),
		"archived twin":           twin(func(a, b Loan) bool { return same(a, b) && live(a) && b.Archived }),
		"deleted twin":            twin(func(a, b Loan) bool { return same(a, b) && live(a) && b.Deleted }),
		"temporary twin":          twin(func(a, b Loan) bool { return same(a, b) && live(a) && b.Temporary }),
		"deleted twins":           twin(func(a, b Loan) bool { return same(a, b) && a.Deleted && b.Deleted }),
		"live twins by case":      twin(func(a, b Loan) bool { return folded(a, b) && live(a) && live(b) }),
		"deleted twin by case":    twin(func(a, b Loan) bool { return folded(a, b) && live(a) && b.Deleted }),
		"archived twin by case":   twin(func(a, b Loan) bool { return folded(a, b) && live(a) && b.Archived }),
		"another's system ID":     twin(func(a, b Loan) bool { return a.DisplayID == strconv.Itoa(b.ID) }),
		"no customer":             roles(func(_, all int) bool { return all == 0 }),
		"three customers":         roles(func(_, all int) bool { return all == 3 }),
		"one, not primary":        roles(func(p, all int) bool { return p == 0 && all == 1 }),
		"two, none primary":       roles(func(p, all int) bool { return p == 0 && all == 2 }),
		"two primaries":           roles(func(p, _ int) bool { return p == 2 }),
		"a company":               ofCustomer(s, func(c *Customer) bool { return c.Kind == kindCompany }),
		"a customer of two loans": ofCustomer(s, func(c *Customer) bool { at, _ := s.CustomerAt(c.ID); return len(s.LoansOf(at)) > 1 }),
	}
}

func ofCustomer(s *Tenant, fits func(*Customer) bool) func(Loan) bool {
	return func(l Loan) bool {
		return slices.ContainsFunc(l.Customers, func(link Link) bool { return fits(s.Customer(link.CustomerID)) })
	}
}

func TestOtherCase(t *testing.T) {
	for id, want := range map[string]string{"AB-1": "ab-1", "ab-1": "AB-1", "Ab": "ab"} {
		if got := otherCase(id); got != want {
			t.Errorf("otherCase(%q) = %q", id, got)
		}
	}
	for id, want := range map[string]bool{"a1": true, "12": false, "ŁÓDŹ": false, "@[`{": false} {
		if got := hasCase(&Loan{DisplayID: id}); got != want {
			t.Errorf("hasCase(%q) = %v", id, got)
		}
	}
}

// TestSharesSumUp checks that the tables of shares cover every random number.
func TestSharesSumUp(t *testing.T) {
	sum := 0
	for _, b := range borrowerLists() {
		sum += b.share
	}
	if sum != 10_000 {
		t.Errorf("borrowers: %d", sum)
	}
	names := newNameParts()
	if len(names.given.names) < 600 || len(names.family.names) < 3000 {
		t.Errorf("%d given and %d family names", len(names.given.names), len(names.family.names))
	}
}

// TestFiguresDependOnTheID checks that figures are the same in every tenant and
// under any version of Go.
func TestFiguresDependOnTheID(t *testing.T) {
	want := Figures{
		Amount: 1494623, Balance: 194300, Payment: 31138, DaysPastDue: 73,
		Created: 1518323267, Contract: 1518307200, Due: 1770940800,
	}
	for _, l := range []Loan{{ID: 1000}, {ID: 1000, DisplayID: "x", Deleted: true}} {
		if diff := cmp.Diff(want, l.Figures()); diff != "" {
			t.Error(diff)
		}
	}
	if got := (&Customer{ID: 700, FirstName: "x"}).Created(); got != 1504192559 {
		t.Errorf("created %d", got)
	}
}

// isWordRune reports whether a search can find r.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
