package match

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// cells is a row or a record as it is written.
type cells struct {
	first, middle, last, suffix             string
	email, phone, birth, ssn, zip, customID string
	comma                                   bool // the name is in one cell, surname first
}

func (c *cells) person() Person {
	name := NameParts{First: c.first, Middle: c.middle, Last: c.last, Suffix: c.suffix}
	if c.comma {
		name = NameParts{Whole: c.last + ", " + c.first + " " + c.middle + " " + c.suffix}
	}
	p := Person{Name: ReadName(name)}
	for _, f := range allFields[:evidenceFields] {
		if cell := *f.of(c); cell != "" {
			p.Evidence.set(f.kind, cell)
		}
	}
	return p
}

// evidenceField is a cell that people are compared by.
type evidenceField struct {
	kind   string
	of     func(*cells) *string
	result func(*Comparison) agreementLevel
	values []string // few, so that people share them; some are one slip apart
}

var allFields = []evidenceField{
	{"dob", func(c *cells) *string { return &c.birth }, birthResult, []string{"1980-02-11", "1980-11-02", "1981-02-11", "1955-06-21", "6/21/55"}},
	{"ssn", func(c *cells) *string { return &c.ssn }, func(l *Comparison) agreementLevel { return l.ssn4 }, []string{"4242", "219-48-4242", "XXX-XX-9876"}},
	{"id", func(c *cells) *string { return &c.customID }, func(l *Comparison) agreementLevel { return l.custom }, []string{"C-1", "C-2"}},
	{"email", func(c *cells) *string { return &c.email }, func(l *Comparison) agreementLevel { return l.email }, []string{"smith@example.com", "js@example.org"}},
	{"phone", func(c *cells) *string { return &c.phone }, func(l *Comparison) agreementLevel { return l.phone }, []string{"(212) 555-0100", "6465550111"}},
	{"zip", func(c *cells) *string { return &c.zip }, func(l *Comparison) agreementLevel { return l.zip }, []string{"94510", "07030-1234"}},
	{"middle", func(c *cells) *string { return &c.middle }, func(l *Comparison) agreementLevel { return l.name.middle }, []string{"Q", "Quincy", "R"}},
	{"suffix", func(c *cells) *string { return &c.suffix }, func(l *Comparison) agreementLevel { return l.name.suffix }, []string{"Jr", "Sr", "II"}},
}

// birthResult takes a slip in one year for an agreement, because it can confirm a match.
func birthResult(l *Comparison) agreementLevel {
	if l.birthSlip {
		return agrees
	}
	return l.birth
}

// evidenceFields is how many of the fields are not part of the name.
const evidenceFields = 6

var (
	scenarioFirstNames = []string{"John", "John", "John", "Jack", "Jon", "J", "José", "Mary"}
	scenarioLastNames  = []string{"Smith", "Smith", "Smith", "Smith-Núñez", "Núñez", "Johnson", "Johnsen"}
)

// scenario is a row and the records that a search returns for it.
type scenario struct {
	row      cells
	records  []cells
	deleted  []bool
	borrower []bool // a customer of the row's loan
	loan     bool   // the row names a loan whose customers are known
}

// anyScenario generates scenarios in which many people have the same name, and share
// what households share or more. The row is mostly about one of the records.
var anyScenario = rapid.Custom(func(t *rapid.T) scenario {
	chance := func(name string, of10 int) bool { return rapid.IntRange(0, 9).Draw(t, name) < of10 }
	c := scenario{loan: chance("loan", 2)}
	for range rapid.IntRange(1, 4).Draw(t, "records") {
		record := cells{first: rapid.SampledFrom(scenarioFirstNames).Draw(t, "first"), last: rapid.SampledFrom(scenarioLastNames).Draw(t, "last")}
		for i, f := range allFields {
			if chance("has "+f.kind, 6) && (i < evidenceFields || chance("has it", 4)) {
				*f.of(&record) = rapid.SampledFrom(f.values).Draw(t, f.kind)
			}
		}
		c.records = append(c.records, record)
		c.deleted = append(c.deleted, chance("deleted", 1))
		c.borrower = append(c.borrower, c.loan && chance("borrower", 5))
	}
	c.row = rapid.SampledFrom(c.records).Draw(t, "row")
	c.row.comma = chance("comma", 5)
	if chance("other first name", 3) {
		c.row.first = rapid.SampledFrom(scenarioFirstNames).Draw(t, "first name")
	}
	for _, f := range allFields {
		switch {
		case chance("lost "+f.kind, 5):
			*f.of(&c.row) = ""
		case chance("other "+f.kind, 1):
			*f.of(&c.row) = rapid.SampledFrom(f.values).Draw(t, f.kind)
		}
	}
	return c
})

func (c *scenario) candidates() []Candidate {
	row := c.row.person()
	candidates := make([]Candidate, len(c.records))
	for i := range c.records {
		record := c.records[i].person()
		candidates[i] = Candidate{ID: int64(i + 1), Comparison: Compare(&row, &record), Live: !c.deleted[i]}
		if c.loan {
			candidates[i].Comparison = candidates[i].Comparison.WithLoan(c.borrower[i])
		}
	}
	return candidates
}

// decide returns the verdict, with system IDs instead of indexes.
func (c *scenario) decide(nameOnly bool) Verdict { return c.decideAmong(c.candidates(), nameOnly) }

func (c *scenario) decideAmong(candidates []Candidate, nameOnly bool) Verdict {
	row := c.row.person()
	v := Customer(&row, candidates, CustomerOptions{LoanKnown: c.loan, AcceptNameOnly: nameOnly})
	for i, at := range v.Candidates {
		v.Candidates[i] = int(candidates[at].ID)
	}
	return v
}

// results lists the results of comparing a field of the row with each record's.
func (c *scenario) results(f *evidenceField) []agreementLevel {
	var list []agreementLevel
	for _, candidate := range c.candidates() {
		list = append(list, f.result(&candidate.Comparison))
	}
	return list
}

// sameNames reports whether the names compare with the row's as they do in another
// scenario. A middle name or a suffix may change that.
func (c *scenario) sameNames(other *scenario) bool {
	others := other.candidates()
	for i, candidate := range c.candidates() {
		a, b := candidate.Comparison.name, others[i].Comparison.name
		if a.grade != b.grade || a.why != b.why || a.givenFits != b.givenFits {
			return false
		}
	}
	return true
}

// The properties prove little unless many scenarios are matched, and many are ambiguous
// for each possible reason.
func TestScenariosCoverEveryVerdict(t *testing.T) {
	t.Parallel()
	const scenarios = 2000
	count := map[string]int{}
	for seed := range scenarios {
		c := anyScenario.Example(seed)
		v := c.decide(true)
		for _, kind := range []string{string(v.Status), string(v.Code), string(v.Confidence)} {
			count[kind]++
		}
	}
	for kind, least := range map[string]int{
		string(Matched): scenarios / 5, string(Ambiguous): scenarios / 5, string(NotFound): scenarios / 200,
		string(Strong): scenarios / 20, string(corroborated): scenarios / 100, string(NameOnly): scenarios / 400,
		string(CodeNamesakes): scenarios / 50, string(CodeDuplicateCustomer): scenarios / 100, string(CodeUnconfirmed): scenarios / 50,
		string(CodeContradicted): scenarios / 50, string(CodeSimilar): scenarios / 100, string(CodeIDNameConflict): scenarios / 100,
		string(CodeDeleted): scenarios / 400,
	} {
		if count[kind] < least {
			t.Errorf("%d of %d scenarios are %s, want %d", count[kind], scenarios, kind, least)
		}
	}
	t.Log(count)
}

// agreesElsewhere reports whether any record agrees except the given one (a system ID).
func agreesElsewhere(results []agreementLevel, except int) bool {
	for i, result := range results {
		if i+1 != except && result == agrees {
			return true
		}
	}
	return false
}

// contradicted reports whether any record disagrees or vetoes.
func contradicted(results []agreementLevel) bool {
	return slices.Contains(results, disagrees) || slices.Contains(results, vetoes)
}
