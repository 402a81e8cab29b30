package match

import (
	"strings"
	"unicode"
)

// Evidence is what is known of a person beside the name, as the Read functions
// of this package give it. What is empty is silent: it is compared with nothing.
type Evidence struct {
	Emails, Phones      []string // several columns may hold some
	Birth               Date
	SSN4, Zip, CustomID string
}

// ReadCustomID takes a cell and returns the lender's own number of a customer in
// it, in its own letters; "" where the cell stands for nothing. A number that
// software may have written (12345, 9999) is one that a lender may have given.
func ReadCustomID(cell string) string {
	text := unquoted(cell)
	if isPlaceholder(text) {
		return ""
	}
	return text
}

// unquoted is a cell without white space around it, and without the signs by
// which spreadsheets and their exports say that a number is a text: '07030 and
// ="07030".
func unquoted(cell string) string {
	return strings.TrimFunc(cell, func(r rune) bool { return r == '\'' || r == '"' || r == '=' || r == '`' || isInvisible(r) })
}

// standsForNothing reports whether a text is what people and programs write for
// nothing: it has no letter and no digit but zeros, or is a word that says so.
func isPlaceholder(text string) bool {
	if !strings.ContainsFunc(text, func(r rune) bool { return r != '0' && (unicode.IsLetter(r) || unicode.IsDigit(r)) }) {
		return true
	}
	switch strings.ToLower(strings.Trim(text, "()[]<>#.!?*- ")) {
	case "n/a", "na", "n.a", "nan", "null", "nil", "none", "no", "unknown", "unk", "undefined", "missing", "blank", "empty",
		"tbd", "pending", "test", "x", "xx", "xxx", "not available", "not applicable", "not provided", "not given", "no data",
		"ref", "value", "name", "num", "div/0", "spill", "calc": // the last ones are errors of a formula
		return true
	}
	return false
}

// wholeNumber cuts the decimals that programs append to a whole number: 7030.0.
func withoutZeroDecimals(text string) string {
	whole, decimals, found := strings.Cut(text, ".")
	if found && allDigits(whole) && strings.Trim(decimals, "0") == "" {
		return whole
	}
	return text
}

func allDigits(text string) bool {
	return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return !isDigit(r) })
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isLatinLetter(r rune) bool { return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' }

// allSame reports whether a number, which has digits, is one of them over and over,
// as nobody's is.
func isOneDigitRepeated(digits string) bool { return strings.Trim(digits, digits[:1]) == "" }
