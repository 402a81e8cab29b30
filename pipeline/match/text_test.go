package match_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"loanmap/pipeline/match"
)

func TestClean(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, cell, want string }{
		{"nothing to do", "L000212", "L000212"},
		{"empty", "", ""},
		{"blanks and line ends", " \t\r\nL000212\v\f ", "L000212"},
		{"no-break spaces", "\u00a0\u202fL000212\u2007", "L000212"},
		{"an ideographic space", "\u3000L000212", "L000212"},
		{"zero-width characters", "\u200b\u200c\u200dL000212\u2060\ufeff", "L000212"},
		{"mixed", " \u200b \u00a0L000212\ufeff ", "L000212"},
		{"only white space", " \u00a0\u200b", ""},
		{"white space inside stays", "L 000\u00a0\u200b212", "L 000\u00a0\u200b212"},
		{"a soft hyphen is not white space", "\u00adL000212", "\u00adL000212"},
		{"a quote is not white space", "'L000212", "'L000212"},
		{"invalid UTF-8 stays", "\xa0L\xff", "\xa0L\xff"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := match.Clean(c.cell); got != c.want {
				t.Errorf("Clean(%q) = %q, want %q", c.cell, got, c.want)
			}
		})
	}
}

// texts are strings of any characters, with many whose case is unusual: the Kelvin sign
// is a k, the long s an s, but the dotless and the dotted i are not an i.
var texts = rapid.OneOf(
	rapid.String(),
	rapid.StringOf(rapid.SampledFrom([]rune("kK\u212AsSſiIıİßẞσςΣμµÅå\u212Bǅǆ09 -\u200b\u00a0\ufeff"))),
)

func TestCleanTwiceIsCleanOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		once := match.Clean(texts.Draw(t, "cell"))
		if twice := match.Clean(once); twice != once {
			t.Errorf("%q became %q", once, twice)
		}
	})
}

func TestFold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, a, b string
		same       bool
	}{
		{"case", "ln-7a", "LN-7A", true},
		{"the Kelvin sign is a k", "k", "\u212A", true},
		{"the long s is an s", "S", "ſ", true},
		{"final sigma", "ς", "Σ", true},
		{"sharp s, small and capital", "ß", "ẞ", true},
		{"sharp s is not ss", "ß", "SS", false},
		{"dotted capital i is no i", "İ", "i", false},
		{"dotless small i is no I", "ı", "I", false},
		{"an accent", "e", "é", false},
		{"a digit", "7", "８", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := match.Fold(c.a) == match.Fold(c.b); got != c.same {
				t.Errorf("Fold(%q) = %q, Fold(%q) = %q", c.a, match.Fold(c.a), c.b, match.Fold(c.b))
			}
		})
	}
}

// Hits are looked up by Fold and compared by strings.EqualFold. A hit would be lost if
// the two did not agree.
func TestFoldAgreesWithEqualFold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a := texts.Draw(t, "a")
		b := rapid.OneOf(
			texts, rapid.Just(strings.ToLower(a)), rapid.Just(strings.ToUpper(a)), rapid.Just(strings.ToTitle(a)),
		).Draw(t, "b")
		if rapid.Bool().Draw(t, "recased") {
			b = withRandomCase(t, a)
		}
		if got, want := match.Fold(a) == match.Fold(b), strings.EqualFold(a, b); got != want {
			t.Errorf("Fold says %t, EqualFold %t", got, want)
		}
	})
}

// Every character against its own folds: the table of Unicode changes with the Go
// release, and a wrong smallest one shows in a single character.
func TestFoldOfEveryCharacter(t *testing.T) {
	t.Parallel()
	for r := rune(0); r <= '\U0001FFFF'; r++ {
		text := string(r)
		for _, other := range []string{strings.ToLower(text), strings.ToUpper(text), strings.ToTitle(text)} {
			if got, want := match.Fold(text) == match.Fold(other), strings.EqualFold(text, other); got != want {
				t.Errorf("%q and %q: Fold says %t, EqualFold %t", text, other, got, want)
			}
		}
	}
}

func TestCaseForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"000212":     nil,
		"L000212":    {"l000212"},
		"ab-1":       {"AB-1", "aB-1", "Ab-1"},
		"My Loan 12": {"MY LOAN 12", "my loan 12"},
		"my loan 12": {"MY LOAN 12", "My Loan 12"},
		"MY LOAN 12": {"my loan 12", "My Loan 12"},
		"é1":         {"É1"},
		"融資12":       nil,
		"":           nil,
	} {
		if diff := cmp.Diff(want, match.CaseVariants(text)); diff != "" && len(want)+len(match.CaseVariants(text)) > 0 {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// For a text of few letters, every form is among the forms of every other.
func TestCaseFormsAreComplete(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9-]{0,4}[A-Za-z][0-9-]{0,4}[A-Za-z][0-9]{0,2}[A-Za-z]?`).Draw(t, "text")
		forms := append(match.CaseVariants(text), text)
		again := append(match.CaseVariants(forms[0]), forms[0])
		if len(forms) != len(again) {
			t.Fatalf("%q has %q, of which the first has %q", text, forms, again)
		}
		seen := map[string]bool{}
		for _, form := range forms {
			seen[form] = true
		}
		for _, form := range again {
			if !seen[form] || match.Fold(form) != match.Fold(text) {
				t.Fatalf("%q is not a form of %q", form, text)
			}
		}
	})
}
