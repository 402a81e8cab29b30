package xlsx

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Why a cell is damaged.
const (
	tooManyDigits       = "the spreadsheet stores it as a number of 16 digits or more, which it has rounded"
	notCalculated       = "its formula was saved without a result"
	displayedAsPower    = "the spreadsheet shows it in scientific notation, not as its digits"
	displayedAsDate     = "the cell is a date or a time: the spreadsheet may have converted what was entered"
	displayedAsFraction = "the spreadsheet shows it as a fraction, not as its digits"
	displayedRounded    = "the spreadsheet shows it rounded or scaled, not with all digits that it stores"
	displayedAsConstant = "the spreadsheet shows a fixed text here: the number format of the cell leaves its value out"
	notDisplayed        = "the spreadsheet does not show it: the number format of the cell hides it"
	displayUncertain    = "it is not certain what the spreadsheet shows here: the number format of the cell adds to its value or changes it"
)

// maxStyles is a little more than Excel allows.
const maxStyles = 1 << 16

// styles are how the cells of a workbook are displayed.
type styles struct {
	formats     []*numberFormat // by style
	conditional []bool          // styles of conditional formats that have a number format
	from1904    bool
}

// readStyles reads the part of that name. The name "" is a workbook without one.
func readStyles(p *parts, name string) (*styles, error) {
	s := &styles{formats: []*numberFormat{builtinFormat(0)}}
	if name == "" {
		return s, nil
	}
	codes := map[int]string{}
	var ids []int
	part := ""
	err := p.scan(name, func(t *token) error {
		switch {
		case t.depth == 2:
			part = string(t.name)
		case t.is(startTag, "numFmt") && t.depth == 3:
			id, err := strconv.Atoi(t.attr("numFmtId"))
			codes[id] = t.attr("formatCode")
			return err
		case t.is(startTag, "xf") && part == "cellXfs" && t.depth == 3:
			id, err := strconv.Atoi(t.attr("numFmtId"))
			if t.attr("numFmtId") == "" {
				id, err = 0, nil
			}
			ids = append(ids, id)
			return cmp.Or(err, checkCount(len(ids)))
		case t.is(startTag, "dxf") && part == "dxfs" && t.depth == 3:
			s.conditional = append(s.conditional, false)
			return checkCount(len(s.conditional))
		case t.is(startTag, "numFmt") && part == "dxfs" && len(s.conditional) > 0:
			s.conditional[len(s.conditional)-1] = true
		}
		return nil
	})
	if len(ids) > 0 {
		s.formats = compileAll(ids, codes)
	}
	return s, err
}

func checkCount(styles int) error {
	if styles > maxStyles {
		return fmt.Errorf("it has more than %d styles", maxStyles)
	}
	return nil
}

// compileAll returns the number format of each style: its own, or one that is built in.
func compileAll(ids []int, codes map[int]string) []*numberFormat {
	compiled := map[int]*numberFormat{}
	formats := make([]*numberFormat, len(ids))
	for i, id := range ids {
		f, done := compiled[id]
		if !done {
			f = builtinFormat(id)
			if code, own := codes[id]; own {
				f = compile(code)
			}
			compiled[id] = f
		}
		formats[i] = f
	}
	return formats
}

// shown is what a cell shows.
type shown struct {
	text   string // the stored value where what is displayed is not certain to have all of it
	damage string // what is wrong with it; empty: nothing
	isDate bool   // the text is a date or a time
}

// display returns what a cell shows.
func (s *styles) display(c *cell, shared *sharedStrings) (shown, error) {
	raw, format := c.value, s.formats[c.style]
	var err error
	switch c.kind {
	case "":
		switch {
		case raw == "" && c.formula:
			return shown{damage: notCalculated}, nil
		case raw == "":
			return shown{}, nil
		}
		return s.displayNumber(raw, format), nil
	case "s":
		raw, err = c.sharedText(shared)
	case "b":
		return format.displayTruth(raw), nil
	case "d":
		return shown{formatISO(raw), displayedAsDate, true}, nil
	case "e":
		return shown{text: unescape(raw)}, nil
	default: // str
		raw = unescape(raw)
	}
	text, damage := format.displayText(raw)
	return shown{text: text, damage: damage}, err
}

// displayTruth returns what a truth value shows.
func (f *numberFormat) displayTruth(raw string) shown {
	name := map[string]string{"0": "FALSE", "1": "TRUE"}[raw]
	if !f.general { // LibreOffice shows a number
		return shown{text: cmp.Or(name, raw), damage: displayUncertain}
	}
	return shown{text: cmp.Or(name, raw)}
}

// holds reports whether a cell is not empty, and whether it shows nothing all the same. It
// checks that the style and the string that it refers to exist.
func (s *styles) holds(c *cell, shared *sharedStrings) (holds, blank bool, err error) {
	if c.style < 0 || c.style >= len(s.formats) {
		return false, false, fmt.Errorf("a cell refers to style %d of %d", c.style+1, len(s.formats))
	}
	text := c.value
	if c.kind == "s" {
		if text, err = c.sharedText(shared); text == "" {
			return false, true, err
		}
	} else if strings.HasPrefix(text, "_x") {
		text = unescape(text)
	}
	notCalculated := c.formula && c.kind == "" && text == ""
	return text != "" || c.formula, !notCalculated && isBlank(text), err
}

// isBlank reports whether a text is white space alone.
func isBlank(text string) bool {
	return text == "" || (text[0] <= ' ' || text[0] >= utf8.RuneSelf) && strings.TrimSpace(text) == ""
}

// isText reports whether a cell is text, not a number or a date.
func (c *cell) isText() bool { return c.kind == "s" || c.kind == "str" }

// sharedText returns the shared string that a cell refers to by its number.
func (c *cell) sharedText(shared *sharedStrings) (string, error) {
	if c.value == "" {
		return "", nil
	}
	i, err := strconv.Atoi(strings.TrimSpace(c.value))
	switch {
	case err != nil || i < 0:
		return "", errors.New("a cell refers to text by something that is not a number")
	case i >= shared.count:
		return "", fmt.Errorf("a cell refers to text %d of %d", i+1, shared.count)
	}
	return shared.get(i)
}

// displayNumber returns what a number shows.
func (s *styles) displayNumber(raw string, f *numberFormat) shown {
	if f.plain && len(raw) < 16 && plainInteger(raw) && (raw[0] != '0' || len(raw) == 1) && raw[0] != '-' {
		return shown{text: raw}
	}
	d, ok := parseDecimal(raw)
	if !ok && math.IsNaN(parseSerial(raw)) { // it is not a number
		return shown{text: raw}
	}
	form, unsigned := f.pick(&d)
	switch {
	case form != nil && (form.kind == showsDate || form.kind == showsElapsed):
		return s.displayDate(raw, form.kind)
	case !ok:
		return shown{text: raw, damage: tooManyDigits}
	case d.significant() > maxDigits:
		return shown{text: d.String(), damage: tooManyDigits}
	case form == nil || f.malformed:
		return shown{text: d.String(), damage: displayUncertain}
	}
	text, damage := form.displayNumber(d, unsigned)
	return shown{text: cmp.Or(text, d.String()), damage: damage}
}

// maxDigits is how many digits of a number a spreadsheet keeps.
const maxDigits = 15

// displayDate returns the date of a number, or the time.
func (s *styles) displayDate(raw string, kind sectionKind) shown {
	serial := parseSerial(raw)
	text, ok := formatElapsed(serial)
	if kind == showsDate {
		text, ok = formatDate(serial, s.from1904)
	}
	if !ok { // the spreadsheet cannot show it either
		return shown{text: raw, damage: displayUncertain}
	}
	return shown{text, displayedAsDate, true}
}
