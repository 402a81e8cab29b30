package match

import (
	"strings"
	"unicode"
)

// company is the name of a company.
type company struct {
	text    string // folded words without legal form, separated by blanks
	form    string // legal form in its short spelling; "" if there is none
	numbers string // what distinguishes it within a series: its numbers and single letters
	joint   bool   // one company that does business as another
	words   []word // of text
}

// readCompany reads the field or column of a company's name.
func (n *Name) readCompany(cell string) {
	if cell = withoutPlaceholder(cell); cell == "" {
		return
	}
	if words, text := scanWords(cell); !isPlaceholderName(text) {
		n.company = parseCompany(words)
	}
}

// parseCompany reads the words of a company's name.
func parseCompany(words []word) company {
	var c company
	c.words = make([]word, 0, len(words))
	texts := make([]string, 0, len(words))
	for i := 0; i < len(words); {
		if what, _ := connectorAt(words, i); what == onBehalf {
			c.joint = true
		}
		form, length := legalFormAt(words, i)
		switch initials := initialsAt(words, i); {
		case form != "" && i > 0:
			c.form = form
		case initials > 1:
			length = initials
			texts = append(texts, joinTexts(words[i:i+initials]))
			c.words = append(c.words, words[i:i+initials]...)
		case words[i].text != "the" || i > 0:
			length = 1
			texts = append(texts, expandAbbreviation(words[i].text))
			c.words = append(c.words, words[i])
		}
		i += max(length, 1)
	}
	c.text, c.numbers = strings.Join(texts, " "), seriesOf(texts)
	return c
}

// unmarkedCompany returns the company that a name may be although nothing in it says so.
func unmarkedCompany(words []word, text string) company {
	c := parseCompany(words)
	return company{text: strings.TrimPrefix(text, "the "), numbers: c.numbers}
}

// legalFormAt returns the legal form that begins at a word, in its short spelling, and
// how many words it has; "" if there is none.
func legalFormAt(words []word, at int) (form string, length int) {
	letters := initialsAt(words, at)
	for _, f := range legalFormPhrases {
		if hasTexts(words, at, f.words) && (letters == 0 || letters == len(f.words)) {
			return f.short, len(f.words)
		}
	}
	return legalForm(words[at].text), 1
}

// initialsAt returns how many single letters in a row begin at a word: A.B.C. and A B C
// are written ABC, too.
func initialsAt(words []word, at int) int {
	count := 0
	for at+count < len(words) && isSingleLetter(words[at+count].text) && (count == 0 || !words[at+count].afterComma) {
		count++
	}
	return count
}

func isSingleLetter(w string) bool { return len(w) == 1 && isLatinLetter(rune(w[0])) }

func joinTexts(words []word) string {
	var joined strings.Builder
	for i := range words {
		joined.WriteString(words[i].text)
	}
	return joined.String()
}

// seriesOf returns the words that distinguish the companies of one series: Fund II and
// Fund III, Holdings A and Holdings B, First and Second National. Every spelling of a number
// returns the same.
func seriesOf(texts []string) string {
	var marks strings.Builder
	for _, w := range texts {
		number := numberWord(w)
		switch {
		case number != "":
			w = number
		case !strings.ContainsFunc(w, unicode.IsDigit) && !isSingleLetter(w):
			continue
		}
		marks.WriteString(w + " ")
	}
	return marks.String()
}

// hasCompanyMark reports whether a whole name is clearly a company's: it has a legal
// form, a number, or a word of companies' names after its first.
func (n *Name) hasCompanyMark() bool {
	if n.isLetterPair() {
		return true
	}
	for i := range n.words {
		w := n.words[i].text
		switch {
		case i > 0 && hasTexts(n.words, i, []string{"l", "l", "c"}):
			return true
		case i > 0 && legalForm(w) != "" && (w != "co" || len(n.words) > 2 && !n.words[i].afterSlash && !n.words[1].afterComma):
			return true
		case i > 0 && isCompanyWord(w) && !n.words[i].afterComma && i == len(n.words)-1:
			return true
		case strings.ContainsFunc(w, unicode.IsDigit) && readGeneration(w) == noGeneration:
			return true
		}
	}
	return false
}

// isLetterPair reports whether a name begins with one letter twice: M & M Cabinet is a
// company, while J & M Smith is a couple.
func (n *Name) isLetterPair() bool {
	w := n.words
	return len(w) > 3 && isSingleLetter(w[0].text) && w[1].text == "and" && w[2].text == w[0].text
}

// compareCompanies compares the names of two companies.
func compareCompanies(a, b *company) NameComparison {
	same := NameComparison{company: agrees}
	switch {
	case a.text == "" || b.text == "":
		return NameComparison{}
	case a.numbers != b.numbers && a.numbers != "" && b.numbers != "":
		return NameComparison{grade: gradeSimilarCompanies(a.text, b.text), company: vetoes}
	case a.text == b.text && (a.form == b.form || a.form == "" || b.form == ""):
		same.grade = gradeA
	case a.text == b.text:
		same.grade, same.why = gradeB, "legal form"
	case a.numbers == b.numbers && isCompanyTypo(a.text, b.text):
		same.grade, same.why = gradeB, "typo"
	default:
		same.grade = gradeSimilarCompanies(a.text, b.text)
	}
	return same
}

// isCompanyTypo reports whether names differ by one typing error: in a blank, or in one
// word that is long enough.
func isCompanyTypo(a, b string) bool {
	if equalJoined(a, b) {
		return true
	}
	differ := 0
	for a != "" && b != "" {
		var first, other string
		first, a, _ = strings.Cut(a, " ")
		other, b, _ = strings.Cut(b, " ")
		switch {
		case first == other:
		case !isTypo(first, other):
			return false
		default:
			differ++
		}
	}
	return differ == 1 && a == b
}

// gradeSimilarCompanies returns the grade of two different names: C if they are
// similar, else D.
func gradeSimilarCompanies(a, b string) grade {
	short, long := a, b
	if len(short) > len(long) {
		short, long = long, short
	}
	within := strings.HasPrefix(long, short+" ") || strings.HasSuffix(long, " "+short)
	if within || equalJoined(a, b) || isSimilar(a, b) {
		return gradeC
	}
	return gradeD
}

// searchTerms returns the terms that a record of the company must have: each of its
// words.
func (c *company) searchTerms() [][]Term {
	var parts [][]Term
	for _, w := range c.words {
		var part termList
		if w.text == "and" {
			continue // or &, which an index does not keep
		}
		part.addWritten(w)
		if owner, ok := cutPlural(w.written); ok && !isCompanyWord(w.text) && !hasApostrophe(owner) && len(owner) > 2 {
			part.add(Term{Text: owner + "'s"})
			part.add(Term{Text: owner + "’s"})
		}
		for _, text := range abbreviationVariants(w.text) {
			part.add(Term{Text: titleCase(text)})
		}
		if len(part.list) > 0 {
			parts = append(parts, part.list)
		}
	}
	return parts
}

// cutPlural takes the last s off a word: an apostrophe may have preceded it.
func cutPlural(written string) (string, bool) {
	owner := strings.TrimRight(written, "sS")
	return owner, len(written)-len(owner) == 1
}

// abbreviationVariants returns the other spellings, short and long, of a word in
// companies' names.
func abbreviationVariants(w string) []string {
	var texts []string
	for _, other := range [...]string{
		"bros", "brothers", "svc", "svcs", "service", "services", "assoc", "associates", "mfg", "manufacturing", "intl",
		"international", "mgmt", "management", "bldg", "building",
	} {
		if other != w && expandAbbreviation(other) == expandAbbreviation(w) {
			texts = append(texts, other)
		}
	}
	return texts
}

// fuzzyTerms returns the company's words that are long enough to contain a typing
// error.
func (c *company) fuzzyTerms() [][]Term {
	var parts [][]Term
	for _, w := range c.words {
		if len(w.text) >= minTypoLength && isASCII(w.text) {
			parts = append(parts, []Term{{Text: w.text}})
		}
	}
	return parts
}
