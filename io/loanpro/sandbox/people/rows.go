package people

import (
	"iter"
	"slices"
)

// How an export errs: shares of its rows in ten thousandths. They are assumed,
// after experience in the field. They serve to compare rules and do not predict
// the data of a lender.
const (
	// What a row has in addition to the name. A kind of evidence has its share
	// of all rows, bare rows included.
	rowBare     = 740  // nothing; with those that are empty by chance 8 %: lists made by hand
	rowEmail    = 5500 // lenders ask for it only since the nineties
	rowPhone    = 6500 // the collector's column
	rowBirth    = 4500 // often left out for privacy
	rowSSN      = 3500 // the last four digits at least, more often left out
	rowZip      = 7000 // part of any mailing list
	rowCustomID = 1500 // most exports come from systems with another number
	rowLoan     = 1500 // exports of loans

	// Stale evidence, as a share of the rows that have the evidence.
	rowStaleEmail = 800  // addresses last for years
	rowStalePhone = 950  // 15 % with the people who moved
	rowStaleZip   = 680  // 12 % with the people who moved
	rowOtherFacts = 5000 // of people who moved or married: the export has what the tenant has not

	// What happens to names.
	rowTypo         = 440  // one edit, in effect 4 %: some names are too short for one
	rowTypoShort    = 1000 // of the errors: in a part below five letters, where a typist sees them
	rowNickname     = 1800 // of people who have one, which makes 6 % of the rows
	rowNoMiddle     = 5000 // of people who have one: most systems have no column for it
	rowMiddleLetter = 2500 // of people who have one
	rowNoSuffix     = 5000 // of people who have one: there is no column for it either
	rowGivenLetter  = 100  // "J SMITH": lists of accounts
	rowSwapped      = 100  // surname first without a comma: columns read in the wrong order
	rowSurnameFirst = 4500 // with a comma: how older systems print names
	rowUpperCase    = 5000 // the same systems
	rowLowerCase    = 200  // web forms
	rowBlanks       = 300  // columns joined badly
	rowMarksLost    = 7000 // of names with accents: code pages
	rowHyphenLost   = 4000 // of names with a hyphen

	// What goes wrong elsewhere.
	rowBirthSwapped = 100 // of the birth dates: day and month, in European order
	rowBirthDigit   = 50  // of the birth dates: one digit
	rowSSNDigit     = 30  // of the numbers: one of the last four digits
	rowMixUp        = 30  // of people who do not live alone, 0.2 % of all: values of another line
	rowPlaceholder  = 100 // a mandatory field
)

// Row is a line of a noisy export about one person or company, with the truth.
// Name is in one of the styles of such exports. The other cells have one of
// several formats each, and are empty when the export has no value. The tags
// are the columns of rows.csv.
type Row struct {
	Name     string `csv:"Name"`
	Email    string `csv:"Email"`
	Phone    string `csv:"Phone"`
	Birth    string `csv:"Birth Date"`
	SSN      string `csv:"SSN"` // whole, masked, or the last four digits
	Zip      string `csv:"Zip"`
	CustomID string `csv:"Customer Number"`
	Loan     string `csv:"Loan Number"` // display ID of one of their loans

	Truth int    `csv:"truth"` // system ID of the right customer; 0: not in the tenant
	Also  []int  `csv:"-"`     // further records of the same person: right too, but a person must choose among several
	Trap  string `csv:"trap"`  // what makes the row hard; "" for nothing
}

// traps returns what Row.Trap can be, the hardest first. A row with more than
// one trap names the hardest.
func traps() []string {
	return []string{
		"mix_up",       // birth date and phone belong to another in the household
		"parent_child", // another in the household has the same name
		"twin",         // another in the household has the same birth date
		"duplicate",    // the tenant has the person twice
		"married",      // the tenant has the surname before or after a marriage
		"swapped",      // surname first without a comma
		"typo",         // one typing error in the name
		"initial",      // only the first letter of the given name
		"nickname",
		"moved", // the tenant has zip and phone before or after a move
		"placeholder",
		"company",
		"namesake", // others have the same first and last name
	}
}

// Rows yields n rows about the population, in the tenant and not. No person
// comes twice before all came once. The same tenant and seed give the same rows.
func (t *Tenant) Rows(n int, seed uint64) iter.Seq[Row] {
	return func(yield func(Row) bool) {
		g := &rowGenerator{directory: t.index(), random: newRandom(seed)}
		for range n {
			if !yield(g.row()) {
				return
			}
		}
	}
}

// rowGenerator makes rows.
type rowGenerator struct {
	*directory
	random random
	queue  []int32 // the people still to come, from the end
}

// nextPerson draws a person.
func (g *rowGenerator) nextPerson() int {
	if len(g.queue) == 0 {
		g.queue = slices.Clone(g.people)
		for i := len(g.queue) - 1; i > 0; i-- {
			j := g.random.intn(i + 1)
			g.queue[i], g.queue[j] = g.queue[j], g.queue[i]
		}
	}
	last := len(g.queue) - 1
	at := g.queue[last]
	g.queue = g.queue[:last]
	return int(at)
}

// draft is a row being made, with the person it is about.
type draft struct {
	Row
	at     int
	person Customer // with missing values filled in
	other  facts    // what the export has instead of the record; usually empty
}

func (g *rowGenerator) row() Row {
	at := g.nextPerson()
	d := &draft{at: at, person: g.completed(at)}
	if !g.population.isAbsent(at) {
		d.Truth, d.Also = d.person.ID, slices.Clone(g.duplicates[at])
	}
	if g.random.chance(rowOtherFacts) {
		d.other = g.population.otherFacts[at]
	}
	g.findTraps(d)
	g.setName(d)
	g.setEvidence(d)
	return d.Row
}

// findTraps adds the traps that follow from the person, not from the row.
func (g *rowGenerator) findTraps(d *draft) {
	p := &d.person
	d.addTrap("company", p.Kind == kindCompany)
	d.addTrap("namesake", g.sameName(p) > 1+len(g.duplicates[d.at]))
	d.addTrap("duplicate", len(g.duplicates[d.at]) > 0)
	for _, at := range g.housemates(d.at) {
		other := &g.population.all[at]
		sameSurname := other.LastName == p.LastName
		d.addTrap("parent_child", sameSurname && other.FirstName == p.FirstName)
		d.addTrap("twin", sameSurname && other.BirthDate == p.BirthDate)
	}
}

// addTrap names a trap if it applies, unless the row has a harder one.
func (d *draft) addTrap(name string, applies bool) {
	if applies && (d.Trap == "" || slices.Index(traps(), name) < slices.Index(traps(), d.Trap)) {
		d.Trap = name
	}
}
