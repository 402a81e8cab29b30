package match

import (
	"strings"
	"unicode"
)

// Evidence is what is known of a person in addition to the name, as the Read functions
// return it. An empty field is missing and is compared with nothing.
type Evidence struct {
	Emails, Phones      []string // several columns may hold some
	Birth               Date
	SSN4, Zip, CustomID string
}

// ReadCustomID takes a cell and returns the lender's own number of a customer in it,
// letters unchanged, or "" for a placeholder. Sequences such as 12345 and 9999 are
// accepted, because a lender may assign them.
func ReadCustomID(cell string) string {
	text := unquoted(cell)
	if isPlaceholder(text) {
		return ""
	}
	return text
}

// unquoted returns a cell without the white space around it, and without the characters
// by which spreadsheets and their exports mark a number as text: '07030 and ="07030".
func unquoted(cell string) string {
	return strings.TrimFunc(cell, func(r rune) bool { return r == '\'' || r == '"' || r == '=' || r == '`' || isInvisible(r) })
}

// isPlaceholder reports whether a text is what people and programs write for no value:
// it has no letter and no digit except zeros, or is a word such as "none".
func isPlaceholder(text string) bool {
	if !strings.ContainsFunc(text, func(r rune) bool { return r != '0' && (unicode.IsLetter(r) || unicode.IsDigit(r)) }) {
		return true
	}
	switch strings.ToLower(strings.Trim(text, "()[]<>#.!?*- ")) {
	case "n/a", "na", "n.a", "nan", "null", "nil", "none", "no", "unknown", "unk", "undefined", "missing", "blank", "empty",
		"tbd", "pending", "test", "x", "xx", "xxx", "not available", "not applicable", "not provided", "not given", "no data",
		"ref", "value", "name", "num", "div/0", "spill", "calc": // the last line is errors of a formula
		return true
	}
	return false
}

// withoutZeroDecimals removes the decimals that programs append to a whole number:
// 7030.0.
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

// isOneDigitRepeated reports whether a number, which is not empty, repeats one digit.
// No real number does.
func isOneDigitRepeated(digits string) bool { return strings.Trim(digits, digits[:1]) == "" }
