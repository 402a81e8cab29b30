package match_test

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"loanmap/pipeline/match"
)

func TestReadBirth(t *testing.T) {
	checkReadings(t, readers["birth"], append([]reading{
		{"ISO", "1980-01-22", "1980-01-22"},
		{"ISO without zeros", "1980-1-2", "1980-01-02"},
		{"ISO, slashes", "1980/01/22", "1980-01-22"},
		{"ISO and a time", "1980-01-22T10:30:00Z", "1980-01-22"},
		{"ISO and an empty time", "1980-01-22T00:00:00.000+00:00", "1980-01-22"},
		{"ISO and no time", "1980-01-22T", "1980-01-22"},
		{"as our sheets show it", "1980-01-22 00:00:00", "1980-01-22"},
		{"American", "01/22/1980", "1980-01-22"},
		{"American without zeros", "1/2/1980", "1980-01-02"},
		{"American, dashes", "01-22-1980", "1980-01-22"},
		{"American, dots", "1.22.1980", "1980-01-22"},
		{"American, blanks", "1 22 1980", "1980-01-22"},
		{"American and a time", "1/22/1980 12:00:00 AM", "1980-01-22"},
		{"American and a time, without a blank", "1/22/1980, 9:05", "1980-01-22"},
		{"ambiguous, read as in America", "04/05/1980", "1980-04-05"},
		{"the day first", "22/01/1980", "1980-01-22"},
		{"the day first, dots", "22.1.1980", "1980-01-22"},
		{"the twelfth month", "12/13/1980", "1980-12-13"},
		{"the thirteenth day", "13/12/1980", "1980-12-13"},
		{"a typographic dash", "1980–01–22", "1980-01-22"},
		{"a guarding apostrophe", "'1/22/1980", "1980-01-22"},
		{"two digits of a year", "1/22/80", "01/22/80"},
		{"two digits of a year, the day first", "22/1/80", "01/22/80"},
		{"two digits of a year, which is first", "80-01-22", "01/22/80"},
		{"two digits of a year, 00", "5/6/00", "05/06/00"},
		{"two digits of a year, 05", "05-06-05", "05/06/05"},
		{"a leap day", "2/29/1980", "1980-02-29"},
		{"a leap day of some century", "2/29/00", "02/29/00"},
		{"a month in words", "January 22, 1980", "1980-01-22"},
		{"a month in short", "Jan 22 1980", "1980-01-22"},
		{"a month in short, with a dot", "Jan. 22, 1980", "1980-01-22"},
		{"September in short", "Sept 22, 1980", "1980-09-22"},
		{"an ordinal", "January 22nd, 1980", "1980-01-22"},
		{"an ordinal in front", "the 22nd", ""},
		{"an ordinal of a month", "3rd of March 1980", "1980-03-03"},
		{"the day before the month", "22 January 1980", "1980-01-22"},
		{"the day before the month, dashes", "22-Jan-1980", "1980-01-22"},
		{"the day before the month, without a blank", "22JAN1980", "1980-01-22"},
		{"the day before the month, two digits", "22-JAN-80", "01/22/80"},
		{"the day before the month, two small digits", "02-JAN-03", "01/02/03"},
		{"the day before the month, and a time", "22-JAN-80 12.00.00.000000 AM", "01/22/80"},
		{"the year before the month", "1980-Jan-22", "1980-01-22"},
		{"a weekday", "Tuesday, January 22, 1980", "1980-01-22"},
		{"a weekday and a time", "Tue Jan 22 1980 00:00:00 GMT-0500 (EST)", "1980-01-22"},
		{"eight digits", "19800122", "1980-01-22"},
		{"eight digits and a time", "19800122T103000", ""},
		{"eight digits and a time with colons", "19800122 10:30:00", "1980-01-22"},
		{"eight digits, American", "01221980", "1980-01-22"},
		{"eight digits, American, a year like a day", "12201912", "1912-12-20"},
		{"eight digits, the day first", "22011980", "1980-01-22"},
		{"eight digits, the day first, like a year", "20011980", "1980-01-20"},
		{"seven digits", "1221980", "1980-01-22"},
		{"decimals", "19800122.0", "1980-01-22"},
		{"a serial number", "29242", "1980-01-22"},
		{"a serial number, decimals", "29242.0", "1980-01-22"},
		{"a serial number and a time", "29242.4375", "1980-01-22"},
		{"the first serial number read", "10000", "1927-05-18"},
		{"the last serial number read", "73415", "2100-12-31"},
		{"LoanPro's", "/Date(1043193600)/", "2003-01-22"},
		{"LoanPro's, negative", "/Date(-62553600)/", "1968-01-08"},
		{"LoanPro's, the last second of a day", "/Date(1043279999)/", "2003-01-22"},
		{"LoanPro's, escaped", `\/Date(1043193600)\/`, "2003-01-22"},
		{"the first year", "1890-01-01", "1890-01-01"},
		{"the last year", "2100-12-31", "2100-12-31"},
		{"next to a placeholder", "1970-01-02", "1970-01-02"},
		{"a placeholder's day in another year", "1971-01-01", "1971-01-01"},
		{"a placeholder's day in another year of two digits", "1/1/71", "01/01/71"},
		{"a year", "1980", "1980-00-00"},
		{"a year with decimals", "1980.0", "1980-00-00"},
		{"a month in short and a year", "Jan 1980", "1980-01-00"},
		{"a month in words and a year", "May, 1987", "1987-05-00"},
		{"a year and a month in words", "1980 Jan", "1980-01-00"},
		{"a month and a year", "1/1980", "1980-01-00"},
		{"a year and a month", "1980-01", "1980-01-00"},
		{"a month without a day", "01/XX/1980", "1980-01-00"},
		{"a year without a day", "XX/XX/1980", "1980-00-00"},
		{"zeros for the day", "5/0/1980", "1980-05-00"},
		{"zeros for the month, or day first", "0/5/1980", "1980-05-00"},
		{"a day that the month lacks", "4/31/1980", "1980-00-00"},
		{"a day that no month has", "32/1/1980", "1980-00-00"},
		{"no leap year", "2/29/1981", "1981-00-00"},
		{"no leap year, ISO", "1981-02-29", "1981-00-00"},
		{"no month", "13/13/1980", "1980-00-00"},
	}, placeholderReadings(
		// Placeholders.
		"1900-01-01", "1/1/1900", "01/01/1900", "19000101", "01011900", "1/1/00", "2000-01-01", "1901-01-01", "1/1/01", "1904-01-01",
		"1899-12-30", "1899-12-31", "12/31/99", "1970-01-01", "1/1/70", "1969-12-31", "12/31/69", "1980-01-01", "29221", "1911-11-11", "11/11/11",
		"/Date(0)/", "/Date(-1)/", "/Date(86399)/", "/Date(-62169984000)/", "0001-01-01", "9999-12-31", "12/31/9999", "0000-00-00", "00/00/0000", "1/0/1900",
		"1753-01-01", "1889-12-31", "2101-01-01",
		// Days that do not exist.
		"2/29/81", "1980-22-01", "19801301",
		// Incomplete or unclear dates.
		"January 22", "22", "012280", "800122", "9999", "100000", "315532800", "1980 22 Jan", "Jan Feb 1980", "1900", "1/1900", "1889", "2101",
		"1/22/198", "001/22/1980", "1/22/8", "1/2/3", "1/22/19800", "0080-01-22", "1/22/1980/5", "1/22/1980 5", "1/22/1980 or 1/23/1980", "1/22/1980?",
		"**/**/1980", "#/22/1980", "10:30:00", "Ja 22 1980", "Januar 22 1980x", "22 Ju 1980", "Tue Jan 22 00:00:00 EST 1980",
		"-29242", "2924.2", "29242.x", "1-", "1-2", "1980-01-22Z9", "1980-01-22 100:00", "1980-01-22-",
		"/Date()/", "/Date(x)/", "/Date(1043193600", "/Date(1043193600000)/", "/Date(99999999999999999999)/", "Date", "Date(",
		"１９８０-01-22",
	)...))
}

// A date reads the same in every layout.
func TestEveryDateLayoutReadsTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(-15_000, 40_000).Draw(t, "days since 1970")
		day := time.Unix(int64(days)*86_400, 0).UTC()
		want := readers["birth"](day.Format(time.DateOnly))
		if want != "" && want != day.Format(time.DateOnly) {
			t.Errorf("%s is read as %s", day.Format(time.DateOnly), want)
		}
		second := rapid.Int64Range(0, 86_399).Draw(t, "second")
		cells := []string{fmt.Sprintf("/Date(%d)/", day.Unix()+second), strconv.Itoa(days + 25_569), strconv.Itoa(days+25_569) + ".5"}
		for _, layout := range []string{
			"01/02/2006", "1/2/2006", "1-2-2006", "1.2.2006", "2006/01/02", "20060102", "01022006", "1022006", "2 January 2006", "2-Jan-2006", "02Jan2006",
			"January 2, 2006", "Monday, January 2, 2006", "Jan 2nd 2006", "2006-01-02T15:04:05", "1/2/2006 3:04 PM", "2006-Jan-02",
		} {
			cells = append(cells, day.Format(layout))
		}
		if day.Day() > 12 {
			cells = append(cells, day.Format("02/01/2006"), day.Format("2.1.2006"), day.Format("02012006"))
		}
		for _, cell := range cells {
			if got := readers["birth"](cell); got != want {
				t.Errorf("%q is read as %q, not %q", cell, got, want)
			}
		}
	})
}

// A date with a year of two digits is a placeholder if the whole year might be one.
func TestYearsOfTwoDigits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := time.Unix(int64(rapid.IntRange(-25_567, 29_000).Draw(t, "days since 1970"))*86_400, 0).UTC()
		short := match.ReadBirth(day.Format("1/2/06"))
		whole := match.ReadBirth(day.Format("1/2/2006"))
		switch {
		case short == match.Date{}: // a placeholder of some century
		case whole == match.Date{}, short != match.Date{Year: whole.Year % 100, Month: whole.Month, Day: whole.Day}:
			t.Errorf("%v with two digits is read as %v", whole, short)
		}
	})
}
