package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Term is one spelling of a search term.
type Term struct {
	Text   string
	Prefix bool // anything that begins with it: an initial
}

// SearchTerms returns the search terms that select the candidates for a name, typing errors
// aside. A record must have each part, in one of its spellings, in any field of a name.
// A person's name of one word has one part, a company's name one for each word, and an
// empty name none.
func (n *Name) SearchTerms() [][]Term {
	switch n.kind {
	case nameOfNone:
		return nil
	case nameOfCompany:
		return n.company.searchTerms()
	case nameOfPerson, nameUnclear:
	}
	var given, family termList
	for i := range n.readings {
		r := &n.readings[i]
		if r.swapped {
			given.addAll(n.withoutParticleWords(r.familyAt))
			family.addAll(n.withoutParticleWords(r.givenAt))
			continue
		}
		n.addGiven(&given, r)
		n.addFamily(&family, r)
	}
	return slices.DeleteFunc([][]Term{given.list, family.list}, func(part []Term) bool { return len(part) == 0 })
}

// termList is the spellings of one part, each once.
type termList struct{ list []Term }

func (s *termList) add(w Term) {
	known := slices.Contains(s.list, w) || slices.Contains(s.list, Term{Text: w.Text, Prefix: true})
	if !known && strings.ContainsFunc(w.Text, isWordRune) {
		s.list = append(s.list, w)
	}
}

func (s *termList) addAll(words []word) {
	for _, w := range words {
		s.addWritten(w)
	}
}

// addWritten adds a word as it is written, without accents, and with and without its
// apostrophe, because an index may keep either.
func (s *termList) addWritten(w word) {
	s.add(Term{Text: w.written})
	for _, text := range apostropheVariants(w) {
		s.add(Term{Text: text})
	}
	if plain := withoutAccents(w.written); plain != w.written && !hasApostrophe(w.written) {
		s.add(Term{Text: plain})
	}
	if w.mixedScripts {
		s.add(Term{Text: w.text})
	}
}

// withoutParticleWords returns the words of a span without particles, or all of them if
// there are no others.
func (n *Name) withoutParticleWords(at span) []word {
	words := n.words[at.from:at.to]
	whole := slices.DeleteFunc(slices.Clone(words), func(w word) bool { return isParticle(w.text) || w.text == "o" })
	if len(whole) == 0 {
		return words
	}
	return whole
}

func (n *Name) addGiven(part *termList, r *reading) {
	words := n.words[r.givenAt.from:r.givenAt.to]
	if len(words) == 0 {
		return
	}
	first := words[0]
	if utf8.RuneCountInString(first.text) == 1 {
		part.add(Term{Text: first.written, Prefix: true})
		if r.middleAt.size() > 0 { // J. Robert is called Robert
			part.addWritten(n.words[r.middleAt.from])
		}
		return
	}
	part.addWritten(first)
	if len(words) > 1 {
		part.add(Term{Text: joinFolded(words)})
		part.add(Term{Text: joinWritten(words, " ")})
	} else if apart := splitCompound(first.text); apart != "" {
		part.add(Term{Text: titleCase(apart)})
	}
	for _, other := range r.nickname.alternatives() {
		part.add(Term{Text: titleCase(other.name)})
	}
	if initial, size := utf8.DecodeRuneInString(first.written); size > 0 && unicode.IsLetter(initial) {
		part.add(Term{Text: string(unicode.ToUpper(initial))})
	}
}

// splitCompound splits a given name that is made of two others: Maryann.
func splitCompound(given string) string {
	const least = 3
	for at := least; at <= len(given)-least; at++ {
		if nicknames()[given[:at]] != nil && nicknames()[given[at:]] != nil {
			return given[:at] + " " + given[at:]
		}
	}
	return ""
}

func (n *Name) addFamily(part *termList, r *reading) {
	words := n.withoutParticleWords(r.familyAt)
	part.addAll(words)
	all := n.words[r.familyAt.from:r.familyAt.to]
	if len(all) > 1 {
		part.add(Term{Text: joinFolded(all)})
		part.add(Term{Text: joinWritten(all, " ")})
		part.add(Term{Text: joinWritten(words, "-")})
		if len(all[0].text) == 1 { // O Brien, D Angelo
			rest := strings.ToLower(joinFolded(all[1:]))
			part.add(Term{Text: titleCase(all[0].text + "'" + rest)})
			part.add(Term{Text: titleCase(all[0].text) + "’" + titleCase(rest)})
		}
	}
	for _, text := range prefixVariants(r.family) {
		part.add(Term{Text: text})
	}
}

// joinWritten returns words as they are in the cell, with a separator: an index may
// keep a field as one term.
func joinWritten(words []word, between string) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.written
	}
	return strings.Join(texts, between)
}

// NameCaseVariants takes a part of a name and returns the other forms in upper and lower case
// that it is likely to be written in: those of [CaseVariants], and the one that is usual
// in names (van der Berg, McDonald). The part itself is left out.
func NameCaseVariants(text string) []string {
	forms := CaseVariants(text)
	words := strings.Fields(strings.ToLower(text))
	for i, w := range words {
		if rest, ok := strings.CutPrefix(w, "mc"); ok && rest != "" {
			words[i] = "Mc" + titleCase(rest)
		} else if !isParticle(w) {
			words[i] = titleCase(w)
		}
	}
	if usual := strings.Join(words, " "); usual != text && !slices.Contains(forms, usual) {
		forms = append(forms, usual)
	}
	return forms
}

// joinFolded returns words as one word.
func joinFolded(words []word) string {
	var joined strings.Builder
	for _, w := range words {
		joined.WriteString(w.text)
	}
	return titleCase(joined.String())
}

// prefixVariants returns a folded surname with its particle apart or in another
// spelling: MacDonald, McDonald, Mac Donald.
func prefixVariants(family string) []string {
	var texts []string
	add := func(beginning, rest, between string) {
		if rest = strings.TrimSpace(rest); rest != "" {
			texts = append(texts, titleCase(beginning+between+rest))
		}
	}
	for _, pair := range [...][2]string{{"mac", "mc"}, {"mc", "mac"}, {"saint", "st"}, {"st", "saint"}} {
		if rest, ok := strings.CutPrefix(family, pair[0]); ok && len(rest) > 2 {
			add(pair[1], rest, "")
			add(pair[1], rest, " ")
			break
		}
	}
	for _, beginning := range [...]string{
		"vander", "van", "von", "mac", "mc", "dela", "delos", "del", "de", "dos", "di", "da", "du", "la", "le", "saint", "st", "san",
	} {
		rest, ok := strings.CutPrefix(family, beginning)
		if !ok || len(rest) <= 2 || rest[0] == ' ' {
			continue
		}
		switch beginning {
		case "vander":
			beginning = "van der"
		case "dela":
			beginning = "de la"
		case "delos":
			beginning = "de los"
		}
		add(beginning, rest, " ")
	}
	return texts
}

// apostropheVariants returns the spellings of a word that has an apostrophe or has lost
// it.
func apostropheVariants(w word) []string {
	at := strings.IndexFunc(w.written, isApostrophe)
	if at < 0 {
		if beginning, rest := splitElided(w.text); beginning != "" {
			return []string{titleCase(beginning + "'" + rest), titleCase(beginning) + "’" + titleCase(rest), titleCase(beginning + " " + rest)}
		}
		return nil
	}
	_, size := utf8.DecodeRuneInString(w.written[at:])
	before, after := w.written[:at], w.written[at+size:]
	texts := []string{before + "'" + after, before + "’" + after, before + after}
	if len(before) <= len("De") {
		texts = append(texts, before+" "+after)
	}
	return texts
}

func hasApostrophe(text string) bool { return strings.ContainsFunc(text, isApostrophe) }

// splitElided splits a folded surname that has lost its apostrophe. The letters alone
// do not show which names have one, so these are the frequent ones.
func splitElided(name string) (beginning, rest string) {
	if name == "" {
		return "", ""
	}
	switch rest = name[1:]; name[0] {
	case 'o':
		switch rest {
		case "brien", "bryan", "bryant", "connor", "conner", "connell", "neil", "neill", "neal", "keefe", "keeffe", "hara", "leary",
			"reilly", "riley", "rourke", "sullivan", "malley", "donnell", "toole", "shea", "grady", "dwyer", "callaghan", "meara",
			"mara", "hanlon", "farrell", "boyle", "bannon", "gorman", "hare", "dell", "day", "quinn", "kelly", "hearn":
			return "o", rest
		}
	case 'd':
		switch rest {
		case "angelo", "amico", "agostino", "andrea", "ambrosio", "alessandro", "arcy", "onofrio", "ascoli", "augustine", "elia",
			"amato", "antonio", "aquino", "souza", "andre":
			return "d", rest
		}
	}
	return "", ""
}

// withoutAccents returns a text without accents, in its own upper and lower case.
func withoutAccents(text string) string {
	if isASCII(text) {
		return text
	}
	var plain strings.Builder
	for _, r := range norm.NFD.String(text) {
		letters := unaccented(unicode.ToLower(r))
		switch {
		case isStrippedMark(r):
		case letters == "":
			plain.WriteRune(r)
		case unicode.IsUpper(r):
			plain.WriteString(strings.ToUpper(letters[:1]) + letters[1:])
		default:
			plain.WriteString(letters)
		}
	}
	return norm.NFC.String(plain.String())
}

// FuzzyTerms returns the search terms for a search that allows a typing error in each:
// the words of given name and surname without accents. It returns nil if no word is
// long enough to contain a typing error; short words next to a long one narrow the
// search.
func (n *Name) FuzzyTerms() [][]Term {
	var given, family termList
	long := false
	add := func(part *termList, words []word) {
		for _, w := range words {
			if len(w.text) > 1 && isASCII(w.text) && !isParticle(w.text) {
				part.add(Term{Text: w.text})
				long = long || len(w.text) >= minTypoLength
			}
		}
	}
	if n.kind == nameOfCompany {
		return n.company.fuzzyTerms()
	}
	for i := range n.readings {
		r := &n.readings[i]
		if r.swapped {
			continue
		}
		add(&given, n.words[r.givenAt.from:min(r.givenAt.from+1, r.givenAt.to)])
		add(&family, n.words[r.familyAt.from:r.familyAt.to])
	}
	if !long {
		return nil
	}
	return slices.DeleteFunc([][]Term{given.list, family.list}, func(part []Term) bool { return len(part) == 0 })
}
