package xlsx_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// pair is a value under a number format.
type pair struct {
	construct string
	format    string // its code, or "id " and the number of a built-in format
	kind      string // n, s or b, as a workbook stores it
	stored    string
}

// constructs are the parts of the language of formats, each with codes that have it.
var constructs = []struct {
	name   string
	codes  []string
	values []string // empty: usualValues
}{
	{name: "General", codes: []string{"General", "GENERAL", "general", "[$-409]General", "[Red]General", "General_)", "General;General", "General;-General;General;@"},
		values: []string{"n:0", "n:7", "n:212", "n:-212", "n:12345678901", "n:123456789012", "n:0.5", "n:1234.5", "n:0.0001", "n:0.00001", "n:1234567.89012", "n:0.1234567891", "s:L 7", "b:1"}},
	{name: "General in a section", codes: []string{
		`"LN-"General`, `\L\N\-General`, `General" "`, `General"-A"`, `"LN-"General;"LN--"General`, `"LN-"General"/"`, `[Blue]"LN-"General`,
		`#General`, `General0`, `General.0`, `GeneralGeneral`, `-General`, `(General)`, `"LN-"General;;`, `General%`,
	}},
	{name: "digits", codes: []string{"0", "00000", "#", "####", "?", "?????", "0000000000", "#0", "0#", "?0", "0?", "#?0", "00000000000000000000"}},
	{name: "decimals", codes: []string{"0.0", "0.00", "0.##", "0.??", "#.##", ".00", "0.", "#.", "0.0#", "0.0?", "00.000", "?.?", `0"."`, `0\.00`, `0.0"x"0`, "0.0.0"}},
	{name: "literal text", codes: []string{
		`"LN-"0`, `"LN-"00000`, `"L"000"-A"`, `\L0000`, `0"-A"`, `0000"-"00`, `0000-00`, `000-00-0000`, `(000) 000-0000`, `000\.00-00`, `"#"0`, `"0"0`, `"a;b"0`, `"@"0`, `"General"0`,
		`"LN"????0`, `"A""B"0`, `\"0\"`, `""0`, `"LN-`, `0\`, `\;0`, `"LN-"#`, `"LN-"####`, `0"E+"0`, `0 "of" 0`,
	}},
	{name: "bare characters", codes: []string{"$0", "-0", "+0", "(0)", ":0", "0 0", "0:00", "^0", "&0", "'0", "~0", "{0}", "<0", ">0", "=0", "!0", "€0", "£0", "¥0", "#-0", "0-", "LN-0", "x0", "N0", "0x", "§0", "0件", "№0", "0;LN0", ",0", "/0", "1", "10", "9-0"}},
	{name: "thousands", codes: []string{"#,##0", "#,##0.00", "0,000", "#,###", "#,#", "000,000", "0,0.0", "?,???", "#,##0.###", "#,##0-000", "#,##\"x\"0", `#,##0"-A"`, "##,##0", "#,,##0", "0.0,0"}},
	{name: "scaling", codes: []string{"0,", "0,,", "#,##0,", "0.0,", "0,.0", `0,"K"`, `0.00,,"M"`, "0, ", `0,"x"0`}},
	{name: "percent", codes: []string{"0%", "0.00%", "%0", "#%", "0%%", `0"%"`, "0 %", "%", "0%%%"}},
	{name: "padding", codes: []string{"0_-", "_-0", "_(0_)", "0_)0", `"LN"_-0`, `_(#,##0_);(#,##0)`, `_-* #,##0_-`, "0_", "_W0", `"A"_W0`, `0_é`}},
	{name: "fill", codes: []string{"*0#####", "*0", "* 0", "0* ", "0*-", `"LN"* 0`, `"LN"*-0`, "*-0", `_("$"* #,##0.00_)`, "0*", "*", "*é0", `0* "x"`}},
	{name: "sections", codes: []string{
		"0;-0", "0;(0)", `0;-0;"-"`, `0;"LN-"0`, "0;-0;0", `"P"0;"N"0;"Z"0`, "0;", ";0", "0;;", ";;0", ";;", ";", "0;;0", `0;-0;"zero"`, "0;0;0;0", "0;0;0;0;0", "[Red]0;[Blue]-0", `0;-0;;@`, `#;-#`, `0;;;`, `;;;`, `0;"n/a"`,
	}},
	{name: "conditions", codes: []string{
		`[<1000]"A-"0;"B-"0`, `[<=9999]0000;"LN-"0`, `[>100]0;0.0`, `[=212]"two";0`, `[<>212]0;"LN-"0`, `[>=212]"a"0;[>=7]"b"0;"c"0`, `[>100]"a"0`, `[>100]"a"0;[<50]"b"0`, `[<0]"neg"0;0`,
		`[<1000]"A"0;"B"0;"C"0`, `0;[<100]"x"0`, `"a"0;[>100]"b"0;"c"0`, `[>1E2]0;"x"0`, `[>100][<300]0;"x"0`, `[Red][>100]0;[Blue]"x"0`, `[>100][Red]0;"x"0`, `[>]0`, `[>a]0`, `[>=0.5]"h"0.0;"l"0.0`, `[>-5]0;"x"0`,
		`[<100]0;[<1000]"b"0;[<10000]"c"0`, `[>100]General;"LN-"General`, `[>100]"a"0;"b"0;@`, `[<1000]"A-"0;"B-"0;;"T-"@`,
	}},
	{name: "text", codes: []string{`"LN-"@`, `0;-0;0;"LN-"@`, "@", `@"-A"`, `0;@`, `0;-0;@`, `0;"LN-"@`, `@@`, `@;@`, `@;@;@;@`, `_(@_)`, `0;-0;0;`, `0;-0;0;"n/a"`, `0;-0;0;0`, `0;-0;0;General`, `;;;@`, `[Red]@`, `* @`, `@*-`, `"A"_-@`, `0;;@`, `@;0`, `\@@`, `"LN-"@;"x"@`},
		values: []string{"n:212", "n:0", "n:-7", "s:212", "s:L 7", "s:00212", "b:1"}},
	{name: "hidden and constant", codes: []string{`"n/a"`, `"n/a";"n/a"`, `;;;`, `;;`, `""`, `"212"`, `-`, `" "`, `_-`, `\7`, `"a";"b";"c"`, `0;0;"n/a"`, `"n/a";;;`},
		values: []string{"n:212", "n:0", "n:-7", "s:212", "b:0"}},
	{name: "colors", codes: []string{"[Red]0", "[Color 12]0", "[Color12]0", "[red]00000", "[Purple]0", "[Black]0;[Red]-0", "[]0", "[White]@", "[Green]\"LN-\"0"}},
	{name: "countries and money", codes: []string{
		"[$€-407]0", "[$€-407] #,##0.00", "#,##0.00\\ [$€-407]", "[$-409]0", "[$-407]0.00", "[$-407]#,##0", "[$$-409]#,##0.00", "[$€-2]\\ 0", "0\\ [$€-1]", "[$USD]\\ 0", "[$LN-409]0", "[$-809]00000", "[$-F800]0", "[$-1000000]0", "[$-2000000]0", "[$-D07041E]0", "[$-401]0", "[$-en-US]0",
		"[DBNum1]0", "[DBNum2]0", "[DBNum1][$-804]General", "[NatNum1]0", "[$-411]0", "[$-41E]0",
	}},
	{name: "exponents", codes: []string{"0.00E+00", "0E+0", "##0.0E+0", "0.0E-0", "#E+0", "0.00e+00", "00.0E+0", `"x"0E+0`, "E+0"}},
	{name: "fractions", codes: []string{"# ?/?", "# ??/??", "?/?", "# ?/8", "# ?/16", "0/0", "# #/#", "00/00", `0\/0`, `0"/"00`}},
	{name: "dates and times", codes: []string{
		"yyyy-mm-dd", "m/d/yyyy", "d-mmm", "mmm-yy", "d-mmm-yy", "h:mm", "h:mm:ss", "h:mm AM/PM", "h:mm A/P", "[h]:mm", "[h]:mm:ss", "[mm]:ss", "[ss]", "[s].00", "mm:ss.0", "dddd", "mmmmm", `yyyy"-"00`, "[$-409]d-mmm-yy;@", "[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "[$-F400]h:mm:ss\\ AM/PM",
		"m/d/yyyy;@", "[$-411]ge.m.d", "yyyy\"年\"m\"月\"d\"日\"", "[<1]h:mm;m/d/yyyy", "ID-0000", "e", "b", "aaa", "ddd", "D0", "hhmmss", "yyyymmdd", "0;yyyy", "[DBNum1][$-804]yyyy\"年\"m\"月\"",
	}, values: []string{"n:45352", "n:46082.5", "n:0.520833333333333", "n:0", "n:-1", "n:60", "n:3000000", "s:Mar-24"}},
	{name: "built-in formats", codes: builtinIDs(), values: []string{"n:0", "n:212", "n:5212", "n:-212", "n:1234.5", "s:L 7"}},
}

// usualValues are the values of constructs that name no others.
var usualValues = []string{"n:0", "n:7", "n:212", "n:5212", "n:1234567", "n:-212", "n:0.5", "n:1234.5", "s:L 7"}

func builtinIDs() []string {
	var ids []string
	for id := range 82 {
		ids = append(ids, fmt.Sprintf("id %d", id))
	}
	return ids
}

// formatPairs returns all pairs: those of the constructs, and generated ones.
func formatPairs() []pair {
	var pairs []pair
	add := func(construct, code, value string) {
		kind, stored, _ := strings.Cut(value, ":")
		pairs = append(pairs, pair{construct, code, kind, stored})
	}
	for _, c := range constructs {
		values := c.values
		if values == nil {
			values = usualValues
		}
		for _, code := range c.codes {
			for _, value := range values {
				add(c.name, code, value)
			}
		}
	}
	random := rand.New(rand.NewPCG(212, 5212))
	for range 600 {
		code := randomCode(random)
		for range 2 {
			add("generated", code, randomValue(random))
		}
	}
	return pairs
}

// randomUnits are what generated sections are made of, the usual ones more often.
var randomUnits = []string{
	"0", "0", "0", "0", "#", "#", "?", "00", "000", "#,##0", ".", ".0", ",", "%", `"LN-"`, `"A"`, `\-`, `\L`, "-", " ", "(", ")", "/", "_)", "_-", "* ", "*0", "General", "@", "E+00",
	"[Red]", "[>100]", "[<=9999]", "[=0]", "[$-409]", "[$€-407]", `" "`, "$", "+", ":",
}

func randomCode(random *rand.Rand) string {
	var sections []string
	for range 1 + max(0, random.IntN(6)-2) {
		var s strings.Builder
		for range random.IntN(6) {
			s.WriteString(randomUnits[random.IntN(len(randomUnits))])
		}
		sections = append(sections, s.String())
	}
	return strings.Join(sections, ";")
}

func randomValue(random *rand.Rand) string {
	switch random.IntN(8) {
	case 0:
		return "s:L" + fmt.Sprint(random.IntN(1000))
	case 1:
		return "n:0"
	case 2:
		return fmt.Sprintf("n:-%d", random.IntN(100_000))
	case 3:
		return fmt.Sprintf("n:%d.%d", random.IntN(10_000), 1+random.IntN(9))
	}
	return fmt.Sprintf("n:%d", random.IntN([]int{10, 1000, 100_000, 100_000_000}[random.IntN(4)]))
}
