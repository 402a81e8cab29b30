package match_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"loanmap/pipeline/match"
)

// reading is a cell and what a Read function returns for it; "" is missing.
type reading struct{ name, cell, want string }

// checkReadings checks the readings of a Read function, and that reading is idempotent.
func checkReadings(t *testing.T, read func(string) string, readings []reading) {
	t.Helper()
	t.Parallel()
	for _, c := range readings {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := read(c.cell)
			if got != c.want {
				t.Errorf("%q is read as %q, want %q", c.cell, got, c.want)
			}
			if again := read(got); again != got {
				t.Errorf("%q is read as %q", got, again)
			}
		})
	}
}

// placeholderReadings returns a reading as missing for each cell.
func placeholderReadings(cells ...string) []reading {
	readings := make([]reading, len(cells))
	for i, cell := range cells {
		readings[i] = reading{"missing: " + cell, cell, ""}
	}
	return readings
}

// placeholders are what people, programs and formulas write for no value.
var placeholders = []string{
	"", " ", "\u00a0", "-", "--", "—", ".", "?", "*", "N/A", "n/a", "NA", "n.a.", "#N/A", "NULL", "(null)", "<null>", "nil", "None", "[none]",
	"NaN", "No", "Unknown", "UNK", "undefined", "Not Available", "not provided", "not applicable", "Not given", "no data", "missing", "empty", "blank", "(blank)", "TBD", "pending",
	"x", "XX", "xxx", "#REF!", "#NUM!", "#SPILL!", "#CALC!", "#VALUE!", "#DIV/0!",
	"#NAME?",
	"0", "000", "'", `""`, `=""`, "'-", "test",
}

func TestPlaceholdersReadAsEmpty(t *testing.T) {
	t.Parallel()
	for name, read := range readers {
		for _, cell := range placeholders {
			if got := read(cell); got != "" {
				t.Errorf("the %s %q is read as %q", name, cell, got)
			}
		}
	}
}

// readers are all Read functions. Dates are formatted by formatDate.
var readers = map[string]func(string) string{
	"email":     match.ReadEmail,
	"phone":     match.ReadPhone,
	"birth":     func(cell string) string { return formatDate(match.ReadBirth(cell)) },
	"SSN":       match.ReadSSN4,
	"ZIP":       match.ReadZip,
	"custom ID": match.ReadCustomID,
}

// formatDate writes a date in ISO 8601, or as Americans do if its century is not known.
func formatDate(d match.Date) string {
	switch {
	case d == match.Date{}:
		return ""
	case d.Year < 100:
		return fmt.Sprintf("%02d/%02d/%02d", d.Month, d.Day, d.Year)
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

func TestReadCustomID(t *testing.T) {
	checkReadings(t, match.ReadCustomID, []reading{
		{"as it is", "CUST-0009", "CUST-0009"},
		{"its own case", "cust-0009a", "cust-0009a"},
		{"white space around it", " \u00a0CUST-0009\ufeff\n", "CUST-0009"},
		{"white space in it", "CUST 0009", "CUST 0009"},
		{"zeros in front", "000212", "000212"},
		{"a guarding apostrophe", "'000212", "000212"},
		{"a formula of an export", `="000212"`, "000212"},
		{"decimals are its own", "212.0", "212.0"},
		{"a short number is a number", "7", "7"},
		{"a row of the keyboard is a number too", "12345", "12345"},
		{"a placeholder in front", "NA-12", "NA-12"},
		{"letters of another script", "Кл-7", "Кл-7"},
	})
}

func TestReadPhone(t *testing.T) {
	checkReadings(t, match.ReadPhone, append([]reading{
		{"ten digits", "2125550100", "2125550100"},
		{"parentheses", "(212) 555-0100", "2125550100"},
		{"dashes", "212-555-0100", "2125550100"},
		{"typographic dashes", "212‑555–0100", "2125550100"},
		{"dots", "212.555.0100", "2125550100"},
		{"a slash", "212/555-0100", "2125550100"},
		{"no-break spaces", "212\u00a0555\u00a00100", "2125550100"},
		{"zero-width characters", "212\u200b5550100", "2125550100"},
		{"+1", "+1 212 555 0100", "2125550100"},
		{"+1 and parentheses", "+1 (212) 555-0100", "2125550100"},
		{"+1 in parentheses", "(+1) 212 555 0100", "2125550100"},
		{"1 in front", "1-212-555-0100", "2125550100"},
		{"eleven digits", "12125550100", "2125550100"},
		{"decimals", "2125550100.0", "2125550100"},
		{"an extension", "212-555-0100 ext. 12", "2125550100"},
		{"an extension, short", "2125550100x12", "2125550100"},
		{"an extension, with a sign", "212 555 0100 #12", "2125550100"},
		{"an extension that is dialed", "212 555 0100,12", "2125550100"},
		{"an extension after +1", "+1 212-555-0100;ext=12", "2125550100"},
		{"a label", "Cell: 212-555-0100", "2125550100"},
		{"a link", "tel:+1-212-555-0100", "2125550100"},
		{"a remark", "212-555-0100 (home)", "2125550100"},
		{"the first of two", "212-555-0100 / 646-555-0101", "2125550100"},
		{"the first of two, by a bar", "212-555-0100 | 646-555-0101", "2125550100"},
		{"a guarding apostrophe", "'2125550100", "2125550100"},
		{"kept for fiction, in an area of its own", "5555550123", "5555550123"},
		{"zeros at the end", "212-867-0000", "2128670000"},
		{"of a number in scientific notation", "2.125550100E9", ""},
		{"a letter after it", "2125550100e", "2125550100"},
		{"the least exchange", "212-200-0100", "2122000100"},
		{"the shortest of another country", "+52 551234", "+52551234"},
		{"Mexico", "+52 55 1234 5678", "+525512345678"},
		{"Britain, as dialed at home", "+44 (0)20 7946 0958", "+442079460958"},
		{"Britain, as dialed at home, without a blank", "+44(0)2079460958", "+442079460958"},
		{"another country, an extension", "+52 55 1234 5678 ext 9", "+525512345678"},
		{"another country in parentheses", "(+52) 5512345678", "+525512345678"},
		{"the longest", "+123456789012345", ""},
		{"the longest of another country", "+523456789012345", "+523456789012345"},
	}, placeholderReadings(
		"555-0100", "12-555-0100", "212-555-010", "212-555-01001", "2125550100 12", // incomplete, or too long
		"112-555-0100", "012-555-0100", "212-155-0100", "212-055-0100", // not assigned in America
		"0000000000", "(000) 000-0000", "1111111111", "999-999-9999", "+1 999 999 9999", "1234567890", "123-456-7890", "0123456789",
		"9876543210", "2345678901", "555-555-5555", "212-555-5555", "212 999 9999", "212-222-2222", "212-555-1212", "555-555-1212",
		"555-123-4567", "800-FLOWERS", "1-800-FLOWERS", "212-KL5-0100", "212*555*0100", "212#5550100", "212-555a-0100", "2125550100٣", "２１２５５５０１００", "2.12555E+09", "2.125550100E+10",
		"+1 212 555 010", "+1 212 555 01000", "+000000000000", "+99999999999", "+0525512345678", "+5255123", "+52345678901234567",
		"none", "see notes", "call 5", "01144207946095",
	)...))
}

func TestReadEmail(t *testing.T) {
	checkReadings(t, match.ReadEmail, append([]reading{
		{"as it is", "john.smith@acme.com", "john.smith@acme.com"},
		{"upper case", "JOHN.SMITH@ACME.COM", "john.smith@acme.com"},
		{"white space around it", " john@acme.com\u200b ", "john@acme.com"},
		{"the sandbox's", "mary.jones751@example.com", "mary.jones751@example.com"},
		{"the sandbox's, of a company", "office.smithroofing7@example.org", "office.smithroofing7@example.org"},
		{"of a real tenant", "john.doe@email.com", "john.doe@email.com"},
		{"a label stays", "john+loan@acme.com", "john+loan@acme.com"},
		{"an apostrophe", "o'brien@acme.com", "o'brien@acme.com"},
		{"a guarding apostrophe", "'john@acme.com", "john@acme.com"},
		{"a link", "mailto:john@acme.com", "john@acme.com"},
		{"a name in front", "John Smith <john@acme.com>", "john@acme.com"},
		{"a name in quotes", `"Smith, John" <john@acme.com>`, "john@acme.com"},
		{"the first of two", "john@acme.com; mary@acme.com", "john@acme.com"},
		{"the first that is not a placeholder", "none@none.com, john@acme.com", "john@acme.com"},
		{"a full stop", "john@acme.com.", "john@acme.com"},
		{"a deep domain", "john@mail.acme.co.uk", "john@mail.acme.co.uk"},
		{"a mailbox of everybody's", "office@acme.com", "office@acme.com"},
		{"a company's, called as its domain", "acme@acme.com", "acme@acme.com"},
		{"a short name and a number", "na12@acme.com", "na12@acme.com"},
		{"a short word and a number", "xxx1@acme.com", "xxx1@acme.com"},
		{"a given name", "nan@acme.com", "nan@acme.com"},
		{"a name that begins as a placeholder", "nolan@acme.com", "nolan@acme.com"},
		{"Nguyen is not a placeholder", "no.ne.w@acme.com", "no.ne.w@acme.com"},
		{"a long mailbox", "notavailablebutotherwisereal@acme.com", "notavailablebutotherwisereal@acme.com"},
	}, placeholderReadings(
		"none@none.com", "NONE@NONE.COM", "none@gmail.com", "none2@gmail.com", "noemail@noemail.com", "noemail@gmail.com", "no-email@acme.com",
		"no_email@email.com", "no.email17@acme.com", "no@email.com", "no@no.com", "na@na.com", "na@gmail.com", "n.a@acme.com", "n/a@na.com",
		"test@test.com", "test@example.com", "test1@gmail.com", "john@test.com", "john@noemail.com", "unknown@unknown.com", "null@null.com",
		"x@x.com", "abc@abc.com", "noreply@acme.com", "donotreply@acme.com", "declined@acme.com", "fake@fake.com", "xxx@acme.com",
		"john@.com", "john", "john@", "@acme.com", "john@acme", "john@acme.c", "john@acme.c0m", "john@@acme.com", "john@smith@acme.com",
		"john @ acme.com", "john@acme..com", "john@-", "john@ac_me.com", "jöhn@acme.com", "john@äcme.com", "john at acme.com", "jo(hn)@acme",
	)...))
}

func TestPlaceholderMailboxes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{
		"na", "no", "none", "null", "nobody", "noone", "no-one", "unknown", "unk", "undefined", "notapplicable", "noemail", "noemails", "no.mail",
		"noaddress", "no_email_address", "noemailgiven", "no-email-provided", "noemailonfile", "noemailavailable", "notprovided", "not.available",
		"notgiven", "donthave", "dont_have_one", "doesnothave", "refused", "declined", "noreply", "no-reply", "donotreply", "invalid", "invalidemail",
		"fake", "fakeemail", "dummy", "placeholder", "test", "tester", "testing", "testemail", "test.test", "asdf", "qwerty", "xx", "xxx", "xxxx",
	} {
		for _, address := range []string{name + "@acme.com", "john@" + strings.NewReplacer("_", "-", ".", "-").Replace(name) + ".com"} {
			if got := match.ReadEmail(address); got != "" {
				t.Errorf("%q is read as %q", address, got)
			}
		}
	}
}

func TestReadSSN4(t *testing.T) {
	checkReadings(t, match.ReadSSN4, append([]reading{
		{"the last four", "4242", "4242"},
		{"the last four, zeros in front", "0042", "0042"},
		{"whole", "219484242", "4242"},
		{"whole, dashes", "219-48-4242", "4242"},
		{"whole, typographic dashes", "219‑48–4242", "4242"},
		{"whole, other dashes", "219\u201048\u20154242", "4242"},
		{"whole, signs of minus", "219\u221248\u22124242", "4242"},
		{"whole, blanks", "219 48 4242", "4242"},
		{"whole, zeros in the middle", "219-00-4242", "4242"},
		{"a tax number", "21-9484242", "4242"},
		{"a lost zero", "19484242", "4242"},
		{"two lost zeros", "9484242", "4242"},
		{"masked", "XXX-XX-4242", "4242"},
		{"masked, small", "xxx-xx-4242", "4242"},
		{"masked as LoanPro does", "XXXXX4242", "4242"},
		{"masked by stars", "*****4242", "4242"},
		{"masked by stars and dashes", "***-**-4242", "4242"},
		{"masked by hashes", "###-##-4242", "4242"},
		{"masked by bullets", "•••-••-4242", "4242"},
		{"masked in short", "x4242", "4242"},
		{"zeros for a mask", "000004242", "4242"},
		{"decimals", "219484242.0", "4242"},
		{"decimals of the last four", "4242.0", "4242"},
		{"a guarding apostrophe", "'0042", "0042"},
		{"white space around it", " 4242\u00a0", "4242"},
		{"2345 is a number", "2345", "2345"},
	}, placeholderReadings(
		"42", "424", "123", "XXX-XX-424", "XXX-XX-X424", "XXX-XX-XXXX", "219-48-XXXX", "4242XXXXX", "24242", "424242", "XX424242",
		"19-48-4242", "948-4242", "2194842420", "219-48-42-42", "last 4242", "#N/A 4242", "219-48-42.42", "219-48-4２42",
		"0000", "000-00-0000", "000000000", "00000000", "XXX-XX-0000", "219-48-0000", "1111", "999999999", "999-99-9999", "XXXXX9999",
		"1234", "XXX-XX-1234", "000-00-1234", "123456789", "123-45-6789", "XXXXX6789", "987654321", "987-65-4321",
	)...))
}

func TestReadZip(t *testing.T) {
	checkReadings(t, match.ReadZip, append([]reading{
		{"five digits", "94510", "94510"},
		{"zeros in front", "07030", "07030"},
		{"nine digits, a dash", "94510-1234", "94510"},
		{"nine digits, a typographic dash", "94510–1234", "94510"},
		{"nine digits, a blank", "94510 1234", "94510"},
		{"nine digits, blanks and a dash", "94510 - 1234", "94510"},
		{"nine digits", "945101234", "94510"},
		{"a dash and nothing after it", "94510-", "94510"},
		{"a lost zero", "7030", "07030"},
		{"two lost zeros", "501", "00501"},
		{"a lost zero and nine digits", "70301234", "07030"},
		{"two lost zeros and nine digits", "5011234", "00501"},
		{"a lost zero and a dash", "7030-1234", "07030"},
		{"decimals", "7030.0", "07030"},
		{"a guarding apostrophe", "'07030", "07030"},
		{"a formula of an export", `="07030"`, "07030"},
		{"white space around it", "\t94510 ", "94510"},
		{"a town of fives", "55555", "55555"},
		{"12345 after it", "94510-12345", ""},
		{"Britain", "sw1a 1aa", "SW1A1AA"},
		{"Canada", "K1A 0B6", "K1A0B6"},
		{"from the first letter to the last", "az1 za9", "AZ1ZA9"},
		{"Canada, a dash", "k1a-0b6", "K1A0B6"},
		{"Iceland", "IS-101", "IS101"},
		{"the shortest", "a1b", "A1B"},
		{"India", "110001", "110001"},
		{"India, a blank", "110 001", "110001"},
	}, placeholderReadings(
		"00000", "00000-0000", "0", "11111", "99999", "99999-9999", "12345", "12345-6789", "123456", "000000", "111111", "999999",
		"5", "50", "94510-12", "94510-123a", "1234567890", "0000000000", "TX", "London", "Benicia", "Benicia, CA 94510", "94510/94511", "７０３０１", "é1a 0b6",
		"A1", "A1A1A1A1A1A",
	)...))
}

// Case, and white space around a cell, do not change what is read.
func TestSpacingAndCaseChangeNothing(t *testing.T) {
	t.Parallel()
	white := rapid.StringOf(rapid.SampledFrom([]rune(" \t\n\u00a0\u200b\ufeff\u202f\u2060")))
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"email", "phone", "birth", "SSN", "ZIP"}).Draw(t, "reader")
		cell := rapid.SampledFrom(typicalCells[name]).Draw(t, "cell")
		want := readers[name](cell)
		other := white.Draw(t, "before") + rapid.SampledFrom([]func(string) string{strings.ToUpper, strings.ToLower, strings.Clone}).Draw(t, "case")(cell) + white.Draw(t, "behind")
		if got := readers[name](other); got != want || got == "" {
			t.Errorf("the %s %q is read as %q, %q as %q", name, cell, want, other, got)
		}
	})
}

// typicalCells are cells as they are usually written.
var typicalCells = map[string][]string{
	"email":     {"Mary.Jones751@example.com", "John Smith <john@acme.com>", "MAILTO:O'Brien@Acme.com", "none@none.com, j@acme.com"},
	"phone":     {"2125550100", "(212) 555-0100", "+1 212 555 0100", "212-555-0100 Ext. 12", "Cell 212.555.0100", "+44 (0)20 7946 0958"},
	"birth":     {"1980-01-22", "1/22/1980", "1980-01-22T00:00:00", "15-Jan-1980", "January 15th, 1980", "29242", "01221980", "/Date(317347200)/", "1/22/80"},
	"SSN":       {"4242", "219-48-4242", "219 48 4242", "XXX-XX-4242", "XXXXX4242", "*****4242", "19484242"},
	"ZIP":       {"94510", "94510-1234", "7030", "70301234", "k1a 0b6", "SW1A 1AA"},
	"custom ID": {"CUST-0009", "000212", "'000212"},
}

// Only the digits of a phone number count.
func TestPhonesAreReadByTheirDigits(t *testing.T) {
	t.Parallel()
	between := rapid.StringOf(rapid.SampledFrom([]rune(" -.()/\u00a0\u2011")))
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[2-9][0-9]{2}[2-9][0-9]{6}`).Draw(t, "digits")
		cell := rapid.SampledFrom([]string{"", "1", "+1", "Tel. +1"}).Draw(t, "prefix")
		for _, digit := range digits {
			cell += between.Draw(t, "between") + string(digit)
		}
		cell += between.Draw(t, "behind") + rapid.SampledFrom([]string{"", "x1", "ext 77", "#5", "; home"}).Draw(t, "extension")
		want := digits
		if match.ReadPhone(digits) == "" { // a placeholder
			want = ""
		}
		if got := match.ReadPhone(cell); got != want {
			t.Errorf("%q is read as %q, %q as %q", digits, want, cell, got)
		}
	})
}

// A number that is whole in one place and masked in another is the same.
func TestWholeAndMaskedSSNsReadTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		last := rapid.StringMatching(`[0-9]{4}`).Draw(t, "last")
		want := match.ReadSSN4(last)
		if want != "" && want != last {
			t.Errorf("%q is read as %q", last, want)
		}
		front := rapid.SampledFrom([]string{
			"XXX-XX-", "xxxxx", "*****", "***-**-", rapid.StringMatching(`[0-9]{5}|[0-9]{3}-[0-9]{2}-|[1-9][0-9]{2,3}`).Draw(t, "whole"),
		}).Draw(t, "front")
		if got := match.ReadSSN4(front + last); got != want {
			t.Errorf("%q is read as %q, %q as %q", last, want, front+last, got)
		}
	})
}

func TestZipsWithLostZerosReadTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		zip := fmt.Sprintf("%05d", rapid.IntRange(500, 99_950).Draw(t, "zip"))
		want := match.ReadZip(zip)
		if want != "" && want != zip {
			t.Errorf("%q is read as %q", zip, want)
		}
		cell := strings.TrimLeft(zip, "0") + rapid.StringMatching(`|-?[0-9]{4}|\.0`).Draw(t, "behind")
		if got := match.ReadZip(cell); got != want {
			t.Errorf("%q is read as %q, %q as %q", zip, want, cell, got)
		}
	})
}
