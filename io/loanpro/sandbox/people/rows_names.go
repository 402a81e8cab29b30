package people

import (
	"strings"
	"unicode/utf8"
)

// setName sets the name of a draft.
func (g *rowGenerator) setName(d *draft) {
	if d.person.Kind == kindCompany {
		d.Name = g.inCase(g.company(d.person.CompanyName))
		return
	}
	p := d.person
	if d.other.lastName != "" {
		p.LastName = d.other.lastName
		d.addTrap("married", true)
	}
	g.shorten(d, &p)
	g.flatten(&p)
	if g.random.chance(rowTypo) {
		d.addTrap("typo", g.mistype(&p))
	}
	name := g.arrange(d, &p)
	if g.random.chance(rowBlanks) {
		name = pick(g.random, []string{strings.Replace(name, " ", "  ", 1), " " + name, name + " "})
	}
	d.Name = g.inCase(name)
}

// shorten puts nicknames and initials, and drops parts without a column.
func (g *rowGenerator) shorten(d *draft, p *Customer) {
	if g.random.chance(rowNickname) {
		given := p.FirstName
		p.FirstName = shortName(g.random, given)
		d.addTrap("nickname", p.FirstName != given)
	}
	if g.random.chance(rowGivenLetter) {
		p.FirstName, p.MiddleName = initial(p.FirstName), initial(p.MiddleName)
		d.addTrap("initial", true)
	}
	switch roll := g.random.intn(10_000); {
	case roll < rowNoMiddle:
		p.MiddleName = ""
	case roll < rowNoMiddle+rowMiddleLetter:
		p.MiddleName = initial(p.MiddleName)
	}
	if g.random.chance(rowNoSuffix) {
		p.Suffix = ""
	}
}

// flatten drops accents and hyphens.
func (g *rowGenerator) flatten(p *Customer) {
	if g.random.chance(rowMarksLost) {
		p.FirstName, p.MiddleName, p.LastName = withoutMarks(p.FirstName), withoutMarks(p.MiddleName), withoutMarks(p.LastName)
	}
	if g.random.chance(rowHyphenLost) {
		p.FirstName, p.LastName = strings.ReplaceAll(p.FirstName, "-", " "), strings.ReplaceAll(p.LastName, "-", " ")
	}
}

// mistype makes one typing error in the first or last name, seldom in a short
// one, and reports whether it did.
func (g *rowGenerator) mistype(p *Customer) bool {
	parts := []*string{&p.FirstName, &p.LastName}
	if g.random.chance(5000) {
		parts[0], parts[1] = parts[1], parts[0]
	}
	short := g.random.chance(rowTypoShort)
	for _, part := range parts {
		if utf8.RuneCountInString(*part) < 5 != short {
			continue
		}
		before := *part
		*part = mistyped(g.random, before)
		return *part != before
	}
	return false
}

// arrange puts the parts of a name into one of the orders of exports.
func (g *rowGenerator) arrange(d *draft, p *Customer) string {
	given := joinNonEmpty(p.FirstName, p.MiddleName)
	switch roll := g.random.intn(10_000); {
	case roll < rowSwapped:
		d.addTrap("swapped", true)
		return joinNonEmpty(p.LastName, given, p.Suffix)
	case roll < rowSwapped+rowSurnameFirst:
		return g.surnameFirst(p.LastName, given, p.Suffix)
	}
	if p.Suffix != "" && g.random.chance(3000) {
		return joinNonEmpty(given, p.LastName) + ", " + p.Suffix
	}
	return joinNonEmpty(given, p.LastName, p.Suffix)
}

func (g *rowGenerator) surnameFirst(last, given, suffix string) string {
	switch {
	case suffix == "":
		return last + ", " + given
	case g.random.chance(3000):
		return last + ", " + given + ", " + suffix
	case g.random.chance(3000):
		return joinNonEmpty(last, suffix) + ", " + given
	}
	return last + ", " + joinNonEmpty(given, strings.TrimSuffix(suffix, "."))
}

func (g *rowGenerator) inCase(name string) string {
	switch roll := g.random.intn(10_000); {
	case roll < rowUpperCase:
		return strings.ToUpper(name)
	case roll < rowUpperCase+rowLowerCase:
		return strings.ToLower(name)
	}
	return name
}

// company varies a company's name: its legal form, "and", or "The".
func (g *rowGenerator) company(name string) string {
	forms := strings.NewReplacer(" L.L.C.", " LLC", " LLC", ", LLC", " Inc.", " Inc", " Corp.", " Corporation", " Co.", " Company")
	switch g.random.intn(5) {
	case 0:
		return forms.Replace(name)
	case 1:
		return strings.Replace(name, "&", "and", 1)
	case 2:
		return "The " + name
	}
	return name
}
