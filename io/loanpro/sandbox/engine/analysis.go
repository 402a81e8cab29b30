package engine

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// runeClass is the word-break class of a rune, after Unicode's annex 29, as far as
// names and loan numbers need it.
type runeClass uint8

const (
	breaking      runeClass = iota // separates tokens
	letter                         // joins with letters and digits
	digit                          // joins with letters and digits
	connector                      // the underscore and similar: joins with everything but ideographs
	katakana                       // joins with Katakana only
	ideograph                      // Han and Hiragana: each a token of its own
	extending                      // marks and format characters: part of what comes before
	betweenWords                   // joins two letters: the colon
	betweenDigits                  // joins two digits: comma and semicolon
	betweenBoth                    // joins two letters or two digits: full stop and apostrophes
)

// tokenize calls emit for each token of text, in order, cut and in lower case as
// by the standard analyzer (not documented by LoanPro; assumed). The bytes are
// valid only during the call.
func tokenize(text string, emit func(token []byte)) {
	var t tokenBuffer
	for at, r := range text {
		class := classOf(r)
		switch {
		case class == extending:
			t.extend(r)
		case class == ideograph:
			t.flush(emit)
			t.add(r, class)
		case t.open() && joins(t.last, class):
			t.add(r, class)
		case t.open() && bridges(t.last, class, text[at:]):
			t.extend(r)
		default:
			t.flush(emit)
			if class >= letter && class <= katakana {
				t.add(r, class)
			}
		}
	}
	t.flush(emit)
}

// tokenBuffer is the token being read.
type tokenBuffer struct {
	text []byte
	last runeClass // class of the last rune that is neither mark nor bridge
	word bool      // it has more than underscores
}

func (t *tokenBuffer) open() bool { return len(t.text) > 0 }

func (t *tokenBuffer) add(r rune, class runeClass) {
	t.text = utf8.AppendRune(t.text, unicode.ToLower(r))
	t.last = class
	t.word = t.word || class != connector
}

// extend adds a mark or a bridge. What joins next depends on the rune before it.
func (t *tokenBuffer) extend(r rune) {
	if t.open() {
		t.text = utf8.AppendRune(t.text, unicode.ToLower(r))
	}
}

func (t *tokenBuffer) flush(emit func([]byte)) {
	if t.word {
		emit(t.text)
	}
	*t = tokenBuffer{text: t.text[:0]}
}

// joins reports whether a rune of class next continues a token after last.
func joins(last, next runeClass) bool {
	switch {
	case last == ideograph || next == ideograph:
		return false
	case last == connector || next == connector:
		return next >= letter && next <= katakana
	case last == katakana || next == katakana:
		return last == next
	}
	return next == letter || next == digit
}

// bridges reports whether the punctuation of class mid at the start of text keeps
// last and the next rune in one token.
func bridges(last, mid runeClass, text string) bool {
	if mid < betweenWords || (last != letter && last != digit) {
		return false
	}
	_, size := utf8.DecodeRuneInString(text)
	for _, r := range text[size:] {
		next := classOf(r)
		if next == extending {
			continue
		}
		return next == last && (mid == betweenBoth ||
			mid == betweenWords && last == letter ||
			mid == betweenDigits && last == digit)
	}
	return false
}

func classOf(r rune) runeClass {
	if r < utf8.RuneSelf {
		return asciiClass(r)
	}
	if class, ok := bridgeClass(r); ok {
		return class
	}
	switch {
	case r == '\u200b': // zero-width space: a format character that splits
		return breaking
	case r == '\u30fc' || r == '\uff70' || unicode.Is(unicode.Katakana, r):
		return katakana
	case unicode.Is(unicode.Han, r) || unicode.Is(unicode.Hiragana, r):
		return ideograph
	case unicode.Is(unicode.M, r) || unicode.Is(unicode.Cf, r):
		return extending
	case unicode.IsLetter(r) || unicode.Is(unicode.Nl, r):
		return letter
	case unicode.Is(unicode.Nd, r):
		return digit
	case unicode.Is(unicode.Pc, r) || r == '\u202f':
		return connector
	}
	return breaking
}

func asciiClass(r rune) runeClass {
	switch {
	case 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
		return letter
	case '0' <= r && r <= '9':
		return digit
	}
	switch r {
	case '_':
		return connector
	case '.', '\'':
		return betweenBoth
	case ':':
		return betweenWords
	case ',', ';':
		return betweenDigits
	}
	return breaking
}

// bridgeClass returns the class of punctuation outside ASCII that can be inside a
// token.
func bridgeClass(r rune) (runeClass, bool) {
	switch {
	case strings.ContainsRune("‘’․﹒＇．", r):
		return betweenBoth, true
	case strings.ContainsRune("·\u0387\u055f\u05f4‧︓﹕：", r):
		return betweenWords, true
	case strings.ContainsRune("\u037e\u0589\u060c\u060d\u066c⁄︐︔﹐﹔，；", r):
		return betweenDigits, true
	}
	return breaking, false
}
