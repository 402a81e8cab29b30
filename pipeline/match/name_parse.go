package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// readParts reads a name from its separate parts, and reports whether they hold a name.
func (n *Name) readParts(p NameParts) bool {
	s := newScanner()
	s.scan(p.First)
	first := len(s.words)
	s.scan(p.Middle)
	middle := len(s.words)
	s.scan(p.Last)
	n.words, n.text = s.finish()
	given, between, family := n.span(0, first), n.span(first, middle), n.span(middle, len(n.words))
	if isPlaceholderName(n.slice(given)) && isPlaceholderName(n.slice(family)) || given.size() == 0 || family.size() == 0 {
		return false
	}
	n.kind = nameOfPerson
	given, family = n.withoutSuffix(n.withoutTitles(given)), n.withoutSuffix(family)
	sides := n.splitPeople(given)
	n.splitPeople(family)
	for _, side := range sides {
		n.addParts(side, between, family)
	}
	return true
}

// addParts adds the ways to read separate parts.
func (n *Name) addParts(given, between, family span) {
	n.add(given, between, family, false)
	units := n.units(given, false)
	switch {
	case between.size() == 0 && units.count > 1: // a middle name in the field of the first name
		n.add(units.of(0, 1), units.of(1, units.count), family, false)
	case between.size() == 1 && len(n.slice(between)) > 1 && given.to == between.from: // a first name of two words
		n.add(span{given.from, between.to}, span{}, family, false)
	}
	if between.size() == 1 && between.to == family.from && n.canBeSurname(between) { // the surname before marriage as middle name
		n.add(given, span{}, span{between.from, family.to}, false)
	}
	n.add(family, between, given, true)
}

// fillFromWhole takes suffix and middle name from the whole name if the parts lack
// them.
func (n *Name) fillFromWhole(whole string) {
	if whole == "" || n.joint || n.suffix != noGeneration && n.readings[0].middle != "" {
		return
	}
	other := Name{}
	other.words, other.text = scanWords(whole)
	all := other.withoutSuffix(other.withoutTitles(other.span(0, len(other.words))))
	if n.suffix == noGeneration {
		n.suffix, n.suffixDoubtful = other.suffix, other.suffixDoubtful
	}
	text := other.slice(all)
	first := n.readings[0]
	between, begins := strings.CutPrefix(text, first.given+" ")
	between, ends := strings.CutSuffix(between, " "+first.family)
	if begins && ends && first.middle == "" {
		n.readings[0].middle = between
	}
}

// readWhole reads a name from one cell.
func (n *Name) readWhole(p NameParts) {
	rest, remarks := cutRemarks(p.Whole)
	whole, split := splitCapitals(rest)
	n.joined = split
	n.words, n.text = scanWords(whole)
	if isPlaceholderName(n.text) || !strings.ContainsFunc(n.text, unicode.IsLetter) {
		n.words, n.text = nil, ""
		if n.company.text != "" {
			n.kind = nameOfCompany
			n.joint = n.company.joint
		}
		return
	}
	all, text := n.words, n.text // with the remarks
	if remarks != "" {
		all, text = scanWords(p.Whole)
	}
	if n.hasCompanyMark() || n.company.text != "" && n.company.text == parseCompany(all).text {
		n.kind = nameOfCompany
		n.words, n.text = all, text
		n.company = parseCompany(all)
		n.joint = n.company.joint
		return
	}
	n.kind = nameUnclear
	if slices.ContainsFunc(n.words, func(w word) bool { return w.afterComma }) {
		n.kind = nameOfPerson
	} else if n.company.text == "" {
		n.unmarked = unmarkedCompany(all, text)
	}
	n.readPeople(p.Middle)
	n.readRemarks(remarks)
}

// readPeople reads the words as the names of one person or of several. The middle name
// from its own cell, if there is one, is everyone's who has none.
func (n *Name) readPeople(middle string) {
	sides := n.splitPeople(n.span(0, len(n.words)))
	for i, side := range sides {
		n.readPerson(side, n.sharedFamily(sides, i))
	}
	if middle = folded(middle); middle == "" {
		return
	}
	for i := range n.readings {
		if n.readings[i].middle == "" {
			n.readings[i].middle = middle
		}
	}
}

// splitPeople splits words that name more than one person, or one on behalf of another,
// and then makes the name joint.
func (n *Name) splitPeople(all span) []span {
	sides := make([]span, 0, 1)
	from := int(all.from)
	for at := from; at < int(all.to); at++ {
		what, length := connectorAt(n.words[:all.to], at)
		if what == connectsNothing || what == connectsPeople && at == int(all.from) {
			continue
		}
		n.joint = true
		if at > from {
			sides = append(sides, n.span(from, at))
		}
		from = at + length
		at = max(at, from-1)
	}
	if from < int(all.to) {
		sides = append(sides, n.span(from, int(all.to)))
	}
	return sides
}

// sharedFamily returns the surname that a person named without one shares with the next
// person, or with the first: John & Mary Smith; Smith, John & Mary.
func (n *Name) sharedFamily(sides []span, i int) span {
	if len(sides) == 1 || !n.lacksFamily(sides[i]) {
		return span{}
	}
	if i+1 < len(sides) && sides[i+1].size() > 1 {
		return span{sides[i+1].to - 1, sides[i+1].to}
	}
	if first := sides[0]; first.size() > 1 && n.words[first.from+1].afterComma {
		return span{first.from, first.from + 1}
	}
	return span{}
}

// lacksFamily reports whether the name of one of several people is a given name, with an
// initial or without.
func (n *Name) lacksFamily(side span) bool {
	return side.size() == 1 || side.size() == 2 && len(n.words[side.to-1].text) == 1 && !n.words[side.to-1].afterComma
}

// readPerson reads the name of one person. family is where a shared surname is; empty
// if the person has their own.
func (n *Name) readPerson(side, family span) {
	if family.size() > 0 {
		n.add(span{side.from, side.from + 1}, span{side.from + 1, side.to}, family, false)
		return
	}
	side = n.withoutSuffix(n.withoutTitles(side))
	family, given := n.splitAtComma(side)
	switch {
	case family.size() > 0 && given.size() > 0:
		n.addGivenUnits(n.units(given, false), family)
	case n.units(side, false).count == 1:
		n.add(span{}, span{}, side, false)
	default:
		n.addOrders(side)
	}
}

// splitAtComma splits a name at its comma: surname first.
func (n *Name) splitAtComma(side span) (family, given span) {
	for at := side.from + 1; at < side.to; at++ {
		if n.words[at].afterComma {
			family = n.withoutSuffix(span{side.from, at})
			given = n.withoutSuffix(n.withoutTitles(span{at, side.to}))
			return family, given
		}
	}
	return span{}, span{}
}

// addGivenUnits adds the ways to read given names before or after a surname: the
// second may belong to the first, or be a middle name.
func (n *Name) addGivenUnits(given nameUnits, family span) {
	n.add(given.of(0, 1), given.of(1, given.count), family, false)
	if given.count > 1 && n.formOneGivenName(given) {
		n.add(given.of(0, 2), given.of(2, given.count), family, false)
	}
}

// addOrders adds the ways to read a name of several words without a comma.
func (n *Name) addOrders(side span) {
	units := n.units(side, false)
	for last := 1; last <= 2 && last < units.count; last++ {
		family := units.of(units.count-last, units.count)
		if last == 2 && !n.canBeSurname(units.of(units.count-2, units.count-1)) {
			break
		}
		for first := 1; first <= 2 && first+last <= units.count; first++ {
			if first == 2 && !n.formOneGivenName(units) {
				break
			}
			n.add(units.of(0, first), units.of(first, units.count-last), family, false)
		}
	}
	units = n.units(side, true)
	if units.count > 2 && !n.canBeSurname(units.of(0, 1)) {
		return // a surname in front that is also a given name is not plausible
	}
	for last := 1; last <= 2 && last < units.count; last++ {
		if last == 2 && !n.canBeSurname(units.of(1, 2)) {
			break
		}
		given := units.from(last)
		n.add(given.of(0, 1), given.of(1, given.count), units.of(0, last), true)
		if given.count > 1 && n.formOneGivenName(given) {
			n.add(given.of(0, 2), given.of(2, given.count), units.of(0, last), true)
		}
	}
}

// formOneGivenName reports whether the first two units may be one given name: not if
// the second is an initial and the first is not.
func (n *Name) formOneGivenName(given nameUnits) bool {
	return len(n.slice(given.of(1, 2))) > 1 || len(n.slice(given.of(0, 1))) == 1
}

// canBeSurname reports whether a word before the last can be the first of two surnames:
// not an initial, nor a known given name, except for Ma.
func (n *Name) canBeSurname(at span) bool {
	text := n.slice(at)
	return text == "o" || text == "ma" || utf8.RuneCountInString(text) > 1 && nicknames()[text] == nil // O Brien
}

// addInitial adds the readings in which a suffix of one letter is an initial.
func (n *Name) addInitial() {
	for _, r := range n.readings {
		if r.middle == "" {
			r.middle = "v"
			n.readings = append(n.readings, r)
		}
	}
}

// add adds a reading.
func (n *Name) add(given, middle, family span, swapped bool) {
	if n.readings == nil {
		n.readings = make([]reading, 0, typicalWords)
	}
	r := reading{
		given: n.slice(given), middle: n.slice(middle), family: n.slice(family),
		givenAt: given, middleAt: middle, familyAt: family, swapped: swapped,
	}
	r.nickname = nicknames()[r.given]
	n.readings = append(n.readings, r)
}

// span is a range of the name's words. Words beyond the longest plausible name are left
// out.
func (n *Name) span(from, to int) span {
	const most = 100
	return span{int8(min(from, most)), int8(min(to, most))}
}

// slice returns the folded words of a span.
func (n *Name) slice(s span) string {
	if s.size() <= 0 {
		return ""
	}
	return n.text[n.words[s.from].start:n.words[s.to-1].end]
}
