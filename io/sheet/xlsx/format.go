package xlsx

import (
	"slices"
	"strconv"
	"strings"
)

// maxFormat is how many bytes the code of a number format may have. Excel allows 255
// characters.
const maxFormat = 1020

type formatKind byte

const (
	general     formatKind = iota // digits as they are
	dateTime                      // a date, a time or both
	elapsed                       // hours, minutes and seconds that do not turn over
	scientific                    // mantissa and exponent
	digits                        // placeholders and literal text
	unsupported                   // anything else
)

// numberFormat is a number format, compiled.
type numberFormat struct {
	kind     formatKind
	sections []section // for positive, negative and zero numbers
}

// section is one form of a number: its integer digits go into whole, those after the point
// into fraction.
type section struct {
	whole, fraction  []formatPiece
	thousands, point bool
	scaled           bool // it displays thousands or millions
	percent          int
}

// formatPiece is literal text, or a placeholder: 0, # or ?.
type formatPiece struct {
	text        string
	placeholder byte // 0 for literal text
}

// builtinCodes are the formats that a workbook names by number alone.
var builtinCodes = map[int]string{
	0: "", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
	5: `"$"#,##0;\-"$"#,##0`, 6: `"$"#,##0;\-"$"#,##0`, 7: `"$"#,##0.00;\-"$"#,##0.00`, 8: `"$"#,##0.00;\-"$"#,##0.00`,
	9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;(#,##0.00)",
	41: "#,##0;(#,##0)", 42: `"$"#,##0;("$"#,##0)`, 43: "#,##0.00;(#,##0.00)", 44: `"$"#,##0.00;("$"#,##0.00)`,
	45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: "@",
}

// builtinFormat returns a built-in format by its number. Those from 14 to 36 and 50 to 58 are
// dates, some of them in one language only.
func builtinFormat(id int) numberFormat {
	if id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 50 && id <= 58 {
		return numberFormat{kind: dateTime}
	}
	code, ok := builtinCodes[id]
	if !ok {
		return numberFormat{kind: unsupported}
	}
	return compile(code)
}

// compile parses the code of a format, such as "LN-"00000.
func compile(code string) numberFormat {
	if len(code) > maxFormat {
		return numberFormat{kind: unsupported}
	}
	var f numberFormat
	sections := splitSections(code)
	for _, text := range sections[:min(len(sections), 3)] { // the fourth is for text
		s, kind := compileSection(text)
		if len(f.sections) == 0 {
			f.kind = kind
		}
		if kind == dateTime || kind == elapsed {
			return numberFormat{kind: kind}
		}
		if kind != f.kind && (kind == scientific || kind == unsupported) {
			f.kind = unsupported
		}
		f.sections = append(f.sections, s)
	}
	return f
}

// splitSections splits at semicolons that are not literal text.
func splitSections(code string) []string {
	var sections []string
	from := 0
	for i := 0; i < len(code); {
		if code[i] == ';' {
			sections = append(sections, code[from:i])
			from = i + 1
		}
		i += unitLen(code[i:])
	}
	return append(sections, code[from:])
}

// unitLen returns the length of the first unit: a quoted text, a bracket, an escaped
// character or one character.
func unitLen(code string) int {
	length := 1
	switch code[0] {
	case '"':
		length = strings.IndexByte(code[1:], '"') + 2
	case '[':
		length = strings.IndexByte(code, ']') + 1
	case '\\', '_', '*':
		length = 2
		for length < len(code) && code[length]&0xC0 == 0x80 { // the rest of one character
			length++
		}
	}
	if length < 2 && (code[0] == '"' || code[0] == '[') {
		return len(code)
	}
	return max(1, min(length, len(code)))
}

// compileSection parses one section of a code.
func compileSection(code string) (s section, kind formatKind) {
	kind = digits
	if strings.EqualFold(code, "general") || code == "" || code == "@" {
		return s, general
	}
	for len(code) > 0 {
		unit := code[:unitLen(code)]
		code = code[len(unit):]
		switch c := unit[0]; {
		case c == '[':
			if k := compileBracket(&s, unit); k != digits {
				return s, k
			}
		case c == '"':
			s.addLiteral(strings.Trim(unit, `"`))
		case c == '\\':
			s.addLiteral(unit[1:])
		case c == '_', c == '*': // space of the width of a character
		case (c == 'E' || c == 'e') && strings.HasPrefix(code, "+"), (c == 'E' || c == 'e') && strings.HasPrefix(code, "-"):
			return s, scientific
		case strings.IndexByte("ymdhsYMDHS", c) >= 0, (c == 'a' || c == 'A') && len(code) > 0 && (code[0]|0x20 == 'm' || code[0] == '/'):
			return s, dateTime
		case strings.IndexByte("aAbBeEgGnN/@", c) >= 0:
			kind = unsupported
		default:
			s.addPlaceholder(unit, code)
		}
	}
	return s, kind
}

// compileBracket parses a color, a currency, a condition or elapsed time.
func compileBracket(s *section, unit string) formatKind {
	inside := strings.ToLower(strings.Trim(unit, "[]"))
	switch {
	case strings.HasPrefix(inside, "$"):
		symbol, _, _ := strings.Cut(unit[2:len(unit)-1], "-")
		s.addLiteral(symbol)
	case inside != "" && strings.Trim(inside, "h") == "", inside != "" && strings.Trim(inside, "m") == "", inside != "" && strings.Trim(inside, "s") == "":
		return elapsed
	case strings.ContainsAny(inside, "<>=") || strings.HasPrefix(inside, "dbnum"):
		return unsupported
	}
	return digits
}

func (s *section) addLiteral(text string) {
	if s.point {
		s.fraction = append(s.fraction, formatPiece{text: text})
	} else {
		s.whole = append(s.whole, formatPiece{text: text})
	}
}

// addPlaceholder adds a character that is a placeholder, or literal text. next is what
// follows it.
func (s *section) addPlaceholder(unit, next string) {
	switch c := unit[0]; {
	case c == '0' || c == '#' || c == '?':
		if s.point {
			s.fraction = append(s.fraction, formatPiece{placeholder: c})
		} else {
			s.whole = append(s.whole, formatPiece{placeholder: c})
		}
	case c == '.' && !s.point:
		s.point = true
	case c == ',' && s.hasPlaceholder():
		if next == "" || strings.IndexByte("0#?", next[0]) < 0 {
			s.scaled = true
		}
		s.thousands = true
	case c == '%':
		s.percent++
		s.addLiteral(unit)
	default:
		s.addLiteral(unit)
	}
}

func (s *section) hasPlaceholder() bool {
	for _, p := range s.whole {
		if p.placeholder != 0 {
			return true
		}
	}
	return false
}

// decimal is a number in decimal digits, which are never rounded.
type decimal struct {
	negative        bool
	whole, fraction string // without leading and trailing zeros
}

// parseDecimal parses a stored number. It takes the shortest digits that mean the same
// number: Excel stores 4.35 as 4.3499999999999996.
func parseDecimal(raw string) (d decimal, ok bool) {
	number := raw
	if !plainInteger(raw) {
		value, err := strconv.ParseFloat(raw, 64)
		if err != nil || value > 1e21 || value < -1e21 || strings.ContainsAny(raw, "xXpP_nN") {
			return d, false
		}
		number = strconv.FormatFloat(value, 'f', -1, 64)
	}
	if len(number) > 60 {
		return d, false
	}
	number, d.negative = strings.CutPrefix(number, "-")
	d.whole, d.fraction, _ = strings.Cut(number, ".")
	d.whole = strings.TrimLeft(d.whole, "0")
	d.fraction = strings.TrimRight(d.fraction, "0")
	return d, true
}

func plainInteger(raw string) bool {
	raw = strings.TrimPrefix(raw, "-")
	if raw == "" {
		return false
	}
	for i := range len(raw) {
		if raw[i] < '0' || raw[i] > '9' {
			return false
		}
	}
	return true
}

func (d decimal) isZero() bool { return d.whole == "" && d.fraction == "" }

// significant counts the digits from the first that is not 0. The trailing zeros of a whole
// number count as well.
func (d decimal) significant() int {
	if d.fraction == "" || d.whole != "" {
		return len(d.whole) + len(d.fraction)
	}
	return len(strings.TrimLeft(d.fraction, "0"))
}

// String returns all digits.
func (d decimal) String() string {
	text := d.whole
	if text == "" {
		text = "0"
	}
	if d.fraction != "" {
		text += "." + d.fraction
	}
	if d.negative && !d.isZero() {
		text = "-" + text
	}
	return text
}

// shift moves the point to the right by a number of places.
func (d decimal) shift(places int) decimal {
	for range places {
		digit := "0"
		if d.fraction != "" {
			digit, d.fraction = d.fraction[:1], d.fraction[1:]
		}
		d.whole = strings.TrimLeft(d.whole+digit, "0")
	}
	return d
}

// display returns a number as the spreadsheet displays it, or false if that lacks some of
// its digits.
func (f *numberFormat) display(d decimal) (string, bool) {
	if f.kind != digits {
		return "", false
	}
	s, minus := &f.sections[0], d.negative
	switch {
	case d.isZero() && len(f.sections) > 2:
		s = &f.sections[2]
	case d.negative && len(f.sections) > 1:
		s, minus = &f.sections[1], false
	}
	if s.scaled || s.percent > 2 {
		return "", false
	}
	text, ok := s.display(d.shift(2 * s.percent))
	if minus && ok && !d.isZero() {
		text = "-" + text
	}
	if d.isZero() && !strings.Contains(text, "0") { // such as a dash
		return "", false
	}
	return strings.TrimSpace(text), ok
}

func (s *section) display(d decimal) (string, bool) {
	fraction, ok := fillFraction(s.fraction, d.fraction)
	if !ok || !s.hasPlaceholder() && d.whole != "" {
		return "", false
	}
	text := fillWhole(s.whole, d.whole, s.thousands)
	if s.point {
		text += "." + fraction
	}
	return text, true
}

// fillWhole puts digits into placeholders from the last to the first, and the rest of the
// digits before the first placeholder.
func fillWhole(pieces []formatPiece, number string, thousands bool) string {
	first := 0
	for first < len(pieces) && pieces[first].placeholder == 0 {
		first++
	}
	var out []string // backwards
	put := 0
	digit := func(text string) {
		if thousands && put > 0 && put%3 == 0 {
			out = append(out, ",")
		}
		out = append(out, text)
		put++
	}
	for i, p := range slices.Backward(pieces) {
		switch {
		case p.placeholder == 0:
			out = append(out, p.text)
		case number != "":
			digit(number[len(number)-1:])
			number = number[:len(number)-1]
		case p.placeholder == '0':
			digit("0")
		case p.placeholder == '?':
			out = append(out, " ")
		}
		for i == first && number != "" {
			digit(number[len(number)-1:])
			number = number[:len(number)-1]
		}
	}
	var text strings.Builder
	for _, piece := range slices.Backward(out) {
		text.WriteString(piece)
	}
	return text.String()
}

// fillFraction puts the digits after the point into placeholders, and reports whether there
// were enough.
func fillFraction(pieces []formatPiece, number string) (string, bool) {
	var text strings.Builder
	for _, p := range pieces {
		switch {
		case p.placeholder == 0:
			text.WriteString(p.text)
		case number != "":
			text.WriteByte(number[0])
			number = number[1:]
		case p.placeholder == '0':
			text.WriteByte('0')
		case p.placeholder == '?':
			text.WriteByte(' ')
		}
	}
	return text.String(), number == ""
}
