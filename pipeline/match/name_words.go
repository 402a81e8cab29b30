package match

import (
	"slices"
	"strconv"
	"strings"
)

// isTitle reports whether a folded word is a title, which precedes a name.
func isTitle(w string) bool {
	switch w {
	case "mr", "mrs", "ms", "miss", "mx", "mister", "dr", "doctor", "prof", "professor", "rev", "reverend", "hon", "sir",
		"madam", "sgt", "capt", "captain", "lt", "col", "maj", "pastor", "rabbi", "imam", "sra", "srta", "honorable", "senator",
		"congressman", "congresswoman", "ambassador", "governor", "father", "sister", "brother", "monsignor", "msgr", "sergeant",
		"lieutenant", "colonel", "cpl", "pfc", "pvt", "cmdr", "attorney", "atty", "mme", "mlle", "messrs":
		return true
	}
	return false
}

// isCredential reports whether a folded word is a credential, which follows a name. Do
// and Ma are surnames, see isDottedCredential.
func isCredential(w string) bool {
	switch w {
	case "phd", "md", "dds", "dmd", "dvm", "esq", "esquire", "cpa", "cfa", "jd", "mba", "rn", "lpn", "ret", "edd", "psyd", "pharmd",
		"bsn", "msn", "dnp", "crna", "aprn", "fnp", "lvn", "cna", "lcsw", "lmft", "lmhc", "rph", "dpm", "facs", "mph", "msw", "llm", "cfp",
		"pmp", "atty", "deceased", "decd":
		return true
	}
	return false
}

// isDottedCredential reports whether folded words at the end of a name are a credential
// because of their full stops: D.O., unlike Do.
func isDottedCredential(words []word) bool {
	if !words[1].afterDot || !isSingleLetter(words[0].text) || !isSingleLetter(words[1].text) {
		return false
	}
	switch words[0].text + words[1].text {
	case "do", "ma", "ba", "bs", "ms", "pa", "np", "od", "dc", "pe":
		return true
	}
	return false
}

// generation distinguishes members of a family who have the same name.
type generation uint8

const (
	noGeneration generation = iota
	first
	senior
	junior
	second
	third
	fourth
	fifth
)

// readGeneration reads a folded word; any other word is noGeneration.
func readGeneration(w string) generation {
	switch w {
	case "sr", "snr", "senior":
		return senior
	case "jr", "jnr", "junior":
		return junior
	case "i", "1st":
		return first
	case "ii", "2nd", "2d":
		return second
	case "iii", "3rd", "3d":
		return third
	case "iv", "4th":
		return fourth
	case "v", "5th":
		return fifth
	}
	return noGeneration
}

// compare compares two generations. A junior is often the second of the name, and a
// senior the first, so those two pairs prove nothing.
func (g generation) compare(other generation) agreementLevel {
	low, high := min(g, other), max(g, other)
	switch {
	case low == noGeneration:
		return missing
	case low == high:
		return agrees
	case low == junior && high == second, low == first && high == senior:
		return missing
	}
	return vetoes
}

// isParticle reports whether a folded word belongs to the word after it.
func isParticle(w string) bool {
	switch w {
	case "de", "del", "della", "di", "da", "dos", "das", "du", "la", "las", "le", "les", "los", "van", "von", "vander", "der",
		"den", "ter", "ten", "zu", "zur", "bin", "ibn", "bint", "abu", "al", "el", "san", "santa", "st", "mac", "mc", "y":
		return true
	}
	return false
}

// legalForm returns the short spelling of the legal form that a folded word means, or
// "" for any other word.
func legalForm(w string) string {
	switch w {
	case "llc", "llp", "lp", "lllp", "pllc", "plc", "pc", "gmbh":
		return w
	case "inc", "incorporated":
		return "inc"
	case "corp", "corporation":
		return "corp"
	case "co", "company":
		return "co"
	case "ltd", "limited":
		return "ltd"
	}
	return ""
}

// legalFormPhrases are the legal forms of several words, the longest first, and their
// short spelling. Initials with full stops that are a form are one word already, except
// for those that may be initials of a person.
var legalFormPhrases = [...]struct {
	words []string
	short string
}{
	{[]string{"professional", "limited", "liability", "company"}, "pllc"},
	{[]string{"limited", "liability", "limited", "partnership"}, "lllp"},
	{[]string{"limited", "liability", "company"}, "llc"},
	{[]string{"limited", "liability", "co"}, "llc"},
	{[]string{"limited", "liability", "partnership"}, "llp"},
	{[]string{"public", "limited", "company"}, "plc"},
	{[]string{"limited", "partnership"}, "lp"},
	{[]string{"professional", "corporation"}, "pc"},
	{[]string{"professional", "association"}, "pa"},
	{[]string{"national", "association"}, "na"},
	{[]string{"l", "l", "c"}, "llc"},
	{[]string{"l", "l", "p"}, "llp"},
	{[]string{"n", "a"}, "na"},
	{[]string{"p", "a"}, "pa"},
	{[]string{"na"}, "na"},
	{[]string{"pa"}, "pa"},
}

// hasTexts reports whether words have these texts from a position on.
func hasTexts(words []word, at int, texts []string) bool {
	if at+len(texts) > len(words) {
		return false
	}
	for i, text := range texts {
		if words[at+i].text != text {
			return false
		}
	}
	return true
}

// numberWord takes a folded word. It returns the number that the word or Roman numeral
// means, of up to twenty, in digits; "" if it means none.
func numberWord(w string) string {
	if n := slices.Index(romanNumerals[:], w); n >= 0 {
		return strconv.Itoa(n + 1)
	}
	if n := slices.Index(cardinals[:], w); n >= 0 {
		return strconv.Itoa(n + 1)
	}
	if n := slices.Index(ordinals[:], w); n >= 0 {
		return strconv.Itoa(n+1) + ordinalEnding(n+1)
	}
	return ""
}

// ordinalEnding returns what is written after the digits of an ordinal of up to ten.
func ordinalEnding(n int) string {
	switch n {
	case 1:
		return "st"
	case 2:
		return "nd"
	case 3:
		return "rd"
	}
	return "th"
}

var (
	romanNumerals = [...]string{
		"i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx",
	}
	cardinals = [...]string{"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
	ordinals  = [...]string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
)

// isCompanyWord reports whether a folded word is typical of companies' names and rare
// in people's.
func isCompanyWord(w string) bool {
	switch w {
	case "holdings", "holding", "properties", "enterprise", "enterprises", "services", "service", "svc", "svcs", "solutions",
		"associates", "assoc", "partners", "partnership", "trucking", "roofing", "landscaping", "logistics", "motors", "builders",
		"bakery", "towing", "trust", "group", "supply", "sales", "sons", "brothers", "bros", "fund", "farms", "construction",
		"industries", "investments", "capital", "realty", "restaurant", "clinic", "foundation", "university", "ministries",
		"association", "systems", "technologies", "consulting", "contractors", "contracting", "electric", "plumbing", "painting",
		"cleaning", "transport", "transportation", "freight", "leasing", "rentals", "equipment", "insurance", "agency", "financial",
		"auto", "automotive", "homes", "trucks", "medical", "management", "international", "manufacturing", "mfg", "products",
		"cabinets", "flooring", "concrete", "drywall", "excavating", "remodeling", "hvac":
		return true
	}
	return false
}

// expandAbbreviation returns the long spelling of an abbreviation in companies' names,
// and any other word unchanged.
func expandAbbreviation(w string) string {
	switch w {
	case "bros":
		return "brothers"
	case "svc", "svcs", "service":
		return "services"
	case "assoc":
		return "associates"
	case "mfg":
		return "manufacturing"
	case "intl":
		return "international"
	case "mgmt":
		return "management"
	case "bldg":
		return "building"
	}
	return w
}

// isPlaceholderName reports whether folded words, which are a whole name or a whole
// part of one, are a placeholder.
func isPlaceholderName(text string) bool {
	switch text {
	case "", "n a", "na", "null", "none", "nil", "unknown", "unk", "test", "test test", "no name", "noname", "tbd", "not available",
		"not applicable", "name", "first last", "firstname lastname", "first name last name", "first name", "last name", "n a n a",
		"none none", "null null", "unknown unknown", "unknown name", "name unknown", "test user", "test customer", "no", "blank",
		"value", "ref", "div 0", "customer", "borrower", "customer name", "borrower name", "undefined", "nan", "not provided":
		return true
	}
	return strings.Trim(text, "x ") == "" // xxx
}

// isPlaceholderPart reports whether a part of a name is a placeholder when other parts
// are present. Null and Test are surnames.
func isPlaceholderPart(part string) bool {
	for _, text := range [...]string{"n/a", "na", "none", "unknown", "nmn", "nmi", "fnu", "lnu", "nfn", "nln", "not available", "not applicable", "blank"} {
		if strings.EqualFold(part, text) {
			return true
		}
	}
	return part == ""
}

// isCapacity reports whether a folded word says in which capacity someone acts for
// another.
func isCapacity(w string) bool {
	switch w {
	case "trustee", "trustees", "cotrustee", "cotrustees", "ttee", "ttees", "trste", "successor", "poa", "executor", "executrix",
		"administratrix", "conservator", "custodian", "beneficiary", "utma", "ugma", "utd", "uta", "dtd":
		return true
	}
	return false
}

// isShortCapacity reports whether a folded word says so only at the end of a full name:
// in front it may be initials.
func isShortCapacity(w string) bool {
	switch w {
	case "tr", "trs", "exec", "exr", "exor", "adm", "admr", "admin", "administrator", "cust", "gdn", "pr":
		return true
	}
	return false
}

// connector is how a word connects the names before and after it.
type connector uint8

const (
	connectsNothing connector = iota
	connectsPeople            // and
	onBehalf                  // c/o, dba, estate of
)

// connectorAt returns what the word at a position connects, and how many words the
// connector has.
func connectorAt(words []word, at int) (what connector, length int) {
	is := func(texts ...string) bool { return hasTexts(words, at, texts) }
	switch {
	case is("and"), is("or"):
		return connectsPeople, 1
	case is("c", "o") && words[at+1].afterSlash, is("estate", "of"), is("et", "al"), is("et", "ux"), is("in", "care", "of"):
		return onBehalf, 2
	case is("d", "b", "a"), is("a", "k", "a"), is("f", "k", "a"), is("f", "b", "o"), is("doing", "business", "as"):
		if words[at+1].afterSlash || words[at+1].afterDot || words[at].text == "doing" {
			return onBehalf, 3
		}
	case is("dba"), is("aka"), is("fka"), is("fbo"), is("attn"), is("estate"), is("guardian"), at > 0 && isCapacity(words[at].text),
		at > 1 && at == len(words)-1 && isShortCapacity(words[at].text):
		return onBehalf, 1
	case words[at].afterSlash:
		return connectsPeople, 0
	}
	return connectsNothing, 0
}
