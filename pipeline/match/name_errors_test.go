package match

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestNamesWithErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name NameParts
		want []NameParts // but for the typing error
	}{
		{NameParts{First: "Mary", Last: "Smith"}, []NameParts{{}, {Whole: "Smith Mary"}, {First: "M", Last: "Smith"}}},
		{NameParts{First: "Élodie", Last: "Roy"}, []NameParts{{}, {Whole: "Roy Élodie"}, {First: "É", Last: "Roy"}}},
		{NameParts{Last: "Smith"}, []NameParts{{}}},
		{NameParts{First: "Cher"}, []NameParts{{}}},
		{NameParts{Company: "Acme LLC"}, []NameParts{{}}},
		{NameParts{}, []NameParts{{}}},
	} {
		got := c.name.WithErrors(1)
		got[0] = NameParts{}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%+v: %s", c.name, diff)
		}
	}
}

// A typing error is one, of any kind and in any part, and the same each time.
func TestNamesWithATypingError(t *testing.T) {
	t.Parallel()
	name := NameParts{First: "Charlotte", Last: "Whitmore"}
	misspelled := map[NameParts]int{}
	inFirst, longer, shorter := 0, 0, 0
	for seed := range uint64(400) {
		wrong := name.WithErrors(seed)[0]
		misspelled[wrong]++
		if wrong != name.WithErrors(seed)[0] {
			t.Errorf("seed %d draws different errors", seed)
		}
		if wrong.First != name.First {
			inFirst++
		}
		switch letters := len(wrong.First + wrong.Last); {
		case letters > len(name.First+name.Last):
			longer++
		case letters < len(name.First+name.Last):
			shorter++
		}
		row, record := ReadName(wrong), ReadName(name)
		if found := CompareNames(&row, &record); wrong != name && found.grade < gradeC {
			t.Errorf("%+v is not similar to %+v: %+v", wrong, name, found)
		}
	}
	if len(misspelled) < 100 || inFirst < 100 || inFirst > 300 || longer < 50 || shorter < 50 {
		t.Errorf("%d errors, %d in the given name, %d longer, %d shorter", len(misspelled), inFirst, longer, shorter)
	}
}

func TestAnyNameCanHaveErrors(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := NameParts{First: rapid.String().Draw(t, "first"), Last: rapid.String().Draw(t, "last"), Company: rapid.String().Draw(t, "company")}
		if len(name.WithErrors(rapid.Uint64().Draw(t, "seed"))) == 0 {
			t.Error("no name")
		}
	})
}
