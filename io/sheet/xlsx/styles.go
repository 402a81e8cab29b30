package xlsx

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Why a cell is damaged.
const (
	tooManyDigits    = "the spreadsheet stores it as a number of 16 digits or more, which it has rounded"
	displayedAsPower = "the spreadsheet shows it in scientific notation, not as its digits"
	notCalculated    = "its formula was saved without a result"
)

// maxStyles is a little more than Excel allows.
const maxStyles = 1 << 16

// styles are how the cells of a workbook are displayed.
type styles struct {
	formats  []numberFormat // by style
	from1904 bool
}

// readStyles reads the part of that name. The name "" is a workbook without one.
func readStyles(p *parts, name string) (*styles, error) {
	s := &styles{formats: []numberFormat{{}}}
	if name == "" {
		return s, nil
	}
	codes := map[int]string{}
	var ids []int
	inCells := false
	err := p.scan(name, func(t *token) error {
		switch {
		case t.depth == 2:
			inCells = t.is(startTag, "cellXfs")
		case t.is(startTag, "numFmt") && t.depth == 3:
			id, err := strconv.Atoi(t.attr("numFmtId"))
			codes[id] = t.attr("formatCode")
			return err
		case t.is(startTag, "xf") && inCells && t.depth == 3:
			id, err := strconv.Atoi(t.attr("numFmtId"))
			if t.attr("numFmtId") == "" {
				id, err = 0, nil
			}
			if ids = append(ids, id); len(ids) > maxStyles {
				return fmt.Errorf("it has more than %d styles", maxStyles)
			}
			return err
		}
		return nil
	})
	if len(ids) > 0 {
		s.formats = compileAll(ids, codes)
	}
	return s, err
}

// compileAll returns the number format of each style: its own, or one that is built in.
func compileAll(ids []int, codes map[int]string) []numberFormat {
	compiled := map[int]numberFormat{}
	formats := make([]numberFormat, len(ids))
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

// display returns a cell as the spreadsheet displays it, if that shows the whole stored
// value, else the stored value; and what is wrong with it, if anything.
func (s *styles) display(c *cell, shared *sharedStrings) (text, damage string, err error) {
	raw := c.value
	switch c.kind {
	case "":
		switch {
		case raw == "" && c.formula:
			return "", notCalculated, nil
		case raw == "":
			return "", "", nil
		}
		text, damage = s.displayNumber(raw, &s.formats[c.style])
	case "s":
		text, err = c.sharedText(shared)
	case "b":
		text = map[string]string{"0": "FALSE", "1": "TRUE"}[raw]
		if text == "" {
			text = raw
		}
	case "d":
		text = formatISO(raw)
	default: // str and e
		text = unescape(raw)
	}
	return text, damage, err
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

// displayNumber returns a number as it is displayed, and what is wrong with it.
func (s *styles) displayNumber(raw string, f *numberFormat) (text, damage string) {
	if f.kind == general && len(raw) < 16 && plainInteger(raw) && (raw[0] != '0' || len(raw) == 1) && raw[0] != '-' {
		return raw, ""
	}
	if f.kind == dateTime || f.kind == elapsed {
		display := formatElapsed
		if f.kind == dateTime {
			display = func(serial float64) (string, bool) { return formatDate(serial, s.from1904) }
		}
		if text, ok := display(parseSerial(raw)); ok {
			return text, ""
		}
	}
	d, ok := parseDecimal(raw)
	switch {
	case !ok && parseSerial(raw) != parseSerial(raw): // it is not a number
		return raw, ""
	case !ok || d.significant() > 15:
		damage = tooManyDigits
	case f.kind == scientific:
		damage = displayedAsPower
	}
	if !ok {
		return raw, damage
	}
	if text, ok := f.display(d); ok {
		return text, damage
	}
	return d.String(), damage
}
