package xlsx

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/xuri/excelize/v2"

	"loanmap/io/disk"
	"loanmap/io/sheet/rows"
)

const (
	sampleRows     = 1000 // rows looked at to set the column widths
	minWidth       = 9    // characters
	maxWidth       = 48
	maxCellLength  = 32_767 // UTF-16 units, as Excel counts
	filterIconRoom = 3      // the filter's button covers the end of a header
)

const (
	xmlHead         = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	transitionalXML = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
	strictXML       = "http://purl.oclc.org/ooxml/spreadsheetml/main"
)

// newZip returns a writer of zip archives that packs as tight as the standard
// one in a third of the time.
func newZip(to io.Writer) *zip.Writer {
	w := zip.NewWriter(to)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, 5)
	})
	return w
}

// addPart adds a part to an archive, packed.
func addPart(w *zip.Writer, name string, content []byte) error {
	part, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
	if err == nil {
		_, err = part.Write(content)
	}
	return err
}

// looks are the styles of a sheet that is written, by their numbers.
type styleIDs struct {
	header, added int            // of names: the user's own, and ours
	cell          int            // of values
	tints         map[string]int // of the first added column, by value
}

// rowsXML writes a sheet as XML: a header, rows of text, and what makes them
// easy to read. The library's own writer replaces control characters by a
// question mark, and takes three times as long.
type rowsXML struct {
	layout rows.Layout
	doing  string // for messages
	looks  styleIDs
	// open starts the part; it is called with the first row that is written.
	open      func() (io.Writer, error)
	namespace string
	out       *bufio.Writer
	sample    [][]string
	row       int
	buf       []byte
}

// write adds a row. The first ones are held back: the widths of columns, which
// follow from them, stand in front.
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

// start writes the header and the rows held back.
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

// widthsOf returns how wide columns are to be, in characters.
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

// writeRow writes every value as text, so that no ID is taken for a number and
// nothing for a formula.
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

// area is the header and the rows, such as A1:F20.
func (x *rowsXML) area() string {
	return fmt.Sprintf("A1:%s%d", columnName(len(x.layout.Header)-1), x.row)
}

// columnName returns the name of a column from 0: A, B, …
func columnName(column int) string {
	name, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		return "A"
	}
	return name
}

// appendCell appends a cell of text; an empty text is no cell.
func appendCell(to []byte, prefix string, column, row, style int, text string) []byte {
	if text == "" {
		return to
	}
	to = append(append(append(to, '<'), prefix...), `c r="`...)
	to = appendRef(to, column, row)
	if style > 0 {
		to = append(to, `" s="`...)
		to = strconv.AppendInt(to, int64(style), 10)
	}
	to = append(append(append(to, `" t="inlineStr"><`...), prefix...), `is><`...)
	to = append(append(to, prefix...), 't')
	if first, last := text[0], text[len(text)-1]; first <= ' ' || last <= ' ' {
		to = append(to, ` xml:space="preserve"`...)
	}
	to = appendEscaped(append(to, '>'), escape(text))
	to = append(append(append(to, `</`...), prefix...), `t></`...)
	to = append(append(append(to, prefix...), `is></`...), prefix...)
	return append(to, `c>`...)
}

// appendPlace appends where a cell is, such as AB12.
func appendRef(to []byte, column, row int) []byte {
	if column < 26 {
		to = append(to, byte('A'+column))
	} else {
		to = append(to, columnName(column)...)
	}
	return strconv.AppendInt(to, int64(row), 10)
}

// appendEscaped appends text to XML.
func appendEscaped(to []byte, text string) []byte {
	for {
		i := strings.IndexAny(text, "&<>\"")
		if i < 0 {
			return append(to, text...)
		}
		to = append(to, text[:i]...)
		to = append(to, map[byte]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;"}[text[i]]...)
		text = text[i+1:]
	}
}

// fitCells refuses what a workbook cannot hold. Excel would cut it, and the
// library does, without a word.
func checkCells(doing string, row int, cells []string) error {
	for _, cell := range cells {
		var problem string
		switch {
		case !utf8.ValidString(cell):
			problem = "bytes that are not UTF-8"
		case len(cell) > maxCellLength && len(utf16.Encode([]rune(cell))) > maxCellLength:
			problem = fmt.Sprintf("more than %d characters", maxCellLength)
		default:
			continue
		}
		return &disk.Error{
			Doing:   doing,
			Problem: fmt.Sprintf("row %d has a cell with %s, which a workbook cannot hold", row, problem),
			Hint:    "write .csv instead",
		}
	}
	return nil
}

func checkRowCount(doing string, rows int) error {
	if rows <= maxRows {
		return nil
	}
	return &disk.Error{Doing: doing, Problem: fmt.Sprintf("a workbook cannot hold more than %d rows", maxRows), Hint: "write .csv instead"}
}

func checkColumnCount(doing string, columns int) error {
	if columns <= excelize.MaxColumns {
		return nil
	}
	return &disk.Error{Doing: doing, Problem: fmt.Sprintf("a workbook cannot hold %d columns", columns), Hint: "write .csv instead"}
}

// notXML reports whether XML has no place for a character.
func notInXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == '\uFFFE' || r == '\uFFFF'
}
