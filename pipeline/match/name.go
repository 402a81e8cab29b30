package match

import "strings"

// NameParts is a name in the parts that columns or LoanPro's fields hold. Any of them
// may be empty.
type NameParts struct{ Whole, First, Middle, Last, Suffix, Company string }

// Name is a name with all the ways to read it. Names are compared by their folded
// letters: lower case, without accents.
type Name struct {
	kind         nameKind
	joint        bool // of more than one person, or of one on behalf of another
	mixedScripts bool // a word has letters of two scripts
	joined       bool // written as one word
	suffix       generation
	// suffixDoubtful says that the suffix is a letter which may be an initial: V.
	suffixDoubtful bool
	words          []word
	text           string // the words, separated by blanks
	readings       []reading
	company        company // the name of a company, or of the one on a person's record
	unmarked       company // an unclear name as a company's
}

// nameKind says whose name it is.
type nameKind uint8

const (
	nameOfNone nameKind = iota
	nameOfPerson
	nameOfCompany
	nameUnclear // could be a person's or a company's
)

// reading is one way to read a person's name. Its parts are folded words, separated by
// blanks.
type reading struct {
	given, middle, family       string
	givenAt, middleAt, familyAt span
	nickname                    *nickname // of the given name; nil if none is known
	swapped                     bool      // surname first, which nothing in the cell shows
}

// span is a range of a name's words.
type span struct{ from, to int8 }

func (s span) size() int { return int(s.to - s.from) }

// ReadName reads a name. Whole may be in either order; a comma in it means surname
// first. It may also be a company's name. The other parts take precedence over Whole.
func ReadName(p NameParts) Name {
	var n Name
	n.readCompany(p.Company)
	p.Whole = withoutEntities(p.Whole)
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

// withoutPlaceholders removes parts that are placeholders. It then makes a single part
// the whole, or takes the missing part from a whole of one other word.
func withoutPlaceholders(p NameParts) NameParts {
	p.First, p.Middle, p.Last = withoutPlaceholder(p.First), withoutPlaceholder(p.Middle), withoutPlaceholder(p.Last)
	oneWord := p.Whole != "" && !strings.ContainsAny(Clean(p.Whole), " \u00A0,.&/")
	switch {
	case p.First != "" && p.Last != "":
	case p.Whole == "", folded(p.Whole) == folded(p.First+p.Last):
		p.Whole, p.First, p.Last = p.First+p.Last, "", ""
	case oneWord && p.First != "":
		p.Last = p.Whole
	case oneWord && p.Last != "":
		p.First = p.Whole
	}
	return p
}

// withoutPlaceholder returns a part of a name, or "" for a placeholder.
func withoutPlaceholder(part string) string {
	const signs = " \t#*.-_?'"
	if isPlaceholderPart(strings.Trim(part, signs)) {
		return ""
	}
	return part
}

// folded returns the folded words of a text, separated by blanks.
func folded(text string) string {
	if text == "" {
		return ""
	}
	s := newScanner()
	s.scan(text)
	return string(s.folded)
}

// Empty reports whether the name holds no name at all.
func (n *Name) Empty() bool { return n.kind == nameOfNone }

// Surname returns the folded surname of a person; empty: not known.
func (n *Name) Surname() string {
	if n.kind == nameOfCompany || len(n.readings) == 0 {
		return ""
	}
	return n.readings[0].family
}

// Company reports whether the name is a company's.
func (n *Name) Company() bool { return n.kind == nameOfCompany }
