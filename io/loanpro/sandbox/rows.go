package sandbox

import (
	"iter"
	"slices"
)

// How an export errs: shares of its rows in ten thousandths. They are assumed,
// after the field's experience, to order rules by, not to predict a lender.
const (
	// What a row has beside the name. A kind of evidence is there in so many of
	// all rows; rows that have nothing take their part out of each.
	rowBare     = 740  // nothing at all, with those that come out so by chance 8 %: lists made by hand
	rowEmail    = 5500 // asked for since the nineties only
	rowPhone    = 6500 // the collector's column
	rowBirth    = 4500 // often left out for privacy
	rowSSN      = 3500 // the last four digits at least, more often left out
	rowZip      = 7000 // part of any mailing list
	rowCustomID = 1500 // most exports come from systems with another number
	rowLoan     = 1500 // where the export is one of loans

	// Stale evidence, of the rows that have it: addresses last for years.
	rowStaleEmail = 800
	rowStalePhone = 950  // people who moved make it 15 %
	rowStaleZip   = 680  // and this 12 %
	rowOtherLife  = 5000 // of those who moved or married: the export has what the tenant has not

	// What happens to names.
	rowTypo         = 440  // one edit, which makes 4 %: some names are too short for one
	rowTypoShort    = 1000 // of the errors: those in a part below five letters, where a typist sees them
	rowNickname     = 1800 // of those who have one, which makes 6 % of the rows
	rowNoMiddle     = 5000 // of those who have one: most systems have no column for it
	rowMiddleLetter = 2500 // of those who have one
	rowNoSuffix     = 5000 // of those who have one: there is no column for it either
	rowGivenLetter  = 100  // "J SMITH": lists of accounts
	rowSwapped      = 100  // surname first without a comma: columns read in the wrong order
	rowSurnameFirst = 4500 // with a comma: how older systems print names
	rowUpperCase    = 5000 // the same systems
	rowLowerCase    = 200  // web forms
	rowBlanks       = 300  // columns glued together
	rowMarksLost    = 7000 // of names with accents: code pages
	rowHyphenLost   = 4000 // of names with a hyphen

	// What goes wrong elsewhere.
	rowBirthSwapped = 100 // of the birth dates: day and month, by a European's hand
	rowBirthDigit   = 50  // of the birth dates: one digit
	rowSSNDigit     = 30  // of the numbers: one digit of the last four
	rowMixUp        = 30  // of those who do not live alone, 0.2 % of all: the next line of the file
	rowPlaceholder  = 100 // a field that must not be empty
)

// PersonRow is a line of an old export about one person or company, as such
// exports are: with what it got wrong, and the truth. Name is in one of the
// styles exports have; the other cells are in one of several formats each, and
// empty when the export has nothing.
type PersonRow struct {
	Name     string
	Email    string
	Phone    string
	Birth    string
	SSN      string // whole, masked, or the last four digits
	Zip      string
	CustomID string
	Loan     string // display ID of a loan of theirs

	Truth int    // system ID of the customer who is meant; 0: not in the tenant
	Also  []int  // further records of the very same person: right, too, but one among several is for a person to choose
	Trap  string // what makes the row hard, one of Traps; "" for nothing
}

// Traps returns what PersonRow.Trap can be, the hardest first. A row in several
// of them names the first.
func Traps() []string {
	return []string{
		"mix_up",       // birth date and phone are those of another in the household
		"parent_child", // another in the household has the very name
		"twin",         // another in the household was born on the same day
		"duplicate",    // the tenant has the person twice
		"married",      // the tenant has the surname before or after a marriage
		"swapped",      // surname first without a comma
		"typo",         // one typing error in the name
		"initial",      // of the given name the first letter is left
		"nickname",
		"moved", // the tenant has zip and phone before or after a move
		"placeholder",
		"company",
		"namesake", // others have the same first and last name
	}
}

// PersonRows yields n rows about people drawn from all there are, in the tenant
// and not, nobody twice before everybody stood once. The same tenant and seed
// give the same rows.
func (s *Sandbox) PersonRows(n int, seed uint64) iter.Seq[PersonRow] {
	return func(yield func(PersonRow) bool) {
		c := &clerk{census: s.census(), dice: newDice(seed)}
		for range n {
			if !yield(c.row()) {
				return
			}
		}
	}
}

// clerk writes rows.
type clerk struct {
	*census
	dice  dice
	queue []int32 // whom to write about next, from the end
}

// next draws a person.
func (c *clerk) next() int {
	if len(c.queue) == 0 {
		c.queue = slices.Clone(c.people)
		for i := len(c.queue) - 1; i > 0; i-- {
			j := c.dice.below(i + 1)
			c.queue[i], c.queue[j] = c.queue[j], c.queue[i]
		}
	}
	last := len(c.queue) - 1
	at := c.queue[last]
	c.queue = c.queue[:last]
	return int(at)
}

// draft is a row being written: of whom, and in what the export departs from
// the tenant.
type draft struct {
	PersonRow
	at     int
	person Customer // with what the tenant lacks filled in
	other  life     // what the export has instead; empty as a rule
}

func (c *clerk) row() PersonRow {
	at := c.next()
	d := &draft{at: at, person: c.whole(at)}
	if !c.folk.isAbsent(at) {
		d.Truth, d.Also = d.person.ID, c.doubles[at]
	}
	if c.dice.chance(rowOtherLife) {
		d.other = c.folk.lives[at]
	}
	c.findTraps(d)
	c.writeName(d)
	c.writeEvidence(d)
	return d.PersonRow
}

// findTraps names the traps that lie in who somebody is.
func (c *clerk) findTraps(d *draft) {
	p := &d.person
	d.trap("company", p.Kind == kindCompany)
	d.trap("namesake", c.bearing(p) > 1+len(c.doubles[d.at]))
	d.trap("duplicate", len(c.doubles[d.at]) > 0)
	for _, kin := range c.kin(d.at) {
		k := &c.folk.all[kin]
		alike := k.LastName == p.LastName
		d.trap("parent_child", alike && k.FirstName == p.FirstName)
		d.trap("twin", alike && k.BirthDate == p.BirthDate)
	}
}

// trap notes a trap, when it is one, unless the row is in a harder one.
func (d *draft) trap(name string, is bool) {
	if is && (d.Trap == "" || slices.Index(Traps(), name) < slices.Index(Traps(), d.Trap)) {
		d.Trap = name
	}
}
