package engine

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		text string
		want []string
	}{
		{"L000212", []string{"l000212"}},
		{"L-000212", []string{"l", "000212"}},
		{"LN - 00456", []string{"ln", "00456"}},
		{"[AWA]1719123456", []string{"awa", "1719123456"}},
		{"DISP_ID_001", []string{"disp_id_001"}},
		{"_x_", []string{"_x_"}},
		{"___", nil},
		{"12.345.67", []string{"12.345.67"}},
		{"AB.123", []string{"ab", "123"}},
		{"a.b12", []string{"a.b12"}},
		{"O'Brien-12", []string{"o'brien", "12"}},
		{"O’Brien", []string{"o’brien"}},
		{"1,234;5", []string{"1,234;5"}},
		{"a,b;c", []string{"a", "b", "c"}},
		{"a:b", []string{"a:b"}},
		{"1:2", []string{"1", "2"}},
		{"A..B", []string{"a", "b"}},
		{"A17.", []string{"a17"}},
		{"2021/00123", []string{"2021", "00123"}},
		{`A"17\`, []string{"a", "17"}},
		{"Préstamo", []string{"préstamo"}},
		{"Pre\u0301stamo", []string{"pre\u0301stamo"}},
		{"\u0301x", []string{"x"}},
		{"ŁÓDŹ-77", []string{"łódź", "77"}},
		{"İZMİR", []string{"izmir"}},
		{"Straße", []string{"straße"}},
		{"ローン0012", []string{"ローン", "0012"}},
		{"融資12", []string{"融", "資", "12"}},
		{"ひら_", []string{"ひ", "ら"}},
		{"カ_1", []string{"カ_1"}},
		{"a\u200bb", []string{"a", "b"}},
		{"a\u00a0b", []string{"a", "b"}},
		{"a\xffb", []string{"a", "b"}},
		{"a.\xff", []string{"a"}},
		{"", nil},
	} {
		if diff := cmp.Diff(c.want, tokens(c.text)); diff != "" {
			t.Errorf("tokens(%q): %s", c.text, diff)
		}
	}
}
