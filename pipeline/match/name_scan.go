package match

import (
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is a word of a name.
type word struct {
	text         string // folded
	written      string // as in the cell, without invisible characters
	start, end   int    // in the text of all words
	hyphenated   bool   // a hyphen joins it to the word before
	afterComma   bool   // a comma precedes it
	afterDot     bool   // only a full stop separates it from the word before
	afterSlash   bool   // a slash precedes it
	mixedScripts bool   // it has letters of two scripts
}

// scanner splits cells into words.
type scanner struct {
	folded []byte // all words, separated by blanks
	words  []word
	next   word // what is known of the next word
}

const (
	typicalLetters = 48
	typicalWords   = 6
)

func newScanner() *scanner {
	return &scanner{folded: make([]byte, 0, typicalLetters), words: make([]word, 0, typicalWords)}
}

// scanWords returns the words of a cell, and the text that holds them.
func scanWords(cell string) (words []word, text string) {
	s := newScanner()
	s.scan(cell)
	return s.finish()
}

// scan adds the words of a cell.
func (s *scanner) scan(cell string) {
	cell = normalized(withoutEntities(cell))
	s.next = word{}
	for at := 0; at < len(cell); {
		r, size := utf8.DecodeRuneInString(cell[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			at++ // not UTF-8
		case isWordRune(r):
			at = s.word(cell, at)
		default:
			s.separator(r, cell, at)
			at += size
		}
	}
	s.merge()
}

// entity is a character as HTML writes it. The standard library would also decode some
// without their semicolon, and so read Smith&Copy as Smith and a sign.
var entity = regexp.MustCompile(`&(?:#\d+|#[xX][0-9a-fA-F]+|[a-zA-Z]+[0-9]*);`)

// withoutEntities decodes the HTML entities in a cell: O&#39;Brien, Smith &amp; Sons.
func withoutEntities(cell string) string {
	if strings.IndexByte(cell, '&') < 0 || strings.IndexByte(cell, ';') < 0 {
		return cell
	}
	return entity.ReplaceAllStringFunc(cell, html.UnescapeString)
}

// normalized returns a cell in the letters that an index would hold: without invisible
// characters, with one kind of apostrophe and one of hyphen.
func normalized(cell string) string {
	for i := range len(cell) {
		if cell[i] >= utf8.RuneSelf {
			return norm.NFKC.String(strings.Map(plainPunctuation, strings.ToValidUTF8(cell, "")))
		}
	}
	return cell
}

func plainPunctuation(r rune) rune {
	switch {
	case r < utf8.RuneSelf || unicode.IsLetter(r):
		return r
	case r == '\u00B4' || r == '\u2018' || r == '\u2032' || r == '\uFF07':
		return '\u2019'
	case unicode.Is(unicode.Pd, r) || r == '\u2212':
		return '-'
	case unicode.Is(unicode.Cf, r):
		return -1
	}
	return r
}

// word adds the word that begins at a position, and returns where it ends.
func (s *scanner) word(cell string, at int) int {
	if len(s.words) > 0 {
		s.folded = append(s.folded, ' ')
	}
	w := s.next
	w.start = len(s.folded)
	s.next = word{}
	begin := at
	for at < len(cell) {
		r, size := utf8.DecodeRuneInString(cell[at:])
		if !isWordRune(r) && !unicode.IsMark(r) && (!isApostrophe(r) || !startsWithWord(cell[at+size:])) {
			break
		}
		s.folded = appendFolded(s.folded, r)
		at += size
	}
	if text := string(s.folded[w.start:]); mixesScripts(text) {
		w.mixedScripts = true
		s.folded = append(s.folded[:w.start], strings.Map(latinLookalike, text)...)
	}
	w.written, w.end = cell[begin:at], len(s.folded)
	s.words = append(s.words, w)
	return at
}

// startsWithWord reports whether a text begins with a character of a word.
func startsWithWord(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return isWordRune(r)
}

// separator records what separates two words.
func (s *scanner) separator(r rune, cell string, at int) {
	joins := at > 0 && len(s.words) > 0
	switch r {
	case '-':
		s.next.hyphenated = joins && cell[at-1] != ' ' && startsWithWord(cell[at+1:])
	case '.':
		s.next.afterDot = joins && startsWithWord(cell[at+1:])
	case ',', ';':
		s.merge()
		s.next.afterComma = len(s.words) > 0
	case '/', '\\':
		s.merge()
		s.next.afterSlash = true
	case '&', '+':
		s.merge()
		s.word("and", 0)
	default:
		s.merge()
	}
}

// merge joins the letters of an abbreviation into one word: L.L.C.
func (s *scanner) merge() {
	first := len(s.words) - 1
	for first > 0 && s.words[first].afterDot {
		first--
	}
	if first < 0 || first == len(s.words)-1 {
		return
	}
	start := s.words[first].start
	whole := strings.ReplaceAll(string(s.folded[start:]), " ", "")
	if legalForm(whole) == "" && !isCredential(whole) {
		return
	}
	s.folded = append(s.folded[:start], whole...)
	s.words = s.words[:first+1]
	s.words[first].written, s.words[first].end = whole, len(s.folded)
}

// finish returns the words, and the text that holds them.
func (s *scanner) finish() (words []word, text string) {
	text = string(s.folded)
	for i := range s.words {
		w := &s.words[i]
		w.text = text[w.start:w.end]
	}
	return s.words, text
}
