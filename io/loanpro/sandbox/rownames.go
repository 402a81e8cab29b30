package sandbox

import (
	"strings"
	"unicode/utf8"
)

// writeName writes the name of a draft.
func (c *clerk) writeName(d *draft) {
	if d.person.Kind == kindCompany {
		d.Name = c.inCase(c.company(d.person.CompanyName))
		return
	}
	p := d.person
	if d.other.lastName != "" {
		p.LastName = d.other.lastName
		d.trap("married", true)
	}
	c.shorten(d, &p)
	c.flatten(&p)
	if c.dice.chance(rowTypo) {
		d.trap("typo", c.mistype(&p))
	}
	name := c.arrange(d, &p)
	if c.dice.chance(rowBlanks) {
		name = pick(c.dice, []string{strings.Replace(name, " ", "  ", 1), " " + name, name + " "})
	}
	d.Name = c.inCase(name)
}

// shorten takes nickname, initials and what there is no column for.
func (c *clerk) shorten(d *draft, p *Customer) {
	if c.dice.chance(rowNickname) {
		given := p.FirstName
		p.FirstName = shortName(c.dice, given)
		d.trap("nickname", p.FirstName != given)
	}
	if c.dice.chance(rowGivenLetter) {
		p.FirstName, p.MiddleName = initial(p.FirstName), initial(p.MiddleName)
		d.trap("initial", true)
	}
	switch roll := c.dice.below(10_000); {
	case roll < rowNoMiddle:
		p.MiddleName = ""
	case roll < rowNoMiddle+rowMiddleLetter:
		p.MiddleName = initial(p.MiddleName)
	}
	if c.dice.chance(rowNoSuffix) {
		p.Suffix = ""
	}
}

// flatten drops accents and hyphens.
func (c *clerk) flatten(p *Customer) {
	if c.dice.chance(rowMarksLost) {
		p.FirstName, p.MiddleName, p.LastName = withoutMarks(p.FirstName), withoutMarks(p.MiddleName), withoutMarks(p.LastName)
	}
	if c.dice.chance(rowHyphenLost) {
		p.FirstName, p.LastName = strings.ReplaceAll(p.FirstName, "-", " "), strings.ReplaceAll(p.LastName, "-", " ")
	}
}

// mistype makes one typing error in first or last name, seldom in a short one,
// and reports whether it did.
func (c *clerk) mistype(p *Customer) bool {
	parts := []*string{&p.FirstName, &p.LastName}
	if c.dice.chance(5000) {
		parts[0], parts[1] = parts[1], parts[0]
	}
	short := c.dice.chance(rowTypoShort)
	for _, part := range parts {
		if utf8.RuneCountInString(*part) < 5 != short {
			continue
		}
		was := *part
		*part = mistyped(c.dice, was)
		return *part != was
	}
	return false
}

// arrange puts the parts of a name in one of the orders exports have.
func (c *clerk) arrange(d *draft, p *Customer) string {
	given := joined(p.FirstName, p.MiddleName)
	switch roll := c.dice.below(10_000); {
	case roll < rowSwapped:
		d.trap("swapped", true)
		return joined(p.LastName, given, p.Suffix)
	case roll < rowSwapped+rowSurnameFirst:
		return c.surnameFirst(p.LastName, given, p.Suffix)
	}
	if p.Suffix != "" && c.dice.chance(3000) {
		return joined(given, p.LastName) + ", " + p.Suffix
	}
	return joined(given, p.LastName, p.Suffix)
}

func (c *clerk) surnameFirst(last, given, suffix string) string {
	switch {
	case suffix == "":
		return last + ", " + given
	case c.dice.chance(3000):
		return last + ", " + given + ", " + suffix
	case c.dice.chance(3000):
		return joined(last, suffix) + ", " + given
	}
	return last + ", " + joined(given, strings.TrimSuffix(suffix, "."))
}

func (c *clerk) inCase(name string) string {
	switch roll := c.dice.below(10_000); {
	case roll < rowUpperCase:
		return strings.ToUpper(name)
	case roll < rowUpperCase+rowLowerCase:
		return strings.ToLower(name)
	}
	return name
}

// company writes a company's name as exports do: legal form and "and" otherwise.
func (c *clerk) company(name string) string {
	forms := strings.NewReplacer(" L.L.C.", " LLC", " LLC", ", LLC", " Inc.", " Inc", " Corp.", " Corporation", " Co.", " Company")
	switch c.dice.below(5) {
	case 0:
		return forms.Replace(name)
	case 1:
		return strings.Replace(name, "&", "and", 1)
	case 2:
		return "The " + name
	}
	return name
}
