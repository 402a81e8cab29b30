package xlsx

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

const maxRows = 1_048_576

// maxRowText is how many bytes of text one row may have.
const maxRowText = 32 << 20

// cell is one cell as it is stored.
type cell struct {
	column  int // from 0
	style   int
	kind    string // s, b, d, e, str for text of any other form, "" for a number
	value   string
	from    int // where the value starts in the arena, while the row is read
	to      int
	formula bool
}

// grid reads the rows of a sheet as they are stored.
type grid struct {
	xml *scanner
	// row is the number of the row that was read, from 1, and cells are its cells.
	row   int
	cells []cell
	// outside is called with what is outside the rows, if it is set.
	outside func(*token)

	inRows, hadRows bool
	inline          richText
	arena           []byte // holds the values of cells
}

func newGrid(content io.Reader) (*grid, error) {
	xml, err := newScanner(content)
	return &grid{xml: xml}, err
}

// next reads the next row that is stored, and reports whether there was one.
func (g *grid) next() (bool, error) {
	for {
		if err := g.xml.next(); errors.Is(err, io.EOF) {
			return false, nil
		} else if err != nil {
			return false, g.explain(err)
		}
		t := &g.xml.token
		switch {
		case t.is(startTag, "row") && g.inRows:
			return true, g.explain(g.readRow())
		case g.inRows && t.depth > 1:
			if err := g.unexpected(t); err != nil {
				return false, g.explain(err)
			}
		case t.depth <= 2:
			if err := g.enter(t); err != nil {
				return false, g.explain(err)
			}
		}
		if g.outside != nil {
			g.outside(t)
		}
	}
}

func (g *grid) explain(err error) error {
	if err != nil && g.row > 0 && !strings.HasPrefix(err.Error(), "row ") {
		return fmt.Errorf("after row %d: %w", g.row, err)
	}
	return err
}

// enter takes the outermost elements.
func (g *grid) enter(t *token) error {
	switch {
	case t.depth == 1 && t.kind == startTag && string(t.name) != "worksheet":
		return fmt.Errorf("it is a <%.40s>, not a sheet of cells", t.name)
	case t.depth == 2 && t.is(startTag, "sheetData"):
		if g.hadRows {
			return errors.New("it has its rows in two places")
		}
		g.hadRows, g.inRows = true, !t.empty
	}
	return nil
}

// unexpected refuses what does not belong among rows and cells: it may be one of them,
// misspelt.
func (g *grid) unexpected(t *token) error {
	switch {
	case t.kind == startTag:
		return fmt.Errorf("it has a <%.40s> where rows or cells belong", t.name)
	case t.kind == textToken && !isSpace(t.raw):
		return errors.New("it has text where rows or cells belong")
	case t.is(endTag, "sheetData"):
		g.inRows = false
	}
	return nil
}

func (g *grid) readRow() error {
	t := &g.xml.token
	if t.depth != 3 {
		return errors.New("it has a row in a wrong place")
	}
	number, _, err := attribute(t.attrs, "r")
	if err == nil {
		err = g.startRow(string(number))
	}
	if err != nil || t.empty {
		return err
	}
	for {
		if err := g.xml.next(); err != nil {
			return err
		}
		t := &g.xml.token
		switch {
		case t.is(startTag, "c"):
			if err := g.readCell(); err != nil {
				return err
			}
		case t.is(endTag, "row"):
			g.finishRow()
			return nil
		case t.is(startTag, "extLst"):
			if err := g.skip(); err != nil {
				return err
			}
		default:
			if err := g.unexpected(t); err != nil {
				return err
			}
		}
	}
}

// finishRow makes one string of all values, for fewer allocations.
func (g *grid) finishRow() {
	all := string(g.arena)
	for i := range g.cells {
		c := &g.cells[i]
		c.value = all[c.from:c.to]
	}
}

// startRow takes the number of a row, which may be missing.
func (g *grid) startRow(number string) error {
	row := g.row + 1
	if number != "" {
		var err error
		if row, err = strconv.Atoi(number); err != nil {
			return errors.New("a row has no number")
		}
	}
	switch {
	case row <= g.row:
		return fmt.Errorf("row %d follows row %d", row, g.row)
	case row > maxRows:
		return fmt.Errorf("it has a row %d, a workbook has no more than %d", row, maxRows)
	}
	g.row, g.cells, g.arena = row, g.cells[:0], g.arena[:0]
	return nil
}

// readCell reads a cell from its start tag to its end.
func (g *grid) readCell() error {
	t := &g.xml.token
	c, err := g.startCell(t.attrs)
	if err != nil {
		return err
	}
	if !t.empty {
		if err := g.readContent(&c); err != nil {
			return err
		}
	}
	if len(g.arena) > maxRowText {
		return fmt.Errorf("row %d holds more than %d MiB of text", g.row, maxRowText>>20)
	}
	g.cells = append(g.cells, c)
	return nil
}

func (g *grid) startCell(attrs []byte) (c cell, err error) {
	c.column = 0
	if len(g.cells) > 0 {
		c.column = g.cells[len(g.cells)-1].column + 1
	}
	least := c.column
	for err == nil {
		var name, value []byte
		name, value, attrs, err = nextAttr(attrs)
		if err != nil || name == nil {
			break
		}
		switch string(name) {
		case "r":
			c.column, err = parseRef(value, g.row)
		case "s":
			c.style, err = strconv.Atoi(string(value))
		case "t":
			c.kind = kindOf(value)
		}
	}
	switch {
	case err != nil:
		return c, fmt.Errorf("row %d: %w", g.row, err)
	case c.column < least:
		return c, fmt.Errorf("row %d: column %d follows column %d", g.row, c.column+1, least)
	case c.column >= excelize.MaxColumns:
		return c, fmt.Errorf("row %d has more than %d columns", g.row, excelize.MaxColumns)
	}
	return c, nil
}

// kindOf returns the type of a cell without an allocation. An unknown type is text.
func kindOf(value []byte) string {
	switch string(value) {
	case "", "n":
		return ""
	case "s":
		return "s"
	case "b":
		return "b"
	case "d":
		return "d"
	case "e":
		return "e"
	}
	return "str"
}

// parseRef parses the reference of a cell in a row, such as AB12, and returns the column
// from 0.
func parseRef(name []byte, row int) (int, error) {
	column, i := 0, 0
	for ; i < len(name) && i < 4; i++ {
		c := name[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		column = column*26 + int(c-'A') + 1
	}
	number := 0
	for _, c := range name[i:] {
		if c < '0' || c > '9' || number > maxRows {
			number = 0
			break
		}
		number = number*10 + int(c-'0')
	}
	if column == 0 || number != row {
		return 0, fmt.Errorf("a cell is at %.20q", name)
	}
	return column - 1, nil
}

// readContent reads the elements of a cell.
func (g *grid) readContent(c *cell) error {
	c.from = len(g.arena)
	g.inline.reset()
	for {
		if err := g.xml.next(); err != nil {
			return err
		}
		t := &g.xml.token
		var err error
		switch {
		case t.is(startTag, "v"):
			err = g.readValue()
		case t.is(startTag, "is"):
			err = g.readInline()
		case t.is(startTag, "f"):
			c.formula = true
			err = g.skip()
		case t.is(startTag, "extLst"):
			err = g.skip()
		case t.is(endTag, "c"):
			c.to = len(g.arena)
			return nil
		default:
			err = g.unexpected(t)
		}
		if err != nil {
			return err
		}
	}
}

// readValue reads up to the end of a <v>.
func (g *grid) readValue() error {
	if g.xml.token.empty {
		return nil
	}
	for {
		if err := g.xml.next(); err != nil {
			return err
		}
		t := &g.xml.token
		switch t.kind {
		case endTag:
			return nil
		case startTag:
			return fmt.Errorf("row %d: a value holds a <%.40s>", g.row, t.name)
		case textToken:
			var err error
			if g.arena, err = appendText(g.arena, t.raw); err != nil {
				return err
			}
		default: // a comment
		}
	}
}

// readInline reads up to the end of an <is>.
func (g *grid) readInline() error {
	if g.xml.token.empty {
		return nil
	}
	for depth := g.xml.token.depth; ; {
		if err := g.xml.next(); err != nil {
			return err
		}
		t := &g.xml.token
		if t.kind == endTag && len(g.xml.starts) < depth {
			g.arena = append(g.arena, g.inline.text...)
			return nil
		}
		if err := g.inline.feed(t); err != nil {
			return err
		}
	}
}

// skip reads to the end of the current element.
func (g *grid) skip() error {
	if g.xml.token.empty {
		return nil
	}
	for depth := g.xml.token.depth; len(g.xml.starts) >= depth; {
		if err := g.xml.next(); err != nil {
			return err
		}
	}
	return nil
}
