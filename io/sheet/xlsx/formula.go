package xlsx

import (
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// corner is one cell, column or row that a formula names, such as $A1, A or 1.
type corner struct {
	from, to    int    // where it is in the formula
	sheet       string // as the formula names it; empty: the sheet of the formula
	external    bool   // it is in another workbook
	column, row int    // from 0 and from 1; a missing one is -1 and 0
	columnFixed bool   // it has a $
	rowFixed    bool
	joined      bool // it ends the range that the corner before it begins
}

// formulaParts are what a formula refers to.
type formulaParts struct {
	corners []corner
	names   []string // in brackets, as the columns of tables are
}

// parseFormula finds what a formula refers to. It needs no grammar: names of cells are
// runs of letters and digits, and what hides them is text in quotes and brackets. The
// parser that excelize uses loses the places of the names, which shiftFormula needs.
func parseFormula(formula string) formulaParts {
	p := formulaParser{text: formula}
	for p.at < len(formula) {
		p.step()
	}
	return p.formulaParts
}

type formulaParser struct {
	formulaParts
	text     string
	at       int
	sheet    string
	external bool // the sheet that is named is in another workbook
	ranged   bool // a colon follows the last corner
	threeD   bool // a colon follows the name of a sheet
}

// step takes the next piece of the formula.
func (p *formulaParser) step() {
	switch c := p.text[p.at]; {
	case c == '"':
		p.at += quotedLength(p.text[p.at:], '"')
	case c == '\'':
		n := quotedLength(p.text[p.at:], '\'')
		p.takeSheet(strings.ReplaceAll(strings.Trim(p.text[p.at:p.at+n], "'"), "''", "'"), n)
	case c == '[':
		p.takeBrackets()
	case c == '#':
		p.at++
		for p.at < len(p.text) && (isNameByte(p.text[p.at]) || strings.IndexByte("/!?", p.text[p.at]) >= 0) {
			p.at++
		}
	case isNameByte(c):
		p.takeName()
	default:
		p.ranged = c == ':' && len(p.corners) > 0 && p.corners[len(p.corners)-1].to == p.at
		p.threeD = false
		p.sheet, p.external = "", false
		p.at++
	}
}

// takeSheet takes the name of a sheet, which a ! follows.
func (p *formulaParser) takeSheet(name string, length int) {
	p.at += length
	if p.at < len(p.text) && p.text[p.at] == '!' {
		p.at++
		p.external = p.external || strings.Contains(name, "[")
		if p.threeD || strings.Contains(name, ":") {
			name = anySheet
		}
		p.sheet, p.threeD = name, false
	}
}

// anySheet is the name of a sheet that may be any: of those from one to another.
const anySheet = ":"

// takeBrackets takes what is in brackets: a column of a table, or another workbook.
func (p *formulaParser) takeBrackets() {
	start, depth := p.at, 0
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case '\'': // hides the next character
			p.at++
			continue
		case '[':
			depth++
			start = p.at
		case ']':
			if start >= 0 {
				p.names = append(p.names, strings.TrimPrefix(p.text[start+1:p.at], "@"))
			}
			depth--
			start = -1
		}
		if depth == 0 {
			p.at++
			break
		}
	}
	p.at = min(p.at, len(p.text))
	p.external = p.at < len(p.text) && isNameByte(p.text[p.at])
}

// takeName takes a run of letters and digits: a corner, or the name of a sheet, a
// function or anything else.
func (p *formulaParser) takeName() {
	n := 1
	for p.at+n < len(p.text) && isNameByte(p.text[p.at+n]) {
		n++
	}
	name, next := p.text[p.at:p.at+n], byte(0)
	if p.at+n < len(p.text) {
		next = p.text[p.at+n]
	}
	switch {
	case next == '!':
		p.takeSheet(name, n)
		return
	case next == ':' && p.sheet == "" && p.isSpanOfSheets(p.at+n+1):
		p.at += n + 1
		p.threeD = true
		return
	}
	if c, ok := parseCorner(name); ok && next != '(' && next != '[' && (c.column >= 0 && c.row > 0 || p.ranged || next == ':') {
		c.from, c.to, c.sheet, c.external, c.joined = p.at, p.at+n, p.sheet, p.external, p.ranged
		if p.ranged && c.sheet == "" {
			c.sheet, c.external = p.corners[len(p.corners)-1].sheet, p.corners[len(p.corners)-1].external
		}
		p.corners = append(p.corners, c)
	}
	p.at += n
	p.ranged, p.sheet, p.external = false, "", false
}

// isSpanOfSheets reports whether the name of a sheet is at a place of the formula, after
// that of another one and a colon, as in Jan:Dec!A1.
func (p *formulaParser) isSpanOfSheets(at int) bool {
	end := at
	for end < len(p.text) && isNameByte(p.text[end]) {
		end++
	}
	if end == at || end >= len(p.text) || p.text[end] != '!' {
		return false
	}
	_, isCorner := parseCorner(p.text[at:end])
	return !isCorner
}

// quotedLength returns the length of a text in quotes, in which a quote is doubled.
func quotedLength(text string, quote byte) int {
	for i := 1; i < len(text); i++ {
		if text[i] != quote {
			continue
		}
		if i+1 < len(text) && text[i+1] == quote {
			i++
			continue
		}
		return i + 1
	}
	return len(text)
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '$' || c == '\\' || c >= 0x80
}

// parseCorner reads a cell, a column or a row.
func parseCorner(name string) (c corner, ok bool) {
	c.column = -1
	rest, fixed := strings.CutPrefix(name, "$")
	letters := 0
	for letters < len(rest) && letters < 4 && (rest[letters]|0x20) >= 'a' && (rest[letters]|0x20) <= 'z' {
		letters++
	}
	if letters > 0 {
		column, err := excelize.ColumnNameToNumber(rest[:letters])
		if err != nil {
			return c, false
		}
		c.column, c.columnFixed = column-1, fixed
		rest, fixed = strings.CutPrefix(rest[letters:], "$")
	}
	for _, digit := range []byte(rest) {
		if digit < '0' || digit > '9' || c.row > maxRows {
			return c, false
		}
		c.row = c.row*10 + int(digit-'0')
	}
	c.rowFixed = fixed
	if c.row > maxRows || rest != "" && c.row == 0 || rest == "" && (letters == 0 || fixed) {
		return c, false
	}
	return c, true
}

// shiftFormula returns a formula as it is in a cell that is n columns and rows away:
// what has no $ moves along. It wraps at the ends of the sheet, as in a spreadsheet.
func shiftFormula(formula string, columns, rows int) string {
	var out []byte
	done := 0
	for _, c := range parseFormula(formula).corners {
		out = append(out, formula[done:c.from]...)
		done = c.to
		if c.column >= 0 {
			if c.columnFixed {
				out = append(out, '$')
			} else {
				c.column = wrap(c.column+columns, excelize.MaxColumns)
			}
			out = append(out, columnName(c.column)...)
		}
		if c.row > 0 {
			if c.rowFixed {
				out = append(out, '$')
			} else {
				c.row = wrap(c.row-1+rows, maxRows) + 1
			}
			out = strconv.AppendInt(out, int64(c.row), 10)
		}
	}
	return string(append(out, formula[done:]...))
}

// wrap returns a number within 0 and limit.
func wrap(n, limit int) int { return ((n % limit) + limit) % limit }
