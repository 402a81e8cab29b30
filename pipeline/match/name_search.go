package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Word is one spelling to search a part of a name by.
type Word struct {
	Text   string
	Begins bool // whatever begins so: an initial
}

// Sought returns what to search for to find everyone whose name may be meant,
// typing errors aside: each part must be in a record, in one of its spellings, in
// any field of a name. A name of one word gives one part; an empty one none.
func (n *Name) Sought() [][]Word {
	switch n.kind {
	case ofNobody:
		return nil
	case ofCompany:
		return n.company.sought()
	case ofPerson, ofEither:
	}
	var given, family spellings
	for i := range n.readings {
		r := &n.readings[i]
		if r.swapped {
			given.addAll(n.wordsOf(r.lastAt))
			family.addAll(n.wordsOf(r.givenAt))
			continue
		}
		n.addGiven(&given, r)
		n.addFamily(&family, r)
	}
	return slices.DeleteFunc([][]Word{given.list, family.list}, func(part []Word) bool { return len(part) == 0 })
}

// spellings are those of one part, each once.
type spellings struct{ list []Word }

func (s *spellings) add(w Word) {
	known := slices.Contains(s.list, w) || slices.Contains(s.list, Word{Text: w.Text, Begins: true})
	if !known && strings.ContainsFunc(w.Text, wordRune) {
		s.list = append(s.list, w)
	}
}

func (s *spellings) addAll(words []word) {
	for _, w := range words {
		s.addWritten(w)
	}
}

// addWritten adds a word as it is written, as it is without accents, and with and
// without its apostrophe: an index may keep those.
func (s *spellings) addWritten(w word) {
	s.add(Word{Text: w.written})
	for _, text := range withApostrophe(w) {
		s.add(Word{Text: text})
	}
	if plain := unmarked(w.written); plain != w.written && !apostropheIn(w.written) {
		s.add(Word{Text: plain})
	}
	if w.mixed {
		s.add(Word{Text: w.text})
	}
}

// wordsOf returns the words of a span, but for particles where there are others.
func (n *Name) wordsOf(at span) []word {
	words := n.words[at.from:at.to]
	whole := slices.DeleteFunc(slices.Clone(words), func(w word) bool { return particle(w.text) || w.text == "o" })
	if len(whole) == 0 {
		return words
	}
	return whole
}

func (n *Name) addGiven(part *spellings, r *reading) {
	words := n.words[r.givenAt.from:r.givenAt.to]
	if len(words) == 0 {
		return
	}
	first := words[0]
	if utf8.RuneCountInString(first.text) == 1 {
		part.add(Word{Text: first.written, Begins: true})
		if r.middleAt.size() > 0 { // J. Robert is called Robert
			part.addWritten(n.words[r.middleAt.from])
		}
		return
	}
	part.addWritten(first)
	if len(words) > 1 {
		part.add(Word{Text: joinedWritten(words)})
		part.add(Word{Text: asWritten(words, " ")})
	} else if apart := twoNames(first.text); apart != "" {
		part.add(Word{Text: capitals(apart)})
	}
	for _, other := range r.nickname.others() {
		part.add(Word{Text: capitals(other.name)})
	}
	if initial, size := utf8.DecodeRuneInString(first.written); size > 0 && unicode.IsLetter(initial) {
		part.add(Word{Text: string(unicode.ToUpper(initial))})
	}
}

// twoNames parts a given name that is made of two others: Maryann.
func twoNames(given string) string {
	const least = 3
	for at := least; at <= len(given)-least; at++ {
		if nicknames()[given[:at]] != nil && nicknames()[given[at:]] != nil {
			return given[:at] + " " + given[at:]
		}
	}
	return ""
}

func (n *Name) addFamily(part *spellings, r *reading) {
	words := n.wordsOf(r.lastAt)
	part.addAll(words)
	all := n.words[r.lastAt.from:r.lastAt.to]
	if len(all) > 1 {
		part.add(Word{Text: joinedWritten(all)})
		part.add(Word{Text: asWritten(all, " ")})
		part.add(Word{Text: asWritten(words, "-")})
		if len(all[0].text) == 1 { // O Brien, D Angelo
			rest := strings.ToLower(joinedWritten(all[1:]))
			part.add(Word{Text: capitals(all[0].text + "'" + rest)})
			part.add(Word{Text: capitals(all[0].text) + "’" + capitals(rest)})
		}
	}
	for _, text := range otherBeginnings(r.family) {
		part.add(Word{Text: text})
	}
}

// asWritten returns words as they stand in the cell, with a sign between them: an
// index may keep the whole field.
func asWritten(words []word, between string) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.written
	}
	return strings.Join(texts, between)
}

// NameForms takes a part of a name and returns the forms in other upper and lower
// case that it is likely to be written in, without itself: those of any text, and
// the one that names have: van der Berg, McDonald.
func NameForms(text string) []string {
	forms := CaseForms(text)
	words := strings.Fields(strings.ToLower(text))
	for i, w := range words {
		if rest, ok := strings.CutPrefix(w, "mc"); ok && rest != "" {
			words[i] = "Mc" + capitals(rest)
		} else if !particle(w) {
			words[i] = capitals(w)
		}
	}
	if usual := strings.Join(words, " "); usual != text && !slices.Contains(forms, usual) {
		forms = append(forms, usual)
	}
	return forms
}

// joinedWritten returns words as one.
func joinedWritten(words []word) string {
	var joined strings.Builder
	for _, w := range words {
		joined.WriteString(w.text)
	}
	return capitals(joined.String())
}

// otherBeginnings returns a folded surname with its particle apart or written
// otherwise: MacDonald, McDonald, Mac Donald.
func otherBeginnings(family string) []string {
	var texts []string
	add := func(beginning, rest, between string) {
		if rest = strings.TrimSpace(rest); rest != "" {
			texts = append(texts, capitals(beginning+between+rest))
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

// withApostrophe returns the ways to write a word that has an apostrophe, or has
// lost it.
func withApostrophe(w word) []string {
	at := strings.IndexFunc(w.written, apostrophe)
	if at < 0 {
		if beginning, rest := elided(w.text); beginning != "" {
			return []string{capitals(beginning + "'" + rest), capitals(beginning) + "’" + capitals(rest), capitals(beginning + " " + rest)}
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

func apostropheIn(text string) bool { return strings.ContainsFunc(text, apostrophe) }

// elided parts a folded surname that has lost its apostrophe. Which names have
// one is not to be told from their letters: these are the frequent.
func elided(name string) (beginning, rest string) {
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

// unmarked returns a text without accents, in its own upper and lower case.
func unmarked(text string) string {
	if ascii(text) {
		return text
	}
	var plain strings.Builder
	for _, r := range norm.NFD.String(text) {
		letters := unaccented(unicode.ToLower(r))
		switch {
		case strippedMark(r):
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

// Resembling returns the parts for a search that allows for a typing error in
// each: the words of given name and surname without accents. There is nothing to
// search for where none of them is long enough to hold one; a short one beside a
// long keeps strangers out.
func (n *Name) Resembling() [][]Word {
	var given, family spellings
	long := false
	add := func(part *spellings, words []word) {
		for _, w := range words {
			if len(w.text) > 1 && ascii(w.text) && !particle(w.text) {
				part.add(Word{Text: w.text})
				long = long || len(w.text) >= shortestMistyped
			}
		}
	}
	if n.kind == ofCompany {
		return n.company.resembling()
	}
	for i := range n.readings {
		r := &n.readings[i]
		if r.swapped {
			continue
		}
		add(&given, n.words[r.givenAt.from:min(r.givenAt.from+1, r.givenAt.to)])
		add(&family, n.words[r.lastAt.from:r.lastAt.to])
	}
	if !long {
		return nil
	}
	return slices.DeleteFunc([][]Word{given.list, family.list}, func(part []Word) bool { return len(part) == 0 })
}
