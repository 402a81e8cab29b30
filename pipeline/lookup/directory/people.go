package directory

import (
	"slices"
	"strconv"
	"strings"

	"loanmap/pipeline/match"
)

// Query says whom to look for.
type Query struct {
	Name match.NameFilter // the records that have the name
	Near match.NameFilter // the records that have it but for a typing error in each word
	match.Evidence
}

// People returns the records of everyone who may be meant, each once: who has the name,
// perhaps with typing errors; who has the email, the phone or the custom ID; and who has the
// birth date or the digits of the social security number and one more of these, the ZIP
// code or a word of the name. There may be others among them. namesakes is how many have
// the name without typing errors.
func (d *Directory) People(q *Query) (found []uint32, namesakes int) {
	exact, near := d.readFilter(q.Name, d.words.same), d.readFilter(q.Near, d.words.alike)
	found = d.haveName(nil, exact)
	slices.Sort(found)
	found = slices.Compact(found)
	namesakes = len(found)
	found = d.haveName(found, near)
	for _, key := range identifyingKeys(&q.Evidence) {
		found = d.exact.find(found, key)
	}
	found = append(found, d.sharing(q, slices.Concat(exact, near))...)
	slices.Sort(found)
	return slices.Compact(found), namesakes
}

// sharing returns the records that have a personal identifier of q, and one more, the ZIP
// code or a word of the name.
func (d *Directory) sharing(q *Query, name []part) []uint32 {
	var found, neighbors []uint32
	for _, key := range personalKeys(&q.Evidence) {
		found = d.exact.find(found, key)
	}
	if len(found) == 0 {
		return nil
	}
	for _, key := range zipKeys(&q.Evidence) {
		neighbors = d.exact.find(neighbors, key) // in order
	}
	slices.Sort(found)
	var some []uint32
	for i, record := range found {
		twice := i > 0 && found[i-1] == record
		_, near := slices.BinarySearch(neighbors, record)
		if twice || near || d.hasAny(record, name) {
			some = append(some, record)
		}
	}
	return some
}

// identifyingKeys are the keys of evidence that few people share, of which one is enough
// for a candidate.
func identifyingKeys(e *match.Evidence) []string {
	var keys []string
	for _, email := range e.Emails {
		keys = append(keys, "email "+email)
	}
	for _, phone := range e.Phones {
		keys = append(keys, "phone "+phone)
	}
	if e.CustomID != "" {
		keys = append(keys, "custom "+match.Fold(e.CustomID))
	}
	return keys
}

// personalKeys are the keys of the personal identifiers.
func personalKeys(e *match.Evidence) []string {
	var keys []string
	if e.Birth.Day > 0 {
		keys = append(keys, "birth "+strconv.Itoa(e.Birth.Year%100)+" "+strconv.Itoa(e.Birth.Month)+" "+strconv.Itoa(e.Birth.Day))
	}
	if e.SSN4 != "" {
		keys = append(keys, "ssn "+e.SSN4)
	}
	return keys
}

// zipKeys is the key of the ZIP code, which is only counted: too many have it.
func zipKeys(e *match.Evidence) []string {
	if e.Zip == "" {
		return nil
	}
	return []string{"zip " + e.Zip}
}

func evidenceKeys(e *match.Evidence) []string {
	return slices.Concat(identifyingKeys(e), personalKeys(e), zipKeys(e))
}

// Rarity returns how rare the values of a row are in this tenant. namesakes is as People
// returns it.
func (d *Directory) Rarity(q *Query, namesakes int) match.Rarity {
	of := func(keys []string) uint8 {
		if len(keys) == 0 {
			return 0
		}
		return match.RarityOf(len(d.exact.find(nil, keys[0])), d.Len())
	}
	only := func(e match.Evidence) uint8 { return of(evidenceKeys(&e)) }
	return match.Rarity{
		Name:     match.RarityOf(namesakes, d.Len()),
		CustomID: only(match.Evidence{CustomID: q.CustomID}), SSN4: only(match.Evidence{SSN4: q.SSN4}), Birth: only(match.Evidence{Birth: q.Birth}),
		Email: only(match.Evidence{Emails: q.Emails}), Phone: only(match.Evidence{Phones: q.Phones}), Zip: only(match.Evidence{Zip: q.Zip}),
	}
}

// part is a part of a name, in all its spellings.
type part []spelling

// spelling is one spelling of a part: for each of its words the numbers of those that are
// taken for it, or with what words begin.
type spelling struct {
	words    [][]uint32
	prefixes []string
}

// readFilter reads a filter by the words of the directory.
func (d *Directory) readFilter(filter match.NameFilter, alike func(string) []uint32) []part {
	var parts []part
	for _, spellings := range filter {
		var p part
		for _, s := range spellings {
			if one, possible := readSpelling(s, alike); possible {
				p = append(p, one)
			}
		}
		parts = append(parts, p)
	}
	return parts
}

// readSpelling reads a spelling. It is impossible if no name has one of its words.
func readSpelling(s match.Spelling, alike func(string) []uint32) (one spelling, possible bool) {
	for _, word := range s.Words {
		if s.Prefix {
			one.prefixes = append(one.prefixes, word)
			continue
		}
		numbers := alike(word)
		if len(numbers) == 0 {
			return one, false
		}
		one.words = append(one.words, numbers)
	}
	return one, len(s.Words) > 0
}

// haveName appends the records that have each part of a name. It looks through those that
// have the rarest part.
func (d *Directory) haveName(to []uint32, parts []part) []uint32 {
	rarest, fewest := -1, 0
	for i, p := range parts {
		if count, listed := d.count(p); listed && (rarest < 0 || count < fewest) {
			rarest, fewest = i, count
		}
	}
	if rarest < 0 {
		return to
	}
	for _, s := range parts[rarest] {
		for _, word := range s.words[d.rarestWord(s)] {
			for _, record := range d.withWord(word) {
				if d.hasAll(record, parts) {
					to = append(to, record)
				}
			}
		}
	}
	return to
}

// count returns how many records must be looked through for a part; not listed: a prefix
// may begin any word.
func (d *Directory) count(p part) (count int, listed bool) {
	for _, s := range p {
		if len(s.prefixes) > 0 {
			return 0, false
		}
		count += d.countWord(s.words[d.rarestWord(s)])
	}
	return count, true
}

func (d *Directory) countWord(alike []uint32) (count int) {
	for _, word := range alike {
		count += len(d.withWord(word))
	}
	return count
}

// rarestWord returns which word of a spelling the fewest records have.
func (d *Directory) rarestWord(s spelling) (rarest int) {
	for i := range s.words {
		if d.countWord(s.words[i]) < d.countWord(s.words[rarest]) {
			rarest = i
		}
	}
	return rarest
}

// hasAll reports whether a record has each part of a name.
func (d *Directory) hasAll(record uint32, parts []part) bool {
	return !slices.ContainsFunc(parts, func(p part) bool { return !d.has(record, p) })
}

// hasAny reports whether a record has one part of a name.
func (d *Directory) hasAny(record uint32, parts []part) bool {
	return slices.ContainsFunc(parts, func(p part) bool { return d.has(record, p) })
}

// has reports whether a record has a part of a name in one of its spellings.
func (d *Directory) has(record uint32, p part) bool {
	own := d.wordsOf(record)
	return slices.ContainsFunc(p, func(s spelling) bool { return d.spells(own, s) })
}

// spells reports whether a name with these words has a spelling.
func (d *Directory) spells(own []uint32, s spelling) bool {
	for _, alike := range s.words {
		if !slices.ContainsFunc(own, func(word uint32) bool { return slices.Contains(alike, word) }) {
			return false
		}
	}
	for _, prefix := range s.prefixes {
		if !slices.ContainsFunc(own, func(word uint32) bool { return strings.HasPrefix(d.words.spelled[word], prefix) }) {
			return false
		}
	}
	return true
}
