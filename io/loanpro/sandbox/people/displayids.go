package people

import (
	"fmt"
	"strings"
)

// style is one way in which lenders write display IDs.
type style struct {
	name   string
	weight int                          // against the sum of all weights
	first  int                          // where its counter starts
	form   func(r random, n int) string // writes the n-th; at most 50 characters
}

// counted returns the form of a style that only prints its counter.
func counted(format string) func(random, int) string {
	return func(_ random, n int) string { return fmt.Sprintf(format, n) }
}

// styles returns every style. A tenant begins with one of each. The first ones
// were seen in public code and documents, the others are what people type.
func styles() []style {
	return []style{
		{"prefix and zeros", 350, 212, counted("L%06d")},
		{"long prefix and zeros", 70, 456, counted("LN%08d")},
		{"hyphen and zeros", 70, 2517043, counted("LPT-%09d")},
		{"guid", 40, 0, func(r random, _ int) string { return "LN - " + guid(r) }},
		{"underscores", 40, 1, counted("DISP_ID_%03d")},
		{"words", 30, 12, counted("My Loan %d")},
		{"brackets before a time", 40, 1719123456, counted("[AWA]%d")},
		{"random mixed case", 40, 0, func(r random, _ int) string { return "L-" + mixedCase(r, 25) }},
		{"VIN tail, digits", 40, 0, func(r random, _ int) string { return fmt.Sprintf("%08d", r.intn(100_000_000)) }},
		{"VIN tail, letter", 40, 0, vinTail},
		{"leading zeros", 40, 12345, counted("%08d")},
		{"slash", 20, 123, counted("2021/%05d")},
		{"parentheses", 10, 12, counted("Loan (%d)")},
		{"brackets inside", 10, 12, counted("A[%d]")},
		{"dots between digits", 10, 12345, func(_ random, n int) string { return fmt.Sprintf("12.%d.%02d", n, n%97) }},
		{"dot after letters", 10, 123, counted("AB.%d")},
		{"dot inside letters", 4, 12, counted("a.b%d")},
		{"colon", 10, 12, counted("AB:%d")},
		{"colon inside letters", 4, 12, counted("a:b%d")},
		{"comma inside digits", 4, 100, counted("1,%d")},
		{"apostrophe", 10, 12, counted("O'Brien-%d")},
		{"typographic apostrophe", 4, 12, counted("O’Brien-%d")},
		{"ampersand and hash", 10, 12, counted("Smith & Sons #%d")},
		{"Spanish", 6, 12, counted("Préstamo-%d")},
		{"Spanish, decomposed", 3, 12, counted("Pre\u0301stamo-%d")},
		{"Polish", 6, 77, counted("ŁÓDŹ-%d")},
		{"Katakana", 6, 12, counted("ローン%04d")},
		{"Han", 4, 12, counted("融資%d")},
		{"sharp s", 6, 5, counted("Straße %d")},
		{"dotted I", 6, 3, counted("İZMİR-%d")},
		{"Cyrillic", 4, 12, counted("Кредит-%d")},
		{"fifty characters", 4, 7, func(r random, n int) string { return fmt.Sprintf("LN-%s-%010d", guid(r), n) }},
		{"fifty characters, not bytes", 2, 7, func(_ random, n int) string {
			return strings.Repeat("Ö", maxDisplayID-8) + fmt.Sprintf("%08d", n)
		}},
		{"special texts", 25, 18, func(r random, n int) string { return pick(r, specialForms())(pick(r, specialTexts()), n) }},
	}
}

// specialTexts returns texts that can break a query builder: the syntax of
// query_string, JSON, URLs and OData.
func specialTexts() []string {
	return []string{
		`"`, `\`, "*", "?", ":", " AND ", " OR ", " NOT ", "(", ")", "/", "~", "^", "+", "-", "!", "{", "}", "[", "]",
		"<", ">", ";", ",", "=", "&", "&&", "|", "||", "'", "`", "%", "%20", "$", "@", "#", "..", `\"`, `""`, "**",
	}
}

// specialForms returns functions that put a special text into a display ID.
func specialForms() []func(special string, n int) string {
	return []func(string, int) string{
		func(special string, n int) string { return fmt.Sprintf("A%s%d", special, n) },
		func(special string, n int) string { return strings.TrimSpace(fmt.Sprintf("%sA%d", special, n)) },
		func(special string, n int) string { return strings.TrimSpace(fmt.Sprintf("A%d%s", n, special)) },
	}
}

// firstDisplayIDs returns further display IDs that come early in every tenant:
// near misses of the first one, and all special texts.
func firstDisplayIDs() []string {
	ids := []string{
		"L0002123", "L-000212", "L 000212", "L00212", "L000212A", "000212", "212", "L.000212", "L_000212",
		"ORDER AND 12", "TO BE OR NOT", "A17", "A 17", "17",
	}
	for _, special := range specialTexts() {
		for _, form := range specialForms() {
			ids = append(ids, form(special, 17))
		}
	}
	return ids
}

func guid(r random) string {
	a, b := r.uint64(), r.uint64()
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xffff, a&0xffff, b>>48, b&0xffffffffffff)
}

func mixedCase(r random, length int) string {
	const runes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	out := make([]byte, length)
	for i := range out {
		out[i] = runes[r.intn(len(runes))]
	}
	return string(out)
}

// vinTail is the end of a vehicle identification number. Two vehicles can share
// it.
func vinTail(r random, _ int) string {
	const letters = "ABCDEFGHJKLMNPRSTUVWXYZ" // a VIN has no I, O or Q
	return fmt.Sprintf("%c%07d", letters[r.intn(len(letters))], r.intn(10_000_000))
}
