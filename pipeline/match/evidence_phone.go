package match

import (
	"strings"
	"unicode"
)

// How many digits a phone number has: an American one, and another country's with
// that country's own (ITU-T E.164; the least is what we take for complete).
const (
	americanDigits   = 10
	minForeignDigits = 8
	maxForeignDigits = 15
)

// ReadPhone takes a cell and returns the phone number in it: the ten digits of an
// American one, or + and all digits of another country's, told by its +. Of
// several it returns the first. It returns "" where there is none, or one that is
// incomplete, made up, or not possible in America. The numbers kept for fiction
// (555-0100 to 555-0199) are read.
func ReadPhone(cell string) string {
	text := withoutZeroDecimals(unquoted(cell))
	var dialled phoneNumber
	if !dialled.read(text) || !dialled.complete() {
		return ""
	}
	number := dialled.digits[:dialled.count]
	if dialled.foreign() {
		if number[0] == '0' || isOneDigitRepeated(string(number)) {
			return ""
		}
		return "+" + string(number)
	}
	number = number[len(number)-americanDigits:]
	switch {
	case !isValidAmerican(number) || isPlaceholderPhone(string(number)):
		return ""
	case text == string(number): // as most are written
		return text
	}
	return string(number)
}

// phone is a phone number as far as it has been read.
type phoneNumber struct {
	digits  [maxForeignDigits]byte
	count   int
	hasPlus bool // the country's number comes first
}

func (p *phoneNumber) foreign() bool { return p.hasPlus && p.digits[0] != '1' }

// complete reports whether there are enough digits for a number.
func (p *phoneNumber) complete() bool {
	switch {
	case p.foreign():
		return p.count >= minForeignDigits
	case p.digits[0] == '1':
		return p.count == 1+americanDigits
	}
	return p.count == americanDigits && !p.hasPlus
}

// read reads the first number in a text, and passes over what stands before it
// (Cell:) and, once it is complete, behind: an extension, a remark, another number.
// It reports whether nothing else was there.
func (p *phoneNumber) read(text string) bool {
	for i, r := range text {
		switch {
		case r == '+' && p.count == 0:
			p.hasPlus = true
		case isDigit(r) && p.count == len(p.digits):
			return false
		case isDigit(r):
			// A zero in parentheses is for calls within the country: +44 (0)20.
			if p.count == 0 || !p.foreign() || !strings.HasPrefix(text[i-1:], "(0)") {
				p.digits[p.count] = byte(r)
				p.count++
			}
		case unicode.IsDigit(r):
			return false
		case p.complete() && endsNumber(r):
			return !isExponent(text[i:])
		case p.count > 0 && (unicode.IsLetter(r) || r == '#' || r == '*'):
			return false
		}
	}
	return true
}

// ends reports whether a number that is complete ends at a sign.
func endsNumber(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune("#;,/:&|", r) }

// isExponent reports whether a text is the end of a number that a spreadsheet has
// shortened: 2.125550100E+10.
func isExponent(text string) bool {
	return len(text) > 1 && (text[0] == 'e' || text[0] == 'E') && (text[1] == '+' || isDigit(rune(text[1])))
}

// possible reports whether ten digits can be a number of the North American
// Numbering Plan: neither area nor exchange begins with 0 or 1.
func isValidAmerican(number []byte) bool { return number[0] >= '2' && number[3] >= '2' }

// madeUp reports whether ten digits are what people write who have no number:
// 555-5555 and its like in any area, directory assistance, a row of the keyboard.
func isPlaceholderPhone(number string) bool {
	switch number {
	case "2345678901", "9876543210":
		return true
	}
	local := number[3:]
	return isOneDigitRepeated(local) || local == "5551212"
}
