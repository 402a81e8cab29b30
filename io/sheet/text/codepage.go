package text

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"loanmap/io/sheet/rows"
)

// codePage is an encoding of one byte per character that a file may have.
type codePage struct {
	encoding rows.Encoding
	set      *charmap.Charmap
	foreign  bool // not one that programs in the Americas and Western Europe write
}

// codePages are the code pages that are detected. Of those that fit equally well, the
// first is taken.
var codePages = []codePage{
	{rows.Windows1252, charmap.Windows1252, false},
	{rows.Macintosh, charmap.Macintosh, false},
	{rows.IBM850, charmap.CodePage850, false},
	{"windows-1250", charmap.Windows1250, true},
	{"iso-8859-2", charmap.ISO8859_2, true},
	{"windows-1254", charmap.Windows1254, true},
	{"windows-1257", charmap.Windows1257, true},
	{"ibm852", charmap.CodePage852, true},
	{"windows-1251", charmap.Windows1251, true},
	{"koi8-r", charmap.KOI8R, true},
	{"ibm866", charmap.CodePage866, true},
	{"windows-1253", charmap.Windows1253, true},
}

// highBytes counts the bytes beyond ASCII of a text by the bytes before and after them,
// and the valid characters of UTF-8 and the bytes that are not.
type highBytes struct {
	contexts       map[[3]byte]int
	valid, invalid int
}

// maxContexts bounds the memory that contexts take. No text in words has as many.
const maxContexts = 1 << 14

// countHighBytes reads source to its end.
func countHighBytes(source io.Reader) (*highBytes, error) {
	h := &highBytes{contexts: map[[3]byte]int{}}
	r := bufio.NewReaderSize(source, 64<<10)
	before := byte('\n')
	for {
		c, size, err := r.ReadRune()
		switch {
		case errors.Is(err, io.EOF):
			return h, nil
		case err != nil:
			return h, err
		case c < utf8.RuneSelf:
			before = byte(c)
			continue
		case c == utf8.RuneError && size == 1:
			h.invalid++
		default:
			h.valid++
		}
		_ = r.UnreadRune()
		for range size {
			at, _ := r.ReadByte()
			h.add(before, at, r)
			before = at
		}
	}
}

// add counts a byte before what r reads next.
func (h *highBytes) add(before, at byte, r *bufio.Reader) {
	after := byte('\n')
	if next, err := r.Peek(1); err == nil {
		after = next[0]
	}
	if context := [3]byte{before, at, after}; h.contexts[context] > 0 || len(h.contexts) < maxContexts {
		h.contexts[context]++
	}
}

// fit is how well the bytes of a text make sense in a code page.
type fit struct {
	codePage
	wrong, unusual, all int
}

// fitOf judges every byte by its neighbours.
func (h *highBytes) fitOf(p codePage) fit {
	f := fit{codePage: p}
	for c, n := range h.contexts {
		f.all += n
		switch judge(p.char(c[0]), p.char(c[1]), p.char(c[2])) {
		case wrong:
			f.wrong += n
		case unusual:
			f.unusual += n
		case natural:
		}
	}
	return f
}

// char returns the character of a byte, or U+FFFD.
func (p codePage) char(b byte) rune { return p.set.DecodeByte(b) }

// fits reports whether hardly any character is wrong.
func (f *fit) fits() bool { return 50*f.wrong <= f.all }

// choose returns the code page that fits best, and what is in doubt about it. Text of an
// old Mac, by its line ends, is Mac Roman where Windows-1252 fits as well.
func (h *highBytes) choose(oldMac bool) (_ rows.Encoding, doubt string) {
	pages := slices.Clone(codePages)
	if oldMac {
		pages[0], pages[1] = pages[1], pages[0]
	}
	var fitting []fit
	for _, p := range pages {
		if f := h.fitOf(p); f.fits() {
			fitting = append(fitting, f)
		}
	}
	if len(fitting) == 0 {
		return pages[0].encoding, "in which some of its characters make no sense"
	}
	slices.SortStableFunc(fitting, func(a, b fit) int { return a.rank() - b.rank() })
	best := fitting[0]
	for _, other := range fitting[1:] {
		a, b := h.difference(best.codePage, other.codePage)
		if a != b && (other.encoding == pages[0].encoding || best.inDoubt(&other)) {
			return best.encoding, fmt.Sprintf("and may be %s, in which %q is %q", other.encoding, a, b)
		}
	}
	if (best.encoding != pages[0].encoding || best.unusual > 0) && h.mayBePairs() {
		return best.encoding, "and may be one of East Asia, such as shift_jis, gb18030 or big5"
	}
	return best.encoding, ""
}

// mayBePairs reports whether the bytes may be the first halves of characters of two bytes.
// A second half is no digit, space or delimiter, and often beyond ASCII. In a few words
// of Latin letters all that may be so by chance.
func (h *highBytes) mayBePairs() bool {
	const few = 4
	firsts, pairs := 0, 0
	for c, n := range h.contexts {
		switch {
		case c[0] >= utf8.RuneSelf:
			continue
		case c[2] < '@':
			return false
		case c[2] >= utf8.RuneSelf:
			pairs += n
		}
		firsts += n
	}
	return firsts <= few || 3*pairs >= firsts
}

// inDoubt reports whether another code page that fits puts the best one in doubt. If
// every character of the best one is natural, only a natural one does.
func (f *fit) inDoubt(other *fit) bool {
	return f.unusual > 0 || f.foreign || !other.foreign && 2*other.unusual < other.all
}

// rank is 0 for the best fit.
func (f *fit) rank() int {
	rank := 0
	if f.unusual > 0 {
		rank++
	}
	if f.foreign {
		rank += 2
	}
	return rank
}

// difference returns the first character of the text that differs in two code pages; both
// are equal if none does.
func (h *highBytes) difference(a, b codePage) (inA, inB rune) {
	least := 0x100
	for c := range h.contexts {
		if at := int(c[1]); at < least && a.char(c[1]) != b.char(c[1]) {
			least, inA, inB = at, a.char(c[1]), b.char(c[1])
		}
	}
	return inA, inB
}

// sense is what a character makes between its neighbours.
type sense int

const (
	natural sense = iota
	unusual       // seen, but more often a sign of another code page
	wrong         // hardly ever seen
)

// usualLetters are letters beyond ASCII of the languages most often met in English text.
const usualLetters = "áéíóúñüçäößàèâêîôûëïÁÉÍÓÚÑÜÇÄÖÀÈÂÊÎÔÛËÏ"

// judge tells how natural a character is between two others.
func judge(before, at, after rune) sense {
	switch {
	case at == utf8.RuneError, at != '´' && unicode.In(at, unicode.Lm, unicode.Sk), at >= '─' && at <= '▟':
		return wrong // an accent without a letter, a line of a box
	case unicode.IsLetter(at) && !strings.ContainsRune("ªº", at):
		return max(judgeLetter(before, at, after), judgeScript(before, at, after))
	case unicode.IsSpace(at):
		return judgeSpace(before, after)
	}
	return judgeSign(before, at, after)
}

// judgeLetter judges by upper and lower case, as words have them.
func judgeLetter(before, at, after rune) sense {
	switch {
	case unicode.IsDigit(before), unicode.IsDigit(after):
		return wrong
	case unicode.IsUpper(at) && unicode.IsLower(before) && !unicode.IsLower(after):
		return wrong // JosÉ
	case unicode.IsUpper(at) && unicode.IsUpper(before) && unicode.IsLower(after):
		return wrong // MÜller
	case unicode.IsUpper(at) && unicode.IsLower(before):
		return unusual // DeÁvila
	case unicode.IsLower(at) && unicode.IsUpper(before) && !unicode.IsLower(after):
		return unusual // JOSé
	case unicode.IsLower(at) && !unicode.IsLetter(before), !unicode.IsLetter(before) && !unicode.IsLetter(after):
		return unusual // école, à
	}
	return natural
}

// judgeScript judges by the neighbours' script: words have one. Latin words hardly ever
// have three letters beyond ASCII in a row.
func judgeScript(before, at, after rune) sense {
	ascii := func(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }
	switch {
	case !unicode.Is(unicode.Latin, at) && (ascii(before) || ascii(after)):
		return wrong
	case !unicode.Is(unicode.Latin, at):
		return natural
	case accented(before) && accented(after):
		return wrong
	case accented(before) && !unicode.IsLetter(after), accented(after) && !unicode.IsLetter(before):
		return unusual
	case !strings.ContainsRune(usualLetters, at):
		return unusual
	}
	return natural
}

func accented(r rune) bool { return r >= utf8.RuneSelf && unicode.IsLetter(r) }

// judgeSpace judges a no-break space, which does not divide a word.
func judgeSpace(before, after rune) sense {
	if unicode.IsLetter(before) && unicode.IsLower(after) {
		return unusual
	}
	return natural
}

// judgeSign judges quotes, dashes and other signs.
func judgeSign(before, at, after rune) sense {
	left, right := wordChar(before), wordChar(after)
	var good bool
	switch at {
	case '’':
		good = left
	case '´':
		good = left && right
	case '‘', '“', '„', '‚', '«', '‹':
		good = !left && right
	case '”', '»', '›':
		good = (left || before > ' ' && before < utf8.RuneSelf) && !right
	case '–', '—':
		if unicode.IsLetter(before) && unicode.IsLetter(after) {
			return unusual
		}
		good = left == right
	case '…':
		good = !unicode.IsUpper(before)
	case '°', 'º', 'ª', '½', '¼', '¾', '²', '³', '™', '®', '©':
		good = before != ' ' && !unicode.IsLetter(after) && (unicode.IsDigit(before) || strings.ContainsRune("™®º", at)) || !left && !right
	case '€', '£', '¥', '¢', '§':
		good = !unicode.IsLetter(before) && !unicode.IsLetter(after)
	case '•', '·', '×':
		good = left == right && !unicode.IsLetter(before)
	default:
		if !left && !right {
			return unusual
		}
	}
	if good {
		return natural
	}
	return wrong
}

func wordChar(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
