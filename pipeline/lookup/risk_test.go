package lookup

import (
	"flag"
	"fmt"
	"math"
	"strconv"
	"testing"
	"time"

	"loanmap/io/loanpro"
	"loanmap/io/loanpro/sandbox/people"
	"loanmap/pipeline/lookup/directory"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

var riskSeeds = flag.Int("risk-seeds", 0, "tenants in which the measured risk is held against the truth; 0: 3, or 20 without -short")

func TestChances(t *testing.T) {
	for text, want := range map[string]Chance{"1/2000": 0.0005, "0": 0, "0.25": 0.25, "1": 1, "3/4": 0.75} {
		var got Chance
		if err := got.UnmarshalText([]byte(text)); err != nil || got != want {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "x", "-1", "2", "1/0", "1/", "/2", "NaN", "0/0"} {
		var got Chance
		if err := got.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
	if got := DefaultMaxRisk.String(); got != "1/2000" {
		t.Error(got)
	}
}

// The bound of Clopper and Pearson, by tables.
func TestUpperBound(t *testing.T) {
	for _, c := range []struct {
		wrong, all int
		want       float64
	}{{0, 20_000, 0.00014977}, {1, 20_000, 0.00023718}, {3, 20_000, 0.00038765}, {0, 10, 0.25887}, {5, 10, 0.77756}, {10, 10, 1}, {0, 0, 1}} {
		if got := float64(upperBound(c.wrong, c.all)); math.Abs(got-c.want) > c.want/1000 {
			t.Errorf("%d of %d: %v, not %v", c.wrong, c.all, got, c.want)
		}
	}
}

// If all customers are drawn, two of them are wrong together.
func TestWrongMatchesComeInPairs(t *testing.T) {
	for _, c := range []struct {
		wrong, all int
		drawn      float64
		want       Chance
	}{{0, 20_000, 1, upperBound(0, 10_000)}, {5, 20_000, 1, upperBound(3, 10_000)}, {0, 12_000, 0.2, upperBound(0, 10_000)}, {6, 12_000, 0.2, upperBound(5, 10_000)}} {
		if got := boundOfPairs(c.wrong, c.all, c.drawn); got != c.want {
			t.Errorf("%+v: %v", c, got)
		}
	}
}

// customersOf returns a directory of customers.
func customersOf(customers []people.Customer) *directory.Directory {
	d := newDirectory(question.Customers)
	for i := range customers {
		c := &customers[i]
		birth := ""
		if day, err := time.Parse(time.DateOnly, c.BirthDate); err == nil {
			birth = "/Date(" + strconv.FormatInt(day.Unix(), 10) + ")/"
		}
		d.Add([]loanpro.Hit{{ID: int64(c.ID), Details: loanpro.Details{
			Name: c.FullName(), First: c.FirstName, Middle: c.MiddleName, Last: c.LastName, Suffix: c.Suffix, Company: c.CompanyName,
			Email: c.Email, Phone: c.Phone, Birth: birth, SSN: c.SSN, Zip: c.Zip, CustomID: c.CustomID,
		}}})
	}
	d.Complete()
	return d
}

// askedFor is the question of a row that has no evidence but phone and ZIP code.
func askedFor(row *people.Row, number uint64) *Asked {
	p := question.Person{Person: match.Person{
		Name:     match.ReadName(match.NameParts{Whole: row.Name}),
		Evidence: match.Evidence{Phones: optional(match.ReadPhone(row.Phone)), Zip: match.ReadZip(row.Zip)},
	}}
	p.Prepare()
	q := newAsked(question.Question{Kind: question.Names, Text: row.Name, Person: &p})
	q.Number = number
	return q
}

// In tenants of all kinds, rows about people who are not there are matched to a wrong
// customer no more often than the bounds say, by the tiers that are accepted.
func TestTheRiskIsNotUnderstated(t *testing.T) {
	seeds := *riskSeeds
	if seeds == 0 {
		seeds = 20
		if testing.Short() {
			seeds = 1
		}
	}
	cases, understated, accepted := 0, 0, 0
	for seed := range seeds {
		tenant := people.Generate(people.Config{Seed: uint64(seed), Loans: 1000, People: 4000, Present: 0.6, Distinct: seed%5 == 4})
		l := &Lookup{risks: newRisks(customersOf(tenant.Customers), 1)} // everything is accepted, and measured
		var absent []match.EvidenceKinds                                // of each row
		wrong := map[string]int{}                                       // by tier
		kinds := map[string]match.EvidenceKinds{}                       // of each tier
		number := uint64(0)
		for row := range tenant.Rows(4000, uint64(seed)) {
			if row.Truth != 0 {
				continue
			}
			number++
			q := askedFor(&row, number)
			absent = append(absent, q.Person.Evidence.Kinds())
			by := ""
			tiers := l.risks.accepts(t.Context(), q)
			q.accepts = func(tier match.Tier) bool {
				by = tier.String()
				kinds[by] = tier.Agrees()
				return tiers(tier)
			}
			if err := findAlone(l, q); err != nil {
				t.Fatal(err)
			}
			if q.Outcome.Status() == match.Matched && by != "" {
				wrong[by]++
			}
		}
		for _, r := range l.Risks() {
			n, k := 0, wrong[r.Tier]
			for _, has := range absent {
				if kinds[r.Tier]&^has == 0 {
					n++
				}
			}
			cases++
			accepted += r.Rows
			if k > 0 && 1-atMost(k-1, n, float64(r.Bound)) < 0.05 {
				understated++
				t.Logf("seed %d: by %s: %d of %d wrong, the bound is %v (%d of %d)", seed, r.Tier, k, n, r.Bound, r.Wrong, r.Of)
			}
		}
	}
	t.Logf("%d tenants, %d risks, %d understated, %d rows accepted", seeds, cases, understated, accepted)
	if cases < 3*seeds || float64(understated) > 0.05*float64(cases)+1 {
		t.Errorf("%d of %d risks are understated", understated, cases)
	}
}

// Whether a name with an error is enough depends on who shares an email or a phone.
func TestTheRiskOfNamesWithErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		together [2]people.Customer // each household
		wrong    int                // of 200 customers
	}{
		{"strangers", [2]people.Customer{{FirstName: "Mary", LastName: "Longfellow"}, {FirstName: "Peter", LastName: "Kowalski"}}, 0},
		{"the same initial", [2]people.Customer{{FirstName: "Jane", LastName: "Longfellow"}, {FirstName: "John", LastName: "Longfellow"}}, 200},
		{"brother and sister", [2]people.Customer{{FirstName: "Mary", LastName: "Longfellow"}, {FirstName: "Peter", LastName: "Longfellow"}}, 0},
		{"two names turned", [2]people.Customer{{FirstName: "James", LastName: "Morgan"}, {FirstName: "Morgan", LastName: "James"}}, 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var customers []people.Customer
			for i := range 200 {
				one := c.together[i%2]
				one.ID, one.Phone = i+1, fmt.Sprintf("212-555-%04d", i/2)
				customers = append(customers, one)
			}
			l := &Lookup{risks: newRisks(customersOf(customers), 1)} // everything is accepted, and measured
			q := askedFor(&people.Row{Name: "M Longfellow", Phone: "212-555-0000"}, 1)
			tier := inexactTier(t)
			if accepts := l.risks.accepts(t.Context(), q); !accepts(tier) {
				t.Fatal("nothing is measured")
			}
			if r := l.Risks()[0]; r.Tier != "inexact name and phone" || r.Wrong != c.wrong || r.Of != 200 {
				t.Errorf("%+v", r)
			}
		})
	}
}

// inexactTier returns the tier of an initial and a phone.
func inexactTier(t *testing.T) (found match.Tier) {
	t.Helper()
	row := match.Person{Name: match.ReadName(match.NameParts{Whole: "M Longfellow"}), Evidence: match.Evidence{Phones: []string{"2125550100"}}}
	record := match.Person{Name: match.ReadName(match.NameParts{Whole: "Mary Longfellow"}), Evidence: row.Evidence}
	match.Customer(&row, []match.Candidate{{Comparison: match.Compare(&row, &record), Live: true}}, match.CustomerOptions{Accepts: func(tier match.Tier) bool {
		found = tier
		return false
	}})
	return found
}

// findAlone decides who a row is about.
func findAlone(l *Lookup, q *Asked) error {
	who := whoIs(&q.Person.Person, q.Person.Filter)
	found, _ := l.risks.people.People(who)
	q.addCandidates(newRecordCache(false).read(l.risks.people.Hits(found)), noDoubt)
	q.decide()
	if q.Outcome.Status() == match.Failed {
		return fmt.Errorf("%v", q.Outcome.Details())
	}
	return nil
}
