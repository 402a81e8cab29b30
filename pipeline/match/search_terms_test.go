package match

import (
	"strings"
	"testing"
)

// formatTerms writes search terms as text: / separates spellings, + separates parts,
// and * follows a prefix.
func formatTerms(parts [][]Term) string {
	var texts []string
	for _, part := range parts {
		var words []string
		for _, w := range part {
			if w.Prefix {
				w.Text += "*"
			}
			words = append(words, w.Text)
		}
		texts = append(texts, strings.Join(words, "/"))
	}
	return strings.Join(texts, " + ")
}

func TestSearchAndFuzzyTerms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, cell, search, fuzzy string }{
		{"a given name without short forms", "Xiomara Jones", "Xiomara/X + Jones", "xiomara + jones"},
		{"a given name in the middle is no surname", "John Robert Smith", "John/Jack/Johnny/Johnnie/Jon/J/Johnrobert/John Robert + Smith", "john + smith"},
		{"an initial", "J Smith", "J* + Smith", "smith"},
		{"accents", "Łucja Núñez", "Łucja/Lucja/Ł + Núñez/Nunez", "lucja + nunez"},
		{"two surnames", "Xiomara Garcia-Lopez", "Xiomara/X + Garcia/Lopez/Garcialopez/Garcia Lopez/Garcia-Lopez", "xiomara + garcia/lopez"},
		{"a particle", "Xiomara de la Cruz", "Xiomara/X + Cruz/Delacruz/de la Cruz", "xiomara + cruz"},
		{"too short for a typing error", "Ng, Bo", "Bo/B + Ng", ""},
		{"one word", "Madonna", "Madonna", "madonna"},
		{"a company", "The Acme Motors Co.", "Acme + Motors", "motors"},
		{"a placeholder", "N/A", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			name := ReadName(whole(c.cell))
			if got := formatTerms(name.SearchTerms()); got != c.search {
				t.Errorf("Sought: %s, want %s", got, c.search)
			}
			if got := formatTerms(name.FuzzyTerms()); got != c.fuzzy {
				t.Errorf("Resembling: %s, want %s", got, c.fuzzy)
			}
		})
	}
}

func TestNameForms(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"VAN DER BERG": "van der berg|Van Der Berg|van der Berg",
		"mcdonald":     "MCDONALD|Mcdonald|McDonald",
		"Smith":        "SMITH|smith",
	} {
		if got := strings.Join(NameCaseVariants(text), "|"); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
