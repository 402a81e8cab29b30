package match

import (
	"strings"
	"unicode"
)

// company is the name of a company.
type company struct {
	text    string // folded words without legal form, separated by blanks
	form    string // legal form in its short spelling; "" if there is none
	numbers string // those words of text that are numbers
	joint   bool   // one company that does business as another
	words   []word // of text
}

// readCompany reads the field or column of a company's name.
func (n *Name) readCompany(cell string) {
	if cell = withoutPlaceholder(cell); cell == "" {
		return
	}
	s := newScanner()
	s.scan(cell)
	words, text := s.finish()
	if !isPlaceholderName(text) {
		n.company = parseCompany(words)
	}
}

// parseCompany reads the words of a company's name.
func parseCompany(words []word) company {
	var c company
	var text, numbers strings.Builder
	c.words = make([]word, 0, len(words))
	for i := range words {
		w := expandAbbreviation(words[i].text)
		if what, _ := connectorAt(words, i); what == onBehalf {
			c.joint = true
		}
		form := legalForm(w)
		switch {
		case w == "the" && i == 0:
			continue
		case form != "" && i > 0:
			c.form = form
			continue
		case strings.ContainsFunc(w, unicode.IsDigit):
			numbers.WriteString(w + " ")
		}
		if text.Len() > 0 {
			text.WriteByte(' ')
		}
		text.WriteString(w)
		c.words = append(c.words, words[i])
	}
	c.text, c.numbers = text.String(), numbers.String()
	return c
}

// hasCompanyMark reports whether a whole name is clearly a company's: it has a legal
// form, a number, or a word of companies' names after its first.
func (n *Name) hasCompanyMark() bool {
	for i := range n.words {
		w := n.words[i].text
		switch {
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
	case a.numbers == b.numbers && isTypo(a.text, b.text):
		same.grade, same.why = gradeB, "typo"
	default:
		same.grade = gradeSimilarCompanies(a.text, b.text)
	}
	return same
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
