package match

import "strings"

// NameParts is a name in the parts that columns or LoanPro's fields give it; any
// may be empty.
type NameParts struct{ Whole, First, Middle, Last, Suffix, Company string }

// Name is a name with all the ways in which it can be read. Names are compared
// by letters without case and accents.
type Name struct {
	kind         nameKind
	joint        bool // of several people, or of one on behalf of another
	mixedScripts bool // some word was written in letters of two scripts
	joined       bool // its words were written as one
	suffix       generation
	// doubt says that the suffix is a letter which may be an initial: V.
	suffixDoubtful bool
	words          []word
	text           string // the words, parted by blanks
	readings       []reading
	company        company // of a company, or of the one a person has on record
}

// kind is what a name is of.
type nameKind uint8

const (
	nameOfNone nameKind = iota
	nameOfPerson
	nameOfCompany
	nameUnclear // it has no mark of either
)

// reading is one way to read a person's name. Its parts are folded words, parted
// by blanks.
type reading struct {
	given, middle, family       string
	givenAt, middleAt, familyAt span
	nickname                    *nickname // of the given name; nil: none is known
	swapped                     bool      // surname first, though nothing says so
}

// span is a range of a name's words.
type span struct{ from, to int8 }

func (s span) size() int { return int(s.to - s.from) }

// ReadName reads a name. Of Whole it tells the order: a comma means surname
// first. Parts that are given win over what Whole says; Whole may also be a
// company's.
func ReadName(p NameParts) Name {
	var n Name
	n.readCompany(p.Company)
	p = withoutPlaceholders(p)
	if p.First != "" && p.Last != "" && n.readParts(p) {
		n.fillFromWhole(p.Whole)
	} else {
		n.readWhole(p)
	}
	if g := readGeneration(folded(p.Suffix)); g != noGeneration {
		n.suffix, n.suffixDoubtful = g, false
	}
	if n.suffixDoubtful {
		n.addInitial()
	}
	for i := range n.words {
		n.mixedScripts = n.mixedScripts || n.words[i].mixedScripts
	}
	return n
}

// onlyKnown takes out parts that stand for what is not known, and makes a single
// part the whole, or the missing one out of a whole of one word.
func withoutPlaceholders(p NameParts) NameParts {
	p.First, p.Middle, p.Last = withoutPlaceholder(p.First), withoutPlaceholder(p.Middle), withoutPlaceholder(p.Last)
	oneWord := p.Whole != "" && !strings.ContainsAny(Clean(p.Whole), " \u00A0,.&/")
	switch {
	case p.First != "" && p.Last != "":
	case p.Whole == "":
		p.Whole, p.First, p.Last = p.First+p.Last, "", ""
	case oneWord && p.First != "":
		p.Last = p.Whole
	case oneWord && p.Last != "":
		p.First = p.Whole
	}
	return p
}

// known returns a part of a name, or nothing where it stands for what is not known.
func withoutPlaceholder(part string) string {
	const signs = " \t#*.-_?'"
	if isPlaceholderPart(strings.Trim(part, signs)) {
		return ""
	}
	return part
}

// folded returns the folded words of a text, parted by blanks.
func folded(text string) string {
	if text == "" {
		return ""
	}
	s := newScanner()
	s.scan(text)
	return string(s.folded)
}

// Empty reports whether nothing in the name names anybody.
func (n *Name) Empty() bool { return n.kind == nameOfNone }

// Company reports whether the name is a company's.
func (n *Name) Company() bool { return n.kind == nameOfCompany }
