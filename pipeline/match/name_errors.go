package match

import "math/rand/v2"

// WithErrors returns the name as a row may have it by mistake: with a typing error, with the
// surname first, and with an initial for the given name. The same seed draws the same typing
// error. A name without given name or surname has only the first.
func (p NameParts) WithErrors(seed uint64) []NameParts {
	random := rand.New(rand.NewPCG(seed, 0))
	misspelled := p
	part := &misspelled.Last
	switch {
	case p.Company != "":
		part = &misspelled.Company
	case p.First != "" && (p.Last == "" || random.IntN(2) == 0):
		part = &misspelled.First
	}
	*part = mistype(random, *part)
	if p.First == "" || p.Last == "" {
		return []NameParts{misspelled}
	}
	turned, shortened := p, p
	turned.First, turned.Last, turned.Whole = "", "", p.Last+" "+p.First
	shortened.First = string([]rune(p.First)[:1])
	return []NameParts{misspelled, turned, shortened}
}

// mistype swaps two letters that follow each other, drops or repeats one, or puts another in
// its place.
func mistype(random *rand.Rand, word string) string {
	letters := []rune(word)
	if len(letters) < 2 {
		return word
	}
	at := random.IntN(len(letters) - 1)
	before, one, next, after := letters[:at], letters[at], letters[at+1], letters[at+2:]
	var typed []rune
	switch random.IntN(4) {
	case 0:
		typed = []rune{next, one}
	case 1:
		typed = []rune{next}
	case 2:
		typed = []rune{one, one, next}
	default:
		typed = []rune{rune('a' + random.IntN(26)), next}
	}
	return string(before) + string(typed) + string(after)
}
