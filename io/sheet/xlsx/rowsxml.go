package xlsx

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"loanmap/io/sheet/rows"
)

const (
	sampleRows     = 1000 // rows that decide the widths of columns
	minWidth       = 9    // characters
	maxWidth       = 60
	maxCellLength  = 32_767 // in UTF-16 units, as Excel counts
	filterIconRoom = 3      // the filter's button covers the end of a header
)

const (
	xmlHead         = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	transitionalXML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	strictXML       = "http://purl.oclc.org/ooxml/spreadsheetml/main"
)

// styleIDs are the styles of a sheet that is written.
type styleIDs struct {
	header, added int            // of column names: the user's own, and ours
	cell          int            // of values
	tints         map[string]int // of the first added column, by value
	// Of values that are wrapped, that are links, and that offer something; 0: as cell.
	wrapped, linked, offering int
	// Styles of the header and of the cells, by column, of a sheet that is replaced.
	headers, cells []int
}

// ofHeader returns the style of the name of a column.
func (s *styleIDs) ofHeader(column int, look rows.Look) int {
	switch {
	case column < len(s.headers):
		return s.headers[column]
	case look.Ours:
		return s.added
	}
	return s.header
}

// ofCell returns the style of a value; linked: it leads to an address.
func (s *styleIDs) ofCell(column int, look rows.Look, linked, review bool) int {
	switch {
	case column < len(s.cells):
		return s.cells[column]
	case linked:
		return cmp.Or(s.linked, s.cell)
	case look.Offers[0] > 0:
		return cmp.Or(s.offering, s.cell)
	case look.Width > 0 || review:
		return cmp.Or(s.wrapped, s.cell)
	}
	return s.cell
}

// rowsXML writes a sheet as XML: a header, rows of text, widths, a filter and colors. The
// stream writer of excelize replaces control characters by a question mark, and takes
// three times as long.
type rowsXML struct {
	layout rows.Layout
	doing  string // for messages
	looks  styleIDs
	// open starts the part. It is called when the first row is written.
	open      func() (io.Writer, error)
	namespace string
	out       *bufio.Writer
	sample    [][]string
	widths    []int
	row       int
	buf       []byte
}

// write adds a row. The first rows wait, because the widths of columns depend on them and
// precede them.
func (x *rowsXML) write(cells []string) error {
	if x.row > 0 {
		return x.writeRow(cells)
	}
	x.sample = append(x.sample, slices.Clone(cells))
	if len(x.sample) < sampleRows {
		return nil
	}
	return x.start()
}

// start writes the header and the rows that wait.
func (x *rowsXML) start() error {
	to, err := x.open()
	if err != nil {
		return err
	}
	x.out = bufio.NewWriterSize(to, 64<<10)
	x.buf = append(x.buf[:0], xmlHead+`<worksheet xmlns="`+x.namespace+`">`+x.pageProperties()+`<sheetViews><sheetView workbookViewId="0">`+
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`...)
	x.widths = widthsOf(x.layout.Header, x.sample)
	for i, width := range x.widths {
		look := x.layout.Look(i)
		x.widths[i] = min(width, cmp.Or(look.Width, width))
		x.buf = appendCol(x.buf, "", i, x.widths[i])
		if look.Spare && len(x.sample) < sampleRows && emptyColumn(x.sample, i) {
			x.buf = append(bytes.TrimSuffix(x.buf, []byte("/>")), ` hidden="1"/>`...)
		}
	}
	x.buf = append(x.buf, "</cols><sheetData>"...)
	if err := x.writeHeader(); err != nil {
		return err
	}
	for _, cells := range x.sample {
		if err := x.writeRow(cells); err != nil {
			return err
		}
	}
	x.sample = nil
	return nil
}

// widthsOf returns the widths of columns, in characters.
func widthsOf(header []string, rows [][]string) []int {
	widths := make([]int, len(header))
	for i, name := range header {
		width := max(minWidth, utf8.RuneCountInString(name)+filterIconRoom)
		for _, cells := range rows {
			for line := range strings.Lines(cells[i]) {
				width = max(width, utf8.RuneCountInString(line)+1)
			}
		}
		widths[i] = min(width, maxWidth)
	}
	return widths
}

// emptyColumn reports whether all cells of a column are empty.
func emptyColumn(sample [][]string, column int) bool {
	return !slices.ContainsFunc(sample, func(cells []string) bool { return cells[column] != "" })
}

func appendCol(to []byte, prefix string, column, width int) []byte {
	return fmt.Appendf(to, `<%scol min="%d" max="%[2]d" width="%d" customWidth="1"/>`, prefix, column+1, width)
}

func (x *rowsXML) writeHeader() error {
	return x.appendRow(x.layout.Header, func(column int, name string) {
		x.buf = appendCell(x.buf, "", column, x.row, x.looks.ofHeader(column, x.layout.Look(column)), name)
	})
}

// writeRow writes every value as text, so that no ID becomes a number and nothing becomes a
// formula but for links.
func (x *rowsXML) writeRow(cells []string) error { return x.appendRow(cells, x.appendValue) }

func (x *rowsXML) appendValue(column int, text string) {
	look, address := x.layout.Look(column), x.layout.Address(column, text)
	style := x.looks.ofCell(column, look, address != "", x.layout.Review)
	if text == "" && look.Offers[0] > 0 && style > 0 {
		x.buf = appendEmptyCell(x.buf, column, x.row, style)
		return
	}
	x.buf = appendLinkedCell(x.buf, "", column, x.row, style, text, address)
}

func (x *rowsXML) appendRow(cells []string, appendOne func(column int, text string)) error {
	if err := checkRowCount(x.doing, x.row+1); err != nil {
		return err
	}
	if err := checkCells(x.doing, x.row+1, cells); err != nil {
		return err
	}
	x.row++
	x.buf = append(x.buf, `<row r="`...)
	x.buf = strconv.AppendInt(x.buf, int64(x.row), 10)
	x.buf = append(x.buf, x.height(cells)+`">`...)
	for i, text := range cells {
		appendOne(i, text)
	}
	x.buf = append(x.buf, "</row>"...)
	_, err := x.out.Write(x.buf)
	x.buf = x.buf[:0]
	return err
}

// finish writes what follows the rows.
func (x *rowsXML) finish() error {
	if x.row == 0 {
		if err := x.start(); err != nil {
			return err
		}
	}
	x.buf = append(x.buf, `</sheetData><autoFilter ref="`+x.area()+`"/>`...)
	if len(x.looks.tints) > 0 && x.row > 1 {
		column := columnName(len(x.layout.Header) - x.layout.Added)
		x.buf = fmt.Appendf(x.buf, `<conditionalFormatting sqref="%s2:%[1]s%d">`, column, x.row)
		for i, value := range slices.Sorted(maps.Keys(x.looks.tints)) {
			x.buf = fmt.Appendf(x.buf, `<cfRule type="cellIs" dxfId="%d" priority="%d" operator="equal"><formula>"`, x.looks.tints[value], i+1)
			x.buf = appendEscaped(x.buf, value)
			x.buf = append(x.buf, `"</formula></cfRule>`...)
		}
		x.buf = append(x.buf, "</conditionalFormatting>"...)
	}
	x.buf = append(x.buf, x.offers()+x.pageSetup()+"</worksheet>"...)
	_, err := x.out.Write(x.buf)
	return errors.Join(err, x.out.Flush())
}

// area is the range of the header and the rows, such as A1:F20.
func (x *rowsXML) area() string {
	return fmt.Sprintf("A1:%s%d", columnName(len(x.layout.Header)-1), x.row)
}
