package match

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

var (
	drawnGiven = rapid.SampledFrom([]string{
		"John", "Jack", "Jon", "J", "J.", "Robert", "Bob", "Rob", "Bobby", "Mary", "Mary Ann", "Mary-Ann", "Maryann", "Jean-Claude", "J C",
		"Maria", "José", "Alex", "Alexandra", "O", "Van", "Li", "Xiomara", "De'Andre",
	})
	drawnMiddle = rapid.SampledFrom([]string{"", "", "", "Q", "R.", "Quincy", "Robert", "Ann", "Kowalski", "V"})
	drawnFamily = rapid.SampledFrom([]string{
		"Smith", "Jones", "Garcia", "Garcia-Lopez", "Garcia Lopez", "Lopez", "GarciaLopez", "de la Cruz", "Delacruz", "Cruz", "van der Berg",
		"Vanderberg", "Berg", "McDonald", "MacDonald", "Mac Donald", "St. James", "Saint James", "O'Brien", "OBrien", "O’Brien", "O Brien",
		"D'Angelo", "Dangelo", "Do", "V", "Robert", "Kowalski", "Kowalski Jones", "Le Blanc", "LeBlanc", "Al-Rashid",
	})
	drawnSuffix  = rapid.SampledFrom([]string{"", "", "", "Jr", "Sr.", "II", "III", "V"})
	drawnCompany = rapid.SampledFrom([]string{
		"Acme Motors LLC", "Acme Motors, Inc.", "The Acme Motors", "Acme Motors", "Smith & Sons", "Smith and Sons LLC", "Smith Bros", "Smith Brothers Co.",
		"Acme Fund 1", "Acme Fund 2 LP", "Joe's Pizza LLC", "Joes Pizza Inc",
	})
	drawnParts = rapid.Custom(func(t *rapid.T) NameParts {
		if rapid.IntRange(0, 9).Draw(t, "kind") == 0 {
			company := drawnCompany.Draw(t, "company")
			if rapid.Bool().Draw(t, "whole") {
				return NameParts{Whole: company}
			}
			return NameParts{Whole: company, Company: company}
		}
		given, middle := drawnGiven.Draw(t, "given"), drawnMiddle.Draw(t, "middle")
		family, suffix := drawnFamily.Draw(t, "family"), drawnSuffix.Draw(t, "suffix")
		space := func(texts ...string) string { return strings.Join(strings.Fields(strings.Join(texts, " ")), " ") }
		switch rapid.IntRange(0, 4).Draw(t, "order") {
		case 0:
			return NameParts{First: given, Middle: middle, Last: family, Suffix: suffix}
		case 1:
			return NameParts{Whole: space(given, middle, family, suffix), First: given, Middle: middle, Last: family}
		case 2:
			return NameParts{Whole: family + ", " + space(given, middle, suffix)}
		case 3:
			return NameParts{Whole: space(family, given, middle)}
		}
		return NameParts{Whole: space(given, middle, family, suffix)}
	})
)

func compareParts(a, b NameParts) NameComparison {
	row, record := ReadName(a), ReadName(b)
	return CompareNames(&row, &record)
}

func TestCompareNamesIsSymmetric(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawnParts.Draw(t, "a"), drawnParts.Draw(t, "b")
		if there, back := compareParts(a, b), compareParts(b, a); there != back {
			t.Errorf("%+v there, %+v back", there, back)
		}
	})
}

// Initials alone prove nothing, not even against themselves.
func TestNameEqualsItself(t *testing.T) {
	t.Parallel()
	initials := regexp.MustCompile(`^(\w\.?,? ?)+(Jr|Sr\.|II|III)?$`)
	rapid.Check(t, func(t *rapid.T) {
		p := drawnParts.Draw(t, "name")
		if initials.MatchString(strings.TrimSpace(p.First + " " + p.Last + " " + p.Whole)) {
			t.Skip()
		}
		if got := compareParts(p, p); got.grade < gradeB || got.suffix == vetoes || got.middle == vetoes || got.company == vetoes {
			t.Errorf("%+v", got)
		}
	})
}

// mapParts changes every part of a name.
func mapParts(p NameParts, change func(string) string) NameParts {
	return NameParts{
		Whole: change(p.Whole), First: change(p.First), Middle: change(p.Middle), Last: change(p.Last), Suffix: change(p.Suffix),
		Company: change(p.Company),
	}
}

// rewritings are other ways to write the same text.
var rewritings = map[string]func(string) string{
	"upper case": strings.ToUpper,
	"lower case": strings.ToLower,
	"NFD":        norm.NFD.String,
	"NFC":        norm.NFC.String,
	"blanks": func(text string) string {
		return " \u00a0" + strings.ReplaceAll(text, " ", " \u00a0 ") + "\u200b "
	},
}

func TestSpellingChangesNoComparison(t *testing.T) {
	t.Parallel()
	for name, change := range rewritings {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				a, b := drawnParts.Draw(t, "a"), drawnParts.Draw(t, "b")
				if slices.Contains([]string{"GarciaLopez", "LeBlanc"}, a.Whole) {
					t.Skip("split by its capitals")
				}
				if got, want := compareParts(mapParts(a, change), b), compareParts(a, b); got != want {
					t.Errorf("%+v, was %+v", got, want)
				}
			})
		})
	}
}

func TestDifferentMiddleInitialsVeto(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given, family := drawnGiven.Draw(t, "given"), drawnFamily.Draw(t, "family")
		a := parts(given, rapid.SampledFrom([]string{"A", "Adam", "A."}).Draw(t, "a"), family)
		b := parts(given, rapid.SampledFrom([]string{"B", "Bruno", "B."}).Draw(t, "b"), family)
		if got := compareParts(a, b); got.middle != vetoes {
			t.Errorf("%+v", got)
		}
	})
}

func TestDifferentSuffixesVeto(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		given, family := drawnGiven.Draw(t, "given"), drawnFamily.Draw(t, "family")
		a, b := suffixed(parts(given, "", family), "Sr"), whole(family+", "+given+" III")
		if got := compareParts(a, b); got.suffix != vetoes {
			t.Errorf("%+v", got)
		}
	})
}

// indexTerms returns the terms of a text in an index of words: split as the standard
// analyzer does, in lower case, with accents.
func indexTerms(text string) []string {
	var terms []string
	runes := []rune(norm.NFC.String(text))
	inside := func(i int) bool {
		return strings.ContainsRune("'’.", runes[i]) && i > 0 && i+1 < len(runes) && unicode.IsLetter(runes[i-1]) && unicode.IsLetter(runes[i+1])
	}
	for i, open := 0, false; i < len(runes); i++ {
		switch {
		case !unicode.IsLetter(runes[i]) && !unicode.IsDigit(runes[i]) && !unicode.IsMark(runes[i]) && !inside(i):
			open = false
		case !open:
			terms, open = append(terms, string(unicode.ToLower(runes[i]))), true
		default:
			terms[len(terms)-1] += string(unicode.ToLower(runes[i]))
		}
	}
	return terms
}

// isFound reports whether an index returns a record for search terms.
func isFound(record NameParts, terms [][]Term) bool {
	fields := [][]string{
		indexTerms(record.Whole), indexTerms(record.First), indexTerms(record.Middle), indexTerms(record.Last), indexTerms(record.Company),
	}
	for _, part := range terms {
		if !slices.ContainsFunc(part, func(w Term) bool {
			return slices.ContainsFunc(fields, func(terms []string) bool { return isMatchedBy(terms, w) })
		}) {
			return false
		}
	}
	return true
}

func isMatchedBy(terms []string, w Term) bool {
	phrase := indexTerms(w.Text)
	for i := range terms {
		switch {
		case w.Prefix && strings.HasPrefix(terms[i], phrase[0]):
			return true
		case !w.Prefix && i+len(phrase) <= len(terms) && slices.Equal(terms[i:i+len(phrase)], phrase):
			return true
		}
	}
	return false
}

// Two cases are left out because an index that keeps accents or abbreviations does not
// find them: accents that the row has lost, and a full stop without a blank after it.
func TestSearchTermsFindSimilarNames(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawnParts.Draw(t, "row"), mapParts(drawnParts.Draw(t, "record"), withoutAccents)
		got := compareParts(a, b)
		joined := strings.Contains(strings.ToLower(a.Whole+a.Last), "garcialopez") && strings.Contains(strings.ToLower(b.Whole+b.Last), "garcia") // not clear where to split it
		if got.grade < gradeB || got.why == "typo" || got.company == vetoes || joined {
			return
		}
		row := ReadName(a)
		if terms := row.SearchTerms(); !isFound(b, terms) {
			t.Errorf("%v does not find %v, which is %+v", terms, b, got)
		}
	})
}

func TestSearchTermsHaveNoEmptyPart(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.OneOf(drawnParts, rapid.Custom(func(t *rapid.T) NameParts { return whole(rapid.String().Draw(t, "whole")) })).Draw(t, "name")
		name, again := ReadName(p), ReadName(p)
		parts := name.SearchTerms()
		for _, part := range parts {
			if len(part) == 0 || slices.ContainsFunc(part, func(w Term) bool { return len(indexTerms(w.Text)) == 0 }) {
				t.Errorf("%v", parts)
			}
		}
		if !name.Empty() && len(parts) == 0 {
			t.Errorf("no search terms")
		}
		if !slices.EqualFunc(parts, again.SearchTerms(), slices.Equal) {
			t.Errorf("the second call differs")
		}
	})
}

func FuzzReadName(f *testing.F) {
	for _, cell := range []string{
		"Smith, John A, Jr.", "de la Cruz, María", "John & Mary Smith c/o Acme, L.L.C.", "王伟", "J\u043ehn \"Bob\" O'Brien (d.)", "., -/&", "\xff,\u0301",
	} {
		f.Add(cell, "", "", "")
		f.Add("", cell, "", cell)
	}
	f.Fuzz(func(t *testing.T, cell, first, middle, last string) {
		p := NameParts{Whole: cell, First: first, Middle: middle, Last: last}
		name := ReadName(p)
		again := ReadName(p)
		if got := CompareNames(&name, &again); !name.Empty() && got.company == vetoes {
			t.Errorf("%+v against itself", got)
		}
		name.SearchTerms()
		name.FuzzyTerms()
	})
}
