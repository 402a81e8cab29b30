package match

import (
	"strconv"
	"strings"
	"time"
)

// Date is a day in the Gregorian calendar. A year below 100 lacks its century. Day is 0 if
// only month and year are known; Month is 0, too, if only the year is. The zero Date is
// missing. It has no String method, so that a birth date is not printed by accident.
type Date struct{ Year, Month, Day int }

// The first and the last year of birth that is read.
const (
	earliestBirthYear = 1890
	latestBirthYear   = 2100
)

const century = 100

// ReadBirth takes a cell and returns the date in it. It reads
//
//   - year, month, day; the American month, day, year; and day, month, year if the first
//     number cannot be a month;
//   - months in words, in English;
//   - eight digits (or seven, if a spreadsheet lost a zero) in these orders;
//   - five digits: days as Excel counts them since 1900;
//   - LoanPro's /Date(1043193600)/: seconds since 1970 (LoanPro help). That the birthday is
//     the date in UTC is not documented; assumed.
//
// A time of day after the date is ignored. Of a date without a day, or of one that does
// not exist, ReadBirth returns the year, and the month if it is clear. It returns the zero
// Date if there is no year of four digits, or a placeholder, or a date in any other order.
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
	if date := writtenDate(text); date != (Date{}) {
		return date
	}
	return partialDate(text)
}

// parseLoanProSeconds returns the seconds of /Date(…)/. JSON may escape the slashes.
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

// serialDate reads a number of days as Excel counts them. Serial numbers of births
// before 1927 have four digits, like years, and are not read.
func serialDate(digits string) Date {
	days, _ := strconv.Atoi(digits) // five digits cannot fail
	return dateFromTime(time.Date(1899, time.December, 30+days, 0, 0, 0, 0, time.UTC))
}

// compactDate reads eight digits. At most one order is possible: digits that begin with
// a year within range do not also begin with a month or with a day before a year.
func compactDate(digits string) Date {
	if date := newDate(parseDateNumber(digits[:4]), parseDateNumber(digits[4:6]), parseDateNumber(digits[6:])); date != (Date{}) {
		return date
	}
	return dateBySize(parseDateNumber(digits[:2]), parseDateNumber(digits[2:4]), parseDateNumber(digits[4:]))
}

// dateNumber is a number in a date, and how many digits it has.
type dateNumber struct{ value, digits int }

// parseDateNumber takes a few digits.
func parseDateNumber(text string) dateNumber {
	value, _ := strconv.Atoi(text)
	return dateNumber{value, len(text)}
}

// dateBySize takes three numbers in the order of the cell and returns the date; their
// size decides which one is the year and which the month.
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

// newDate returns a date that exists, is within the years of births and is not a
// placeholder; else the zero Date.
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

// exists reports whether the month has that day. Without its century a year may be a
// leap year, as 2000 was.
func (d Date) exists() bool {
	year := d.Year
	if year < century {
		year += 2000
	}
	_, month, day := time.Date(year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Date()
	return int(month) == d.Month && day == d.Day
}

// placeholderDates are the days that programs count from, and therefore show for a
// missing date, and one that people type. A person born on one of them needs other
// evidence.
var placeholderDates = [...]Date{
	{1899, 12, 30},               // OLE, Access
	{1899, 12, 31}, {1900, 1, 1}, // Excel
	{1901, 1, 1},   // the first day of a century
	{1904, 1, 1},   // Excel on a Mac
	{1911, 11, 11}, // one key held down
	{1969, 12, 31}, // Unix, in American time zones
	{1970, 1, 1},   // Unix; /Date(0)/ is the birth date of a customer in the tests of LoanPro's SDK
	{1980, 1, 1},   // DOS
	{2000, 1, 1},   // PostgreSQL; 1/1/00
	{9999, 12, 31}, // the largest date of many programs; 12/31/99
}

// isPlaceholder reports whether a date is a placeholder, or may be one if its century
// is not known.
func (d Date) isPlaceholder() bool {
	for _, p := range placeholderDates {
		if d == p || d.Year < century && d == (Date{p.Year % century, p.Month, p.Day}) {
			return true
		}
	}
	return false
}
