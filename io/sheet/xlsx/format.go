package xlsx

import (
	"slices"
	"strconv"
	"strings"
)

// maxFormat is how many bytes the code of a number format may have. Excel allows 255
// characters.
const maxFormat = 1020

// maxNumberSections is how many sections of a code can be for numbers. One for text may
// follow.
const maxNumberSections = 3

// numberFormat is a number format, compiled.
type numberFormat struct {
	numbers []section // of numbers; empty: what they show is not certain
	text    *section  // of text; nil: text is shown as it is
	plain   bool      // one section that shows a value and nothing else
	general bool      // the code is General
	// conditional says that a section of numbers has a condition of its own.
	conditional bool
	// malformed says that some spreadsheets may reject the code, or read it in another
	// way. Only that it shows a date is certain.
	malformed bool
}

// compile parses the code of a format, such as "LN-"00000;;;"LN-"@.
func compile(code string) *numberFormat {
	codes := splitSections(code)
	if len(code) > maxFormat || len(codes) > maxNumberSections+1 {
		return &numberFormat{text: &section{kind: showsUnknown}}
	}
	f := &numberFormat{numbers: make([]section, len(codes)), general: code == "" || strings.EqualFold(code, "general")}
	if f.general {
		codes[0] = "General"
	}
	for i, code := range codes {
		f.numbers[i] = parseSection(code)
		f.malformed = f.malformed || f.numbers[i].malformed
	}
	f.plain = len(codes) == 1 && f.numbers[0].isPlain()
	f.takeTextSection()
	f.conditional = slices.ContainsFunc(f.numbers, func(s section) bool { return s.condition.operator != "" })
	return f
}

// takeTextSection takes the last section for text if it is the fourth, or has an @. A code
// of one plain @ shows numbers, too.
func (f *numberFormat) takeTextSection() {
	last := len(f.numbers) - 1
	switch {
	case f.plain:
		return
	case last == maxNumberSections || f.numbers[last].count(textPiece) > 0:
		f.text, f.numbers = &f.numbers[last], f.numbers[:last]
		f.malformed = f.malformed || f.text.condition.operator != ""
	}
	hasText := func(s section) bool { return s.count(textPiece) > 0 }
	switch {
	case slices.ContainsFunc(f.numbers, hasText), f.malformed && last > 0:
		f.malformed, f.text = true, &section{kind: showsUnknown}
	case f.text != nil && f.text.isPlain() && !f.malformed:
		f.text = nil
	}
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

// pick returns the section that shows a number, and whether it shows it without its minus
// sign; nil if that is not certain.
func (f *numberFormat) pick(d *decimal) (s *section, unsigned bool) {
	switch count := len(f.numbers); {
	case count == 0:
		return nil, false
	case f.conditional:
		return f.pickByCondition(d), false
	case d.isZero() && count > 2:
		return &f.numbers[2], false
	case d.negative && !d.isZero() && count > 1:
		return &f.numbers[1], true
	}
	return &f.numbers[0], false
}

// pickByCondition returns the section whose condition a number meets, or the last one, which
// has none, for all other numbers. Of conditions in any other place, and of negative
// numbers, it is not certain what they mean.
func (f *numberFormat) pickByCondition(d *decimal) *section {
	last := len(f.numbers) - 1
	if d.negative && !d.isZero() || last == maxNumberSections-1 && f.numbers[last].condition.operator != "" {
		return nil
	}
	for i := range f.numbers {
		s := &f.numbers[i]
		switch {
		case s.condition.operator == "" && i == last:
			return s
		case s.condition.operator == "":
			return nil
		case s.condition.isMetBy(d):
			return s
		}
	}
	return nil
}

// condition limits a section to some numbers, as [<=9999] does.
type condition struct {
	operator string // empty: there is no condition
	limit    float64
}

// parseCondition parses what is in brackets.
func parseCondition(inside string) (condition, bool) {
	number := strings.TrimLeft(inside, "<>=")
	c := condition{operator: inside[:len(inside)-len(number)]}
	if !slices.Contains([]string{"<", ">", "=", "<=", ">=", "<>"}, c.operator) || strings.Trim(number, "0123456789.-") != "" {
		return c, false
	}
	var err error
	c.limit, err = strconv.ParseFloat(number, 64)
	return c, err == nil
}

// isMetBy reports whether a number meets the condition.
func (c condition) isMetBy(d *decimal) bool {
	value := parseSerial(d.String())
	switch c.operator {
	case "<":
		return value < c.limit
	case ">":
		return value > c.limit
	case "<=":
		return value <= c.limit
	case ">=":
		return value >= c.limit
	case "<>":
		return value != c.limit
	}
	return value == c.limit
}

// displayText returns a text as the spreadsheet displays it, and what is wrong with it.
func (f *numberFormat) displayText(stored string) (display, damage string) {
	if f.text == nil || stored == "" {
		return stored, ""
	}
	damage = f.text.damage()
	if damage == "" && (f.malformed || f.text.kind != showsText) {
		damage = displayUncertain
	}
	if damage != "" {
		return stored, damage
	}
	return f.text.around(stored), ""
}
