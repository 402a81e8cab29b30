package sandbox

import (
	"fmt"
	"strings"
)

// style is one way lenders write display IDs.
type style struct {
	name   string
	weight int                        // against the sum of all weights
	first  int                        // where its counter starts
	form   func(d dice, n int) string // writes the n-th; at most 50 characters
}

// counted returns the form of a style that only prints its counter.
func counted(format string) func(dice, int) string {
	return func(_ dice, n int) string { return fmt.Sprintf(format, n) }
}

// styles lists every style; a tenant begins with one of each. Those on top were
// seen in public code and documents, the others are what people type.
func styles() []style {
	return []style{
		{"prefix and zeros", 350, 212, counted("L%06d")},
		{"long prefix and zeros", 70, 456, counted("LN%08d")},
		{"hyphen and zeros", 70, 2517043, counted("LPT-%09d")},
		{"guid", 40, 0, func(d dice, _ int) string { return "LN - " + guid(d) }},
		{"underscores", 40, 1, counted("DISP_ID_%03d")},
		{"words", 30, 12, counted("My Loan %d")},
		{"brackets before a time", 40, 1719123456, counted("[AWA]%d")},
		{"random mixed case", 40, 0, func(d dice, _ int) string { return "L-" + mixedCase(d, 25) }},
		{"VIN tail, digits", 40, 0, func(d dice, _ int) string { return fmt.Sprintf("%08d", d.below(100_000_000)) }},
		{"VIN tail, letter", 40, 0, vinTail},
		{"leading zeros", 40, 12345, counted("%08d")},
		{"slash", 20, 123, counted("2021/%05d")},
		{"parentheses", 10, 12, counted("Loan (%d)")},
		{"brackets inside", 10, 12, counted("A[%d]")},
		{"dots between digits", 10, 12345, func(_ dice, n int) string { return fmt.Sprintf("12.%d.%02d", n, n%97) }},
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
		{"fifty characters", 4, 7, func(d dice, n int) string { return fmt.Sprintf("LN-%s-%010d", guid(d), n) }},
		{"fifty characters, not bytes", 2, 7, func(_ dice, n int) string {
			return strings.Repeat("Ö", maxDisplayID-8) + fmt.Sprintf("%08d", n)
		}},
		{"what a query may break on", 25, 18, func(d dice, n int) string { return pick(d, thorns())(pick(d, sharp()), n) }},
	}
}

// sharp lists what a query builder may break on: the syntax of query_string,
// of JSON, of URLs and of OData.
func sharp() []string {
	return []string{
		`"`, `\`, "*", "?", ":", " AND ", " OR ", " NOT ", "(", ")", "/", "~", "^", "+", "-", "!", "{", "}", "[", "]",
		"<", ">", ";", ",", "=", "&", "&&", "|", "||", "'", "`", "%", "%20", "$", "@", "#", "..", `\"`, `""`, "**",
	}
}

// thorns lists where something sharp can stand in a display ID.
func thorns() []func(thorn string, n int) string {
	return []func(string, int) string{
		func(thorn string, n int) string { return fmt.Sprintf("A%s%d", thorn, n) },
		func(thorn string, n int) string { return strings.TrimSpace(fmt.Sprintf("%sA%d", thorn, n)) },
		func(thorn string, n int) string { return strings.TrimSpace(fmt.Sprintf("A%d%s", n, thorn)) },
	}
}

// opening lists the display IDs that stand early in every tenant beside one of
// each style: near misses of the first one, and everything sharp.
func opening() []string {
	ids := []string{
		"L0002123", "L-000212", "L 000212", "L00212", "L000212A", "000212", "212", "L.000212", "L_000212",
		"ORDER AND 12", "TO BE OR NOT", "A17", "A 17", "17",
	}
	for _, thorn := range sharp() {
		for _, form := range thorns() {
			ids = append(ids, form(thorn, 17))
		}
	}
	return ids
}

func guid(d dice) string {
	a, b := d.hex(), d.hex()
	return fmt.Sprintf("%08x-%04x-%04x-%04x-%012x", a>>32, a>>16&0xffff, a&0xffff, b>>48, b&0xffffffffffff)
}

func mixedCase(d dice, length int) string {
	const runes = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	out := make([]byte, length)
	for i := range out {
		out[i] = runes[d.below(len(runes))]
	}
	return string(out)
}

// vinTail is the end of a vehicle's number; two vehicles can share it.
func vinTail(d dice, _ int) string {
	const letters = "ABCDEFGHJKLMNPRSTUVWXYZ" // a VIN has no I, O or Q
	return fmt.Sprintf("%c%07d", letters[d.below(len(letters))], d.below(10_000_000))
}
