package match

import "strings"

// writtenDate reads a date of three parts, one of which may be a month in words.
func writtenDate(text string) Date {
	var parts [3]dateNumber
	named := -1 // index of the part that is in words
	for found := 0; found < len(parts); {
		var word string
		word, text = cutWord(text)
		month := indexOfPrefix(months[:], word) + 1
		switch {
		case allDigits(word):
			parts[found] = parseDateNumber(word)
			found++
		case month > 0 && named < 0:
			parts[found], named = dateNumber{month, 2}, found
			found++
		case !isFiller(word):
			return Date{}
		}
	}
	if !isTimeOfDay(text) {
		return Date{}
	}
	switch {
	case named <= 0: // no month in words, or the month in front, as Americans write
		return dateBySize(parts[0], parts[1], parts[2])
	case named == 1 && parts[0].isYear():
		return newDate(parts[0], parts[1], parts[2])
	case named == 1:
		return newDate(parts[2], parts[1], parts[0])
	}
	return Date{}
}

// placeholderYear is the year that programs show for a missing one.
const placeholderYear = 1900

// partialDate reads what a cell says of a date that is not complete: 1987, May 1987,
// 05/1987, 00/00/1987, 02/31/1987.
func partialDate(text string) Date {
	var date Date
	var others []int // numbers that are neither the year nor zero
	named := false
	for text != "" && len(others) <= 2 {
		var word string
		word, text = cutWord(text)
		number := parseDateNumber(word)
		month := indexOfPrefix(months[:], word) + 1
		switch {
		case allDigits(word) && number.digits == 4 && date.Year == 0:
			date.Year = number.value
		case allDigits(word) && number.value > 0:
			others = append(others, number.value)
		case month > 0 && !named:
			date.Month, named = month, true
		case word != "" && !allDigits(word) && !isFiller(word) && strings.Trim(strings.ToLower(word), "x") != "", word == "" && text != "":
			return Date{}
		}
	}
	if date.Year < earliestBirthYear || date.Year > latestBirthYear || date.Year == placeholderYear || isWholeDate(date, others) {
		return Date{}
	}
	if !named && len(others) == 1 && others[0] <= len(months) {
		date.Month = others[0]
	}
	return date
}

// isWholeDate reports whether the numbers next to a year, and perhaps a month in words,
// make a date that exists: a placeholder, or one in an order that is not read.
func isWholeDate(date Date, others []int) bool {
	switch {
	case date.Month > 0 && len(others) == 1:
		return Date{date.Year, date.Month, others[0]}.exists()
	case len(others) == 2:
		return Date{date.Year, others[0], others[1]}.exists() || Date{date.Year, others[1], others[0]}.exists()
	}
	return len(others) > 2
}

// cutWord returns the first run of digits or of letters, and the text after it. The
// word is empty if anything precedes it that does not separate the parts of a date.
func cutWord(text string) (word, rest string) {
	text = strings.TrimLeftFunc(text, func(r rune) bool { return isSeparator(r) || strings.ContainsRune(`/.,'\`, r) })
	if end := leadingDigits(text); end > 0 {
		return text[:end], text[end:]
	}
	rest = strings.TrimLeftFunc(text, isLatinLetter)
	return text[:len(text)-len(rest)], rest
}

var months = [...]string{
	"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
}

var weekdays = [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}

// indexOfPrefix returns which of the names a word is, or abbreviates by its first three
// letters or more; -1 if none.
func indexOfPrefix(names []string, word string) int {
	if len(word) < 3 {
		return -1
	}
	for i, name := range names {
		if len(word) <= len(name) && strings.EqualFold(word, name[:len(word)]) {
			return i
		}
	}
	return -1
}

// isFiller reports whether a word in a date has no meaning: Tuesday, the 22nd of.
func isFiller(word string) bool {
	for _, filler := range []string{"st", "nd", "rd", "th", "of"} {
		if strings.EqualFold(word, filler) {
			return true
		}
	}
	return indexOfPrefix(weekdays[:], word) >= 0
}

// isTimeOfDay reports whether the text after a date is empty or begins with a time of
// day.
func isTimeOfDay(rest string) bool {
	clock := strings.TrimLeftFunc(rest, func(r rune) bool { return r == 'T' || r == 't' || r == ',' || isInvisible(r) })
	hours := leadingDigits(clock)
	switch {
	case clock == "":
		return true
	case hours == 0 || hours > 2 || hours == len(clock):
		return false
	}
	return clock[hours] == ':' || clock[hours] == '.'
}
