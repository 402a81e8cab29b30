package match

import (
	"strings"
	"unicode"
)

// How many digits a social security number has, and how many of them are compared.
const (
	ssnDigits  = 9
	lastDigits = 4
)

// ReadSSN4 takes a cell and returns the last four digits of the social security number
// (or another tax number of nine digits) in it. The number may be whole, with or
// without the zeros that a spreadsheet loses, masked, or these four digits only.
// ReadSSN4 returns "" for fewer digits and for a placeholder. Only the last four
// decide, so a number reads the same whole and masked.
func ReadSSN4(cell string) string {
	text := withoutZeroDecimals(unquoted(cell))
	digits := 0
	for _, r := range text {
		switch {
		case isDigit(r):
			digits++
		case !isMask(r) && !isSeparator(r):
			return ""
		}
	}
	if len(text) < lastDigits {
		return ""
	}
	last := text[len(text)-lastDigits:]
	if !allDigits(last) || !isSSNLength(digits, allDigits(text)) || isPlaceholderSSN(last) {
		return ""
	}
	return last
}

// isSSNLength reports whether a number of that many digits is whole, or its last four.
// bare says that it has no dashes. A whole number does not begin with 000, so a
// spreadsheet loses at most two zeros, and the dashes with them.
func isSSNLength(digits int, bare bool) bool {
	switch digits {
	case lastDigits, ssnDigits:
		return true
	case ssnDigits - 1, ssnDigits - 2:
		return bare
	}
	return false
}

func isMask(r rune) bool { return strings.ContainsRune("Xx*#•●∗", r) }

func isDash(r rune) bool { return r == '-' || '\u2010' <= r && r <= '\u2015' || r == '\u2212' }

// isPlaceholderSSN reports whether four digits end a placeholder: one digit repeated (a
// real number never ends in 0000), 1234, 123456789, 987654321.
func isPlaceholderSSN(last string) bool {
	return isOneDigitRepeated(last) || last == "1234" || last == "6789" || last == "4321"
}

// How many digits a ZIP code has, and the route that may follow it.
const (
	zipDigits    = 5
	minZipDigits = 3 // 00501 without the zeros that a spreadsheet loses
	routeDigits  = 4
)

// ReadZip takes a cell and returns the ZIP code in it: five digits, without the four
// that may follow, with the zeros that a spreadsheet lost. Of another country it
// returns a postal code with letters, in upper case without blanks and dashes, or one
// of six digits. It returns "" for anything else and for a placeholder.
func ReadZip(cell string) string {
	text := withoutZeroDecimals(unquoted(cell))
	if allDigits(text) && len(text) >= minZipDigits+routeDigits && len(text) <= zipDigits+routeDigits {
		text = text[:len(text)-routeDigits]
	}
	zip := text[:leadingDigits(text)]
	route := strings.TrimLeftFunc(text[len(zip):], isSeparator)
	routeFits := route == "" || len(route) == routeDigits && allDigits(route)
	switch {
	case len(zip) < minZipDigits || len(zip) > zipDigits || !routeFits:
		zip = foreignCode(text)
	default:
		zip = "00"[:zipDigits-len(zip)] + zip
	}
	if isPlaceholderZip(zip) {
		return ""
	}
	return zip
}

// isPlaceholderZip reports whether a code is a placeholder. Other codes of one repeated
// digit belong to towns.
func isPlaceholderZip(code string) bool {
	switch code {
	case "00000", "11111", "99999", "12345", "000000", "111111", "999999", "123456":
		return true
	}
	return false
}

// How long postal codes with letters are.
const (
	minCodeLength = 3
	maxCodeLength = 8 // with the prefix of the country: SE-111 22

	foreignDigits = 6 // of codes without letters that cannot be ZIP codes
)

// foreignCode reads the postal code of another country: letters and digits, or six
// digits.
func foreignCode(text string) string {
	var room [maxCodeLength]byte
	code, numerals := room[:0], 0
	for _, r := range text {
		switch {
		case isSeparator(r):
			continue
		case !isDigit(r) && !isLatinLetter(r), len(code) == maxCodeLength:
			return ""
		case isDigit(r):
			numerals++
		}
		code = append(code, byte(unicode.ToUpper(r)))
	}
	lettered := len(code) >= minCodeLength && numerals > 0 && numerals < len(code)
	if !lettered && numerals != foreignDigits {
		return ""
	}
	return string(code)
}

// isSeparator reports whether a character separates the parts of a number.
func isSeparator(r rune) bool { return isDash(r) || isInvisible(r) }

func leadingDigits(text string) int {
	for i := range len(text) {
		if !isDigit(rune(text[i])) {
			return i
		}
	}
	return len(text)
}
