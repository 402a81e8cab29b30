package sandbox

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// runeClass is the word-break class of a rune, after Unicode's annex 29 as far
// as names and loan numbers need it.
type runeClass uint8

const (
	breaking      runeClass = iota // splits, and belongs to no token
	letter                         // sticks to letters and digits
	digit                          // sticks to letters and digits
	connector                      // the underscore and its kin: sticks to everything but ideographs
	katakana                       // sticks to Katakana only
	ideograph                      // Han and Hiragana: each a token of its own
	extending                      // marks and format characters: belong to what stands before
	betweenWords                   // joins two letters: the colon
	betweenDigits                  // joins two digits: comma and semicolon
	betweenBoth                    // joins two letters or two digits: full stop and apostrophes
)

// tokenize calls emit for each token of text, in order, as the standard
// analyser cuts and lower-cases it (not documented by LoanPro; assumed). The
// bytes are valid only during the call.
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
		case t.open() && sticks(t.last, class):
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

// tokens returns the tokens of text as strings.
func tokens(text string) []string { return analyzer(tokenize).tokens(text) }

// tokenBuffer is the token being put together.
type tokenBuffer struct {
	text []byte
	last runeClass // class of the last rune that is neither mark nor bridge
	word bool      // a token of underscores alone is none
}

func (t *tokenBuffer) open() bool { return len(t.text) > 0 }

func (t *tokenBuffer) add(r rune, class runeClass) {
	t.text = utf8.AppendRune(t.text, unicode.ToLower(r))
	t.last = class
	t.word = t.word || class != connector
}

// extend adds a mark or a bridge, which do not count for what sticks next.
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

// sticks reports whether a rune of class next continues a token after last.
func sticks(last, next runeClass) bool {
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

// bridges reports whether the punctuation of class mid at the start of text
// keeps last and the rune after it in one token.
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

// bridgeClass knows the punctuation beyond ASCII which joins what it stands between.
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
