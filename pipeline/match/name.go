package match

import "strings"

// NameParts is a name in the parts that columns or LoanPro's fields give it; any
// may be empty.
type NameParts struct{ Whole, First, Middle, Last, Suffix, Company string }

// Name is a name with all the ways in which it can be read. Names are compared
// by letters without case and accents.
type Name struct {
	kind   kind
	joint  bool // of several people, or of one on behalf of another
	mixed  bool // some word was written in letters of two scripts
	joined bool // its words were written as one
	suffix generation
	// doubt says that the suffix is a letter which may be an initial: V.
	doubt    bool
	words    []word
	text     string // the words, parted by blanks
	readings []reading
	company  company // of a company, or of the one a person has on record
}

// kind is what a name is of.
type kind uint8

const (
	ofNobody kind = iota
	ofPerson
	ofCompany
	ofEither // it has no mark of either
)

// reading is one way to read a person's name. Its parts are folded words, parted
// by blanks.
type reading struct {
	given, middle, family     string
	givenAt, middleAt, lastAt span
	nickname                  *nickname // of the given name; nil: none is known
	swapped                   bool      // surname first, though nothing says so
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
	p = onlyKnown(p)
	if p.First != "" && p.Last != "" && n.readParts(p) {
		n.complete(p.Whole)
	} else {
		n.readWhole(p)
	}
	if g := readGeneration(folded(p.Suffix)); g != noGeneration {
		n.suffix, n.doubt = g, false
	}
	if n.doubt {
		n.addInitial()
	}
	for i := range n.words {
		n.mixed = n.mixed || n.words[i].mixed
	}
	return n
}

// onlyKnown takes out parts that stand for what is not known, and makes a single
// part the whole, or the missing one out of a whole of one word.
func onlyKnown(p NameParts) NameParts {
	p.First, p.Middle, p.Last = known(p.First), known(p.Middle), known(p.Last)
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
func known(part string) string {
	const signs = " \t#*.-_?'"
	if missing(strings.Trim(part, signs)) {
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
func (n *Name) Empty() bool { return n.kind == ofNobody }

// Company reports whether the name is a company's.
func (n *Name) Company() bool { return n.kind == ofCompany }

// Joint reports whether the name is of several people, or of one on behalf of
// another: who is meant is for a person to say.
func (n *Name) Joint() bool { return n.joint }
