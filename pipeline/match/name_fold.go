package match

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is a word of a name.
type word struct {
	text       string // folded
	written    string // as it stands in the cell, but for what nobody sees
	start, end int    // of text, in that of all words
	tied       bool   // a hyphen joins it to the word before
	comma      bool   // a comma stands before it
	dotted     bool   // nothing but a full stop stands between it and the word before
	slashed    bool   // a slash stands before it
	mixed      bool   // it was written in letters of two scripts
}

// scanner cuts cells into words.
type scanner struct {
	folded []byte // of all words, parted by blanks
	words  []word
	next   word // what is known of the word to come
}

const (
	usualLetters = 48
	usualWords   = 6
)

func newScanner() *scanner {
	return &scanner{folded: make([]byte, 0, usualLetters), words: make([]word, 0, usualWords)}
}

// scan adds the words of a cell.
func (s *scanner) scan(cell string) {
	cell = composed(cell)
	s.next = word{}
	for at := 0; at < len(cell); {
		r, size := utf8.DecodeRuneInString(cell[at:])
		switch {
		case r == utf8.RuneError && size == 1:
			at++ // not text
		case wordRune(r):
			at = s.word(cell, at)
		default:
			s.sign(r, cell, at)
			at += size
		}
	}
	s.merge()
}

// composed returns a cell in the letters that an index would hold, without what
// nobody sees, and with one kind of apostrophe and hyphen where there are many.
func composed(cell string) string {
	for i := range len(cell) {
		if cell[i] >= utf8.RuneSelf {
			return norm.NFKC.String(strings.Map(plainSign, strings.ToValidUTF8(cell, "")))
		}
	}
	return cell
}

func plainSign(r rune) rune {
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

func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r)
}

func apostrophe(r rune) bool {
	return r == '\'' || r == '`' || r == '\u2019' || '\u02B9' <= r && r <= '\u02BF'
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
		if !wordRune(r) && !unicode.IsMark(r) && (!apostrophe(r) || !goesOn(cell[at+size:])) {
			break
		}
		s.folded = appendFolded(s.folded, r)
		at += size
	}
	if text := string(s.folded[w.start:]); mixesScripts(text) {
		w.mixed = true
		s.folded = append(s.folded[:w.start], strings.Map(latinTwin, text)...)
	}
	w.written, w.end = cell[begin:at], len(s.folded)
	s.words = append(s.words, w)
	return at
}

// goesOn reports whether a word goes on behind an apostrophe.
func goesOn(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return wordRune(r)
}

// sign takes note of what stands between two words.
func (s *scanner) sign(r rune, cell string, at int) {
	joins := at > 0 && len(s.words) > 0
	switch r {
	case '-':
		s.next.tied = joins && cell[at-1] != ' ' && goesOn(cell[at+1:])
	case '.':
		s.next.dotted = joins && goesOn(cell[at+1:])
	case ',', ';':
		s.merge()
		s.next.comma = len(s.words) > 0
	case '/', '\\':
		s.merge()
		s.next.slashed = true
	case '&', '+':
		s.merge()
		s.word("and", 0)
	default:
		s.merge()
	}
}

// merge makes one word of an abbreviation's letters: L.L.C.
func (s *scanner) merge() {
	first := len(s.words) - 1
	for first > 0 && s.words[first].dotted {
		first--
	}
	if first < 0 || first == len(s.words)-1 {
		return
	}
	start := s.words[first].start
	whole := strings.ReplaceAll(string(s.folded[start:]), " ", "")
	if legalForm(whole) == "" && !credential(whole) {
		return
	}
	s.folded = append(s.folded[:start], whole...)
	s.words = s.words[:first+1]
	s.words[first].written, s.words[first].end = whole, len(s.folded)
}

// finish returns the words and the text that they are parts of.
func (s *scanner) finish() (words []word, text string) {
	text = string(s.folded)
	for i := range s.words {
		w := &s.words[i]
		w.text = text[w.start:w.end]
	}
	return s.words, text
}

// appendFolded appends what a letter is compared by: nothing of a mark or an
// apostrophe, otherwise its small letter without accents.
func appendFolded(text []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		if r == '\'' || r == '`' {
			return text
		}
		return append(text, byte(r))
	}
	if apostrophe(r) || strippedMark(r) {
		return text
	}
	r = unicode.ToLower(unicode.ToUpper(r)) // of several small letters with one capital, one
	if parts := norm.NFD.PropertiesString(string(r)).Decomposition(); len(parts) > 0 && r < '\u3000' {
		r, _ = utf8.DecodeRune(parts)
		r = unicode.ToLower(r)
	}
	if plain := unaccented(r); plain != "" {
		return append(text, plain...)
	}
	return utf8.AppendRune(text, r)
}

// strippedMark reports whether r is an accent or another mark that is not a
// letter's own, as the vowels of Indian scripts are.
func strippedMark(r rune) bool {
	return unicode.Is(unicode.Mn, r) && unicode.Is(unicode.Inherited, r)
}

// unaccented returns the plain letters of those that Unicode does not take apart.
func unaccented(r rune) string {
	switch r {
	case 'ß':
		return "ss"
	case 'æ':
		return "ae"
	case 'œ':
		return "oe"
	case 'ø':
		return "o"
	case 'ł':
		return "l"
	case 'đ', 'ð':
		return "d"
	case 'þ':
		return "th"
	case 'ı':
		return "i"
	case 'ħ':
		return "h"
	case 'ς':
		return "σ"
	}
	return ""
}

// mixesScripts reports whether a word is written in Latin letters and in such as
// look like them.
func mixesScripts(text string) bool {
	latin, other := false, false
	for _, r := range text {
		latin = latin || 'a' <= r && r <= 'z'
		other = other || r >= utf8.RuneSelf && (unicode.Is(unicode.Cyrillic, r) || unicode.Is(unicode.Greek, r))
	}
	return latin && other
}

// latinTwin returns the Latin letter that a Cyrillic or Greek one looks like.
func latinTwin(r rune) rune {
	const look = "аaеeоoрpсcуyхxіiјjѕsкkмmтtвbнhοoαaνvρpιiκkτtυuχx"
	for i, twin := range look {
		if twin == r && r >= utf8.RuneSelf {
			return rune(look[i+utf8.RuneLen(r)])
		}
	}
	return r
}

func ascii(text string) bool {
	for i := range len(text) {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
