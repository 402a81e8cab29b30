package match

import (
	"strings"
	"testing"
)

// What an index finds depends on whether it folds words, and on whether it keeps fields whole.
func TestNameFilterByIndex(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		row, record            string // the record's name has two fields, given name and surname
		last                   string
		folded, written, whole bool
	}{
		{"Barbara Odegard", "Barbara", "Ødegård", true, false, false},
		{"Barbara Ødegård", "Barbara", "Ødegård", true, true, true},
		{"Barbara Ødegård", "Barbara", "Odegard", true, true, true}, // without accents, it is asked for, too
		{"Ryan Oshaughnessy", "Ryan", "O'Shaughnessy", true, false, false},
		{"Ryan O'Shaughnessy", "Ryan", "O'Shaughnessy", true, true, true},
		{"BARBARA ODEGARD", "Barbara", "Odegard", true, true, true},
		{"Ann Kowalski", "Mary Ann", "Kowalski", true, true, false},
		{"Mary Ann Kowalski", "Mary Ann", "Kowalski", true, true, true},
		{"Ann Kowalski", "Peter", "Kowalski", false, false, false},
	} {
		name := ReadName(NameParts{Whole: c.row})
		filter := NewNameFilter(name.SearchTerms())
		folded, written := FoldedWords(c.record, c.last), WrittenWords(c.record, c.last)
		first, last := WrittenWords(c.record), WrittenWords(c.last)
		whole := []string{strings.Join(first, " "), strings.Join(last, " ")}
		if got := filter.Matches(folded, false); got != c.folded {
			t.Errorf("%s, folded %q: %t", c.row, folded, got)
		}
		if got := filter.MatchesWritten(written, false); got != c.written {
			t.Errorf("%s, written %q: %t", c.row, written, got)
		}
		if got := filter.MatchesFields(whole, false); got != c.whole {
			t.Errorf("%s, fields %q: %t", c.row, whole, got)
		}
	}
}

func TestFoldingsOf(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]Folding{
		"":                  0,
		"Smith":             0,
		"Smith-Jones":       0,
		"Gökçe":             foldedAccents,
		"Go\u0308kc\u0327e": foldedAccents,
		"Søren":             foldedLetters,
		"Groß":              foldedLetters,
		"O'Brien":           foldedApostrophes,
		"O\u2019Brien":      foldedApostrophes,
		"J.R.":              foldedStops,
		"Ødegård":           foldedAccents | foldedLetters,
	} {
		if got := FoldingsOf(false, name); got != want {
			t.Errorf("%s: %b, not %b", name, got, want)
		}
	}
	if got := FoldingsOf(true, "Mary Ann", "Gökçe"); got != foldedAccents|foldedFields {
		t.Errorf("in whole fields: %b", got)
	}
	if got := FoldingsOf(true, "Mary", "Smith"); got != 0 {
		t.Errorf("one word each: %b", got)
	}
}
