package match

import (
	"strings"
	"unicode"
)

// How many digits a phone number has: an American one, and another country's with its
// country code (ITU-T E.164 sets the maximum; the minimum is our choice).
const (
	americanDigits   = 10
	minForeignDigits = 8
	maxForeignDigits = 15
)

// ReadPhone takes a cell and returns the first phone number in it: the ten digits of an
// American one, or + and all digits of another country's, which begins with +. It
// returns "" if there is none, or one that is incomplete, a placeholder, or invalid in
// America. Numbers reserved for fiction (555-0100 to 555-0199) are read.
func ReadPhone(cell string) string {
	text := withoutZeroDecimals(unquoted(cell))
	var phone phoneNumber
	if !phone.read(text) || !phone.complete() {
		return ""
	}
	number := phone.digits[:phone.count]
	if phone.foreign() {
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

// phoneNumber is a phone number, as far as it has been read.
type phoneNumber struct {
	digits  [maxForeignDigits]byte
	count   int
	hasPlus bool // the country code comes first
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

// read reads the first number in a text. It skips what precedes the number (Cell:) and,
// once the number is complete, what follows: an extension, a remark, another number. It
// reports whether the text holds nothing else.
func (p *phoneNumber) read(text string) bool {
	for i, r := range text {
		switch {
		case r == '+' && p.count == 0:
			p.hasPlus = true
		case isDigit(r) && p.count == len(p.digits):
			return false
		case isDigit(r):
			// A zero in parentheses is for calls within the country only: +44 (0)20.
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

// endsNumber reports whether a character ends a number that is complete.
func endsNumber(r rune) bool { return unicode.IsLetter(r) || strings.ContainsRune("#;,/:&|", r) }

// isExponent reports whether a text is the end of a number that a spreadsheet has
// abbreviated: 2.125550100E+10.
func isExponent(text string) bool {
	return len(text) > 1 && (text[0] == 'e' || text[0] == 'E') && (text[1] == '+' || isDigit(rune(text[1])))
}

// isValidAmerican reports whether ten digits can be a number of the North American
// Numbering Plan: neither area code nor exchange begins with 0 or 1.
func isValidAmerican(number []byte) bool { return number[0] >= '2' && number[3] >= '2' }

// isPlaceholderPhone reports whether ten digits are what people write who have no
// number: 555-5555 and the like in any area, directory assistance, a row of the
// keyboard.
func isPlaceholderPhone(number string) bool {
	switch number {
	case "2345678901", "9876543210":
		return true
	}
	local := number[3:]
	return isOneDigitRepeated(local) || local == "5551212"
}
