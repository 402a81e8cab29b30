package match_test

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"loanmap/pipeline/match"
)

// variantPairs lists pairs of a plain text and what a spreadsheet, a mail program or a
// keyboard makes of it. repaired says that the plain text is among the repairs of the
// variant, varied that the variant is among those of the plain text.
var variantPairs = []struct {
	name, plain, variant string
	repaired, varied     bool
}{
	{"an en dash", "LN-7", "LN\u20137", true, true},
	{"a non-breaking hyphen", "LN-7", "LN\u20117", true, true},
	{"a minus sign", "LN-7", "LN\u22127", true, true},
	{"a hyphen of its own", "LN-7", "LN\u20107", true, true},
	{"several dashes", "LN-7-8", "LN\u20137\u20138", true, true},
	{"an em dash", "LN-7", "LN\u20147", true, false},
	{"a figure dash", "LN-7", "LN\u20127", true, false},
	{"a small hyphen-minus", "LN-7", "LN\uFE637", true, false},
	{"a full-width hyphen-minus", "LN-7", "LN\uFF0D7", true, false},
	{"a superscript minus", "LN-7", "LN\u207B7", true, false},
	{"a soft hyphen", "LN7", "LN\u00AD7", true, false},

	{"a no-break space", "My Loan 7", "My\u00A0Loan\u00A07", true, true},
	{"two blanks", "My Loan 7", "My  Loan  7", true, true},
	{"one of the blanks twice", "My Loan 7", "My  Loan 7", true, false},
	{"a narrow no-break space", "Loan 7", "Loan\u202F7", true, false},
	{"an ideographic space", "Loan 7", "Loan\u30007", true, false},
	{"a tab", "Loan 7", "Loan\t7", true, false},
	{"a line end", "Loan 7", "Loan\r\n7", true, false},
	{"blanks around it", "Loan 7", " Loan 7\u00A0", true, false},
	{"a zero-width space", "LN7", "LN\u200B7", true, false},
	{"a byte order mark", "LN7", "LN\uFEFF7", true, false},
	{"signs of direction", "LN7", "\u202ALN\u20667\u2069\u202C", true, false},
	{"a variation selector", "LN7", "LN7\uFE0F", true, false},
	{"a zero-width space within two blanks", "Loan 7", "Loan \u200B 7", true, false},

	{"a decomposed letter", "JOS\u00C9-7", "JOSE\u0301-7", true, true},
	{"two marks in another order", "a\u0323\u0302", "a\u0302\u0323", true, false},
	{"a letter with no composed upper case", "\u01F07", "j\u030C7", true, true},
	{"decomposed Hangul", "\uAC007", "\u1100\u11617", true, true},
	{"full-width letters and digits", "LN-7", "\uFF2C\uFF2E-\uFF17", true, true},
	{"full-width letters and signs", "LN-7.", "\uFF2C\uFF2E\uFF0D\uFF17\uFF0E", true, false},
	{"a ligature", "OFFICE-7", "O\uFB03CE-7", false, false},
	{"a ligature in small letters", "office-7", "o\uFB03ce-7", true, false},
	{"a numero sign", "No7", "\u21167", true, false},

	{"a curly apostrophe", "O'Brien-7", "O\u2019Brien-7", true, true},
	{"an opening one", "O'Brien-7", "O\u2018Brien-7", true, false},
	{"a modifier letter", "O'Brien-7", "O\u02BCBrien-7", true, false},
	{"an acute accent", "O'Brien-7", "O\u00B4Brien-7", true, false},
	{"a prime", "7'", "7\u2032", true, false},
	{"a full-width apostrophe", "O'Brien-7", "O\uFF07Brien-7", true, false},
	{"curly quotes", `"A" 7`, "\u201CA\u201D 7", true, false},
	{"low quotes", `"A" 7`, "\u201EA\u201C 7", true, false},
	{"guillemets", `"A" 7`, "\u00ABA\u00BB 7", true, false},
	{"an ellipsis", "A...7", "A\u20267", true, false},

	{"a guarding apostrophe", "00212", "'00212", true, false},
	{"a guarding apostrophe, curly", "00212", "\u201900212", true, false},
	{"a guarded formula", "=1+1", "'=1+1", true, false},
	{"the wrapper of an export", "00212", `="00212"`, true, false},
	{"the wrapper around a text", "LN-7", `="LN-7"`, true, false},
	{"the wrapper in curly quotes", "LN-7", "=\u201CLN-7\u201D", true, false},
	{"the wrapper and apostrophes", "212", `'="'212"`, true, false},
	{"the wrapper and blanks", "212", `=" 212 "`, true, false},
	{"the wrapper in full width", "7", "\uFF1D\uFF02\uFF17\uFF02", true, false},
	{"the wrapper and a separator", "1234", `="1,234"`, true, false},

	{"commas", "1234567", "1,234,567", true, false},
	{"one comma", "12345", "12,345", true, false},
	{"blanks in a number", "1234567", "1 234 567", true, false},
	{"no-break spaces in a number", "1234567", "1\u00A0234\u00A0567", true, false},
	{"narrow no-break spaces in a number", "1234567", "1\u202F234\u202F567", true, false},
	{"apostrophes in a number", "1234567", "1'234'567", true, false},
	{"curly apostrophes in a number", "1234567", "1\u2019234\u2019567", true, false},
	{"dots", "1234567", "1.234.567", true, false},
	{"commas and decimals", "1234567", "1,234,567.00", true, false},
	{"a decimal of zero", "212", "212.0", true, false},
	{"two decimals of zero", "00212", "00212.00", true, false},
	{"a full-width number", "1234", "\uFF11\uFF0C\uFF12\uFF13\uFF14", true, false},

	{"case", "LN-7a", "ln-7A", false, false},
	{"the Kelvin sign", "K7", "\u212A7", true, false},
	{"the long s", "S7", "\u017F7", false, false},
	{"the micro sign", "\u03BC7", "\u00B57", true, false},
	{"several at once", "My Loan-7", "\u200B\uFF2Dy\u00A0 LOAN\u20137 ", false, false},
}

func TestLoose(t *testing.T) {
	t.Parallel()
	for _, c := range variantPairs {
		if a, b := match.LooseKey(c.plain), match.LooseKey(c.variant); a != b {
			t.Errorf("%s: Loose(%q) = %q, Loose(%q) = %q", c.name, c.plain, a, c.variant, b)
		}
	}
}

func TestLooseKeepsApart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, a, b string }{
		{"leading zeros", "212", "00212"},
		{"zeros of a grouped number", "1,234", "001,234"},
		{"a dash and none", "LN-7", "LN7"},
		{"a dash and a blank", "LN-7", "LN 7"},
		{"a blank next to a dash", "LN-7", "LN -7"},
		{"two dashes and one", "LN--7", "LN-7"},
		{"a blank and none", "LN 7", "LN7"},
		{"a dash and an underscore", "LN-7", "LN_7"},
		{"one dot", "1.234", "1234"},
		{"a comma before two digits", "1,23", "123"},
		{"a comma before four digits", "1,2345", "12345"},
		{"four digits before a comma", "1234,567", "1234567"},
		{"mixed separators", "1,234 567", "1234567"},
		{"a separator in a text", "L1,234", "L1234"},
		{"a negative number", "-1,234", "-1234"},
		{"decimals", "1.5", "15"},
		{"decimals that are not all zero", "212.01", "212"},
		{"a decimal of a text", "L212.0", "L212"},
		{"a longer formula", `="A"&"B"`, `A"&"B`},
		{"an open wrapper", `="A`, "A"},
		{"a quoted text", `"A"`, "A"},
		{"a trailing apostrophe", "7'", "7"},
		{"an accent", "E7", "\u00C97"},
		{"a look-alike letter", "A7", "\u04107"},
		{"sharp s", "\u00DF7", "SS7"},
		{"an Arabic sign that encloses a number", "\u06DD7", "7"},
		{"dotless i", "\u01317", "I7"},
	} {
		if key := match.LooseKey(c.a); key == match.LooseKey(c.b) {
			t.Errorf("%s: %q and %q have the same key %q", c.name, c.a, c.b, key)
		}
	}
}

// oddTexts are texts with many characters that LooseKey changes, marks that normalization
// reorders, and invalid UTF-8.
var oddTexts = rapid.OneOf(
	fewMarks,
	rapid.StringOfN(rapid.SampledFrom([]rune("\u0301\u0345\u0344\u0327\u034F\u0F73ι\u200B")), 25, 80, -1),
)

// fewMarks are texts in which no letter has more than 30 marks. Beyond that, norm
// splits them, and not at the same mark in every form.
var fewMarks = rapid.OneOf(
	texts,
	rapid.StringOf(rapid.SampledFrom([]rune("kK\u212Aſßıİµμιͅ\u0390\u1FB4ΐ'’´\"“”=–-−,. 0129\u00A0\u202F\u3000\u200B\uFEFF\u00AD\uFE0F\u0301\u0327\u0344\u034F\u0F73ﬁŉ½…\uFE58ＬＮ７＝＂가\u1100\u1161"))),
	rapid.Map(rapid.SliceOf(rapid.SampledFrom([]string{`="`, `"`, "'", "1", "234", ",", ".", ".0", " ", "\xff", "\xe2\x80", "\u0301", "A"})), func(parts []string) string {
		return strings.Join(parts, "")
	}),
)

func TestLooseTwiceIsLooseOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		once := match.LooseKey(oddTexts.Draw(t, "text"))
		if twice := match.LooseKey(once); twice != once {
			t.Errorf("%q became %q", once, twice)
		}
	})
}

// Hits are grouped by LooseKey before Number compares them. A hit that Number accepts
// would be lost if it had a different key.
func TestEqualNumbersHaveTheSameLooseKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		question := match.Clean(oddTexts.Draw(t, "question"))
		number := rapid.OneOf(
			oddTexts, rapid.Just(strings.ToLower(question)), rapid.Just(strings.ToUpper(question)), rapid.Just(match.Fold(question)),
		).Draw(t, "number")
		if rapid.Bool().Draw(t, "recased") {
			number = withRandomCase(t, question)
		}
		number = rapid.SampledFrom([]string{"", " ", "\t", "\u200b", "\ufeff"}).Draw(t, "margin") + number + "\u00a0"
		verdict := match.Number("display_id", question, []match.Record{loan(1, number, active)})
		if verdict.Status == match.Matched && match.LooseKey(number) != match.LooseKey(question) {
			t.Errorf("%q matches %q, their keys are %q and %q", number, question, match.LooseKey(number), match.LooseKey(question))
		}
	})
}

// Every character, alone and between others.
func TestLooseOfEveryCharacter(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= '\U0001FFFF'; r++ {
		for _, text := range []string{string(r), "a" + string(r) + "\u0301"} {
			checkLooseForms(t, text)
		}
	}
}

// checkLooseForms checks that the other forms of a text have its key. Most characters
// have one form only, and those equal to the text are skipped.
func checkLooseForms(t *testing.T, text string) {
	t.Helper()
	key := match.LooseKey(text)
	if again := match.LooseKey(key); again != key {
		t.Errorf("%+q became %+q, then %+q", text, key, again)
	}
	for _, other := range []string{strings.ToLower(text), strings.ToUpper(text), strings.ToTitle(text)} {
		if text != other && strings.EqualFold(text, other) && match.LooseKey(other) != key {
			t.Errorf("%+q and %+q differ in case only, their keys are %+q and %+q", text, other, key, match.LooseKey(other))
		}
	}
	for _, other := range []string{norm.NFC.String(text), norm.NFD.String(text)} {
		if text != other && match.LooseKey(other) != key {
			t.Errorf("%+q and %+q are the same text, their keys are %+q and %+q", text, other, key, match.LooseKey(other))
		}
	}
}

func FuzzLoose(f *testing.F) {
	for _, c := range variantPairs {
		f.Add(c.plain)
		f.Add(c.variant)
	}
	for _, text := range []string{"", `="`, `="="7""`, "''", "\xe2\x80", "A\xffB", strings.Repeat("\u0301", 40), strings.Repeat("'=\"", 10)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		key := match.LooseKey(text)
		if !utf8.ValidString(key) {
			t.Errorf("%q has the key %q, which is not UTF-8", text, key)
		}
		for _, same := range []string{key, match.Fold(text), match.Fold(match.Clean(text)), "\u00a0" + text + "\u200b\n"} {
			if got := match.LooseKey(same); got != key {
				t.Errorf("%q has the key %q, %q has %q", text, key, same, got)
			}
		}
		forms := match.Repairs(text, []int{5, 8}, true)
		if len(forms) > 12 || slices.Contains(forms, text) || slices.Contains(forms, "") {
			t.Errorf("the repairs of %q are %q", text, forms)
		}
	})
}

// vary changes a plain text as programs and keyboards do, and keeps its loose key.
func vary(t *rapid.T, text string) string {
	for _, change := range rapid.SliceOfN(rapid.SampledFrom(variantChanges), 0, 4).Draw(t, "changes") {
		text = change(text)
	}
	return text
}

var variantChanges = []func(string) string{
	func(s string) string { return strings.ReplaceAll(s, "-", "\u2013") },
	func(s string) string { return strings.Replace(s, "-", "\u2212", 1) },
	func(s string) string { return strings.ReplaceAll(s, " ", "\u00A0") },
	func(s string) string { return strings.ReplaceAll(s, " ", " \t") },
	func(s string) string { return strings.ReplaceAll(s, "7", "\u200B7") },
	func(s string) string { return strings.ReplaceAll(s, "7", "\uFF17") },
	func(s string) string { return strings.ReplaceAll(s, "A", "\uFF21") },
	func(s string) string { return strings.ReplaceAll(s, "fi", "\uFB01") },
	func(s string) string { return norm.NFD.String(s) },
	func(s string) string { return norm.NFC.String(s) },
	func(s string) string { return "'" + s },
	func(s string) string { return "\uFEFF" + s + " " },
	strings.ToLower,
}

// plainTexts are texts of characters that have variants.
var plainTexts = rapid.StringMatching(`[A7é]([A7éfi -]{0,6}(fi|[A7é]))?`)

func TestVariantsHaveTheSameKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := plainTexts.Draw(t, "text")
		other := vary(t, text)
		if diff := cmp.Diff(match.LooseKey(text), match.LooseKey(other)); diff != "" {
			t.Errorf("%q and %q (-want +got):\n%s", text, other, diff)
		}
	})
}

func BenchmarkLoose(b *testing.B) {
	for _, text := range []string{"L000212", "1,234,567", "LN\u20137\u00A0a"} {
		b.Run(text, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				match.LooseKey(text)
			}
		})
	}
}
