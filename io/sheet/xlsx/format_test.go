package xlsx_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"loanmap/io/sheet"
	"loanmap/io/sheet/xlsx"
)

// Words of the damage that a display may have.
const (
	sound     = ""
	aDate     = "is a date or a time"
	aPower    = "scientific notation"
	aFraction = "as a fraction"
	rounded   = "rounded or scaled"
	fixedText = "a fixed text"
	hiddenOne = "does not show it"
	uncertain = "not certain"
	tooLong   = "16 digits"
)

// shownCases are values under a format, what is read, and why it is no ID.
var shownCases = []struct {
	format, kind, stored, want, damage string
}{
	// More than is stored.
	{`"LN-"General`, "n", "212", "LN-212", sound},
	{`\L\N\-General`, "n", "212", "LN-212", sound},
	{`General"-A"`, "n", "212", "212-A", sound},
	{`[$LN-409]General`, "n", "212", "LN212", sound},
	{`[Red]"LN-"General;"x"`, "n", "212", "LN-212", sound},
	{`"LN-"General`, "n", "123456789012", "123456789012", uncertain},
	{`"LN-"General`, "n", "-212", "-212", uncertain},
	{`"LN-"General`, "n", "2.5", "2.5", uncertain},
	{`[>100]"LN-"General;General`, "n", "212", "LN-212", sound},
	{`"LN-"@`, "s", "212", "LN-212", sound},
	{`"LN-"@`, "n", "212", "212", uncertain},
	{`0;-0;0;"LN-"@`, "s", "212", "LN-212", sound},
	{`0;"LN-"@`, "s", "212", "LN-212", sound},
	{`@"-A"`, "s", "212", "212-A", sound},
	{`@@`, "s", "212", "212", uncertain},
	{`"x"@;@`, "s", "212", "212", uncertain},
	{`[>100]"x"@`, "s", "212", "212", uncertain},
	{`@*-`, "s", "212", "212", uncertain},
	{`* @_)`, "s", "212", "212", sound},
	{`0;;@`, "s", " 212", " 212", sound},
	{`00000`, "s", "212", "212", sound},
	{`"L"000"-A"`, "n", "7", "L007-A", sound},
	{`0000-00`, "n", "21200", "0212-00", sound},
	{`"#"0`, "n", "212", "#212", sound},
	{`0"."`, "n", "212", "212.", sound},
	{`0.`, "n", "212", "212.", uncertain},
	{`0"";;`, "n", "212", "212", sound},

	// By its size.
	{`[<1000]"A-"0;"B-"0`, "n", "212", "A-212", sound},
	{`[<1000]"A-"0;"B-"0`, "n", "5212", "B-5212", sound},
	{`[<=9999]0000;"LN-"0`, "n", "212", "0212", sound},
	{`[<=9999]0000;"LN-"0`, "n", "9999", "9999", sound},
	{`[<=9999]0000;"LN-"0`, "n", "52120", "LN-52120", sound},
	{`[=212]"two-"0;0`, "n", "212", "two-212", sound},
	{`[>=212]"a"0;[>=7]"b"0;"c"0`, "n", "7", "b7", sound},
	{`[>=212]"a"0;[>=7]"b"0;"c"0`, "n", "1", "c1", sound},
	{`[<>212]0;"LN-"0`, "n", "212", "LN-212", sound},
	{`[>100]0`, "n", "7", "7", uncertain},
	{`[<1000]"A-"0;"B-"0`, "n", "-7", "-7", uncertain},
	{`0;[<100]"x"0;"y"0`, "n", "7", "7", uncertain},
	{`[<100]0;0;0`, "n", "212", "212", uncertain},
	{`0[>100]`, "n", "212", "212", uncertain},
	{`[>1E2]0;"x"0`, "n", "212", "212", uncertain},
	{`"P"0;"N"0;"Z"0`, "n", "7", "P7", sound},
	{`"P"0;"N"0;"Z"0`, "n", "-7", "N7", sound},
	{`"P"0;"N"0;"Z"0`, "n", "0", "Z0", sound},
	{`"P"0;"N"0`, "n", "0", "P0", sound},
	{`0;0;0;0;0`, "n", "212", "212", uncertain},

	// Less than is stored, or something else.
	{`*0#####`, "n", "212", "212", uncertain},
	{`0*-`, "n", "212", "212", uncertain},
	{`* 0`, "n", "212", "212", sound},
	{`"LN"* 0`, "n", "212", "LN212", uncertain},
	{`"LN"_-0`, "n", "212", "LN 212", uncertain},
	{`_(0_)`, "n", "212", "212", sound},
	{`_(0_)`, "n", "-212", "-212", uncertain},
	{`;;;`, "n", "212", "212", hiddenOne},
	{`;;;`, "s", "212", "212", hiddenOne},
	{`0;-0;`, "n", "0", "0", hiddenOne},
	{`0;;0`, "n", "-7", "-7", hiddenOne},
	{`_)`, "n", "212", "212", hiddenOne},
	{`0;-0;0;`, "s", "212", "212", hiddenOne},
	{`#`, "n", "0", "0", fixedText},
	{`"LN-"#`, "n", "0", "0", fixedText},
	{`"n/a"`, "n", "212", "212", fixedText},
	{`0;-0;0;"n/a"`, "s", "212", "212", fixedText},
	{`"212"`, "n", "7", "7", fixedText},
	{`0;-0;"-"`, "n", "0", "0", fixedText},
	{`0;-0;0;0`, "s", "212", "212", uncertain},
	{`0`, "n", "212.4", "212.4", rounded},
	{`0.00`, "n", "212.125", "212.125", rounded},
	{`0,`, "n", "212000", "212000", rounded},
	{`0.0,,"M"`, "n", "5212000", "5212000", rounded},
	{`0%`, "n", "2.12", "212%", sound},
	{`0%%`, "n", "2", "2", uncertain},
	{`General`, "n", "1234567.89012", "1234567.89012", rounded},
	{`General`, "n", "0.00001", "0.00001", aPower},
	{`General`, "n", "123456789012345", "123456789012345", sound},
	{`0`, "n", "1234567890123456", "1234567890123456", tooLong},
	{`0.00E+00`, "n", "100000", "100000", aPower},
	{`##0.0E+0`, "n", "100000", "100000", aPower},
	{`# ?/?`, "n", "0.5", "0.5", aFraction},
	{`# ?/16`, "n", "0.5", "0.5", aFraction},
	{`0\/0`, "n", "12", "1/2", uncertain},
	{`[DBNum1]0`, "n", "212", "212", uncertain},
	{`[$-D07041E]0`, "n", "212", "212", uncertain},
	{`[$-407]0.0`, "n", "2.5", "2.5", uncertain},
	{`[$-409]0.0`, "n", "2.5", "2.5", sound},
	{`[$-409]General`, "n", "212", "212", sound},
	{`LN-0`, "n", "212", "212", uncertain},
	{`!0`, "n", "212", "212", uncertain},
	{`0;LN0`, "n", "212", "212", uncertain},
	{`"LN-`, "n", "212", "212", uncertain},
	{`0.0.0`, "n", "212", "212", uncertain},
	{`General`, "b", "1", "TRUE", sound},
	{`"LN-"General`, "b", "1", "TRUE", uncertain},

	// Thousands.
	{`#,##0`, "n", "5212", "5,212", sound},
	{`#,##0.00`, "n", "5212", "5,212.00", sound},
	{`#,##0`, "n", "1234567", "1,234,567", sound},
	{`0,000`, "n", "212", "0,212", sound},
	{`000,000`, "n", "5212", "005,212", sound},
	{`"LN-"#,##0`, "n", "5212", "LN-5,212", sound},
	{`#,##0-00`, "n", "5212", "5,2-12", uncertain},
	{`?,???`, "n", "212", "212", uncertain},
	{"id 3", "n", "5212", "5,212", sound},
	{"id 37", "n", "-5212", "(5,212)", sound},
	{"id 44", "n", "5212", "$5,212.00", uncertain},
	{"id 59", "n", "212", "212", uncertain},
	{"id 163", "n", "212", "212", uncertain},

	// Dates.
	{"d-mmm", "n", "46082", "2026-03-01", aDate},
	{"mmm-yy", "n", "45352", "2024-03-01", aDate},
	{"m/d/yyyy;@", "n", "45352", "2024-03-01", aDate},
	{"[$-409]h:mm AM/PM", "n", "0.520833333333333", "12:30:00", aDate},
	{"[h]:mm", "n", "1.5", "36:00:00", aDate},
	{"[$-411]ge.m.d", "n", "45352", "2024-03-01", aDate},
	{`[DBNum1][$-804]yyyy"年"m"月"`, "n", "45352", "2024-03-01", aDate},
	{"[<1]h:mm;0", "n", "0.5", "12:00:00", aDate},
	{"[<1]h:mm;0", "n", "212", "212", sound},
	{"aaa", "n", "45352", "2024-03-01", aDate},
	{"id 14", "n", "45352", "2024-03-01", aDate},
	{"id 31", "n", "45352", "2024-03-01", aDate},
	{"yyyy", "n", "-1", "-1", uncertain},
	{"yyyy", "s", "Mar-24", "Mar-24", sound},
	{`"yyyy"0`, "n", "7", "yyyy7", sound},
	{"yyyy", "d", "2024-03-01", "2024-03-01", aDate},
}

// TestDisplayedValues holds what is right for each kind of format that was once read as the
// value behind it.
func TestDisplayedValues(t *testing.T) {
	t.Parallel()
	var pairs []pair
	for _, c := range shownCases {
		pairs = append(pairs, pair{format: c.format, kind: c.kind, stored: c.stored})
	}
	got := readPairs(t, pairs)
	for i, c := range shownCases {
		damage := ""
		for _, d := range got[i].Damaged {
			damage = d.Problem
		}
		if got[i].Cells[0] != c.want || (c.damage == sound) != (damage == "") || !strings.Contains(damage, c.damage) {
			t.Errorf("%s %s under %s: %q, %q; want %q, %q", c.kind, c.stored, c.format, got[i].Cells[0], damage, c.want, c.damage)
		}
		if isDate := len(got[i].Damaged) > 0 && got[i].Damaged[0].IsDate; isDate != (c.damage == aDate) {
			t.Errorf("%s under %s is a date: %t", c.stored, c.format, isDate)
		}
	}
}

// A conditional format may have a number format of its own. Zeros may be hidden by a setting
// of the sheet.
func TestSettingsThatChangeWhatIsDisplayed(t *testing.T) {
	t.Parallel()
	under := func(area string, style *excelize.Style) func(*excelize.File) error {
		return func(f *excelize.File) error {
			id, err := f.NewConditionalStyle(style)
			return errors.Join(err, f.SetConditionalFormat("Sheet1", area, []excelize.ConditionalFormatOptions{{Type: "cell", Criteria: ">", Value: "100", Format: &id}}))
		}
	}
	prefix := `"LN-"0`
	noZeros := func(f *excelize.File) error {
		show := false
		return f.SetSheetView("Sheet1", 0, &excelize.ViewOptions{ShowZeros: &show})
	}
	for _, c := range []struct {
		name string
		set  func(*excelize.File) error
		want string // the damaged cells of A2 to B3
	}{
		{"nothing", func(*excelize.File) error { return nil }, ""},
		{"a format of one column", under("A2:A3", &excelize.Style{CustomNumFmt: &prefix}), "A2 A3"},
		{"a format of some cells", under("B3 A1:A2", &excelize.Style{CustomNumFmt: &prefix}), "A2 B3"},
		{"a color", under("A2:A3", &excelize.Style{Font: &excelize.Font{Color: "FF0000"}}), ""},
		{"no zeros", noZeros, "A3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := piped(workbook(t, func(f *excelize.File) error {
				return errors.Join(row("A1", "ID", "Name")(f), row("A2", 212, "Ann")(f), row("A3", 0, "Bob")(f), c.set(f))
			}))
			if err != nil {
				t.Fatal(err)
			}
			var damaged []string
			for _, row := range got.Rows {
				for _, d := range row.Damaged {
					damaged = append(damaged, fmt.Sprintf("%c%d", 'A'+d.Column, row.Line))
				}
			}
			wantSame(t, "damaged", c.want, strings.Join(damaged, " "))
		})
	}
}

// A conditional format of a later version of Excel names its cells after its number format:
// no cell is certain then.
func TestConditionalFormatWithItsOwnStyle(t *testing.T) {
	t.Parallel()
	rule := func(style string) string {
		return `</sheetData><extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:conditionalFormattings><x14:conditionalFormatting>` +
			`<x14:cfRule type="cellIs"><x14:dxf>` + style + `</x14:dxf></x14:cfRule></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>`
	}
	for style, want := range map[string]int{`<font/>`: 0, `<numFmt numFmtId="170" formatCode="&quot;LN-&quot;0"/>`: 2} {
		content := edited("", sheetPart, replaced("</sheetData>", rule(style)), row("A1", "ID", "Name"), row("A2", 212, "Ann")).make(t)
		got, err := piped(content)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Rows[0].Damaged) != want {
			t.Errorf("%s: damaged are %v", style, got.Rows[0].Damaged)
		}
	}
}

// FuzzFormat gives any code and any value: it is read or refused, and what is read is not much
// longer than both.
func FuzzFormat(f *testing.F) {
	for i, c := range shownCases {
		if i%3 == 0 && c.kind == "n" {
			f.Add(c.format, c.stored, true)
			f.Add(c.format, c.stored, false)
		}
	}
	f.Fuzz(func(t *testing.T, code, value string, isNumber bool) {
		text := xlsx.Display(code, value, isNumber)
		if len(text) > len(code)+2*len(value)+400 {
			t.Errorf("%d bytes of %q under %q", len(text), value, code)
		}
	})
}

// The workbooks in testdata/cases were once read wrongly. Each has what its rows show in its
// own column, or here.
func TestCaseWorkbooks(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"general_prefix.xlsx": "LN-212 LN-212 A-212",
		"formats2.xlsx":       "5,212 5,212.00 ! ! ! ! L007-A 0212-00 212 212 #212 212. LN-212 LN-212 0212 LN-52120 LN-212 212",
		"time_fraction.xlsx":  "! ! !",
		"thousands.xlsx":      "5,212 5,212.00 !",
	} {
		got, _ := mustRead(t, filepath.Join("../../../testdata/cases", name), sheet.Options{})
		var shown []string
		for _, row := range got.Rows {
			text := row.Cells[0]
			if len(row.Damaged) > 0 {
				text = "!"
			}
			shown = append(shown, text)
		}
		wantSame(t, name, want, strings.Join(shown, " "))
	}
}
