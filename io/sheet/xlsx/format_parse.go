package xlsx

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// unitLen returns the length of the first unit: a quoted text, a bracket, General, an escaped
// character or one character.
func unitLen(code string) int {
	length := 1
	switch code[0] {
	case '"':
		length = strings.IndexByte(code[1:], '"') + 2
	case '[':
		length = strings.IndexByte(code, ']') + 1
	case '\\', '_', '*':
		_, size := utf8.DecodeRuneInString(code[1:])
		length = 1 + size
	case 'G', 'g':
		if hasPrefixFold(code, "general") {
			length = len("general")
		}
	default:
		_, length = utf8.DecodeRuneInString(code)
	}
	if length < 2 && (code[0] == '"' || code[0] == '[') {
		return len(code)
	}
	return length
}

func hasPrefixFold(text, prefix string) bool {
	return len(text) >= len(prefix) && strings.EqualFold(text[:len(prefix)], prefix)
}

// sectionParser reads the code of one section.
type sectionParser struct {
	section
	seen [showsPower + 1]bool // kinds of which something was read
	// There was a star, a color, a country, a sign of money in brackets.
	stars, color, country, money bool
}

// parseSection parses the code of one section.
func parseSection(code string) section {
	var p sectionParser
	for len(code) > 0 {
		unit := code[:unitLen(code)]
		code = code[len(unit):]
		code = p.take(unit, code)
	}
	p.setKind()
	if p.kind == showsNumber {
		p.readSigns()
	}
	p.settleSpaces()
	return p.section
}

// take reads a unit, and returns what is left of the code after it.
func (p *sectionParser) take(unit, rest string) string {
	switch c := unit[0]; {
	case c == '[':
		p.takeBracket(unit)
	case c == '"':
		p.reject(len(unit) < 2 || unit[len(unit)-1] != '"')
		p.add(literalPiece, strings.Trim(unit, `"`))
	case c == '\\':
		p.reject(len(unit) < 2)
		p.doubtful = p.doubtful || unit == `\/` // a fraction for LibreOffice
		p.add(literalPiece, unit[1:])
	case c == '_':
		p.add(spacePiece, " ")
	case c == '*':
		p.reject(p.stars)
		p.stars = true
		p.addFill(unit[1:])
	case len(unit) == len("general"): // no other unit without a mark is as long
		p.add(generalPiece, "")
	case isLetter(c):
		return p.takeLetter(c, rest)
	default:
		p.takeSign(unit)
	}
	return rest
}

// reject says that the section is malformed if something is so.
func (p *sectionParser) reject(is bool) { p.malformed = p.malformed || is }

func (p *sectionParser) add(kind pieceKind, text string) {
	if kind != literalPiece || text != "" {
		p.pieces = append(p.pieces, piece{kind, text})
	}
}

// addFill adds what fills the column. Blanks are as good as a gap.
func (p *sectionParser) addFill(character string) {
	if character == " " {
		p.add(spacePiece, "")
		return
	}
	p.add(fillPiece, character)
}

// takeBracket reads a color, a sign of money, a country, a condition or elapsed time.
func (p *sectionParser) takeBracket(unit string) {
	written, closed := strings.CutSuffix(unit[1:], "]")
	inside, first := strings.ToLower(written), len(p.pieces) == 0
	switch {
	case inside == "" || !closed:
		p.reject(true)
	case inside[0] == '$':
		sign, country, _ := strings.Cut(written[1:], "-")
		p.add(literalPiece, sign)
		p.doubtful = p.doubtful || !isEnglish(country)
		p.reject(sign == "" && (!first || p.country))
		p.country, p.money = true, p.money || sign != ""
	case strings.Trim(inside, "h") == "", strings.Trim(inside, "m") == "", strings.Trim(inside, "s") == "":
		p.seen[showsElapsed] = true
	case strings.ContainsRune("<>=", rune(inside[0])):
		c, ok := parseCondition(inside)
		p.reject(!ok || !first || p.condition.operator != "")
		p.condition = c
	default:
		p.reject(!first || p.color || !isColor(inside))
		p.color = true
	}
}

// isColor reports whether a text in brackets is a color, which shows nothing.
func isColor(inside string) bool {
	switch inside {
	case "black", "blue", "cyan", "green", "magenta", "red", "white", "yellow":
		return true
	}
	digits, found := strings.CutPrefix(inside, "color")
	return found && plainInteger(strings.TrimLeft(digits, " "))
}

// isEnglish reports whether the country of a format changes no digit and no sign: it is
// empty or English, or 1 or 2, which are the euro before and after a number.
func isEnglish(country string) bool {
	switch country = strings.ToLower(country); country {
	case "", "1", "2", "409", "809", "c09", "1009", "1409", "1809":
		return true
	}
	return country == "en" || strings.HasPrefix(country, "en-") && !strings.Contains(country, ",")
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// takeLetter reads a letter that is not literal text: part of a date, or an exponent.
func (p *sectionParser) takeLetter(c byte, rest string) string {
	switch c | 0x20 {
	case 'e':
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			p.reject(p.seen[showsPower])
			p.seen[showsPower] = true
			p.add(powerPiece, "")
			return rest[1:]
		}
		p.seen[showsDate] = true // a year
	case 'y', 'm', 'd', 'h', 's', 'g', 'b':
		p.seen[showsDate] = true
	case 'a':
		for _, half := range []string{"m/pm", "/p", "aa"} {
			if hasPrefixFold(rest, half) {
				p.seen[showsDate] = true
				return rest[len(half):]
			}
		}
		p.reject(true)
	default:
		p.reject(true)
	}
	return rest
}

// takeSign reads any other character.
func (p *sectionParser) takeSign(unit string) {
	switch unit {
	case "0", "#", "?":
		p.seen[showsNumber] = true
		p.add(placeholder, unit)
	case "@":
		p.add(textPiece, "")
	case ".":
		p.add(pointPiece, ".")
	case ",":
		p.add(commaPiece, ",")
	case "/":
		p.add(slashPiece, "/")
	case "%":
		p.percent++
		p.add(literalPiece, unit)
	case "$", "-", "+", "(", ")", ":", " ", "^", "&", "'", "~", "{", "}", "<", ">", "=", "€", "£", "¥":
		p.add(literalPiece, unit)
	default:
		p.add(literalPiece, unit)
		p.reject(!isDigit(unit) || p.count(slashPiece) == 0) // a denominator
	}
}

func isDigit(unit string) bool { return len(unit) == 1 && '0' <= unit[0] && unit[0] <= '9' }

// setKind decides what the section shows. A date counts as one whatever else is there.
func (p *sectionParser) setKind() {
	values, signs := p.count(generalPiece)+p.count(textPiece), p.count(pointPiece)+p.count(commaPiece)+p.percent
	p.reject(values > 1 || values > 0 && (signs > 0 || p.seen[showsNumber] || p.seen[showsPower]))
	p.reject((p.count(commaPiece) > 0 || p.percent > 0) && !p.seen[showsNumber])
	p.reject(p.percent > 0 && (p.seen[showsPower] || p.money) || p.count(pointPiece) > 1)
	p.reject(p.count(slashPiece) > 0 && !p.isFraction() || p.seen[showsPower] && !p.isPower())
	switch {
	case p.seen[showsElapsed]:
		p.kind = showsElapsed
	case p.seen[showsDate]:
		p.kind = showsDate
	case p.malformed:
		p.kind = showsUnknown
	case p.count(generalPiece) > 0:
		p.kind = showsGeneral
	case p.count(textPiece) > 0:
		p.kind = showsText
	case p.seen[showsPower]:
		p.kind = showsPower
	case p.count(slashPiece) > 0:
		p.kind = showsFraction
	case p.seen[showsNumber]:
		p.kind = showsNumber
	case p.count(spacePiece) == len(p.pieces):
		p.kind = showsNothing
	default:
		p.kind = showsConstant
	}
}

// isFraction reports whether the pieces are those of a fraction or a date: one slash between
// a placeholder and a placeholder or digit.
func (p *sectionParser) isFraction() bool {
	if p.seen[showsDate] || p.seen[showsElapsed] {
		return true
	}
	at := p.indexOf(slashPiece)
	if at == 0 || at == len(p.pieces)-1 || p.count(slashPiece) > 1 || p.seen[showsPower] {
		return false
	}
	next := p.pieces[at+1]
	return p.pieces[at-1].kind == placeholder && (next.kind == placeholder || isDigit(next.text))
}

// isPower reports whether the pieces are those of a power: placeholders before the E, and
// only zeros after it.
func (p *sectionParser) isPower() bool {
	at := p.indexOf(powerPiece)
	if at == 0 || at == len(p.pieces)-1 || p.pieces[at-1].kind == literalPiece {
		return false
	}
	for _, piece := range p.pieces[at+1:] {
		if piece.text != "0" || piece.kind != placeholder {
			return false
		}
	}
	before := section{pieces: p.pieces[:at]}
	return before.count(placeholder) > 0
}

func (p *sectionParser) indexOf(kind pieceKind) int {
	return slices.IndexFunc(p.pieces, func(piece piece) bool { return piece.kind == kind })
}

// readSigns finds the decimal point, counts the placeholders, and finds what the commas mean.
func (p *sectionParser) readSigns() {
	p.point = len(p.pieces)
	if at := p.indexOf(pointPiece); at >= 0 {
		p.point = at
	}
	last, first := 0, -1
	for i, piece := range p.pieces {
		if piece.kind != placeholder {
			continue
		}
		if last = i; first < 0 {
			first = i
		}
		if i < p.point {
			p.whole++
		}
		// Digits that may be missing, before one that may not.
		p.doubtful = p.doubtful || i > p.point+1 && piece.text == "0" && p.pieces[i-1].kind == placeholder && p.pieces[i-1].text != "0"
	}
	p.readCommas(first, last)
	p.doubtful = p.doubtful || p.percent > 1 || p.thousands && p.isBroken(first, min(last+1, p.point))
}

// readCommas finds what commas mean, given the first and the last placeholder: thousands
// between two placeholders, and a division by a thousand after the last one.
func (p *sectionParser) readCommas(first, last int) {
	for i, piece := range p.pieces {
		switch {
		case piece.kind != commaPiece:
		case i < first || i > p.point && i < last:
			p.doubtful = true
		case i > last || i < p.point && p.pieces[i+1].kind != placeholder:
			p.scaled = true
		default:
			p.thousands = true
		}
	}
}

// settleSpaces takes space away that is before or after all that can be seen. Between
// two visible pieces its width is not certain, and a character that fills the column is never
// certain.
func (p *sectionParser) settleSpaces() {
	first, last := len(p.pieces), -1
	for i, piece := range p.pieces {
		if piece.kind != spacePiece {
			first, last = min(first, i), i
		}
		p.doubtful = p.doubtful || piece.kind == fillPiece
	}
	if last < 0 {
		p.pieces = nil
		return
	}
	p.indented = first > 0
	p.pieces = p.pieces[first : last+1]
	p.point = min(p.point-first, len(p.pieces))
	p.doubtful = p.doubtful || p.count(spacePiece) > 0
}
