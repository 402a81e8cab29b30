package xlsx

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"

	"loanmap/io/sheet/rows"
)

const (
	sampleRows     = 1000 // rows that decide the widths of columns
	minWidth       = 9    // characters
	maxWidth       = 48
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
	x.buf = append(x.buf[:0], xmlHead+`<worksheet xmlns="`+x.namespace+`"><sheetViews><sheetView workbookViewId="0">`+
		`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>`...)
	for i, width := range widthsOf(x.layout.Header, x.sample) {
		x.buf = appendCol(x.buf, "", i, width)
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
			width = max(width, utf8.RuneCountInString(cells[i])+1)
		}
		widths[i] = min(width, maxWidth)
	}
	return widths
}

func appendCol(to []byte, prefix string, column, width int) []byte {
	return fmt.Appendf(to, `<%scol min="%d" max="%[2]d" width="%d" customWidth="1"/>`, prefix, column+1, width)
}

func (x *rowsXML) writeHeader() error {
	return x.appendRow(x.layout.Header, func(column int) int {
		if column >= len(x.layout.Header)-x.layout.Added {
			return x.looks.added
		}
		return x.looks.header
	})
}

// writeRow writes every value as text, so that no ID becomes a number and nothing becomes a
// formula.
func (x *rowsXML) writeRow(cells []string) error {
	return x.appendRow(cells, func(int) int { return x.looks.cell })
}

func (x *rowsXML) appendRow(cells []string, style func(column int) int) error {
	if err := checkRowCount(x.doing, x.row+1); err != nil {
		return err
	}
	if err := checkCells(x.doing, x.row+1, cells); err != nil {
		return err
	}
	x.row++
	x.buf = append(x.buf, `<row r="`...)
	x.buf = strconv.AppendInt(x.buf, int64(x.row), 10)
	x.buf = append(x.buf, `">`...)
	for i, text := range cells {
		x.buf = appendCell(x.buf, "", i, x.row, style(i), text)
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
	x.buf = append(x.buf, "</worksheet>"...)
	_, err := x.out.Write(x.buf)
	return errors.Join(err, x.out.Flush())
}

// area is the range of the header and the rows, such as A1:F20.
func (x *rowsXML) area() string {
	return fmt.Sprintf("A1:%s%d", columnName(len(x.layout.Header)-1), x.row)
}
