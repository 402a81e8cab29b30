package delivery

import "testing"

// What a row was found by is read from its reasons in words and in their compact form.
func TestFirstReason(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"by: +display_id(exact)":                             "+display_id(exact)",
		"same display ID":                                    "+display_id(exact)",
		"by: +corrected +custom_id(case)":                    "+custom_id(case)",
		"corrected by a person; same custom ID but for case": "+custom_id(case)",
		"by: +name(B:legal form) +email":                     "+name(B:legal form)",
		"same name but for the legal form; same email":       "+name(B:legal form)",
		"same given name but another surname":                "~name",
		"by: -name +loan":                                    "-name",
		"":                                                   "",
		"a note":                                             "",
	} {
		if got := firstReason(cell); got != want {
			t.Errorf("%q: %q", cell, got)
		}
	}
}
