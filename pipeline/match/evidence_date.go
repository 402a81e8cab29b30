package match

import (
	"strconv"
	"strings"
	"time"
)

// Date is a day in the Gregorian calendar. A year below 100 is one whose century
// is not known. The zero Date is silent. It has no String, lest a birth date be
// printed.
type Date struct{ Year, Month, Day int }

// The years between which people are born whom a loan may concern, and those who
// will be.
const (
	earliestBirthYear = 1890
	latestBirthYear   = 2100
)

const century = 100

// ReadBirth takes a cell and returns the date in it, or the zero Date where it has
// none, or a placeholder, or one whose order is not known. It reads
//
//   - year, month, day, and as Americans write: month, day, year; day, month, year
//     where the first cannot be a month;
//   - months in words, in English;
//   - eight digits (or seven, where a spreadsheet lost a zero) in these orders;
//   - five digits: days as Excel counts them since 1900;
//   - LoanPro's /Date(1043193600)/: seconds since 1970 in UTC (loanpro-api.md
//     section 1), the date of which is the birthday (not documented; assumed).
//
// A time of day that follows is passed over.
func ReadBirth(cell string) Date {
	text := withoutZeroDecimals(unquoted(cell))
	if seconds, found := parseLoanProSeconds(text); found {
		return dateFromTime(time.Unix(seconds, 0).UTC())
	}
	switch number, rest := text[:leadingDigits(text)], text[leadingDigits(text):]; {
	case len(number) == 8 && isTimeOfDay(rest):
		return compactDate(number)
	case len(number) == 7 && rest == "":
		return compactDate("0" + number)
	case len(number) == 5 && (rest == "" || rest[0] == '.' && allDigits(rest[1:])):
		return serialDate(number)
	}
	return writtenDate(text)
}

// loanProSeconds returns the seconds of /Date(…)/, the slashes of which JSON may
// escape.
func parseLoanProSeconds(text string) (int64, bool) {
	const opening = "date("
	text = strings.Trim(text, `/\`)
	if len(text) < len(opening) || text[len(text)-1] != ')' || !strings.EqualFold(text[:len(opening)], opening) {
		return 0, false
	}
	seconds, err := strconv.ParseInt(text[len(opening):len(text)-1], 10, 64)
	return seconds, err == nil
}

func dateFromTime(at time.Time) Date {
	year, month, day := at.Date()
	return newDate(dateNumber{year, 4}, dateNumber{int(month), 2}, dateNumber{day, 2})
}

// serialDate reads a number of days as Excel counts them. Births before 1927 have
// four digits there, as years do, and are not read.
func serialDate(digits string) Date {
	days, _ := strconv.Atoi(digits) // five digits
	return dateFromTime(time.Date(1899, time.December, 30+days, 0, 0, 0, 0, time.UTC))
}

// compactDate reads eight digits. They are a date in one order at most: what
// begins with a year has no month at its front, nor a day that a year follows.
func compactDate(digits string) Date {
	if date := newDate(parseDateNumber(digits[:4]), parseDateNumber(digits[4:6]), parseDateNumber(digits[6:])); date != (Date{}) {
		return date
	}
	return dateBySize(parseDateNumber(digits[:2]), parseDateNumber(digits[2:4]), parseDateNumber(digits[4:]))
}

// number is a number in a date, and how many digits it was written with.
type dateNumber struct{ value, digits int }

// numberOf takes a few digits.
func parseDateNumber(text string) dateNumber {
	value, _ := strconv.Atoi(text)
	return dateNumber{value, len(text)}
}

// ordered reads three numbers by their size.
func dateBySize(first, second, third dateNumber) Date {
	switch {
	case first.isYear():
		return newDate(first, second, third)
	case first.value > 12:
		return newDate(third, second, first)
	}
	return newDate(third, first, second)
}

// isYear reports whether a number can be neither day nor month.
func (n dateNumber) isYear() bool { return n.digits == 4 || n.value > 31 }

// newDate returns a date that there is, within the years of births, and that is no
// placeholder.
func newDate(year, month, day dateNumber) Date {
	if year.digits != 4 && year.digits != 2 || month.digits > 2 || day.digits > 2 {
		return Date{}
	}
	date := Date{year.value, month.value, day.value}
	if year.digits == 4 && (date.Year < earliestBirthYear || date.Year > latestBirthYear) || !date.exists() || date.isPlaceholder() {
		return Date{}
	}
	return date
}

// exists reports whether the month has the day, in any century if that is not
// known: 2000 was a leap year.
func (d Date) exists() bool {
	year := d.Year
	if year < century {
		year += 2000
	}
	_, month, day := time.Date(year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Date()
	return int(month) == d.Month && day == d.Day
}

// placeholders are the days that programs count from, and so show where there is
// no date, and one that people type. Whoever was born on one of them is told by
// something else.
var placeholderDates = [...]Date{
	{1899, 12, 30},               // OLE, Access
	{1899, 12, 31}, {1900, 1, 1}, // Excel
	{1901, 1, 1},   // the first of a century
	{1904, 1, 1},   // Excel on a Mac
	{1911, 11, 11}, // a finger on a key
	{1969, 12, 31}, // Unix, as seen from America
	{1970, 1, 1},   // Unix; LoanPro shows no date as /Date(0)/ (loanpro-api.md section 3)
	{1980, 1, 1},   // DOS
	{2000, 1, 1},   // PostgreSQL; 1/1/00
	{9999, 12, 31}, // the end of time, as 12/31/99
}

// placeholder reports whether a date stands for none, or does in some century.
func (d Date) isPlaceholder() bool {
	for _, p := range placeholderDates {
		if d == p || d.Year < century && d == (Date{p.Year % century, p.Month, p.Day}) {
			return true
		}
	}
	return false
}
