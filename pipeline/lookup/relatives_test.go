package lookup

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"loanmap/io/loanpro/sandbox/people"
	"loanmap/pipeline/match"
	"loanmap/pipeline/question"
)

// The bounds of a Poisson mean, by tables.
func TestMostPairs(t *testing.T) {
	for counted, want := range map[int]float64{0: 2.9957, 1: 4.7439, 5: 10.5130, 50: 63.287} {
		if got := mostPairs(counted); got < want-0.001 || got > want+0.001 {
			t.Errorf("%d: %v, not %v", counted, got, want)
		}
	}
	// Where it is no longer summed up, it is hardly larger.
	if below, above := mostPairs(manyPairs), mostPairs(manyPairs+1); above < below || above > below+3 {
		t.Errorf("%v for %d pairs, but %v for one more", below, manyPairs, above)
	}
}

// askedAs is the question of a row that says of a customer the name, birth date and ZIP code.
func askedAs(c *people.Customer, number uint64) *Asked {
	p := question.Person{Person: match.Person{
		Name:     match.ReadName(match.NameParts{First: c.FirstName, Last: c.LastName}),
		Evidence: match.Evidence{Birth: match.ReadBirth(c.BirthDate), Zip: match.ReadZip(c.Zip)},
	}}
	p.Prepare()
	q := newAsked(question.Question{Kind: question.Names, Text: c.FirstName, Person: &p})
	q.Number = number
	return q
}

// byPart is the tier that is measured here.
const byPart = "part of the name and birth and zip"

// matchedByPart reports whether a row is matched by that tier.
func matchedByPart(t *testing.T, l *Lookup, q *Asked) bool {
	t.Helper()
	by, tiers := "", l.risks.accepts(t.Context(), q)
	q.accepts = func(tier match.Tier) bool {
		by = tier.String()
		return tiers(tier)
	}
	if err := findAlone(l, q); err != nil {
		t.Fatal(err)
	}
	return by == byPart && q.Outcome.Status() == match.Matched
}

// partlyTaken asks a tenant for others who are not its customers. It returns how many there
// were, how many were matched by part of the name, and the measured risk.
func partlyTaken(t *testing.T, customers, others []people.Customer) (asked, wrong int, risk Risk) {
	t.Helper()
	l := &Lookup{risks: newRisks(customersOf(customers), 1)} // everything is accepted, and measured
	for i := range others {
		if others[i].LastName == "" {
			continue
		}
		asked++
		if matchedByPart(t, l, askedAs(&others[i], uint64(i))) {
			wrong++
		}
	}
	for i := range customers { // a twin has the tier measured, if no row has
		twin := customers[i]
		twin.FirstName = "Qxyz"
		if twin.LastName != "" && matchedByPart(t, l, askedAs(&twin, 0)) {
			break
		}
	}
	for _, r := range l.Risks() {
		if r.Tier == byPart {
			risk = r
		}
	}
	return asked, wrong, risk
}

// Where few of a family are customers, and where more are, the others of the family are
// matched by part of the name no more often than the bounds say.
func TestTheRiskOfRelativesIsNotUnderstated(t *testing.T) {
	seeds := *riskSeeds
	if seeds == 0 {
		if testing.Short() {
			t.Skip("make check runs it")
		}
		seeds = 3
	}
	cases, understated, accepted, asked, wrongly := 0, 0, 0, 0, 0
	for seed := range seeds {
		tenant := people.Generate(people.Config{Seed: uint64(seed), Loans: 1000, People: []int{30_000, 90_000}[seed%2], Present: 0.9, Distinct: seed%5 == 4})
		all := tenant.Customers
		random := rand.New(rand.NewPCG(uint64(seed), 1))
		random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
		for _, size := range []int{250, 500, 1000, 2000, 8000} {
			rows, wrong, r := partlyTaken(t, all[:size], all[max(size, len(all)-10_000):])
			cases++
			if r.Bound <= DefaultMaxRisk {
				accepted++
				asked += rows
				wrongly += wrong
			}
			t.Logf("seed %d, %d customers: %d of %d wrong, the bound is %v (%d of %d)", seed, size, wrong, rows, r.Bound, r.Wrong, r.Of)
			if wrong > 0 && 1-atMost(wrong-1, rows, float64(r.Bound)) < 0.05 {
				understated++
				t.Logf("   understated")
			}
		}
	}
	t.Logf("%d risks, %d understated; in the %d that are accepted, %d of %d rows are matched wrongly", cases, understated, accepted, wrongly, asked)
	if cases == 0 || float64(understated) > 0.05*float64(cases)+1 {
		t.Errorf("%d of %d risks are understated", understated, cases)
	}
}

// relativesOf are people in a tenant of their own: an identifier, a surname and a home for
// each, and given names that do not fit each other.
func relativesOf(count int, change func(i int, p *match.Person)) *relatives {
	r := &relatives{}
	for i := range count {
		p := match.Person{
			Name:     match.ReadName(match.NameParts{First: word(3*i + 1), Last: word(7*i + 2)}),
			Evidence: match.Evidence{Birth: match.Date{Year: 1950 + i%50, Month: 1 + i%12, Day: 1 + i%28}, Zip: strconv.Itoa(10_000 + i)},
		}
		change(i, &p)
		r.people = append(r.people, p)
	}
	return r
}

// word is a word of its own for each number.
func word(n int) string {
	text := ""
	for range 6 {
		text += string(rune('a' + n%26))
		n = n*31/7 + 5
	}
	return text
}

// tierOfParts returns the tier of part of a name, birth date and ZIP code.
func tierOfParts(t *testing.T) (found match.Tier) {
	t.Helper()
	twin := func(name string) match.Person {
		return match.Person{Name: match.ReadName(match.NameParts{Whole: name}), Evidence: match.Evidence{Birth: match.Date{Year: 1980, Month: 1, Day: 22}, Zip: "94510"}}
	}
	row, record := twin("Mary Jones"), twin("Ann Jones")
	match.Customer(&row, []match.Candidate{{Comparison: match.Compare(&row, &record), Live: true}}, match.CustomerOptions{Accepts: func(tier match.Tier) bool {
		found = tier
		return false
	}})
	if found.String() != byPart {
		t.Fatal(found)
	}
	return found
}

// What makes part of a name agree more often makes the risk larger.
func TestTheBoundByRelatives(t *testing.T) {
	tier := tierOfParts(t)
	sameHome := func(_ int, p *match.Person) { p.Evidence.Zip = "94510" }
	for _, c := range []struct {
		name        string
		count       int
		change      func(i int, p *match.Person)
		least, most Chance
	}{
		{"no relatives", 500, func(int, *match.Person) {}, 1.0 / 4200, 1.0 / 4000},
		{"few customers", 100, func(int, *match.Person) {}, 1.0 / 850, 1.0 / 800},
		{"one customer", 1, func(int, *match.Person) {}, 1, 1},
		{"a relative of each", 500, func(i int, p *match.Person) {
			p.Name = match.ReadName(match.NameParts{First: word(3*i + 1), Last: word(i / 2)})
			p.Evidence.Zip = strconv.Itoa(10_000 + i/2)
		}, 1.0 / 50, 1.0 / 40},
		{"one town, as by chance", 500, sameHome, 1.0 / 4200, 1.0 / 500},
		{"one town and one birth date, the default of an import", 500, func(i int, p *match.Person) {
			sameHome(i, p)
			p.Evidence.Birth = match.Date{Year: 1990, Month: 7, Day: 7}
		}, 1.0 / 2, 1},
		{"few have the ZIP code", 500, func(i int, p *match.Person) {
			if i%5 > 0 {
				p.Evidence.Zip = ""
			}
		}, 1.0 / 850, 1.0 / 800},
	} {
		if got := relativesOf(c.count, c.change).bound(tier); got < c.least || got > c.most {
			t.Errorf("%s: %v, not %v to %v", c.name, got, c.least, c.most)
		}
	}
	if got := relativesOf(500, func(int, *match.Person) {}).bound(match.Tier{}); got != 1 {
		t.Errorf("another tier: %v", got)
	}
}
