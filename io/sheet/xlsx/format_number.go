package xlsx

import (
	"cmp"
	"strconv"
	"strings"
)

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

func (d *decimal) isZero() bool { return d.whole == "" && d.fraction == "" }

// significant counts the digits from the first that is not 0. The trailing zeros of a whole
// number count as well.
func (d *decimal) significant() int {
	if d.fraction == "" || d.whole != "" {
		return len(d.whole) + len(d.fraction)
	}
	return len(strings.TrimLeft(d.fraction, "0"))
}

// String returns all digits.
func (d *decimal) String() string {
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

// displayNumber returns a number as the section displays it, and what is wrong with it.
// The text is empty if that is not certain to have all digits.
func (s *section) displayNumber(d decimal, unsigned bool) (display, damage string) {
	minus := ""
	if d.negative && !d.isZero() && !unsigned {
		minus = "-"
	}
	switch {
	case s.kind == showsNumber:
		display, damage = s.fillNumber(d)
	case s.isPlain():
		display, damage = d.general()
	case s.kind == showsGeneral && !d.negative && d.fraction == "" && len(d.whole) <= maxGeneral:
		display = s.around(d.String())
	case s.kind == showsGeneral, s.kind == showsText:
		damage = displayUncertain
	}
	if minus != "" && (s.indented || strings.HasPrefix(display, " ")) { // which of sign and space comes first
		damage = cmp.Or(damage, displayUncertain)
	}
	if display != "" {
		display = strings.TrimSpace(minus + display)
	}
	return display, cmp.Or(damage, s.damage())
}

// maxGeneral is how many characters General has for a number. A longer one is rounded, or
// shown in scientific notation.
const maxGeneral = 11

// general returns the digits of a number without its sign, and what is wrong with them where
// General shows others. Whole numbers keep all digits: LibreOffice shows them, and Excel
// shows them while the cell is edited.
func (d *decimal) general() (display, damage string) {
	positive := decimal{whole: d.whole, fraction: d.fraction}
	display = positive.String()
	switch {
	case d.fraction == "":
	case d.whole == "" && strings.HasPrefix(d.fraction, "0000"):
		damage = displayedAsPower
	case len(display) > maxGeneral:
		damage = displayedRounded
	}
	return display, damage
}

// around returns the literal text of the section with a value in the place for it.
func (s *section) around(value string) string {
	var out strings.Builder
	for _, p := range s.pieces {
		if p.kind == generalPiece || p.kind == textPiece {
			out.WriteString(value)
		} else {
			out.WriteString(p.text)
		}
	}
	return out.String()
}

// fillNumber returns the literal text with the digits of a number in the placeholders. The
// text is empty if it lacks some of the digits.
func (s *section) fillNumber(d decimal) (display, damage string) {
	switch {
	case s.percent > 1:
		return "", displayUncertain
	case s.percent > 0:
		d = d.shift(2)
	}
	if s.scaled || s.whole == 0 && d.whole != "" {
		return "", displayedRounded
	}
	out, digits := s.appendWhole(make([]byte, 0, 64), d.whole)
	out, decimals, left := s.appendFraction(out, d.fraction)
	switch {
	case left != "":
		return "", displayedRounded
	case digits+decimals == 0:
		return "", displayedAsConstant
	case decimals == 0 && s.point < len(s.pieces): // Excel shows the point, LibreOffice does not
		damage = displayUncertain
	}
	return string(out), damage
}

// appendWhole appends the pieces before the point, and returns how many digits are among
// them. Digits for which there is no placeholder go before the first.
func (s *section) appendWhole(out []byte, number string) (text []byte, digits int) {
	places := s.whole // from here to the point
	put := func(digit byte, follow int) {
		out, digits = append(out, digit), digits+1
		if s.thousands && follow > 0 && follow%3 == 0 {
			out = append(out, ',')
		}
	}
	for _, p := range s.pieces[:s.point] {
		if p.kind != placeholder {
			out = p.appendLiteral(out)
			continue
		}
		for ; len(number) > places; number = number[1:] {
			put(number[0], len(number)-1)
		}
		switch {
		case len(number) == places:
			put(number[0], places-1)
			number = number[1:]
		case p.text == "0":
			put('0', places-1)
		case p.text == "?":
			out = append(out, ' ')
		}
		places--
	}
	return out, digits
}

// appendFraction appends the pieces from the point on. It returns how many digits are among
// them, and the digits for which there is no placeholder.
func (s *section) appendFraction(out []byte, number string) (text []byte, digits int, left string) {
	for _, p := range s.pieces[s.point:] {
		switch {
		case p.kind != placeholder:
			out = p.appendLiteral(out)
			continue
		case number != "":
			out, number = append(out, number[0]), number[1:]
		case p.text == "0":
			out = append(out, '0')
		case p.text == "?":
			out = append(out, ' ')
			continue
		default:
			continue
		}
		digits++
	}
	return out, digits, number
}

// appendLiteral appends a piece that is not a placeholder. Commas have done their work, and
// what fills the column is left out.
func (p *piece) appendLiteral(out []byte) []byte {
	if p.kind == commaPiece || p.kind == fillPiece {
		return out
	}
	return append(out, p.text...)
}
